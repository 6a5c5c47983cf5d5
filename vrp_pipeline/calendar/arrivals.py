"""How the months (or return years) of one feed arrived: first, newest, how often, how late and with how many rows.

Holds what follows from the ledger alone. Whether a month may be counted is decided in `feed_calendar`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from vrp_pipeline.calendar.history import months_before, usual_rows
from vrp_pipeline.calendar.partitions import last_month, partition_of
from vrp_pipeline.calendar.senders import SendersOfSpan, senders_by_span
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.decisions import Acceptance
from vrp_pipeline.lake.ledger import Delivery, deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import Standing, standings


@dataclass(frozen=True)
class Arrivals:
    """The deliveries that covered each partition of a feed, oldest first, and those that count for it."""

    feed: Feed
    covering: Mapping[str, tuple[Delivery, ...]]
    standings: Mapping[str, Standing]

    @property
    def began(self) -> date | None:
        """The date of the feed's first delivery; None before the first."""
        return min((covered_by[0].received_on for covered_by in self.covering.values()), default=None)

    def first(self, partition: str) -> Delivery | None:
        """Return the first delivery that covered the partition, or None."""
        return next(iter(self.covering.get(partition, ())), None)

    def completed(self, partition: str) -> Delivery | None:
        """Return the delivery that completed the partition, with several senders the first of the last one, or None."""
        if self.feed.sender is None:
            return self.first(partition)
        return max(self._first_of_senders(partition).values(), key=_moment, default=self.first(partition))

    def newest(self, partition: str) -> Delivery | None:
        """Return the newest delivery that covered the partition, or None."""
        return next(reversed(self.covering.get(partition, ())), None)

    def restatements(self, partition: str) -> int:
        """Return how many later deliveries covered the partition again; with several senders, the most of any."""
        covering = self.covering.get(partition, ())
        if self.feed.sender is None:
            return max(len(covering) - 1, 0)
        times = Counter(sender for delivery in covering for sender in _named(delivery, partition))
        return max(times.values(), default=1) - 1

    def rows(self, partition: str) -> int | None:
        """Return the number of rows that count for the partition as delivered; None if it was never covered."""
        standing = self.standings.get(partition)
        return standing.rows if standing else None

    @cached_property
    def rows_without_month(self) -> dict[str, int]:
        """Rows that belong to no month of their delivery, by the newest partition for which the delivery counts."""
        brought: dict[str, tuple[str, Delivery]] = {}
        for partition, standing in self.standings.items():
            for delivery in standing.deliveries:
                brought[delivery.folder_name] = (partition, delivery)
        counts: Counter[str] = Counter()
        for partition, delivery in brought.values():
            counts[partition] += delivery.rows_without_partition
        return dict(counts)

    def senders(self, months: Sequence[str], accepted: Iterable[Acceptance]) -> dict[str, SendersOfSpan]:
        """Return who delivered and who is missing in each of `months`; {} for a feed of one sender.

        `accepted` are the decisions on the feed.
        """
        if self.feed.sender is None:
            return {}
        span_of_month = {month: self._span(partition_of(self.feed, month)) for month in months}
        spans = list(dict.fromkeys(span_of_month.values()))
        span_of = {partition: self._span(partition) for partition in self.standings}
        found = senders_by_span(spans, span_of, self.standings, accepted)
        return {month: found[span] for month, span in span_of_month.items()}

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
        return usual_rows([self.standings[earlier].rows for earlier in before])

    def _span(self, partition: str) -> str:
        return last_month(self.feed, partition)

    def _first_of_senders(self, partition: str) -> dict[str, Delivery]:
        first: dict[str, Delivery] = {}
        for delivery in self.covering.get(partition, ()):
            for sender in _named(delivery, partition):
                first.setdefault(sender, delivery)
        return first


def arrivals(lake: Lake, feed: Feed) -> Arrivals:
    """Return the arrivals of a feed's partitions, as far as known to the lake."""
    received = deliveries(lake, feed)
    covering: dict[str, tuple[Delivery, ...]] = {}
    for delivery in received:
        for partition in delivery.partitions:
            covering[partition] = (*covering.get(partition, ()), delivery)
    return Arrivals(feed, covering, standings(feed, received))


def _named(delivery: Delivery, partition: str) -> Iterable[str]:
    return filter(None, delivery.senders.get(partition, ()))


def _moment(delivery: Delivery) -> datetime:
    return delivery.received_at
