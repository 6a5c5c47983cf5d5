"""Staleness: which months must be ingested again, because a verdict on them is missing or its inputs have changed."""

from vrp_pipeline.calendar.history import months_before
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.ingest.inputs import inputs_of
from vrp_pipeline.ingest.store import FeedStore
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.validation.profiles import watched_columns


def stale_partitions(lake: Lake, feed: Feed) -> list[str]:
    """Return the months without a verdict, or whose verdict does not match its current inputs.

    Ingesting a month again may change its profile, so the months that are compared with it are stale too. Whether the
    deliveries were searched for erased people is not asked: a run searches them before it ingests.
    """
    store = FeedStore(lake, feed)
    inputs = inputs_of(store)
    watches_drift = bool(watched_columns(feed)) or feed.totals is not None or feed.series is not None
    stale: list[str] = []
    for partition in inputs.standings:
        verdict = inputs.verdicts.get(partition)
        follows = watches_drift and not set(months_before(partition, inputs.standings)).isdisjoint(stale)
        if (
            follows
            or verdict is None
            or verdict.fingerprint != inputs.fingerprint(partition, inputs.profiles)
            or (verdict.status is Status.PUBLISHED and not store.has_bronze(partition))
        ):
            stale.append(partition)
    return stale
