"""Hospital admissions of the clustered world: transfers to another hospital, and readmissions within ten days.

The form of the delivery is the agency's (`agencies.admissions`); the laws are here. Shares are by difficulty.
"""

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.health import admissions as feed
from vrp_pipeline.synthetic.agencies import admissions
from vrp_pipeline.synthetic.clustered.ground import Ground
from vrp_pipeline.synthetic.clustered.harms import ClusteredHarms
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world import patterns, people
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import FIRST_CODE_2011, area_codes
from vrp_pipeline.synthetic.world.offences import INJURIES
from vrp_pipeline.synthetic.world.postcodes import INWARD

# Some 900 episodes a year, transfers and readmissions included (docs/methods.md#levels). Assumptions [P].
ADMITTED = {"none": 0.0, "minor": 0.020, "serious": 0.26, "fatal": 0.4}
WAIT_MEDIAN_MINUTES, WAIT_SPREAD = 300.0, 0.8
NEXT_DAYS, NEXT_DAYS_MINUTES = 0.12, (1_440, 4_000)
TRANSFERRED, TRANSFER_DAYS = 0.06, (0, 3)
READMITTED, READMITTED_DAYS = 0.07, (2, 11)
SECOND_EPISODE, UNFINISHED = 0.07, 0.02
AGE_BLANK, SEX_BLANK, NUMBER_MISSING = 0.015, 0.01, 0.03
CAUSE_UNSPECIFIED = 0.18
OLD_AREA = 0.08
LATE, UNCODED = 0.06, 0.10


def build(ground: Ground, harms: ClusteredHarms, rng: np.random.Generator) -> admissions.Episodes:
    """Return the coded episodes of everyone admitted within the simulated years."""
    patient = np.flatnonzero(harms.attends & (harms.victim >= 0) & (harms.injury > 0))
    wait = rng.lognormal(np.log(WAIT_MEDIAN_MINUTES), WAIT_SPREAD, len(patient)).astype(np.int64)
    wait = np.where(rng.random(len(patient)) < NEXT_DAYS, rng.integers(*NEXT_DAYS_MINUTES, len(patient)), wait)
    day = (harms.minute[patient] + wait) // patterns.DAY_MINUTES
    chance = np.array([ADMITTED[name] for name in INJURIES])[harms.injury[patient]]
    kept = _each_month(day, rng.random(len(patient)) / np.maximum(chance, 1e-9))
    district = ground.areas.district[ground.where.area[harms.place[patient[kept]]]]
    stay = _stays(day[kept], district, rng)
    month = patterns.month_index(stay["day"])
    inside = np.flatnonzero((month >= 0) & (month < len(patterns.MONTHS)))
    inside = inside[np.lexsort((inside, stay["day"][inside]))]
    times = 1 + (rng.random(len(inside)) < SECOND_EPISODE)
    row = np.repeat(inside, times)
    is_second = np.diff(np.repeat(np.arange(len(inside)), times), prepend=-1) == 0
    count, harm = len(row), patient[kept][stay["of"]]
    columns = {
        "episode_id": texts.joined(texts.constant("51", count), texts.whole(np.arange(count) + 1, 10)),
        **_spell(stay, row, is_second, rng),
        **_patient(ground, harms.victim[harm], stay["day"], row, rng),
        **admissions.codes(harms, ground.where, harm, row, rng,
                           unspecified=ground.difficulty.share(CAUSE_UNSPECIFIED)),
    }  # fmt: skip
    return admissions.Episodes(
        harm=harm[row],
        person=harms.victim[harm[row]],
        is_second=is_second,
        is_late=(rng.random(count) < LATE) & ~_is_first_of_month(month[row]),
        is_uncoded=rng.random(count) < UNCODED,
        month=month[row],
        columns=columns,
    )


def _each_month(day: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """Return who is admitted: ranks below one, and the likeliest of each month, so that no month is without."""
    month = patterns.month_index(day)
    order = np.lexsort((rank, month))
    first = order[np.diff(month[order], prepend=-999) > 0]
    return np.union1d(np.flatnonzero(rank < 1), first)


def _is_first_of_month(month: np.ndarray) -> np.ndarray:
    return np.diff(month, prepend=-1) > 0


def _stays(day: np.ndarray, district: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return every stay: `of` the admitted (index), `day` of admission and `site` (district of the hospital)."""
    every = np.arange(len(day))
    moved = every[rng.random(len(day)) < TRANSFERRED]
    again = every[rng.random(len(day)) < READMITTED]
    other = rng.integers(0, len(DISTRICTS), len(moved))
    codes = np.array([facts.site for facts in DISTRICTS])
    # A transfer goes to another hospital.
    same = codes[other] == codes[district[moved]]
    elsewhere = np.array([int(np.flatnonzero(codes != code)[0]) for code in codes])
    other = np.where(same, elsewhere[district[moved]], other)
    return {
        "of": np.concatenate([every, moved, again]),
        "day": np.concatenate(
            [day, day[moved] + rng.integers(*TRANSFER_DAYS, len(moved)),
             day[again] + rng.integers(*READMITTED_DAYS, len(again))]
        ),
        "site": np.concatenate([district, other, district[again]]),
    }  # fmt: skip


def _spell(
    stay: dict[str, np.ndarray], row: np.ndarray, is_second: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    codes, site, day, count = [facts.site for facts in DISTRICTS], stay["site"][row], stay["day"][row], len(row)
    return {
        "provider_code": texts.chosen([code[:3] for code in codes], site),
        "site_code": texts.chosen(codes, site),
        "admission_date": texts.dates(day),
        "admission_method": texts.constant("21", count),
        "episode_start_date": texts.dates(day + np.where(is_second, rng.integers(0, 4, count), 0)),
        "episode_number": texts.whole(1 + is_second.astype(int)),
        "episode_state": texts.chosen(("3", "1"), (rng.random(count) < UNFINISHED).astype(int)),
    }


def _patient(
    ground: Ground, person: np.ndarray, day: np.ndarray, row: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    count, residents, difficulty, slip = len(person), ground.residents, ground.difficulty, ground.slip(feed.name)
    age = residents.ages(person, patterns.EPOCH + day)
    told = texts.either(
        age == 0, texts.whole(7001 + rng.integers(0, 7, count)), texts.whole(np.maximum(age + slip.years, 1))
    )
    has_age = (rng.random(count) >= difficulty.share(AGE_BLANK)) & (not slip.blank_ages)
    sex = np.where(rng.random(count) < difficulty.share(SEX_BLANK), 2, residents.is_female[person].astype(int))
    home = residents.home[person]
    old = texts.chosen(area_codes(FIRST_CODE_2011, len(ground.areas)), home)
    postcodes = [f"{district.postcode_area}9 {inward}" for district in DISTRICTS for inward in INWARD]
    lives = ground.areas.district[home] * len(INWARD) + rng.integers(0, len(INWARD), count)
    columns = {
        "patient_pseudonym": texts.where(
            rng.random(count) >= difficulty.share(NUMBER_MISSING), texts.whole(residents.nhs_number[person], 10)
        ),
        "age_at_start": texts.where(has_age, told),
        "sex": texts.chosen(("1", "2", "9"), sex),
        "ethnic_category": texts.chosen(people.NHS_ETHNICITIES, residents.ethnicity[person]),
        "residence_lsoa_code": texts.either(rng.random(count) < OLD_AREA, old, texts.chosen(ground.areas.codes, home)),
        "home_postcode": texts.chosen(postcodes, lives),
    }
    return {name: texts.at(values, row) for name, values in columns.items()}
