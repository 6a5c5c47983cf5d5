"""Stop and search as published in the public archive: no key, latitude first, blank object for drugs searches.

The rows are packed into the archives of `archives`. Blank columns and their shares were counted in the first 85 rows of
the Hampshire file of January 2024 ([Hampshire files 2024]): a fifth without a place, no operation, all of them of
people.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.partnership import FORCE_SLUG, TIME_ZONE
from vrp_pipeline.feeds.police import AGE_RANGES, SEARCH_GENDERS, SEARCH_TYPES
from vrp_pipeline.feeds.police import stop_and_searches as feed
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.truth.planted import Planting, RowFault
from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.offences import RHYTHMS
from vrp_pipeline.synthetic.world.places import Places
from vrp_pipeline.synthetic.world.projection import to_lonlat
from vrp_pipeline.synthetic.world.streams import pick, pick_by

YEARLY = 12_000  # docs/methods.md#levels
TOGETHER = 0.18  # searches of a second person at the same place and time; assumption of shape
UNLOCATED = 0.20
VEHICLE = 2  # a search of a vehicle alone: index into the types
TYPE_SHARES = (0.93, 0.05, 0.02)  # assumption of shape: the counted rows are all of people
GENDER_SHARES = (0.86, 0.13, 0.01)
AGE_SHARES = (0.0005, 0.20, 0.2695, 0.24, 0.25, 0.04)  # the last: blank
POWERS = {
    "Misuse of Drugs Act 1971 (section 23)": 0.62,
    "Police and Criminal Evidence Act 1984 (section 1)": 0.35,
    "Criminal Justice and Public Order Act 1994 (section 60)": 0.02,
    "Firearms Act 1968 (section 47)": 0.01,
}
OBJECTS = (
    "", "Stolen goods", "Article for use in theft", "Anything to threaten or harm anyone", "Offensive weapons",
    "Firearms", "Controlled drugs",
)  # fmt: skip
OBJECTS_BY_POWER = np.array(
    [
        [0.97, 0.00, 0.00, 0.00, 0.00, 0.00, 0.03],
        [0.30, 0.33, 0.12, 0.17, 0.08, 0.00, 0.00],
        [0.10, 0.00, 0.00, 0.45, 0.45, 0.00, 0.00],
        [0.00, 0.00, 0.00, 0.00, 0.00, 1.00, 0.00],
    ]
)
OUTCOMES = {
    "A no further action disposal": 0.70,
    "Community resolution": 0.13,
    "Arrest": 0.13,
    "Summons / charged by post": 0.02,
    "Penalty Notice for Disorder": 0.01,
    "Khat or Cannabis warning": 0.01,
}
LINKED = (0.06, 0.97, 0.85, 0.95, 0.9, 1.0)  # by outcome; a link also occurs with no further action [S]
STRIPPED = 0.02
# Self-defined ethnicities, most frequent first, and the officer-defined one.
ETHNICITIES = (
    ("White - English/Welsh/Scottish/Northern Irish/British", "White", 0.62),
    ("Other ethnic group - Not stated", "White", 0.14),
    ("Other ethnic group - Not stated", "Other", 0.04),
    ("White - Any other White background", "White", 0.08),
    ("Black/African/Caribbean/Black British - African", "Black", 0.05),
    ("Asian/Asian British - Pakistani", "Asian", 0.04),
    ("Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background", "Mixed", 0.03),
)

PLANTING = Planting(
    feed=feed.name,
    keys=(),
    prefix="",
    faults=(
        RowFault(2, "latitude and longitude are swapped", {"Latitude": "-1.404400", "Longitude": "50.909700"}),
        RowFault(5, "the date does not exist", {"Date": "2022-09-31T21:15:00+00:00"}),
        RowFault(9, "0,0 stands for unknown, where a blank is agreed", {"Latitude": "0.000000", "Longitude": "0.0"}),
        RowFault(11, "the gender is a letter, where words are agreed", {"Gender": "M"}),
        RowFault(15, "the age is one of another scheme", {"Age range": "18 to 24"}),
        RowFault(19, "the type of search is blank", {"Type": None}),
        RowFault(20, "the answer is neither yes nor no", {"Outcome linked to object of search": "perhaps"}),
    ),
)


@dataclass(frozen=True)
class Searches:
    """All searches in order of time: `columns` by contract name, `month` as an index into patterns.MONTHS."""

    month: np.ndarray
    located: np.ndarray
    columns: dict[str, pa.Array]


def build(where: Places, scale: float, rng: np.random.Generator) -> Searches:
    """Return all searches of the simulated years."""
    night = RHYTHMS.index("night")
    weights = patterns.day_weights(rng)[night] * patterns.year_factor(False)
    days = patterns.draw_days(rng, weights, YEARLY / (1 + TOGETHER) * scale)
    minute = patterns.draw_minutes(rng, days, np.full(len(days), night)) // 5 * 5
    place = where.draw(rng, "street", len(days))
    occasion = np.repeat(np.arange(len(days)), 1 + (rng.random(len(days)) < TOGETHER))
    occasion = occasion[np.argsort(minute[occasion], kind="stable")]
    moment = _universal(minute[occasion])
    month = patterns.month_index(moment // patterns.DAY_MINUTES)
    occasion, moment, month = (values[month >= 0] for values in (occasion, moment, month))
    located = (rng.random(len(days)) >= UNLOCATED)[occasion]
    return Searches(month, located, _columns(where, place[occasion], moment, located, rng))


def members(searches: Searches, archive: tuple[np.datetime64, np.datetime64]) -> list[tuple[str, pa.Table, np.ndarray]]:
    """Return name, table and rows (indices) of each member of an archive, oldest month first.

    `archive` holds the first and the newest month.
    """
    files = []
    for month in np.arange(archive[0], archive[1] + 1):
        rows = np.flatnonzero(searches.month == int((month - patterns.MONTHS[0]).astype(int)))
        columns = {name: values.take(pa.array(rows)) for name, values in searches.columns.items()}
        files.append((f"{month}/{month}-{FORCE_SLUG}-stop-and-search.csv", deliveries.table(feed, columns), rows))
    return files


def _universal(minutes: np.ndarray) -> np.ndarray:
    """Convert local minutes since patterns.EPOCH to UTC: the archive writes times with the offset +00:00."""
    local = pa.array((minutes + texts.UNIX_DAYS * patterns.DAY_MINUTES) * 60).cast(pa.timestamp("s"))
    moment = pc.assume_timezone(local, str(TIME_ZONE), ambiguous="earliest", nonexistent="latest")
    return np.asarray(moment.cast(pa.int64())) // 60 - texts.UNIX_DAYS * patterns.DAY_MINUTES


def _columns(
    where: Places, place: np.ndarray, moment: np.ndarray, located: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    count = len(place)
    longitude, latitude = to_lonlat(where.easting, where.northing)
    power = pick(rng, np.array(list(POWERS.values())), count)
    kind = pick(rng, np.array(TYPE_SHARES), count)
    outcome = pick(rng, np.array(list(OUTCOMES.values())), count)
    wanted = pick_by(rng, OBJECTS_BY_POWER, power)
    yes_or_no = ("False", "True")
    linked = (rng.random(count) < np.array(LINKED)[outcome]).astype(int)
    return {
        "search_type": texts.chosen(list(SEARCH_TYPES), kind),
        "searched_at": texts.joined(
            pc.replace_substring(texts.times(moment), " ", "T"), texts.constant("+00:00", count)
        ),
        "is_part_of_operation": texts.blank(count),
        "operation": texts.blank(count),
        "latitude": texts.where(located, texts.at(texts.decimals(latitude, 6), place)),
        "longitude": texts.where(located, texts.at(texts.decimals(longitude, 6), place)),
        **_person(kind != VEHICLE, rng),
        "legislation": texts.chosen(list(POWERS), power),
        "object_of_search": texts.where(wanted > 0, texts.chosen(OBJECTS, wanted)),
        "outcome": texts.chosen(list(OUTCOMES), outcome),
        "is_outcome_linked": texts.chosen(yes_or_no, linked),
        "is_more_than_outer_clothing": texts.where(
            kind != VEHICLE, texts.chosen(yes_or_no, (rng.random(count) < STRIPPED).astype(int))
        ),
    }


def _person(is_person: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    count = len(is_person)
    ages = pick(rng, np.array(AGE_SHARES), count)
    ethnicity = pick(rng, np.array([share for _, _, share in ETHNICITIES]), count)
    return {
        "gender": texts.where(is_person, texts.chosen(list(SEARCH_GENDERS), pick(rng, np.array(GENDER_SHARES), count))),
        "age_range": texts.where(is_person & (ages < len(AGE_RANGES)), texts.chosen([*AGE_RANGES, ""], ages)),
        "self_defined_ethnicity": texts.where(is_person, texts.chosen([own for own, _, _ in ETHNICITIES], ethnicity)),
        "officer_defined_ethnicity": texts.where(
            is_person, texts.chosen([seen for _, seen, _ in ETHNICITIES], ethnicity)
        ),
    }
