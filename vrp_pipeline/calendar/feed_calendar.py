"""The feed calendar: for each feed and month, whether its rows may be counted, and how it was received.

dbt reads it as a source, and every metric depends on it: in bronze alone, a month without rows and a month not
received look the same. `status` alone decides what is counted; lateness and restatements are shown and change no
figure. How a status is displayed belongs to `states` and `cli.status_tables`.
"""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from vrp_pipeline.calendar.arrivals import Arrivals, arrivals
from vrp_pipeline.calendar.due_dates import due_date
from vrp_pipeline.calendar.months import financial_year, months_between
from vrp_pipeline.calendar.partitions import day_after, last_month, partition_of
from vrp_pipeline.calendar.senders import SendersOfSpan
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.partnership import FIRST_MONTH, TIME_ZONE
from vrp_pipeline.lake.bronze import write_parquet
from vrp_pipeline.lake.decisions import acceptances_of
from vrp_pipeline.lake.ledger import Delivery, all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import Standing
from vrp_pipeline.lake.verdicts import Status, Verdict, read_verdict

RECEIVED = "received"
HELD = "held"
NOT_RECEIVED = "not received"
NOT_DUE = "not due"

SCHEMA = pa.schema(
    [
        ("feed", pa.string()),
        ("agency", pa.string()),
        ("table_name", pa.string()),
        ("month", pa.string()),
        ("financial_year", pa.string()),
        ("status", pa.string()),
        ("due_date", pa.date32()),
        ("is_late", pa.bool_()),
        ("days_late", pa.int32()),
        ("restatements", pa.int32()),
        ("delivery_id", pa.string()),
        ("first_received_at", pa.timestamp("us")),
        ("received_at", pa.timestamp("us")),
        ("rows_delivered", pa.int32()),
        ("rows_published", pa.int32()),
        ("rows_quarantined", pa.int32()),
        ("usual_rows", pa.float64()),
        ("rows_of_usual", pa.float64()),
        ("rows_without_month", pa.int32()),
        ("missing_senders", pa.string()),
        ("deliveries", pa.string()),
        ("as_of", pa.date32()),
    ]
)


def as_of(lake: Lake) -> date | None:
    """Return the date at which due dates are evaluated for releases; None in a lake without deliveries.

    In a lake as of a past day it is that day. Otherwise it is the date of the newest delivery and not that of the run:
    the same deliveries must give the same bytes on any day. What people are told of missing months follows `today`.
    """
    received = all_deliveries(lake)
    if not received:
        return None
    return lake.day or received[-1].received_on


def today(lake: Lake, now: datetime | None = None) -> date | None:
    """Return the date at which due dates are evaluated for people: if every agency stops, every month is overdue.

    It is the date of `now` (by default the present) in London. In a lake as of a past day it is that day, and where
    everything is simulated that of the newest delivery, because simulated deliveries come in a time of their own. None
    in a lake without deliveries.
    """
    received = all_deliveries(lake)
    if not received:
        return None
    newest = received[-1].received_on
    if lake.day or all(delivery.is_simulated for delivery in received):
        return lake.day or newest
    return max(newest, (now or datetime.now(TIME_ZONE)).astimezone(TIME_ZONE).date())


def calendar_path(lake: Lake) -> Path:
    """Return the path of the calendar in bronze."""
    return lake.bronze / "pipeline" / "feed_calendar" / "snapshot=current" / "data.parquet"


def calendar(lake: Lake, feeds: Iterable[Feed] | None = None, until: date | None = None) -> pa.Table:
    """Return one row per feed in the calendar and month, from the partnership's first month to that of `until`.

    `feeds` defaults to all feeds, `until`, at which due dates are evaluated, to the as-of day; the columns are those of
    SCHEMA. A yearly return has the same status in each month of its year; its row counts appear only in March, so that
    sums are correct.
    """
    known_until = until or as_of(lake)
    if known_until is None:
        return SCHEMA.empty_table()
    months = months_between(FIRST_MONTH, known_until.strftime("%Y-%m"))
    rows = []
    for feed in FEEDS.values() if feeds is None else feeds:
        if feed.is_in_calendar:
            came = arrivals(lake, feed)
            owed = [month for month in months if month >= (feed.first_month or FIRST_MONTH)]
            senders = came.senders(months, acceptances_of(lake, feed)) if feed.sender else {}
            rows += [_row(lake, feed, month, came, known_until, senders.get(month)) for month in owed]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def write_calendar(lake: Lake) -> pa.Table:
    """Write the calendar to bronze and return it."""
    table = calendar(lake)
    write_parquet(table, calendar_path(lake))
    return table


