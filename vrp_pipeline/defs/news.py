"""What a run has to do, asked by the schedule and by `vrp run`.

Imports no Dagster: a command that has nothing to do ends at once.
"""

import json
from datetime import datetime

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.atomic import to_json
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.release.integrity import misfits
from vrp_pipeline.release.provenance import provenance
from vrp_pipeline.release.releases import NoReleaseError, current_release


def is_up_to_date(lake: Lake) -> bool:
    """Whether a run would change nothing: all is judged, and the current release is whole and rests on that."""
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


def months_with_news(lake: Lake) -> tuple[str, str]:
    """First and last month that any monthly feed has to ingest.

    Where only editions are new, or only the release is old, the newest month that is known: a run over months needs
    one, and skips it.
    """
    stale = {partition for feed in _monthly() for partition in stale_partitions(lake, feed)}
    known = stale or set(sorted(_received(lake))[-1:]) or {datetime.now(TIME_ZONE).strftime("%Y-%m")}
    return min(known), max(known)


def _monthly() -> list[Feed]:
    return [feed for feed in FEEDS.values() if feed.is_monthly]


def _received(lake: Lake) -> set[str]:
    return {partition for feed in _monthly() for partition in newest_per_partition(lake, feed)}
