"""The simulation's own table of offences: annual volume, time, setting, weapons and injuries of each.

It defines its own serious-violence tiers and never reads the dbt seeds, so that the truth is an independent check.
Five-digit codes: [Force offence codes 2026] [S], and whole classes (subclass 00 or an arbitrary one) where no
five-digit code was confirmed [K]. No five-digit code of class 8S (assault with injury on a constable) was confirmed, so
none is simulated.

Volumes (crimes a year). Serious violence adds up to about 24,000, the sum of the same classes in the Home Office table
for Hampshire 2017/18 ([Crime sim toolkit 2026]: homicide 19, attempted murder 17, 5D 876, 5E 41, 8N 19,607, robbery of
personal property 991, possession 1,443); possession and robbery follow the larger shares of today's street crime
archive. All other crimes bring the total to 160,000, in the shares of the street crime types of Hampshire in January to
April 2024 (data.police.uk archive, counted).
"""

from typing import NamedTuple

import numpy as np

HOMICIDE = "homicide"
GRAVEST = "attempted murder and wounding with intent"
WOUNDING = "wounding without intent"
BODILY_HARM = "actual bodily harm"
INJURY = "other or unspecified assault with injury"
ROBBERY = "robbery"
POSSESSION = "weapon possession"
ARSON = "arson endangering life"
AGGRAVATED_BURGLARY = "aggravated burglary"
TIERS = (HOMICIDE, GRAVEST, WOUNDING, BODILY_HARM, INJURY, ROBBERY, POSSESSION, ARSON, AGGRAVATED_BURGLARY)

VIOLENCE = "Violence and sexual offences"
RHYTHMS = ("night", "home", "day", "round")
INJURIES = ("none", "minor", "serious", "fatal")
WEAPONS = ("none", "blade", "firearm", "blunt", "corrosive", "other", "unknown")

