"""Candidate pairs of event records and how many have each pattern.

Belongs here: which feeds are compared, and how many pairs have each pattern. Does not: which records are near each
other (`near`), how alike two records are as a pattern (`levels`), and what a pattern is worth (`rates`).

The same comparison runs twice. Between records as they are, it gives the candidates. Between records of which one side
is shifted by whole weeks, it gives pairs that cannot be of one event but share the rhythm of the week and the places:
what chance alone brings in this lake.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from vrp_pipeline.linkage.events.inputs import ADMISSIONS, AMBULANCE, EMERGENCY, FIRE, PATIENTS, POLICE
from vrp_pipeline.linkage.events.levels import NEAR_DAYS, NEAR_MINUTES, NOT_TOLD, SIZES, Records, Rules, levels_of
from vrp_pipeline.linkage.events.near import Neighbours

# A range of more days than this tells too little to compare.
MOST_DAYS = 7
# Whole weeks, beyond the weeks in which the same household is often hurt again, within the same season.
SHIFT_WEEKS = (-9, -7, 7, 9)
# Where these leave a record fewer shifts than this that meet the other feed, in the mean (a lake of less than eight
# months, or a feed that has just joined), the others of a season are counted as well. Of short lakes nothing else is
# left, and the same household hurt again a week later counts as chance.
ENOUGH_SHIFTS = 3.0
FURTHER_SHIFT_WEEKS = tuple(weeks for weeks in range(-13, 14) if weeks and weeks not in SHIFT_WEEKS)
# Chance is learnt where at least so many shifts meet a record in the mean: three weeks of records. In one and two weeks
# of two simulated worlds the stored rates linked better than those learnt (docs/linkage.md#short).
LEAST_SHIFTS = 1.9
# So many days without a record are a gap, if they are also so many times as many as usually pass between days with one:
# nothing met there tells that nothing meets by chance.
GAP_DAYS, GAP_OF_USUAL = 28, 10
# Records of the left feed that are compared with shifted ones, and how many shifted ones lie near them in time; more
# would not make the rates of chance more exact. The second keeps the cost of a dense lake from growing with its square.
SAMPLED_RECORDS = 3_000
SAMPLED_PAIRS = 5_000_000


@dataclass(frozen=True)
class FeedPair:
    """Two feeds whose records are compared: `left` has fewer records. Both are one feed for pairs within it."""

    left: str
    right: str

    @property
    def name(self) -> str:
        """The name of the pair in a model file."""
        return f"{self.left}|{self.right}"

    @property
    def is_within(self) -> bool:
        """Whether the pair compares records of one feed."""
        return self.left == self.right

    @property
    def is_of_patients(self) -> bool:
        """Whether the pair compares patients of two services."""
        return not self.is_within and self.left in PATIENTS and self.right in PATIENTS

    @property
    def arrives(self) -> str:
        """The side that tells when a patient arrived: "left", "right", or "" if neither or both do."""
        if EMERGENCY not in (self.left, self.right) or self.is_within:
            return ""
        return "left" if self.left == EMERGENCY else "right"


FEED_PAIRS = (
    FeedPair(EMERGENCY, POLICE), FeedPair(AMBULANCE, POLICE), FeedPair(ADMISSIONS, POLICE),
    FeedPair(AMBULANCE, EMERGENCY), FeedPair(ADMISSIONS, EMERGENCY), FeedPair(ADMISSIONS, AMBULANCE),
    FeedPair(FIRE, POLICE), FeedPair(EMERGENCY, EMERGENCY), FeedPair(AMBULANCE, AMBULANCE),
)  # fmt: skip

# Records are numbered by what they tell, earliest first, so that no answer depends on the ids that agencies give.
_RECORDS = """
    create or replace temp table records_compared as
    select
        cast(row_number() over (
            order by minute_from, minute_until, known_until, feed, kind, age, sex, east_km, north_km, home_east_km,
                home_north_km, nhs_number, agency_incident, unique_id
        ) as integer) as i,
        unique_id, feed, agency_incident, is_fire,
        minute_from as f, minute_until as u, known_until as k, minute_until - minute_from as w,
        cast(floor(minute_from / 1440) as integer) as day_from,
        cast(floor(minute_until / 1440) as integer) as day_until,
        east_km as e, north_km as n, home_east_km as he, home_north_km as hn,
        cast(floor(east_km) as integer) as ce, cast(floor(north_km) as integer) as cn,
        -- Three hours of the week; the middle of the interval, where it is no longer than half a day.
        case when minute_until - minute_from <= 720
            then cast(floor(((minute_from + minute_until) / 2) / 180) as integer) % 56 end as slot,
        -- Numbers and truth values compare faster than texts.
        hash(kind) as kind_code, kind = 'assault' as is_plain, age, sex = 'male' as is_male, nhs_number as nhs,
        case kind when 'penetrating' then 0 when 'other weapon' then 1 else 2 end
        + 3 * case sex when 'female' then 0 when 'male' then 1 else 2 end
        + 9 * case when age is null then 0 when age < 16 then 1 when age < 20 then 2 when age < 25 then 3
            when age < 35 then 4 when age < 50 then 5 else 6 end as person
    from inputs
    where minute_until - minute_from <= {most} * 1440
