"""Sentences about figures: headlines, reasons for gaps, and text alternatives of charts.

Each sentence is derived from the figures and the calendar it is given; an incomplete figure is described without
numbers. Formats of single numbers and dates are in `words`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vrp_pipeline.calendar.months import months_of_year
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.report import words
from vrp_pipeline.report.content.evidence import RECEIVED, Evidence
from vrp_pipeline.report.content.protected import ProtectedFigure
from vrp_pipeline.report.page.charts import AreaChange, Bounds, Count

# The date by which each metric counts (docs/methods.md#metrics); for a metric absent here nothing is stated.
COUNTED_BY: Mapping[str, str] = {
    "M1": "Each crime counts once, in the month in which the police recorded it, not the month in which it happened.",
    "M1b": "Each crime counts once, in the month in which the police recorded it, not the month in which it happened.",
    "M9": "Each event counts once, on the day it was held, however many agencies entered it.",
}


@dataclass(frozen=True)
class Headline:
    """The large text of a figure, the line below it, and both as one sentence."""

    large: str
    below: str
    sentence: str


def headline(figure: ProtectedFigure, base_year: str, *, large_count: bool = False) -> Headline:
    """Return the headline of a figure for a whole year: its change only if the interval excludes zero.

    With `large_count` the count is the large text whatever the change, for measures of work instead of harm.
    """
    about = f"{figure.metric_name}, {figure.financial_year}"
    if figure.is_known and figure.value is None:
        return Headline(words.sentence_case(words.IN_CONFIDENCE), "", f"{about}: {figure.statement or 'confidential.'}")
    if not figure.is_known or figure.value is None:
        said = words.state(figure.status)
        return Headline(said, "", f"{about}: {figure.statement or said + '.'}")
    value = words.count(figure.value)
    if figure.change is None or large_count:
        return Headline(value, f"in {figure.financial_year}", f"{about}: {figure.statement or value + '.'}")
    change = words.percent(figure.change.percent)
    span = words.interval(figure.change.lower, figure.change.upper)
    base = f"{words.count(figure.base_value)} in {base_year}" if figure.base_value is not None else base_year
    if figure.change.direction == 0:
        return Headline(
            "No clear change",
            f"best estimate {change}",
            f"{about}: {value}, no clear change on {base} (estimate {change}, 95% interval {span}).",
        )
    return Headline(change, f"change on {base_year}", f"{about}: {value}, {change} on {base} (95% interval {span}).")


def feed_title(feed: str | None) -> str:
    """Return the title in the feed's contract, or its name if there is no contract."""
    return FEEDS[feed].title if feed in FEEDS else (feed or "not recorded").replace("__", ": ").replace("_", " ")


def months_received(evidence: Evidence, feed: str, financial_year: str) -> str:
    """Return a text such as '11 of 12 months received in 2023-24'."""
    held = evidence.months(feed, financial_year)
    if not held:
        return f"no month of {financial_year} in the calendar"
    received = sum(entry.status == RECEIVED for entry in held)
    return f"{received} of {len(held)} months received in {financial_year}"


def gaps(evidence: Evidence, feed: str, financial_years: Sequence[str]) -> list[str]:
    """Return texts such as 'May 2023: not received' for months without a valid delivery, consecutive months joined."""
    found: dict[str, list[str]] = {}
    for year in financial_years:
        for entry in evidence.months(feed, year):
            if entry.status != RECEIVED:
                found.setdefault(entry.status, []).append(entry.month)
    return [f"{words.months(months)}: {status}" for status, months in found.items()]


def gap_word(evidence: Evidence, metric_id: str, month: str, figure: ProtectedFigure | None) -> str:
    """Return why a month has no value: its status in the calendar, else the status of the figure."""
    if figure is not None and figure.hides("value"):
        return words.IN_CONFIDENCE
    needed = evidence.needed_by(metric_id)
    for entry in evidence.feed_months:
        if entry.month == month and entry.feed in needed and entry.status != RECEIVED:
            return entry.status
    return figure.status if figure is not None else "not available"


def no_change_word(figure: ProtectedFigure) -> str:
    """Return in a word or two why a figure has no change; the statement beside it gives the reason."""
    if figure.hides("value") or figure.hides("base_value"):
        return words.IN_CONFIDENCE
    return "no percentage" if figure.is_known else figure.status


def by_decision(evidence: Evidence, metric_id: str, financial_years: Sequence[str]) -> str:
    """Return the months a metric counts by decision in these years as 'May 2023 counted by decision', else ''."""
    shown = {month for year in financial_years for month in months_of_year(year)}
    decided = [month for month in evidence.accepted_for(metric_id) if month in shown]
    return f"{words.months(decided)} counted by decision" if decided else ""


def months_alternative(name: str, counts: Sequence[Count]) -> str:
    """Describe the monthly chart: highest and lowest month of each year, and the gaps."""
    parts = [f"Line chart of {name} by month."]
    for year in dict.fromkeys(count.year for count in counts):
        held = [(count.value, count.label) for count in counts if count.year == year and count.value is not None]
        if not held:
            parts.append(f"{year}: no month.")
            continue
        (low, low_month), (high, high_month) = min(held), max(held)
        parts.append(f"{year}: from {words.count(low)} in {low_month} to {words.count(high)} in {high_month}.")
        decided = [count.label for count in counts if count.year == year and count.is_accepted]
        if decided:
            parts.append(f"Counted by decision: {words.listed(decided)}.")
        missing = [f"{count.label} ({count.gap})" for count in counts if count.year == year and count.value is None]
        if missing:
            parts.append(f"Gaps: {', '.join(missing)}.")
    return " ".join([*parts, "The table below gives every number."])


def bars_alternative(name: str, counts: Sequence[Count]) -> str:
    """Describe the paired bars: every number."""
    said = [
        f"{count.label} {count.year}: {words.count(count.value) if count.value is not None else count.gap}"
        for count in counts
    ]
    return f"Bar chart of {name}. {'; '.join(said)}."


def changes_alternative(name: str, changes: Sequence[AreaChange]) -> str:
    """Describe the chart of changes: how many areas are clearly down, clearly up, unclear, or without a change."""
    down = [c.label for c in changes if c.change is not None and c.change.direction < 0]
    up = [c.label for c in changes if c.change is not None and c.change.direction > 0]
    without = [c.label for c in changes if c.change is None]
    unclear = len(changes) - len(down) - len(up) - len(without)
    parts = [
        f"Chart of the change in {name} by district with 95% intervals.",
        f"Clearly down: {words.listed(down) or 'none'}.",
        f"Clearly up: {words.listed(up) or 'none'}.",
        f"No clear change: {unclear}.",
    ]
    if without:
        parts.append(f"No change given: {words.listed(without)}.")
    return " ".join([*parts, "The table below gives every number."])


def bounds_alternative(years: Sequence[Bounds]) -> str:
    """Describe the chart of incidents of all sources for readers who cannot see it."""
    said = "; ".join(
        f"{year.label}: about {words.count(year.estimate)}, between {words.count(year.lower)} and"
        f" {words.count(year.upper)}"
        for year in years
    )
    return f"Incidents of violence that any agency saw. {said}."
