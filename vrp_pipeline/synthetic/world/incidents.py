"""The incidents before any agency records them: time, place, offence, victim, and which agencies become aware.

A harm is one offence against one victim; an incident may consist of several harms (five people injured in one fight).
Police know some, an emergency department knows some, few are known to both. What an agency records is drawn in its own
module.
"""

from dataclasses import dataclass

import numpy as np

from vrp_pipeline.synthetic.world import offences, patterns, places
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.offences import IS_ASSAULT, IS_SERIOUS, NUMBER, OFFENCES, RHYTHMS
from vrp_pipeline.synthetic.world.people import People, homes_near
from vrp_pipeline.synthetic.world.streams import pick, pick_by

# Crimes that will be cancelled or transferred; the volumes are of crimes that remain. Assumption [P]: the Home Office
# publishes such crimes as a separate table ([HO crime tables 2024]).
INACTIVE_SHARE = 0.03
# Share of assaults with further victims, and how many more (1, 2, 3 or 4). Assumption of shape.
FURTHER_VICTIMS_SHARE = 0.05
FURTHER_VICTIMS = (0.78, 0.14, 0.05, 0.03)
FURTHER_PER_ASSAULT = FURTHER_VICTIMS_SHARE * sum(n * share for n, share in enumerate(FURTHER_VICTIMS, start=1))
FURTHER_OFFENCES = ("00806", "10501")
# Share of violence in a dwelling that is domestic. Assumption of shape.
DOMESTIC_SHARE = 0.6

# Assault attendances a year (docs/methods.md#levels), of which 41 % are known to police: with personal identifiers 59 %
# were not ([Gray 2017]).
ASSAULT_ATTENDANCES = 7_000
KNOWN_TO_POLICE = 0.41
# Share of injured people who attend hospital, by injury (none, minor, serious, fatal); that of minor injuries follows
# from the two figures above. Assumption of shape.
ATTENDING = {"serious": 0.75, "fatal": 0.3}


@dataclass(frozen=True)
class Harms:
    """Arrays over harms, by incident. `minute` is since patterns.EPOCH; `victim` is -1 where there is none.

    `offence`, `injury` and `weapon` are indices into OFFENCES, INJURIES and WEAPONS; coordinates are in metres of the
    British National Grid.
    """

    incident: np.ndarray
    offence: np.ndarray
    minute: np.ndarray
    place: np.ndarray
    easting: np.ndarray
    northing: np.ndarray
    victim: np.ndarray
    injury: np.ndarray
    weapon: np.ndarray
    is_domestic: np.ndarray
    known_to_police: np.ndarray
    attends: np.ndarray

    def __len__(self) -> int:
        return len(self.incident)

    @property
    def day(self) -> np.ndarray:
        """Return the day since patterns.EPOCH."""
        return self.minute // patterns.DAY_MINUTES


