"""The inputs of a feed: everything that the verdicts on its months rest on, read from the lake at once.

A run selects its months from them, and staleness compares them with those of the verdicts. Whether the deliveries were
searched for erased people is asked by `selection`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vrp_pipeline.calendar.restatements import Restatement, restatements
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.geography.districts import Districts
from vrp_pipeline.ingest.fingerprints import Fingerprints
from vrp_pipeline.ingest.store import FeedStore
from vrp_pipeline.lake.decisions import Acceptance, newest_acceptances
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.standings import Standing, standings
from vrp_pipeline.lake.verdicts import Verdict
from vrp_pipeline.validation.profiles import Profile, profiles_before


@dataclass(frozen=True)
class FeedInputs:
    """What the verdicts on the months (or editions) of a feed rest on, each by month.

    `received` are all deliveries from the oldest to the newest, `standings` those that count for every month
    received, in order of month, `restatements` what counts for months that were delivered before, beside that.
    `verdicts` leaves out months before their first ingest, and `acceptances` months on which nobody decided.
    `districts` are those of places, if a slice of the feed asks for them.
    """

    feed: Feed
    received: Sequence[Delivery]
    standings: Mapping[str, Standing]
    restatements: Mapping[str, Restatement]
    acceptances: Mapping[str, Acceptance]
    verdicts: Mapping[str, Verdict]
    districts: Districts | None

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        """The profile of each month whose newest delivery has been ingested."""
        return {
            partition: Profile.from_dict(verdict.profile)
            for partition, verdict in self.verdicts.items()
            if verdict.delivery_id == self.standings[partition].delivery_id
        }

    def fingerprint(self, partition: str, profiles: Mapping[str, Profile]) -> str:
        """Return the digest of the inputs of one month, of which `profiles` gives those of the months before."""
        return self._fingerprints.of(
            self.standings[partition],
            self.acceptances.get(partition),
            profiles_before(partition, self.standings, profiles),
            self.restatements.get(partition),
        )

    @cached_property
    def _fingerprints(self) -> Fingerprints:
        return Fingerprints(self.feed, self.districts)


def inputs_of(store: FeedStore) -> FeedInputs:
    """Return the inputs of a feed as they are in its lake."""
    received, decisions = store.received(), store.acceptances()
    current = standings(store.feed, received)
    newest = newest_acceptances(decisions)
    return FeedInputs(
        feed=store.feed,
        received=received,
        standings=current,
        restatements=restatements(store.feed, received, current, decisions),
        acceptances={
            partition: newest[partition, standing.delivery_id]
            for partition, standing in current.items()
            if (partition, standing.delivery_id) in newest
        },
        verdicts=store.verdicts(current),
        districts=store.districts(),
    )
