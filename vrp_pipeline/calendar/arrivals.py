"""How the months (or return years) of one feed arrived: first, newest, how often, how late and with how many rows.

Holds what follows from the ledger alone. Whether a month may be counted is decided in `feed_calendar`.
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
        """The date of the feed's first delivery; None before the first."""
        return min((covered_by[0].received_on for covered_by in self.covering.values()), default=None)

    def first(self, partition: str) -> Delivery | None:
        """Return the first delivery that covered the partition, or None."""
        return next(iter(self.covering.get(partition, ())), None)

    def newest(self, partition: str) -> Delivery | None:
        """Return the newest delivery that covered the partition and so replaces all earlier ones, or None."""
        return next(reversed(self.covering.get(partition, ())), None)

    def restatements(self, partition: str) -> int:
        """Return how many later deliveries covered the partition again."""
        return max(len(self.covering.get(partition, ())) - 1, 0)

    def was_handed_over(self, partition: str) -> bool:
        """Return whether the partition is history delivered when the feed began, to which no due date applies.

        On its first day a feed owes only the newest span it delivers; everything before that is history.
        """
        first, began = self.first(partition), self.began
        if first is None or first.received_on != began:
            return False
        return self._span(partition) < max(
            self._span(other) for other, covered_by in self.covering.items() if covered_by[0].received_on == began
        )

    def usual_rows(self, partition: str) -> float | None:
        """Return the median rows of up to twelve earlier partitions as last delivered; None with fewer than three."""
        before = months_before(partition, self.covering)
        return usual_rows([self.covering[earlier][-1].partitions[earlier] for earlier in before])

    def _span(self, partition: str) -> str:
        return last_month(self.feed, partition) if self.feed.is_monthly else partition


def arrivals(lake: Lake, feed: Feed) -> Arrivals:
    """Return the arrivals of a feed's partitions, as far as known to the lake."""
    covering: dict[str, tuple[Delivery, ...]] = {}
    for delivery in deliveries(lake, feed):
        for partition in delivery.partitions:
            covering[partition] = (*covering.get(partition, ()), delivery)
    return Arrivals(feed, covering)
