"""Periods: the time that a delivery covers, how its rows tell it, and how often the agency delivers."""

from dataclasses import dataclass
from enum import StrEnum


class Cadence(StrEnum):
    """How often the agency delivers."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    AS_ENTERED = "as entered"
    QUARTERLY = "quarterly"
    TERMLY = "termly"
    YEARLY = "yearly"


@dataclass(frozen=True)
class MonthOf:
    """A row belongs to the month of column `column`; a delivery restates at most `restates` whole spans.

    A span is a month or, where `span_ends` lists the last months (1 to 12) of quarters or terms, all months up to
    such an end: a quarter's return covers its three months, including those without a row. With `from_april` the
    delivery is a log of the year to date: it covers every month since the April before its newest row, including
    those without a row. A document that names its month under the key `document_month` covers that month alone, and
    proves a month without records (a nil return).
    """

    column: str
    restates: int = 1
    from_april: bool = False
    span_ends: tuple[int, ...] = ()
    document_month: str | None = None


@dataclass(frozen=True)
class MonthOfMember:
    """A row belongs to the month named by the zip member that holds it; only delivered members are covered.

    Rows that tell otherwise are put aside: those whose `month_column` (YYYY-MM) names another month, and those in
    which one of the `force_columns` names none of `forces`.
    """

    month_column: str | None = None
    force_columns: tuple[str, ...] = ()
    forces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edition:
    """A delivery of one edition (a year), not of months.

    The year is read from the headings, from an element or key of the document (`Message/Header/…/Year`) or, where
    the content has none, from the file name. The pattern's one group matches two or four digits.
    A return that `covers_financial_year` covers the twelve months up to March of its year. The date at
    `reference_date`, an element like that of the year, lies in the edition, and the date column `dates` has dates in
    it and hardly any after its end: a return whose header holds another year contradicts them.
    """

    heading: str | None = None
    element: str | None = None
    file_name: str | None = None
    covers_financial_year: bool = False
    reference_date: str | None = None
    dates: str | None = None


Period = MonthOf | MonthOfMember | Edition
