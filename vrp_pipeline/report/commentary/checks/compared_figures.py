"""Whether figures compare as a sentence says: districts, groups, kinds, months and years.

A rounded or hidden count is a range of numbers, so published numbers make a claim true, false or undecided.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from vrp_pipeline.report.commentary.checks.compared_names import PRONOUN, ComparedNames, NotPrintedError
from vrp_pipeline.report.commentary.checks.compared_sides import ComparedSides
from vrp_pipeline.report.commentary.checks.printed_ranges import Field, PrintedRanges
from vrp_pipeline.report.commentary.checks.ranges import Range, numbers
from vrp_pipeline.report.commentary.claims import periods
from vrp_pipeline.report.commentary.claims.comparison import Comparison, Kind, Quantity
from vrp_pipeline.report.commentary.claims.comparisons import comparisons
from vrp_pipeline.report.commentary.subjects.printed_numbers import Subjects
from vrp_pipeline.report.commentary.subjects.subject import UNKNOWN, Marked, Subject

# Relative tolerance of a multiple, such as twice as many.
_TOLERANCE = 0.1
REMEDY = "Say what the figures say, or leave the comparison out."


@dataclass(frozen=True)
class Judged:
    """A comparison with the positions of its words, and what is wrong with it, if anything."""

    comparison: Comparison
    places: tuple[tuple[int, int], ...]
    wrong: str | None


def judged(marked: Marked, text: str, subjects: Subjects, before: Subject) -> Iterator[Judged]:
    """Yield the comparisons of figures in a marked text; `before` is the subject of the previous sentence."""
    quantity, left = Quantity.NOT_SAID, ""
    for found, places in comparisons(text):
        comparison = found if found.quantity is not Quantity.NOT_SAID else replace(found, quantity=quantity)
        if found.kind is Kind.RANK and not marked.subject(found.clause).areas and PRONOUN.search(found.clause):
            # Gosport has few crimes, but it has the highest rate.
            both = f"{left} {found.clause}"
            comparison = replace(comparison, clause=both, left=both)
        if found.kind is Kind.VERSUS and not marked.subject(found.left).areas:
            # A higher rate than Fareham, but fewer crimes than Havant.
            comparison = replace(comparison, left=f"{left} {found.left}")
        judge = _Judge(ComparedNames(comparison, marked, subjects, before))
        if judge.named.is_of_no_figure:
            yield Judged(comparison, places, None)
            continue
        try:
            is_about_figures = judge.is_about_figures
        except NotPrintedError:  # no table has what it compares, which `wrong` reports
            is_about_figures = True
        if is_about_figures:
            quantity, left = comparison.quantity, comparison.left
            yield Judged(comparison, places, judge.wrong())


class _Judge:
    """One comparison, judged by the figures."""

    def __init__(self, named: ComparedNames) -> None:
        self.named, self.claim, self.subjects = named, named.claim, named.subjects
        self.printed = PrintedRanges(named)
        self.sides = ComparedSides(named, self.printed)

    @property
    def is_about_figures(self) -> bool:
        """Return whether the comparison is about something that figures may describe."""
        if self.named.is_of_no_figure:
            return False
        if self.claim.not_understood:
            return bool(self.named.left.areas or self.named.right.areas or self.named.has_parts())
        if self.claim.kind is Kind.VERSUS:
            is_of_others = self.named.beside() and (self.named.about.measures or self.claim.quantity is Quantity.RATE)
            return bool(self.named.right.areas or is_of_others or self.sides.both())
        if self.claim.kind is Kind.MAJORITY and self.claim.limit in (0, 100):
            said = self.named.marked.in_words(self.claim.right)
            is_kind = any(measure.breakdown == "tier" for measure in self.named.right.measures)
            return bool(self.named.groups(said) or self.named.places(self.named.right) or is_kind)
        if self.claim.kind is Kind.MAJORITY:
            is_of_parts = self.named.has_parts() and bool(self.named.measures)
            return is_of_parts or (bool(self.named.about.measures) and not self.claim.is_loose)
        is_named = self.named.about.measures or self.named.places(self.named.about) or self.named.is_of_before
        is_named = is_named or self.named.has_parts() or any(periods.months(self.named.words))
        is_of_area = self.named.about.areas and self.claim.quantity is Quantity.NUMBER
        return bool(is_named or is_of_area or self.claim.quantity is Quantity.RATE)

    def wrong(self) -> str | None:
        """Return what is wrong with the claim; None if the figures support it."""
        if self.claim.not_understood:
            return (
                f"it compares by '{self.claim.not_understood}', which this check does not understand. Write 'more"
                " than', 'fewer than', 'the highest' or 'most' with what is meant, or leave the comparison out."
            )
        try:
            if self.claim.over_years and self.claim.kind is Kind.RANK and self.named.first_year():
                return self._told([self._ranked(self.printed.by_year())])
            if self.claim.over_years or self.named.year is None:
                raise NotPrintedError(
                    f"years other than {self.subjects.reading.base_year} and {self.subjects.reading.financial_year},"
                    " of which this publication prints no such number"
                )
            if self.claim.is_only:
                raise NotPrintedError("'only', which is also about every other district: say which leads, or its rank")
            if self.claim.is_vague:
                raise NotPrintedError("'one of' or 'among' those that lead, which names no rank: say which it has")
            if UNKNOWN in self.named.about.areas and not self.named.beside():
                raise NotPrintedError("a place that this publication has no figures of")
            return self._judged()
        except NotPrintedError as error:
            return f"its comparison cannot be judged, because it is of {error}. {REMEDY}"

    def _judged(self) -> str | None:
        if periods.SEASON.search(self.named.words):
            raise NotPrintedError("a season or part of the year, for which no number is printed: name the month")
        is_of_part = self.named.places(self.named.about) or self.named.has_parts() or self.named.beside()
        if self.named.months() and is_of_part:
            raise NotPrintedError("a month within another part")
        if self.claim.kind is Kind.MAJORITY:
            return self._majority()
        if self.claim.kind is Kind.VERSUS:
            return self._of_versus()
        answers = [self._ranked(field) for field in self.printed.fields()]
        return self._told(answers)

    def _told(self, answers: list[tuple[bool | None, str]]) -> str | None:
        """Return what is wrong according to the figures: by number and by rate, if the words specify neither."""
        held = {is_so for is_so, _ in answers}
        said = " ".join(dict.fromkeys(text for _, text in answers))
        if held == {True}:
            return f"it compares otherwise than the figures. {said} {REMEDY}" if self.claim.is_denied else None
        if held == {False}:
            return None if self.claim.is_denied else f"it compares otherwise than the figures. {said} {REMEDY}"
        if True in held and False in held:
            return f"its comparison is true by one measure and untrue by another. {said} Say by which, number or rate."
        return f"its comparison is left open by the rounded and hidden numbers. {said} {REMEDY}"

    def _ranked(self, field: Field) -> tuple[bool | None, str]:
        leading = [name for name in field.ranges if name.casefold() in {each.casefold() for each in field.said}]
        if len(leading) < len(field.said):
            raise NotPrintedError("something for which no number is printed")
        if self.claim.top not in (0, len(leading)) or (self.claim.rank > 1 and len(leading) > 1):
            raise NotPrintedError("another number of names than it says")
        is_up = self.claim.is_most != (self.claim.change < 0)
        ways = {name: held if is_up else held.reversed() for name, held in field.ranges.items()}
        if self.claim.change:
            # Only figures that fell compete for the smallest fall.
            ways = {
                n: held for n, held in ways.items() if n in leading or (field.ranges[n].least * self.claim.change > 0)
            }
        others = [name for name in ways if name not in leading]
        answers = []
        for name in leading:
            above = [ways[other].is_above(ways[name]) for other in others]
            ahead, behind, wanted = above.count(True), above.count(False), self.claim.rank - 1
            is_so = True if (ahead, behind) == (wanted, len(others) - wanted) else None
            answers.append(False if ahead > wanted or behind > len(others) - wanted else is_so)
        is_so = all(answers) if None not in answers else (False if False in answers else None)
        return is_so, _order(field, ways, self.claim)

    def _of_versus(self) -> str | None:
        if (beside := self.named.beside()) and not self.named.places(self.named.right):
            return self._told([self._compared(*self.printed.with_comparator(beside), "their published rates")])
        answers = []
        for left, right, about in self.sides.both():
            answers.append(self._compared(left, right, about))
        if not answers:
            raise NotPrintedError("two things for which this publication does not print the same number")
        return self._told(answers)

    def _compared(self, left: Mapping[str, Range], right: Mapping[str, Range], about: str) -> tuple[bool | None, str]:
        said = f"{about[:1].upper()}{about[1:]}: {numbers(left)}; {numbers(right, most=3)}."
        if self.claim.times:
            (first, *more), (second, *others) = left.values(), right.values()
            if more or others or not second.middle:
                raise NotPrintedError("a multiple of more than two")
            if first.is_hidden or second.is_hidden:
                # The multiple would disclose it.
                raise NotPrintedError("a multiple of a number that is not printed")
            if self.claim.is_at_least:
                return first.is_above(Range(self.claim.times * second.least, self.claim.times * second.greatest)), said
            return abs(first.middle / second.middle - self.claim.times) <= _TOLERANCE * self.claim.times, said
        if self.claim.is_equal:
            answers = [self._is_equal(ours, theirs) for ours in left.values() for theirs in right.values()]
            return (False if False in answers else None if None in answers else True), said
        way: Callable[[Range], Range] = (lambda held: held) if self._is_up() else Range.reversed
        answers = [way(ours).is_above(way(theirs)) for ours in left.values() for theirs in right.values()]
        return (False if False in answers else None if None in answers else True), said

    def _is_equal(self, first: Range, second: Range) -> bool | None:
        """Return whether two numbers are equal, or about equal; None if rounding leaves it undecided."""
        if self.claim.is_about and not (first.is_hidden or second.is_hidden):
            return abs(first.middle - second.middle) <= _TOLERANCE * max(first.middle, second.middle)
        is_apart = first.is_above(second) or second.is_above(first)
        return False if is_apart else True if first == second and first.least == first.greatest else None

    def _is_up(self) -> bool:
        return self.claim.is_most != (self.claim.change < 0)

    def _majority(self) -> str | None:
        part, whole, said = self.sides.part_and_whole()
        if not whole.least:
            raise NotPrintedError("a share of a number that is not printed")
        share = Range(100 * part.least / whole.greatest, 100 * part.greatest / whole.least)
        if self.claim.limit in (0, 100):
            # Rounded numbers cannot show that a share is exactly all or none.
            wanted = False if share.least > self.claim.limit or share.greatest < self.claim.limit else None
        else:
            is_so = share.is_above(Range(self.claim.limit, self.claim.limit))
            wanted = is_so if self.claim.is_most or is_so is None else not is_so
        return self._told([(wanted, f"{said} {share.least:.0f}%.")])


def _order(field: Field, ways: Mapping[str, Range], claim: Comparison) -> str:
    """Return the order as text: Of Serious violence by rate, from the highest: Gosport (20.5), Portsmouth (15.0)."""
    first = sorted(ways, key=lambda name: (ways[name].is_hidden, -ways[name].middle))[: max(3, claim.rank)]
    end = "highest" if claim.is_most else "lowest"
    if claim.change:
        end = "largest" if claim.is_most else "smallest"
    return f"Of {field.about}, from the {end}: {numbers({name: field.ranges[name] for name in first})}."
