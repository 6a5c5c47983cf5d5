"""Row accounts: every row received of a feed is in bronze, in quarantine, or superseded by a later delivery.

In a feed with several senders a delivery supersedes only the rows of its own senders.
"""

from dataclasses import dataclass

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.bronze import published_partitions, rows_in
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.lake.verdicts import Status, current_verdicts


@dataclass(frozen=True)
class Account:
    """Row counts of one feed. `waiting` counts the rows of months received but not yet ingested."""

    feed: str
    received: int
    bronze: int
    quarantine: int
    superseded: int
    waiting: int

    @property
    def balances(self) -> bool:
        """Whether no row is lost or duplicated."""
        return self.received == self.bronze + self.quarantine + self.superseded + self.waiting


def account(lake: Lake, feed: Feed) -> Account:
    """Return the row account of a feed, counted from the files: Parquet footers against the ledger.

    A held month keeps the rows of its last good delivery in bronze. The held delivery supersedes that one, so the
    older rows are counted once, as superseded.
    """
    received = deliveries(lake, feed)
    current_deliveries = newest_per_partition(lake, feed)
    judged = {verdict.partition: verdict for verdict in current_verdicts(lake, feed)}
    current = {
        partition
        for partition, verdict in judged.items()
        if partition in current_deliveries and verdict.delivery_id == current_deliveries[partition].delivery_id
    }
    bronze = sum(
        rows_in(path)
        for partition, path in published_partitions(lake, feed).items()
        if partition in current and judged[partition].status is Status.PUBLISHED
    )
    quarantine = sum(
        rows_in(path) for partition in current if (path := lake.quarantine_partition(feed, partition)).exists()
    ) + sum(rows_in(path) for path in lake.quarantine_without_month(feed, "any").parent.glob("*.parquet"))
    superseded = waiting = 0
    for delivery in received:
        shares = {partition: current_deliveries[partition].holds(delivery) for partition in delivery.partitions}
        counted = {partition: share.rows for partition, share in shares.items() if share is not None}
        superseded += sum(delivery.partitions.values()) - sum(counted.values())
        waiting += sum(rows for partition, rows in counted.items() if partition not in current)
        was_read = lake.quarantine_without_month(feed, delivery.delivery_id).exists()
        if delivery.rows_without_partition and not was_read:
            if not counted:
                superseded += delivery.rows_without_partition
            else:
                waiting += delivery.rows_without_partition
    return Account(feed.name, sum(delivery.rows for delivery in received), bronze, quarantine, superseded, waiting)


def accounts(lake: Lake) -> list[Account]:
    """Return the accounts of all feeds with at least one delivery."""
    return [account(lake, feed) for feed in FEEDS.values() if deliveries(lake, feed)]
