"""Reading the selected months of a run: each winning delivery once, conformed, every row with its month.

Rows that belong to no month of their delivery go to quarantine here: nobody after this knows them.
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

from vrp_pipeline.feeds.contract import Drop, Feed, MonthOf
from vrp_pipeline.ingest.conform import ConformedTable, conform
from vrp_pipeline.lake.bronze import quarantine_schema, write_parquet
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.ledger import Delivery
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.values import months_of

WITHOUT_MONTH = "undated"
NOT_AGREED = "(none of the agreed codes)"
# Months conformed side by side.
READERS = 2

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[str, int, int], None]


class ReconciliationError(RuntimeError):
    """Fewer or more rows were read than were received."""


@dataclass(frozen=True)
class Selection:
    """The conformed rows of all selected months of a run, and each row's month (categories in order, same length).

    The rows of a month stand together.
    """

    conformed: ConformedTable
    part_of_row: pd.Categorical

    def slices(self) -> dict[str, slice]:
        """Where the rows of each month stand; a month without rows is left out."""
        ends = np.cumsum(np.bincount(self.part_of_row.codes, minlength=len(self.part_of_row.categories)))
        starts = np.r_[0, ends[:-1]]
        return {
            str(part): slice(int(start), int(end))
            for part, start, end in zip(self.part_of_row.categories, starts, ends, strict=True)
            if end > start
        }


def read_selected(
    lake: Lake, feed: Feed, winners: Mapping[str, Delivery], selected: Collection[str], key: bytes, tell: Progress
) -> Selection:
    """Read each winning delivery once, conform it and keep the rows of the selected months.

    Raises ReconciliationError if a month's rows are not those that were received.
    """
    tables: list[ConformedTable] = []
    labels: list[pd.Categorical] = []
    deliveries = {winners[part].delivery_id: winners[part] for part in selected}.values()
    done: set[str] = set()
    for delivery in sorted(deliveries, key=attrgetter("received_at")):
        wanted = {part for part in selected if winners[part].delivery_id == delivery.delivery_id}
        without_month: list[pa.Table] = []
        for conformed, part_of_row in _conformed(lake, feed, delivery, wanted, key, without_month):
            keep = part_of_row.isin(sorted(wanted))
            tables.append(conformed if keep.all() else conformed.filter(keep))
            labels.append(part_of_row[keep].remove_unused_categories())
            done |= set(labels[-1].categories)
            tell("reading", len(done), len(selected))
        _quarantine_without_month(lake, feed, delivery, without_month)
    selection = _by_part(ConformedTable.concatenate(tables), union_categoricals(labels, sort_categories=True))
    _reconcile(feed, winners, selected, selection)
    return selection


def _by_part(conformed: ConformedTable, part_of_row: pd.Categorical) -> Selection:
    """Bring the rows of each month together, in their order, so that a month is a slice and costs no copy."""
    if (np.diff(part_of_row.codes) < 0).any():
        order = np.argsort(part_of_row.codes, kind="stable")
        conformed, part_of_row = conformed.take(order), part_of_row[order]
    return Selection(conformed, part_of_row)


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


def _conformed(
    lake: Lake, feed: Feed, delivery: Delivery, wanted: set[str], key: bytes, without_month: list[pa.Table]
) -> Iterator[tuple[ConformedTable, pd.Categorical]]:
    def finish(table: DeliveredTable) -> tuple[DeliveredTable, ConformedTable]:
        return table, conform(feed, table, delivery.delivery_id, key, delivery.received_on)

    ingested = [column.name for column in feed.columns if not isinstance(column.treatment, Drop)]
    # Arrow leaves Python's lock while it works, so one member is conformed while the next is unpacked.
    with ThreadPoolExecutor(READERS) as pool:
        for table, conformed in _ahead(pool, finish, read(feed, delivery.path(lake), columns=ingested, parts=wanted)):
            part_of_row = _part_of_row(feed, delivery, table, conformed)
            outside = ~part_of_row.isin(list(delivery.parts))
            if outside.any():
                without_month.append(_rows_without_month(feed, conformed, outside))
            if table.malformed:
                without_month.append(_malformed_rows(feed, table.malformed, delivery.delivery_id))
            yield conformed, part_of_row


def _ahead(pool: ThreadPoolExecutor, work: Callable[[T], R], items: Iterator[T]) -> Iterator[R]:
    """The results of `work` in order, with at most one item waiting per worker: memory stays bounded."""
    waiting: deque[Future[R]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > READERS:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _part_of_row(feed: Feed, delivery: Delivery, table: DeliveredTable, conformed: ConformedTable) -> pd.Categorical:
    """The month (or edition) of each row; none where its date cannot be read."""
    if table.part is None and isinstance(feed.period, MonthOf):
        months = pc.dictionary_encode(months_of(conformed.rows[feed.period.column].combine_chunks()))
        codes = pc.fill_null(months.indices, -1).to_numpy()
        return pd.Categorical.from_codes(codes, pd.Index(months.dictionary.to_pylist(), dtype=object))
    part = table.part or next(iter(delivery.parts))
    return pd.Categorical.from_codes(np.zeros(conformed.rows.num_rows, dtype=np.int8), pd.Index([part], dtype=object))


def _rows_without_month(feed: Feed, conformed: ConformedTable, outside: np.ndarray) -> pa.Table:
    left_out = conformed.filter(outside)
    reasons = pc.coalesce(left_out.unreadable, "the date lies outside the months the delivery covers")
    return quarantined(feed, left_out.rows, reasons)


def _malformed_rows(feed: Feed, malformed: tuple[tuple[int, int], ...], delivery_id: str) -> pa.Table:
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


def _quarantine_without_month(lake: Lake, feed: Feed, delivery: Delivery, tables: list[pa.Table]) -> None:
    path = lake.quarantine_part(feed, WITHOUT_MONTH).with_name(f"{delivery.delivery_id}.parquet")
    if tables:
        write_parquet(pa.concat_tables(tables).sort_by("source_row"), path)
    else:
        path.unlink(missing_ok=True)


def _reconcile(feed: Feed, winners: Mapping[str, Delivery], selected: Collection[str], selection: Selection) -> None:
    slices = selection.slices()
    for part in selected:
        received = winners[part].parts[part]
        was_read = slices[part].stop - slices[part].start if part in slices else 0
        # Malformed rows of a zip member were received under its month and stand in quarantine without one.
        if was_read > received or (isinstance(feed.period, MonthOf) and was_read < received):
            raise ReconciliationError(
                f"{feed.name} {part}: {winners[part].file_name} was received with {received:,} rows, "
                f"but {was_read:,} were read. The stored file or the reader has changed."
            )
