"""What a comparison names: places, groups, months and years, the measures, and the comparator.

Read from its words alone; `compared_figures` judges whether the figures support it.
"""

import calendar
import re

from vrp_pipeline.report.commentary.claims import periods
from vrp_pipeline.report.commentary.claims.comparison import Comparison, Kind, Quantity
from vrp_pipeline.report.commentary.claims.vocabulary import GENERAL
from vrp_pipeline.report.commentary.subjects.printed_numbers import Subjects
from vrp_pipeline.report.commentary.subjects.profile_parts import Group
from vrp_pipeline.report.commentary.subjects.subject import (
    ELSEWHERE,
    EVERYWHERE,
    HEADLINE,
    UNKNOWN,
    WHOLE,
    Marked,
    Measure,
    Subject,
)
from vrp_pipeline.report.content.comparators import ENGLAND, SIMILAR

_NO_PLACES = (WHOLE, EVERYWHERE, ELSEWHERE)
PRONOUN = re.compile(r"\b(?:it|they|this|these|numbers?|figures?|rates?|levels?|totals?)\b", re.IGNORECASE)
_ENGLAND = re.compile(r"\bEngland\b(?! and Wales)|\bnational(?:ly)?\b", re.IGNORECASE)
_SIMILAR = re.compile(r"\b(?:most )?similar forces\b", re.IGNORECASE)
_SINCE = re.compile(r"\bsince (20\d\d)\b", re.IGNORECASE)


class NotPrintedError(LookupError):
    """The publication prints no numbers to judge a comparison by; the message says what is missing."""


class ComparedNames:
    """The words of one comparison, and what they name."""

    def __init__(self, comparison: Comparison, marked: Marked, subjects: Subjects, before: Subject) -> None:
        self.claim, self.marked, self.subjects = comparison, marked, subjects
        self.about = marked.subject(comparison.clause)
        self.left, self.right = marked.subject(comparison.left), marked.subject(comparison.right)
        self.words = marked.in_words(comparison.clause)
        own = tuple(each for each in self.about.measures if not each.is_general) or self.about.measures
        self.before_measures = before.measures
        self.measures = own or before.measures or (Measure(HEADLINE),)
        self.is_of_before = bool(before.measures) and PRONOUN.search(self.words) is not None
        self.year = self._year_meant()

    @property
    def is_of_no_figure(self) -> bool:
        """Return whether the words compare something else, such as nightclubs, or state a general truth."""
        if not self.about.measures and (self.claim.of_others or self._is_bare_verb()):
            return True
        return self.claim.kind is not Kind.MAJORITY and self._is_general()

    def _is_bare_verb(self) -> bool:
        """Return whether a verb that fits anything comes without a quantity: Fareham matched Havant."""
        groups = self.claim.kind is Kind.VERSUS and self.groups(self.words)
        if self.before_measures:
            return False
        return self.claim.is_by_a_verb and self.claim.quantity is Quantity.NOT_SAID and not groups

    def _is_general(self) -> bool:
        """Return whether it states a general truth, of no place, month or group: the worst of it is preventable."""
        return GENERAL.search(self.words) is not None and not (
            self.about.areas or self.claim.over_years or self.has_parts() or any(periods.months(self.words))
        )

    def places(self, subject: Subject) -> tuple[str, ...]:
        """Return the districts of a subject."""
        return tuple(each for each in subject.areas if each not in (*_NO_PLACES, UNKNOWN))

    def groups(self, text: str) -> tuple[Group, ...]:
        """Return the groups of the profile that a text names."""
        return self.subjects.parts.named(text).of_one_breakdown

    def has_parts(self) -> bool:
        """Return whether a group of the profile is named."""
        return bool(self.groups(self.words))

    def unit_and_year(self, breakdown: str) -> list[tuple[str, str]]:
        """Return the unit (crimes, victims, suspects) and year of the groups of a breakdown.

        Raises NotPrintedError if there are several units, or for groups within a district.
        """
        units = self.subjects.units(Subject(self.measures), self.subjects.parts.named(self.words).rest)
        found = [unit for unit in units if self.subjects.parts.has(unit, breakdown)]
        if len(found) != 1 or self.places(self.about):
            raise NotPrintedError("a group within another, or of neither crimes, victims nor suspects")
        return [(found[0], self.year or "")]

    def months(self, text: str | None = None) -> tuple[str, ...]:
        """Return the months that a text names, as April 2023; by default the whole claim."""
        start = int((self.year or "0")[:4])
        found = []
        for number, said in periods.months(self.words if text is None else text):
            year = start + (number < 4)
            if said not in (None, year):
                raise NotPrintedError("a month of another year")
            found.append(f"{calendar.month_name[number]} {year}")
        return tuple(found)

    def beside(self) -> str | None:
        """Return the comparator that is named, England or the most similar forces; None if neither is."""
        said = self.marked.in_words(self.claim.right)
        return ENGLAND if _ENGLAND.search(said) else SIMILAR if _SIMILAR.search(said) else None

    def is_rate_of_all(self) -> bool:
        """Return whether it compares the rate of one whole measure, which is all that the tables of all forces have."""
        is_whole = len(self.measures) == 1 and self.measures[0].breakdown == "all" and not self.about.ages
        return is_whole and not self.has_parts() and self.claim.quantity is not Quantity.NUMBER

    def quantities(self, *, is_added: bool = False) -> tuple[Quantity, ...]:
        """Return the quantities compared by; added-up numbers are not rates."""
        said = self.claim.quantity
        if is_added and said is Quantity.NOT_SAID:
            return (Quantity.NUMBER,)
        return (Quantity.NUMBER, Quantity.RATE) if said is Quantity.NOT_SAID else (said,)

    def first_year(self) -> str | None:
        """Return the first financial year of the period of an extreme; None if none is named."""
        held = _SINCE.search(self.words)
        if held is None:
            return None
        return f"{held[1]}-{int(held[1]) % 100 + 1:02d}"

    def _year_meant(self) -> str | None:
        """Return the financial year that is meant; None if it is not one of the two that are published."""
        reading = self.subjects.reading
        named = periods.financial_years(self.words) or {reading.financial_year}
        known = named & {reading.financial_year, reading.base_year}
        return known.pop() if len(named) == 1 and known else None
