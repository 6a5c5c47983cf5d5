"""Bronze: the conformed months of each feed as Parquet files.

Holds writing, listing and counting those files. Each month is one file, replaced as a
whole. An empty file (`month=0000-00`) beside the months gives readers the columns of a feed that has never been
delivered. The schema itself is defined in `feeds.bronze_schema`.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.feeds.bronze_schema import bronze_schema
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.atomic import replacing
from vrp_pipeline.lake.digests import fits, note_sum, noted_sum
from vrp_pipeline.lake.paths import Lake

# Columns whose values are almost all distinct.
UNIQUE_COLUMNS = {
    "record_id",
    "crime_id",
    "crime_reference",
    "occurrence_reference",
    "attendance_id",
    "victim_pseudonym",
}

NO_PARTITION = {"month": "0000-00", "edition": "0000"}


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write `table` to `path` atomically; equal tables give equal bytes."""
    with replacing(path) as partial:
        pq.write_table(
            table,
            partial,
            compression="zstd",
            row_group_size=1 << 20,
            use_dictionary=_repetitive(table),
            # A month is always read whole, so statistics are never used; they would cost a fifth of the writing time.
            write_statistics=False,
        )


def write_month(table: pa.Table, path: Path) -> None:
    """Write a month of bronze atomically, with its SHA-256 beside it.

    That file is not flushed to disk: a month whose sum is lost counts as damaged, and damaged months are built again.
    """
    write_parquet(table, path)
    note_sum(path)


def is_whole(path: Path) -> bool:
    """Return whether a file exists and has the SHA-256 noted when it was written."""
    return fits(path, noted_sum(path))


def _repetitive(table: pa.Table) -> list[str]:
    """Return the text columns to dictionary-encode; for unique keys that takes half the time of writing a month."""
    return [field.name for field in table.schema if field.name not in UNIQUE_COLUMNS and pa.types.is_string(field.type)]


def ensure_empty_partition(lake: Lake, feed: Feed) -> None:
    """Write the feed's empty schema file if it is missing or has the schema of an older contract."""
    path = lake.bronze_partition(feed, NO_PARTITION[feed.partition_name]).with_name("schema.parquet")
    schema = bronze_schema(feed)
    if not path.exists() or not pq.read_schema(path).equals(schema):
        write_parquet(schema.empty_table(), path)


def published_partitions(lake: Lake, feed: Feed) -> dict[str, Path]:
    """Return the Parquet file of each month (or edition) in bronze, in order of month."""
    return {
        path.parent.name.partition("=")[2]: path
        for path in sorted(lake.bronze_table(feed).glob(f"{feed.partition_name}=*/data.parquet"))
    }


def rows_in(path: Path) -> int:
    """Return the number of rows of a Parquet file, read from its footer."""
    return int(pq.read_metadata(path).num_rows)
