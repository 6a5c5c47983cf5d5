"""Expectations about a month as a whole: slices, sizes of quantities, days without rows, restatements."""

from collections.abc import Iterator

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.generated.expectation import Expectation, heading_of, of_month

# The share of a sender's rows that may be those of another too, where each has a sheet.
COPIED_SHARE = 0.5
# The name of the expectation by which a month that lost rows is held; decisions of people name it.
KEEPS_ITS_ROWS = "a restated month keeps its rows"


def of_slices(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations that the slices of the contract, and its steady ones, have their usual rows."""
    tolerances = feed.tolerances
    for kind, some, least, most in (
        ("slice", feed.slices, tolerances.least_of_slice, tolerances.most_of_slice),
        (
            "steady_slice",
            [each for each in feed.slices if each.is_steady],
            tolerances.least_of_steady_slice,
            tolerances.most_of_steady_slice,
        ),
    ):
        if not some:
            continue
        words = kind.replace("_", " ")
        yield of_month(
            f"smallest_{kind}",
            min_value=least,
            name=f"no {words} is too small",
            reason=f"only {{smallest_{kind}_rows}} rows of {{smallest_{kind}_name}}, where {{smallest_{kind}_usual}} "
            "are usual",
            remedy=(
                "ask the agency whether codes, areas or senders changed or a part of the file is missing; "
                "if the change is true, accept the month with that reason"
            ),
        )
        yield of_month(
            f"largest_{kind}",
            max_value=most,
            name=f"no {words} is too large",
            reason=f"{{largest_{kind}_rows}} rows of {{largest_{kind}_name}}, where {{largest_{kind}_usual}} are usual",
            remedy=(
                "ask the agency whether codes or areas changed or rows came twice; "
                "if the change is true, accept the month with that reason"
            ),
        )


def of_levels(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectation that each quantity of the contract has its usual size."""
    for level in feed.levels:
        metric, heading = f"level_of_{level.column}", heading_of(feed, feed.by_name[level.column])
        yield of_month(
            metric,
            max_value=level.most,
            name=f"{level.column} has its usual size",
            reason=f"'{heading}' is typically {{{metric}_now}}, where {{{metric}_usual}} is usual",
            remedy=(
                "ask the agency for the unit, and whether another column came under this heading; if the change is "
                "true, accept the month with that reason"
            ),
        )


def of_sound_deliveries(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations that a file holds all rows, and rows that no other file or sheet holds."""
    tolerances = feed.tolerances
    if feed.is_in_calendar:
        yield of_month(
            "rows_at_limit",
            max_value=0,
            name="the file is not cut at a limit",
            reason="the file holds exactly {rows_at_limit} rows, at which programs cut what they export",
            remedy="ask the agency whether it has more rows; if it has none, accept the month with that reason",
        )
    if tolerances.keys_of_months_before is not None:
        yield of_month(
            "share_of_keys_before",
            max_value=tolerances.keys_of_months_before,
            name="keys are of one month",
            reason="about {share_of_keys_before} of the keys are those of rows of {keys_before_month}",
            remedy=(
                "ask the agency whether that month was sent again under other dates; if its numbers begin anew, "
                "accept the month with that reason"
            ),
        )
    if tolerances.rows_alike is not None:
        yield of_month(
            "share_alike",
            max_value=tolerances.rows_alike,
            name="rows are of their own",
            reason=(
                "{rows_alike} rows are like another of the month in all but their keys, where {rows_alike_usual} are "
                "usual"
            ),
            remedy=(
                "ask the agency whether the file holds rows twice under two keys; if they are separate, accept the "
                "month with that reason"
            ),
        )
        yield of_month(
            "share_alike_before",
            max_value=tolerances.rows_alike,
            name="rows are of one month",
            reason=(
                "about {rows_alike_before} rows are like those of {alike_before_month} in all but their keys and dates"
            ),
            remedy=(
                "ask the agency whether that month was sent again under other keys and dates; if the rows are "
                "separate, accept the month with that reason"
            ),
        )
    if feed.has_sheet_per_sender:
        yield of_month(
            "share_of_two_senders",
            max_value=COPIED_SHARE,
            name="senders have rows of their own",
            reason="{rows_of_two_senders} rows of {two_senders} are alike but for the sender",
            remedy=(
                "ask for the rows of each: those of one may be copied and not filled in; if both are right, accept the "
                "month with that reason"
            ),
        )
    if tolerances.least_of_restated is not None and feed.is_in_calendar:
        yield of_month(
            "kept_of_restated",
            min_value=tolerances.least_of_restated,
            name=KEEPS_ITS_ROWS,
            reason=(
                "only {kept_of_restated_rows} rows{kept_of_restated_of}, where the delivery of {kept_of_restated_day} "
                "held {kept_of_restated_before} of the same time"
            ),
            remedy=(
                "ask the agency for the whole file: a filter may have been left on, or it may hold changes alone; "
                "if rows were truly taken out, or the file before held too many, accept the month with that reason"
            ),
        )


def of_days(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectation that few days of a month are without any row."""
    tolerances = feed.tolerances
    if tolerances.days_without_rows is not None:
        yield of_month(
            "days_without_rows",
            max_value=tolerances.days_without_rows,
            name="no days are missing",
            reason=(
                "no row{days_without_rows_of} on {days_without_rows} days, {days_without_rows_first} to "
                "{days_without_rows_last}, where {days_without_rows_usual} are usual"
            ),
            remedy=(
                "the file may hold a part of the month: ask for the whole month, or accept it if these days were truly "
                "without any"
            ),
        )
