"""Coverage: the months (or the edition) that a delivery covers, and its number of rows for each.

Holds what is read from a file to place its rows in time. When a month is due is in `calendar`.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.compute as pc

from vrp_pipeline.calendar.months import april_before, month_number, month_of_number, months_between, span_of
from vrp_pipeline.feeds.contract import ColumnType, Edition, Feed, Json, MonthOf, MonthOfMember, Xlsx, XlsxSheets
from vrp_pipeline.feeds.partnership import FIRST_MONTH
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.documents import document_of, value_at
from vrp_pipeline.landing.readers.zipped import members_of
from vrp_pipeline.landing.recognition import edition_of, recognise
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.values import has_exchanged_days, months_of, read_texts

# A month counts as the newest of a delivery only if it holds this share of a usual month: one mistyped year
# must not shift the 24 months an extract covers, while the first two days of a month already hold 6%.
NEWEST_MONTH_SHARE = 0.01

NOTHING_BUT_HEADINGS = (
    "it holds headings and no rows, so nothing tells of which month it is.",
    "Ask whether nothing happened: the month stays missing, as only a document that names its month proves a zero.",
)


@dataclass(frozen=True)
class Coverage:
    """The number of rows of each partition that a delivery covers, and of rows that belong to none of them.

    `notes` are sentences about what the file holds and the delivery leaves out.
    """

    partitions: dict[str, int]
    rows_without_partition: int
    notes: tuple[str, ...] = ()

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
            return _members(feed, path, received)
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
    if not rows:
        raise RefusedError(path, *NOTHING_BUT_HEADINGS)
    return Coverage({edition_of(feed, path): rows}, 0)


def _members(feed: Feed, path: Path, received: date) -> Coverage:
    with zipfile.ZipFile(path) as archive:
        months = list(members_of(feed, path, archive))
    kept = [month for month in months if FIRST_MONTH <= month <= received.strftime("%Y-%m")]
    left_out = sorted(set(months) - set(kept))
    if not kept:
        raise RefusedError(
            path,
            f"every month of {feed.name} in it lies outside the months kept, {FIRST_MONTH} to now "
            f"(found {left_out[0]} to {left_out[-1]}).",
            "Check the dates, or the first month in vrp_pipeline/feeds/partnership.py.",
        )
    notes = [f"left out, as only {FIRST_MONTH} to now is kept: {', '.join(left_out)}"] if left_out else []
    # Rows are counted by a column that is never blank, so that no blank rows have to be told from it.
    smallest = [next((column.name for column in feed.columns if column.required), feed.columns[0].name)]
    tables = read(feed, path, columns=smallest, partitions=kept)
    return Coverage({str(table.partition): table.rows_read for table in tables}, 0, tuple(notes))


def _months(feed: Feed, period: MonthOf, path: Path, received: date) -> Coverage:
    column = feed.by_name[period.column]
    in_workbook = isinstance(feed.format, Xlsx | XlsxSheets)
    counts: Counter[str | None] = Counter()
    malformed = 0
    for table in read(feed, path, columns=[column.name]):
        texts = table.texts[column.name].combine_chunks()
        values, unreadable = read_texts(texts, column.type, excel_dates=in_workbook)
        if (in_workbook or unreadable.true_count) and has_exchanged_days(texts, excel_dates=in_workbook):
            raise RefusedError(
                path,
                f"day and month of '{column.header}' are exchanged, as an American program exchanges them.",
                "Ask for dates written YYYY-MM-DD.",
            )
        for pair in pc.value_counts(months_of(values)).to_pylist():
            counts[pair["values"]] += pair["counts"]
        malformed += len(table.malformed)
    counts[None] += malformed
    rows = sum(counts.values())
    if not rows:
        return _nil_return(feed, path, received)
    dated = {month: rows for month, rows in counts.items() if month is not None}
    covered = covered_months(period, dated, received)
    if not covered:
        if malformed == rows:
            raise RefusedError(
                path, f"none of the {rows:,} rows has as many cells as the table has columns.", "Ask for it again."
            )
        raise RefusedError(path, *_no_month(column.header, column.type, dated))
    partitions = {month: dated.get(month, 0) for month in covered}
    outside = rows - sum(partitions.values())
    notes: tuple[str, ...] = ()
    if column.may_lie_ahead:
        # Plans for months to come are no fault of the file; ingest puts them aside until their month is due.
        ahead = sum(rows for month, rows in dated.items() if month > received.strftime("%Y-%m"))
        outside -= ahead
        notes = (f"{ahead:,} rows lie ahead of the day it came and are put aside",) if ahead else ()
    return Coverage(partitions, outside, notes)


def _nil_return(feed: Feed, path: Path, received: date) -> Coverage:
    """Return the coverage of a document without rows that names its month. Raises RefusedError if none is named."""
    if isinstance(feed.format, Json) and feed.format.month:
        month = value_at(document_of(path), feed.format.month) or ""
        if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month) and FIRST_MONTH <= month <= received.strftime("%Y-%m"):
            return Coverage({month: 0}, 0, ("a nil return: nothing happened in the month",))
    raise RefusedError(path, *NOTHING_BUT_HEADINGS)


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
