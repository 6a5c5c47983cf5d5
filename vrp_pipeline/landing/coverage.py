"""Coverage: the months (or the edition) that a delivery covers, and its number of rows for each.

Holds what is read from a file to place its rows in time. When a month is due is in `calendar`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.compute as pc

from vrp_pipeline.calendar.months import april_before, month_number, month_of_number, months_between, span_of
from vrp_pipeline.feeds.contract import ColumnType, Edition, Feed, MonthOf, MonthOfMember, Xlsx, XlsxSheets
from vrp_pipeline.feeds.partnership import FIRST_MONTH
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.recognition import edition_of, recognise
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.values import months_of, read_texts

# A month counts as the newest of a delivery only if it holds this share of a usual month: one mistyped year
# must not shift the 24 months an extract covers, while the first two days of a month already hold 6%.
NEWEST_MONTH_SHARE = 0.01


@dataclass(frozen=True)
class Coverage:
    """The number of rows of each partition that a delivery covers, and of rows that belong to none of them."""

    partitions: dict[str, int]
    rows_without_partition: int

    @property
    def rows(self) -> int:
        """Number of rows of the delivery that belong to the feed."""
        return sum(self.partitions.values()) + self.rows_without_partition


def coverage(feed: Feed, path: Path, received: date) -> Coverage:
    """Return the coverage of a file, reading only what determines its period.

    `received` is the date of receipt, after which no month is covered. Raises RefusedError if no row can be dated.
    """
    match feed.period:
        case Edition():
            return _edition(feed, path)
        case MonthOfMember():
            smallest = [feed.columns[0].name]
            return Coverage({str(table.partition): table.rows_read for table in read(feed, path, columns=smallest)}, 0)
        case MonthOf():
            return _months(feed, feed.period, path, received)


def newest_partition_of(path: Path, today: date) -> tuple[Feed, str]:
    """Return the first feed that a file delivers and its newest month or edition. Raises RefusedError."""
    feed = recognise(path)[0]
    return feed, max(coverage(feed, path, today).partitions)


def covered_months(period: MonthOf, rows_per_month: dict[str, int], received: date) -> list[str]:
    """Return the months that a delivery restates, without gaps: up to `period.restates` spans that end with its newest.

    Spans are complete, including months without rows, but no month after that of receipt is covered.
    """
    this_month = received.strftime("%Y-%m")
    known = {month: rows for month, rows in rows_per_month.items() if FIRST_MONTH <= month <= this_month}
    if not known:
        return []
    spans: Counter[str] = Counter()
    for month, rows in known.items():
        spans[span_of(month, period.span_ends)[-1]] += rows
    if period.restates == 1:
        covered = span_of(max(spans, key=lambda end: (spans[end], end)), period.span_ends)
    else:
        usual = sorted(spans.values())[len(spans) // 2]
        newest = max(end for end, rows in spans.items() if rows >= NEWEST_MONTH_SHARE * usual)
        covered = _spans_up_to(newest, period, first=min(known))
    return [month for month in covered if FIRST_MONTH <= month <= this_month]


def _edition(feed: Feed, path: Path) -> Coverage:
    rows = sum(table.rows_read for table in read(feed, path))
    return Coverage({edition_of(feed, path): rows}, 0)


def _months(feed: Feed, period: MonthOf, path: Path, received: date) -> Coverage:
    column = feed.by_name[period.column]
    counts: Counter[str | None] = Counter()
    for table in read(feed, path, columns=[column.name]):
        texts = table.texts[column.name].combine_chunks()
        values, _ = read_texts(texts, column.type, excel_dates=isinstance(feed.format, Xlsx | XlsxSheets))
        for pair in pc.value_counts(months_of(values)).to_pylist():
            counts[pair["values"]] += pair["counts"]
        counts[None] += len(table.malformed)
    dated = {month: rows for month, rows in counts.items() if month is not None}
    covered = covered_months(period, dated, received)
    if not covered:
        raise RefusedError(path, *_no_month(column.header, column.type, dated))
    partitions = {month: dated.get(month, 0) for month in covered}
    return Coverage(partitions, sum(counts.values()) - sum(partitions.values()))


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


def _spans_up_to(newest: str, period: MonthOf, first: str) -> list[str]:
    """Return `period.restates` spans that end with the month `newest`, none before the span of the month `first`."""
    if period.from_april:
        return months_between(april_before(newest), newest)
    months = span_of(newest, period.span_ends)
    oldest = span_of(first, period.span_ends)[0]
    for _ in range(period.restates - 1):
        if months[0] > oldest:
            months = span_of(month_of_number(month_number(months[0]) - 1), period.span_ends) + months
    return months
