"""Hospital admissions after an assault: monthly CSV, provisional ("flex") first and final ("freeze") later.

Derived from the harms whose victims attend hospital; the harms themselves are in `world.incidents`. Quirks of
docs/feeds.md#health: two episodes in one admission, ICD-10 codes with and without dot and padding, ages in days as 7001
to 7007, small areas of both vintages. Shares without a source are assumptions of shape.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.health import DIAGNOSES
from vrp_pipeline.feeds.health import admissions as feed
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.truth.planted import PlantedFault, Planting, RowFault, plant
from vrp_pipeline.synthetic.world import patterns, people
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import FIRST_CODE_2011, Geography, area_codes
from vrp_pipeline.synthetic.world.incidents import Harms
from vrp_pipeline.synthetic.world.offences import INJURIES, WEAPONS
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.places import KINDS, Places
from vrp_pipeline.synthetic.world.postcodes import INWARD
from vrp_pipeline.synthetic.world.streams import pick

# 900 episodes a year (docs/methods.md#levels) of some 7,000 attendances: the seriously injured and a few others.
ADMITTED = {"none": 0.0, "minor": 0.026, "serious": 0.30, "fatal": 0.4}
SECOND_EPISODE, UNFINISHED = 0.08, 0.02
WAIT_MEDIAN_MINUTES, WAIT_SPREAD = 240.0, 0.8
NUMBER_MISSING, SEX_UNKNOWN, AGE_UNKNOWN = 0.03, 0.005, 0.01
CAUSE_UNSPECIFIED = 0.12
OLD_AREA = 0.1
# What a provisional file lacks: late episodes, and the codes of episodes not yet coded.
LATE, UNCODED = 0.06, 0.10
FROZEN_AFTER_MONTHS = 2  # the last two months of the simulation are provisional only
CAUSES = {
    "none": "Y04", "blade": "X99", "firearm": "X95", "blunt": "Y00", "corrosive": "X86", "other": "Y08",
    "unknown": "Y09",
}  # fmt: skip
# Fourth character by kind of place (KINDS): home, street, trade, school or institution, other, unspecified [K].
PLACES = dict(zip(KINDS, "045522849", strict=True))
FORMS = (("{0}{1}", 0.7), ("{0}.{1}", 0.2), ("{0}X", 0.1))
INJURED = ("S010", "S018", "S024", "S025", "S202", "S211", "S270", "S311", "S610", "S619", "S711", "T141")

PLANTING = Planting(
    feed=feed.name,
    keys=("EPIKEY",),
    prefix="999",
    rows_per_fault=30,  # the suite tolerates 4 %
    faults=(
        RowFault(3, "the age is suppressed", {"STARTAGE": "*"}),
        RowFault(7, "the sex is of another scheme", {"SEX": "M"}),
        RowFault(11, "the external cause is words", {"CAUSE_3": "assault"}),
        RowFault(14, "a spreadsheet rounded the key", {"EPIKEY": "5.00001E+11"}),
        RowFault(17, "the date does not exist", {"ADMIDATE": "2023-09-31"}),
    ),
)


@dataclass(frozen=True)
class Episodes:
    """All episodes in order of admission, as in the final submission: `columns` by contract name without `submission`.

    `is_late` marks episodes absent from every provisional file, `is_uncoded` those without codes in it.
    """

    harm: np.ndarray
    person: np.ndarray
    is_second: np.ndarray
    is_late: np.ndarray
    is_uncoded: np.ndarray
    month: np.ndarray
    columns: dict[str, pa.Array]


def build(harms: Harms, geography: Geography, where: Places, patients: People, rng: np.random.Generator) -> Episodes:
    """Return the coded episodes of everyone admitted within the simulated years."""
    harm = np.flatnonzero(harms.attends & (harms.victim >= 0) & (harms.injury > 0))
    wait = rng.lognormal(np.log(WAIT_MEDIAN_MINUTES), WAIT_SPREAD, len(harm)).astype(np.int64)
    day = (harms.minute[harm] + wait) // patterns.DAY_MINUTES
    month = patterns.month_index(day)
    kept, is_first = _admitted(harms.injury[harm], month, rng)
    order = np.lexsort((kept, day[kept]))
    kept, is_first = kept[order], is_first[order]
    times = 1 + (rng.random(len(kept)) < SECOND_EPISODE)
    admission, is_first = np.repeat(kept, times), np.repeat(is_first, times)
    is_second = np.diff(admission, prepend=-1) == 0
    count = len(admission)
    columns = {
        "episode_id": texts.joined(texts.constant("50", count), texts.whole(np.arange(count) + 1, 10)),
        **_stay(harms, geography, where, harm, day, admission, is_second, rng),
        **_patient(geography, patients, harms.victim[harm], day, admission, rng),
        **codes(harms, where, harm, admission, rng),
    }
    return Episodes(
        harm=harm[admission],
        person=harms.victim[harm[admission]],
        is_second=is_second,
        is_late=~is_first & (rng.random(count) < LATE),
        is_uncoded=rng.random(count) < UNCODED,
        month=month[admission],
        columns=columns,
    )


def _admitted(injury: np.ndarray, month: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of the injured who are admitted, and whether each is the likeliest of the month.

    The likeliest is always admitted, so that a small partnership has an admission in every month too.
    """
    chance = np.array([ADMITTED[name] for name in INJURIES])[injury]
    rank = rng.random(len(injury)) / np.maximum(chance, 1e-9)
    inside = np.flatnonzero((month >= 0) & (month < len(patterns.MONTHS)))
    by_month = inside[np.lexsort((rank[inside], month[inside]))]
    first = by_month[np.diff(month[by_month], prepend=-1) > 0]
    kept = np.union1d(inside[rank[inside] < 1], first)
    return kept, np.isin(kept, first)


