"""The rows of a feed in the bronze schema, with the faults that conforming found in each.

What is a fault is decided in `conform` and `record_ids`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.bronze_schema import bronze_schema
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.validation.judgement import FAULT_COLUMNS


@dataclass(frozen=True)
class ConformedTable:
    """Rows in the bronze schema and the faults of each.

    The fault columns (string, null where there is no fault, one value per row) are separate because the suite
    tolerates them differently: `unreadable` for values that cannot be parsed and required cells that are blank,
    `contradictory` for dates in an order that cannot be, `copies` for duplicates of another row, `conflicts` for rows
    with the same key and different content.
    """

    rows: pa.Table
    unreadable: pa.Array
    contradictory: pa.Array
    copies: pa.Array
    conflicts: pa.Array

    def with_faults(self) -> pa.Table:
        """Return the rows with the fault columns added, as validation expects them."""
        table = self.rows
        for name in FAULT_COLUMNS:
            table = table.append_column(name, getattr(self, name))
        return table

    def filter(self, keep: np.ndarray) -> "ConformedTable":
        """Return the rows for which the Boolean array `keep` is true."""
        if keep.all():
            return self
        mask = pa.array(keep)
        return ConformedTable(self.rows.filter(mask), *(getattr(self, name).filter(mask) for name in FAULT_COLUMNS))

    def take(self, order: np.ndarray) -> "ConformedTable":
        """Return the rows at the indices `order`."""
        rows = pa.array(order)
        return ConformedTable(self.rows.take(rows), *(getattr(self, name).take(rows) for name in FAULT_COLUMNS))

    @staticmethod
    def concatenate(feed: Feed, tables: Sequence["ConformedTable"]) -> "ConformedTable":
        """Return the rows of several tables of a feed, or of none, in order."""
        if not tables:
            none = pa.nulls(0, pa.string())
            return ConformedTable(bronze_schema(feed).empty_table(), *(none for _ in FAULT_COLUMNS))
        return ConformedTable(
            pa.concat_tables([table.rows for table in tables]).combine_chunks(),
            *(pa.concat_arrays([getattr(table, name) for table in tables]) for name in FAULT_COLUMNS),
        )
