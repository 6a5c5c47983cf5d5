"""Standings: the deliveries whose rows make up each month (or edition), of all that covered it.

The newest delivery counts for a month. In a feed with several senders, the newest delivery of each sender counts for
that sender's rows, so a month may rest on several deliveries.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.ledger import Delivery, deliveries
from vrp_pipeline.lake.paths import Lake


@dataclass(frozen=True)
class Share:
    """The rows of one delivery that count for a partition: those of `senders`, or all of them (None)."""

    delivery: Delivery
    senders: frozenset[str] | None
    rows: int


@dataclass(frozen=True)
class Standing:
    """The deliveries that count for one partition, by time of receipt."""

    partition: str
    shares: tuple[Share, ...]

    @property
    def rows(self) -> int:
        """Number of rows of the partition as delivered."""
        return sum(share.rows for share in self.shares)

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The deliveries, by time of receipt."""
        return tuple(share.delivery for share in self.shares)

    @property
    def newest(self) -> Delivery:
        """The delivery received last."""
        return self.shares[-1].delivery

    @property
    def received_at(self) -> datetime:
        """Time of receipt of the newest delivery."""
        return self.newest.received_at

    @property
    def delivery_id(self) -> str:
        """The id of the delivery; of several, the newest one's id followed by a digest of all of them."""
        if len(self.shares) == 1:
            return self.newest.delivery_id
        every = "|".join(delivery.delivery_id for delivery in self.deliveries)
        return f"{self.newest.delivery_id}~{hashlib.sha256(every.encode()).hexdigest()[:8]}"

    @property
    def file_name(self) -> str:
        """The names of the files as received, joined by commas."""
        return ", ".join(dict.fromkeys(delivery.file_name for delivery in self.deliveries))

    @property
    def senders(self) -> frozenset[str]:
        """The senders whose rows, or declaration that there were none, the partition holds."""
        return frozenset(sender for share in self.shares for sender in share.senders or () if sender)

    @property
    def nil(self) -> dict[str, str] | None:
        """Who declared that there was nothing to deliver, and why; None where any row or other delivery counts."""
        return self.newest.nil if not self.rows and all(delivery.nil for delivery in self.deliveries) else None

    def holds(self, delivery: Delivery) -> Share | None:
        """Return the share of a delivery, or None if none of its rows count."""
        return next((share for share in self.shares if share.delivery.received_at == delivery.received_at), None)


def newest_per_partition(lake: Lake, feed: Feed) -> dict[str, Standing]:
    """Return the standing of each month (or edition), in order of month."""
    return standings(feed, deliveries(lake, feed))


def standings(feed: Feed, received: Iterable[Delivery]) -> dict[str, Standing]:
    """Return the standing of each partition after `received`, deliveries of the feed from the oldest to the newest."""
    if feed.sender is None:
        winners = {partition: delivery for delivery in received for partition in delivery.partitions}
        return {
            partition: Standing(partition, (Share(delivery, None, delivery.partitions[partition]),))
            for partition, delivery in sorted(winners.items())
        }
    covering: dict[str, list[Delivery]] = {}
    for delivery in received:
        for partition in delivery.partitions:
            covering.setdefault(partition, []).append(delivery)
    return {partition: Standing(partition, _shares(partition, came)) for partition, came in sorted(covering.items())}


def _shares(partition: str, came: Sequence[Delivery]) -> tuple[Share, ...]:
    """Return what counts of the deliveries that covered a partition, given from the oldest to the newest.

    Rows that name no sender count as long as their delivery is the newest or counts for any of its senders. A delivery
    recorded before senders were has all rows or none.
    """
    shares: list[Share] = []
    taken: set[str] = set()
    for delivery in reversed(came):
        rows = delivery.senders.get(partition)
        if rows is None:
            if shares:
                continue
            shares.append(Share(delivery, None, delivery.partitions[partition]))
            break
        won = {sender for sender in rows if sender and sender not in taken}
        taken |= won
        if won or not shares:
            won |= {""} & rows.keys()
            shares.append(Share(delivery, frozenset(won), sum(rows[sender] for sender in won)))
    return tuple(reversed(shares))
