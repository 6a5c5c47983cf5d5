"""How the months (or return years) of one feed arrived: first, last, how often, how late and with how many rows.

Read from the ledger alone. Whether a month may be counted stands in `calendar`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vrp_pipeline.calendar.due_dates import last_month
from vrp_pipeline.calendar.history import months_before, usual_rows
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.lake.ledger import Delivery, deliveries
from vrp_pipeline.lake.paths import Lake


@dataclass(frozen=True)
class Arrivals:
    """The deliveries that covered each partition of a feed, oldest first."""

    feed: Feed
    covering: Mapping[str, tuple[Delivery, ...]]

    @property
    def began(self) -> date | None:
        """The day on which the feed's first delivery came; None if nothing came yet."""
        return min((came[0].received_on for came in self.covering.values()), default=None)

    def first(self, partition: str) -> Delivery | None:
        """The first delivery that covered the partition."""
        return next(iter(self.covering.get(partition, ())), None)

    def newest(self, partition: str) -> Delivery | None:
        """The delivery that wins the partition: the last that covered it."""
        return next(reversed(self.covering.get(partition, ())), None)

    def restatements(self, partition: str) -> int:
        """How often a later delivery covered the partition again."""
        return max(len(self.covering.get(partition, ())) - 1, 0)

    def was_handed_over(self, partition: str) -> bool:
        """Whether the partition is history that came along when the feed began, and so could not have come in time.

        Of what comes on its first day a feed owed the newest span; everything before is history.
        """
        first, began = self.first(partition), self.began
        if first is None or first.received_on != began:
            return False
        return self._span(partition) < max(
            self._span(other) for other, came in self.covering.items() if came[0].received_on == began
        )

    def usual_rows(self, partition: str) -> float | None:
        """Median rows of up to twelve partitions before, each as last delivered; None with fewer than three."""
        before = months_before(partition, self.covering)
        return usual_rows([self.covering[earlier][-1].partitions[earlier] for earlier in before])

    def _span(self, partition: str) -> str:
        return last_month(self.feed, partition) if self.feed.is_monthly else partition


def arrivals(lake: Lake, feed: Feed) -> Arrivals:
    """How the partitions of a feed arrived, as far as the lake knows."""
    covering: dict[str, tuple[Delivery, ...]] = {}
    for delivery in deliveries(lake, feed):
        for partition in delivery.partitions:
            covering[partition] = (*covering.get(partition, ()), delivery)
    return Arrivals(feed, covering)
