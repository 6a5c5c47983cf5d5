"""The rows of each month: which month (or edition) a conformed row belongs to, and whether it stands there.

Rows that belong to no month of their delivery, or cannot be read as rows at all, are put aside with the cause.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract import Column, Feed, MonthOf
from vrp_pipeline.ingest.conform import ConformedRead, ConformedTable
from vrp_pipeline.ingest.quarantine import malformed_rows, quarantined
from vrp_pipeline.ingest.record_ids import repeated
from vrp_pipeline.ingest.selection import Selection
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.landing.senders import senders_of
from vrp_pipeline.landing.values import months_of


class ReconciliationError(RuntimeError):
    """Raised if the rows read are fewer or more than those received."""


@dataclass(frozen=True)
class MonthRows:
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


@dataclass(frozen=True)
class _Months:
    """The month of each row of a table: its place in `names`, or -1."""

    names: Sequence[str]
    codes: np.ndarray

    def among(self, months: Iterable[str]) -> np.ndarray:
        """Return a Boolean for each row: whether its month is one of `months`."""
        wanted = {*months}
        is_wanted = np.array([*(name in wanted for name in self.names), False])
        return np.asarray(is_wanted[self.codes])


def sort_by_month(
    selection: Selection, tables: Iterable[ConformedRead], report: Callable[[str, int, int], None]
) -> MonthRows:
    """Return the rows that stand, by month. `report` is called with the step, the months read and their number.

    Raises ReconciliationError if the rows read of a month differ from those received.
    """
    feed = selection.feed
    kept: list[ConformedTable] = []
    code_of_row: list[np.ndarray] = []
    left_out: dict[str, list[pa.Table]] = {source.delivery.delivery_id: [] for source in selection.deliveries}
    code_of = {partition: code for code, partition in enumerate(selection.partitions)}
    done: set[str] = set()
    for read in tables:
        delivery, months = read.source.delivery, _months_of_rows(feed, read)
        left_out[delivery.delivery_id] += _without_month(feed, read, months)
        keep = months.among(read.source.shares)
        if feed.sender:
            keep &= _stands(feed, read, months)
        codes = np.array([*(code_of.get(name, -1) for name in months.names), -1], dtype=np.int32)[months.codes]
        kept.append(read.conformed.filter(keep))
        code_of_row.append(codes[keep])
        done |= set(months.names) & read.source.shares.keys()
        report("reading", len(done), len(selection.partitions))
    without_month = {
        delivery_id: pa.concat_tables(parts).sort_by("source_row") if parts else None
        for delivery_id, parts in left_out.items()
    }
    found = _sorted(selection, kept, code_of_row, without_month)
    _reconcile(selection, found)
    return found


def _months_of_rows(feed: Feed, read: ConformedRead) -> _Months:
    rows, partition = read.conformed.rows, read.delivered.partition
    if partition is None and isinstance(feed.period, MonthOf):
        months = pc.dictionary_encode(months_of(rows[feed.period.column].combine_chunks()))
        return _Months(months.dictionary.to_pylist(), pc.fill_null(months.indices, -1).to_numpy())
    return _Months([partition or next(iter(read.source.delivery.partitions))], np.zeros(rows.num_rows, dtype=np.int32))


def _without_month(feed: Feed, read: ConformedRead, months: _Months) -> list[pa.Table]:
    """Return the rows that belong to no month of their delivery in the quarantine schema, and those malformed."""
    delivery, tables = read.source.delivery, []
    outside = ~months.among(delivery.partitions)
    if outside.any():
        assert isinstance(feed.period, MonthOf)
        left_out = read.conformed.filter(outside)
        column = feed.by_name[feed.period.column]
        causes = [*(_cause(column, month, delivery) for month in months.names), None]
        reasons = pa.array(causes, pa.string()).take(pa.array(months.codes[outside] % len(causes)))
        reasons = pc.coalesce(reasons, left_out.unreadable, f"'{column.header}' is blank")
        tables.append(quarantined(feed, left_out.rows, reasons))
    if read.delivered.malformed:
        tables.append(malformed_rows(feed, read.delivered.malformed, delivery.delivery_id))
    return tables


def _cause(column: Column, month: str, delivery: Delivery) -> str:
    if month <= delivery.received_on.strftime("%Y-%m"):
        return f"'{column.header}' lies in {month}, a month that the delivery does not cover"
    if column.may_lie_ahead:
        return f"'{column.header}' lies ahead of the day the file came: a plan, counted once its month is delivered"
    return f"'{column.header}' lies after the day the file came"


def _stands(feed: Feed, read: ConformedRead, months: _Months) -> np.ndarray:
    """Return for each row whether its sender stands for its month with this delivery."""
    senders = senders_of(feed, read.conformed.rows[feed.sender].combine_chunks(), read.source.delivery.named_senders)
    keep = np.ones(len(months.codes), dtype=bool)
    for partition, share in read.source.shares.items():
        if share.senders is not None:
            is_standing = np.array([*(name in share.senders for name in senders.categories), False])[senders.codes]
            keep &= is_standing | ~months.among([partition])
    return keep


def _sorted(
    selection: Selection,
    tables: Sequence[ConformedTable],
    code_of_row: Sequence[np.ndarray],
    without_month: Mapping[str, pa.Table | None],
) -> MonthRows:
    """Bring the rows into the order of months, keeping their order within a month, so that each month is a slice."""
    conformed = ConformedTable.concatenate(selection.feed, tables)
    codes = np.concatenate([np.zeros(0, dtype=np.int32), *code_of_row])
    if (np.diff(codes) < 0).any():
        order = np.argsort(codes, kind="stable")
        conformed, codes = conformed.take(order), codes[order]
    ends = np.cumsum(np.bincount(codes, minlength=len(selection.partitions)))
    slices = {
        partition: slice(int(start), int(end))
        for partition, start, end in zip(selection.partitions, [0, *ends], ends, strict=False)
    }
    if any(len(standing.shares) > 1 for standing in selection.selected_standings.values()):
        conformed = _with_repeated_keys(conformed, slices)
    categories = pd.Index(selection.partitions, dtype=object)
    return MonthRows(conformed, pd.Categorical.from_codes(codes, categories), slices, without_month)


def _with_repeated_keys(conformed: ConformedTable, slices: Mapping[str, slice]) -> ConformedTable:
    """Find copies and contradictions among all rows of each month: each delivery knows only its own."""
    faults = [repeated(conformed.rows.slice(where.start, where.stop - where.start)) for where in slices.values()]
    copies, conflicts = (pa.concat_arrays(of_months) for of_months in zip(*faults, strict=True))
    return ConformedTable(conformed.rows, conformed.unreadable, copies, conflicts)


def _reconcile(selection: Selection, found: MonthRows) -> None:
    for partition, standing in selection.selected_standings.items():
        where = found.slices[partition]
        was_read = where.stop - where.start
        # Malformed rows of a zip member are counted under its month on receipt, but quarantined without a month.
        if was_read > standing.rows or (isinstance(selection.feed.period, MonthOf) and was_read < standing.rows):
            raise ReconciliationError(
                f"{selection.feed.name} {partition}: {standing.file_name} was received with {standing.rows:,} rows, "
                f"but {was_read:,} were read. The stored file or the reader has changed."
            )
