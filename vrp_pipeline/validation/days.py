"""The days of a month: its rows by day, and runs of days without any row where chance does not explain them.

An export that ends on the 16th holds more than half of a month, and as many rows on each of its days as usual: neither
its volume nor its mix shows that the rest is missing. Rows are counted by day, in a feed with several senders for each;
how many days in a row may be without any is in the suite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from statistics import median

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.history import LEAST_HISTORY
from vrp_pipeline.calendar.months import first_day, month_after
from vrp_pipeline.feeds.contract.columns import ColumnType
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import MonthOf, MonthOfMember
from vrp_pipeline.validation.chance import BY_CHANCE, chance_of_none

EVERYBODY = ""

# Rows by day of the month ("01" to "31"), for each sender and for EVERYBODY.
Days = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class EmptyDays:
    """A run of days without a row of a sender: its length, its first day, and the rows usual on these days."""

    sender: str
    length: int
    first: date
    usual: float


def days_of(feed: Feed, rows: pa.Table, senders: pd.Categorical | None = None) -> Days:
    """Return the rows of a month by day: all of them, and those of each sender; {} where the rows tell no day.

    `senders` gives the sender of each row, "" for a row that names none.
    """
    column = _column_of_days(feed)
    if column is None or not rows.num_rows:
        return {}
    days = pc.fill_null(pc.day(rows[column].combine_chunks()), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    found = {EVERYBODY: _counted(days)}
    if senders is not None:
        for code, name in enumerate(senders.categories):
            if name:
                found[str(name)] = _counted(days[senders.codes == code])
    return found


def empty_days(
    month: str, days: Days, before: Sequence[Days], until: date, until_of: Mapping[str, date]
) -> EmptyDays | None:
    """Return the longest run of days of a month without a row that chance does not explain; None if there is none.

    Only days before `until` are judged, the day of receipt; `until_of` gives it by sender. What is usual on a day
    is the share of the day in the earlier months' rows times their median number of rows, scaled down where the month's
    other days have fewer rows than usual. Chance: see `chance.chance_of_none`. A run that is no longer than one
    between the rows of an earlier month is usual too: some services register once a week.
    """
    runs: list[EmptyDays] = []
    by_chance = BY_CHANCE / (max(len(days), 1) * 31)
    for sender, counts in days.items():
        past = [each[sender] for each in before if sum(each.get(sender, {}).values())]
        if len(past) < LEAST_HISTORY or not sum(counts.values()):
            continue
        over = _days_before(month, until_of.get(sender, until))
        usual = _usual(past)
        known = max(_longest_inside(each) for each in past)
        for run in _runs_without(over, counts):
            expected = sum(usual.get(f"{day:02d}", 0.0) for day in run)
            usual_elsewhere = sum(usual.get(f"{day:02d}", 0.0) for day in over) - expected
            level = min(1.0, sum(counts.values()) / usual_elsewhere) if usual_elsewhere > 0 else 0.0
            if len(run) > known and chance_of_none(level * expected, len(past)) < by_chance:
                runs.append(EmptyDays(sender, len(run), date.fromisoformat(f"{month}-{run[0]:02d}"), expected))
    return max(runs, key=lambda run: (run.length, run.usual), default=None)


def day_metrics(
    month: str, days: Days, before: Sequence[Days], until: date, until_of: Mapping[str, date]
) -> dict[str, float | str | None]:
    """Return the metrics of the run of `empty_days`: its length (0 without one, NaN without history), and words."""
    if not days or len(before) < LEAST_HISTORY:
        return {"days_without_rows": float("nan"), **dict.fromkeys(_WORDS)}
    found = empty_days(month, days, before, until, until_of)
    if found is None:
        return {"days_without_rows": 0.0, **dict.fromkeys(_WORDS)}
    return {
        "days_without_rows": float(found.length),
        "days_without_rows_of": f" of {found.sender}" if found.sender else "",
        "days_without_rows_first": found.first.isoformat(),
        "days_without_rows_last": (found.first + timedelta(days=found.length - 1)).isoformat(),
        "days_without_rows_usual": f"{found.usual:,.0f}",
    }


_WORDS = tuple(f"days_without_rows_{word}" for word in ("of", "first", "last", "usual"))


def _column_of_days(feed: Feed) -> str | None:
    name = feed.period.column if isinstance(feed.period, MonthOf) else None
    if isinstance(feed.period, MonthOfMember):
        name = feed.period.month_column
    if name is None or feed.by_name[name].type not in (ColumnType.DATE, ColumnType.DATETIME):
        return None
    return name


def _counted(days: np.ndarray) -> dict[str, int]:
    counts = np.bincount(days, minlength=32)
    return {f"{day:02d}": int(counts[day]) for day in range(1, 32) if counts[day]}


def _days_before(month: str, until: date) -> range:
    """Return the days of a month (1 to 31) that were over before a day."""
    over = min(until, first_day(month_after(month))) - first_day(month)
    return range(1, 1 + max(0, over.days))


def _usual(past: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """Return the rows that are usual on each day of the month."""
    level = median(sum(counts.values()) for counts in past)
    total = sum(sum(counts.values()) for counts in past)
    return {day: level * sum(counts.get(day, 0) for counts in past) / total for day in {d for c in past for d in c}}


def _runs_without(days: Sequence[int], counts: Mapping[str, int]) -> list[list[int]]:
    grouped = groupby(days, key=lambda day: counts.get(f"{day:02d}", 0) > 0)
    return [list(run) for has_rows, run in grouped if not has_rows]


def _longest_inside(counts: Mapping[str, int]) -> int:
    """Return the longest run of days without a row between two days with rows."""
    days = sorted(int(day) for day in counts)
    return max((later - earlier - 1 for earlier, later in pairwise(days)), default=0)
