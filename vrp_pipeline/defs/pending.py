"""Pending work: whether a run would change anything, and which months it has to ingest.

Asked by the schedule, the sensors and `vrp run`. Imports no Dagster, so that a command with nothing to do ends at once.
"""

import json
from datetime import datetime

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.atomic import to_json
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.release.integrity import misfits
from vrp_pipeline.release.provenance import provenance
from vrp_pipeline.release.releases import NoReleaseError, current_release


def is_up_to_date(lake: Lake) -> bool:
    """Return whether a run would change nothing: no month is stale, and the current release rests on all."""
    if any(stale_partitions(lake, feed) for feed in FEEDS.values()):
        return False
    try:
        release = current_release(lake)
        manifest = release.manifest
    except NoReleaseError:
        return False
    if misfits(release.path):
        return False
    wanted = json.loads(to_json(provenance(lake)))
    return all(manifest.get(name) == value for name, value in wanted.items())


def pending_months(lake: Lake) -> tuple[str, str]:
    """Return the first and the last month that any monthly feed has to ingest.

    Where only editions are new, or only the release is stale, both are the newest month received: a run needs a range
    of months, and skips those that are up to date.
    """
    stale = {partition for feed in _monthly() for partition in stale_partitions(lake, feed)}
    known = stale or set(sorted(_received(lake))[-1:]) or {datetime.now(TIME_ZONE).strftime("%Y-%m")}
    return min(known), max(known)


def _monthly() -> list[Feed]:
    return [feed for feed in FEEDS.values() if feed.is_monthly]


def _received(lake: Lake) -> set[str]:
    return {partition for feed in _monthly() for partition in newest_per_partition(lake, feed)}
