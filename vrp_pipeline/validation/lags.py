"""Lags: the minutes between two times of a row beside those of earlier months.

A clock in UTC in one column and a local one in the other lie an hour apart in summer, though each time by itself is
possible. Lags are short for many rows and very long for a few, so the lower quartile is compared, near which the rows
lie densest. How far it may move is in the suite.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.history import CHANCE
from vrp_pipeline.feeds.contract.quantities import Lag
from vrp_pipeline.validation.levels import DESIGN_EFFECT

VALUES, TENTH, QUARTER, TWO_FIFTHS = "values", "tenth", "quarter", "two fifths"
LAG = "lag_of_"
# Of fewer rows quantiles tell nothing of how lags scatter.
LEAST_LAGS = 20
# The standard error of a quantile q is √(q(1 − q)/n) over the density there: 0.3 of the rows over the minutes between
# the quantiles 0.1 and 0.4.
ERROR_OF_QUARTER = sqrt(0.25 * 0.75) / 0.3

# The number of rows with both times, and quantiles of the minutes between them, for each lag by name.
Lags = Mapping[str, Mapping[str, int]]


def lags_of(lags: Sequence[Lag], rows: pa.Table) -> dict[str, dict[str, int]]:
    """Return the quantiles of each lag of a month; one with few rows has none."""
    found = {}
    for lag in lags:
        minutes = pc.subtract(_minutes(rows, lag.later), _minutes(rows, lag.earlier)).drop_null()
        if len(minutes) < LEAST_LAGS:
            continue
        tenth, quarter, fifths = map(round, np.percentile(minutes.to_numpy(), (10, 25, 40)))
        found[lag.name] = {VALUES: len(minutes), TENTH: tenth, QUARTER: quarter, TWO_FIFTHS: fifths}
    return found


def lag_metrics(lags: Sequence[Lag], month: Lags, before: Sequence[Lags]) -> dict[str, float | str | None]:
    """Return for each lag by how many minutes its quarter lies from the usual one, less what chance explains.

    lag_of_x: the minutes, NaN without history or rows · lag_of_x_now, _usual: both in minutes in words. The usual one
    is the median of the months before; chance follows from the quantiles beside it, in the month and in those.
    """
    metrics: dict[str, float | str | None] = {}
    for lag in lags:
        name = LAG + lag.name
        now, past = month.get(lag.name), [each[lag.name] for each in before if lag.name in each]
        metrics |= {name: float("nan"), f"{name}_now": None, f"{name}_usual": None}
        if now is None or not past:
            continue
        usual = median(each[QUARTER] for each in past)
        spread = median(each[TWO_FIFTHS] - each[TENTH] for each in [*past, now])
        error = ERROR_OF_QUARTER * spread * sqrt(DESIGN_EFFECT / now[VALUES] + 1 / sum(each[VALUES] for each in past))
        metrics |= {
            name: max(0.0, abs(now[QUARTER] - usual) - CHANCE * error),
            f"{name}_now": f"{now[QUARTER]:,}",
            f"{name}_usual": f"{usual:,.0f}",
        }
    return metrics


def _minutes(rows: pa.Table, names: Sequence[str]) -> pa.Array:
    """Return the minutes since 1970 of a moment, or of a day and a clock (HH:MM:SS)."""
    moment, *clock = (rows[name].combine_chunks() for name in names)
    minutes = pc.divide(pc.cast(pc.cast(moment, pa.timestamp("s"), safe=False), pa.int64()), 60)
    if not clock:
        return minutes
    hour, minute = (pc.cast(pc.utf8_slice_codeunits(clock[0], at, at + 2), pa.int64()) for at in (0, 3))
    return pc.add(minutes, pc.add(pc.multiply(hour, 60), minute))
