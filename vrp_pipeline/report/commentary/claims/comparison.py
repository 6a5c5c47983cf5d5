"""A comparison that a sentence claims: its kind, its quantity, and what it compares."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """The kind of a comparison: a rank among all, one figure against another, or a part of a whole."""

    RANK = "rank"
    VERSUS = "versus"
    MAJORITY = "majority"


class Quantity(Enum):
    """The quantity compared by: number, rate per resident, change on the year before, or not specified."""

    NUMBER = "number"
    RATE = "rate per 1,000 residents"
    CHANGE = "change on the year before"
    NOT_SAID = ""


@dataclass(frozen=True)
class Comparison:
    """A claim that compares a figure with others.

    `clause` is the part of the sentence with the comparison; `left` and `right` are its text before and after *than* or
    *as*, or the whole clause and nothing. `is_most` says whether the left side is more. `rank` counts from that end;
    `top` is the number that lead together (*the three highest*), 0 if not specified. `times` is the multiple, 0 if not
    specified; `is_at_least`: more than twice. `change` is the direction of the change compared by. `is_denied`: not the
    highest. `is_vague`: one of the highest. `is_only`: only Fareham. `over_years`: since 2019. `is_loose`: mostly,
    which may describe something other than a figure. `is_equal`: as many as; with `is_about`, about as many as. `limit`
    is the percentage that a majority exceeds, or equals if it is 0 or 100. `is_by_a_verb`: exceeds or leads, which may
    be said of anything. `of_others`: something named that is not a figure. `not_understood` are words of `vocabulary`
    that compare in a way that no rule judges.
    """

    kind: Kind
    clause: str
    left: str
    right: str = ""
    quantity: Quantity = Quantity.NOT_SAID
    is_most: bool = True
    rank: int = 1
    top: int = 0
    times: float = 0.0
    is_at_least: bool = False
    change: int = 0
    is_denied: bool = False
    is_vague: bool = False
    is_only: bool = False
    over_years: bool = False
    is_loose: bool = False
    is_equal: bool = False
    is_about: bool = False
    limit: float = 50
    is_by_a_verb: bool = False
    of_others: bool = False
    not_understood: str = ""


# A comparison and the positions of its words in the text.
Found = tuple[Comparison, tuple[tuple[int, int], ...]]
# A pattern of words, and the function that says what a match claims.
Wording = tuple[re.Pattern[str], Callable[[str, re.Match[str]], Found | None]]
