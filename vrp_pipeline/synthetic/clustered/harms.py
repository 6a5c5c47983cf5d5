"""The people harmed at each scene: who, how badly, and which agencies learn of each of them.

Of one brawl police may record three victims of five, and a department see four. Nobody here writes anything down.
"""

from dataclasses import dataclass

import numpy as np

from vrp_pipeline.synthetic.clustered import ground as grounds
from vrp_pipeline.synthetic.clustered.ground import Ground
from vrp_pipeline.synthetic.clustered.scenes import (
    BRAWL,
    ELSEWHERE,
    HOME,
    NIGHT,
    NOBODY,
    OTHER,
    SCHOOL,
    STREET,
    Scenes,
)
from vrp_pipeline.synthetic.world.incidents import Harms
from vrp_pipeline.synthetic.world.offences import INJURIES, INJURY_TABLE, NUMBER, OFFENCES, VIOLENCE, WEAPON_TABLE
from vrp_pipeline.synthetic.world.places import KINDS as PLACE_KINDS
from vrp_pipeline.synthetic.world.streams import pick, pick_by

# Shares of offences by kind of scene; those of all kinds together give the levels of the offence table. Assumption [P].
OFFENCE_SHARES = {
    NIGHT: {"00806": 0.50, "10501": 0.37, "00801": 0.060, "00501": 0.045, "00857": 0.010, "00859": 0.003,
            "00200": 0.0010, "00101": 0.0006, "00401": 0.0002},
    BRAWL: {"00806": 0.60, "10501": 0.14, "00801": 0.14, "00501": 0.11, "00857": 0.010},
    HOME: {"00806": 0.44, "10501": 0.517, "00801": 0.030, "00501": 0.012, "00200": 0.0004, "00101": 0.0004},
    SCHOOL: {"10501": 0.58, "00806": 0.40, "00801": 0.015, "00501": 0.005},
    STREET: {"00806": 0.49, "10501": 0.43, "00801": 0.042, "00501": 0.028, "00857": 0.007, "00859": 0.002,
             "00200": 0.0005, "00101": 0.0003, "00401": 0.0002},
    ELSEWHERE: {"00806": 0.65, "10501": 0.10, "00801": 0.15, "00501": 0.10},
}  # fmt: skip
AGES = {NIGHT: (17, 38), BRAWL: (16, 34), SCHOOL: (11, 16), STREET: (10, 65), ELSEWHERE: (14, 60), OTHER: (14, 80),
        HOME: (16, 90)}  # fmt: skip
# Of the people harmed at a scene that police know, those who become a victim on record.
RECORDED = {BRAWL: 0.60, SCHOOL: 0.75}
RECORDED_ELSE = 0.92
# Of the victims known to police, those who attend a department: by injury, for minor injuries by kind.
ATTENDING = {"serious": 0.66, "fatal": 0.3}
ATTENDING_MINOR = {NIGHT: 0.065, HOME: 0.02, SCHOOL: 0.08, STREET: 0.04, OTHER: 0.03}
BRAWLERS_ATTEND = 0.9
# Of the patients of the area's incidents, those treated in a hospital beyond the border, which sends nothing here.
TREATED_ELSEWHERE = 0.06
DOMESTIC_RELATED = 0.5  # share of other violence in a dwelling that is domestic


@dataclass(frozen=True)
class ClusteredHarms(Harms):
    """Harms with the kind of their scene (index into scenes.KINDS) and the care they get.

    `attends` means a department of this area; `is_treated_elsewhere` one beyond the border, and `is_helped` care by an
    ambulance alone.
    """

    kind: np.ndarray
    is_treated_elsewhere: np.ndarray
    is_helped: np.ndarray


