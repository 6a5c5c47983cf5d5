"""The due date of a month: until when its feed owes it, by the contract."""

from datetime import date, timedelta

from vrp_pipeline.calendar.partitions import day_after, partition_of
from vrp_pipeline.feeds.contract.feed import Feed


def due_date(feed: Feed, month: str) -> date:
    """Return the date by which `month` is due: `due_days` days after the end of the span it is delivered in."""
    return day_after(feed, partition_of(feed, month)) + timedelta(days=feed.due_days - 1)
