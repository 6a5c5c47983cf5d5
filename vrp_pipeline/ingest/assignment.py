"""The month of each row: the month (or edition) to which a conformed row belongs, and whether it counts there.

Rows that belong to no month of their delivery, and malformed rows, are put into quarantine with the cause.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.columns import Column
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.ingest.conform import ConformedRead
from vrp_pipeline.ingest.conformed_table import ConformedTable
from vrp_pipeline.ingest.quarantine import malformed_rows, quarantined
from vrp_pipeline.ingest.selection import SelectedDelivery, Selection
from vrp_pipeline.lake.ledger import Delivery, WithoutMonth
from vrp_pipeline.landing.row_months import RowMonths, cause_without, months_of_rows
from vrp_pipeline.landing.senders import senders_of


@dataclass(frozen=True)
class AssignedTable:
    """The rows of one table that count for a month of the run, and its rows of no month.

    `places` gives the place of each row's month among the months of the run; `without_month` holds the others in the
    quarantine schema.
    """

    source: SelectedDelivery
    conformed: ConformedTable
    places: np.ndarray
    without_month: tuple[pa.Table, ...]


def assign_months(selection: Selection, tables: Iterable[ConformedRead]) -> Iterator[AssignedTable]:
    """Yield each table with the month of its rows, without rows of months that another delivery or run covers."""
    feed = selection.feed
    place_of = {partition: place for place, partition in enumerate(selection.partitions)}
    for read in tables:
        months = _months(feed, read)
        without_month = _without_month(feed, read, months)
        keep = months.among(read.source.shares)
        if feed.sender:
            keep &= _counts_for_month(feed, read, months)
        places = np.array([*(place_of.get(name, -1) for name in months.names), -1], dtype=np.int32)[months.codes]
        yield AssignedTable(read.source, read.conformed.filter(keep), places[keep], tuple(without_month))


def _months(feed: Feed, read: ConformedRead) -> RowMonths:
    period, rows = feed.period, read.conformed.rows
    dates = rows[period.column].combine_chunks() if isinstance(period, MonthOf) else None
    return months_of_rows(feed, read.source.delivery, read.delivered, dates)


def _without_month(feed: Feed, read: ConformedRead, months: RowMonths) -> list[pa.Table]:
    """Return the rows that belong to no month of their delivery in the quarantine schema, and those malformed."""
    delivery, tables = read.source.delivery, []
    outside = ~months.among(delivery.partitions)
    if outside.any():
        assert isinstance(feed.period, MonthOf)
        left_out = read.conformed.filter(outside)
        column = feed.by_name[feed.period.column]
        told = [*(_reason(column, month, delivery) for month in months.names), None]
        reasons = pa.array(told, pa.string()).take(pa.array(months.codes[outside] % len(told)))
        reasons = pc.coalesce(reasons, left_out.unreadable, f"'{column.header}' is blank")
        tables.append(quarantined(feed, left_out.rows, reasons))
    if read.delivered.malformed:
        tables.append(malformed_rows(feed, read.delivered.malformed, delivery.delivery_id))
    return tables


def _reason(column: Column, month: str, delivery: Delivery) -> str | None:
    """Return in words why rows of a month belong to none of their delivery; None if they belong to one."""
    cause = cause_without(month, delivery.partitions, delivery.received_on)
    if cause is WithoutMonth.OTHER_MONTH:
        return f"'{column.header}' lies in {month}, a month that the delivery does not cover"
    if cause is WithoutMonth.AHEAD and column.may_lie_ahead:
        return f"'{column.header}' lies ahead of the day the file came: a plan, counted once its month is delivered"
    return f"'{column.header}' lies after the day the file came" if cause else None


def _counts_for_month(feed: Feed, read: ConformedRead, months: RowMonths) -> np.ndarray:
    """Return for each row whether its delivery counts for its sender and month.

    Senders are told from the delivered texts, as on receipt: a conformed value may be blank, because its row has a
    fault or its person is restricted.
    """
    texts = read.delivered.texts[feed.sender or ""].combine_chunks()
    senders = senders_of(feed, texts, read.source.delivery.named_senders)
    keep = np.ones(len(months.codes), dtype=bool)
    for partition, share in read.source.shares.items():
        if share.senders is not None:
            is_counted = np.array([*(name in share.senders for name in senders.categories), False])[senders.codes]
            keep &= is_counted | ~months.among([partition])
    return keep
