"""The history a month is compared with: which earlier months, their usual number of rows, and the limits of chance.

Holds the constants and functions that volume and drift checks share; the checks are in `validation`.
"""

from collections.abc import Iterable, Sequence
from statistics import median

HISTORY_MONTHS = 12
# With fewer earlier months a median is not a usable baseline. Years have no season: one before is enough.
LEAST_HISTORY, LEAST_EDITIONS = 3, 1
# In standard errors (for a count, its square root). Independent events exceed three in about one month of four
# hundred, so a small feed is not held for its random variation.
CHANCE = 3.0


def months_before(partition: str, received: Iterable[str]) -> list[str]:
    """Return up to twelve received months before `partition`, in order."""
    return [month for month in sorted(received) if month < partition][-HISTORY_MONTHS:]


def usual_rows(rows_before: Sequence[int], least: int = LEAST_HISTORY) -> float | None:
    """Return the median row count of the earlier months (or editions); None with fewer than `least`."""
    return float(median(rows_before)) if len(rows_before) >= least else None
