"""Scored pairs and their link status: what became of each pair that was at least plausible.

Events and people share it.
"""

from dataclasses import dataclass

CERTAIN, LINKED, PLAUSIBLE = "certain", "linked", "plausible"


NOT_BEST = "dropped: not the best of both"


HARDLY_BEST = "dropped: hardly beats the runner-up"


CONTRADICTS = "dropped: contradicts a stronger link"


# Twice the odds of the runner-up, in bits (PMC9583284, methods §1 lesson c).
LEAD_IN_BITS = 1.0


@dataclass(frozen=True)
class Pair:
    """Two records of different feeds that may tell of one event, or two records that may be of one person."""

    left: str
    right: str
    probability: float
    weight: float
    rule: str
