"""Quarantine: the schema of rows that did not pass, with their reasons.

Which rows are quarantined is decided in `conform` (unreadable values), `reading` (rows without a month) and
`validation.judgement` (unmet expectations).
"""

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.bronze_schema import quarantine_schema
from vrp_pipeline.feeds.contract import Feed

NOT_AGREED = "(none of the agreed codes)"


def quarantined(feed: Feed, rows: pa.Table, reasons: pa.Array) -> pa.Table:
    """Return rows in the quarantine schema: the reasons followed by the bronze columns.

    A value that is not a code of its column is replaced: after a shift of columns it may be a name.
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
    """Return malformed rows in the quarantine schema.

    `malformed` gives the number of each row and of its cells; 0 cells stand for a line that is not a JSON object.
    """
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
