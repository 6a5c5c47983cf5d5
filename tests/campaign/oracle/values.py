"""What a careful person reads in one cell: the values it may mean, or that it is unreadable.

Each function returns a set of acceptable bronze values; an empty set says that no value is acceptable, so that the
row must not stand in bronze. `None` in a set is a blank.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from tests.campaign.oracle.records import UNREADABLE

Values = frozenset[Any]
NONE: Values = frozenset()
BLANK: Values = frozenset([None])
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
LONDON = ZoneInfo("Europe/London")
CLOCK = r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$"


def plain(cell: Any) -> str:
    """The text of a cell without blanks around it, no-break ones too, or the quotes of `="…"`."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    text = "" if cell is None else str(cell)
    text = text.strip().strip("\u00a0\u200b\ufeff ").strip()
    found = re.fullmatch(r'="?(.*?)"?', text)
    return found.group(1) if found and text.startswith("=") else text


def text(cell: Any) -> Values:
    read = plain(cell)
    if read in ERRORS or "\n" in read or "\r" in read or len(read) > 200:
        return NONE
    return frozenset([read]) if read else BLANK


def digits(cell: Any) -> Values:
    """A long code of digits; in scientific notation its digits are lost."""
    read = plain(cell)
    if re.fullmatch(r"\d[.,]?\d*[Ee]\+?\d+", read):
        return NONE
    return text(cell)


def integer(cell: Any) -> Values:
    read = plain(cell)
    if not read:
        return BLANK
    found = re.fullmatch(r"([+-]?\d{1,3}(?:,\d{3})+|[+-]?\d+)(?:\.0*)?", read)
    if found:
        return frozenset([int(found.group(1).replace(",", ""))])
    about = re.fullmatch(r"(?i)(?:approx\.?|about|circa|c\.?|~|over)?\s*(\d+)\s*\+?", read)
    return frozenset([int(about.group(1))]) if about else NONE


def decimal(cell: Any) -> Values:
    read = plain(cell)
    if not read:
        return BLANK
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", read):
        return frozenset([float(read)])
    return frozenset([float(read.replace(",", ""))]) if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", read) else NONE


def square(cell: Any) -> Values:
    """The middle of the square of 100 metres in which a coordinate lies."""
    return frozenset(None if value is None else floor(value / 100) * 100 + 50 for value in integer(cell))


def boolean(cell: Any) -> Values:
    read = plain(cell).casefold()
    if not read:
        return BLANK
    if read in ("true", "1", "yes", "y"):
        return frozenset([True])
    return frozenset([False]) if read in ("false", "0", "no", "n") else NONE


def offence(cell: Any) -> Values:
    read = plain(cell)
    if not read:
        return BLANK
    if found := re.fullmatch(r"(\d{1,3})/(\d{1,2})", read):
        return frozenset([found.group(1).zfill(3) + found.group(2).zfill(2)])
    return frozenset([read.zfill(5)]) if re.fullmatch(r"\d{1,5}", read) else NONE


def time(cell: Any) -> Values:
    read = plain(cell)
    if not read:
        return BLANK
    found = re.fullmatch(r"(?:1899-12-3[01] )?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?", read)
    if not found or int(found.group(1)) > 23 or int(found.group(2)) > 59:
        return NONE
    return frozenset([f"{int(found.group(1)):02d}:{found.group(2)}:{found.group(3) or '00'}"])


def american(cells: Iterable[Any]) -> bool | None:
    """Whether the dates of a column put the month first; nothing if some can only mean the one, some the other."""
    first = second = False
    for cell in cells:
        if found := re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", plain(cell) if cell is not UNREADABLE else ""):
            first |= int(found.group(1)) > 12
            second |= int(found.group(2)) > 12
    return None if first and second else second


