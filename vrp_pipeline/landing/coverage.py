"""Coverage: the months (or the edition) that a delivery covers, and its number of rows for each.

Holds what is read from a file to place its rows in time. When a month is due is in `calendar`.
"""

import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.months import april_before, month_number, month_of_number, months_between, span_of
from vrp_pipeline.feeds.contract import ColumnType, Edition, Feed, MonthOf, MonthOfMember, Xlsx, XlsxSheets
from vrp_pipeline.feeds.partnership import FIRST_MONTH
from vrp_pipeline.landing.editions import require_dates_in
from vrp_pipeline.landing.guard import is_zip
from vrp_pipeline.landing.nil_returns import HOW_TO_SEND_NIL, month_named, month_of_document
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.readers.workbook import notes_on
from vrp_pipeline.landing.readers.zipped import members_of
from vrp_pipeline.landing.recognition import edition_of, recognise
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.senders import NOBODY, senders_of
from vrp_pipeline.landing.values import months_of, read_texts, rows_with_exchanged_days

# A month counts as the newest of a delivery only if it holds this share of a usual month: one mistyped year
# must not shift the 24 months an extract covers, while the first two days of a month already hold 6%.
NEWEST_MONTH_SHARE = 0.01
# A delivery of one month covers another too if nobody sent that one yet and it holds this share of the first: a service
# that missed a month sends two in one file, while patients discharged in May and admitted in April are a few per cent.
SECOND_MONTH_SHARE = 0.25
# The other month must be a month and no remainder of one: of so few rows nothing tells, and those of a month cut by
# discharge lie at the end of the month before. Of eight rows spread evenly, fewer than a fifth lie in one half of the
# month in seven cases of a hundred, and then they are put aside and told of.
SECOND_MONTH_ROWS = 8
HALF_MONTH_SHARE = 0.2
LAST_DAY_OF_FIRST_HALF = 15

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


def covered_months(
    period: MonthOf,
    rows_per_month: Mapping[str, int],
    received: date,
    received_before: Collection[str] = (),
    rows_in_first_half: Mapping[str, int] | None = None,
) -> list[str]:
    """Return the months that a delivery restates, without gaps: up to `period.restates` spans that end with its newest.

    Spans are complete, including months without rows, but no month after that of receipt is covered. A delivery of one
    span covers each other of which it holds a substantial share, if none of its months is in `received_before`. A month
    that is such a span must have rows in both halves where `rows_in_first_half` tells (days 1 to 15).
    """
    this_month = received.strftime("%Y-%m")
    known = {month: rows for month, rows in rows_per_month.items() if FIRST_MONTH <= month <= this_month}
    if not known:
        return []
    spans: Counter[str] = Counter()
    for month, rows in known.items():
        spans[span_of(month, period.span_ends)[-1]] += rows
    if period.restates == 1:
        first = max(spans, key=lambda end: (spans[end], end))
        covered = [
            month
            for end in sorted(spans)
            if end == first
            or (
                spans[end] >= SECOND_MONTH_SHARE * spans[first]
                and _is_whole(period, end, spans[end], rows_in_first_half)
            )
            for month in span_of(end, period.span_ends)
            if end == first or set(span_of(end, period.span_ends)).isdisjoint(received_before)
        ]
    else:
        usual = sorted(spans.values())[len(spans) // 2]
        newest = max(end for end, rows in spans.items() if rows >= NEWEST_MONTH_SHARE * usual)
        covered = _spans_up_to(newest, period, first=min(known))
    return [month for month in covered if FIRST_MONTH <= month <= this_month]


def _is_whole(period: MonthOf, span: str, rows: int, rows_in_first_half: Mapping[str, int] | None) -> bool:
    """Return whether rows may be those of a whole span: enough, and of a month in both of its halves."""
    if rows < SECOND_MONTH_ROWS or period.span_ends or rows_in_first_half is None:
        return rows >= SECOND_MONTH_ROWS
    first = rows_in_first_half.get(span, 0)
    return min(first, rows - first) >= HALF_MONTH_SHARE * rows


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


def _months(feed: Feed, period: MonthOf, path: Path, received: date, before: Before) -> Coverage:
    column = feed.by_name[period.column]
    in_workbook = isinstance(feed.format, Xlsx | XlsxSheets)
    counts: Counter[str | None] = Counter()
    early: Counter[str] = Counter()
    of_sender: Counter[tuple[str, str]] = Counter()
    malformed = 0
    wanted = [column.name, feed.sender] if feed.sender else [column.name]
    for table in read(feed, path, columns=wanted):
        texts = table.texts[column.name].combine_chunks()
        values, unreadable = read_texts(texts, column.type, excel_dates=in_workbook)
        if in_workbook or unreadable.true_count:
            _require_days_before_months(feed, path, table, excel_dates=in_workbook)
        months = months_of(values)
        for pair in pc.value_counts(months).to_pylist():
            counts[pair["values"]] += pair["counts"]
        early.update(_in_first_half(values, months))
        malformed += len(table.malformed)
        if feed.sender:
            of_sender.update(_rows_of_senders(feed, path, months, table.texts[feed.sender].combine_chunks()))
    undated = counts.pop(None, 0)
    dated = {month: rows for month, rows in counts.items() if month is not None}
    if not dated and not undated and not malformed:
        covered = month_of_document(feed, path, received)
        senders = set()
    else:
        senders = {sender for _, sender in of_sender if sender}
        if stated := month_named(feed, path):
            covered = _months_stated(feed, path, stated, dated, received)
        else:
            covered = covered_months(period, dated, received, _received_before(before, senders or {NOBODY}), early)
    if not covered:
        if malformed and not dated and not undated:
            raise RefusedError(
                path, f"none of the {malformed:,} rows has as many cells as the table has columns.", "Ask for it again."
            )
        raise RefusedError(path, *_no_month(column.header, column.type, dated, undated + malformed))
    partitions = {month: dated.get(month, 0) for month in covered}
    this_month = received.strftime("%Y-%m")
    ahead = sum(rows for month, rows in dated.items() if month > this_month)
    other = sum(dated.values()) - sum(partitions.values()) - ahead
    notes: tuple[str, ...] = (
        (f"{ahead:,} rows lie ahead of the day it came and are put aside",) if ahead and column.may_lie_ahead else ()
    )
    if in_workbook and is_zip(path):
        notes += notes_on(feed, path)
    causes = {UNDATED: undated, OTHER_MONTH: other, AHEAD: ahead, MALFORMED: malformed}
    return Coverage(
        partitions,
        {cause: rows for cause, rows in causes.items() if rows},
        _by_sender(period, partitions, senders, of_sender) if feed.sender else {},
        notes,
    )


def _months_stated(feed: Feed, path: Path, stated: str, dated: Mapping[str, int], received: date) -> list[str]:
    """Return the span of the month that a document names as its own. Raises RefusedError if no row is of it."""
    assert isinstance(feed.period, MonthOf)
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
    """Return the months that came before from any of the senders: what stands of theirs must not be replaced by a part.

    A delivery whose senders are not known is of all of them.
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
    spans: Counter[str] = Counter()
    for month, rows in covered.items():
        spans[span_of(month, period.span_ends)[-1]] += rows
    own = max(spans, key=lambda end: (spans[end], end))
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


def _no_month(header: str, column_type: ColumnType, dated: Iterable[str], undated: int) -> tuple[str, str]:
    found = sorted(dated)
    if not found and not undated:
        return (
            f"there are no rows below the headings, so no '{header}' says for which month nothing happened.",
            HOW_TO_SEND_NIL,
        )
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
