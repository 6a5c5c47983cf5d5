"""Whether figures stand beside each other as a sentence says: districts, groups, kinds, months and years.

A rounded or hidden count is a range of numbers, so that a claim is true, untrue or left open by what is published.
"""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from vrp_pipeline.report import words
from vrp_pipeline.report.commentary import periods
from vrp_pipeline.report.commentary.comparisons import Comparison, Kind, Quantity, comparisons
from vrp_pipeline.report.commentary.profile_parts import Group
from vrp_pipeline.report.commentary.ranges import HIDDEN, WITHHELD, Range, numbers, printed_as, sum_of
from vrp_pipeline.report.commentary.subject_names import (
    ELSEWHERE,
    EVERYWHERE,
    HEADLINE,
    UNKNOWN,
    WHOLE,
    Marked,
    Measure,
    Subject,
)
from vrp_pipeline.report.commentary.subjects import Subjects
from vrp_pipeline.report.commentary.vocabulary import GENERAL
from vrp_pipeline.report.content.comparators import ENGLAND, OWN_AREA, SIMILAR
from vrp_pipeline.report.content.protected import ProtectedFigure
from vrp_pipeline.report.content.rates import byar
from vrp_pipeline.report.protection.positions import PUBLIC_UNITS

# How far a number may be from the multiple that is said of another: twice as many.
_TOLERANCE = 0.1
_NO_PLACES = (WHOLE, EVERYWHERE, ELSEWHERE)
_ALL_OTHERS = re.compile(
    r"\b(?:any|all|every|each)(?: of)?(?: the)? other\b|\b(?:anywhere|everywhere) else\b|\belsewhere\b", re.I
)
_OTHER_MONTHS = re.compile(r"\b(?:any|all|every|each|the)(?: of)?(?: the)? other months?\b", re.IGNORECASE)
_AS_A_WHOLE = re.compile(r"\b(?:averages?|overall|as a whole)\b", re.IGNORECASE)
_ENGLAND = re.compile(r"\bEngland\b(?! and Wales)|\bnational(?:ly)?\b", re.IGNORECASE)
_SIMILAR = re.compile(r"\b(?:most )?similar forces\b", re.IGNORECASE)
_CLEARLY = re.compile(r"\b(?:clearly|significantly|statistically)\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:combined|together|added up|between them|in total|taken as one|plus|jointly)\b", re.IGNORECASE
)
_PRONOUN = re.compile(r"\b(?:it|they|this|these|numbers?|figures?|rates?|levels?|totals?)\b", re.IGNORECASE)
_SINCE = re.compile(r"\bsince (20\d\d)\b", re.IGNORECASE)
REMEDY = "Say what the figures say, or leave the comparison out."


@dataclass(frozen=True)
class Field:
    """What is compared: the range of each by its name, of what and by what, and the names that are said to lead."""

    ranges: Mapping[str, Range]
    about: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """A comparison with the places of its words, and what is wrong with it, if anything is."""

    comparison: Comparison
    places: tuple[tuple[int, int], ...]
    wrong: str | None


class NotPrintedError(LookupError):
    """The publication prints nothing by which a comparison can be judged; the message says what is missing."""


def judged(marked: Marked, text: str, subjects: Subjects, before: Subject) -> Iterator[Judged]:
    """Yield the comparisons of figures in a text with marks; `before` is what the sentence before was about."""
    quantity, left = Quantity.NOT_SAID, ""
    for found, places in comparisons(text):
        comparison = found if found.quantity is not Quantity.NOT_SAID else replace(found, quantity=quantity)
        if found.kind is Kind.RANK and not marked.subject(found.clause).areas and _PRONOUN.search(found.clause):
            # Gosport has few crimes, but it has the highest rate.
            both = f"{left} {found.clause}"
            comparison = replace(comparison, clause=both, left=both)
        if found.kind is Kind.VERSUS and not marked.subject(found.left).areas:
            # A higher rate than Fareham, but fewer crimes than Havant.
            comparison = replace(comparison, left=f"{left} {found.left}")
        judge = _Judge(comparison, marked, subjects, before)
        if judge.is_of_no_figure:
            yield Judged(comparison, places, None)
            continue
        try:
            is_about_figures = judge.is_about_figures
        except NotPrintedError:  # it compares what no table has; `wrong` says so
            is_about_figures = True
        if is_about_figures:
            quantity, left = comparison.quantity, comparison.left
            yield Judged(comparison, places, judge.wrong())


