"""The periods that a sentence names: financial years, months, seasons. Only words are read, no figures."""

import calendar
import re
from collections.abc import Iterator

YEAR = r"(?:19|20)\d{2}"
MONTHS = "|".join(calendar.month_name[1:])
FINANCIAL_YEAR = re.compile(rf"\b({YEAR})[-/](?:\d{{2}})?(\d{{2}})\b")
_SEASONS = (
    r"(?:spring|summer|autumn|winter|christmas|easter|half-term|(?:first|second|third|last|fourth) (?:quarter|half)"
    r"|summer holidays?)"
)
# A season of the calendar, not the verb: in the summer, last winter.
SEASON = re.compile(
    r"\b(?:(?:in|during|over|throughout|since|by|through)(?: the| early| late| mid)*|last|this|each|every|the)"
    rf" {_SEASONS}\b"
    r"(?! (?:is|was) when\b)",
    re.IGNORECASE,
)
# A whole year by its months: from April 2022 to March 2024, the year to March 2024.
_WHOLE = re.compile(
    rf"\b(?:from|between) (?:{MONTHS}) (?:\d{{4}} )?(?:to|and|until) (?:{MONTHS}) \d{{4}}\b"
    rf"|\byears? (?:to|ending|ended)(?: in)?(?: the end of)? (?:\d{{1,2}} )?(?:{MONTHS})\b",
    re.IGNORECASE,
)
_MONTH_OF_CHANGE = re.compile(
    rf"\b(?:in|during|over|throughout|since|last|this|every)(?: the month of| early| late)? (?:{MONTHS})\b"
)


def financial_years(text: str) -> set[str]:
    """Return the financial years that a text names, as 2023-24."""
    return {f"{held[1]}-{held[2]}" for held in FINANCIAL_YEAR.finditer(text)}


def months(text: str) -> Iterator[tuple[int, int | None]]:
    """Yield the months that a text names, 1 to 12, with the year if given, except those that delimit a whole year."""
    said = _WHOLE.sub(" ", text)
    for number, name in enumerate(calendar.month_name):
        if name and (held := re.search(rf"\b{name}\b(?: (20\d\d))?", said)):
            yield number, int(held[1]) if held[1] else None


def names_a_part_of_a_year(text: str) -> bool:
    """Return whether a text says that something happened within a month or season."""
    said = _WHOLE.sub(" ", text)
    return SEASON.search(said) is not None or _MONTH_OF_CHANGE.search(said) is not None
