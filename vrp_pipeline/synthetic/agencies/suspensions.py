"""Suspensions and permanent exclusions: one CSV a term, of the children in `world.children`.

Schools are closed in August and half of April, so months differ by calendar rather than behaviour. One cell holds up to
three reasons. Level: docs/methods.md#levels, 25,000 a year; shares of reasons follow the national release, in which
persistent disruption is about half. Otherwise assumptions of shape [P].
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.local_authorities import suspensions as feed
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.truth import planted
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.truth.planted import PlantedFault, Planting, RowFault
from vrp_pipeline.synthetic.world import children, patterns, postcodes
from vrp_pipeline.synthetic.world.children import Children
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.streams import pick

YEARLY = 25_000
SECOND_YEAR = 1.06  # suspensions rose everywhere after the pandemic [K]
TERMS = ("2022-04", "2022-09", "2023-01", "2023-04", "2023-09", "2024-01", "2024-04")  # first months; the last ends
# First and last days without school beside weekends: approximately Hampshire's calendar [K].
SHUT = (
    ("2022-04-09", "2022-04-24"), ("2022-05-30", "2022-06-05"), ("2022-07-22", "2022-09-01"),
    ("2022-10-24", "2022-10-30"), ("2022-12-17", "2023-01-02"), ("2023-02-13", "2023-02-19"),
    ("2023-04-01", "2023-04-16"), ("2023-05-29", "2023-06-04"), ("2023-07-22", "2023-09-01"),
    ("2023-10-23", "2023-10-29"), ("2023-12-16", "2024-01-01"), ("2024-02-12", "2024-02-18"),
    ("2024-03-29", "2024-04-14"),
)  # fmt: skip
# Relative rate of suspension by age on the first simulated day: low in primary schools, highest at 13 to 14.
FIRST_AGE, AGES = 4, (1, 1, 1, 2, 2, 3, 8, 12, 12, 10, 7, 3)
REASONS = {
    "DB": 0.46, "VA": 0.13, "PP": 0.16, "VP": 0.05, "PA": 0.05, "DA": 0.035, "OW": 0.025, "DM": 0.02, "MT": 0.015,
    "RA": 0.015, "TH": 0.01, "BU": 0.01, "SM": 0.006, "LG": 0.006, "BW": 0.006, "SB": 0.002,
}  # fmt: skip
SECOND_REASON, THIRD_REASON = 0.18, 0.15
CATEGORIES = (("SUSP", 0.985), ("PERM", 0.008), ("LNCH", 0.007))
SESSIONS = ((1, 0.05), (2, 0.34), (3, 0.06), (4, 0.24), (6, 0.15), (10, 0.13), (20, 0.03))
NUMBER_MISSING, DISTRICT_MISSING, BIRTH_MISSING = 0.02, 0.04, 0.01
SCHOOLS_PER_DISTRICT = 9
SEXES = (("M", "F"), ("1", "2"), ("M", "F"), ("1", "2"))  # as exported by each authority's system
PLANTING = Planting(
    feed=feed.name,
    keys=("row_reference",),
    prefix="999",
    rows_per_fault=60,
    copies_in=10,
    faults=(
        RowFault(1, "the date is a remark", {"start_date": "see notes"}),
        RowFault(3, "x stands for a suppressed value", {"sessions": "x"}),
        RowFault(5, "reasons are joined by a stroke", {"exclusion_reasons": "PP/DB"}),
        RowFault(7, "the length is in minutes", {"sessions": "480"}),
        RowFault(8, "the category is not agreed", {"exclusion_category": "EXCL"}),
        RowFault(11, "the pupil would be 50", {"date_of_birth": "1973-01-01"}),
        RowFault(14, "the sex is a word that nobody agreed", {"sex": "Girl"}),
        RowFault(17, "c stands for a suppressed value", {"exclusion_reasons": "c"}),
        RowFault(19, "the headings stand again among the rows", {c.header: c.header for c in feed.columns}),
        RowFault(21, "the date does not exist", {"start_date": "2024-01-32"}),
    ),
)


@dataclass(frozen=True)
class Suspensions:
    """All suspensions in order of first day: `columns` by contract name, `month` as an index into patterns.MONTHS."""

    columns: dict[str, pa.Array]
    month: np.ndarray


def build(known: Children, scale: float, rng: np.random.Generator) -> Suspensions:
    """Return the suspensions recorded by the schools of all authorities in the simulated years."""
    days = _days(scale, rng)
    return Suspensions(_columns(known, days, draw(known, len(days), rng), rng), patterns.month_index(days))


def deliver(inbox: Path, suspended: Suspensions, faults: list[PlantedFault]) -> list[Path]:
    """Write one file a term and record its planted faults in `faults`."""
    columns, month = suspended.columns, suspended.month
    paths = []
    for first, after in pairwise(TERMS):
        begins, ends = (int((np.datetime64(m) - patterns.MONTHS[0]).astype(int)) for m in (first, after))
        rows = np.flatnonzero((month >= begins) & (month < ends))
        table = deliveries.table(feed, {name: values.take(pa.array(rows)) for name, values in columns.items()})
        path = inbox / f"suspensions_term_from_{first}.csv"
        is_sound = np.ones(len(rows), dtype=bool)
        table, here = planted.plant(PLANTING, table, month[rows], is_sound, path.name)
        faults += here
        paths.append(deliveries.write_csv(path, table))
    return paths


def canaries(suspended: Suspensions) -> Canaries:
    """Return identifiers that must occur in no output of the pipeline."""
    identifying = ("pupil_pseudonym", "pupil_name", "pupil", "incident_description", "school_postcode")
    return {feed.name: spread(suspended.columns, identifying)}


def _days(scale: float, rng: np.random.Generator) -> np.ndarray:
    """Return one school day (since patterns.EPOCH) per suspension, in order."""
    days = np.arange(patterns.DAYS)
    day = patterns.EPOCH + days
    is_open = (patterns.weekdays(days) < 5) & (day >= patterns.FIRST_DAY)
    for first, last in SHUT:
        is_open &= (day < np.datetime64(first)) | (day > np.datetime64(last))
    weights = np.where(is_open, np.where(day >= patterns.SECOND_YEAR, SECOND_YEAR, 1.0), 0.0)
    count = max(24, int(rng.poisson(YEARLY * (1 + SECOND_YEAR) * scale)))
    return np.sort(pick(rng, weights, count))


def draw(known: Children, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `count` children (indices) in proportion to their rate of suspension by age, some repeatedly."""
    everyone = np.arange(len(known))
    age = known.people.ages(everyone, np.full(len(known), patterns.EPOCH)) - FIRST_AGE
    by_age = np.where((age >= 0) & (age < len(AGES)), np.array(AGES)[np.clip(age, 0, len(AGES) - 1)], 0)
    return pick(rng, known.trouble * by_age, count)


