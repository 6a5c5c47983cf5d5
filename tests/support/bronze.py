"""Bronze written by hand, so that the dbt models can be tested without the packages that precede them.

Only what the tests of the dbt project need: the empty partition of every feed, a month of rows, the feed calendar and
the grid of small areas, in the layout of `vrp_pipeline.lake`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.calendar.feed_calendar import SCHEMA as CALENDAR
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.bronze_schema import bronze_schema
from vrp_pipeline.geography.small_area_grid import SCHEMA as GRID
from vrp_pipeline.lake.bronze import ensure_empty_partition
from vrp_pipeline.lake.paths import Lake

AS_OF = dt.date(2024, 6, 30)

Row = Mapping[str, Any]


def months_of(start_year: int) -> list[str]:
    """The twelve months of the financial year that begins in `start_year`."""
    return [f"{start_year}-{month:02d}" for month in range(4, 13)] + [f"{start_year + 1}-{m:02d}" for m in range(1, 4)]


def write_schemas(lake: Lake) -> None:
    """A lake to which nothing was ever delivered: the columns of every feed and not one row."""
    for feed in FEEDS.values():
        ensure_empty_partition(lake, feed)
    write_calendar(lake, [])
    write_grid(lake, [], edition="0000")


def write_rows(lake: Lake, feed_name: str, partition: str, rows: Iterable[Row]) -> None:
    """One bronze month or edition of a feed; columns not given are null."""
    feed = FEEDS[feed_name]
    schema = bronze_schema(feed)
    filled = [
        dict.fromkeys(schema.names)
        | {"record_id": f"r{number}", "source_row": number, "delivery_id": "first"}
        | dict(row)
        for number, row in enumerate(rows, start=1)
    ]
    path = lake.bronze_partition(feed, partition)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(filled, schema), path)


def calendar_row(feed: str, month: str, **values: Any) -> dict[str, Any]:
    """A month of a feed in the calendar, received from the delivery `first` unless said otherwise."""
    agency, table = feed.split("__")
    start = int(month[:4]) - (int(month[5:]) < 4)
    return {
        "feed": feed,
        "agency": agency,
        "table_name": table,
        "month": month,
        "financial_year": f"{start}-{(start + 1) % 100:02d}",
        "status": "received",
        "delivery_id": "first",
        "received_at": dt.datetime(2024, 4, 3, 9),
        "as_of": AS_OF,
    } | values


def write_calendar(lake: Lake, rows: Iterable[Row]) -> None:
    """The feed calendar as ingest leaves it."""
    path = lake.bronze / "pipeline" / "feed_calendar" / "snapshot=current" / "data.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], CALENDAR), path)


def write_grid(lake: Lake, squares: Iterable[tuple[int, int, str]], edition: str = "2021") -> None:
    """Squares of 100 m as (easting index, northing index, small area)."""
    rows = [dict(zip(GRID.names, square, strict=True)) for square in squares]
    path = lake.bronze / "reference" / "small_area_grid" / f"edition={edition}" / "data.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, GRID), path)


def parquet_of(lake: Lake, feed_name: str, partition: str) -> Path:
    """The file of one bronze month."""
    return lake.bronze_partition(FEEDS[feed_name], partition)
