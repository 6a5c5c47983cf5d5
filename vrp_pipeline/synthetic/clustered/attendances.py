"""Emergency departments of the clustered world: late arrivals, times told from memory, and patients who come back.

The form of the delivery is the agency's (`agencies.health`); the laws are here. Shares are by difficulty.
"""

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.health import emergency_attendances as feed
from vrp_pipeline.synthetic.agencies import health
from vrp_pipeline.synthetic.clustered import ground as grounds
from vrp_pipeline.synthetic.clustered.ground import Ground
from vrp_pipeline.synthetic.clustered.harms import ClusteredHarms
from vrp_pipeline.synthetic.clustered.scenes import ELSEWHERE, HOME, SCHOOL
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world import patterns, people
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.offences import WEAPONS
from vrp_pipeline.synthetic.world.projection import to_lonlat
from vrp_pipeline.synthetic.world.streams import pick, pick_by

OTHER_INJURIES = 1_400  # a year: accidents, self-harm or unknown intent
# Waiting before a patient comes: at once (median minutes, log-normal spread), the next day, or days later. By kind of
# scene the shares of the latter two. Assumptions [P].
AT_ONCE_MINUTES, AT_ONCE_SPREAD = 70.0, 0.85
NEXT_DAY_MINUTES, DAYS_LATER_MINUTES = (480, 1_500), (1_500, 6_000)
WAITS = {HOME: (0.24, 0.09), SCHOOL: (0.12, 0.03)}
WAITS_ELSE = (0.12, 0.04)
# A patient who comes back for the same injury within 72 hours is a second attendance of one event, told anew. Of all
# attendances 8.7 % are followed by another within a week ([NHS attendances 2020]); the share here is assumed [P].
BACK_AGAIN, BACK_MINUTES = 0.07, (360, 72 * 60)
BACK_AT_OTHER_SITE = 0.12
FLAGGED_TWICE = 0.008
# The time of injury as written: told to a quarter or half hour, to the hour, midnight, noon, time of arrival, nothing.
TOLD_HALF, TOLD_HOUR, MIDNIGHT, NOON, ARRIVAL, NO_TIME = 0.18, 0.17, 0.09, 0.04, 0.08, 0.03
TOLD_MINUTES = 18.0
OTHER_DATE = 0.03  # the date of the night before or the morning after
# The place: blank in more than a third; else the hospital, the centre of the small area, or somewhere near.
PLACE_BLANK, AT_HOSPITAL, AT_CENTROID = 0.35, 0.07, 0.08
OFF_MEDIAN_METRES, OFF_SPREAD = 160.0, 0.7
AGE_WRONG, AGE_BLANK, AGE_ZERO, SEX_BLANK, NUMBER_MISSING = 0.04, 0.04, 0.012, 0.025, 0.12
MECHANISM_UNSPECIFIED = 0.30
FAR_FROM_HOME = 0.2  # of patients who attend the department of their home instead of that of the scene
VISITORS = 0.5  # of those hurt beyond the border, live there too: their home is not coded


