"""Scored pairs of records and the values of their link status, shared by both linkages.

The rules that assign a status are in `events.assignment` and `people.links`.
"""

from dataclasses import dataclass

CERTAIN, LINKED, PLAUSIBLE = "certain", "linked", "plausible"


NOT_BEST = "dropped: not the best of both"


HARDLY_BEST = "dropped: hardly beats the runner-up"


CONTRADICTS = "dropped: contradicts a stronger link"


# The best pair must have twice the odds of the runner-up: one bit of match weight (after [Ambulance linkage 2022],
# docs/linkage.md#links).
LEAD_IN_BITS = 1.0


@dataclass(frozen=True)
class Pair:
    """A candidate pair with its match probability (0 to 1), match weight (bits) and the blocking rule that proposed it.

    For events, two records of victims; for people, any two person records. `same_patient` is the probability that a
    pair of one event is also of one person: less than 1 only within a feed, whose records may tell of two victims.
    """

    left: str
    right: str
    probability: float
    weight: float
    rule: str
    same_patient: float = 1.0