def build(ground: Ground, told: Scenes, rng: np.random.Generator) -> ClusteredHarms:
    """Return every harm of the scenes, by incident."""
    incident = np.repeat(np.arange(len(told)), told.size)
    count, is_first = len(incident), np.diff(incident, prepend=-1) > 0
    kind, minute, place = told.kind[incident], told.minute[incident], told.place[incident]
    offence = _offences(rng, kind, told.offence[incident])
    injury = pick_by(rng, INJURY_TABLE, offence)
    is_known = told.is_known[incident]
    injured_at_least = ~is_known | (kind == BRAWL)
    injury = np.where(injured_at_least & (injury == 0), 1, injury)
    recorded = np.full(len(AGES), RECORDED_ELSE)
    for number, share in RECORDED.items():
        recorded[number] = share
    known_to_police = is_known & (is_first | (rng.random(count) < recorded[kind]))
    treated = _treated(rng, told.is_treated[incident] & (kind != BRAWL), kind, offence, injury)
    is_elsewhere = treated & (kind != ELSEWHERE) & (rng.random(count) < TREATED_ELSEWHERE)
    helped = told.is_helped[incident] & ~treated
    is_aware = known_to_police | (treated & ~is_elsewhere) | helped
    kept = np.flatnonzero(is_aware | is_elsewhere)
    in_dwelling = ground.where.kind[place] == PLACE_KINDS.index("dwelling")
    is_violence = np.array([item.street_type == VIOLENCE for item in OFFENCES])[offence]
    domestic = (kind == HOME) | ((kind == OTHER) & is_violence & in_dwelling & (rng.random(count) < DOMESTIC_RELATED))
    return ClusteredHarms(
        incident=incident[kept],
        offence=offence[kept],
        minute=minute[kept],
        place=place[kept],
        easting=told.easting[incident[kept]],
        northing=told.northing[incident[kept]],
        victim=_victims(ground, rng, kind, told.victim[incident], place, minute, offence)[kept],
        injury=injury[kept],
        weapon=pick_by(rng, WEAPON_TABLE, offence)[kept],
        is_domestic=domestic[kept],
        known_to_police=known_to_police[kept],
        attends=(treated & ~is_elsewhere)[kept],
        kind=kind[kept],
        is_treated_elsewhere=is_elsewhere[kept],
        is_helped=helped[kept],
    )


def _offences(rng: np.random.Generator, kind: np.ndarray, given: np.ndarray) -> np.ndarray:
    offence = given.copy()
    for number, shares in OFFENCE_SHARES.items():
        mine = np.flatnonzero((kind == number) & (given == NOBODY))
        codes = np.array([NUMBER[code] for code in shares])
        offence[mine] = codes[pick(rng, np.array(list(shares.values())), len(mine))]
    return offence


def _treated(
    rng: np.random.Generator, is_patient: np.ndarray, kind: np.ndarray, offence: np.ndarray, injury: np.ndarray
) -> np.ndarray:
    """Return who attends a department, here or elsewhere."""
    minor = np.array([ATTENDING_MINOR.get(number, 0.0) for number in range(len(AGES))])
    share = np.select(
        [injury == INJURIES.index(name) for name in INJURIES],
        [np.zeros(len(kind)), minor[kind], np.full(len(kind), ATTENDING["serious"]),
         np.full(len(kind), ATTENDING["fatal"])],
    )  # fmt: skip
    share = np.where(kind == BRAWL, BRAWLERS_ATTEND, share)
    is_bodily = np.array([item.street_type in (VIOLENCE, "Robbery") for item in OFFENCES])[offence]
    return np.asarray(is_patient | (is_bodily & (rng.random(len(kind)) < share)))


def _victims(
    ground: Ground, rng: np.random.Generator, kind: np.ndarray, given: np.ndarray, place: np.ndarray,
    minute: np.ndarray, offence: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Return the person harmed (index), or NOBODY where the offence has no personal victim."""
    victim = given.copy()
    has_victim = np.array([item.victim == "person" for item in OFFENCES])[offence]
    for number, ages in AGES.items():
        mine = np.flatnonzero((kind == number) & (given == NOBODY) & has_victim)
        victim[mine] = grounds.persons(rng, ground, ground.where.area[place[mine]], minute[mine], ages)
    return victim
