"""Bronze: the conformed months of each feed as Parquet, and the schema a contract gives them.

Only `ingest` writes here. A month is one file, replaced as a whole; beside the months stands a file without
rows (`month=0000-00`), so that every reader finds the columns of a feed that was never delivered.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.feeds.bronze_schema import bronze_schema
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.lake.atomic import replacing
from vrp_pipeline.lake.paths import Lake

# Columns in which hardly a value comes twice.
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
    """Atomically write `table` to `path`; equal tables give equal bytes."""
    with replacing(path) as partial:
        pq.write_table(
            table,
            partial,
            compression="zstd",
            row_group_size=1 << 20,
            use_dictionary=_repetitive(table),
            # A month is read whole or not at all: least and greatest values would cost a fifth of writing it.
            write_statistics=False,
        )


def _repetitive(table: pa.Table) -> list[str]:
    """The text columns worth a dictionary: building one for keys costs half the time of writing a month."""
    return [field.name for field in table.schema if field.name not in UNIQUE_COLUMNS and pa.types.is_string(field.type)]


def ensure_empty_partition(lake: Lake, feed: Feed) -> None:
    """Write the file without rows that gives the feed its columns, if it is missing or of an older contract."""
    path = lake.bronze_partition(feed, NO_PARTITION[feed.partition_name]).with_name("schema.parquet")
    schema = bronze_schema(feed)
    if not path.exists() or not pq.read_schema(path).equals(schema):
        write_parquet(schema.empty_table(), path)


def published_partitions(lake: Lake, feed: Feed) -> dict[str, Path]:
    """The months (or editions) that stand in bronze, in order."""
    return {
        path.parent.name.partition("=")[2]: path
        for path in sorted(lake.bronze_table(feed).glob(f"{feed.partition_name}=*/data.parquet"))
    }


def rows_in(path: Path) -> int:
    """Number of rows of a Parquet file, from its footer."""
    return int(pq.read_metadata(path).num_rows)
