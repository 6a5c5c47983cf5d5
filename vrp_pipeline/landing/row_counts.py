"""The rows of a file by month and by sender, and what else decides which months it covers.

Reads only the columns that place a row. A file in which they cannot be believed, or that has no row of any month kept,
is refused here; which months follow from the counts is decided in `coverage`.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.columns import Column, ColumnType
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.partnership import FIRST_MONTH
from vrp_pipeline.landing.covered_months import LAST_DAY_OF_FIRST_HALF
from vrp_pipeline.landing.nil_documents import HOW_TO_SEND_NIL
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.row_months import RowMonths, months_of_dates
from vrp_pipeline.landing.senders import senders_of
from vrp_pipeline.landing.values import midnights_in_utc, read_texts, rows_with_exchanged_days


@dataclass
class RowCounts:
    """The rows of a file by month, those on days 1 to 15 of each, and those by month and sender ("" names none).

    Rows are `undated` or `malformed` beside them; `midnights_in_utc` are those of the undated that show one.
    """

    by_month: Counter[str] = field(default_factory=Counter)
    in_first_half: Counter[str] = field(default_factory=Counter)
    by_sender: Counter[tuple[str, str]] = field(default_factory=Counter)
    undated: int = 0
    malformed: int = 0
    midnights_in_utc: int = 0
    first_malformed: str = ""

    @property
    def rows(self) -> int:
        """Number of rows of the file."""
        return self.by_month.total() + self.undated + self.malformed

    @property
    def senders(self) -> set[str]:
        """The senders that any dated row names."""
        return {sender for _, sender in self.by_sender if sender}


def count_rows(feed: Feed, column: Column, path: Path) -> RowCounts:
    """Return the rows of a file by the month of `column`.

    Raises RefusedError if its days and months are exchanged, or if no row names its sender.
    """
    counts = RowCounts()
    wanted = [column.name, feed.sender] if feed.sender else [column.name]
    for table in read(feed, path, columns=wanted):
        texts = table.texts[column.name].combine_chunks()
        values, unreadable = read_texts(texts, column.type, excel_dates=feed.is_workbook)
        if feed.is_workbook or unreadable.true_count:
            _require_days_before_months(feed, column, path, table)
        months = months_of_dates(values)
        counts.undated += months.undated
        counts.by_month.update(months.counts())
        counts.in_first_half.update(_in_first_half(values, months))
        if column.type is ColumnType.DATE and unreadable.true_count:
            counts.midnights_in_utc += midnights_in_utc(texts, excel_dates=feed.is_workbook).true_count or 0
        if table.malformed and table.headings and not counts.malformed:
            row, cells = table.malformed[0]
            counts.first_malformed = f": the heading has {table.headings:,} cells and row {row:,} has {cells:,}"
        counts.malformed += len(table.malformed)
        if feed.sender:
            counts.by_sender.update(_rows_of_senders(feed, path, months, table.texts[feed.sender].combine_chunks()))
    return counts


def nothing_kept(path: Path, what: str, found: Collection[str]) -> RefusedError:
    """Return the refusal of a file that has only months which are not kept: `what` of it lies in the months `found`."""
    return RefusedError(
        path,
        f"every {what} lies outside the months kept, {FIRST_MONTH} to now (found {min(found)} to {max(found)}).",
        "Check the dates, or the first month in vrp_pipeline/feeds/partnership.py.",
    )


def nothing_covered(path: Path, column: Column, counts: RowCounts) -> RefusedError:
    """Return the refusal of a file whose rows belong to no month that is kept."""
    if counts.by_month:
        return nothing_kept(path, f"'{column.header}'", counts.by_month)
    if not counts.rows:
        return RefusedError(
            path,
            f"there are no rows below the headings, so no '{column.header}' says for which month nothing happened.",
            HOW_TO_SEND_NIL,
        )
    if not counts.undated:
        return RefusedError(
            path,
            f"none of the {counts.malformed:,} rows has as many cells as the table has columns"
            f"{counts.first_malformed}.",
            "The usual causes are a comma in a text without quotation marks, and a comma too many at the end of each "
            "row: ask for it again without them.",
        )
    if counts.midnights_in_utc:
        return RefusedError(
            path,
            f"no row has a readable {column.type} in '{column.header}': {counts.midnights_in_utc:,} rows have the "
            "clock of a midnight in UTC (23:00), which is of the next day.",
            "Ask for local dates written YYYY-MM-DD, or for times with their offset.",
        )
    return RefusedError(
        path,
        f"no row from row 1 on has a readable {column.type} in '{column.header}'.",
        "Ask for dates written YYYY-MM-DD.",
    )


def _require_days_before_months(feed: Feed, column: Column, path: Path, table: DeliveredTable) -> None:
    """Raise RefusedError if day and month are exchanged in the rows of any sender."""
    texts = table.texts[column.name].combine_chunks()
    senders = senders_of(feed, table.texts[feed.sender].combine_chunks()) if feed.sender else None
    codes = None if senders is None else senders.codes
    exchanged = rows_with_exchanged_days(texts, codes, excel_dates=feed.is_workbook).to_numpy(zero_copy_only=False)
    if not exchanged.any():
        return
    names = [] if senders is None else sorted({str(name) for name in senders[exchanged] if name})
    whose = f" in the rows of {', '.join(names)}" if names else ""
    raise RefusedError(
        path,
        f"day and month of '{column.header}' are exchanged{whose}, as an American program exchanges them.",
        "Ask for dates written YYYY-MM-DD.",
    )


def _in_first_half(values: pa.Array, months: RowMonths) -> dict[str, int]:
    """Return the rows of each month on its days 1 to 15."""
    is_early = pc.fill_null(pc.less_equal(pc.day(values), LAST_DAY_OF_FIRST_HALF), False)
    return months.counts(is_early.to_numpy(zero_copy_only=False))


def _rows_of_senders(feed: Feed, path: Path, months: RowMonths, texts: pa.Array) -> dict[tuple[str, str], int]:
    """Return the rows of each month and sender. Raises RefusedError if every row leaves the sender blank."""
    column = feed.by_name[feed.sender or ""]
    if len(texts) and not pc.any(pc.not_equal(pc.utf8_trim_whitespace(texts), "")).as_py():
        raise RefusedError(
            path,
            f"no row says in '{column.header}' who sent it, so nobody can tell whose rows of {feed.name} it replaces.",
            f"Ask the agency to fill in '{column.header}'.",
        )
    found = pa.table({"month": months.texts(), "sender": pa.array(senders_of(feed, texts).astype(object), pa.string())})
    counted = found.filter(pc.is_valid(found["month"])).group_by(["month", "sender"]).aggregate([([], "count_all")])
    return {(row["month"], row["sender"]): row["count_all"] for row in counted.to_pylist()}
