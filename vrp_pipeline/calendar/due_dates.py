"""What a feed owes for a month: the delivery's month or return year that tells of it, and the day it is due.

Read from the contract alone. What came, and when, stands in `calendar`.
"""

from datetime import date, timedelta

from vrp_pipeline.calendar.months import april_before, month_after, span_of
from vrp_pipeline.feeds.contract import Edition, Feed, MonthOf


def is_in_calendar(feed: Feed) -> bool:
    """Whether the feed tells of months: reference data does not, a yearly return on twelve months does."""
    return not isinstance(feed.period, Edition) or feed.period.covers_financial_year


def partition_of(feed: Feed, month: str) -> str:
    """The partition of the feed that tells of `month`: the month itself, or the year in whose March the return ends."""
    return month if feed.is_monthly else str(int(april_before(month)[:4]) + 1)


def last_month(feed: Feed, month: str) -> str:
    """The month at whose end the delivery that covers `month` falls due: its own, its quarter's, term's or year's."""
    if isinstance(feed.period, Edition):
        return f"{partition_of(feed, month)}-03"
    return span_of(month, feed.period.span_ends)[-1] if isinstance(feed.period, MonthOf) else month


def due_date(feed: Feed, month: str) -> date:
    """The day by which `month` should have been delivered: `due_days` after the end of its span."""
    last = last_month(feed, month)
    return date.fromisoformat(f"{month_after(last)}-01") + timedelta(days=feed.due_days - 1)
