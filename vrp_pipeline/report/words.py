"""Numbers, dates and states as people read them: plain English, one way for each kind of thing.

Pure functions on values; no figure is computed here and no mark-up is made.
"""

import calendar
import datetime as dt
from collections.abc import Sequence

from vrp_pipeline.calendar.months import month_after, months_of_year

MINUS = "\N{MINUS SIGN}"

# Symbol and words for each state of a feed's month: the words carry the meaning, the symbol the pattern.
FEED_STATES: dict[str, tuple[str, str, str]] = {
    "received": ("✓", "Received", "the delivery passed its checks and is counted"),
    "held": ("■", "Held", "a delivery arrived, but failed its checks and waits for a correction"),
    "not received": ("✕", "Not received", "the delivery was due and has not arrived"),
    "not due": ("–", "Not due", "the delivery was not yet due on the date of this report"),
}

# The marks of the seeds (research metrics-and-peers, evidence grades), for readers of the report.
EVIDENCE: dict[str, str] = {
    "P": "This definition is proposed; the partnership has not confirmed it.",
    "K": "This definition has not been confirmed by a published source.",
}

INTERVAL_METHODS: dict[str, str] = {
    "quasi-Poisson": (
        "quasi-Poisson: the 24 monthly counts of both years show how much more the counts vary than chance alone "
        "would make them, and the interval is widened accordingly"
    ),
    "conditional score": (
        "conditional score (Wilson): for smaller counts, from the share of the two years' total that falls in this year"
    ),
}


def count(value: float) -> str:
    """`3104.0` as '3,104'; a value that is not whole keeps one decimal."""
    text = f"{abs(value):,.0f}" if float(value).is_integer() else f"{abs(value):,.1f}"
    return f"{MINUS}{text}" if value < 0 else text


def percent(value: float) -> str:
    """A change in percent with its sign: '−4.8%', '+3.1%', '0.0%'.

    A change that rounds to zero keeps its sign, '−0.0%': it tells on which side of no change an interval ends.
    """
    sign = MINUS if value < 0 else "+" if value > 0 else ""
    return f"{sign}{abs(value):.1f}%"


def interval(lower: float, upper: float) -> str:
    """'−8.9% to −0.5%'."""
    return f"{percent(lower)} to {percent(upper)}"


def state(status: str) -> str:
    """A figure's status where its number would stand: 'Incomplete', 'Not available'."""
    return sentence_case(status)


def sentence_case(text: str) -> str:
    """First letter upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def day(value: dt.date | str) -> str:
    """'30 June 2024', from a date or ISO text; text that is no date is returned as it is."""
    try:
        date = value if isinstance(value, dt.date) else dt.date.fromisoformat(value[:10])
    except ValueError:
        return str(value)
    return f"{date.day} {calendar.month_name[date.month]} {date.year}"


def month(value: str) -> str:
    """'2023-04' as 'April 2023'."""
    year, number = value.split("-")
    return f"{calendar.month_name[int(number)]} {year}"


def month_short(value: str) -> str:
    """'2023-04' as 'Apr'."""
    return calendar.month_abbr[int(value.split("-")[1])]


def months(values: Sequence[str]) -> str:
    """Months in words, runs joined: 'April 2023, June 2023 to August 2023'."""
    runs: list[list[str]] = []
    for value in sorted(set(values)):
        if runs and month_after(runs[-1][-1]) == value:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ", ".join(month(run[0]) if len(run) == 1 else f"{month(run[0])} to {month(run[-1])}" for run in runs)


def period(financial_year: str) -> str:
    """'April 2023 to March 2024'."""
    held = months_of_year(financial_year)
    return f"{month(held[0])} to {month(held[-1])}"


def listed(items: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
