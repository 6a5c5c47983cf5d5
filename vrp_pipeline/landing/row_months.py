"""The month of each row of a delivered table, and the cause for which a row belongs to no month of its delivery.

Receipt counts rows by it, ingest assigns them to months by it, and erasure takes what it removes from the counts by it:
the three agree on every row.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.months import month_of_number
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.lake.ledger import Delivery, WithoutMonth
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.values import read_texts


@dataclass(frozen=True)
class RowMonths:
    """The month (or edition) of each row of a table: its place in `names`, or -1 for a row without a date."""

    names: Sequence[str]
    codes: np.ndarray

    def among(self, months: Collection[str]) -> np.ndarray:
        """Return a Boolean for each row: whether its month is one of `months`."""
        is_wanted = np.array([*(name in months for name in self.names), False])
        return np.asarray(is_wanted[self.codes])

    @property
    def undated(self) -> int:
        """The number of rows without a date."""
        return int((self.codes < 0).sum())

    def counts(self, rows: np.ndarray | None = None) -> dict[str, int]:
        """Return the number of rows of each month, of those alone that `rows` (Boolean) marks."""
        codes = self.codes if rows is None else self.codes[rows]
        _, *found = np.bincount(codes + 1, minlength=len(self.names) + 1).tolist()
        return dict(zip(self.names, found, strict=True))

    def texts(self) -> pa.Array:
        """Return the month of each row as `YYYY-MM`, null for a row without a date."""
        return pa.array([*self.names, None], pa.string()).take(pa.array(self.codes % (len(self.names) + 1)))


def months_of_dates(dates: pa.Array) -> RowMonths:
    """Return the month of each date or time; a null has none."""
    # Days and times have few months: numbering those takes a tenth of the time of writing each out.
    numbers = pc.dictionary_encode(pc.add(pc.multiply(pc.year(dates), 12), pc.subtract(pc.month(dates), 1)))
    codes = pc.fill_null(numbers.indices, -1).to_numpy(zero_copy_only=False)
    return RowMonths([month_of_number(number) for number in numbers.dictionary.to_pylist()], codes)


def months_of_rows(feed: Feed, delivery: Delivery, table: DeliveredTable, dates: pa.Array | None = None) -> RowMonths:
    """Return the month (or edition) of each row of a table of a delivery.

    `dates` are those by which the rows of the feed belong to months, where they are read already.
    """
    if table.partition is not None or not isinstance(feed.period, MonthOf):
        partition = table.partition or next(iter(delivery.partitions))
        return RowMonths([partition], np.zeros(table.texts.num_rows, dtype=np.int32))
    if dates is None:
        column = feed.by_name[feed.period.column]
        dates, _ = read_texts(table.texts[column.name].combine_chunks(), column.type, excel_dates=feed.is_workbook)
    return months_of_dates(dates)


def cause_without(month: str | None, covered: Collection[str], received_on: date) -> WithoutMonth | None:
    """Return why a row of `month` belongs to none of the months that its delivery covers; None if it belongs to one."""
    if month is None:
        return WithoutMonth.UNDATED
    if month in covered:
        return None
    return WithoutMonth.AHEAD if month > received_on.strftime("%Y-%m") else WithoutMonth.OTHER_MONTH
