"""Arrow schemas of a feed in bronze and in quarantine, derived from its contract alone.

`lake.bronze` writes the files.
"""

import pyarrow as pa

from vrp_pipeline.feeds.contract.columns import AgeAt, Column, ColumnType, Drop, Pseudonymise
from vrp_pipeline.feeds.contract.feed import Feed

ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    ColumnType.TEXT: pa.string(),
    ColumnType.INTEGER: pa.int32(),
    ColumnType.APPROXIMATE_COUNT: pa.int32(),
    ColumnType.DECIMAL: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATE: pa.date32(),
    ColumnType.TIME: pa.string(),
    ColumnType.DATETIME: pa.timestamp("us"),
    ColumnType.MONTH: pa.string(),
    ColumnType.SHA256: pa.string(),
    ColumnType.OFFENCE_CODE: pa.string(),
}


def columns_in_bronze(column: Column) -> list[pa.Field]:
    """Return the bronze fields of one delivered column: none, one, or an age and a year of birth."""
    match column.treatment:
        case Drop():
            return []
        case Pseudonymise():
            return [pa.field(column.name, pa.string())]
        case AgeAt():
            return [pa.field(f"{column.name}_age", pa.int32()), pa.field(f"{column.name}_birth_year", pa.int32())]
        case _:
            return [pa.field(column.name, ARROW_TYPES[column.type])]


def quantities_in_bronze(feed: Feed) -> list[str]:
    """Return the names of the bronze columns of numbers, dates and times."""
    types = (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.TIME, ColumnType.DATETIME, ColumnType.DATE)
    return [
        field.name
        for column in feed.columns
        if column.type in types
        for field in columns_in_bronze(column)
        if column.type is ColumnType.TIME or not pa.types.is_string(field.type)
    ]


def bronze_schema(feed: Feed) -> pa.Schema:
    """Return the bronze schema: `record_id`, the contract's columns, then the delivery and the row number in it."""
    return pa.schema(
        [
            pa.field("record_id", pa.string()),
            *(bronze for column in feed.columns for bronze in columns_in_bronze(column)),
            pa.field("delivery_id", pa.string()),
            pa.field("source_row", pa.int32()),
        ]
    )


def quarantine_schema(feed: Feed) -> pa.Schema:
    """Return the quarantine schema: the reasons why the row failed, then the bronze columns."""
    return pa.schema([pa.field("reasons", pa.string()), *bronze_schema(feed)])
