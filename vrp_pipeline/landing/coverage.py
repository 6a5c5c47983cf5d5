"""Coverage: the months (or the edition) that a delivery covers, and its number of rows for each, by sender.

Reads from a file only what places its rows in time. Its rows are counted in `row_counts`, which months follow from the
counts is decided in `covered_months`, and when a month is due in `calendar`.
"""

import zipfile
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa

from vrp_pipeline.calendar.months import span_of
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import Edition, MonthOf, MonthOfMember
from vrp_pipeline.feeds.partnership import FIRST_MONTH
from vrp_pipeline.lake.ledger import WithoutMonth
from vrp_pipeline.landing.covered_months import covered_months, fullest_span, rows_per_span
from vrp_pipeline.landing.editions import require_dates_in
from vrp_pipeline.landing.guard import is_zip
from vrp_pipeline.landing.nil_documents import HOW_TO_SEND_NIL, month_named, month_of_document
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.workbook import notes_on
from vrp_pipeline.landing.readers.zipped import members_of
from vrp_pipeline.landing.recognition import edition_of, recognise
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.row_counts import RowCounts, count_rows, nothing_covered, nothing_kept
from vrp_pipeline.landing.row_months import cause_without
from vrp_pipeline.landing.senders import NOBODY, senders_of
from vrp_pipeline.landing.values import read_texts

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
        raise nothing_kept(path, f"month of {feed.name} in it", left_out)
    notes = [f"left out, as only {FIRST_MONTH} to now is kept: {', '.join(left_out)}"] if left_out else []
    # Rows are counted by a column that is never blank, so that no blank rows have to be told from it.
    smallest = [next((column.name for column in feed.columns if column.required), feed.columns[0].name)]
    tables = read(feed, path, columns=smallest, partitions=kept)
    return Coverage({str(table.partition): table.rows_read for table in tables}, notes=tuple(notes))


def _months(feed: Feed, period: MonthOf, path: Path, received: date, before: Before) -> Coverage:
    column = feed.by_name[period.column]
    counts = count_rows(feed, column, path)
    if not counts.rows:
        covered = month_of_document(feed, path, received)
    elif stated := month_named(feed, path):
        covered = _months_stated(feed, path, stated, counts.by_month, received)
    else:
        received_before = _received_before(before, counts.senders or {NOBODY})
        covered = covered_months(period, counts.by_month, received, received_before, counts.in_first_half)
    if not covered:
        raise nothing_covered(path, column, counts)
    partitions = {month: counts.by_month[month] for month in covered}
    causes = _without_month(counts, partitions, received)
    notes: tuple[str, ...] = ()
    if (ahead := causes.get(WithoutMonth.AHEAD)) and column.may_lie_ahead:
        notes += (f"{ahead:,} rows lie ahead of the day it came and are put aside",)
    if feed.is_workbook and is_zip(path):
        notes += notes_on(feed, path)
    return Coverage(
        partitions,
        causes,
        _by_sender(period, partitions, counts.senders, counts.by_sender) if feed.sender else {},
        notes,
    )


def _without_month(counts: RowCounts, covered: Collection[str], received: date) -> dict[str, int]:
    """Return the rows that belong to none of the months covered, by cause."""
    causes = Counter({WithoutMonth.UNDATED: counts.undated, WithoutMonth.MALFORMED: counts.malformed})
    for month, rows in counts.by_month.items():
        if cause := cause_without(month, covered, received):
            causes[cause] += rows
    return {cause: causes[cause] for cause in WithoutMonth if causes[cause]}


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


def _received_before(before: Before, senders: Collection[str]) -> list[str]:
    """Return the months received before from any of the senders; a few rows must not replace such a month.

    A delivery of unknown senders counts for all of them.
    """
    return [month for month, came in before.items() if set(came) <= {NOBODY} or not set(senders).isdisjoint(came)]


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
