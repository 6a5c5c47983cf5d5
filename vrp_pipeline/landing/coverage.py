"""Coverage: the months (or the edition) that a delivery covers, and its number of rows for each, by sender.

Reads from a file only what places its rows in time. Which months follow from these rows is in `covered_months`, when a
month is due in `calendar`.
"""

import zipfile
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.months import span_of
from vrp_pipeline.feeds.contract.columns import Column, ColumnType
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import Edition, MonthOf, MonthOfMember
from vrp_pipeline.feeds.partnership import FIRST_MONTH
from vrp_pipeline.landing.covered_months import LAST_DAY_OF_FIRST_HALF, covered_months, fullest_span, rows_per_span
from vrp_pipeline.landing.editions import require_dates_in
from vrp_pipeline.landing.guard import is_zip
from vrp_pipeline.landing.nil_documents import HOW_TO_SEND_NIL, month_named, month_of_document
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.readers.workbook import notes_on
from vrp_pipeline.landing.readers.zipped import members_of
from vrp_pipeline.landing.recognition import edition_of, recognise
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.senders import NOBODY, senders_of
from vrp_pipeline.landing.values import midnights_in_utc, months_of, read_texts, rows_with_exchanged_days

# Causes for which a row belongs to no partition of its delivery.
UNDATED, OTHER_MONTH, AHEAD, MALFORMED = "undated", "other month", "ahead", "malformed"
CAUSES = (UNDATED, OTHER_MONTH, AHEAD, MALFORMED)

# The senders from whom each partition was received before; nobody's name in a feed without senders.
Before = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Coverage:
    """The number of rows of each partition that a delivery covers, and of rows that belong to none of them by cause.

    `senders` gives the rows of each partition by sender; {} in a feed without senders. `notes` are sentences about what
    the file holds and the delivery leaves out.
    """

    partitions: dict[str, int]
    without_partition: dict[str, int] = field(default_factory=dict)
    senders: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def rows_without_partition(self) -> int:
        """Number of rows that belong to no partition."""
        return sum(self.without_partition.values())

    @property
    def rows(self) -> int:
        """Number of rows of the delivery that belong to the feed."""
        return sum(self.partitions.values()) + self.rows_without_partition


def coverage(feed: Feed, path: Path, received: date, before: Before | None = None) -> Coverage:
    """Return the coverage of a file, reading only what determines its period and its senders.

    `received` is the date of receipt, after which no month is covered; `before` is what was received until then. Raises
    RefusedError if no row can be dated, or no row names a sender.
    """
    match feed.period:
        case Edition():
            return _edition(feed, feed.period, path)
        case MonthOfMember():
            return _members(feed, path, received)
        case MonthOf():
            return _months(feed, feed.period, path, received, before or {})


def newest_partition_of(path: Path, today: date) -> tuple[Feed, str]:
    """Return the first feed that a file delivers and its newest month or edition. Raises RefusedError."""
    feed = recognise(path)[0]
    return feed, max(coverage(feed, path, today).partitions)


def _edition(feed: Feed, period: Edition, path: Path) -> Coverage:
    wanted = [name for name in (feed.sender, period.dates) if name]
    rows, senders, dates = 0, Counter[str](), []
    for table in read(feed, path, columns=wanted or None):
        rows += table.rows_read
        if period.dates:
            dates.append(read_texts(table.texts[period.dates].combine_chunks(), feed.by_name[period.dates].type)[0])
        if feed.sender:
            found = senders_of(feed, table.texts[feed.sender].combine_chunks())
            senders.update({str(name): int(count) for name, count in found.value_counts().items() if count})
    if not rows:
        raise RefusedError(path, "it holds headings and no rows, so there is nothing to receive.", HOW_TO_SEND_NIL)
    edition = edition_of(feed, path)
    if period.dates:
        require_dates_in(edition, feed, path, pa.concat_arrays(dates))
    if feed.sender is None:
        return Coverage({edition: rows})
    return Coverage({edition: rows}, senders={edition: dict(sorted(senders.items()))})


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
    return Coverage({str(table.partition): table.rows_read for table in tables}, notes=tuple(notes))


