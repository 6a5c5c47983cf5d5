"""The suite of a feed: the expectations that follow from its contract, in order, then those written by hand.

Hand-written expectations in the same file (plausibility, volume, drift) and `meta.tolerances` are kept unchanged.
`meta.written_by` of each expectation is `contract` or `hand`.
"""

import json
from collections.abc import Iterator

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.generated.edition_expectations import of_editions, of_rates, of_series
from vrp_pipeline.feeds.generated.expectation import CONTRACT, HAND, Expectation
from vrp_pipeline.feeds.generated.history_expectations import of_grain, of_lags, of_one_row, of_people
from vrp_pipeline.feeds.generated.month_expectations import of_days, of_levels, of_slices, of_sound_deliveries
from vrp_pipeline.feeds.generated.row_expectations import of_rows


def text(feed: Feed, written: str) -> str:
    """Return the suite of the feed: the contract's expectations, then the hand-written ones of the file `written`."""
    suite = json.loads(written) if written else {"meta": {"tolerances": ""}, "expectations": []}
    kept = [_by_hand(each) for each in suite["expectations"] if each["meta"].get("written_by") != CONTRACT]
    suite = {"name": feed.name, "meta": suite["meta"], "expectations": [*expectations(feed), *kept]}
    return json.dumps(suite, indent=2, ensure_ascii=False) + "\n"


def expectations(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations of the feed's contract."""
    yield from of_rows(feed)
    yield from of_slices(feed)
    yield from of_levels(feed)
    yield from of_lags(feed)
    yield from of_people(feed)
    yield from of_grain(feed)
    yield from of_one_row(feed)
    yield from of_editions(feed)
    yield from of_series(feed)
    yield from of_rates(feed)
    yield from of_sound_deliveries(feed)
    yield from of_days(feed)


def _by_hand(expectation: Expectation) -> Expectation:
    return expectation | {"meta": {"written_by": HAND} | expectation["meta"]}
