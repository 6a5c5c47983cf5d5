"""Levels: the typical value of a quantity in a month beside that of earlier months.

Pounds entered as pence, half days as days, or one column of numbers under the heading of another leave rows, codes and
blanks as they were: only the size of the values tells. The level is the geometric mean of the values above nought, so
that a few large ones do not make it. How far it may move is in the suite.
"""

from collections.abc import Mapping, Sequence
from math import exp, log, sqrt
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.history import CHANCE
from vrp_pipeline.feeds.contract.quantities import Level

LEVEL = "level_of_"
# Verdicts hold whole numbers.
MILLIONTHS = 1e6
# Values of one month scatter twice as much as their number says [P]: the events of one team are alike.
DESIGN_EFFECT = 2
# Nor do they scatter by less than a third: a team of three is one of two or four in another month [P].
LEAST_SPREAD = 0.35
VALUES, SUM, SQUARES = "values", "sum of logarithms", "sum of squares"

# The number of values above nought of each column, and the sums of their logarithms and of the squares, in millionths.
Levels = Mapping[str, Mapping[str, int]]


def levels_of(levels: Sequence[Level], rows: pa.Table) -> dict[str, dict[str, int]]:
    """Return the sums of each column's logarithms in a month; a column without a value above nought has none."""
    found = {}
    for level in levels:
        values = pc.cast(rows[level.column].combine_chunks(), pa.float64()).drop_null().to_numpy()
        logs = np.log(values[values > 0])
        if len(logs):
            found[level.column] = {
                VALUES: len(logs),
                SUM: round(float(logs.sum()) * MILLIONTHS),
                SQUARES: round(float((logs**2).sum()) * MILLIONTHS),
            }
    return found


def level_metrics(levels: Sequence[Level], month: Levels, before: Sequence[Levels]) -> dict[str, float | str | None]:
    """Return for each column the factor, at least 1, by which its level lies above or below the usual one.

    level_of_x: the factor less what chance explains, NaN without history or values · level_of_x_now, _usual: both
    levels in words. The usual level is the median of those of the months before, so that one month in another unit
    does not move it. Chance: values scatter as they do within the months before.
    """
    metrics: dict[str, float | str | None] = {}
    for level in levels:
        name = LEVEL + level.column
        now, past = month.get(level.column), [each[level.column] for each in before if level.column in each]
        metrics |= {name: float("nan"), f"{name}_now": None, f"{name}_usual": None}
        if now is None or not past:
            continue
        here, usual = _mean(now), median(map(_mean, past))
        scatter = (
            CHANCE * _spread([*past, now]) * sqrt(DESIGN_EFFECT / now[VALUES] + 1 / sum(each[VALUES] for each in past))
        )
        metrics |= {
            name: exp(max(0.0, abs(here - usual) - scatter)),
            f"{name}_now": f"{exp(here):,.3g}",
            f"{name}_usual": f"{exp(usual):,.3g}",
        }
    return metrics


def _mean(sums: Mapping[str, int]) -> float:
    return sums[SUM] / MILLIONTHS / sums[VALUES]


def _spread(months: Sequence[Mapping[str, int]]) -> float:
    """Return the standard deviation of logarithms within months; log 2 where too few values tell."""
    freedom = sum(each[VALUES] - 1 for each in months)
    if freedom < 1:
        return log(2)
    squares = sum(each[SQUARES] / MILLIONTHS - each[VALUES] * _mean(each) ** 2 for each in months)
    return max(LEAST_SPREAD, sqrt(max(squares, 0.0) / freedom))
