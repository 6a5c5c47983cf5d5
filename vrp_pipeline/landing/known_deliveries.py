"""The deliveries of a lake while files are received: those of each feed and of each file, and which still count.

The ledger itself is `lake.ledger`; which deliveries count for a month follows in `lake.standings`.
"""

from collections import Counter
from datetime import datetime, timedelta

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.ledger import ID_LENGTH, Delivery, all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import Standing, standings
from vrp_pipeline.landing.coverage import Before

# Times of receipt are unique in a lake and kept to the microsecond.
NEXT = timedelta(microseconds=1)


class KnownDeliveries:
    """The ledger of a lake, read once and kept up to date while files are received."""

    def __init__(self, lake: Lake) -> None:
        self._of_feed: dict[str, list[Delivery]] = {}
        self._of_file: dict[str, dict[str, Delivery]] = {}
        self._arrivals: Counter[tuple[str, str]] = Counter()
        self._taken: set[datetime] = set()
        for delivery in all_deliveries(lake):
            self.add(delivery)

    def add(self, delivery: Delivery) -> None:
        """Add a delivery that was stored."""
        self._taken.add(delivery.received_at)
        self._of_feed.setdefault(delivery.feed, []).append(delivery)
        self._of_feed[delivery.feed].sort(key=lambda each: each.received_at)
        self._of_file.setdefault(delivery.sha256, {})[delivery.feed] = delivery
        self._arrivals[delivery.sha256, delivery.feed] += 1

    def of_feed(self, feed: Feed) -> list[Delivery]:
        """Return the deliveries of a feed by time of receipt."""
        return self._of_feed.get(feed.name, [])

    def of_file(self, sha256: str) -> dict[str, Delivery]:
        """Return the newest delivery of a file by feed."""
        return dict(self._of_file.get(sha256, {}))

    def standings(self, feed: Feed) -> dict[str, Standing]:
        """Return the deliveries that count for each partition of a feed."""
        return standings(feed, self.of_feed(feed))

    def senders_before(self, feed: Feed) -> Before:
        """Return the senders from whom each partition of a feed was received; "" in a feed without senders."""
        found: dict[str, set[str]] = {}
        for delivery in self.of_feed(feed):
            for partition in delivery.partitions:
                found.setdefault(partition, set()).update(delivery.senders.get(partition, {""}))
        return found

    def replaced_by(self, delivery: Delivery) -> list[Delivery]:
        """Return the later deliveries that replaced any part of a delivery, by time of receipt."""
        over: dict[datetime, Delivery] = {}
        for partition, standing in self.standings(FEEDS[delivery.feed]).items():
            if partition not in delivery.partitions:
                continue
            own = standing.holds(delivery)
            senders = delivery.senders.get(partition)
            if own is None or (senders is not None and own.senders is not None and set(senders) - own.senders):
                lost = set(senders or ()) - set((own.senders if own else None) or ())
                for share in standing.shares:
                    later = share.delivery.received_at > delivery.received_at
                    if later and (share.senders is None or not lost - {""} or share.senders & lost):
                        over[share.delivery.received_at] = share.delivery
        return [over[moment] for moment in sorted(over)]

    def next_id(self, sha256: str, feed: str) -> str:
        """Return the id of the next delivery of a file; from its second arrival on, it ends with the arrival's number.

        The id is the beginning of the file's digest.
        """
        number = self._arrivals[sha256, feed] + 1
        return sha256[:ID_LENGTH] if number == 1 else f"{sha256[:ID_LENGTH]}-{number}"

    def after_all(self, moment: datetime) -> datetime:
        """Return `moment`, or the first time after every known delivery if one was received at it or later."""
        return max([moment, *(taken + NEXT for taken in self._taken)])

    def take_moment(self, wanted: datetime) -> datetime:
        """Return the first time from `wanted` on at which nothing was received, and reserve it."""
        while wanted in self._taken:
            wanted += NEXT
        self._taken.add(wanted)
        return wanted
