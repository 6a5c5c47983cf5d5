"""Drift: how far the values of the watched columns of a month have moved from those of earlier months.

A month with miscoded categories can have its usual volume and only agreed values; only the comparison with earlier
months reveals it. How much drift is tolerated is in the suite.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import pi, sqrt
from statistics import median

from vrp_pipeline.calendar.history import CHANCE, LEAST_HISTORY
from vrp_pipeline.validation.chance import error_of_share
from vrp_pipeline.validation.labels import BLANK
from vrp_pipeline.validation.profiles import BLANKS, SHIFT, SPREAD, Columns

# The values that occur in fewer than half of the months.
OTHERS = "(others)"


def drift(columns: Columns, before: Sequence[Columns]) -> dict[str, float]:
    """Return the drift of a month's rows by value from those of earlier months, for each watched column.

    shift_of_x: see `_shift`. blanks_of_x: share of blanks minus the usual share (−1 to 1), reduced by what chance
    explains. NaN without history.
    """
    metrics: dict[str, float] = {}
    for name, counts in columns.items():
        earlier = [past[name] for past in before if sum(past.get(name, {}).values())]
        rows = sum(counts.values())
        if not earlier or not rows:
            metrics |= {SHIFT + name: float("nan"), BLANKS + name: float("nan")}
            continue
        usual, size = _usual_shares(earlier), _size(counts, earlier)
        metrics[SHIFT + name] = _shift(counts, usual, size)
        more = counts.get(BLANK, 0) / rows - usual.get(BLANK, 0.0)
        scatter = CHANCE * error_of_share(usual.get(BLANK, 0.0), size)
        metrics[BLANKS + name] = max(0.0, abs(more) - scatter) * (1 if more > 0 else -1)
    return metrics


def spread_metrics(spreads: Columns, before: Sequence[Columns]) -> dict[str, float]:
    """Return spread_of_x for each measured column: the `_shift` of its hours or sizes. NaN without history."""
    metrics: dict[str, float] = {}
    for name, counts in spreads.items():
        earlier = [past[name] for past in before if past.get(name)]
        judged = bool(counts) and len(earlier) >= LEAST_HISTORY
        metrics[SPREAD + name] = (
            _shift(counts, _usual_shares(earlier), _size(counts, earlier)) if judged else float("nan")
        )
    return metrics


def _shift(counts: Mapping[str, int], usual: Mapping[str, float], size: float) -> float:
    """Return the total variation distance (0 to 1) between a month's shares and the usual ones, less chance.

    The usual share of a value is its median over the earlier months, so that one faulty month does not affect it;
    values that are rare in most months count together.
    """
    now, rows = _grouped(counts, usual), sum(counts.values())
    distance = sum(abs(now[value] / rows - share) for value, share in usual.items()) / 2
    return max(0.0, distance - _distance_by_chance(usual, size))


def _size(counts: Mapping[str, int], earlier: Sequence[Mapping[str, int]]) -> float:
    """Return the number of rows whose shares scatter as the differences of a month from the earlier months do."""
    return 1 / (1 / sum(counts.values()) + 1 / sum(sum(past.values()) for past in earlier))


def _usual_shares(earlier: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """Return the usual share of each value that occurs in most months, and of all others together (OTHERS).

    Of a hundred ages few occur in every month of a small feed: each by itself would be usual in none.
    """
    values = {value for past in earlier for value in past}
    medians = {value: median(past.get(value, 0) / sum(past.values()) for past in earlier) for value in values}
    common = {value: share for value, share in medians.items() if share}
    others = median(_grouped(past, common)[OTHERS] / sum(past.values()) for past in earlier)
    total = sum(common.values()) + others
    return {value: share / total for value, share in (common | {OTHERS: others}).items()}


def _grouped(counts: Mapping[str, int], common: Mapping[str, float]) -> Counter[str]:
    grouped = Counter({value: counts.get(value, 0) for value in common if value != OTHERS})
    grouped[OTHERS] = sum(counts.values()) - grouped.total()
    return grouped


def _distance_by_chance(usual: Mapping[str, float], size: float) -> float:
    """Return the expected distance of a month drawn from the usual shares, plus three times its standard deviation.

    The expected absolute deviation of a share is its standard error times √(2/π). One row changes the distance by at
    most 1/n, so its standard deviation is at most 1/(2√n) (Efron and Stein 1981).
    """
    expected = sum(sqrt(share * (1 - share) / size) for share in usual.values()) * sqrt(2 / pi) / 2
    return expected + CHANCE / (2 * sqrt(size))
