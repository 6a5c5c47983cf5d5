"""How carelessly the agencies of the clustered world record: easy, base and hard scale every rate of error alike.

What happened is the same in all three; only what is written down differs.
"""

from typing import NamedTuple

MOST = 0.9


class Difficulty(NamedTuple):
    """`errors` multiplies shares of missing, defaulted and wrong values, `spread` distances and delays."""

    name: str
    errors: float
    spread: float

    def share(self, base: float) -> float:
        """Return a rate of error at this difficulty (0 to 0.9)."""
        return min(base * self.errors, MOST)


# Half and one and a half times the base rates. Assumption [P]: no source grades agencies by care.
LEVELS = {
    each.name: each for each in (Difficulty("easy", 0.5, 0.75), Difficulty("base", 1, 1), Difficulty("hard", 1.5, 1.3))
}
