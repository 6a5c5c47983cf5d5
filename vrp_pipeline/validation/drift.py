"""Drift: how far the values of the watched columns of a month have moved from those of earlier months.

A month with miscoded categories can have its usual volume and only agreed values; only the comparison with earlier
months reveals it. How much drift is tolerated is in the suite.
"""

from collections.abc import Mapping, Sequence
from math import pi, sqrt
from statistics import median

from vrp_pipeline.calendar.history import CHANCE
from vrp_pipeline.validation.profiles import BLANK, BLANKS, SHIFT, Columns


def drift(columns: Columns, before: Sequence[Columns]) -> dict[str, float]:
    """Return the drift of a month's rows by value from those of earlier months, for each watched column.

    shift_of_x: total variation distance (0 to 1) between the month's shares and the usual ones, less what chance
    explains. blanks_of_x: share of blanks minus the usual share (−1 to 1), reduced by what chance explains. The usual
    share of a value is its median over the earlier months, so that one faulty month does not affect it. NaN without
    history.
    """
    metrics: dict[str, float] = {}
    for name, counts in columns.items():
        earlier = [past[name] for past in before if sum(past.get(name, {}).values())]
        rows = sum(counts.values())
        if not earlier or not rows:
            metrics |= {SHIFT + name: float("nan"), BLANKS + name: float("nan")}
            continue
        usual = _usual_shares(earlier)
        size = 1 / (1 / rows + 1 / sum(sum(past.values()) for past in earlier))
        distance = sum(abs(counts.get(v, 0) / rows - usual.get(v, 0.0)) for v in {*counts, *usual}) / 2
        metrics[SHIFT + name] = max(0.0, distance - _distance_by_chance(usual, size))
        more = counts.get(BLANK, 0) / rows - usual.get(BLANK, 0.0)
        scatter = CHANCE * _standard_error(usual.get(BLANK, 0.0), size)
        metrics[BLANKS + name] = max(0.0, abs(more) - scatter) * (1 if more > 0 else -1)
    return metrics


def _usual_shares(earlier: Sequence[Mapping[str, int]]) -> dict[str, float]:
    values = {value for past in earlier for value in past}
    shares = {value: median(past.get(value, 0) / sum(past.values()) for past in earlier) for value in values}
    total = sum(shares.values())
    return {value: share / total for value, share in shares.items()} if total else shares


def _standard_error(share: float, size: float) -> float:
    # Add-one smoothing: a value never seen before may still occur.
    guarded = (share * size + 1) / (size + 2)
    return sqrt(guarded * (1 - guarded) / size)


def _distance_by_chance(usual: Mapping[str, float], size: float) -> float:
    """Return the expected distance of a month drawn from the usual shares, plus three times its standard deviation.

    The expected absolute deviation of a share is its standard error times √(2/π). One row changes the distance by at
    most 1/n, so its standard deviation is at most 1/(2√n) (Efron and Stein 1981).
    """
    expected = sum(sqrt(share * (1 - share) / size) for share in usual.values()) * sqrt(2 / pi) / 2
    return expected + CHANCE / (2 * sqrt(size))
