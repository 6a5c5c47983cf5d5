"""Redaction of a delivery: which of its rows go, those of erased people or of months past their retention.

What remains replaces the file as received, and the record of the delivery says so: `redacted_files`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

import numpy as np
import pyarrow as pa

from vrp_pipeline.erasure.redacted_files import columns_kept, replace_file, replace_same_file
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.lake.atomic import remove_directory, write_json
from vrp_pipeline.lake.ledger import RECORD, Delivery, WithoutMonth
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.row_months import cause_without, months_of_rows
from vrp_pipeline.landing.senders import senders_of

# Which rows of a delivered table go: a Boolean for each.
Finding = Callable[[pa.Table], np.ndarray]


def redact(lake: Lake, feed: Feed, delivery: Delivery, finding: Finding) -> int:
    """Remove the rows that `finding` marks from a delivery; return the number of rows removed.

    Where the same file is stored for another feed too, that copy is replaced as well: it would still hold the rows.
    """
    kept: list[DeliveredTable] = []
    counts: Counter[tuple[str | None, str, str]] = Counter()
    for table in read(feed, delivery.path(lake), columns=columns_kept(feed)):
        theirs = finding(table.texts)
        counts.update(_counts(feed, delivery, table, theirs))
        kept.append(_left_of(table, theirs))
    gone = counts.total()
    if gone or delivery.erased:
        # Before the delivery itself: if the process is killed between the two, the next call finds its rows again.
        replace_same_file(lake, delivery)
    if gone:
        replace_file(lake, delivery, kept, counts)
    return gone


def forget_months(lake: Lake, feed: Feed, delivery: Delivery, months: Collection[str]) -> None:
    """Remove months from a delivery: their rows, and their coverage. Without any month left, the delivery is removed.

    Rows dated in these months are removed even if the delivery does not cover them; rows without a date stay. The
    quarantine file of its rows without a month is removed first, and the next ingest writes it again.
    """
    over = set(months) & set(delivery.partitions)
    left = set(delivery.partitions) - over
    aside = set(months) & months_put_aside(lake, feed, delivery)
    if not left or aside:
        lake.quarantine_without_month(feed, delivery.delivery_id).unlink(missing_ok=True)
    if not over and not aside:
        return
    if not delivery.nil:
        # Periods differ between feeds, but what one must forget may not stay in the file of the other.
        replace_same_file(lake, delivery)
    folder = delivery.path(lake).parent
    if not left:
        remove_directory(folder)
        return
    covering = replace(
        delivery,
        partitions={month: rows for month, rows in delivery.partitions.items() if month in left},
        senders={month: rows for month, rows in delivery.senders.items() if month in left},
    )
    if delivery.nil:
        write_json(folder / RECORD, covering.to_dict())
        return
    kept: list[DeliveredTable] = []
    counts: Counter[tuple[str | None, str, str]] = Counter()
    for table in read(feed, delivery.path(lake), columns=columns_kept(feed)):
        places = _places(feed, delivery, table)
        of_other_months = months_of_rows(feed, delivery, table).among(aside)
        counts[None, WithoutMonth.OTHER_MONTH, ""] += int(of_other_months.sum())
        goes = np.array([place[0] in over for place in places], dtype=bool) | of_other_months
        kept.append(_left_of(table, goes))
    replace_file(lake, covering, kept, counts, more_rows=sum(delivery.partitions[month] for month in over))


def months_put_aside(lake: Lake, feed: Feed, delivery: Delivery) -> set[str]:
    """Return the past months that a delivery does not cover but has rows of."""
    # Deliveries recorded before the causes were told only the sum.
    told = bool(delivery.without_partition)
    rows = delivery.rows_put_aside(WithoutMonth.OTHER_MONTH) if told else delivery.rows_without_partition
    if not rows or not isinstance(feed.period, MonthOf):
        return set()
    found: set[str] = set()
    for table in read(feed, delivery.path(lake), columns=[feed.period.column]):
        found.update(months_of_rows(feed, delivery, table).names)
    return {month for month in found - set(delivery.partitions) if month <= delivery.received_on.strftime("%Y-%m")}


def _left_of(table: DeliveredTable, gone: np.ndarray) -> DeliveredTable:
    """Return a table without the rows that are gone (Boolean)."""
    return replace(table, texts=table.texts.filter(pa.array(~gone)), source_rows=table.source_rows[~gone])


def _counts(
    feed: Feed, delivery: Delivery, table: DeliveredTable, theirs: np.ndarray
) -> Counter[tuple[str | None, str, str]]:
    """Return how many of a person's rows the ledger counts in each partition (or for which cause) and sender."""
    places = _places(feed, delivery, table)
    senders: Iterable[str] = (
        senders_of(feed, table.texts[feed.sender].combine_chunks(), delivery.named_senders or None).astype(object)
        if feed.sender
        else [""] * len(places)
    )
    return Counter(
        (partition, cause, sender)
        for (partition, cause), sender, is_theirs in zip(places, senders, theirs, strict=True)
        if is_theirs
    )


def _places(feed: Feed, delivery: Delivery, table: DeliveredTable) -> list[tuple[str | None, str]]:
    """Return the partition of each row, or None and the cause for which it has none, as counted on receipt."""
    months = months_of_rows(feed, delivery, table)
    places: list[tuple[str | None, str]] = [
        (None, cause) if (cause := cause_without(month, delivery.partitions, delivery.received_on)) else (month, "")
        for month in (*months.names, None)
    ]
    return [places[code] for code in months.codes]
