"""Rates per 1,000 residents and the place of a district among all, computed from protected counts.

The formulas are those of `dbt_project/macros/statistics`, which cites their sources; docs/methods.md#rates explains
them. They are applied again to protected counts, because a rate of true counts would disclose them. Limits and verdicts
hold for every count that is printed as this one. Districts with a hidden count are left out.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import false_discovery_control, norm

from vrp_pipeline.disclosure.rules import NHS, Shown
from vrp_pipeline.report.content.protected import SIGNIFICANCE, ProtectedFigure, ProtectedReading

NORMAL = 1.959963984540054  # 97.5 %
FEWEST_FOR_A_RATE, FEWEST_AREAS, FEWEST_EXPECTED, MOST_SCATTER = 10, 8, 5, 10
ABOVE, BELOW, AS_EXPECTED, TOO_SCATTERED = "above", "below", "as expected", "too scattered"


@dataclass(frozen=True)
class Funnel:
    """The position of an area: the count expected at the rate of all areas, its 95 % control limits, and the result."""

    expected: float
    lower: float
    upper: float
    position: str


@dataclass(frozen=True)
class Rate:
    """The count of an area per 1,000 residents with its 95 % limits; `funnel` is None where areas are not compared.

    `population` names the source of the residents ('mid-2023 estimate of districts').
    """

    figure: ProtectedFigure
    population: str
    residents: int
    per_1000: float
    lower: float
    upper: float
    funnel: Funnel | None = None


def rates(reading: ProtectedReading) -> tuple[Rate, ...]:
    """Return the rate of each figure of at least 10 whose residents are known, in the order of the figures."""
    funnels = _funnels(reading)
    found = []
    for figure in reading.figures:
        residents = reading.residents.get(figure.key)
        if not figure.is_known or residents is None or figure.value is None:
            continue
        count = _printed(figure.value)
        if count.least < FEWEST_FOR_A_RATE:
            continue
        per = 1000 / residents.people
        limits = (figure.value, byar(count.least)[0], byar(count.greatest)[1])
        per_1000, lower, upper = (round(per * each, 4) for each in limits)
        funnel = funnels.get(figure.key)
        found.append(Rate(figure, residents.population, residents.people, per_1000, lower, upper, funnel))
    return tuple(found)


def byar(count: float) -> tuple[float, float]:
    """Return the 95 % limits of a Poisson count of 10 or more by Byar's approximation [Fingertips 2026]."""
    ends = []
    for sign, at in ((-1, count), (1, count + 1)):
        ends.append(at * (1 - 1 / (9 * at) + sign * NORMAL / (3 * math.sqrt(at))) ** 3)
    return ends[0], ends[1]


def funnels_of(
    counts: Sequence[float], residents: Sequence[float], ranges: Sequence[tuple[float, float]] | None = None
) -> list[Funnel | None]:
    """Return the funnel of each area by difference of square roots [Spiegelhalter 2005]; None for too few areas.

    `ranges` are the least and greatest true count behind each printed one: areas are judged by the count among these
    that is nearest to the expected one. By default counts are true.
    """
    observed, people = np.asarray(counts, dtype=float), np.asarray(residents, dtype=float)
    expected = people * observed.sum() / people.sum() if people.size else people
    judged = expected >= FEWEST_EXPECTED
    if judged.sum() < FEWEST_AREAS:
        return [None] * len(observed)
    z = 2 * (np.sqrt(observed) - np.sqrt(expected))
    at_ends = int(judged.sum() // 10)
    inner = np.sort(z[judged])
    drawn_in = np.clip(inner, inner[at_ends], inner[-1 - at_ends])
    scatter = max(1.0, float(np.mean(drawn_in**2)))
    p_values = np.full(observed.shape, np.nan)
    if ranges is not None:
        least, greatest = np.asarray(ranges, dtype=float).T
        z = 2 * (np.sqrt(np.clip(expected, least, greatest)) - np.sqrt(expected))
    p_values[judged] = false_discovery_control(2 * norm.sf(np.abs(z[judged]) / math.sqrt(scatter)))
    half = NORMAL * math.sqrt(scatter) / 2
    return [
        Funnel(
            round(float(mean), 1),
            round(max(0.0, math.sqrt(mean) - half) ** 2, 1),
            round((math.sqrt(mean) + half) ** 2, 1),
            _position(float(score), float(p), scatter),
        )
        if is_judged
        else None
        for mean, score, p, is_judged in zip(expected, z, p_values, judged, strict=True)
    ]


def _position(score: float, p_value: float, scatter: float) -> str:
    if scatter > MOST_SCATTER:
        return TOO_SCATTERED
    if p_value >= SIGNIFICANCE:
        return AS_EXPECTED
    return ABOVE if score > 0 else BELOW


def _printed(value: float) -> Shown:
    return NHS.bounds(int(value))


def _funnels(reading: ProtectedReading) -> Mapping[tuple[str, ...], Funnel]:
    together: dict[str, list[tuple[ProtectedFigure, float, int]]] = defaultdict(list)
    for figure in reading.figures:
        residents = reading.residents.get(figure.key)
        is_of_area = figure.geography_level == "district" and (figure.breakdown or "all") == "all"
        if is_of_area and residents and figure.is_known and figure.value is not None:
            together[figure.metric_id].append((figure, figure.value, residents.people))
    found: dict[tuple[str, ...], Funnel] = {}
    for areas in together.values():
        counts, people = [value for _, value, _ in areas], [residents for _, _, residents in areas]
        printed = [_printed(value) for value in counts]
        placed = funnels_of(counts, people, [(each.least, each.greatest) for each in printed])
        found |= {figure.key: funnel for (figure, _, _), funnel in zip(areas, placed, strict=True) if funnel}
    return found
