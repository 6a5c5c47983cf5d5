"""The limits of chance where many parts of a month are judged at once: its slices, or its days by sender.

The limits for a total are in `calendar.history`.
"""

# How often chance alone may lead any part of a month out of its limits: once in four hundred months, as CHANCE does for
# a total. The more parts are judged, the less likely each must be (Bonferroni).
BY_CHANCE = 1 / 400


def chance_of_none(expected: float, months: int) -> float:
    """Return the chance that `months` earlier Poisson counts hold all rows of theirs and this month's, which has none.

    All `months` + 1 counts have the same mean, estimated as `expected` from the earlier ones.
    """
    return float((months / (months + 1)) ** (months * expected))