def build(ground: Ground, harms: ClusteredHarms, rng: np.random.Generator) -> health.Attendances:
    """Return the departments' records of everyone who attends within the simulated years."""
    harm, occurred, place, person = _injured(ground, harms, rng)
    arrival = occurred + _wait(ground, harms, harm, rng)
    site = _sites(ground, place, person, rng)
    again = np.flatnonzero((harm >= 0) & (rng.random(len(harm)) < BACK_AGAIN))
    index = np.concatenate([np.arange(len(harm)), again])
    is_back = np.arange(len(index)) >= len(harm)
    arrival = np.concatenate([arrival, arrival[again] + rng.integers(*BACK_MINUTES, len(again))])
    site, elsewhere = site[index], rng.integers(0, len(DISTRICTS), len(index))
    site = np.where(is_back & (rng.random(len(index)) < BACK_AT_OTHER_SITE), elsewhere, site)
    columns = _columns(
        ground, harms, harm[index], occurred[index], arrival, place[index], person[index], site, rng
    )  # fmt: skip
    arrival = arrival + ground.slip(feed.name).minutes
    month = patterns.month_index(arrival // patterns.DAY_MINUTES)
    inside = np.flatnonzero((month >= 0) & (month < len(patterns.MONTHS)))
    copied = inside[rng.random(len(inside)) < FLAGGED_TWICE]
    rows = np.concatenate([inside, copied])
    is_duplicate = np.arange(len(rows)) >= len(inside)
    order = np.lexsort((is_duplicate, rows, arrival[rows]))
    rows, is_duplicate = rows[order], is_duplicate[order]
    identifier = texts.joined(texts.constant("91", len(rows)), texts.whole(np.arange(len(rows)) + 1, 10))
    return health.Attendances(
        harm=harm[index][rows],
        person=person[index][rows],
        is_duplicate=is_duplicate,
        arrival=arrival[rows],
        month=month[rows],
        identifier=identifier,
        columns={name: texts.at(values, rows) for name, values in columns.items()}
        | {"attendance_id": identifier, "duplicate_flag": texts.chosen(("0", "1"), is_duplicate.astype(int))},
    )


def _injured(
    ground: Ground, harms: ClusteredHarms, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return harm (or -1), minute, place and person of all patients: assaults first, then other injuries."""
    assaulted = np.flatnonzero(harms.attends & (harms.victim >= 0))
    day = grounds.days(rng, OTHER_INJURIES * ground.scale, (1.0,) * 7, 1.0)
    minute = day * patterns.DAY_MINUTES + rng.integers(0, patterns.DAY_MINUTES, len(day))
    place = pick(rng, ground.where.weight, len(day))
    person = grounds.persons(rng, ground, ground.where.area[place], minute, (0, 90))
    return (
        np.concatenate([assaulted, np.full(len(day), -1)]),
        np.concatenate([harms.minute[assaulted], minute]),
        np.concatenate([harms.place[assaulted], place]),
        np.concatenate([harms.victim[assaulted], person]),
    )


def _wait(ground: Ground, harms: ClusteredHarms, harm: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return minutes from the event to arrival."""
    count = len(harm)
    table = np.array([WAITS.get(kind, WAITS_ELSE) for kind in range(int(harms.kind.max()) + 1)])
    table = np.column_stack([1 - table.sum(axis=1), table])
    form = pick_by(rng, table, np.where(harm >= 0, harms.kind[harm], 0))
    spread = ground.difficulty.spread
    at_once = 5 + rng.lognormal(np.log(AT_ONCE_MINUTES * spread), AT_ONCE_SPREAD, count)
    next_day, days_later = rng.integers(*NEXT_DAY_MINUTES, count), rng.integers(*DAYS_LATER_MINUTES, count)
    return np.asarray(np.choose(form, [at_once.astype(np.int64), next_day, days_later]))


def _sites(ground: Ground, place: np.ndarray, person: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the district (index) whose department each patient attends: that of the scene, or of the home."""
    district = ground.areas.district
    of_home = rng.random(len(place)) < FAR_FROM_HOME
    return np.asarray(np.where(of_home, district[ground.residents.home[person]], district[ground.where.area[place]]))


def _columns(
    ground: Ground, harms: ClusteredHarms, harm: np.ndarray, occurred: np.ndarray, arrival: np.ndarray,
    place: np.ndarray, person: np.ndarray, site: np.ndarray, rng: np.random.Generator,
) -> dict[str, pa.Array]:  # fmt: skip
    count, is_assault = len(harm), harm >= 0
    slow = ground.slip(feed.name).minutes
    codes = [district.site for district in DISTRICTS]
    unknown = WEAPONS.index("unknown")
    weapon = np.where(is_assault, harms.weapon[harm], unknown)
    is_vague = rng.random(count) < ground.difficulty.share(MECHANISM_UNSPECIFIED)
    return {
        "provider_code": texts.chosen([code[:3] for code in codes], site),
        "site_code": texts.chosen(codes, site),
        **_patient(ground, harms, harm, person, arrival, rng),
        "arrival_date": texts.dates((arrival + slow) // patterns.DAY_MINUTES),
        "arrival_time": texts.clocks(arrival + slow),
        "chief_complaint_snomed": _any(health.COMPLAINTS, count, rng),
        "acuity_snomed": _any(health.ACUITIES, count, rng),
        "arrival_mode_snomed": _any(health.MODES, count, rng),
        **_injury_time(ground, occurred, arrival, rng),
        "injury_intent_snomed": health.intent(is_assault, rng),
        "injury_mechanism_snomed": texts.chosen(list(health.MECHANISMS.values()), np.where(is_vague, unknown, weapon)),
        **_injury_place(ground, harms, harm, place, site, rng),
        "discharge_status_snomed": _any(health.DISCHARGES, count, rng),
        "diagnoses_snomed": _any(health.DIAGNOSES, count, rng),
        "assault_location_description": texts.where(is_assault, health.free_text(rng, count)),
    }


def _any(choices: tuple[str, ...], count: int, rng: np.random.Generator) -> pa.Array:
    return texts.chosen(choices, rng.integers(0, len(choices), count))


def _patient(
    ground: Ground, harms: ClusteredHarms, harm: np.ndarray, person: np.ndarray, arrival: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, pa.Array]:  # fmt: skip
    count, residents, difficulty, slip = len(person), ground.residents, ground.difficulty, ground.slip(feed.name)
    age = residents.ages(person, patterns.EPOCH + arrival // patterns.DAY_MINUTES)
    off = np.where(rng.random(count) < difficulty.share(AGE_WRONG), rng.choice([-2, -1, 1, 2], count), 0)
    draw, zero = rng.random(count), difficulty.share(AGE_ZERO)
    is_blank = (draw >= zero) & (draw < zero + difficulty.share(AGE_BLANK)) | slip.blank_ages
    told = np.where(draw < zero, 0, np.maximum(age + off + slip.years, 0))
    sex = np.where(rng.random(count) < difficulty.share(SEX_BLANK), 2, residents.is_female[person].astype(int))
    is_visitor = (harm >= 0) & (harms.kind[harm] == ELSEWHERE) & (rng.random(count) < VISITORS)
    return {
        "patient_pseudonym": texts.where(
            rng.random(count) >= difficulty.share(NUMBER_MISSING), texts.whole(residents.nhs_number[person], 10)
        ),
        "age_at_arrival": texts.where(~is_blank, texts.whole(told)),
        "sex": texts.chosen(("1", "2", "9"), sex),
        "ethnic_category": texts.chosen(people.NHS_ETHNICITIES, residents.ethnicity[person]),
        "residence_lsoa_code": texts.where(~is_visitor, texts.chosen(ground.areas.codes, residents.home[person])),
    }


def _injury_time(
    ground: Ground, occurred: np.ndarray, arrival: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    count, share, slow = len(occurred), ground.difficulty.share, ground.slip(feed.name).minutes
    told = occurred + np.round(rng.normal(0, TOLD_MINUTES * ground.difficulty.spread, count)).astype(np.int64)
    told = np.minimum(told, arrival)
    is_other = rng.random(count) < share(OTHER_DATE)
    told = np.where(is_other, np.minimum(told + rng.choice([-1, 1], count) * patterns.DAY_MINUTES, arrival), told)
    day = told // patterns.DAY_MINUTES * patterns.DAY_MINUTES
    reached = np.cumsum([share(each) for each in (TOLD_HALF, TOLD_HOUR, MIDNIGHT, NOON, ARRIVAL, NO_TIME)])
    form = np.searchsorted(reached, rng.random(count), side="right")
    told = np.choose(form, [told // 30 * 30, told // 60 * 60, day, day + 720, arrival, told, told]) + slow
    has_time = form != 5
    return {
        "injury_date": texts.where(has_time, texts.dates(told // patterns.DAY_MINUTES)),
        "injury_time": texts.where(has_time, texts.clocks(told)),
    }


def _injury_place(
    ground: Ground, harms: ClusteredHarms, harm: np.ndarray, place: np.ndarray, site: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, pa.Array]:  # fmt: skip
    count, where, difficulty = len(harm), ground.where, ground.difficulty
    bearing = rng.uniform(0, 2 * np.pi, count)
    away = rng.lognormal(np.log(OFF_MEDIAN_METRES * difficulty.spread), OFF_SPREAD, count)
    scene = [np.where(harm >= 0, mine[harm], theirs[place]) for mine, theirs in
             ((harms.easting, where.easting), (harms.northing, where.northing))]  # fmt: skip
    hospital, centre = health.hospitals()[site], grounds.centroids(ground.areas)
    is_here = (harm < 0) | (harms.kind[harm] != ELSEWHERE)
    draw, at_hospital = rng.random(count), difficulty.share(AT_HOSPITAL)
    forms = [draw < at_hospital, (draw < at_hospital + difficulty.share(AT_CENTROID)) & is_here]
    easting, northing = (
        np.select(forms, [hospital[:, axis], centre[axis][where.area[place]]], scene[axis] + away * turn(bearing))
        for axis, turn in ((0, np.sin), (1, np.cos))
    )
    longitude, latitude = to_lonlat(easting + ground.slip(feed.name).metres, northing)
    known = rng.random(count) >= difficulty.share(PLACE_BLANK)
    return {
        "place_of_injury_snomed": texts.where(known, texts.chosen(health.PLACES_OF_INJURY, where.kind[place])),
        "injury_latitude": texts.where(known, texts.decimals(latitude, 6)),
        "injury_longitude": texts.where(known, texts.decimals(longitude, 6)),
    }
