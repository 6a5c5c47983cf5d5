"""Expectations about a month beside others: people who come again, lags, grain, and events told once."""

from collections.abc import Iterator, Sequence

from vrp_pipeline.feeds.bronze_schema import quantities_in_bronze
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.generated.expectation import Expectation, heading_of, of_month

# What more of a column's values than usual may be one value, or round.
MORE_OF_ONE_VALUE, MORE_ROUND = 0.3, 0.5
# By how many years the typical person who comes again may be older than before, and what share of them may be others.
MOST_YEARS_MOVED, SHARE_OF_OTHER_BIRTHS = 0.5, 0.2


def of_lags(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectation that the time between two columns of the contract has its usual length."""
    for lag in feed.lags:
        metric = f"lag_of_{lag.name}"
        earlier, later = (heading_of(feed, feed.by_name[names[-1]]) for names in (lag.earlier, lag.later))
        yield of_month(
            metric,
            max_value=lag.most,
            name=f"{lag.name} comes as late as usual",
            reason=(
                f"in a quarter of rows '{later}' is at most {{{metric}_now}} minutes after '{earlier}', where "
                f"{{{metric}_usual}} are usual"
            ),
            remedy=(
                "ask the agency whether one of the two is in UTC and the other in local time; if the change is true, "
                "accept the month with that reason"
            ),
        )


def of_people(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations that people who come again were born when they were born before."""
    if not feed.people_with_births:
        return
    yield of_month(
        "years_of_age_moved",
        max_value=MOST_YEARS_MOVED,
        name="people who come again have their age",
        reason=(
            "{years_of_age_moved_people} people of '{years_of_age_moved_of}' who came in earlier months are typically "
            "{years_of_age_moved_now} than these months said"
        ),
        remedy="ask the agency whether ages or years of birth moved, and for the month again",
    )
    yield of_month(
        "share_of_other_births",
        max_value=SHARE_OF_OTHER_BIRTHS,
        name="people who come again are the same people",
        reason=(
            "{rows_of_other_births} of {other_births_people} people of '{other_births_of}' who came in earlier months "
            "were not born when these months said"
        ),
        remedy=(
            "ask the agency whether numbers of people moved against their rows, or were given anew; if numbers begin "
            "anew, accept the month with that reason"
        ),
    )


def of_grain(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations that quantities and times have many values, as exact as usual."""
    if not feed.is_monthly or not quantities_in_bronze(feed):
        return
    yield of_month(
        "share_of_one_value",
        max_value=MORE_OF_ONE_VALUE,
        name="quantities have many values",
        reason=(
            "{rows_of_one_value} rows have one and the same value of '{column_of_one_value}', where "
            "{rows_of_one_value_usual} are usual"
        ),
        remedy=(
            "ask the agency whether a default stands for what is not known, and to leave it blank; if the change is "
            "true, accept the month with that reason"
        ),
    )
    yield of_month(
        "share_of_round",
        max_value=MORE_ROUND,
        name="quantities are as exact as usual",
        reason="{rows_of_round} rows have a round '{column_of_round}', where {rows_of_round_usual} are usual",
        remedy=(
            "ask the agency whether a program rounds it, and for the whole value; if the change is true, accept the "
            "month with that reason"
        ),
    )


def of_one_row(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectation that what happens once by the contract has one row."""
    if feed.one_row is not None:
        yield of_month(
            "share_of_one_event",
            max_value=feed.one_row.most,
            name="events come once",
            reason=(
                "{rows_of_one_event} rows have "
                + _listed([heading_of(feed, feed.by_name[name]) for name in feed.one_row.named])
                + " of another row under another key, where {rows_of_one_event_usual} are usual"
            ),
            remedy=(
                "ask the agency whether one event has a row for each reason, weapon or agency, or was entered twice; "
                "if they are separate, accept the month with that reason"
            ),
        )


def _listed(headings: Sequence[str]) -> str:
    *others, last = (f"'{heading}'" for heading in headings)
    return f"{', '.join(others)} and {last}" if others else last
