"""Quarantine: rows that did not pass, in the shape in which they are kept, each with its reasons.

Where a row is put into quarantine. Which rows go there is decided in `conform` (unreadable values), `reading` (rows
without a month) and `validation.judgement` (expectations not met).
"""

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.bronze_schema import quarantine_schema
from vrp_pipeline.feeds.contract import Feed

NOT_AGREED = "(none of the agreed codes)"


def quarantined(feed: Feed, rows: pa.Table, reasons: pa.Array) -> pa.Table:
    """Rows in the shape of the quarantine: the reasons before the bronze columns.

    A value that is none of its column's codes may be anything, a name after a shift of columns too: it is left out.
    """
    if isinstance(reasons, pa.ChunkedArray):
        reasons = reasons.combine_chunks()
    for column in feed.columns:
        if column.codes and column.name in rows.column_names and pa.types.is_string(rows[column.name].type):
            values = rows[column.name]
            agreed = pc.or_(pc.is_null(values), pc.is_in(values, value_set=pa.array(list(column.codes))))
            position = rows.column_names.index(column.name)
            rows = rows.set_column(position, column.name, pc.if_else(agreed, values, NOT_AGREED))
    return rows.add_column(0, "reasons", reasons.cast(pa.string())).cast(quarantine_schema(feed))


def malformed_rows(feed: Feed, malformed: tuple[tuple[int, int], ...], delivery_id: str) -> pa.Table:
    """Rows that are no rows of the feed: `malformed` gives the row and how many cells it has, 0 for no JSON object."""
    schema = quarantine_schema(feed)
    columns = {name: pa.nulls(len(malformed), schema.field(name).type) for name in schema.names}
    reasons = [
        f"the row has {cells} cells, not {len(feed.columns)}" if cells else "the line is no whole JSON object"
        for _, cells in malformed
    ]
    columns["reasons"] = pa.array(reasons, pa.string())
    columns["source_row"] = pa.array([row for row, _ in malformed], pa.int32())
    columns["delivery_id"] = pa.array([delivery_id] * len(malformed), pa.string())
    return pa.table(columns, schema=schema)