def _columns(known: Children, days: np.ndarray, child: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    count = len(days)
    district, authority = known.district[child], known.authority[child]
    category = pick(rng, np.array([share for _, share in CATEGORIES]), count)
    sessions = np.array([n for n, _ in SESSIONS])[pick(rng, np.array([share for _, share in SESSIONS]), count)]
    sessions = np.where(category == 2, 1, sessions)
    school = district * SCHOOLS_PER_DISTRICT + child % SCHOOLS_PER_DISTRICT
    year = texts.whole((patterns.EPOCH + days).astype("datetime64[Y]").astype(int) - 30, 2)
    school_year = (known.people.ages(child, patterns.EPOCH + days) - 4).clip(0)
    names = texts.at(known.name, child)
    sexes = [letter for pair in SEXES for letter in pair]
    return {
        "suspension_id": texts.joined(
            texts.chosen(children.AUTHORITIES, authority), year, texts.whole(np.arange(count) + 1, 7)
        ),
        "authority_code": texts.chosen(children.AUTHORITIES, authority),
        "school_urn": texts.whole(990_000 + school, 6),
        "school_district_code": texts.where(
            rng.random(count) >= DISTRICT_MISSING, texts.chosen([d.code for d in DISTRICTS], district)
        ),
        "school_postcode": postcodes.near(rng, district),
        "pupil_pseudonym": texts.where(rng.random(count) >= NUMBER_MISSING, texts.at(known.pupil_number, child)),
        "pupil_name": names,
        "pupil": texts.where(rng.random(count) >= BIRTH_MISSING, children.born(known, child)),
        "sex": texts.chosen(sexes, authority * 2 + known.people.is_female[child]),
        "ethnicity": texts.chosen(children.ETHNICITIES, known.people.ethnicity[child]),
        "year_group": texts.either(school_year == 0, texts.constant("R", count), texts.whole(school_year)),
        "sen_provision": texts.chosen(("N", "K", "E"), pick(rng, np.array([0.5, 0.38, 0.12]), count)),
        "is_eligible_for_free_meals": texts.chosen(
            ("true", "false", "1", "0"), 2 * (authority % 2) + (rng.random(count) >= 0.45)
        ),
        "category": texts.chosen([code for code, _ in CATEGORIES], category),
        "exclusion_reasons": _reasons(count, rng),
        "started_on": texts.dates(days),
        "sessions": texts.where(category != 1, texts.whole(sessions)),
        "incident_description": texts.joined(
            names, texts.constant("pushed another pupil in the corridor", count), by=" "
        ),
    }


def _reasons(count: int, rng: np.random.Generator) -> pa.Array:
    """Return one to three different reason codes joined by semicolons."""
    codes, weights = list(REASONS), np.array(list(REASONS.values()))
    first, second, third = (pick(rng, weights, count) for _ in range(3))
    has_second = (rng.random(count) < SECOND_REASON) & (second != first)
    has_third = has_second & (rng.random(count) < THIRD_REASON) & (third != first) & (third != second)
    joined = texts.chosen(codes, first)
    for present, more in ((has_second, second), (has_third, third)):
        joined = texts.either(present, texts.joined(joined, texts.chosen(codes, more), by=";"), joined)
    return joined
