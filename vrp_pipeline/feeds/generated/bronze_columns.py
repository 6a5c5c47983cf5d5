"""Bronze columns of a feed with their description and DuckDB type."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from vrp_pipeline.feeds.bronze_schema import bronze_schema, columns_in_bronze
from vrp_pipeline.feeds.contract.columns import AgeAt, Column
from vrp_pipeline.feeds.contract.feed import Feed

DATA_TYPES: dict[pa.DataType, str] = {
    pa.string(): "varchar",
    pa.int32(): "integer",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp",
}
# The columns that ingest adds, by the docs block in models/docs.md that describes them.
ADDED_BY_INGEST = {
    "record_id": "record_id",
    "delivery_id": "delivery_id",
    "source_row": "source_row",
    "month": "bronze_month",
    "edition": "edition",
}
# DuckDB reads a folder named month=2024-05 as text and one named edition=2024 as a number.
PARTITION_TYPES = {"month": "varchar", "edition": "bigint"}
# Characters; readers look up longer lists of codes in the contract.
LONGEST_LIST = 300


@dataclass(frozen=True)
class BronzeColumn:
    """A bronze column: its DuckDB type, the name of its docs block, and the text of that block.

    `description` is None for the columns that ingest adds, whose blocks are shared by all feeds.
    """

    name: str
    data_type: str
    block: str
    description: str | None


def bronze_columns(feed: Feed) -> list[BronzeColumn]:
    """Return the bronze columns of the feed in order, the partition last."""
    described = dict(_described(feed))
    columns = [
        BronzeColumn(field.name, DATA_TYPES[field.type], block_of(feed, field.name), described.get(field.name))
        for field in bronze_schema(feed)
    ]
    name = feed.partition_name
    return [*columns, BronzeColumn(name, PARTITION_TYPES[name], block_of(feed, name), None)]


def block_of(feed: Feed, column: str) -> str:
    """Return the name of the docs block of a bronze column."""
    return ADDED_BY_INGEST.get(column) or f"{feed.name}__{column}"


def _described(feed: Feed) -> Iterator[tuple[str, str]]:
    for column in feed.columns:
        names = [field.name for field in columns_in_bronze(column)]
        if isinstance(column.treatment, AgeAt):
            yield from zip(names, (column.treatment.age, column.treatment.birth_year), strict=True)
        else:
            yield from ((name, in_words(feed, column)) for name in names)


def in_words(feed: Feed, column: Column) -> str:
    """Return a column's description with its unit and, where they are few, its codes with their meanings."""
    words = column.description + (f" ({column.unit})" if column.unit else "")
    if not column.codes:
        return words
    codes = "; ".join(code if code == meaning else f"{code} = {meaning}" for code, meaning in column.codes.items())
    if len(codes) > LONGEST_LIST:
        return f"{words}. One of {len(column.codes)} codes listed in vrp_pipeline/feeds/{feed.agency}.py"
    return f"{words}. Codes: {codes}"
