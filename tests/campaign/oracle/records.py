"""What the oracle says of a file: its records, how many there are at least and at most, or that nobody could tell."""

from dataclasses import dataclass, field
from typing import Any


class Unreadable:
    """A cell that holds something nobody can read: an error, a formula never calculated, two answers at once."""

    def __repr__(self) -> str:
        return "(unreadable)"


UNREADABLE = Unreadable()


class Serial(float):
    """A number of a workbook cell, beside which the workbook counts days from 1904."""


@dataclass
class Record:
    """One record: a cell for each heading. `is_broken`: more or fewer cells than headings, so none has its place."""

    cells: dict[str, Any]
    part: str = ""
    is_broken: bool = False


@dataclass
class Reading:
    """`certain` names the headings that stand once in the file; `unsure` records may be one or several."""

    records: list[Record] = field(default_factory=list)
    at_least: int = 0
    at_most: int = 0
    nobody_can_tell: str = ""
    day_one_1904: bool = False


def counted(records: list[Record], *, fewer: int = 0, more: int = 0) -> Reading:
    """A reading of the records, of which `fewer` may be none and `more` may be hidden."""
    return Reading(records, len(records) - fewer, len(records) + more)


def nobody_can_tell(why: str) -> Reading:
    """A reading of a file in which nobody could tell what is there."""
    return Reading(nobody_can_tell=why)
