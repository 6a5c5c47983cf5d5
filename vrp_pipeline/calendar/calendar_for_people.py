"""The feed calendar as it is shown to people: due dates are evaluated today, and expired months are marked.

Releases use `feed_calendar` alone, whose rows are the same on any day.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from vrp_pipeline.calendar.feed_calendar import calendar, today
from vrp_pipeline.calendar.partitions import partition_of
from vrp_pipeline.calendar.retention_periods import Period, RetentionPeriodsError, periods
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.paths import Lake


def calendar_for_people(
    lake: Lake, feeds: Iterable[Feed] | None = None, now: datetime | None = None
) -> list[dict[str, Any]]:
    """Return the rows of the calendar by `today(lake, now)`, each with `is_kept`: False if its period is over.

    If the file of periods cannot be read, every month is kept: `vrp retain` reports the fault, and removes nothing.
    """
    try:
        kept = periods()
    except RetentionPeriodsError:
        kept = {}
    rows: list[dict[str, Any]] = calendar(lake, feeds, today(lake, now)).to_pylist()
    return [{**row, "is_kept": not _is_over(kept, row)} for row in rows]


def _is_over(kept: dict[str, Period], row: dict[str, Any]) -> bool:
    feed = FEEDS[row["feed"]]
    return feed.name in kept and kept[feed.name].is_over_for(feed, partition_of(feed, row["month"]), row["as_of"])