def moment(cell: Any, *, month_first: bool | None = False, day_one_1904: bool = False) -> Values:
    """A date or time, local; of a moment with an offset what the clocks of London showed."""
    if isinstance(cell, datetime):
        return frozenset([cell])
    read = plain(cell)
    if not read:
        return BLANK
    if found := re.fullmatch(r"(\d{5})(?:\.(\d+))?", read):
        day_none = datetime(1904, 1, 1) if day_one_1904 else datetime(1899, 12, 30)
        exact = day_none + timedelta(seconds=round(float(read) * 86400))
        return frozenset([exact])
    forms = (
        (rf"(\d{{4}})[-/]?(\d{{2}})[-/]?(\d{{2}}){CLOCK}", (1, 2, 3)),
        (rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}|\d{{2}}){CLOCK}", (3, 2, 1)),
        (rf"(\d{{1,2}})[ -]([A-Za-z]{{3}})[a-z]*[ -](\d{{4}}|\d{{2}}){CLOCK}", (3, 2, 1)),
    )
    for pattern, (year, month, day) in forms:
        if found := re.match(pattern, read):
            ways = [(month, day)] if year == 1 or not found.group(month).isdigit() else _ways(month, day, month_first)
            made = (_moment(found, year, month, day) for month, day in ways)
            return frozenset(value for value in made if value is not None)
    return NONE


def _ways(month: int, day: int, month_first: bool | None) -> list[tuple[int, int]]:
    british, other = (month, day), (day, month)
    return [british, other] if month_first is None else [other] if month_first else [british]


def _moment(found: re.Match[str], year: int, month: int, day: int) -> datetime | None:
    named = found.group(month)[:3].casefold()
    number = MONTHS.index(named) + 1 if named in MONTHS else int(named) if named.isdigit() else 0
    full = int(found.group(year))
    hour, minute, second = (int(found.group(place) or 0) for place in (4, 5, 6))
    try:
        read = datetime(full + 2000 if full < 100 else full, number, int(found.group(day)), hour, minute, second)
    except ValueError:
        return None
    zone = found.group(7)
    if not zone:
        return read
    moment_of_zone = datetime.fromisoformat(read.isoformat() + zone.replace("Z", "+00:00"))
    return moment_of_zone.astimezone(LONDON).replace(tzinfo=None)


KINDS: dict[str, Callable[[Any], Values]] = {
    "text": text, "digits": digits, "integer": integer, "decimal": decimal, "square": square, "boolean": boolean,
    "offence": offence, "time": time,
}  # fmt: skip


# How systems write a date that is blank; a required column says then that it is.
DAYS_FOR_BLANK = [
    "0001-01-01",
    "1753-01-01",
    "1800-01-01",
    "1801-01-01",
    "1899-12-30",
    "1899-12-31",
    "1900-01-01",
    "9999-12-31",
]


def acceptable(cell: Any, kind: str, *, month_first: bool | None, day_one_1904: bool) -> Values:
    """What a cell of a kind may be in bronze."""
    if cell is UNREADABLE or "\ufffd" in str(cell):
        return NONE
    if kind not in ("date", "datetime"):
        return KINDS[kind](cell)
    moments = frozenset(
        None if value is not None and value.date().isoformat() in DAYS_FOR_BLANK else value
        for value in moment(cell, month_first=month_first, day_one_1904=day_one_1904)
    )
    return frozenset(day_of(value) for value in moments) if kind == "date" else moments


def day_of(value: datetime | None) -> date | None:
    return value.date() if value is not None else None


def person(cell: Any, *, is_nhs: bool) -> str | None:
    """One spelling of a person's number; nothing where it is nobody's or cannot be read."""
    if cell is UNREADABLE:
        return None
    read = re.sub(r"[\s\u00a0-]+", "", plain(cell)).upper().removesuffix(".0")
    if not is_nhs:
        return read or None
    if not re.fullmatch(r"\d{10}", read) or len(set(read)) == 1:
        return None
    check = 11 - sum(int(digit) * weight for digit, weight in zip(read, range(10, 1, -1), strict=False)) % 11
    return read if check % 11 == int(read[-1]) else None
