"""Quarantine: rows that did not pass, with their reasons and without any value that bronze may not hold.

Which rows are quarantined is decided in `outcomes` (rows of a month, by their faults and unmet expectations) and in
`assignment` (rows without a month).
"""

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.bronze_schema import quarantine_schema
from vrp_pipeline.feeds.contract.columns import ColumnType, Keep
from vrp_pipeline.feeds.contract.feed import Feed

NOT_AGREED = "(none of the agreed codes)"
NOT_SHOWN = "(not shown: found in no sound row)"
# A key by which a row can be found again: letters, digits and the marks of references, with at least one digit.
KEY = r"^[A-Za-z0-9][A-Za-z0-9|/_.:-]{0,79}$"


def quarantined(feed: Feed, rows: pa.Table, reasons: pa.Array, sound: pa.Table | None = None) -> pa.Table:
    """Return rows in the quarantine schema: the reasons followed by the bronze columns.

    After a shift of columns a value may be a name or a number of a person. So a value that is not a code of its column
    is replaced, as is a free text that is in none of the `sound` rows beside it (bronze schema) and a key that does not
    look like one. Delivery and row number lead to the value in landing.
    """
    if not rows.num_rows:
        return quarantine_schema(feed).empty_table()
    if isinstance(reasons, pa.ChunkedArray):
        reasons = reasons.combine_chunks()
    keys = {"record_id", *feed.natural_key}
    for column in (*feed.columns, None):
        name = column.name if column else "record_id"
        if name not in rows.column_names or not pa.types.is_string(rows[name].type):
            continue
        values = rows[name].combine_chunks()
        if column is not None and column.codes:
            kept, instead = pc.is_in(values, value_set=pa.array(list(column.codes))), NOT_AGREED
        elif name in keys:
            kept, instead = pc.match_substring_regex(values, KEY), NOT_SHOWN
        elif column is not None and column.type is ColumnType.TEXT and isinstance(column.treatment, Keep):
            known = pc.unique(sound[name]) if sound is not None else pa.array([], pa.string())
            kept, instead = pc.is_in(values, value_set=known.cast(pa.string())), NOT_SHOWN
        else:
            continue
        shown = pc.if_else(pc.or_(pc.is_null(values), pc.fill_null(kept, True)), values, instead)
        rows = rows.set_column(rows.column_names.index(name), name, shown)
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
