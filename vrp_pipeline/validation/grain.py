"""The grain of quantities, places and times: how often one value comes, and how many values are round.

A default in place of what is not known (age 0, midnight, the middle of a town), or a program that rounds, leaves each
value possible and none blank; only beside earlier months does it show. How much is tolerated is in the suite.
"""

from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.history import CHANCE, LEAST_HISTORY
from vrp_pipeline.feeds.bronze_schema import quantities_in_bronze
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.validation.chance import error_of_share

VALUES, MOST_FREQUENT, ROUND = "values", "most frequent", "round"
# Of fewer values one comes often by chance, and of months with fewer nobody knows what is usual.
LEAST_VALUES = 20
# Whole numbers are round in tens, degrees in hundredths (a kilometre), times in hours.
TENS, HUNDREDTHS = 10, 100

# The number of values of each column, of its most frequent one, and of the round ones.
Grain = Mapping[str, Mapping[str, int]]


def grain_of(feed: Feed, rows: pa.Table) -> dict[str, dict[str, int]]:
    """Return the grain of each column of a month that has enough values."""
    found = {}
    for name in quantities_in_bronze(feed):
        values = rows[name].combine_chunks().drop_null()
        if len(values) >= LEAST_VALUES:
            counts = pc.value_counts(values)
            distinct, times = counts.field("values"), counts.field("counts").to_numpy()
            found[name] = {
                VALUES: len(values),
                MOST_FREQUENT: int(times.max()),
                ROUND: int(times[_is_round(distinct)].sum()),
            }
    return found


def grain_metrics(month: Grain, before: Sequence[Grain]) -> dict[str, float | str | None]:
    """Return by how much more than usual one value comes, and round ones do, in the column where it is most.

    share_of_one_value, share_of_round: the share of a column's values minus its median over the months before, less
    what chance explains; each with the column, and how many rows and usual ones, in words. NaN without history.
    """
    metrics: dict[str, float | str | None] = {}
    for metric, count in (("of_one_value", MOST_FREQUENT), ("of_round", ROUND)):
        found = []
        for name, now in month.items():
            past = [each[name][count] / each[name][VALUES] for each in before if name in each]
            if len(past) < LEAST_HISTORY:
                continue
            usual, values = median(past), now[VALUES]
            beyond = now[count] / values - usual - CHANCE * error_of_share(usual, values)
            found.append((max(0.0, beyond), name, now[count], round(usual * values)))
        share, name, rows, usual_rows = max(found, default=(float("nan"), "", 0, 0))
        metrics |= {
            f"share_{metric}": share,
            f"rows_{metric}": float(rows),
            f"rows_{metric}_usual": float(usual_rows),
            f"column_{metric}": name,
        }
    return metrics


def _is_round(values: pa.Array) -> np.ndarray:
    if pa.types.is_string(values.type):
        held = pc.ends_with(values, "00:00")
    elif pa.types.is_timestamp(values.type):
        held = pc.and_(pc.equal(pc.minute(values), 0), pc.equal(pc.second(values), 0))
    elif pa.types.is_date(values.type):
        held = pc.equal(pc.day(values), 1)
    elif pa.types.is_floating(values.type):
        numbers = values.to_numpy(zero_copy_only=False) * HUNDREDTHS
        return np.asarray(np.isclose(numbers, np.round(numbers), atol=1e-6))
    else:
        return np.asarray(values.to_numpy(zero_copy_only=False) % TENS == 0)
    return np.asarray(held.to_numpy(zero_copy_only=False))
