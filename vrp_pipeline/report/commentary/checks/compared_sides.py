"""The two sides of a comparison: the numbers compared with each other, or a part compared with its whole."""

import re
from collections.abc import Iterator

from vrp_pipeline.report import words
from vrp_pipeline.report.commentary.checks.compared_names import ComparedNames, NotPrintedError
from vrp_pipeline.report.commentary.checks.printed_ranges import PrintedRanges, name_of
from vrp_pipeline.report.commentary.checks.ranges import Range, sum_of
from vrp_pipeline.report.commentary.claims.comparison import Quantity
from vrp_pipeline.report.commentary.subjects.subject import ELSEWHERE, HEADLINE, WHOLE, Measure, Subject
from vrp_pipeline.report.content.protected import ProtectedFigure

_ALL_OTHERS = re.compile(
    r"\b(?:any|all|every|each)(?: of)?(?: the)? other\b|\b(?:anywhere|everywhere) else\b|\belsewhere\b", re.I
)
_OTHER_MONTHS = re.compile(r"\b(?:any|all|every|each|the)(?: of)?(?: the)? other months?\b", re.IGNORECASE)
_AS_A_WHOLE = re.compile(r"\b(?:averages?|overall|as a whole)\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:combined|together|added up|between them|in total|taken as one|plus|jointly)\b", re.IGNORECASE
)


class ComparedSides:
    """The two sides of one comparison."""

    def __init__(self, named: ComparedNames, printed: PrintedRanges) -> None:
        self.named, self.printed, self.claim, self.subjects = named, printed, named.claim, named.subjects

    def both(self) -> list[tuple[dict[str, Range], dict[str, Range], str]]:
        """Return both sides of the comparison: districts, else months, groups or measures."""
        left, right = self.named.places(self.named.left), self.named.places(self.named.right)
        said = self.named.marked.in_words(self.claim.right)
        is_rest = _ALL_OTHERS.search(said) is not None or ELSEWHERE in self.named.right.areas
        is_whole = _AS_A_WHOLE.search(said) is not None or WHOLE in self.named.right.areas
        if left and (right or is_rest or is_whole):
            return list(self._districts_beside(left, right, is_whole=is_whole and not (right or is_rest)))
        if (early := self.named.months(self.named.marked.in_words(self.claim.left))) and not (left or right):
            held, about = self.printed.by_month()
            late = self.named.months(said)
            if not late and _OTHER_MONTHS.search(said):
                late = tuple(month for month in held if month not in early)
            if not {*early, *late} <= set(held):
                raise NotPrintedError("a month for which no number is printed")
            return [({m: held[m] for m in early}, {m: held[m] for m in late}, about)] if late else []
        ours, theirs = self.named.groups(self.named.marked.in_words(self.claim.left)), self.named.groups(said)
        if ours and theirs and ours[-1].breakdown == theirs[0].breakdown and ours[-1] != theirs[0]:
            ((unit, year),) = self.named.unit_and_year(ours[-1].breakdown)
            sides = ({name_of(each): self.printed.range_of_group(year, unit, each)} for each in (ours[-1], theirs[0]))
            first, second = sides
            return [(first, second, unit)]
        return list(self._measures_beside())

    def _districts_beside(
        self, left: tuple[str, ...], right: tuple[str, ...], *, is_whole: bool
    ) -> Iterator[tuple[dict[str, Range], dict[str, Range], str]]:
        said = self.claim.right
        is_added = any(_TOGETHER.search(self.named.marked.in_words(each)) for each in (self.claim.left, said))
        for measure in self.named.measures:
            for quantity in (Quantity.RATE,) if is_whole else self.named.quantities(is_added=is_added):
                held, about = self.printed.districts(measure, quantity)
                ours = {name: each for name, each in held.items() if name.casefold() in left}
                theirs = {n: each for n, each in held.items() if n not in ours and (not right or n.casefold() in right)}
                if is_whole:
                    theirs = self.printed.whole(measure, quantity)
                if len(ours) < len(left) or not theirs or (right and len(theirs) < len(right)):
                    raise NotPrintedError("a district for which no such number is printed")
                yield self._summed(ours, self.claim.left, quantity), self._summed(theirs, said, quantity), about

    def _summed(self, held: dict[str, Range], said: str, quantity: Quantity) -> dict[str, Range]:
        """Return the sum of the numbers of districts if a text adds them up: Gosport and Havant combined."""
        if len(held) < 2 or not _TOGETHER.search(self.named.marked.in_words(said)):
            return held
        if quantity is not Quantity.NUMBER:
            raise NotPrintedError(f"a {quantity.value} of several districts together: say by number")
        return {words.listed(list(held)): sum_of(held.values())}

    def _measures_beside(self) -> Iterator[tuple[dict[str, Range], dict[str, Range], str]]:
        left, right = self.named.left.measures, self.named.right.measures
        if not (left and right) or left[-1] == right[0]:
            return
        areas = self.named.about.areas or (WHOLE,)
        both = [self.subjects.figures(Subject((m,), areas)) for m in (left[-1], right[0])]
        if any(figure is None for figures in both for figure in figures):
            return
        units = {figure.unit for figures in both for figure in figures if figure is not None}
        if len(units) > 1:
            return
        for ours, theirs in zip(*both, strict=True):
            first, second = (self.printed.range_of(f, Quantity.NUMBER) for f in (ours, theirs) if f is not None)
            if ours and theirs and first and second:
                yield {_named(ours): first}, {_named(theirs): second}, "by number"

    def part_and_whole(self) -> tuple[Range, Range, str]:
        """Return the numbers of a part and its whole, and the part in words."""
        if groups := self.named.groups(self.named.words):
            ((unit, year),) = self.named.unit_and_year(groups[0].breakdown)
            known = [*self.subjects.parts.all_known(year, unit, groups[0].breakdown)]
            part = sum_of(self.printed.range_of_group(year, unit, each) for each in groups)
            whole = sum_of(self.printed.range_of_group(year, unit, each) for each in known)
            return part, whole, f"Of {unit}, {words.listed([name_of(each) for each in groups])} are"
        measure = next((each for each in self.named.measures if each.breakdown != "tier"), Measure(HEADLINE))
        kinds = [each for each in self.named.measures if each.breakdown == "tier"]
        if places := self.named.places(self.named.about):
            held, about = self.printed.districts(self.named.measures[0], Quantity.NUMBER)
            inside = [each for name, each in held.items() if name.casefold() in places]
            return (
                sum_of(inside),
                sum_of(self.printed.whole(self.named.measures[0], Quantity.NUMBER).values()),
                f"Of {about}, they are",
            )
        if kinds and measure.metric_id == HEADLINE:
            held, _ = self.printed.by_kind(kinds[0])
            inside = [each for name, each in held.items() if name in {kind.category for kind in kinds}]
            whole = sum_of(self.printed.whole(measure, Quantity.NUMBER).values())
            return sum_of(inside), whole, "Of all crimes, they are"
        raise NotPrintedError("most of something by a group that this publication does not print")


def _named(figure: ProtectedFigure) -> str:
    kind = figure.category if (figure.breakdown or "all") != "all" else figure.metric_name
    return kind or ""
