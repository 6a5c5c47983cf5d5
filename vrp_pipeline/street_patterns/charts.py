"""XmR charts of months, by the rules of `rpt_metric_charts`: docs/methods.md#charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

MONTHS_SHOWN, FEWEST_MONTHS, FEWEST_EVENTS, RUN = 36, 12, 5, 8
# 3 / 1.128: the mean range of two normal values is 1.128 standard deviations.
RANGES_TO_LIMIT = 2.66


@dataclass(frozen=True)
class ChartMonth:
    """One month of a chart; `crimes` is None where they are not known, limits are None where there are none."""

    month: str
    crimes: int | None
    centre: float | None
    lower_limit: float | None
    upper_limit: float | None
    signal: str

    @property
    def is_call(self) -> bool:
        """Whether the signal says that something changed."""
        return self.signal.startswith(("above", "below", "high", "low"))


def xmr_chart(series: Mapping[str, int | None]) -> list[ChartMonth]:
    """Return the chart of the newest 36 months of a series without gaps in its months, in order.

    Limits are the mean and 2.66 times the mean range between months that follow each other; a month that is not held
    breaks the chain. Fewer than 12 months, or a mean under 5, have no limits.
    """
    months = list(series)[-MONTHS_SHOWN:]
    values = [series[month] for month in months]
    counted = [value for value in values if value is not None]
    ranges = [abs(after - before) for before, after in pairwise(values) if before is not None and after is not None]
    centre = fmean(counted) if len(counted) >= FEWEST_MONTHS else None
    lower = upper = None
    if centre is not None and centre >= FEWEST_EVENTS and ranges:
        reach = RANGES_TO_LIMIT * fmean(ranges)
        lower, upper = max(0.0, centre - reach), centre + reach
    return [
        ChartMonth(month, value, centre, lower, upper, _signal(values[: number + 1], centre, lower, upper))
        for number, (month, value) in enumerate(zip(months, values, strict=True))
    ]


def _signal(so_far: list[int | None], centre: float | None, lower: float | None, upper: float | None) -> str:
    """Return what the last of the values says, given those before it."""
    value, run = so_far[-1], so_far[-RUN:]
    if value is None:
        return "not received"
    if centre is None or lower is None or upper is None:
        return "too few months" if centre is None else "too few events"
    if not lower <= value <= upper:
        return "above the limits" if value > upper else "below the limits"
    sides = {0 if each is None else (each > centre) - (each < centre) for each in run}
    if len(run) == RUN and sides in ({1}, {-1}):
        return f"{'high' if value > centre else 'low'} for {RUN} months"
    return "within the limits"
