"""Partitions in time: which one covers a month, which months it holds, and when the span it is delivered in ends.

A span is what an agency delivers at once: a month, a quarter, a term or a year. Holds what follows from the contract
alone; what was received, and when, is in `arrivals` and `feed_calendar`.
"""

from datetime import date

from vrp_pipeline.calendar.months import april_before, first_day, month_after, months_between, span_of
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import Edition, MonthOf


def partition_of(feed: Feed, month: str) -> str:
    """Return the partition that covers `month`: the month itself, or the year in whose March the return ends."""
    return month if feed.is_monthly else str(int(april_before(month)[:4]) + 1)


def months_in(feed: Feed, partition: str) -> list[str]:
    """Return the months that a partition holds: itself, or the twelve up to March (reference data: December) of a year.

    Of an edition of reference data these are the months of its year, whatever it tells of.
    """
    if not isinstance(feed.period, Edition):
        return [partition]
    if feed.period.covers_financial_year:
        return months_between(april_before(f"{partition}-03"), f"{partition}-03")
    return months_between(f"{partition}-01", f"{partition}-12")


def last_month(feed: Feed, partition: str) -> str:
    """Return the last month of the span (month, quarter, term or year) in which a partition is delivered."""
    own = months_in(feed, partition)[-1]
    return span_of(own, feed.period.span_ends)[-1] if isinstance(feed.period, MonthOf) else own


def day_after(feed: Feed, partition: str) -> date:
    """Return the first day after the span in which a partition is delivered."""
    return first_day(month_after(last_month(feed, partition)))
