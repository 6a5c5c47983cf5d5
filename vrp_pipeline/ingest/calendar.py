"""The calendar of feeds: for each monthly feed and month, whether its rows may be counted.

dbt reads it as a source, and every metric reads it through dbt: a month without rows and a month not received look
alike in bronze, and only the calendar tells them apart.
"""

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.feeds.partnership import FIRST_MONTH, TIME_ZONE
from vrp_pipeline.lake.bronze import write_parquet
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict, read_verdict
from vrp_pipeline.landing.coverage import april_before, months_between
from vrp_pipeline.landing.ledger import Delivery, all_deliveries, newest_per_part

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
        ("delivery_id", pa.string()),
        ("received_at", pa.timestamp("us")),
        ("rows_published", pa.int32()),
        ("rows_quarantined", pa.int32()),
        ("as_of", pa.date32()),
    ]
)


def as_of(lake: Lake) -> date | None:
    """The day up to which the lake knows anything: that of its newest delivery; None in an empty lake.

    Not the day of the run: the same deliveries must give the same bytes on any day.
    """
    newest = max((delivery.received_at for delivery in all_deliveries(lake)), default=None)
    return newest.astimezone(TIME_ZONE).date() if newest else None


def calendar_path(lake: Lake) -> Path:
    """Where the calendar stands in bronze."""
    return lake.bronze / "pipeline" / "feed_calendar" / "snapshot=current" / "data.parquet"


def calendar(lake: Lake) -> pa.Table:
    """One row for each monthly feed and month from the partnership's first month to the as-of month."""
    known_until = as_of(lake)
    if known_until is None:
        return SCHEMA.empty_table()
    rows = []
    for feed in FEEDS.values():
        if feed.is_monthly:
            winners = newest_per_part(lake, feed)
            rows += [
                _row(lake, feed, month, winners.get(month), known_until)
                for month in months_between(FIRST_MONTH, known_until.strftime("%Y-%m"))
            ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def write_calendar(lake: Lake) -> pa.Table:
    """Write the calendar to bronze and return it."""
    table = calendar(lake)
    write_parquet(table, calendar_path(lake))
    return table


def _row(lake: Lake, feed: Feed, month: str, winner: Delivery | None, known_until: date) -> dict[str, object]:
    verdict = read_verdict(lake, feed, month)
    stands = lake.bronze_part(feed, month).exists()
    due = due_date(feed, month)
    return {
        "feed": feed.name,
        "agency": feed.agency,
        "table_name": feed.table,
        "month": month,
        "financial_year": financial_year(month),
        "status": _status(verdict, stands=stands, is_due=due <= known_until),
        "due_date": due,
        "delivery_id": verdict.delivery_id if verdict else None,
        "received_at": winner.received_at.astimezone(TIME_ZONE).replace(tzinfo=None) if winner else None,
        "rows_published": verdict.rows_published if verdict else None,
        "rows_quarantined": verdict.rows_quarantined if verdict else None,
        "as_of": known_until,
    }


def _status(verdict: Verdict | None, *, stands: bool, is_due: bool) -> str:
    if verdict is not None and verdict.status is Status.HELD:
        return HELD
    if verdict is not None and stands:
        return RECEIVED
    return NOT_RECEIVED if is_due else NOT_DUE


def due_date(feed: Feed, month: str) -> date:
    """The day by which a month should have been delivered."""
    year, number = int(month[:4]), int(month[5:])
    first_of_next = date(year + number // 12, number % 12 + 1, 1)
    return first_of_next + timedelta(days=feed.due_days - 1)


def financial_year(month: str) -> str:
    """`2023-24` for the months from April 2023 to March 2024."""
    start = int(april_before(month)[:4])
    return f"{start}-{(start + 1) % 100:02d}"
