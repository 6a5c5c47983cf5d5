"""Conforming a delivered table to its contract: typed values, pseudonyms, record ids, and the faults of each row.

Holds only faults that make a row unusable by itself. Whether values are plausible is checked by the suite.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.months import first_day, month_after
from vrp_pipeline.feeds.bronze_schema import bronze_schema
from vrp_pipeline.feeds.contract.columns import Drop
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import MonthOfMember
from vrp_pipeline.ingest.column_values import column_values
from vrp_pipeline.ingest.conformed_table import ConformedTable
from vrp_pipeline.ingest.date_order import contradictory_dates
from vrp_pipeline.ingest.invented_people import note_invented_people
from vrp_pipeline.ingest.reading import ReadTable
from vrp_pipeline.ingest.record_ids import record_ids, repeated
from vrp_pipeline.ingest.selection import SelectedDelivery, Selection
from vrp_pipeline.ingest.treatments import treated_rows
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.senders import senders_of
from vrp_pipeline.validation.reasons import Reasons

# Tables conformed in parallel.
WORKERS = 2

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class ConformedRead:
    """One table of a delivered file, as read and conformed."""

    source: SelectedDelivery
    delivered: DeliveredTable
    conformed: ConformedTable


def conform_tables(selection: Selection, tables: Iterable[ReadTable]) -> Iterator[ConformedRead]:
    """Yield the conformed tables in order; one is conformed while the next is read.

    Arrow releases Python's global lock, so both use a core.
    """

    def conformed(read: ReadTable) -> ConformedRead:
        delivery = read.source.delivery
        table = conform(selection.feed, read.table, delivery.delivery_id, selection.key, delivery.received_on)
        return ConformedRead(read.source, read.table, table)

    with ThreadPoolExecutor(WORKERS) as pool:
        yield from _ahead(pool, conformed, tables)


def _ahead(pool: ThreadPoolExecutor, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Yield the results of `work` in order with at most one item waiting per worker, so memory stays bounded."""
    waiting: deque[Future[R]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > WORKERS:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def conform(
    feed: Feed, delivered: DeliveredTable, delivery_id: str, key: bytes, received_on: date | None = None
) -> ConformedTable:
    """Return one delivered table in the bronze schema, with as many rows as `delivered.texts`.

    A date after `received_on` is a fault unless the contract allows future dates; without it dates are not checked.
    """
    texts = delivered.texts
    faults = Reasons(texts.num_rows)
    senders = senders_of(feed, texts[feed.sender].combine_chunks()).codes if feed.sender in texts.column_names else None
    values = {
        column.name: column_values(
            feed, column, texts[column.name].combine_chunks(), key, received_on, faults, senders=senders
        )
        for column in feed.columns
        if not isinstance(column.treatment, Drop)
    }
    _note_contradictions(feed, delivered.partition, values, faults)
    note_invented_people(feed, texts, faults)
    bronze = treated_rows(feed, values, key)
    bronze["record_id"] = record_ids(feed, bronze, texts)
    bronze["delivery_id"] = pa.repeat(delivery_id, texts.num_rows)
    bronze["source_row"] = pa.array(delivered.source_rows, pa.int32())
    schema = bronze_schema(feed)
    rows = pa.table([bronze[name] for name in schema.names], schema=schema)
    unreadable = faults.to_array()
    # Of a row with a date in the future, or one that cannot be read, that is enough to say.
    contradictory = pc.if_else(pc.is_valid(unreadable), None, contradictory_dates(feed, values))
    return ConformedTable(rows, unreadable, contradictory, *repeated(rows))


def _note_contradictions(feed: Feed, partition: str | None, values: Mapping[str, pa.Array], faults: Reasons) -> None:
    """Add a fault to the rows of a zip member whose month or force contradicts the name of the member."""
    period = feed.period
    if partition is None or not isinstance(period, MonthOfMember):
        return
    if period.month_column:
        months, header = values[period.month_column], feed.by_name[period.month_column].header
        if pa.types.is_string(months.type):
            other = pc.not_equal(months, partition)
        else:
            # Months are cut by UTC or by local time: a day on either side of the month is no contradiction.
            days = pc.cast(months, pa.date32(), safe=False)
            before, after = first_day(partition) - timedelta(days=1), first_day(month_after(partition))
            other = pc.or_(pc.less(days, before), pc.greater(days, after))
        faults.add_to(pc.fill_null(other, False), f"'{header}' is another month than the name of the file tells")
    for name in period.force_columns:
        other = pc.invert(pc.is_in(values[name], value_set=pa.array(period.forces)))
        faults.add_to(pc.and_(pc.is_valid(values[name]), other), f"'{feed.by_name[name].header}' is another force")