"""
# How many look-alikes the other feed has at that hour of the week and within that square kilometre; without a place, at
# that hour in all.
_LEFT = """
    create or replace temp table strata as
    with others as (select ce, cn, slot from records_compared where feed = '{right}'),
    weeks as (select greatest(1, (max(day_from) - min(day_from) + 1) / 7.0) as weeks from records_compared),
    by_cell as (select ce, cn, slot, count(*) as c from others where slot is not null group by all),
    by_cell_day as (select ce, cn, count(*) / 28.0 as c from others group by all),
    by_slot as (select slot, count(*) as c from others where slot is not null group by all),
    all_day as (select count(*) / 28.0 as c from others)
    select
        l.i,
        case when l.e is null then coalesce(by_slot.c, case when l.slot is null then all_day.c end, 0) / weeks.weeks
            else coalesce(by_cell.c, case when l.slot is null then by_cell_day.c end, 0) / weeks.weeks end as alike,
        case
            when l.e is not null then case when alike < 0.03 then 0 when alike < 0.1 then 1
                when alike < 0.3 then 2 else 3 end
            else case when alike < 3 then 4 when alike < 10 then 5 else 6 end + case when l.he is null then 3 else 0 end
        end as stratum
    from records_compared as l
    cross join weeks
    cross join all_day
    left join by_cell on l.ce = by_cell.ce and l.cn = by_cell.cn and l.slot = by_cell.slot
    left join by_cell_day on l.ce = by_cell_day.ce and l.cn = by_cell_day.cn
    left join by_slot on l.slot = by_slot.slot
    where l.feed = '{left}'
"""
_COLUMNS = f"""
    select i, f, u, k, w, coalesce(e, 'nan') as e, coalesce(n, 'nan') as n, coalesce(he, 'nan') as he,
        coalesce(hn, 'nan') as hn, coalesce(age, -1) as age,
        case when is_male then 0 when not is_male then 1 else {NOT_TOLD} end as sex,
        kind_code as kind, is_plain,
        case when nhs is null then 0 else hash(nhs) end as nhs,
        case when agency_incident is null then 0 else hash(agency_incident) end as incident, is_fire,
        0 as stratum, person
    from records_compared where feed = ? order by i
