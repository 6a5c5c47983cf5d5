"""Reading of the selected months of a run: each current delivery once, conformed, with the month of every row.

Rows that belong to no month of their delivery are quarantined here, because no later step sees them. Validating rows
belongs to `validation`.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import union_categoricals

from vrp_pipeline.feeds.bronze_schema import bronze_schema
from vrp_pipeline.feeds.contract import Column, Drop, Feed, MonthOf
from vrp_pipeline.ingest.conform import ConformedTable, conform, repeated
from vrp_pipeline.ingest.quarantine import malformed_rows, quarantined
from vrp_pipeline.lake.bronze import write_parquet
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import Share, Standing
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.senders import senders_of
from vrp_pipeline.landing.values import months_of

# Tables conformed in parallel.
READERS = 2

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[str, int, int], None]


class ReconciliationError(RuntimeError):
    """Raised if the rows read are fewer or more than those received."""


@dataclass(frozen=True)
class Selection:
    """The conformed rows of all selected months of a run, and the month of each (ordered categories, one per row).

    The rows of a month are contiguous.
    """

    conformed: ConformedTable
    partition_of_row: pd.Categorical

    def slices(self) -> dict[str, slice]:
        """Return the slice of the rows of each month; months without rows are left out."""
        rows = np.bincount(self.partition_of_row.codes, minlength=len(self.partition_of_row.categories))
        ends = np.cumsum(rows)
        starts = ends - rows
        return {
            str(partition): slice(int(start), int(end))
            for partition, start, end in zip(self.partition_of_row.categories, starts, ends, strict=True)
            if end > start
        }


def read_selected(
    lake: Lake,
    feed: Feed,
    current_deliveries: Mapping[str, Standing],
    selected: Collection[str],
    key: bytes,
    report_progress: Progress,
) -> Selection:
    """Read each current delivery once, conform it and return the rows of the selected months that stand.

    Raises ReconciliationError if the rows read of a month differ from those received.
    """
    tables: list[ConformedTable] = []
    labels: list[pd.Categorical] = []
    shares: dict[str, dict[str, Share]] = {}
    for partition in selected:
        for share in current_deliveries[partition].shares:
            shares.setdefault(share.delivery.delivery_id, {})[partition] = share
    deliveries = {share.delivery.delivery_id: share.delivery for own in shares.values() for share in own.values()}
    done: set[str] = set()
    for delivery in sorted(deliveries.values(), key=attrgetter("received_at")):
        if delivery.nil:
            continue
        wanted = set(shares[delivery.delivery_id])
        without_month: list[pa.Table] = []
        for conformed, partition_of_row in _conformed(lake, feed, delivery, wanted, key, without_month):
            keep = partition_of_row.isin(sorted(wanted))
            if feed.sender:
                keep &= _stands(feed, delivery, shares[delivery.delivery_id], conformed, partition_of_row)
            tables.append(conformed if keep.all() else conformed.filter(keep))
            labels.append(partition_of_row[keep].remove_unused_categories())
            done |= set(labels[-1].categories)
            report_progress("reading", len(done), len(selected))
        _quarantine_without_month(lake, feed, delivery, without_month)
    if not tables:  # every selected month is a declared nil return
        return Selection(_no_rows(feed), pd.Categorical([], categories=pd.Index([], dtype=object)))
    selection = _by_partition(ConformedTable.concatenate(tables), union_categoricals(labels, sort_categories=True))
    if any(len(current_deliveries[partition].shares) > 1 for partition in selected):
        selection = _with_repeated_keys(selection)
    _reconcile(feed, current_deliveries, selected, selection)
    return selection


def _no_rows(feed: Feed) -> ConformedTable:
    none = pa.nulls(0, pa.string())
    return ConformedTable(bronze_schema(feed).empty_table(), none, none, none)


def _stands(
    feed: Feed,
    delivery: Delivery,
    shares: Mapping[str, Share],
    conformed: ConformedTable,
    partition_of_row: pd.Categorical,
) -> np.ndarray:
    """Return for each row whether its sender stands for its partition with this delivery."""
    keep = np.ones(len(partition_of_row), dtype=bool)
    texts = conformed.rows[feed.sender].combine_chunks()
    sender_of_row = senders_of(feed, texts, delivery.named_senders)
    for partition, share in shares.items():
        if share.senders is not None:
            keep &= (partition_of_row != partition) | sender_of_row.isin(sorted(share.senders))
    return keep


def _with_repeated_keys(selection: Selection) -> Selection:
    """Find copies and contradictions among all rows of each month: each delivery knows only its own."""
    found = selection.conformed
    copies, conflicts = [], []
    for where in selection.slices().values():
        of_month = repeated(found.rows.slice(where.start, where.stop - where.start))
        copies.append(of_month[0])
        conflicts.append(of_month[1])
    if not copies:
        return selection
    table = ConformedTable(found.rows, found.unreadable, pa.concat_arrays(copies), pa.concat_arrays(conflicts))
    return Selection(table, selection.partition_of_row)


def _by_partition(conformed: ConformedTable, partition_of_row: pd.Categorical) -> Selection:
    """Sort the rows by month, keeping their order within a month, so that each month is a slice without a copy."""
    if (np.diff(partition_of_row.codes) < 0).any():
        order = np.argsort(partition_of_row.codes, kind="stable")
        conformed, partition_of_row = conformed.take(order), partition_of_row[order]
    return Selection(conformed, partition_of_row)


def _conformed(
    lake: Lake, feed: Feed, delivery: Delivery, wanted: set[str], key: bytes, without_month: list[pa.Table]
) -> Iterator[tuple[ConformedTable, pd.Categorical]]:
    def finish(table: DeliveredTable) -> tuple[DeliveredTable, ConformedTable]:
        return table, conform(feed, table, delivery.delivery_id, key, delivery.received_on)

    ingested = [column.name for column in feed.columns if not isinstance(column.treatment, Drop)]
    # Arrow releases Python's global lock, so one member is conformed while the next is unpacked.
    with ThreadPoolExecutor(READERS) as pool:
        for table, conformed in _ahead(
            pool, finish, read(feed, delivery.path(lake), columns=ingested, partitions=wanted)
        ):
            partition_of_row = _partition_of_row(feed, delivery, table, conformed)
            outside = ~partition_of_row.isin(list(delivery.partitions))
            if outside.any():
                months = np.asarray(partition_of_row.astype(object))[outside]
                without_month.append(_rows_without_month(feed, delivery, conformed.filter(outside), months))
            if table.malformed:
                without_month.append(malformed_rows(feed, table.malformed, delivery.delivery_id))
            yield conformed, partition_of_row


def _ahead(pool: ThreadPoolExecutor, work: Callable[[T], R], items: Iterator[T]) -> Iterator[R]:
    """Yield the results of `work` in order with at most one item waiting per worker, so memory stays bounded."""
    waiting: deque[Future[R]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > READERS:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _partition_of_row(
    feed: Feed, delivery: Delivery, table: DeliveredTable, conformed: ConformedTable
) -> pd.Categorical:
    """Return the month (or edition) of each row; missing where its date cannot be read."""
    if table.partition is None and isinstance(feed.period, MonthOf):
        months = pc.dictionary_encode(months_of(conformed.rows[feed.period.column].combine_chunks()))
        codes = pc.fill_null(months.indices, -1).to_numpy()
        return pd.Categorical.from_codes(codes, pd.Index(months.dictionary.to_pylist(), dtype=object))
    partition = table.partition or next(iter(delivery.partitions))
    return pd.Categorical.from_codes(
        np.zeros(conformed.rows.num_rows, dtype=np.int8), pd.Index([partition], dtype=object)
    )


def _rows_without_month(feed: Feed, delivery: Delivery, left_out: ConformedTable, months: np.ndarray) -> pa.Table:
    """Return the rows of no month of their delivery with the cause; `months` gives each row's, or None."""
    assert isinstance(feed.period, MonthOf)
    column = feed.by_name[feed.period.column]
    this_month = delivery.received_on.strftime("%Y-%m")
    causes = [
        None
        if not isinstance(month, str)
        else _ahead_in_words(column)
        if month > this_month
        else f"'{column.header}' lies in {month}, a month that the delivery does not cover"
        for month in months
    ]
    reasons = pc.coalesce(pa.array(causes, pa.string()), left_out.unreadable, f"'{column.header}' is blank")
    return quarantined(feed, left_out.rows, reasons)


def _ahead_in_words(column: Column) -> str:
    if column.may_lie_ahead:
        return f"'{column.header}' lies ahead of the day the file came: a plan, counted once its month is delivered"
    return f"'{column.header}' lies after the day the file came"


def _quarantine_without_month(lake: Lake, feed: Feed, delivery: Delivery, tables: list[pa.Table]) -> None:
    path = lake.quarantine_without_month(feed, delivery.delivery_id)
    if tables:
        write_parquet(pa.concat_tables(tables).sort_by("source_row"), path)
    else:
        path.unlink(missing_ok=True)


def _reconcile(
    feed: Feed, current_deliveries: Mapping[str, Standing], selected: Collection[str], selection: Selection
) -> None:
    slices = selection.slices()
    for partition in selected:
        received = current_deliveries[partition].rows
        was_read = slices[partition].stop - slices[partition].start if partition in slices else 0
        # Malformed rows of a zip member are counted under its month on receipt, but quarantined without a month.
        if was_read > received or (isinstance(feed.period, MonthOf) and was_read < received):
            raise ReconciliationError(
                f"{feed.name} {partition}: {current_deliveries[partition].file_name} was received with "
                f"{received:,} rows, but {was_read:,} were read. The stored file or the reader has changed."
            )
