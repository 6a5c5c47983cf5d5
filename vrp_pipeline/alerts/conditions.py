"""All conditions of a lake, in the order in which they are told."""

from datetime import datetime

from vrp_pipeline.alerts.condition import Condition, Limits
from vrp_pipeline.alerts.feed_conditions import absent, held, refused
from vrp_pipeline.alerts.lake_conditions import (
    damaged_release,
    full_disk,
    stale_release,
    unpublished_drafts,
    unreadable_inbox,
    wrong_clock,
)
from vrp_pipeline.lake.paths import Lake


def conditions_of(lake: Lake, now: datetime, limits: Limits, *, is_released: bool) -> list[Condition]:
    """Return the conditions of the lake. `is_released`: whether the current release rests on all that was received.

    Failed runs are known to Dagster alone; `defs` adds them. Raises NoLakeError if its folder is missing.
    """
    lake.must_exist()
    return [
        *wrong_clock(lake, now),
        *held(lake),
        *absent(lake, now),
        *refused(lake, now),
        *unreadable_inbox(lake),
        *stale_release(lake, now, limits, is_released=is_released),
        *damaged_release(lake),
        *full_disk(lake, limits),
        *unpublished_drafts(lake, now, limits),
    ]