def _row(
    lake: Lake, feed: Feed, month: str, came: Arrivals, known_until: date, senders: SendersOfSpan | None
) -> dict[str, object]:
    partition = partition_of(feed, month)
    verdict = read_verdict(lake, feed, partition)
    is_in_bronze = lake.bronze_partition(feed, partition).exists()
    due = due_date(feed, month)
    first, newest = came.first(partition), came.newest(partition)
    missing = senders.sentence if senders and newest else None
    is_whole = not missing and not _came_before_its_end(feed, came.standings.get(partition))
    arrived = came.completed(partition) if is_whole else None
    days_late = _days_after(due, arrived.received_on if arrived else known_until)
    if came.was_handed_over(partition) and is_whole:
        days_late = 0
    return {
        "feed": feed.name,
        "agency": feed.agency,
        "table_name": feed.table,
        "month": month,
        "financial_year": financial_year(month),
        "status": _status(verdict, counts=is_in_bronze and is_whole, is_overdue=due < known_until),
        "due_date": due,
        "is_late": arrived is not None and days_late > 0,
        "days_late": days_late,
        "restatements": came.restatements(partition),
        "delivery_id": _delivery_ids(verdict)[-1] if verdict else None,
        "deliveries": _deliveries(verdict, came, partition),
        "missing_senders": missing,
        "first_received_at": _moment(first),
        "received_at": _moment(newest),
        "as_of": known_until,
        **(_rows(verdict, partition, came) if feed.is_monthly or month == last_month(feed, partition) else {}),
    }


def _rows(verdict: Verdict | None, partition: str, came: Arrivals) -> dict[str, object]:
    """Return the row counts of a partition, delivered and ingested, and the usual count of the feed.

    Rows in quarantine include those that a delivery brought without a month: they are shown with the newest month for
    which it counts, so that no row is put aside in silence. The malformed rows of a zip
    member are of its month and have none.
    """
    delivered = came.rows(partition)
    usual = came.usual_rows(partition)
    standing = came.standings.get(partition)
    without_month = None
    if verdict and standing and verdict.delivery_id == standing.delivery_id:
        without_month = came.rows_without_month.get(partition, 0) + standing.rows - verdict.rows_read
    return {
        "rows_delivered": delivered,
        "rows_published": verdict.rows_published if verdict else None,
        "rows_quarantined": verdict.rows_quarantined + (without_month or 0) if verdict else None,
        "rows_without_month": without_month,
        "usual_rows": usual,
        "rows_of_usual": round(delivered / usual, 3) if delivered is not None and usual else None,
    }


def _delivery_ids(verdict: Verdict) -> tuple[str, ...]:
    """Return the deliveries that a verdict is on, by time of receipt."""
    return verdict.delivery_ids or (verdict.delivery_id,)


def _deliveries(verdict: Verdict | None, came: Arrivals, partition: str) -> str | None:
    """Return the deliveries that a month rests on as `id@time` joined by blanks; None unless there are several.

    Bronze keeps the last good rows of a held month: whichever delivery they came with is named too.
    """
    if verdict is None:
        return None
    times = {each.delivery_id: _moment(each) for each in came.covering.get(partition, ())}
    named = tuple(times) if verdict.status is Status.HELD else verdict.delivery_ids
    if len(named) < 2:
        return None
    return " ".join(f"{each}@{times[each]:%Y-%m-%dT%H:%M:%S.%f}" for each in named if times.get(each))


def _came_before_its_end(feed: Feed, standing: Standing | None) -> bool:
    """Return whether a delivery that counts for a span arrived before the span ended: it holds a part at most."""
    if standing is None:
        return False
    return any(delivery.received_on < day_after(feed, standing.partition) for delivery in standing.deliveries)


def _days_after(due: date, day: date) -> int:
    return max((day - due).days, 0)


def _moment(delivery: Delivery | None) -> datetime | None:
    """Return the time of receipt of a delivery as naive London time, or None."""
    return delivery.received_at.astimezone(TIME_ZONE).replace(tzinfo=None) if delivery else None


def _status(verdict: Verdict | None, *, counts: bool, is_overdue: bool) -> str:
    if verdict is not None and verdict.status is Status.HELD:
        return HELD
    if verdict is not None and counts:
        return RECEIVED
    return NOT_RECEIVED if is_overdue else NOT_DUE
