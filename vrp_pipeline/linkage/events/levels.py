"""Comparison levels of pairs of event records, on columns: the level of each comparison and the pattern they make.

A *pattern* is one whole number per pair that holds the level of each comparison and the stratum. Which pairs are
compared is in `near`, what a pattern is worth in `rates`. Each level is read off a table or counted in thresholds
passed: that takes a tenth of the time of the same rules in SQL.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

# Number of levels of each component of a pattern, most significant first.
SIZES = {"stratum": 10, "person": 63, "time": 55, "place": 14, "age_sex": 15, "kind": 4, "number": 3}
# Intervals further apart than this are two events: a day, since a date is often one off (the night of Saturday is that
# of Sunday), and an hour, since the times beside it are rounded.
NEAR_MINUTES = 1500
NEAR_DAYS = -(-NEAR_MINUTES // 1440)
NOT_TOLD = 2


@dataclass(frozen=True)
class Records:
    """Columns of records that are compared, all of one length and in order of `i`, the number of the record.

    Minutes (`f` from, `u` until, `k` known, `w` the width) and ages are whole numbers, an age that is not told -1;
    kilometres (`e`, `n`, of the home `he`, `hn`) are NaN where not told, the hashes `nhs` and `incident` 0. `sex` is 0,
    1 or NOT_TOLD. `stratum` and `person` are read of a left record alone; the first depends on the feed of the right.
    """

    i: np.ndarray
    f: np.ndarray
    u: np.ndarray
    k: np.ndarray
    w: np.ndarray
    e: np.ndarray
    n: np.ndarray
    he: np.ndarray
    hn: np.ndarray
    age: np.ndarray
    sex: np.ndarray
    kind: np.ndarray
    is_plain: np.ndarray
    nhs: np.ndarray
    incident: np.ndarray
    is_fire: np.ndarray
    stratum: np.ndarray
    person: np.ndarray

    @cached_property
    def has_numbers(self) -> bool:
        """Whether any record holds a number of a patient."""
        return bool(self.nhs.any())

    def take(self, rows: np.ndarray) -> "Records":
        """Return the records at these places."""
        return Records(*(getattr(self, field.name)[rows] for field in fields(self)))

    def later(self, minutes: int) -> "Records":
        """Return the records as if all they tell had been so many minutes later."""
        moved = {name: getattr(self, name) + np.int32(minutes) for name in ("f", "u", "k")}
        return Records(**{field.name: moved.get(field.name, getattr(self, field.name)) for field in fields(self)})


@dataclass(frozen=True)
class Rules:
    """What the feeds of a pair rule out beyond time and place, and what they tell of time.

    Within a feed and between patients some pairs are ruled out. `arrives` is the side that tells when a patient
    arrived, "left", "right" or ""; the records of the right are crimes or not.
    """

    is_within: bool
    is_of_patients: bool
    arrives: str = ""
    is_of_crimes: bool = False


# Levels by the minutes between two intervals: where the wider one has up to an hour, up to half a day, and more.
_MINUTES = np.arange(NEAR_MINUTES + 1)
_DELAYS, _RANGE = 4, 53
_BY_GAP = np.concatenate(
    [
        _DELAYS * np.searchsorted([5, 15, 30, 60, 120, 240, 660, 780], _MINUTES),
        36 + np.searchsorted([0, 60, 240], _MINUTES),
        np.where(_MINUTES == 0, 40, 49),
    ]
).astype(np.int32)
# Beside the gap, of narrow intervals and of wide ones that do not overlap: by the minutes from the other event to the
# arrival, which nobody has to remember. A told time that is a day or half a day off is off from both or from one.
_LATEST = 2881
_LAGS = np.arange(-1, _LATEST + 1)
_BY_DELAY = np.where(_LAGS < 0, 3, np.searchsorted([180, 480], _LAGS)).astype(np.int32)
_HAS_DELAY = np.repeat(np.array([True, False, True]), NEAR_MINUTES + 1)
_HAS_DELAY[2 * (NEAR_MINUTES + 1)] = False
# Levels of overlapping wide intervals, by the minutes from the end of the narrower one to when the other was known:
# half of those who are hurt arrive within 66 minutes (docs/linkage.md#difficulty), so an hour more or less tells.
_BY_LAG = (40 + np.searchsorted([-1, 60, 120, 180, 240, 480, 1440, 2880], _LAGS)).astype(np.int32)
_PLACES, _HOMES = (0.15, 0.3, 0.5, 1.0, 2.0, 5.0), (0.7, 3.0, 10.0)
# Levels of sex by those of both records; of age by the years between, where the last stands for an age not told.
_BY_SEX = np.array([0, 1, 2, 1, 0, 2, 2, 2, 2], dtype=np.int32)
_MOST_YEARS = 200
_BY_YEARS = np.array([0, 3, *[6] * 4, *[9] * (_MOST_YEARS - 6), 12], dtype=np.int32)


def gaps(left: Records, right: Records, rows: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Return the minutes between the intervals of pairs, 0 where they overlap. `rows` are places in both tables."""
    of_left, of_right = rows
    return np.asarray(
        np.maximum(np.maximum(left.f[of_left] - right.u[of_right], right.f[of_right] - left.u[of_left]), 0)
    )


