"""The rules by which a count is shown: hidden, rounded or as it is, and what a reader can tell from each.

The default is the rule of [NHS disclosure 2018] for counts below the national level.
"""

import math
from dataclasses import dataclass

# Geography levels of a few hundred to a few thousand residents, where the stricter profile holds.
SMALL_AREA_LEVELS = frozenset({"small area", "small_area", "hexagon", "ward"})


@dataclass(frozen=True)
class Shown:
    """A count as published: `number`, or None where it is hidden.

    `least` and `greatest` are the bounds a reader derives from the rule and what is printed; `greatest` is infinite for
    a count that is withheld for the sake of another.
    """

    number: int | None
    least: float
    greatest: float

    @property
    def is_hidden(self) -> bool:
        """Return whether a mark is printed in the place of the number."""
        return self.number is None


@dataclass(frozen=True)
class Rule:
    """Counts from 1 (or 0, unless `shows_zero`) to `hidden_up_to` are hidden, others rounded to the nearest `base`."""

    name: str
    hidden_up_to: int
    base: int
    shows_zero: bool = True

    def hides(self, count: int) -> bool:
        """Return whether the rule hides a count for its own sake."""
        return count <= self.hidden_up_to and not (count == 0 and self.shows_zero)

    def shown(self, count: int) -> Shown:
        """Return how a count is published. Raises ValueError below 0."""
        if count < 0:
            raise ValueError("A count is never below 0.")
        if self.hides(count):
            return Shown(None, 1 if self.shows_zero else 0, self.hidden_up_to)
        if count == 0:
            return Shown(0, 0, 0)
        number = self.base * math.floor(count / self.base + 0.5)
        return self.bounds(number)

    def bounds(self, number: int | None) -> Shown:
        """Return what a reader derives from a printed number, or from a mark (None)."""
        if number is None:
            return Shown(None, 1 if self.shows_zero else 0, self.hidden_up_to)
        if number == 0 and self.shows_zero and self.base > 1:
            return Shown(0, 0, 0)
        below, above = self.base // 2, (self.base - 1) // 2
        return Shown(number, max(self.hidden_up_to + 1, number - below), number + above)


# Of counts that tell of nobody: events a unit held, files, public reference data.
EXACT = Rule("exact", hidden_up_to=-1, base=1)
# [NHS disclosure 2018]: 1 to 7 hidden, others to the nearest 5; that 0 is shown is from working knowledge [K].
NHS = Rule("NHS", hidden_up_to=7, base=5)
# The "10-5 rule": below 10 hidden, others to 5 [P]. Zero is hidden too, because in a small area it tells that somebody
# known to live there is not counted.
SMALL_AREAS = Rule("10-5", hidden_up_to=9, base=5, shows_zero=False)

# Sums of weights over crimes other than homicides, of which one weighs 365 days and 15,460 pounds at most. A reader who
# knows every crime but those of one kind is left with more than fifty possible numbers of them.
HARM_DAYS = Rule("harm", hidden_up_to=9_999, base=20_000)
COST_TO_SOCIETY = Rule("cost", hidden_up_to=4_999_999, base=10_000_000)


def rule_of(geography_level: str | None) -> Rule:
    """Return the rule for counts of people at a geography level."""
    return SMALL_AREAS if geography_level in SMALL_AREA_LEVELS else NHS
