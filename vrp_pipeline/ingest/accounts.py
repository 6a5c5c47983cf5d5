"""Row accounts: of each feed, every row received is in bronze, in quarantine, or superseded by a later delivery."""

from dataclasses import dataclass

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.ingest.selection import WITHOUT_MONTH
from vrp_pipeline.lake.bronze import published_parts, rows_in
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, standing_verdicts
from vrp_pipeline.landing.ledger import deliveries, newest_per_part


@dataclass(frozen=True)
class Account:
    """Rows of one feed. `waiting` are rows of months received but not ingested yet."""

    feed: str
    received: int
    bronze: int
    quarantine: int
    superseded: int
    waiting: int

    @property
    def balances(self) -> bool:
        """Nothing is lost and nothing is there twice."""
        return self.received == self.bronze + self.quarantine + self.superseded + self.waiting


def account(lake: Lake, feed: Feed) -> Account:
    """Count the rows of a feed from the files themselves: Parquet footers against the ledger.

    A month that is held keeps its last good rows in bronze; they belong to a delivery that the held one has
    superseded, so they count there once.
    """
    received = deliveries(lake, feed)
    winners = newest_per_part(lake, feed)
    judged = {verdict.part: verdict for verdict in standing_verdicts(lake, feed)}
    current = {
        part for part, verdict in judged.items() if part in winners and verdict.delivery_id == winners[part].delivery_id
    }
    bronze = sum(
        rows_in(path)
        for part, path in published_parts(lake, feed).items()
        if part in current and judged[part].status is Status.PUBLISHED
    )
    quarantine = sum(rows_in(path) for part in current if (path := lake.quarantine_part(feed, part)).exists()) + sum(
        rows_in(path) for path in lake.quarantine_part(feed, WITHOUT_MONTH).parent.glob("*.parquet")
    )
    superseded = waiting = 0
    for delivery in received:
        beaten = [part for part in delivery.parts if winners[part].delivery_id != delivery.delivery_id]
        superseded += sum(delivery.parts[part] for part in beaten)
        open_parts = [part for part in delivery.parts if part not in beaten and part not in current]
        waiting += sum(delivery.parts[part] for part in open_parts)
        was_read = lake.quarantine_part(feed, WITHOUT_MONTH).with_name(f"{delivery.delivery_id}.parquet").exists()
        if delivery.rows_without_part and not was_read:
            if len(beaten) == len(delivery.parts):
                superseded += delivery.rows_without_part
            else:
                waiting += delivery.rows_without_part
    return Account(feed.name, sum(delivery.rows for delivery in received), bronze, quarantine, superseded, waiting)


def accounts(lake: Lake) -> list[Account]:
    """The accounts of all feeds of which anything was received."""
    return [account(lake, feed) for feed in FEEDS.values() if deliveries(lake, feed)]