def submissions(number: int) -> tuple[str, ...]:
    """Return the names of the submissions of a month (index into patterns.MONTHS), in order."""
    return ("flex", "freeze") if number < len(patterns.MONTHS) - FROZEN_AFTER_MONTHS else ("flex",)


def month_table(episodes: Episodes, number: int, submission: str) -> tuple[pa.Table, np.ndarray]:
    """Return one submission of one month (index into patterns.MONTHS), and its rows as indices into `episodes`."""
    is_final = submission == "freeze"
    rows = np.flatnonzero((episodes.month == number) & (is_final | ~episodes.is_late))
    columns = {name: values.take(pa.array(rows)) for name, values in episodes.columns.items()}
    columns["submission"] = texts.constant("F" if is_final else "P", len(rows))
    if not is_final:
        coded = ~episodes.is_uncoded[rows]
        names = ["external_cause", *(f"diagnosis_{n:02d}" for n in range(1, DIAGNOSES + 1))]
        columns |= {name: texts.where(coded, columns[name]) for name in names}
    return deliveries.table(feed, columns), rows


def deliver(inbox: Path, episodes: Episodes, faults: list[PlantedFault]) -> list[Path]:
    """Write the submissions of each month, with faults planted in the final ones."""
    paths = []
    for number, month in enumerate(patterns.MONTHS):
        for submission in submissions(number):
            path = inbox / f"apc_assault_{month}_{submission}.csv"
            table, rows = month_table(episodes, number, submission)
            if submission == "freeze":
                sound = ~episodes.is_second[rows]
                table, planted_here = plant(PLANTING, table, episodes.month[rows], sound, path.name)
                faults += planted_here
            paths.append(deliveries.write_csv(path, table))
    return paths


def canaries(episodes: Episodes) -> Canaries:
    """Return identifiers of the provisional submissions that must occur in no output of the pipeline."""
    return {
        feed.name: spread(episodes.columns, ("patient_pseudonym", "home_postcode"), np.flatnonzero(~episodes.is_late))
    }


