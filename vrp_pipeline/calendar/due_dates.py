"""What a feed owes for a month: the partition that covers it, and its due date.

Holds what follows from the contract alone. What was received, and when, is in `arrivals` and `feed_calendar`.
"""

from datetime import date, timedelta

from vrp_pipeline.calendar.months import april_before, month_after, span_of
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import Edition, MonthOf


def partition_of(feed: Feed, month: str) -> str:
    """Return the partition that covers `month`: the month itself, or the year in whose March the return ends."""
    return month if feed.is_monthly else str(int(april_before(month)[:4]) + 1)


def last_month(feed: Feed, month: str) -> str:
    """Return the last month of the span (month, quarter, term or financial year) in which `month` is delivered."""
    if isinstance(feed.period, Edition):
        return f"{partition_of(feed, month)}-03"
    return span_of(month, feed.period.span_ends)[-1] if isinstance(feed.period, MonthOf) else month


def due_date(feed: Feed, month: str) -> date:
    """Return the date by which `month` is due: `due_days` days after the end of its span."""
    last = last_month(feed, month)
    return date.fromisoformat(f"{month_after(last)}-01") + timedelta(days=feed.due_days - 1)
