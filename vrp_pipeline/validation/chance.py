"""The limits of chance where many parts of a month are judged at once: its slices, or its days by sender.

The limits for a total are in `calendar.history`.
"""

# How often chance alone may lead any part of a month out of its limits: once in four hundred months, as CHANCE does for
# a total. The more parts are judged, the less likely each must be (Bonferroni).
BY_CHANCE = 1 / 400
# Of as many usual rows and more, chance is smaller than what is tolerated: a difference beyond it counts whole. Of
# fewer, chance is taken off, because they scatter more than Poisson counts: the sessions of one person come together.
LEAST_CLEAR = 200


def chance_of_none(expected: float, months: float) -> float:
    """Return the chance that `months` earlier Poisson counts hold all rows of theirs and this month's, which has none.

    All `months` + 1 counts have the same mean, estimated as `expected` from the earlier ones. Of spans of several
    months, `months` may be a fraction: seven months are 7/6 half-years.
    """
    return float((months / (months + 1)) ** (months * expected))