@dataclass
class _Counts:
    """The rows of a delivery by month, and what else decides its coverage. `by_sender` is by month and sender."""

    by_month: Counter[str] = field(default_factory=Counter)
    in_first_half: Counter[str] = field(default_factory=Counter)
    by_sender: Counter[tuple[str, str]] = field(default_factory=Counter)
    undated: int = 0
    malformed: int = 0
    midnights_in_utc: int = 0
    first_malformed: str = ""

    @property
    def rows(self) -> int:
        """Number of rows of the delivery."""
        return self.by_month.total() + self.undated + self.malformed

    @property
    def senders(self) -> set[str]:
        """The senders that any dated row names."""
        return {sender for _, sender in self.by_sender if sender}


def _months(feed: Feed, period: MonthOf, path: Path, received: date, before: Before) -> Coverage:
    column, this_month = feed.by_name[period.column], received.strftime("%Y-%m")
    counts = _counted(feed, column, path)
    if not counts.rows:
        covered = month_of_document(feed, path, received)
    elif stated := month_named(feed, path):
        covered = _months_stated(feed, path, stated, counts.by_month, received)
    else:
        received_before = _received_before(before, counts.senders or {NOBODY})
        covered = covered_months(period, counts.by_month, received, received_before, counts.in_first_half)
    if not covered:
        raise _nothing_covered(path, column, counts)
    partitions = {month: counts.by_month[month] for month in covered}
    ahead = sum(rows for month, rows in counts.by_month.items() if month > this_month)
    other = counts.by_month.total() - sum(partitions.values()) - ahead
    notes: tuple[str, ...] = (
        (f"{ahead:,} rows lie ahead of the day it came and are put aside",) if ahead and column.may_lie_ahead else ()
    )
    if feed.is_workbook and is_zip(path):
        notes += notes_on(feed, path)
    causes = {UNDATED: counts.undated, OTHER_MONTH: other, AHEAD: ahead, MALFORMED: counts.malformed}
    return Coverage(
        partitions,
        {cause: rows for cause, rows in causes.items() if rows},
        _by_sender(period, partitions, counts.senders, counts.by_sender) if feed.sender else {},
        notes,
    )


def _counted(feed: Feed, column: Column, path: Path) -> _Counts:
    """Return the rows of a file by the month of `column`. Raises RefusedError if its days and months are exchanged."""
    counts = _Counts()
    wanted = [column.name, feed.sender] if feed.sender else [column.name]
    for table in read(feed, path, columns=wanted):
        texts = table.texts[column.name].combine_chunks()
        values, unreadable = read_texts(texts, column.type, excel_dates=feed.is_workbook)
        if feed.is_workbook or unreadable.true_count:
            _require_days_before_months(feed, path, table, excel_dates=feed.is_workbook)
        months = months_of(values)
        for pair in pc.value_counts(months).to_pylist():
            if pair["values"] is None:
                counts.undated += pair["counts"]
            else:
                counts.by_month[pair["values"]] += pair["counts"]
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


def _months_stated(feed: Feed, path: Path, stated: str, dated: Mapping[str, int], received: date) -> list[str]:
    """Return the span of the month that a document names as its own.

    Raises RefusedError if no row is of it, or if it had not begun on the date of receipt.
    """
    assert isinstance(feed.period, MonthOf)
    if stated > received.strftime("%Y-%m"):
        raise RefusedError(
            path,
            f"it names {stated} as its month, which had not begun when it came.",
            "Ask the agency which month it is of.",
        )
    span = [month for month in span_of(stated, feed.period.span_ends) if month <= received.strftime("%Y-%m")]
    if dated and not any(month in dated for month in span):
        raise RefusedError(
            path,
            f"it names {stated} as its month and has no row of it (found {', '.join(sorted(dated)[:3])}).",
            "Ask the agency which is right: the month it names or the dates of its rows.",
        )
    return [month for month in span if month >= FIRST_MONTH and dated]


