"""Small slices that are thin: fewer rows, in a month or in several together, than their own history scatters.

A hospital with a hundred rows a month that sends half of them stays within what a month may lack after chance
(`slice_extremes`), because small slices may scatter more than Poisson counts. Whether they do, the months before show,
most clearly those of all slices of a kind together; and what is chance in a month is none in a quarter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, median

from vrp_pipeline.validation.chance import BY_CHANCE, LEAST_CLEAR
from vrp_pipeline.validation.slices import Slices

SPANS = (1, 3, 6)
# With fewer months before, nobody knows how a slice scatters.
LEAST_BEFORE = 6
# A quarter of a season has fewer rows than the year's: not so many fewer than the thinnest quarter before [P].
OF_THINNEST = 0.8


@dataclass(frozen=True)
class Thin:
    """A slice with `rows` in the last `months`, this one included, where `usual` are usual in as many."""

    slicing: str
    label: str
    months: int
    rows: int
    usual: float


def thin(slices: Slices, before: Sequence[Slices], least: float) -> Iterator[Thin]:
    """Yield the slices that are thin, each with the span in which it is thinnest.

    `before` are the months before in their order. The usual rows of a span are the median month of those before it,
    scaled to its length; at least `least` of them, and in a month fewer than `chance.LEAST_CLEAR`. The rows of each
    month and of the span lie below, by more than chance explains where rows scatter as they did, and those of a
    longer span below what any before it had. Chance is that of all slices and spans together.
    """
    counts = {
        (slicing, label): [past[slicing].get(label, 0) for past in before] + [slices[slicing].get(label, 0)]
        for slicing in slices
        if all(slicing in past for past in before)
        for label in {label for past in before for label in past[slicing]}
    }
    by_chance = BY_CHANCE / (2 * len(SPANS) * max(len(counts), 1))
    reach = NormalDist().inv_cdf(1 - by_chance)
    for slicing in slices:
        of_slicing = {label: rows for (other, label), rows in counts.items() if other == slicing}
        for label, rows in sorted(of_slicing.items()):
            found = [
                Thin(slicing, label, months, sum(rows[-months:]), months * median(rows[:-months]))
                for months in SPANS
                if len(rows) - months >= LEAST_BEFORE
                and _is_thin(rows, months, least, reach)
                and _is_thin(rows, months, least, reach, _scatter([rows], months)[0])
                and _is_thin(rows, months, least, *_of_kind([*of_slicing.values()], months, by_chance))
            ]
            if found:
                yield min(found, key=lambda each: each.rows / each.usual)


def _of_kind(slices: Sequence[Sequence[int]], months: int, by_chance: float) -> tuple[float, float]:
    """Return how far chance leads where the scatter is known from these slices only (Student's t), and that scatter."""
    from scipy.special import stdtrit

    scatter, freedom = _scatter(slices, months)
    return float(stdtrit(max(freedom, 1), 1 - by_chance)), scatter


def _is_thin(rows: Sequence[int], months: int, least: float, reach: float, scatter: float = 1.0) -> bool:
    """Return whether the last `months` of a slice's rows lie below the others by more than chance explains.

    `scatter` is how many times more than Poisson counts rows scatter; less than once is chance.
    """
    earlier, span = rows[:-months], rows[-months:]
    usual = median(earlier)
    expected = months * usual
    # In a longer span each month is clearly below: one that was recoded makes none of those after it thin.
    most = usual if months == 1 else OF_THINNEST * usual
    if expected < least or usual >= LEAST_CLEAR or max(span) >= most:
        return False
    if expected - sum(span) <= reach * sqrt(max(1.0, scatter) * expected * (1 + months / len(earlier))):
        return False
    sums = [sum(earlier[place : place + months]) for place in range(len(earlier) - months + 1)]
    return months == 1 or sum(span) < OF_THINNEST * min(sums)


def _scatter(slices: Sequence[Sequence[int]], months: int) -> tuple[float, int]:
    """Return how many times more than Poisson counts the months before a span scatter, and the degrees of freedom."""
    squares, freedom = 0.0, 0
    for rows in slices:
        earlier = rows[:-months]
        middle = sum(earlier) / len(earlier)
        if middle:
            squares += sum((each - middle) ** 2 for each in earlier) / middle
            freedom += len(earlier) - 1
    return (squares / freedom if freedom else 1.0), freedom
