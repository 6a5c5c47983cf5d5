"""Numbers, dates and statuses in plain English, one format for each kind of value.

Pure functions of values; no figures are computed and no mark-up is made here.
"""

import calendar
import datetime as dt
from collections.abc import Sequence

from vrp_pipeline.calendar.months import month_after, months_of_year
from vrp_pipeline.disclosure.rules import Shown
from vrp_pipeline.feeds.partnership import TIME_ZONE

MINUS = "\N{MINUS SIGN}"
# Marks a month that is counted by decision, in charts and tables.
BY_DECISION = "\N{DAGGER}"
# The mark of a hidden number in tables, by the Analysis Function's shorthand, and its word in charts.
CONFIDENTIAL, IN_CONFIDENCE = "[c]", "confidential"
# The part of a breakdown with rows of unknown category.
NOT_KNOWN = "unknown"

# Symbol and words for each status of a feed's month: the words carry the meaning, the symbol the pattern.
FEED_STATES: dict[str, tuple[str, str, str]] = {
    "received": ("✓", "Received", "the delivery passed its checks and is counted"),
    "held": ("■", "Held", "a delivery arrived, but failed its checks and waits for a correction"),
    "not received": ("✕", "Not received", "the delivery was due and has not arrived"),
    "not due": ("–", "Not due", "the delivery was not yet due on the date of this report"),
}

# Evidence grades of the seeds (docs/methods.md#marks) in words for readers of the report.
EVIDENCE: dict[str, str] = {
    "P": "This definition is proposed; the partnership has not confirmed it.",
    "K": "This definition has not been confirmed by a published source.",
}

# Units that end the name of a column, as a heading writes them, and words that it writes otherwise.
_UNITS = {"gbp": "£", "percent": "%"}
_AS_WRITTEN = {"1000": "1,000", "100000": "100,000", "england": "England", "march": "March", "id": "ID"}

INTERVAL_METHODS: dict[str, str] = {
    "quasi-Poisson": (
        "quasi-Poisson: the 24 monthly counts of both years show how much more the counts vary than chance alone "
        "would make them, and the interval is widened accordingly"
    ),
    "conditional score": (
        "conditional score (Wilson): for smaller counts, from the share of the two years' total that falls in this "
        "year, widened by how much more the 24 monthly counts vary than chance alone would make them"
    ),
}


def count(value: float) -> str:
    """Format `3104.0` as '3,104'; a value that is not whole keeps one decimal."""
    text = f"{abs(value):,.0f}" if float(value).is_integer() else f"{abs(value):,.1f}"
    return f"{MINUS}{text}" if value < 0 else text


def money(pounds: float) -> str:
    """Format an amount without its sign: 24143 as '24,143', 67.1 as '67.10'."""
    return f"{pounds:,.0f}" if float(pounds).is_integer() else f"{pounds:,.2f}"


def shown(held: Shown | None) -> str:
    """Format a protected count as '3,105', '[c]' if it is hidden, 'Not recorded' if it is unknown."""
    if held is None:
        return "Not recorded"
    return CONFIDENTIAL if held.number is None else count(held.number)


def percent(value: float) -> str:
    """Format a change in per cent with its sign: '−4.8%', '+3.1%', '0.0%'.

    A change that rounds to zero keeps its sign, '−0.0%', because it shows on which side of zero an interval ends.
    """
    sign = MINUS if value < 0 else "+" if value > 0 else ""
    return f"{sign}{abs(value):.1f}%"


def interval(lower: float, upper: float) -> str:
    """Format an interval as '−8.9% to −0.5%'."""
    return f"{percent(lower)} to {percent(upper)}"


def state(status: str) -> str:
    """Return the status of a figure in place of its value: 'Incomplete', 'Not available'."""
    return sentence_case(status)


def sentence_case(text: str) -> str:
    """Capitalise the first letter and leave the rest unchanged."""
    return text[:1].upper() + text[1:]


def heading_of(column: str) -> str:
    """Return the name of a column as a heading: 'cost_per_young_person_gbp' is 'Cost per young person (£)'."""
    said = [_AS_WRITTEN.get(word, word) for word in column.removeprefix("is_").split("_")]
    unit = _UNITS.get(said[-1])
    return sentence_case(f"{' '.join(said[:-1])} ({unit})" if unit and said[1:] else " ".join(said))


def day(value: dt.date | str) -> str:
    """Format a date or ISO text as '30 June 2024'; other text is returned unchanged."""
    try:
        date = value if isinstance(value, dt.date) else dt.date.fromisoformat(value[:10])
    except ValueError:
        return str(value)
    return f"{date.day} {calendar.month_name[date.month]} {date.year}"


def moment(value: dt.datetime) -> str:
    """Format a time in London as '9.30am on 9 July 2026'."""
    there = value.astimezone(TIME_ZONE)
    minutes = f".{there.minute:02d}" if there.minute else ""
    return f"{there.hour % 12 or 12}{minutes}{'am' if there.hour < 12 else 'pm'} on {day(there.date())}"


def month(value: str) -> str:
    """Format '2023-04' as 'April 2023'."""
    year, number = value.split("-")
    return f"{calendar.month_name[int(number)]} {year}"


def month_short(value: str) -> str:
    """Format '2023-04' as 'Apr'."""
    return calendar.month_abbr[int(value.split("-")[1])]


def months(values: Sequence[str]) -> str:
    """Format months with consecutive ones joined: 'April 2023, June 2023 to August 2023'."""
    runs: list[list[str]] = []
    for value in sorted(set(values)):
        if runs and month_after(runs[-1][-1]) == value:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ", ".join(month(run[0]) if len(run) == 1 else f"{month(run[0])} to {month(run[-1])}" for run in runs)


def period(financial_year: str) -> str:
    """Format a financial year as 'April 2023 to March 2024'."""
    held = months_of_year(financial_year)
    return f"{month(held[0])} to {month(held[-1])}"


def listed(items: Sequence[str]) -> str:
    """Join items as 'a', 'a and b', 'a, b and c'."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
