"""Change between two protected counts, with its interval and p-value.

A printed count stands for several true ones, so an interval and a verdict are those that hold for all of them.

The formulas are those of `dbt_project/macros/statistics`, which cites their sources. They are applied again to
protected counts, because a change of true counts would disclose them: 0.1 % of a count of 60 is less than one. Applied
to true counts they reproduce the figures of the release, which tests/transform/test_change_interval.py verifies.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtr

from vrp_pipeline.disclosure.rules import Shown

STUDENT_T_11 = 2.200985160082949  # 97.5 %, 11 degrees of freedom
# From this count on the smaller year is large enough for the normal approximation of the logarithm of the ratio.
LARGE = 100
QUASI_POISSON, SCORE = "quasi-Poisson", "conditional score"
# Below this base no percentage is given: docs/methods.md#small-numbers.
SMALLEST_BASE = 50
# A year of this many has 42 a month, so that months of seven or fewer, which are hidden, are unlikely [P].
FEWEST_WITHOUT_HIDDEN_MONTHS = 500


@dataclass(frozen=True)
class Measured:
    """A change in per cent with its 95 % interval, rounded to 0.1; `p_value` is two-sided and not rounded."""

    percent: float
    lower: float
    upper: float
    method: str
    p_value: float


def measured_of_shown(current: Shown, base: Shown, dispersion: float) -> Measured | None:
    """Return the change between two printed counts; None where one is hidden, none, or too small a base.

    The interval holds those of all pairs of counts that are printed as these, and the p-value is the largest of any: a
    change that is clear is so in the true counts too. The percentage is that of the printed ones.
    """
    if current.number is None or base.number is None or current.number == 0 or base.least < SMALLEST_BASE:
        return None
    dispersion = told(dispersion, min(current.number, base.number))
    printed = measured(current.number, base.number, dispersion)
    lowest, highest = (
        measured(*ends, dispersion, printed.method)
        for ends in ((current.least, base.greatest), (current.greatest, base.least))
    )
    if current.least > base.greatest:
        p_value = lowest.p_value
    else:
        p_value = highest.p_value if current.greatest < base.least else 1.0
    return Measured(printed.percent, lowest.lower, highest.upper, printed.method, p_value)


def measured(current: float, base: float, dispersion: float, method: str | None = None) -> Measured:
    """Return the change from `base` (above 0) to `current`, counts of one year each.

    The method is that for counts of this size, unless one is given.
    """
    if (method or (QUASI_POISSON if min(current, base) >= LARGE else SCORE)) == QUASI_POISSON:
        spread = math.sqrt(dispersion * (1 / current + 1 / base))
        ratio = math.log(current / base)
        ends = [math.exp(ratio + sign * STUDENT_T_11 * spread) for sign in (-1, 1)]
        method, statistic = QUASI_POISSON, abs(ratio) / spread
    else:
        shares = [_wilson(current, base, dispersion, sign) for sign in (-1, 1)]
        ends = [share / (1 - share) for share in shares]
        method, statistic = SCORE, abs(current - base) / math.sqrt(dispersion * (current + base))
    lower, upper = (_tenth(100 * (end - 1)) for end in ends)
    p_value = 2 * float(stdtr(11, -statistic))
    return Measured(_tenth(100 * (current - base) / base), lower, upper, method, p_value)


def told(dispersion: float, smaller: float) -> float:
    """Return the dispersion to use in a published interval of two years; the smaller has the given number of events.

    The dispersion can be derived from the interval. In a year of few events it depends on months whose counts are
    hidden, so it is rounded up to a tenth.
    """
    return dispersion if smaller >= FEWEST_WITHOUT_HIDDEN_MONTHS else math.ceil(round(10 * dispersion, 6)) / 10


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Return the p-values of several changes adjusted by Holm's method [Holm 1979], rounded to 0.0001."""
    in_order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    found, running = [0.0] * len(p_values), 0.0
    for place, at in enumerate(in_order):
        running = max(running, p_values[at] * (len(p_values) - place))
        found[at] = round(min(1.0, running), 4)
    return found


def _wilson(current: float, base: float, dispersion: float, sign: int) -> float:
    """Return a limit of the share current / (current + base) [Wilson 1927], with an estimated dispersion."""
    scaled = STUDENT_T_11 * STUDENT_T_11 * dispersion
    both = current + base
    half = math.sqrt(scaled) * math.sqrt(current * base / both + scaled / 4)
    return (current + scaled / 2 + sign * half) / (both + scaled)


def _tenth(value: float) -> float:
    """Round to 0.1 as DuckDB does: half away from zero; never −0.0."""
    return math.copysign(math.floor(abs(value) * 10 + 0.5) / 10, value) + 0.0
