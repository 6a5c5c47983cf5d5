"""What a month is compared with: how many months before it, what they usually hold, and how far chance reaches."""

from collections.abc import Iterable, Sequence
from statistics import median

HISTORY_MONTHS = 12
# With fewer earlier months there is no "usual" to compare with.
LEAST_HISTORY = 3
# Independent events scatter by their standard error, a count by its square root; three times that happens by chance
# in one month of four hundred, so small feeds are not held for being small.
CHANCE = 3.0


def months_before(partition: str, received: Iterable[str]) -> list[str]:
    """The up to twelve received months before `partition`, in order."""
    return [month for month in sorted(received) if month < partition][-HISTORY_MONTHS:]


def usual_rows(rows_before: Sequence[int]) -> float | None:
    """The median of the rows of the months before; None with fewer than three."""
    return float(median(rows_before)) if len(rows_before) >= LEAST_HISTORY else None
