"""Month arithmetic: months as `YYYY-MM`, spans such as quarters and terms, and financial years.

Holds all adding, comparing and grouping of months. What a feed owes for a month is in `due_dates`.
"""

import re
from collections.abc import Sequence
from datetime import date

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def span_of(month: str, span_ends: Sequence[int]) -> list[str]:
    """Return the months of the quarter or term that contains `month`; without span ends only the month itself."""
    if not span_ends:
        return [month]
    end = next(
        number for number in range(month_number(month), month_number(month) + 12) if number % 12 + 1 in span_ends
    )
    start = next(number for number in range(end, end - 12, -1) if (number - 1) % 12 + 1 in span_ends)
    return months_between(month_of_number(start), month_of_number(end))


def months_between(first: str, last: str) -> list[str]:
    """Return the months from `first` to `last`, both included."""
    start, end = month_number(first), month_number(last)
    return [month_of_number(number) for number in range(start, end + 1)]


def first_day(month: str) -> date:
    """Return the first day of `month`; that of the month after is the day after its last."""
    return date(int(month[:4]), int(month[5:]), 1)


def month_after(month: str) -> str:
    """Return the month after `month`."""
    return month_of_number(month_number(month) + 1)


def april_before(month: str) -> str:
    """Return the April that begins the financial year of `month`."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year if number >= 4 else year - 1}-04"


def month_number(month: str) -> int:
    """Return the number of months since year 0, for subtraction and comparison."""
    return int(month[:4]) * 12 + int(month[5:]) - 1


def month_of_number(number: int) -> str:
    """Return the month `YYYY-MM` of a `month_number`."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def financial_year(month: str) -> str:
    """Return the financial year of a month: `2023-24` from April 2023 to March 2024."""
    start = int(april_before(month)[:4])
    return f"{start}-{(start + 1) % 100:02d}"


def months_of_year(financial_year: str) -> tuple[str, ...]:
    """Return the twelve months of '2023-24', from '2023-04' to '2024-03'."""
    start = int(financial_year[:4])
    return tuple(f"{start + (number < 4)}-{number:02}" for number in (*range(4, 13), *range(1, 4)))


def year_before(financial_year: str) -> str:
    """Return the previous financial year ('2022-23' for '2023-24'). Raises ValueError if the format is wrong."""
    start = int(financial_year[:4])
    if financial_year != f"{start}-{(start + 1) % 100:02}":
        raise ValueError(f"{financial_year!r} is not a financial year; write it like 2023-24.")
    return f"{start - 1}-{start % 100:02}"


def year_after(financial_year: str) -> str:
    """Return the next financial year ('2024-25' for '2023-24')."""
    start = int(financial_year[:4])
    return f"{start + 1}-{(start + 2) % 100:02}"
