"""The limits of chance where many parts of a month are judged at once: its slices, or its days by sender.

The limits for a total are in `calendar.history`.
"""

from math import sqrt

# How often chance alone may lead any part of a month out of its limits: once in four hundred months, as CHANCE does for
# a total. The more parts are judged, the less likely each must be (Bonferroni).
BY_CHANCE = 1 / 400
# Of fewer usual rows the whole of chance is allowed for, because they scatter more than Poisson counts: the sessions of
# one person come together. Of more, a difference beyond chance is a difference, and only its own error is allowed for:
# with it the least true share of a district, 0.82 of 200 rows, lies 3.5 standard errors above the limit of 0.7.
LEAST_CLEAR = 200
ERROR_OF_CLEAR = 1.5


def allowing_for_chance(rows: float, usual: float, reach: float) -> tuple[float, float]:
    """Return the most and the fewest rows that a month may have in truth, given those it has.

    `reach` is how far chance may lead from the usual rows, in standard errors of a Poisson count.
    """
    error = sqrt(max(usual, 1.0))
    is_clear = usual >= LEAST_CLEAR and abs(rows - usual) > reach * error
    allowed = (ERROR_OF_CLEAR if is_clear else reach) * error
    return rows + allowed, rows - allowed


def error_of_share(share: float, rows: float) -> float:
    """Return the standard error of a share of so many rows. Add-one smoothing: what never occurred may still occur."""
    guarded = (share * rows + 1) / (rows + 2)
    return sqrt(guarded * (1 - guarded) / rows)


def chance_of_none(expected: float, months: float) -> float:
    """Return the chance that `months` earlier Poisson counts hold all rows of theirs and this month's, which has none.

    All `months` + 1 counts have the same mean, estimated as `expected` from the earlier ones. Of spans of several
    months, `months` may be a fraction: seven months are 7/6 half-years.
    """
    return float((months / (months + 1)) ** (months * expected))