"""  # noqa: S608 - the parts are constants of this module


@dataclass(frozen=True)
class Counts:
    """Patterns of one pair of feeds.

    `levels` has one row per pattern and one column per component of `SIZES`; `codes` are the patterns, `pairs` the
    candidates with each, `by_chance` the shifted pairs with each. `records` counts the left records by stratum and
    person, as far as they lie within reach of the right feed, `exposed` those compared with shifted records, once per
    shift; `shifts` is how many shifts meet a record in the mean. `right_per_day` is the volume of the right.
    """

    feeds: FeedPair
    codes: np.ndarray
    levels: np.ndarray
    pairs: np.ndarray
    by_chance: np.ndarray
    records: np.ndarray
    exposed: np.ndarray
    shifts: float
    right_per_day: float

    @property
    def tells_chance(self) -> bool:
        """Whether the shifted pairs are enough to learn from what chance brings."""
        return self.shifts >= LEAST_SHIFTS


@dataclass(frozen=True)
class Candidates:
    """Pairs that were compared, in pieces: the numbers of the records of both ends, and their pattern, each int32.

    The pieces are never put together: at twelve years that alone would take half a gigabyte.
    """

    pieces: list[tuple[np.ndarray, np.ndarray, np.ndarray]]

    def select(self, codes: np.ndarray, is_wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return both ends, and the place of the pattern in `codes`, of the pairs whose pattern is wanted.

        `codes` are all patterns, ascending; `is_wanted` has a Boolean for each.
        """
        # A table of all patterns takes 32 MB and tells in a tenth of the time that a search among `codes` takes.
        is_wanted_pattern = np.zeros(math.prod(SIZES.values()), dtype=bool)
        is_wanted_pattern[codes[is_wanted]] = True
        found = []
        for left, right, pattern in self.pieces:
            wanted = np.flatnonzero(is_wanted_pattern[pattern])
            found.append((left[wanted], right[wanted], np.searchsorted(codes, pattern[wanted])))
        none = np.array([], dtype=np.int32)
        left, right, place = (np.concatenate([none, *(piece[column] for piece in found)]) for column in range(3))
        return left, right, place


def prepare(connection: duckdb.DuckDBPyConnection) -> dict[str, Records]:
    """Number the records of the registered table `inputs` (in `records_compared`); return those of each feed."""
    connection.execute(_RECORDS.format(most=MOST_DAYS))
    feeds = connection.execute("select distinct feed from records_compared order by feed").fetchall()
    return {feed: Records(**_arrays(connection.execute(_COLUMNS, [feed]))) for (feed,) in feeds}


def compare(
    connection: duckdb.DuckDBPyConnection, feeds: FeedPair, records: dict[str, Records]
) -> tuple[Counts, Candidates]:
    """Return how many pairs have each pattern, real and by chance, and the candidates.

    `records` are those that `prepare` returned.
    """
    connection.execute(_LEFT.format(left=feeds.left, right=feeds.right))
    strata = _arrays(connection.execute("select stratum from strata order by i"))
    left, right = replace(records[feeds.left], **strata), records[feeds.right]
    rules = Rules(feeds.is_within, feeds.is_of_patients, feeds.arrives, is_of_crimes=feeds.right == POLICE)
    neighbours = Neighbours(right, rules)
    candidates = Candidates(list(neighbours.pairs(left)))
    per_day = len(right.i) / (1.0 + _days(records.values()))
    covered = Covered(right)
    by_chance, exposed, shifts = _shifted(neighbours, left, covered, per_day)
    patterns, met = _counted(pattern for _, _, pattern in candidates.pieces)
    codes = np.union1d(patterns, by_chance[0])
    return (
        Counts(
            feeds=feeds,
            codes=codes.astype(np.int64),
            levels=levels_of(codes),
            pairs=_spread(codes, patterns, met),
            by_chance=_spread(codes, *by_chance),
            records=_by_stratum(left, covered.reaches(left)),
            exposed=exposed,
            shifts=shifts,
            right_per_day=per_day,
        ),
        candidates,
    )