def _require_days_before_months(feed: Feed, path: Path, table: DeliveredTable, *, excel_dates: bool) -> None:
    """Raise RefusedError if day and month are exchanged in the rows of any sender."""
    assert isinstance(feed.period, MonthOf)
    column = feed.by_name[feed.period.column]
    texts = table.texts[column.name].combine_chunks()
    senders = senders_of(feed, table.texts[feed.sender].combine_chunks()) if feed.sender else None
    codes = None if senders is None else senders.codes
    exchanged = rows_with_exchanged_days(texts, codes, excel_dates=excel_dates).to_numpy(zero_copy_only=False)
    if not exchanged.any():
        return
    names = [] if senders is None else sorted({str(name) for name in senders[exchanged] if name})
    whose = f" in the rows of {', '.join(names)}" if names else ""
    raise RefusedError(
        path,
        f"day and month of '{column.header}' are exchanged{whose}, as an American program exchanges them.",
        "Ask for dates written YYYY-MM-DD.",
    )


def _in_first_half(values: pa.Array, months: pa.Array) -> dict[str, int]:
    """Return the rows of each month on its days 1 to 15."""
    is_early = pc.fill_null(pc.less_equal(pc.day(values), LAST_DAY_OF_FIRST_HALF), False)
    return {pair["values"]: pair["counts"] for pair in pc.value_counts(months.filter(is_early)).to_pylist()}


def _received_before(before: Before, senders: Collection[str]) -> list[str]:
    """Return the months received before from any of the senders; a few rows must not replace such a month.

    A delivery of unknown senders counts for all of them.
    """
    return [month for month, came in before.items() if set(came) <= {NOBODY} or not set(senders).isdisjoint(came)]


def _rows_of_senders(feed: Feed, path: Path, months: pa.Array, texts: pa.Array) -> dict[tuple[str, str], int]:
    """Return the rows of each month and sender. Raises RefusedError if every row leaves the sender blank."""
    column = feed.by_name[feed.sender or ""]
    if len(texts) and not pc.any(pc.not_equal(pc.utf8_trim_whitespace(texts), "")).as_py():
        raise RefusedError(
            path,
            f"no row says in '{column.header}' who sent it, so nobody can tell whose rows of {feed.name} it replaces.",
            f"Ask the agency to fill in '{column.header}'.",
        )
    found = pa.table({"month": months, "sender": pa.array(senders_of(feed, texts).astype(object), pa.string())})
    counted = found.filter(pc.is_valid(found["month"])).group_by(["month", "sender"]).aggregate([([], "count_all")])
    return {(row["month"], row["sender"]): row["count_all"] for row in counted.to_pylist()}


def _by_sender(
    period: MonthOf,
    covered: Mapping[str, int],
    senders: Collection[str],
    of_sender: Mapping[tuple[str, str], int],
) -> dict[str, dict[str, int]]:
    """Return the rows of each month by sender.

    Each sender of the file covers its months, with or without rows. A month that a file of one span holds beside its
    own is covered only by those who have rows in it: of the others it proves no zero.
    """
    by_month: dict[str, dict[str, int]] = {}
    own = fullest_span(rows_per_span(period, covered))
    for month in covered:
        span = span_of(month, period.span_ends)
        is_own = period.restates > 1 or own in span
        by_month[month] = {
            sender: of_sender.get((month, sender), 0)
            for sender in sorted(senders)
            if is_own or any(of_sender.get((each, sender)) for each in span)
        }
        if nobodys := of_sender.get((month, NOBODY), 0):
            by_month[month][NOBODY] = nobodys
    return by_month


def _nothing_covered(path: Path, column: Column, counts: _Counts) -> RefusedError:
    """Return the refusal of a file whose rows belong to no month that is kept."""
    found = sorted(counts.by_month)
    if found:
        return RefusedError(
            path,
            f"every '{column.header}' lies outside the months kept, {FIRST_MONTH} to now "
            f"(found {found[0]} to {found[-1]}).",
            "Check the dates, or the first month in vrp_pipeline/feeds/partnership.py.",
        )
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
