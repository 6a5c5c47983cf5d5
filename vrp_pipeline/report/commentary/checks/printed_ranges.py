"""The ranges that the publication gives for the numbers in a comparison.

A rounded or hidden count is a range of numbers; a number that is printed exactly is a range without width.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vrp_pipeline.report import words
from vrp_pipeline.report.commentary.checks.compared_names import ComparedNames, NotPrintedError
from vrp_pipeline.report.commentary.checks.ranges import HIDDEN, WITHHELD, Range, printed_as, sum_of
from vrp_pipeline.report.commentary.claims.comparison import Quantity
from vrp_pipeline.report.commentary.subjects.profile_parts import Group
from vrp_pipeline.report.commentary.subjects.subject import EVERYWHERE, WHOLE, Measure, Subject
from vrp_pipeline.report.content.comparators import OWN_AREA
from vrp_pipeline.report.content.protected import ProtectedFigure
from vrp_pipeline.report.content.rates import byar
from vrp_pipeline.report.protection.positions import PUBLIC_UNITS

_CLEARLY = re.compile(r"\b(?:clearly|significantly|statistically)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Field:
    """The competitors for a rank: their ranges by name, the measure and quantity, and the names said to lead."""

    ranges: Mapping[str, Range]
    about: str
    said: tuple[str, ...]


class PrintedRanges:
    """The printed numbers of what a comparison names."""

    def __init__(self, named: ComparedNames) -> None:
        self.named, self.claim, self.subjects = named, named.claim, named.subjects

    def fields(self) -> Iterator[Field]:
        """Yield the competitors for each measure and quantity that may be meant. Raises NotPrintedError."""
        if self.named.places(self.named.about):
            for measure in self.named.measures:
                for quantity in self.named.quantities():
                    yield Field(*self.districts(measure, quantity), said=self.named.places(self.named.about))
        elif months := self.named.months():
            yield Field(*self.by_month(), said=months)
        elif groups := self.named.groups(self.named.words):
            yield self._by_group(groups)
        elif kinds := [each for each in self.named.measures if each.breakdown == "tier"]:
            yield Field(*self.by_kind(kinds[0]), said=tuple(each.category for each in kinds))
        else:
            raise NotPrintedError("what it does not name: name the district, month, kind or group that is meant")

    def districts(self, measure: Measure, quantity: Quantity) -> tuple[dict[str, Range], str]:
        """Return the numbers of all districts, and the measure and quantity in words."""
        figures = self.subjects.figures(Subject((measure,), (EVERYWHERE,), self.named.about.ages))
        found = {
            figure.area_name or "": held
            for figure in figures
            if figure is not None and (held := self.range_of(figure, quantity)) is not None
        }
        if not found:
            raise NotPrintedError(
                f"districts by a {quantity.value} that this publication does not print of what is named"
            )
        named = next(figure for figure in figures if figure is not None)
        kind = f", {named.category}" if (named.breakdown or "all") != "all" else ""
        return found, f"{named.metric_name}{kind} by {quantity.value}"

    def by_month(self) -> tuple[dict[str, Range], str]:
        """Return the numbers of the months of the year, and what they are in words."""
        measure = self.named.measures[0]
        found = {
            words.month(figure.category or ""): held
            for figure in (*self.subjects.reading.figures, *self.subjects.reading.base_figures)
            if (figure.metric_id, figure.breakdown, figure.geography_level) == (measure.metric_id, "month", "force")
            and figure.financial_year == self.named.year
            and (held := self.range_of(figure, Quantity.NUMBER)) is not None
        }
        if not found or measure.breakdown != "all":
            raise NotPrintedError("months of something that this publication prints no months of")
        return found, "the months by number"

    def by_year(self) -> Field:
        """Return the own area's rates in the Home Office's tables for every year since the named one."""
        reading, first = self.subjects.reading, self.named.first_year() or ""
        found = {
            each.financial_year: Range(each.rate_per_1000, each.rate_per_1000)
            for each in reading.comparators
            if each.metric_id == self.named.measures[0].metric_id
            and each.comparator == OWN_AREA
            and first <= each.financial_year <= reading.financial_year
            and each.rate_per_1000 is not None
            and not each.break_reason
        }
        years = int(reading.financial_year[:4]) - int(first[:4]) + 1
        is_other = self.named.places(self.named.about) or self.claim.change or self.named.year != reading.financial_year
        if len(found) < years or is_other or not self.named.is_rate_of_all():
            raise NotPrintedError("years for which this publication does not print every rate")
        return Field(found, "the rates of the years", (reading.financial_year,))

    def _by_group(self, groups: tuple[Group, ...]) -> Field:
        ((unit, year),) = self.named.unit_and_year(groups[0].breakdown)
        others = self.subjects.parts.others(year, unit, groups[0].breakdown)
        inside = {category for group in groups for category in group.categories}
        competing = [*groups, *(each for each in others if not inside & set(each.categories))]
        ranges = {name_of(each): self.range_of_group(year, unit, each) for each in competing}
        return Field(
            ranges, f"{unit} by {groups[0].breakdown.replace('_', ' ')}", tuple(name_of(each) for each in groups)
        )

    def by_kind(self, measure: Measure) -> tuple[dict[str, Range], str]:
        """Return the numbers of the kinds of crime, and what they are in words."""
        found = {
            figure.category or "": held
            for figure in self.subjects.reading.breakdown(measure.metric_id, "force", "tier")
            if (held := self.range_of(figure, Quantity.NUMBER)) is not None
        }
        if len(found) < 2:
            raise NotPrintedError("kinds of something that this publication prints no kinds of")
        return found, "the kinds by number"

    def with_comparator(self, name: str) -> tuple[dict[str, Range], dict[str, Range]]:
        """Return the rates in the Home Office's tables of the own area, and of England or the most similar forces."""
        wanted = {each.metric_id for each in self.named.measures}
        rates = {
            each.comparator: Range(each.rate_per_1000, each.rate_per_1000)
            for each in self.subjects.reading.comparators
            if each.metric_id in wanted and each.financial_year == self.named.year and each.rate_per_1000 is not None
        }
        are_printed = {name, OWN_AREA} <= rates.keys()
        if self.named.places(self.named.left) or not are_printed or not self.named.is_rate_of_all():
            raise NotPrintedError(f"{name}, of which this publication prints no such rate beside it")
        return {OWN_AREA: rates[OWN_AREA]}, {name: rates[name]}

    def whole(self, measure: Measure, quantity: Quantity) -> dict[str, Range]:
        """Return the number of the whole area under its name."""
        (figure,) = self.subjects.figures(Subject((measure,), (WHOLE,)))
        held = self.range_of(figure, quantity) if figure is not None else None
        if figure is None or held is None:
            raise NotPrintedError("the whole area, for which no such number is printed")
        return {figure.area_name or "the whole area": held}

    def range_of_group(self, year: str, unit: str, group: Group) -> Range:
        """Return the number of a group of the profile."""
        values = [self.subjects.parts.value(year, unit, Group(group.breakdown, (each,))) for each in group.categories]
        return sum_of(map(self._of_count, values))

    def range_of(self, figure: ProtectedFigure, quantity: Quantity) -> Range | None:
        """Return the range of a figure by a quantity; None if the publication does not give it."""
        if not figure.is_known:
            # It competes, and its number is unknown.
            return None if quantity is Quantity.CHANGE else WITHHELD
        if quantity is Quantity.CHANGE:
            change = figure.change
            # An area that is said to lead must have a clear change.
            is_named = (figure.area_name or "").casefold() in self.named.places(self.named.about)
            is_told = change is not None and (change.direction != 0 or not is_named)
            return Range(change.percent, change.percent) if change is not None and is_told else None
        column = "value" if self.named.year == figure.financial_year else "base_value"
        value: float | None = getattr(figure, column)
        if value is None and not figure.hides(column):
            return None
        is_exact = value is not None and figure.unit in PUBLIC_UNITS
        held = Range(value or 0, value or 0) if is_exact else self._of_count(value)
        if _CLEARLY.search(self.named.words) and value:
            held = Range(*byar(value))
        if quantity is Quantity.NUMBER:
            return held
        residents = self.subjects.reading.residents.get(figure.key)
        return held.per(residents.people) if residents else None

    def _of_count(self, value: float | None) -> Range:
        """Return what a reader knows of a count from its printed number, or of a hidden one."""
        if value is not None:
            return printed_as(value)
        return WITHHELD if self.subjects.reading.disclosure.get("withheld") else HIDDEN


def name_of(group: Group) -> str:
    """Return the name of a group by its categories."""
    return " and ".join(group.categories)