class _Judge:
    """One comparison beside the figures."""

    def __init__(self, comparison: Comparison, marked: Marked, subjects: Subjects, before: Subject) -> None:
        self.claim, self.marked, self.subjects = comparison, marked, subjects
        self.about = marked.subject(comparison.clause)
        self.left, self.right = marked.subject(comparison.left), marked.subject(comparison.right)
        self.words = marked.in_words(comparison.clause)
        own = tuple(each for each in self.about.measures if not each.is_general) or self.about.measures
        self.before_measures = before.measures
        self.measures = own or before.measures or (Measure(HEADLINE),)
        self.is_of_before = bool(before.measures) and _PRONOUN.search(self.words) is not None
        self.year = self._year()

    @property
    def is_of_no_figure(self) -> bool:
        """Return whether the words compare something else, such as nightclubs, or tell how things go in general."""
        if not self.about.measures and (self.claim.of_others or self._is_bare_verb()):
            return True
        return self.claim.kind is not Kind.MAJORITY and self._is_general()

    @property
    def is_about_figures(self) -> bool:
        """Return whether anything is compared that figures may tell of."""
        if self.is_of_no_figure:
            return False
        if self.claim.not_understood:
            return bool(self.left.areas or self.right.areas or self._has_parts())
        if self.claim.kind is Kind.VERSUS:
            is_of_others = self._beside() and (self.about.measures or self.claim.quantity is Quantity.RATE)
            return bool(self.right.areas or is_of_others or self._sides())
        if self.claim.kind is Kind.MAJORITY and self.claim.limit in (0, 100):
            said = self.marked.in_words(self.claim.right)
            is_kind = any(measure.breakdown == "tier" for measure in self.right.measures)
            return bool(self._groups(said) or self._places(self.right) or is_kind)
        if self.claim.kind is Kind.MAJORITY:
            is_of_parts = self._has_parts() and bool(self.measures)
            return is_of_parts or (bool(self.about.measures) and not self.claim.is_loose)
        is_named = self.about.measures or self._places(self.about) or self.is_of_before or self._has_parts()
        is_named = is_named or any(periods.months(self.words))
        is_of_area = self.about.areas and self.claim.quantity is Quantity.NUMBER
        return bool(is_named or is_of_area or self.claim.quantity is Quantity.RATE)

    def _is_bare_verb(self) -> bool:
        """Return whether a verb that may be said of anything is said of no quantity either: Fareham matched Havant."""
        groups = self.claim.kind is Kind.VERSUS and self._groups(self.words)
        if self.before_measures:
            return False
        return self.claim.is_by_a_verb and self.claim.quantity is Quantity.NOT_SAID and not groups

    def _is_general(self) -> bool:
        """Return whether it tells of no place, month or group, but of how things go: the worst of it is preventable."""
        return GENERAL.search(self.words) is not None and not (
            self.about.areas or self.claim.over_years or self._has_parts() or any(periods.months(self.words))
        )

    def wrong(self) -> str | None:
        """Return what is wrong with the claim; None if the figures bear it out."""
        if self.claim.not_understood:
            return (
                f"it compares by '{self.claim.not_understood}', which this check does not understand. Write 'more"
                " than', 'fewer than', 'the highest' or 'most' with what is meant, or leave the comparison out."
            )
        try:
            if self.claim.over_years and self.claim.kind is Kind.RANK and self._first_year():
                return self._told([self._ranked(self._by_year())])
            if self.claim.over_years or self.year is None:
                raise NotPrintedError(
                    f"years other than {self.subjects.reading.base_year} and {self.subjects.reading.financial_year},"
                    " of which this publication prints no such number"
                )
            if self.claim.is_only:
                raise NotPrintedError("'only', which tells of every other district: say which leads, or its rank")
            if self.claim.is_vague:
                raise NotPrintedError("'one of' or 'among' those that lead, which names no rank: say which it has")
            if UNKNOWN in self.about.areas and not self._beside():
                raise NotPrintedError("a place that this publication has no figures of")
            return self._judged()
        except NotPrintedError as error:
            return f"its comparison cannot be judged, because it is of {error}. {REMEDY}"

    def _judged(self) -> str | None:
        if periods.SEASON.search(self.words):
            raise NotPrintedError("a season or part of the year, of which no number is printed: name the month")
        if self._months() and (self._places(self.about) or self._has_parts() or self._beside()):
            raise NotPrintedError("a month within another part")
        if self.claim.kind is Kind.MAJORITY:
            return self._majority()
        if self.claim.kind is Kind.VERSUS:
            return self._of_versus()
        answers = [self._ranked(field) for field in self._fields()]
        return self._told(answers)

    def _told(self, answers: list[tuple[bool | None, str]]) -> str | None:
        """Return what is wrong by what the figures say: by number and by rate, where the words say neither."""
        held = {is_so for is_so, _ in answers}
        said = " ".join(dict.fromkeys(text for _, text in answers))
        if held == {True}:
            return f"it compares otherwise than the figures. {said} {REMEDY}" if self.claim.is_denied else None
        if held == {False}:
            return None if self.claim.is_denied else f"it compares otherwise than the figures. {said} {REMEDY}"
        if True in held and False in held:
            return f"its comparison is true by one measure and untrue by another. {said} Say by which, number or rate."
        return f"its comparison is left open by the rounded and hidden numbers. {said} {REMEDY}"

    # What competes.

    def _fields(self) -> Iterator[Field]:
        if self._places(self.about):
            for measure in self.measures:
                for quantity in self._quantities():
                    yield Field(*self._districts(measure, quantity), said=self._places(self.about))
        elif months := self._months():
            yield Field(*self._by_month(), said=months)
        elif groups := self._groups(self.words):
            yield self._by_group(groups)
        elif kinds := [each for each in self.measures if each.breakdown == "tier"]:
            yield Field(*self._by_kind(kinds[0]), said=tuple(each.category for each in kinds))
        else:
            raise NotPrintedError("what it does not name: name the district, month, kind or group that is meant")

    def _quantities(self, *, is_added: bool = False) -> tuple[Quantity, ...]:
        """Return by what is compared; numbers that are added up are no rates."""
        said = self.claim.quantity
        if is_added and said is Quantity.NOT_SAID:
            return (Quantity.NUMBER,)
        return (Quantity.NUMBER, Quantity.RATE) if said is Quantity.NOT_SAID else (said,)

    def _districts(self, measure: Measure, quantity: Quantity) -> tuple[dict[str, Range], str]:
        figures = self.subjects.figures(Subject((measure,), (EVERYWHERE,), self.about.ages))
        found = {
            figure.area_name or "": held
            for figure in figures
            if figure is not None and (held := self._range(figure, quantity)) is not None
        }
        if not found:
            raise NotPrintedError(
                f"districts by a {quantity.value} that this publication does not print of what is named"
            )
        named = next(figure for figure in figures if figure is not None)
        kind = f", {named.category}" if (named.breakdown or "all") != "all" else ""
        return found, f"{named.metric_name}{kind} by {quantity.value}"

    def _by_month(self) -> tuple[dict[str, Range], str]:
        measure = self.measures[0]
        found = {
            words.month(figure.category or ""): held
            for figure in (*self.subjects.reading.figures, *self.subjects.reading.base_figures)
            if (figure.metric_id, figure.breakdown, figure.geography_level) == (measure.metric_id, "month", "force")
            and figure.financial_year == self.year
            and (held := self._range(figure, Quantity.NUMBER)) is not None
        }
        if not found or measure.breakdown != "all":
            raise NotPrintedError("months of something that this publication prints no months of")
        return found, "the months by number"

    def _by_year(self) -> Field:
        """Return the rates of the own area by the Home Office's tables, of every year since the one that is named."""
        reading, first = self.subjects.reading, self._first_year() or ""
        found = {
            each.financial_year: Range(each.rate_per_1000, each.rate_per_1000)
            for each in reading.comparators
            if each.metric_id == self.measures[0].metric_id
            and each.comparator == OWN_AREA
            and first <= each.financial_year <= reading.financial_year
            and each.rate_per_1000 is not None
            and not each.break_reason
        }
        years = int(reading.financial_year[:4]) - int(first[:4]) + 1
        is_other = self._places(self.about) or self.claim.change or self.year != reading.financial_year
        if len(found) < years or is_other or not self._is_rate_of_all():
            raise NotPrintedError("years of which this publication does not print every rate")
        return Field(found, "the rates of the years", (reading.financial_year,))

    def _first_year(self) -> str | None:
        """Return the first financial year that an extreme is said to hold since; None where none is named."""
        held = _SINCE.search(self.words)
        if held is None:
            return None
        return f"{held[1]}-{int(held[1]) % 100 + 1:02d}"

    def _by_group(self, groups: tuple[Group, ...]) -> Field:
        ((unit, year),) = self._unit_and_year(groups[0].breakdown)
        others = self.subjects.parts.others(year, unit, groups[0].breakdown)
        inside = {category for group in groups for category in group.categories}
        competing = [*groups, *(each for each in others if not inside & set(each.categories))]
        ranges = {_name(each): self._range_of_group(year, unit, each) for each in competing}
        return Field(
            ranges, f"{unit} by {groups[0].breakdown.replace('_', ' ')}", tuple(_name(each) for each in groups)
        )

    def _by_kind(self, measure: Measure) -> tuple[dict[str, Range], str]:
        found = {
            figure.category or "": held
            for figure in self.subjects.reading.breakdown(measure.metric_id, "force", "tier")
            if (held := self._range(figure, Quantity.NUMBER)) is not None
        }
        if len(found) < 2:
            raise NotPrintedError("kinds of something that this publication prints no kinds of")
        return found, "the kinds by number"

    # What is said of them.

    def _ranked(self, field: Field) -> tuple[bool | None, str]:
        leading = [name for name in field.ranges if name.casefold() in {each.casefold() for each in field.said}]
        if len(leading) < len(field.said):
            raise NotPrintedError("something of which no number is printed")
        if self.claim.top not in (0, len(leading)) or (self.claim.rank > 1 and len(leading) > 1):
            raise NotPrintedError("another number of names than it says")
        is_up = self.claim.is_most != (self.claim.change < 0)
        ways = {name: held if is_up else held.reversed() for name, held in field.ranges.items()}
        if self.claim.change:
            # The smallest fall is one of those that fell.
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
        if (beside := self._beside()) and not self._places(self.right):
            return self._told([self._compared(*self._with_comparator(beside), "their published rates")])
        answers = []
        for left, right, about in self._sides():
            answers.append(self._compared(left, right, about))
        if not answers:
            raise NotPrintedError("two things of which this publication does not print the same number")
        return self._told(answers)

    def _sides(self) -> list[tuple[dict[str, Range], dict[str, Range], str]]:
        """Return both sides of the comparison: of districts, else of groups, else of measures."""
        left, right = self._places(self.left), self._places(self.right)
        said = self.marked.in_words(self.claim.right)
        is_rest = _ALL_OTHERS.search(said) is not None or ELSEWHERE in self.right.areas
        is_whole = _AS_A_WHOLE.search(said) is not None or WHOLE in self.right.areas
        if left and (right or is_rest or is_whole):
            return list(self._districts_beside(left, right, is_whole=is_whole and not (right or is_rest)))
        if (early := self._months(self.marked.in_words(self.claim.left))) and not (left or right):
            held, about = self._by_month()
            late = self._months(said) or tuple(set(held) - set(early) if _OTHER_MONTHS.search(said) else ())
            if not {*early, *late} <= set(held):
                raise NotPrintedError("a month of which no number is printed")
            return [({m: held[m] for m in early}, {m: held[m] for m in late}, about)] if late else []
        ours, theirs = self._groups(self.marked.in_words(self.claim.left)), self._groups(said)
        if ours and theirs and ours[-1].breakdown == theirs[0].breakdown and ours[-1] != theirs[0]:
            ((unit, year),) = self._unit_and_year(ours[-1].breakdown)
            sides = ({_name(each): self._range_of_group(year, unit, each)} for each in (ours[-1], theirs[0]))
            first, second = sides
            return [(first, second, unit)]
        return list(self._measures_beside())

    def _districts_beside(
        self, left: tuple[str, ...], right: tuple[str, ...], *, is_whole: bool
    ) -> Iterator[tuple[dict[str, Range], dict[str, Range], str]]:
        said = self.claim.right
        is_added = any(_TOGETHER.search(self.marked.in_words(each)) for each in (self.claim.left, said))
        for measure in self.measures:
            for quantity in (Quantity.RATE,) if is_whole else self._quantities(is_added=is_added):
                held, about = self._districts(measure, quantity)
                ours = {name: each for name, each in held.items() if name.casefold() in left}
                theirs = {n: each for n, each in held.items() if n not in ours and (not right or n.casefold() in right)}
                if is_whole:
                    theirs = self._whole(measure, quantity)
                if len(ours) < len(left) or not theirs or (right and len(theirs) < len(right)):
                    raise NotPrintedError("a district of which no such number is printed")
                yield self._summed(ours, self.claim.left, quantity), self._summed(theirs, said, quantity), about

    def _summed(self, held: dict[str, Range], said: str, quantity: Quantity) -> dict[str, Range]:
        """Return the numbers of districts as one where a text adds them up: Gosport and Havant combined."""
        if len(held) < 2 or not _TOGETHER.search(self.marked.in_words(said)):
            return held
        if quantity is not Quantity.NUMBER:
            raise NotPrintedError(f"a {quantity.value} of several districts together: say by number")
        return {words.listed(list(held)): sum_of(held.values())}

    def _measures_beside(self) -> Iterator[tuple[dict[str, Range], dict[str, Range], str]]:
        if not (self.left.measures and self.right.measures) or self.left.measures[-1] == self.right.measures[0]:
            return
        areas = self.about.areas or (WHOLE,)
        both = [self.subjects.figures(Subject((m,), areas)) for m in (self.left.measures[-1], self.right.measures[0])]
        if any(figure is None for figures in both for figure in figures):
            return
        units = {figure.unit for figures in both for figure in figures if figure is not None}
        if len(units) > 1:
            return
        for ours, theirs in zip(*both, strict=True):
            first, second = (self._range(f, Quantity.NUMBER) for f in (ours, theirs) if f is not None)
            if ours and theirs and first and second:
                yield {_named(ours): first}, {_named(theirs): second}, "by number"

    def _compared(self, left: Mapping[str, Range], right: Mapping[str, Range], about: str) -> tuple[bool | None, str]:
        said = f"{about[:1].upper()}{about[1:]}: {numbers(left)}; {numbers(right, most=3)}."
        if self.claim.times:
            (first, *more), (second, *others) = left.values(), right.values()
            if more or others or not second.middle:
                raise NotPrintedError("a multiple of more than two")
            if first.is_hidden or second.is_hidden:
                # How many times it is would tell it.
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
        """Return whether two numbers are equal, or about so; None where rounding leaves it open."""
        if self.claim.is_about and not (first.is_hidden or second.is_hidden):
            return abs(first.middle - second.middle) <= _TOLERANCE * max(first.middle, second.middle)
        is_apart = first.is_above(second) or second.is_above(first)
        return False if is_apart else True if first == second and first.least == first.greatest else None

    def _is_up(self) -> bool:
        return self.claim.is_most != (self.claim.change < 0)

    def _majority(self) -> str | None:
        part, whole, said = self._part_and_whole()
        if not whole.least:
            raise NotPrintedError("a share of a number that is not printed")
        share = Range(100 * part.least / whole.greatest, 100 * part.greatest / whole.least)
        if self.claim.limit in (0, 100):
            # How rounded numbers add up tells of no share that it is exactly all or none.
            wanted = False if share.least > self.claim.limit or share.greatest < self.claim.limit else None
        else:
            is_so = share.is_above(Range(self.claim.limit, self.claim.limit))
            wanted = is_so if self.claim.is_most or is_so is None else not is_so
        return self._told([(wanted, f"{said} {share.least:.0f}%.")])

    def _part_and_whole(self) -> tuple[Range, Range, str]:
        """Return the numbers of a part and of its whole, and the part in words."""
        if groups := self._groups(self.words):
            ((unit, year),) = self._unit_and_year(groups[0].breakdown)
            known = [*self.subjects.parts.all_known(year, unit, groups[0].breakdown)]
            part = sum_of(self._range_of_group(year, unit, each) for each in groups)
            whole = sum_of(self._range_of_group(year, unit, each) for each in known)
            return part, whole, f"Of {unit}, {words.listed([_name(each) for each in groups])} are"
        measure = next((each for each in self.measures if each.breakdown != "tier"), Measure(HEADLINE))
        kinds = [each for each in self.measures if each.breakdown == "tier"]
        if places := self._places(self.about):
            held, about = self._districts(self.measures[0], Quantity.NUMBER)
            inside = [each for name, each in held.items() if name.casefold() in places]
            return (
                sum_of(inside),
                sum_of(self._whole(self.measures[0], Quantity.NUMBER).values()),
                f"Of {about}, they are",
            )
        if kinds and measure.metric_id == HEADLINE:
            held, _ = self._by_kind(kinds[0])
            inside = [each for name, each in held.items() if name in {kind.category for kind in kinds}]
            return sum_of(inside), sum_of(self._whole(measure, Quantity.NUMBER).values()), "Of all crimes, they are"
        raise NotPrintedError("most of something by a group that this publication does not print")

    # Where the numbers come from.

    def _whole(self, measure: Measure, quantity: Quantity) -> dict[str, Range]:
        (figure,) = self.subjects.figures(Subject((measure,), (WHOLE,)))
        held = self._range(figure, quantity) if figure is not None else None
        if figure is None or held is None:
            raise NotPrintedError("the whole area, of which no such number is printed")
        return {figure.area_name or "the whole area": held}

    def _range(self, figure: ProtectedFigure, quantity: Quantity) -> Range | None:
        """Return what is known of a figure by a quantity; None where the publication says nothing of it."""
        if not figure.is_known:
            # It competes, and nobody knows where it stands.
            return None if quantity is Quantity.CHANGE else WITHHELD
        if quantity is Quantity.CHANGE:
            change = figure.change
            # An area that is said to lead has a change only where it is clear.
            is_named = (figure.area_name or "").casefold() in self._places(self.about)
            is_told = change is not None and (change.direction != 0 or not is_named)
            return Range(change.percent, change.percent) if change is not None and is_told else None
        column = "value" if self.year == figure.financial_year else "base_value"
        value: float | None = getattr(figure, column)
        if value is None and not figure.hides(column):
            return None
        is_exact = value is not None and figure.unit in PUBLIC_UNITS
        held = Range(value or 0, value or 0) if is_exact else self._of_count(value)
        if _CLEARLY.search(self.words) and value:
            held = Range(*byar(value))
        if quantity is Quantity.NUMBER:
            return held
        residents = self.subjects.reading.residents.get(figure.key)
        return held.per(residents) if residents else None

    def _range_of_group(self, year: str, unit: str, group: Group) -> Range:
        values = [self.subjects.parts.value(year, unit, Group(group.breakdown, (each,))) for each in group.categories]
        return sum_of(map(self._of_count, values))

    def _of_count(self, value: float | None) -> Range:
        """Return what a reader knows of a count by its printed number, or of one that is hidden."""
        if value is not None:
            return printed_as(value)
        return WITHHELD if self.subjects.reading.disclosure.get("withheld") else HIDDEN

    def _with_comparator(self, name: str) -> tuple[dict[str, Range], dict[str, Range]]:
        """Return the rates of the Home Office's tables: of the own area and of England or the most similar forces."""
        wanted = {each.metric_id for each in self.measures}
        rates = {
            each.comparator: Range(each.rate_per_1000, each.rate_per_1000)
            for each in self.subjects.reading.comparators
            if each.metric_id in wanted and each.financial_year == self.year and each.rate_per_1000 is not None
        }
        if self._places(self.left) or name not in rates or OWN_AREA not in rates or not self._is_rate_of_all():
            raise NotPrintedError(f"{name}, of which this publication prints no such rate beside it")
        return {OWN_AREA: rates[OWN_AREA]}, {name: rates[name]}

    def _is_rate_of_all(self) -> bool:
        """Return whether it is of one measure as a whole, not by number: the tables of all forces have no other."""
        is_whole = len(self.measures) == 1 and self.measures[0].breakdown == "all" and not self.about.ages
        return is_whole and not self._has_parts() and self.claim.quantity is not Quantity.NUMBER

    def _beside(self) -> str | None:
        said = self.marked.in_words(self.claim.right)
        return ENGLAND if _ENGLAND.search(said) else SIMILAR if _SIMILAR.search(said) else None

    # What is named.

    def _places(self, subject: Subject) -> tuple[str, ...]:
        return tuple(each for each in subject.areas if each not in (*_NO_PLACES, UNKNOWN))

    def _groups(self, text: str) -> tuple[Group, ...]:
        return self.subjects.parts.named(text).of_one_breakdown

    def _has_parts(self) -> bool:
        return bool(self._groups(self.words))

    def _unit_and_year(self, breakdown: str) -> list[tuple[str, str]]:
        units = self.subjects.units(Subject(self.measures), self.subjects.parts.named(self.words).rest)
        found = [unit for unit in units if self.subjects.parts.has(unit, breakdown)]
        if len(found) != 1 or self._places(self.about):
            raise NotPrintedError("a group within another, or of neither crimes, victims nor suspects")
        return [(found[0], self.year or "")]

    def _months(self, text: str | None = None) -> tuple[str, ...]:
        """Return the months that a text names, by default all words of the claim, as April 2023."""
        start = int((self.year or "0")[:4])
        found = []
        for number, said in periods.months(self.words if text is None else text):
            year = start + (number < 4)
            if said not in (None, year):
                raise NotPrintedError("a month of another year")
            found.append(f"{calendar.month_name[number]} {year}")
        return tuple(found)

    def _year(self) -> str | None:
        """Return the financial year that is meant; None where another is named."""
        reading = self.subjects.reading
        named = periods.financial_years(self.words) or {reading.financial_year}
        known = named & {reading.financial_year, reading.base_year}
        return known.pop() if len(named) == 1 and known else None


def _name(group: Group) -> str:
    return " and ".join(group.categories)


def _named(figure: ProtectedFigure) -> str:
    kind = figure.category if (figure.breakdown or "all") != "all" else figure.metric_name
    return kind or ""


def _order(field: Field, ways: Mapping[str, Range], claim: Comparison) -> str:
    """Return who leads: Of Serious violence by rate, Southampton leads (16.1), then Portsmouth (14.0)."""
    first = sorted(ways, key=lambda name: (ways[name].is_hidden, -ways[name].middle))[: max(3, claim.rank)]
    end = "highest" if claim.is_most else "lowest"
    if claim.change:
        end = "largest" if claim.is_most else "smallest"
    return f"Of {field.about}, from the {end}: {numbers({name: field.ranges[name] for name in first})}."
