"""The slices of a month that are furthest below and above what is usual, all slices of the month considered together.

A month whose total and mix are usual may still have lost a tier of the definition, a district or a hospital. Which
shares of the usual rows are tolerated is in the suite.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, median

from vrp_pipeline.validation.chance import BY_CHANCE, allowing_for_chance, chance_of_none
from vrp_pipeline.validation.slice_spans import gone
from vrp_pipeline.validation.slices import Slices
from vrp_pipeline.validation.thin_slices import thin

# A slice is not too large while it has fewer rows than would be usual for one of this size, nor has one vanished that
# usually has fewer.
LEAST_USUAL = 20
# A slice that occurs for the first time is judged as if this share of the rows were usual: a new code is rare at first,
# while rows that a filter should have left out come in numbers [P].
NEW_SHARE = 0.02


@dataclass(frozen=True)
class Extreme:
    """A slice and how its rows compare with what is usual: `share` of the usual rows, considering chance."""

    name: str
    rows: int
    usual: float
    share: float


def extremes(slices: Slices, before: Sequence[Slices]) -> tuple[Extreme | None, Extreme | None]:
    """Return the slice furthest below and the slice furthest above its usual rows; None without history.

    The usual rows of a slice are the median of the months before, 0 where it did not occur. Its share is taken after
    chance (a Poisson count at the level of all slices together) is added for the lowest and taken off for the highest.
    Of many usual rows a difference beyond chance is clear, and only its own error is allowed for.
    A slice without any row is judged by how rarely chance leaves none: the normal approximation is too wide there.
    One too small to be missed in a month is missed in several (`slice_spans`), and one that is small and steady has
    no more of chance than its own months before (`thin_slices`).
    A slice that never occurred may be a new code, of which few rows are usual (`NEW_SHARE`). One that occurred in fewer
    than half of the months is not called too large.
    """
    usual = {
        (slicing, label): median(past[slicing].get(label, 0) for past in before if slicing in past)
        for slicing in slices
        if any(slicing in past for past in before)
        for label in {*slices[slicing], *(label for past in before for label in past.get(slicing, {}))}
    }
    judged = {name: rows for name, rows in usual.items() if rows > 0}
    # A month without any row is for the expectations on its volume: schools suspend nobody in August.
    if not judged or not any(sum(counts.values()) for counts in slices.values()):
        return None, None
    by_chance = BY_CHANCE / (2 * len(judged))
    reach = NormalDist().inv_cdf(1 - by_chance) * sqrt(1 + 1 / len(before))
    lowest, highest = [], []
    totals = {
        slicing: sum(expected for (other, _), expected in judged.items() if other == slicing) for slicing in slices
    }
    for slicing, label in usual.keys() - judged.keys():
        rows = slices[slicing].get(label, 0)
        if not any(past[slicing].get(label, 0) for past in before if slicing in past):
            few = max(NEW_SHARE * totals[slicing], LEAST_USUAL)
            highest.append(Extreme(f"{slicing} '{label}'", rows, 0.0, (rows - reach) / few))
    for (slicing, label), expected in judged.items():
        rows = slices[slicing].get(label, 0)
        most, fewest = allowing_for_chance(rows, expected, reach)
        named = f"{slicing} '{label}'"
        has_vanished = not rows and expected >= LEAST_USUAL and chance_of_none(expected, len(before)) < by_chance
        lowest.append(Extreme(named, rows, expected, 0.0 if has_vanished else most / expected))
        highest.append(Extreme(named, rows, expected, fewest / max(expected, LEAST_USUAL)))
    lowest += [
        Extreme(f"{each.slicing} '{each.label}' in {each.months} months", 0, each.usual, 0.0)
        for each in gone(slices, before, LEAST_USUAL)
    ]
    lowest += [
        Extreme(f"{each.slicing} '{each.label}'{_span(each.months)}", each.rows, each.usual, each.rows / each.usual)
        for each in thin(slices, before, LEAST_USUAL)
    ]
    return min(lowest, key=lambda each: (each.share, each.name)), max(highest, key=lambda each: (each.share, each.name))


def _span(months: int) -> str:
    return f" in {months} months" if months > 1 else ""


def slice_metrics(
    slices: Slices, before: Sequence[Slices], steady: Collection[str] = ()
) -> dict[str, float | str | None]:
    """Return the metrics of the two `extremes`: their shares (NaN without history), names, and rows in words.

    Those of the slicings named in `steady` are told once more by themselves.
    """
    metrics = _told(("smallest_slice", "largest_slice"), extremes(slices, before))
    if steady:
        among = [{name: month[name] for name in month.keys() & set(steady)} for month in (slices, *before)]
        metrics |= _told(("smallest_steady_slice", "largest_steady_slice"), extremes(among[0], among[1:]))
    return metrics


def _told(names: tuple[str, str], found: tuple[Extreme | None, Extreme | None]) -> dict[str, float | str | None]:
    metrics: dict[str, float | str | None] = {}
    for name, extreme in zip(names, found, strict=True):
        metrics |= {
            name: extreme.share if extreme else float("nan"),
            f"{name}_name": extreme.name if extreme else None,
            f"{name}_rows": f"{extreme.rows:,}" if extreme else None,
            f"{name}_usual": f"{extreme.usual:,.0f}" if extreme else None,
        }
    return metrics
