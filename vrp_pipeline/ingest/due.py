"""What a feed owes for a month: the delivery's month or return year that tells of it, and the day it is due.

Read from the contract alone. What came, and when, stands in `calendar`.
"""

from datetime import date, timedelta

from vrp_pipeline.feeds.contract import Edition, Feed, MonthOf
from vrp_pipeline.landing.coverage import april_before, span_of


def is_in_calendar(feed: Feed) -> bool:
    """Whether the feed tells of months: reference data does not, a yearly return on twelve months does."""
    return not isinstance(feed.period, Edition) or feed.period.covers_financial_year


def part_of(feed: Feed, month: str) -> str:
    """The part of the feed that tells of `month`: the month itself, or the year in whose March the return ends."""
    return month if feed.is_monthly else str(int(april_before(month)[:4]) + 1)


def last_month(feed: Feed, month: str) -> str:
    """The month at whose end the delivery that covers `month` falls due: its own, its quarter's, term's or year's."""
    if isinstance(feed.period, Edition):
        return f"{part_of(feed, month)}-03"
    return span_of(month, feed.period.span_ends)[-1] if isinstance(feed.period, MonthOf) else month


def due_date(feed: Feed, month: str) -> date:
    """The day by which `month` should have been delivered: `due_days` after the end of its span."""
    last = last_month(feed, month)
    year, number = int(last[:4]), int(last[5:])
    first_of_next = date(year + number // 12, number % 12 + 1, 1)
    return first_of_next + timedelta(days=feed.due_days - 1)


def financial_year(month: str) -> str:
    """`2023-24` for the months from April 2023 to March 2024."""
    start = int(april_before(month)[:4])
    return f"{start}-{(start + 1) % 100:02d}"
