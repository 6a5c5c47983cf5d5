"""The feed calendar as people are told of it: due dates by the clock, and no month expected that is kept no longer.

Releases rest on `feed_calendar` alone, whose rows are the same on any day.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from vrp_pipeline.calendar.due_dates import partition_of
from vrp_pipeline.calendar.feed_calendar import calendar, today
from vrp_pipeline.calendar.retention_periods import Period, RetentionPeriodsError, last_month_of, periods
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.lake.paths import Lake


def calendar_for_people(
    lake: Lake, feeds: Iterable[Feed] | None = None, now: datetime | None = None
) -> list[dict[str, Any]]:
    """Return the rows of the calendar by `today(lake, now)`, each with `is_kept`: False where its period is over.

    Where the file of periods cannot be read every month is kept: `vrp retain` tells of it, and removes nothing.
    """
    try:
        kept = periods()
    except RetentionPeriodsError:
        kept = {}
    rows: list[dict[str, Any]] = calendar(lake, feeds, today(lake, now)).to_pylist()
    return [{**row, "is_kept": not _is_over(kept, row)} for row in rows]


def _is_over(kept: dict[str, Period], row: dict[str, Any]) -> bool:
    feed = FEEDS[row["feed"]]
    return feed.name in kept and kept[feed.name].is_over(
        last_month_of(feed, partition_of(feed, row["month"])), row["as_of"]
    )
