"""How the months (or return years) of one feed arrived: first, last, how often, how late and with how many rows.

Read from the ledger alone. Whether a month may be counted stands in `calendar`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.ingest.due import last_month
from vrp_pipeline.ingest.history import months_before, usual_rows
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.ledger import Delivery, deliveries


@dataclass(frozen=True)
class Arrivals:
    """The deliveries that covered each part of a feed, oldest first."""

    feed: Feed
    covering: Mapping[str, tuple[Delivery, ...]]

    @property
    def began(self) -> date | None:
        """The day on which the feed's first delivery came; None if nothing came yet."""
        return min((came[0].received_on for came in self.covering.values()), default=None)

    def first(self, part: str) -> Delivery | None:
        """The first delivery that covered the part."""
        return next(iter(self.covering.get(part, ())), None)

    def newest(self, part: str) -> Delivery | None:
        """The delivery that wins the part: the last that covered it."""
        return next(reversed(self.covering.get(part, ())), None)

    def restatements(self, part: str) -> int:
        """How often a later delivery covered the part again."""
        return max(len(self.covering.get(part, ())) - 1, 0)

    def was_handed_over(self, part: str) -> bool:
        """Whether the part is history that came along when the feed began, and so could not have come in time.

        Of what comes on its first day a feed owed the newest span; everything before is history.
        """
        first, began = self.first(part), self.began
        if first is None or first.received_on != began:
            return False
        return self._span(part) < max(
            self._span(other) for other, came in self.covering.items() if came[0].received_on == began
        )

    def usual_rows(self, part: str) -> float | None:
        """Median rows of up to twelve parts before, each as last delivered; None with fewer than three."""
        before = months_before(part, self.covering)
        return usual_rows([self.covering[earlier][-1].parts[earlier] for earlier in before])

    def _span(self, part: str) -> str:
        return last_month(self.feed, part) if self.feed.is_monthly else part


def arrivals(lake: Lake, feed: Feed) -> Arrivals:
    """How the parts of a feed arrived, as far as the lake knows."""
    covering: dict[str, tuple[Delivery, ...]] = {}
    for delivery in deliveries(lake, feed):
        for part in delivery.parts:
            covering[part] = (*covering.get(part, ()), delivery)
    return Arrivals(feed, covering)
