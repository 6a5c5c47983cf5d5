"""One expectation of a suite, as Great Expectations stores it: about rows, or about a metric of a month."""

from typing import Any

from vrp_pipeline.feeds.contract.columns import Column
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Xml, ZippedXml

# Who wrote an expectation: it follows from the contract, or somebody wrote it by hand.
CONTRACT, HAND = "contract", "hand"
Expectation = dict[str, Any]


def blank(column: str, tolerance: float, **meta: str) -> Expectation:
    """Return the expectation that a column of faults is blank, but for a share of rows that is tolerated."""
    kwargs = {"column": column} | _mostly(tolerance)
    return _expectation("expect_column_values_to_be_null", kwargs, level="row", **meta)


def codes(feed: Feed, column: Column) -> Expectation:
    """Return the expectation that a column holds only the codes of its contract."""
    kwargs = {"column": column.name, "value_set": list(column.codes)} | _mostly(feed.tolerances.of_codes)
    return _expectation(
        "expect_column_values_to_be_in_set",
        kwargs,
        level="row",
        name=f"{column.name} is a known code",
        reason=f"'{heading_of(feed, column)}' is not a known code",
        remedy="ask the agency what the new code means, then add it to the contract and run make contracts",
    )


def heading_of(feed: Feed, column: Column) -> str:
    """Return the agency's name of a column: its heading or, in an XML return, the name of its element."""
    if isinstance(feed.format, Xml | ZippedXml):
        return column.header.split("|")[0].rsplit("/", 1)[-1]
    return column.header


def of_month(metric: str, *, name: str, reason: str, remedy: str, **limits: float) -> Expectation:
    """Return the expectation that a metric of each month lies within `min_value` or `max_value`."""
    kwargs = {"column": metric, **limits}
    return _expectation(
        "expect_column_values_to_be_between", kwargs, level="month", name=name, reason=reason, remedy=remedy
    )


def _expectation(kind: str, kwargs: dict[str, Any], **meta: str) -> Expectation:
    return {"type": kind, "kwargs": kwargs, "severity": "critical", "meta": {"written_by": CONTRACT} | meta}


def _mostly(tolerance: float) -> dict[str, float]:
    return {"mostly": round(1 - tolerance, 6)} if tolerance else {}
