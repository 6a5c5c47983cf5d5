"""Rates of a published table beside their own limits, counts and populations.

A rate for 1,000 in place of 100,000, a column under the heading of its neighbour, or a count of one year beside a rate
of three is possible in each cell; the others of its row contradict it. What is tolerated is in the suite.
"""

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.quantities import Rates

# Standardising by age moves a rate by less than half of it: a crude rate of young cities is a fifth higher [K].
MOST = 2.0


def rate_metrics(rates: Rates, rows: pa.Table) -> dict[str, float]:
    """Return how many rows have a rate outside its limits or far from its count over its population, and their share.

    Rows that lack one of the numbers are not judged; NaN where none is.
    """
    value, lower, upper, count, population = (
        pc.cast(rows[name].combine_chunks(), pa.float64()) for name in rates.columns
    )
    crude = pc.divide(pc.multiply(count, float(rates.per)), pc.if_else(pc.greater(population, 0.0), population, None))
    outside = pc.or_(pc.less(value, lower), pc.greater(value, upper))
    far = pc.or_(pc.greater(value, pc.multiply(crude, MOST)), pc.less(value, pc.divide(crude, MOST)))
    unfounded = pc.or_(outside, far).drop_null()
    wrong = unfounded.true_count if len(unfounded) else 0
    return {
        "share_of_unfounded_rates": wrong / len(unfounded) if len(unfounded) else float("nan"),
        "rows_of_unfounded_rates": float(wrong),
    }
