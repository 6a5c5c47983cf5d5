"""Expectations about rows: readable values, dates in order, copies, keys, codes, rows with a month."""

from collections.abc import Iterator

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.feeds.generated.expectation import Expectation, blank, codes, heading_of, of_month


def _without_month(feed: Feed, heading: str) -> Iterator[Expectation]:
    """Yield an expectation for each cause for which a row belongs to no month of its delivery, with its own remedy."""
    for metric, name, reason, remedy in (
        (
            "undated",
            "rows have a readable date",
            f"have no readable date in '{heading}'",
            f"check '{heading}' and ask the agency for YYYY-MM-DD",
        ),
        (
            "of_other_months",
            "rows are of the months delivered",
            f"have a '{heading}' in other months than those delivered",
            f"ask the agency for one month in a file, cut by '{heading}', or for the other months whole; "
            "if the dates are wrong, day and month may be exchanged",
        ),
        (
            "ahead",
            "rows do not lie ahead",
            f"have a '{heading}' in a month that had not come when the file was received",
            f"ask the agency to check the years and the order of day and month in '{heading}'",
        ),
        (
            "malformed",
            "rows have all their cells",
            "have more or fewer cells than the headings, or are no whole record",
            "ask the agency to export the file again with text in quotation marks",
        ),
    ):
        yield of_month(
            f"share_{metric}",
            max_value=feed.tolerances.of_rows_without_month,
            name=name,
            reason=f"{{rows_{metric}}} of the delivery's rows ({{share_{metric}}} of all) {reason}",
            remedy=remedy,
        )


def of_rows(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations about single rows, then those about rows without a month."""
    tolerances = feed.tolerances
    yield blank(
        "unreadable",
        tolerances.faults,
        name="values can be read",
        reason="a value cannot be read or a required one is blank",
        remedy="look at the rows in quarantine and ask the agency to correct them",
    )
    if feed.in_order or feed.same_day or feed.same_clock:
        yield blank(
            "contradictory",
            tolerances.faults,
            name="dates are in order",
            reason="two dates of a row contradict each other",
            remedy="look at the rows in quarantine and ask the agency whether years, or two columns, were exchanged",
        )
    # Without a key every row is a separate event, so none can be a copy or conflict.
    if feed.natural_key:
        few = "copies of a few rows, each counts once" if tolerances.copies else "single copies"
        yield blank(
            "copies",
            tolerances.copies,
            name="rows come once",
            reason="the same row comes more than once",
            remedy=f"nothing to do for {few}; if most rows are copies, ask for the file again",
        )
        yield blank(
            "conflicts",
            tolerances.faults,
            name="keys name one row",
            reason="different rows have the same key",
            remedy="ask the agency which row holds",
        )
    for column in feed.columns:
        if column.codes:
            yield codes(feed, column)
    if isinstance(feed.period, MonthOf):
        yield from _without_month(feed, heading_of(feed, feed.by_name[feed.period.column]))