# Shares of INJURIES and WEAPONS by kind of offence. Assumptions of shape; the blade shares give some 1,050
# blade-enabled selected offences a year, published as 1,302 (2022) to 1,010 (2024): [PCC 2025].
INJURY_SHARES = {
    "dead": (0.0, 0.0, 0.0, 1.0),
    "grave": (0.03, 0.12, 0.85, 0.0),
    "wound": (0.0, 0.45, 0.55, 0.0),
    "hurt": (0.0, 0.96, 0.04, 0.0),
    "shaken": (0.75, 0.22, 0.03, 0.0),
    "unhurt": (1.0, 0.0, 0.0, 0.0),
}
WEAPON_SHARES = {
    "deadly": (0.22, 0.42, 0.03, 0.16, 0.02, 0.10, 0.05),
    "struck": (0.80, 0.020, 0.001, 0.06, 0.002, 0.037, 0.08),
    "robbed": (0.56, 0.21, 0.01, 0.08, 0.01, 0.05, 0.08),
    "blade": (0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "carried": (0.0, 0.35, 0.0, 0.40, 0.03, 0.20, 0.02),
    "firearm": (0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0),
    "none": (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
}


class Offence(NamedTuple):
    """One kind of offence. `tier` is None outside serious violence; `setting` names a row of `places.SETTINGS`."""

    code: str
    title: str
    tier: str | None
    street_type: str
    yearly: float
    rhythm: str
    setting: str
    victim: str
    injury: str
    weapon: str


_ROWS = f"""
00101|Murder|{HOMICIDE}|{VIOLENCE}|13|night|violence|person|dead|deadly
00401|Manslaughter|{HOMICIDE}|{VIOLENCE}|4|night|violence|person|dead|deadly
00200|Attempted murder|{GRAVEST}|{VIOLENCE}|18|night|violence|person|grave|deadly
00501|Wounding with intent (s18)|{GRAVEST}|{VIOLENCE}|900|night|violence|person|grave|deadly
00504|Endangering life: choke with intent|{GRAVEST}|{VIOLENCE}|45|home|home|person|grave|none
00801|GBH without intent (s20)|{WOUNDING}|{VIOLENCE}|1500|night|violence|person|wound|struck
00806|ABH (s47)|{BODILY_HARM}|{VIOLENCE}|17550|night|violence|person|hurt|struck
00857|Racially or religiously aggravated ABH|{INJURY}|{VIOLENCE}|180|night|street|person|hurt|struck
00859|Racially or religiously aggravated wounding|{INJURY}|{VIOLENCE}|50|night|street|person|wound|struck
03401|Robbery|{ROBBERY}|Robbery|1150|night|street|person|shaken|robbed
01024|Possession of an offensive weapon|{POSSESSION}|Possession of weapons|1000|night|street|state|unhurt|carried
01026|Having an article with a blade or point|{POSSESSION}|Possession of weapons|1050|night|street|state|unhurt|blade
01001|Possession of a firearm with intent|{POSSESSION}|Possession of weapons|40|night|street|state|unhurt|firearm
08101|Other firearms offence|{POSSESSION}|Possession of weapons|110|round|home|state|unhurt|firearm
09001|Other knives offence|{POSSESSION}|Possession of weapons|130|day|street|state|unhurt|blade
05601|Arson endangering life|{ARSON}|Criminal damage and arson|80|night|home|person|shaken|none
02900|Aggravated burglary in a dwelling|{AGGRAVATED_BURGLARY}|Burglary|60|night|home|person|shaken|robbed
03100|Aggravated burglary elsewhere|{AGGRAVATED_BURGLARY}|Burglary|15|night|shop|organisation|unhurt|robbed
10501|Common assault||{VIOLENCE}|16500|night|violence|person|unhurt|none
10423|Assault on a constable||{VIOLENCE}|1000|night|street|person|unhurt|none
00873|Assault on an emergency worker||{VIOLENCE}|350|night|health|person|shaken|none
00301|Threats to kill||{VIOLENCE}|1900|home|home|person|unhurt|struck
19594|Harassment||{VIOLENCE}|9000|home|home|person|unhurt|none
00872|Malicious communications||{VIOLENCE}|6500|round|home|person|unhurt|none
19512|Stalking||{VIOLENCE}|3400|home|home|person|unhurt|none
00867|Controlling or coercive behaviour||{VIOLENCE}|900|home|home|person|unhurt|none
00877|Intentional strangulation||{VIOLENCE}|900|home|home|person|shaken|none
03601|Kidnapping||{VIOLENCE}|120|night|street|person|shaken|struck
01103|Cruelty to or neglect of a child||{VIOLENCE}|900|home|home|person|unhurt|none
01908|Rape||{VIOLENCE}|2100|night|home|person|shaken|none
02003|Sexual assault||{VIOLENCE}|2500|night|violence|person|unhurt|none
08801|Other sexual offence||{VIOLENCE}|2800|round|home|person|unhurt|none
12512|Harassment, alarm or distress (s5)||Public order|6000|night|street|person|unhurt|none
12511|Fear or provocation of violence (s4)||Public order|4200|night|street|person|unhurt|none
12509|Intentional harassment, alarm or distress||Public order|4000|night|street|person|unhurt|none
06601|Affray||Public order|650|night|street|person|unhurt|struck
04600|Shoplifting||Shoplifting|16100|day|shop|organisation|unhurt|none
05800|Criminal damage||Criminal damage and arson|13500|round|street|person|unhurt|none
05602|Arson not endangering life||Criminal damage and arson|500|night|street|organisation|unhurt|none
04900|Other theft||Other theft|11900|day|street|person|unhurt|none
03900|Theft from the person||Theft from the person|1030|night|street|person|unhurt|none
04400|Theft of a pedal cycle||Bicycle theft|1400|day|street|person|unhurt|none
04500|Theft from a vehicle||Vehicle crime|6400|round|street|person|unhurt|none
04800|Theft of a motor vehicle||Vehicle crime|3400|round|street|person|unhurt|none
02801|Burglary in a dwelling||Burglary|5200|round|home|person|unhurt|none
03001|Burglary elsewhere||Burglary|2600|round|shop|organisation|unhurt|none
09200|Drug offence||Drugs|5400|night|street|state|unhurt|none
05400|Handling stolen goods||Other crime|2900|round|home|state|unhurt|none
"""


def _offence(row: str) -> Offence:
    code, title, tier, street_type, yearly, rhythm, setting, victim, injury, weapon = row.split("|")
    return Offence(code, title, tier or None, street_type, float(yearly), rhythm, setting, victim, injury, weapon)


OFFENCES = tuple(_offence(row) for row in _ROWS.strip().splitlines())
NUMBER = {offence.code: number for number, offence in enumerate(OFFENCES)}
IS_SERIOUS = np.array([offence.tier is not None for offence in OFFENCES])
IS_POSSESSION = np.array([offence.tier == POSSESSION for offence in OFFENCES])
# Offences in which one event has several victims, each a crime of its own (counting rules: one crime per victim).
IS_ASSAULT = np.array(
    [o.street_type == VIOLENCE and o.injury != "unhurt" and o.victim == "person" for o in OFFENCES]
) | np.array([o.code == "10501" for o in OFFENCES])
INJURY_TABLE = np.array([INJURY_SHARES[offence.injury] for offence in OFFENCES])
WEAPON_TABLE = np.array([WEAPON_SHARES[offence.weapon] for offence in OFFENCES])

# Harms known to hospitals alone: the offence each would have been, and its share. Assumption of shape.
UNKNOWN_TO_POLICE = {"00806": 0.62, "10501": 0.15, "00801": 0.12, "00501": 0.06, "03401": 0.05}