def _stay(
    harms: Harms, geography: Geography, where: Places, harm: np.ndarray, day: np.ndarray, admission: np.ndarray,
    is_second: np.ndarray, rng: np.random.Generator,
) -> dict[str, pa.Array]:  # fmt: skip
    site = np.array([district.site for district in DISTRICTS])[geography.district[where.area[harms.place[harm]]]]
    started = day[admission] + np.where(is_second, rng.integers(0, 4, len(admission)), 0)
    return {
        "provider_code": pa.array([code[:3] for code in site[admission]], pa.string()),
        "site_code": pa.array(site[admission], pa.string()),
        "admission_date": texts.dates(day[admission]),
        "admission_method": texts.constant("21", len(admission)),
        "episode_start_date": texts.dates(started),
        "episode_number": texts.whole(1 + is_second.astype(int)),
        "episode_state": texts.chosen(("3", "1"), (rng.random(len(admission)) < UNFINISHED).astype(int)),
    }


def _patient(
    geography: Geography, patients: People, person: np.ndarray, day: np.ndarray, admission: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, pa.Array]:  # fmt: skip
    count = len(person)
    age = patients.ages(person, patterns.EPOCH + day)
    ages = texts.either(age == 0, texts.whole(7001 + rng.integers(0, 7, count)), texts.whole(age))
    sex = np.where(rng.random(count) < SEX_UNKNOWN, 2, patients.is_female[person].astype(int))
    old = area_codes(FIRST_CODE_2011, len(geography))
    home = patients.home[person]
    areas = texts.either(rng.random(count) < OLD_AREA, texts.chosen(old, home), texts.chosen(geography.codes, home))
    postcodes = [f"{district.postcode_area}9 {inward}" for district in DISTRICTS for inward in INWARD]
    lives = geography.district[home] * len(INWARD) + rng.integers(0, len(INWARD), count)
    columns = {
        "patient_pseudonym": texts.where(
            rng.random(count) >= NUMBER_MISSING, texts.whole(patients.nhs_number[person], 10)
        ),
        "age_at_start": texts.where(rng.random(count) >= AGE_UNKNOWN, ages),
        "sex": texts.chosen(("1", "2", "9"), sex),
        "ethnic_category": texts.chosen(people.NHS_ETHNICITIES, patients.ethnicity[person]),
        "residence_lsoa_code": areas,
        "home_postcode": texts.chosen(postcodes, lives),
    }
    return {name: texts.at(values, admission) for name, values in columns.items()}


def codes(
    harms: Harms, where: Places, harm: np.ndarray, admission: np.ndarray, rng: np.random.Generator,
    *, unspecified: float = CAUSE_UNSPECIFIED,
) -> dict[str, pa.Array]:  # fmt: skip
    """Return the codes: the injury first, then the assault with its place, then sometimes a second injury."""
    count = len(harm)
    named = rng.random(count) >= unspecified
    weapon = np.where(named, harms.weapon[harm], WEAPONS.index("unknown"))
    kind = where.kind[harms.place[harm]]
    form = pick(rng, np.array([share for _, share in FORMS]), count)
    choices = [style.format(CAUSES[w], PLACES[k]) for w in WEAPONS for k in KINDS for style, _ in FORMS]
    assault = texts.chosen(choices, (weapon * len(KINDS) + kind) * len(FORMS) + form)
    columns = {
        "external_cause": texts.chosen([CAUSES[w] for w in WEAPONS], weapon),
        "diagnosis_01": texts.chosen(INJURED, rng.integers(0, len(INJURED), count)),
        "diagnosis_02": assault,
        "diagnosis_03": texts.where(
            rng.random(count) < 0.4, texts.chosen(INJURED, rng.integers(0, len(INJURED), count))
        ),
    }
    columns |= {f"diagnosis_{number:02d}": texts.blank(count) for number in range(4, DIAGNOSES + 1)}
    return {name: texts.at(values, admission) for name, values in columns.items()}