class Covered:
    """The days of which a feed has records: from its first to its last, without gaps."""

    def __init__(self, records: Records) -> None:
        begins = np.unique(records.f // 1440)
        between = np.diff(begins)
        usual = float(np.median(between)) if len(between) else 0.0
        ends_gap = np.flatnonzero(between > max(GAP_DAYS, GAP_OF_USUAL * usual))
        # Stretches of days, in each of which no gap lies.
        self._first = begins[np.concatenate([[0], ends_gap + 1])] if len(begins) else begins
        self._last = begins[np.concatenate([ends_gap, [len(begins) - 1]])] if len(begins) else begins
        self._widest = int((records.u // 1440 - records.f // 1440).max(initial=0))

    def holds(self, records: Records, weeks: int = 0) -> np.ndarray:
        """Return whether each record, so many weeks earlier, begins on a covered day."""
        day = records.f // 1440 - 7 * weeks
        return self._touch(day, day)

    def reaches(self, records: Records) -> np.ndarray:
        """Return whether each record may lie near one of the feed: no other can be its partner or meet it by chance."""
        return self._touch(records.f // 1440 - NEAR_DAYS - self._widest, records.u // 1440 + NEAR_DAYS)

    def _touch(self, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        if not len(self._first):
            return np.zeros(len(first), dtype=bool)
        stretch = np.searchsorted(self._first, last, side="right") - 1
        return np.asarray((stretch >= 0) & (self._last[np.maximum(stretch, 0)] >= first))


def shifts_of(left: Records, covered: Covered) -> tuple[tuple[int, ...], float]:
    """Return the shifts in weeks on which chance is counted, and how many meet a record of the left in the mean.

    Shifted are the records of the left, that many weeks earlier. The mean is of the records within reach.
    """
    within_reach = max(1, int(np.count_nonzero(covered.reaches(left))))

    def meet(shifts: tuple[int, ...]) -> float:
        return sum(int(np.count_nonzero(covered.holds(left, weeks))) for weeks in shifts) / within_reach

    mean = meet(SHIFT_WEEKS)
    if mean >= ENOUGH_SHIFTS:
        return SHIFT_WEEKS, mean
    further = tuple(weeks for weeks in FURTHER_SHIFT_WEEKS if covered.holds(left, weeks).any())
    return SHIFT_WEEKS + further, mean + meet(further)


def _shifted(
    neighbours: Neighbours, left: Records, covered: Covered, right_per_day: float
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray, float]:
    """Return the patterns by chance with how many pairs have each, how many records they were sought for, and shifts.

    The last is how many shifts meet a record in the mean.
    """
    weeks, mean = shifts_of(left, covered)
    near = len(left.i) * right_per_day * (1 + 2 * NEAR_MINUTES / 1440) * len(weeks)
    every = max(1, len(left.i) // SAMPLED_RECORDS, int(near // SAMPLED_PAIRS))
    sampled = left.take(np.flatnonzero(left.i % every == 0))
    exposed = sum(_by_stratum(sampled, covered.holds(sampled, each)) for each in weeks)
    # Shifting the records of the left back is shifting those of the right.
    shifted = (sampled.later(-10080 * each) for each in weeks)
    return _counted(pattern for each in shifted for _, _, pattern in neighbours.pairs(each)), np.asarray(exposed), mean


def _counted(pieces: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the patterns in some pieces, ascending, and how many pairs have each."""
    counted = [np.unique(piece, return_counts=True) for piece in pieces]
    if not counted:
        return np.array([], dtype=np.int32), np.array([])
    codes, place = np.unique(np.concatenate([codes for codes, _ in counted]), return_inverse=True)
    counts = np.bincount(place.ravel(), np.concatenate([counts for _, counts in counted]), minlength=len(codes))
    return codes, counts


def _spread(codes: np.ndarray, patterns: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the count of each code, of which some have one."""
    found = np.zeros(len(codes))
    found[np.searchsorted(codes, patterns)] = counts
    return found


def _by_stratum(records: Records, mask: np.ndarray) -> np.ndarray:
    """Return how many records that the mask is true for are of each stratum and person."""
    cell = records.stratum[mask] * SIZES["person"] + records.person[mask]
    size = SIZES["stratum"] * SIZES["person"]
    return np.bincount(cell, minlength=size).astype(float).reshape(SIZES["stratum"], SIZES["person"])


def _arrays(found: duckdb.DuckDBPyConnection) -> dict[str, np.ndarray]:
    return {name: np.asarray(column) for name, column in found.fetchnumpy().items()}


def _days(records: Iterable[Records]) -> int:
    """Return the days from the first record to the last."""
    days = np.concatenate([of_feed.f // 1440 for of_feed in records])
    return int(days.max() - days.min())


def feeds_present(records: dict[str, Records]) -> Iterator[FeedPair]:
    """Yield the pairs of feeds that both have records."""
    return (feeds for feeds in FEED_PAIRS if {feeds.left, feeds.right} <= records.keys())
