"""What a reader knows of published numbers: a rounded or hidden count is a range."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vrp_pipeline.disclosure import NHS
from vrp_pipeline.report import words


@dataclass(frozen=True)
class Range:
    """What a reader knows of a number: its least and greatest possible value, and whether it is hidden."""

    least: float
    greatest: float
    is_hidden: bool = False

    def is_above(self, other: "Range") -> bool | None:
        """Return whether it is above another; None if published numbers leave that undecided."""
        if self.least > other.greatest:
            return True
        return False if self.greatest < other.least else None

    @property
    def middle(self) -> float:
        """The midpoint, which for a rounded count is the printed number."""
        return (self.least + self.greatest) / 2

    def reversed(self) -> "Range":
        """Return the range with the sign reversed."""
        return Range(-self.greatest, -self.least, self.is_hidden)

    def per(self, residents: int) -> "Range":
        """Return the range of the rate per 1,000 residents."""
        return Range(1000 * self.least / residents, 1000 * self.greatest / residents, self.is_hidden)


# A hidden count; and a hidden count where some are withheld, which is not even known to be small.
HIDDEN = Range(NHS.bounds(None).least, NHS.bounds(None).greatest, is_hidden=True)
WITHHELD = Range(0, float("inf"), is_hidden=True)


def printed_as(value: float) -> Range:
    """Return what a reader knows of a count from its printed number."""
    held = NHS.bounds(int(value))
    return Range(held.least, held.greatest)


def sum_of(ranges: Iterable[Range]) -> Range:
    """Return the range of a sum."""
    held = list(ranges)
    is_hidden = any(each.is_hidden for each in held)
    return Range(sum(each.least for each in held), sum(each.greatest for each in held), is_hidden)


def numbers(ranges: Mapping[str, Range], most: int = 5) -> str:
    """Return names with their numbers as they are printed."""
    return ", ".join(f"{name} ({_in_words(held)})" for name, held in list(ranges.items())[:most])


def _in_words(held: Range) -> str:
    if held.is_hidden:
        return words.IN_CONFIDENCE
    if held.least == held.greatest:
        return f"{held.least:,.4g}"
    return f"{held.middle:,.1f}" if held.middle % 1 else f"{held.middle:,.0f}"
