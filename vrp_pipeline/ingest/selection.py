"""Selection: the months of one run, and everything that their rows and verdicts rest on, read from the lake at once.

No later stage reads the lake, but for the delivered files.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from pathlib import Path

from vrp_pipeline.calendar.restatements import Restatement
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.geography.districts import Districts
from vrp_pipeline.identifiers.pseudonyms import load_key
from vrp_pipeline.ingest.staleness import Fingerprints, profiles_of
from vrp_pipeline.ingest.store import FeedStore
from vrp_pipeline.lake.decisions import Acceptance
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.standings import Share, Standing, standings
from vrp_pipeline.validation.profiles import Profile


@dataclass(frozen=True)
class SelectedDelivery:
    """One delivered file and what of it stands for each selected month."""

    delivery: Delivery
    path: Path
    shares: Mapping[str, Share]


@dataclass(frozen=True)
class Selection:
    """The months (or editions) of one run.

    `standings` gives what stands for every month received, `partitions` the months of the run, both in order of month;
    `profiles` those of the months whose newest delivery has been ingested, `restatements` what stands
    of months that were delivered before, beside that, `acceptances` the decisions of people on the months of the run.
    """

    feed: Feed
    standings: Mapping[str, Standing]
    partitions: tuple[str, ...]
    deliveries: tuple[SelectedDelivery, ...]
    profiles: Mapping[str, Profile]
    restatements: Mapping[str, Restatement]
    acceptances: Mapping[str, Acceptance | None]
    fingerprints: Fingerprints
    districts: Districts | None
    key: bytes

    @cached_property
    def selected_standings(self) -> dict[str, Standing]:
        """What stands for the months of the run."""
        return {partition: self.standings[partition] for partition in self.partitions}

    @property
    def newest(self) -> Delivery:
        """The delivery of the feed that was received last."""
        return max((standing.newest for standing in self.standings.values()), key=attrgetter("received_at"))


def select(store: FeedStore, partitions: Collection[str] | None = None) -> Selection | None:
    """Return the selection of the given months of a feed, by default of all received; None if none was received.

    Raises NotErasedError if a delivery may hold rows of erased people.
    """
    received = store.received()
    store.must_be_searched(received)
    current = standings(store.feed, received)
    selected = tuple(partition for partition in current if partitions is None or partition in partitions)
    if not selected:
        return None
    districts = store.districts()
    return Selection(
        feed=store.feed,
        standings=current,
        partitions=selected,
        deliveries=_deliveries(store, [current[partition] for partition in selected]),
        profiles=profiles_of(store.verdicts(current), current),
        restatements=store.restatements(received, current),
        acceptances={partition: store.acceptance(current[partition]) for partition in selected},
        fingerprints=Fingerprints(store.feed, districts),
        districts=districts,
        key=load_key(),
    )


def _deliveries(store: FeedStore, standings: Collection[Standing]) -> tuple[SelectedDelivery, ...]:
    """Return the files that stand for any of the months, by time of receipt; a declared nil return has none."""
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
