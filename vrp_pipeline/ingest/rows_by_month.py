"""The rows of each month of a run, brought together from all of its deliveries and reconciled with their receipt.

Which month a row belongs to is decided in `ingest.assignment`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.ingest.assignment import AssignedTable
from vrp_pipeline.ingest.conformed_table import ConformedTable
from vrp_pipeline.ingest.progress import report_progress
from vrp_pipeline.ingest.record_ids import repeated
from vrp_pipeline.ingest.selection import Selection


class ReconciliationError(RuntimeError):
    """Raised if the rows read are fewer or more than those received."""


@dataclass(frozen=True)
class RowsByMonth:
    """The conformed rows of all months of a run, and the month of each (ordered categories, one per row).

    The rows of a month are contiguous: `slices` gives theirs, also of months without rows. `without_month` gives, by
    the id of each delivery read, its rows of no month in the quarantine schema, or None.
    """

    conformed: ConformedTable
    partition_of_row: pd.Categorical
    slices: Mapping[str, slice]
    without_month: Mapping[str, pa.Table | None]

    def of(self, partition: str) -> pa.Table:
        """Return the rows of one month in the bronze schema."""
        where = self.slices[partition]
        return self.conformed.rows.slice(where.start, where.stop - where.start)


def sort_by_month(selection: Selection, tables: Iterable[AssignedTable]) -> RowsByMonth:
    """Return the rows that count, by month. Raises ReconciliationError if they differ in number from those received."""
    kept: list[AssignedTable] = []
    without_month: dict[str, list[pa.Table]] = {source.delivery.delivery_id: [] for source in selection.deliveries}
    done: set[int] = set()
    for table in tables:
        kept.append(table)
        without_month[table.source.delivery.delivery_id] += table.without_month
        done.update(np.unique(table.places).tolist())
        report_progress(selection.feed, "reading", len(done), len(selection.partitions))
    found = _sorted(
        selection,
        kept,
        {
            delivery_id: pa.concat_tables(parts).sort_by("source_row") if parts else None
            for delivery_id, parts in without_month.items()
        },
    )
    _reconcile(selection, found)
    return found


def _sorted(
    selection: Selection, tables: Sequence[AssignedTable], without_month: Mapping[str, pa.Table | None]
) -> RowsByMonth:
    """Bring the rows into the order of months, keeping their order within a month, so that each month is a slice."""
    conformed = ConformedTable.concatenate(selection.feed, [table.conformed for table in tables])
    codes = np.concatenate([np.zeros(0, dtype=np.int32), *(table.places for table in tables)])
    if (np.diff(codes) < 0).any():
        order = np.argsort(codes, kind="stable")
        conformed, codes = conformed.take(order), codes[order]
    ends = np.cumsum(np.bincount(codes, minlength=len(selection.partitions)))
    slices = {
        partition: slice(int(start), int(end))
        for partition, start, end in zip(selection.partitions, [0, *ends], ends, strict=False)
    }
    if any(len(standing.shares) > 1 for standing in selection.standings.values()):
        conformed = _with_repeated_keys(conformed, slices)
    categories = pd.Index(selection.partitions, dtype=object)
    return RowsByMonth(conformed, pd.Categorical.from_codes(codes, categories), slices, without_month)


def _with_repeated_keys(conformed: ConformedTable, slices: Mapping[str, slice]) -> ConformedTable:
    """Find copies and contradictions among all rows of each month: each delivery knows only its own."""
    faults = [repeated(conformed.rows.slice(where.start, where.stop - where.start)) for where in slices.values()]
    copies, conflicts = (pa.concat_arrays(of_months) for of_months in zip(*faults, strict=True))
    return replace(conformed, copies=copies, conflicts=conflicts)


def _reconcile(selection: Selection, found: RowsByMonth) -> None:
    for partition, standing in selection.standings.items():
        where = found.slices[partition]
        was_read = where.stop - where.start
        # Malformed rows of a zip member are counted under its month on receipt, but quarantined without a month.
        if was_read > standing.rows or (isinstance(selection.feed.period, MonthOf) and was_read < standing.rows):
            raise ReconciliationError(
                f"{selection.feed.name} {partition}: {standing.file_name} was received with {standing.rows:,} rows, "
                f"but {was_read:,} were read. The stored file or the reader has changed."
            )
