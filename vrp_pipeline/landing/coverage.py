"""Which months (or edition) a delivery covers, and how many rows it holds of each."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.compute as pc

from vrp_pipeline.feeds.contract import ColumnType, Edition, Feed, MonthOf, MonthOfMember, Xlsx
from vrp_pipeline.feeds.partnership import FIRST_MONTH
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.recognition import edition_of
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.values import months_of, read_texts

# A month counts as the newest of a delivery only if it holds this share of a usual month: one mistyped year
# must not shift the 24 months an extract covers, while the first two days of a month already hold 6 %.
NEWEST_MONTH_SHARE = 0.01


@dataclass(frozen=True)
class Coverage:
    """The parts a delivery covers with the rows of each, and the rows that belong to none of them."""

    parts: dict[str, int]
    rows_without_part: int

    @property
    def rows(self) -> int:
        """All rows of the delivery that are of this feed."""
        return sum(self.parts.values()) + self.rows_without_part


def coverage(feed: Feed, path: Path, received: date) -> Coverage:
    """Read what tells the period and nothing else. Raises RefusedError if no row can be placed in time."""
    match feed.period:
        case Edition():
            return _edition(feed, path)
        case MonthOfMember():
            smallest = [feed.columns[0].name]
            return Coverage({str(table.part): table.rows_read for table in read(feed, path, columns=smallest)}, 0)
        case MonthOf():
            return _months(feed, feed.period, path, received)


def covered_months(period: MonthOf, rows_per_month: dict[str, int], received: date) -> list[str]:
    """The months a delivery restates: up to `period.restates` of them, ending with its newest, without gaps."""
    known = {
        month: rows for month, rows in rows_per_month.items() if FIRST_MONTH <= month <= received.strftime("%Y-%m")
    }
    if not known:
        return []
    if period.restates == 1:
        return [max(known, key=lambda month: (known[month], month))]
    usual = sorted(known.values())[len(known) // 2]
    newest = max(month for month, rows in known.items() if rows >= NEWEST_MONTH_SHARE * usual)
    earliest = max(min(known), _months_before(newest, period.restates - 1))
    oldest = april_before(newest) if period.from_april else earliest
    return [month for month in months_between(oldest, newest) if month >= FIRST_MONTH]


def months_between(first: str, last: str) -> list[str]:
    """The months from `first` to `last`, both included."""
    start, end = _number(first), _number(last)
    return [_month(number) for number in range(start, end + 1)]


def april_before(month: str) -> str:
    """The April that begins the financial year of `month`."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year if number >= 4 else year - 1}-04"


def _edition(feed: Feed, path: Path) -> Coverage:
    rows = sum(table.rows_read for table in read(feed, path))
    return Coverage({edition_of(feed, path): rows}, 0)


def _months(feed: Feed, period: MonthOf, path: Path, received: date) -> Coverage:
    column = feed.by_name[period.column]
    counts: Counter[str | None] = Counter()
    for table in read(feed, path, columns=[column.name]):
        texts = table.texts[column.name].combine_chunks()
        values, _ = read_texts(texts, column.type, excel_dates=isinstance(feed.format, Xlsx))
        for pair in pc.value_counts(months_of(values)).to_pylist():
            counts[pair["values"]] += pair["counts"]
        counts[None] += len(table.malformed)
    dated = {month: rows for month, rows in counts.items() if month is not None}
    covered = covered_months(period, dated, received)
    if not covered:
        raise RefusedError(path, *_no_month(column.header, column.type, dated))
    parts = {month: dated.get(month, 0) for month in covered}
    return Coverage(parts, sum(counts.values()) - sum(parts.values()))


def _no_month(header: str, column_type: ColumnType, dated: Iterable[str]) -> tuple[str, str]:
    found = sorted(dated)
    if found:
        return (
            f"every '{header}' lies outside the months kept, {FIRST_MONTH} to now (found {found[0]} to {found[-1]}).",
            "Check the dates, or the first month in vrp_pipeline/feeds/partnership.py.",
        )
    return (
        f"no row from row 1 on has a readable {column_type} in '{header}'.",
        "Ask for dates written YYYY-MM-DD.",
    )


def _months_before(month: str, count: int) -> str:
    return _month(_number(month) - count)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
