"""Selection: the months of one run, the files that count for them, and the inputs of their verdicts.

No later stage reads the lake, but for the delivered files.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from pathlib import Path

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.identifiers.pseudonyms import load_key
from vrp_pipeline.ingest.inputs import FeedInputs, inputs_of
from vrp_pipeline.ingest.store import FeedStore
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.standings import Share, Standing


@dataclass(frozen=True)
class SelectedDelivery:
    """One delivered file and what of it counts for each selected month."""

    delivery: Delivery
    path: Path
    shares: Mapping[str, Share]


@dataclass(frozen=True)
class Selection:
    """The months (or editions) of one run in order, the files that count for them, and the inputs of the feed."""

    inputs: FeedInputs
    partitions: tuple[str, ...]
    deliveries: tuple[SelectedDelivery, ...]
    key: bytes

    @property
    def feed(self) -> Feed:
        """The feed of the run."""
        return self.inputs.feed

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """The deliveries that count for the months of the run."""
        return {partition: self.inputs.standings[partition] for partition in self.partitions}

    @property
    def newest(self) -> Delivery:
        """The delivery of the feed that was received last."""
        return max((standing.newest for standing in self.inputs.standings.values()), key=attrgetter("received_at"))


def select(store: FeedStore, partitions: Collection[str] | None = None) -> Selection | None:
    """Return the selection of the given months of a feed, by default of all received; None if none was received.

    Raises NotErasedError if a delivery may hold rows of erased people.
    """
    inputs = inputs_of(store)
    store.must_be_searched(inputs.received)
    selected = tuple(partition for partition in inputs.standings if partitions is None or partition in partitions)
    if not selected:
        return None
    deliveries = _deliveries(store, [inputs.standings[partition] for partition in selected])
    return Selection(inputs, selected, deliveries, load_key())


def _deliveries(store: FeedStore, standings: Collection[Standing]) -> tuple[SelectedDelivery, ...]:
    """Return the files that count for any of the months, by time of receipt; a declared nil return has none."""
    shares: dict[str, dict[str, Share]] = {}
    deliveries: dict[str, Delivery] = {}
    for standing in standings:
        for share in standing.shares:
            if not share.delivery.nil:
                deliveries[share.delivery.delivery_id] = share.delivery
                shares.setdefault(share.delivery.delivery_id, {})[standing.partition] = share
    return tuple(
        SelectedDelivery(delivery, delivery.path(store.lake), shares[delivery.delivery_id])
        for delivery in sorted(deliveries.values(), key=attrgetter("received_at"))
    )