def build(geography: Geography, where: places.Places, victims: People, scale: float, rng: np.random.Generator) -> Harms:
    """Return all harms from 1 January 2022, three months before the first delivered month, to 31 March 2024."""
    weights = patterns.day_weights(rng)
    known = [_first_harms(rng, weights, where, number, _rate(number) * scale) for number in range(len(OFFENCES))]
    unseen_yearly = ASSAULT_ATTENDANCES * (1 - KNOWN_TO_POLICE) * scale
    unseen = [
        _first_harms(rng, weights, where, NUMBER[code], unseen_yearly * share)
        for code, share in offences.UNKNOWN_TO_POLICE.items()
    ]
    police_share = sum(len(day) for day, _, _ in known)
    day, offence, place = (np.concatenate(parts) for parts in zip(*known, *unseen, strict=True))
    rhythm = np.array([RHYTHMS.index(item.rhythm) for item in OFFENCES])[offence]
    minute = patterns.draw_minutes(rng, day, rhythm)
    easting, northing = places.scatter(rng, where, geography, place)
    known_to_police = np.arange(len(day)) < police_share

    base = _with_further_victims(rng, offence, known_to_police)
    offence = np.where(base.is_first, offence[base.parent], _further_offences(rng, len(base.parent)))
    incident, minute, place = base.parent, minute[base.parent], place[base.parent]
    has_victim = np.array([item.victim == "person" for item in OFFENCES])[offence]
    homes = homes_near(rng, geography, where.area[place])
    victim = np.where(has_victim, victims.draw(rng, homes), -1)
    injury = pick_by(rng, offences.INJURY_TABLE, offence)
    known_to_police = known_to_police[base.parent]
    # The uninjured do not attend hospital, so harms known to hospitals alone have at least a minor injury.
    injury = np.where(~known_to_police & (injury == 0), 1, injury)
    is_violence = np.array([item.street_type == offences.VIOLENCE for item in OFFENCES])[offence]
    in_dwelling = where.kind[place] == places.KINDS.index("dwelling")
    return Harms(
        incident=incident,
        offence=offence,
        minute=minute,
        place=place,
        easting=easting[base.parent],
        northing=northing[base.parent],
        victim=victim,
        injury=injury,
        weapon=pick_by(rng, offences.WEAPON_TABLE, offence),
        is_domestic=is_violence & in_dwelling & (rng.random(len(incident)) < DOMESTIC_SHARE),
        known_to_police=known_to_police,
        attends=_attending(rng, offence, injury, known_to_police, scale),
    )


def _rate(number: int) -> float:
    """Return incidents a year at first-year volume: crimes that remain, before further victims are added."""
    offence = OFFENCES[number]
    standing = offence.yearly / (1 - INACTIVE_SHARE) if IS_SERIOUS[number] else offence.yearly
    return standing / (1 + FURTHER_PER_ASSAULT) if IS_ASSAULT[number] else standing


def _first_harms(
    rng: np.random.Generator, weights: np.ndarray, where: places.Places, number: int, yearly: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    offence = OFFENCES[number]
    rates = weights[RHYTHMS.index(offence.rhythm)] * patterns.year_factor(bool(IS_SERIOUS[number]))
    day = patterns.draw_days(rng, rates, yearly)
    return day, np.full(len(day), number), where.draw(rng, offence.setting, len(day))


@dataclass(frozen=True)
class _Further:
    """For each harm in order, the index of the first harm of its incident, and whether it is that first one."""

    parent: np.ndarray
    is_first: np.ndarray


def _with_further_victims(rng: np.random.Generator, offence: np.ndarray, known: np.ndarray) -> _Further:
    more = 1 + pick(rng, np.array(FURTHER_VICTIMS), len(offence))
    fight = IS_ASSAULT[offence] & known & (rng.random(len(offence)) < FURTHER_VICTIMS_SHARE)
    parent = np.repeat(np.arange(len(offence)), np.where(fight, 1 + more, 1))
    return _Further(parent, np.diff(parent, prepend=-1) == 1)


def _further_offences(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return the offences against further victims of a fight, in proportion to their overall frequency."""
    numbers = np.array([NUMBER[code] for code in FURTHER_OFFENCES])
    return np.asarray(numbers[pick(rng, np.array([OFFENCES[n].yearly for n in numbers]), count)])


def _attending(
    rng: np.random.Generator, offence: np.ndarray, injury: np.ndarray, known: np.ndarray, scale: float
) -> np.ndarray:
    """Return whether the victim attends hospital: all harms known to hospitals alone, a share of the others."""
    assaulted = np.array([item.street_type in (offences.VIOLENCE, "Robbery") for item in OFFENCES])[offence] & known
    wanted = ASSAULT_ATTENDANCES * KNOWN_TO_POLICE * scale * patterns.YEARS
    graver = sum(
        share * np.count_nonzero(assaulted & (injury == offences.INJURIES.index(name)))
        for name, share in ATTENDING.items()
    )
    minor = max(1, int(np.count_nonzero(assaulted & (injury == offences.INJURIES.index("minor")))))
    share = np.array([0.0, min(1.0, max(0.0, (wanted - graver) / minor)), ATTENDING["serious"], ATTENDING["fatal"]])
    return np.asarray(~known | (assaulted & (rng.random(len(offence)) < share[injury])))