def kilometres(left: Records, right: Records, rows: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Return the kilometres between the places of pairs, NaN where a place is not told."""
    of_left, of_right = rows
    return _apart(left.e[of_left], left.n[of_left], right.e[of_right], right.n[of_right])


def patterns(
    left: Records,
    right: Records,
    rows: tuple[np.ndarray, np.ndarray],
    gap: np.ndarray,
    apart: np.ndarray,
    rules: Rules,
) -> np.ndarray:
    """Return the pattern of each pair (int32), of which the minutes and kilometres between are known."""
    # What a left record tells by itself is put together before it is spread over its pairs.
    of_record = left.stratum * np.int32(SIZES["person"]) + left.person
    levels = (
        _time(left, right, rows, gap, rules),
        _place(left, right, rows, apart),
        _age_and_sex(left, right, rows),
        _kind(left, right, rows),
        _number(left.nhs, right.nhs, rows) if right.has_numbers else 0,
    )
    code = of_record[rows[0]].astype(np.int32, copy=False)
    for level, size in zip(levels, list(SIZES.values())[2:], strict=True):
        code *= np.int32(size)
        code += level
    return np.asarray(code)


def _apart(east: np.ndarray, north: np.ndarray, other_east: np.ndarray, other_north: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt((east - other_east) ** 2 + (north - other_north) ** 2))


def _passed(values: np.ndarray, thresholds: tuple[float, ...]) -> np.ndarray:
    """Return how many thresholds each value lies above."""
    found = np.zeros(len(values), dtype=np.int32)
    for threshold in thresholds:
        found += values > threshold
    return found


def _time(
    left: Records, right: Records, rows: tuple[np.ndarray, np.ndarray], gap: np.ndarray, rules: Rules
) -> np.ndarray:
    of_left, of_right = rows
    left_width, right_width = left.w[of_left], right.w[of_right]
    width = np.maximum(left_width, right_width)
    place = ((width > 60).astype(np.int32) + (width > 720)) * (NEAR_MINUTES + 1) + gap
    level = _BY_GAP[place]
    if rules.arrives:
        is_left = rules.arrives == "left"
        delay = left.k[of_left] - right.u[of_right] if is_left else right.k[of_right] - left.u[of_left]
        level += _BY_DELAY[np.clip(delay, -1, _LATEST) + 1] * _HAS_DELAY[place]
    wide = np.flatnonzero((width > 720) & (gap == 0))
    one, other = of_left[wide], of_right[wide]
    lag = np.where(left_width[wide] > right_width[wide], left.k[one] - right.u[other], right.k[other] - left.u[one])
    level[wide] = _BY_LAG[np.clip(lag, -1, _LATEST) + 1]
    # A crime written as a range of days meets others the more, the longer it is: its level is how long.
    if rules.is_of_crimes:
        is_range = (left_width[wide] <= right_width[wide]) & (width[wide] > 1440)
        level[wide] = np.where(is_range, _RANGE + (width[wide] > 4320), level[wide])
    return np.asarray(level)


def _place(left: Records, right: Records, rows: tuple[np.ndarray, np.ndarray], apart: np.ndarray) -> np.ndarray:
    """The places themselves, else the home of one and the place of the other, else both homes."""
    level = _passed(apart, _PLACES)
    blank = np.flatnonzero(np.isnan(apart))
    if len(blank):
        level[blank] = _homes(left, right, (rows[0][blank], rows[1][blank]))
    return level


def _homes(left: Records, right: Records, rows: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    one, other = rows
    east = left.e[one]
    home = _apart(left.he[one], left.hn[one], right.e[other], right.n[other])
    # Distances that cannot be told are not worked out: an admission never has a place, and a crime seldom a home.
    told = np.flatnonzero(~np.isnan(east))
    there, here = other[told], one[told]
    home[told] = np.fmin(home[told], _apart(right.he[there], right.hn[there], east[told], left.n[here]))
    level = 7 + _passed(home, _HOMES)
    blank = np.flatnonzero(np.isnan(home))
    here, there = one[blank], other[blank]
    homes = _apart(left.he[here], left.hn[here], right.he[there], right.hn[there])
    level[blank] = np.where(np.isnan(homes), 13, 11 + (homes > 0.1))
    return level


def _age_and_sex(left: Records, right: Records, rows: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    of_left, of_right = rows
    ages, others = left.age[of_left], right.age[of_right]
    years = np.minimum(np.abs(ages - others), _MOST_YEARS - 1)
    years[(ages < 0) | (others < 0)] = _MOST_YEARS
    return np.asarray(_BY_YEARS[years] + _BY_SEX[3 * left.sex[of_left] + right.sex[of_right]])


def _kind(left: Records, right: Records, rows: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    of_left, of_right = rows
    is_plain = left.is_plain[of_left] | right.is_plain[of_right]
    is_same = left.kind[of_left] == right.kind[of_right]
    # The same kind, plain assault or not; of two kinds, one of them plain assault or neither.
    return np.asarray(np.where(is_same, is_plain.astype(np.int32), np.int32(3) - is_plain.astype(np.int32)))


def _number(left: np.ndarray, right: np.ndarray, rows: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    one, other = left[rows[0]], right[rows[1]]
    return np.asarray(((one != 0) & (other != 0)).astype(np.int32) * (1 + (one != other).astype(np.int32)))


def levels_of(codes: np.ndarray) -> np.ndarray:
    """Return the level of each component of each pattern, one column per component of `SIZES`."""
    columns, rest = [], codes.copy()
    for size in reversed(SIZES.values()):
        columns.append(rest % size)
        rest //= size
    return np.column_stack(columns[::-1]).astype(np.int64)
