"""Emergency department attendances: monthly CSV, less precise and later than police records.

Difficulty of linkage (docs/linkage.md#difficulty): arrival two hours after the event on average with a long tail;
locations 200 to 300 m off or at the hospital itself, and missing in 30 %; a quarter of weapon assaults coded as plain
assault; a tenth of times rounded to the hour or defaulted to midnight; ages wrong by a year in 3 % and unknown in 5 %.
The shares used here are slightly higher, so that no simulated year is easier than these by chance.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.health import emergency_attendances as feed
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.truth import planted
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.world import patterns, people
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.incidents import Harms
from vrp_pipeline.synthetic.world.offences import WEAPONS
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.places import KINDS, Places
from vrp_pipeline.synthetic.world.projection import to_lonlat
from vrp_pipeline.synthetic.world.streams import pick

OTHER_INJURIES = 1_500  # a year: accidents, self-harm, or unknown intent; assumption of shape
ARRIVAL_MEDIAN_MINUTES, ARRIVAL_SPREAD = 65.5, 1.1  # log-normal: the mean is 65.5 · exp(1.1²/2) = 120 minutes
PLACE_MISSING, PLACE_OFF_METRES = 0.31, (200, 300)
PLACE_OF_HOSPITAL = 0.03  # of the known places, recorded when nobody asked where; assumption of shape
KIND_DEGRADED = 0.27
TIME_ROUNDED, TIME_MIDNIGHT = 0.07, 0.03
AGE_WRONG, AGE_UNKNOWN, SEX_UNKNOWN = 0.035, 0.055, 0.01
AGE_ZERO = 0.2  # of the unknown ages, delivered as 0; assumption of shape
NUMBER_MISSING = 0.06  # assumption of shape
TOLD_MINUTES = 10.0  # patients state the time of injury to about ten minutes; assumption of shape
DUPLICATES = 0.01  # records that SUS flags as duplicates; assumption of shape

# Intent codes agreed with the classification seed: 276853009 [S], the others [K].
ASSAULT, ACCIDENT, SELF_INFLICTED = "361269008", "242056005", "276853009"
OTHER_INTENTS = ((ACCIDENT, 0.60), (SELF_INFLICTED, 0.25), (None, 0.15))
# The members of the ECDS sets for mechanism and place were not found (docs/feeds.md#health). These invented codes have
# the length and form of the UK extension and begin with 999.
MECHANISMS = {name: f"9990{number:02d}1000000101" for number, name in enumerate(WEAPONS, start=10)}
UNSPECIFIED = MECHANISMS["unknown"]
PLACES_OF_INJURY = tuple(f"9991{number:02d}1000000102" for number, _ in enumerate(KINDS, start=10))
COMPLAINTS = ("225552003", "125643001", "125667009")  # wound, open wound, contusion
DIAGNOSES = ("125667009", "125643001", "72704001", "125667009,125643001")
ACUITIES = tuple(f"9992{number:02d}1000000103" for number in range(10, 15))
MODES = tuple(f"9993{number:02d}1000000104" for number in range(10, 13))
DISCHARGES = tuple(f"9994{number:02d}1000000105" for number in range(10, 13))


@dataclass(frozen=True)
class Attendances:
    """All attendances in order of arrival: `columns` by contract name.

    `harm` is an index into the harms, or -1 for other injuries; `is_duplicate` marks records flagged as duplicates;
    `arrival` is in minutes since patterns.EPOCH and `month` an index into patterns.MONTHS.
    """

    harm: np.ndarray
    person: np.ndarray
    is_duplicate: np.ndarray
    arrival: np.ndarray
    month: np.ndarray
    identifier: pa.Array
    columns: dict[str, pa.Array]


def build(
    harms: Harms, geography: Geography, where: Places, victims: People, scale: float, rng: np.random.Generator
) -> Attendances:
    """Return the departments' records of everyone who attends within the simulated years."""
    harm, occurred, place, person = _injured(harms, geography, where, victims, scale, rng)
    lag = rng.lognormal(np.log(ARRIVAL_MEDIAN_MINUTES), ARRIVAL_SPREAD, len(occurred))
    arrival = occurred + 1 + lag.astype(np.int64)
    month = patterns.month_index(arrival // patterns.DAY_MINUTES)
    inside = np.flatnonzero((month >= 0) & (month < len(patterns.MONTHS)))
    copied = inside[rng.random(len(inside)) < DUPLICATES]
    index = np.concatenate([inside, copied])
    is_duplicate = np.arange(len(index)) >= len(inside)
    order = np.lexsort((is_duplicate, index, arrival[index]))
    index, is_duplicate = index[order], is_duplicate[order]
    columns = _columns(harms, geography, where, victims, harm[inside], occurred[inside], arrival[inside], place[inside],
                       person[inside], rng)  # fmt: skip
    position = np.searchsorted(inside, index)
    identifier = texts.joined(texts.constant("90", len(index)), texts.whole(np.arange(len(index)) + 1, 10))
    return Attendances(
        harm=harm[index],
        person=person[index],
        is_duplicate=is_duplicate,
        arrival=arrival[index],
        month=month[index],
        identifier=identifier,
        columns={name: values.take(pa.array(position)) for name, values in columns.items()}
        | {"attendance_id": identifier, "duplicate_flag": texts.chosen(("0", "1"), is_duplicate.astype(int))},
    )


def month_table(attendances: Attendances, number: int) -> tuple[pa.Table, np.ndarray]:
    """Return the delivery of one month (index into patterns.MONTHS), and its rows as indices into `attendances`."""
    rows = np.flatnonzero(attendances.month == number)
    columns = {name: values.take(pa.array(rows)) for name, values in attendances.columns.items()}
    return deliveries.table(feed, columns), rows


def deliver(inbox: Path, attendances: Attendances, faults: list[planted.PlantedFault]) -> list[Path]:
    """Write one file per month; planted faults and flagged duplicates are added to `faults`."""
    return [_write(inbox, attendances, number, str(month), faults) for number, month in enumerate(patterns.MONTHS)]


def canaries(attendances: Attendances) -> Canaries:
    """Return identifiers that must occur in no output of the pipeline."""
    return {feed.name: spread(attendances.columns, ("patient_pseudonym", "assault_location_description"))}


def _write(inbox: Path, attendances: Attendances, number: int, month: str, faults: list[planted.PlantedFault]) -> Path:
    path = inbox / f"ecds_injuries_{month}.csv"
    table, rows = month_table(attendances, number)
    faults += [
        planted.PlantedFault(
            feed.name, path.name, None, int(row) + 1, attendances.identifier[int(rows[row])].as_py(),
            "SUS flags the record as a duplicate", planted.EXCLUDE,
        )
        for row in np.flatnonzero(attendances.is_duplicate[rows])
    ]  # fmt: skip
    sound = (attendances.harm[rows] >= 0) & ~attendances.is_duplicate[rows]
    table, planted_here = planted.plant(planted.ATTENDANCES, table, attendances.month[rows], sound, path.name)
    faults += planted_here
    return deliveries.write_csv(path, table)


def _injured(
    harms: Harms, geography: Geography, where: Places, victims: People, scale: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return harm (or -1), minute, place and person of all attenders: assaults first, then other injuries."""
    assaulted = np.flatnonzero(harms.attends)
    days = patterns.draw_days(rng, patterns.day_weights(rng)[3], OTHER_INJURIES * scale)
    minutes = patterns.draw_minutes(rng, days, np.full(len(days), 3))
    place = where.draw(rng, "home", len(days))
    person = victims.draw(rng, people.homes_near(rng, geography, where.area[place]))
    return (
        np.concatenate([assaulted, np.full(len(days), -1)]),
        np.concatenate([harms.minute[assaulted], minutes]),
        np.concatenate([harms.place[assaulted], place]),
        np.concatenate([harms.victim[assaulted], person]),
    )


def _columns(
    harms: Harms, geography: Geography, where: Places, victims: People, harm: np.ndarray, occurred: np.ndarray,
    arrival: np.ndarray, place: np.ndarray, person: np.ndarray, rng: np.random.Generator,
) -> dict[str, pa.Array]:  # fmt: skip
    count = len(harm)
    is_assault = harm >= 0
    site = np.array([district.site for district in DISTRICTS])[geography.district[where.area[place]]]
    return {
        "provider_code": pa.array([code[:3] for code in site], pa.string()),
        "site_code": pa.array(site, pa.string()),
        **_patient(geography, victims, person, arrival, rng),
        "arrival_date": texts.dates(arrival // patterns.DAY_MINUTES),
        "arrival_time": texts.clocks(arrival),
        "chief_complaint_snomed": texts.chosen(COMPLAINTS, rng.integers(0, len(COMPLAINTS), count)),
        "acuity_snomed": texts.chosen(ACUITIES, rng.integers(0, len(ACUITIES), count)),
        "arrival_mode_snomed": texts.chosen(MODES, rng.integers(0, len(MODES), count)),
        **_injury_time(occurred, arrival, rng),
        "injury_intent_snomed": intent(is_assault, rng),
        "injury_mechanism_snomed": _mechanism(harms, harm, rng),
        **_injury_place(harms, geography, where, harm, place, rng),
        "discharge_status_snomed": texts.chosen(DISCHARGES, rng.integers(0, len(DISCHARGES), count)),
        "diagnoses_snomed": texts.chosen(DIAGNOSES, rng.integers(0, len(DIAGNOSES), count)),
        "assault_location_description": texts.where(is_assault, free_text(rng, count)),
    }


def _patient(
    geography: Geography, victims: People, person: np.ndarray, arrival: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    count = len(person)
    age = victims.ages(person, patterns.EPOCH + arrival // patterns.DAY_MINUTES)
    off = np.where(rng.random(count) < AGE_WRONG, rng.choice([-1, 1], count), 0)
    sex = np.where(rng.random(count) < SEX_UNKNOWN, 2, victims.is_female[person].astype(int))
    return {
        "patient_pseudonym": texts.where(
            rng.random(count) >= NUMBER_MISSING, texts.whole(victims.nhs_number[person], 10)
        ),
        "age_at_arrival": _told_age(np.maximum(age + off, 0), rng),
        "sex": texts.chosen(("1", "2", "9"), sex),
        "ethnic_category": texts.chosen(people.NHS_ETHNICITIES, victims.ethnicity[person]),
        "residence_lsoa_code": texts.chosen(geography.codes, victims.home[person]),
    }


def _told_age(age: np.ndarray, rng: np.random.Generator) -> pa.Array:
    """Return the recorded age; unknown ages are blank or 0."""
    draw = rng.random(len(age))
    told = np.where(draw < AGE_UNKNOWN * AGE_ZERO, 0, age)
    return texts.where((draw < AGE_UNKNOWN * AGE_ZERO) | (draw >= AGE_UNKNOWN), texts.whole(told))


def _injury_time(occurred: np.ndarray, arrival: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    told = occurred + np.round(rng.normal(0, TOLD_MINUTES, len(occurred))).astype(np.int64)
    told = np.minimum(told, arrival)
    draw = rng.random(len(told))
    midnight = told // patterns.DAY_MINUTES * patterns.DAY_MINUTES
    told = np.select([draw < TIME_ROUNDED, draw < TIME_ROUNDED + TIME_MIDNIGHT], [told // 60 * 60, midnight], told)
    return {"injury_date": texts.dates(told // patterns.DAY_MINUTES), "injury_time": texts.clocks(told)}


def intent(is_assault: np.ndarray, rng: np.random.Generator) -> pa.Array:
    """Return the intent of each injury: assault, or one of the others."""
    other = pick(rng, np.array([share for _, share in OTHER_INTENTS]), len(is_assault))
    choices = [ASSAULT, *(code for code, _ in OTHER_INTENTS)]
    return pa.array(choices, pa.string()).take(pa.array(np.where(is_assault, 0, other + 1)))


def _mechanism(harms: Harms, harm: np.ndarray, rng: np.random.Generator) -> pa.Array:
    weapon = np.where(harm >= 0, harms.weapon[harm], WEAPONS.index("unknown"))
    degraded = rng.random(len(harm)) < KIND_DEGRADED
    return texts.chosen(list(MECHANISMS.values()), np.where(degraded, WEAPONS.index("unknown"), weapon))


def _injury_place(
    harms: Harms, geography: Geography, where: Places, harm: np.ndarray, place: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    """Return the scene, 200 to 300 m off in any direction, or the hospital; kind is missing with the coordinates."""
    count = len(harm)
    bearing, away = rng.uniform(0, 2 * np.pi, count), rng.uniform(*PLACE_OFF_METRES, count)
    easting = np.where(harm >= 0, harms.easting[harm], where.easting[place]) + away * np.sin(bearing)
    northing = np.where(harm >= 0, harms.northing[harm], where.northing[place]) + away * np.cos(bearing)
    known = rng.random(count) >= PLACE_MISSING
    # A random stream of its own, so that adding default places left all other draws unchanged.
    is_default = rng.spawn(1)[0].random(count) < PLACE_OF_HOSPITAL
    hospital = hospitals()[geography.district[where.area[place]]]
    longitude, latitude = to_lonlat(
        np.where(is_default, hospital[:, 0], easting), np.where(is_default, hospital[:, 1], northing)
    )
    return {
        "place_of_injury_snomed": texts.where(known, texts.chosen(PLACES_OF_INJURY, where.kind[place])),
        "injury_latitude": texts.where(known, texts.decimals(latitude, 6)),
        "injury_longitude": texts.where(known, texts.decimals(longitude, 6)),
    }


def hospitals() -> np.ndarray:
    """Return easting and northing of the emergency department used by each district's residents, by district index.

    A department is placed at the centre of the first district that names it.
    """
    first: dict[str, tuple[int, int]] = {}
    for district in DISTRICTS:
        first.setdefault(district.site, district.centre)
    return np.array([first[district.site] for district in DISTRICTS])


def free_text(rng: np.random.Generator, count: int) -> pa.Array:
    """Return the place of injury as typed by reception staff, often with a name ([ISTV places 2026])."""
    names = people.full_names(rng, 1_000)
    shapes = (
        "Black Lion pub o/s, pt {0}",
        "ptx home, assaulted by {0}",
        "u/k",
        "outside nightclub with {0}, Commercial rd",
        "unkonwn",
        "{0} house party",
    )
    notes = [shapes[number % len(shapes)].format(name) for number, name in enumerate(names)]
    return texts.chosen(notes, rng.integers(0, len(notes), count))
