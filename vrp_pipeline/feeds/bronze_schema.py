"""The columns a contract gives its feed in bronze and in quarantine, with their Arrow types.

Derived from the contract alone. How the files are written stands in `lake.bronze`.
"""

import pyarrow as pa

from vrp_pipeline.feeds.contract import AgeAt, Column, ColumnType, Drop, Feed, Pseudonymise

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
    """The bronze fields one delivered column becomes: none, one, or an age and a year of birth."""
    match column.treatment:
        case Drop():
            return []
        case Pseudonymise():
            return [pa.field(column.name, pa.string())]
        case AgeAt():
            return [pa.field(f"{column.name}_age", pa.int32()), pa.field(f"{column.name}_birth_year", pa.int32())]
        case _:
            return [pa.field(column.name, ARROW_TYPES[column.type])]


def bronze_schema(feed: Feed) -> pa.Schema:
    """`record_id`, the contract's columns, then the delivery and the row in it that each record came from."""
    return pa.schema(
        [
            pa.field("record_id", pa.string()),
            *(bronze for column in feed.columns for bronze in columns_in_bronze(column)),
            pa.field("delivery_id", pa.string()),
            pa.field("source_row", pa.int32()),
        ]
    )


def quarantine_schema(feed: Feed) -> pa.Schema:
    """The bronze columns and, before them, the reasons for which the row did not pass."""
    return pa.schema([pa.field("reasons", pa.string()), *bronze_schema(feed)])
