"""A comparison that a sentence claims: of which kind, by which quantity, and of what."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How figures are set beside each other: one among all its like, one beside another, or a part beside the whole."""

    RANK = "rank"
    VERSUS = "versus"
    MAJORITY = "majority"


class Quantity(Enum):
    """By what: a number, a rate per resident, a change on the year before; or none of these is said."""

    NUMBER = "number"
    RATE = "rate per 1,000 residents"
    CHANGE = "change on the year before"
    NOT_SAID = ""


@dataclass(frozen=True)
class Comparison:
    """A claim of one figure beside others.

    `clause` is the part of the sentence it stands in; `left` and `right` are its text on both sides of *than* or *as*,
    or all of it and nothing. `is_most` says whether the first of them is more. `rank` counts from that end; `top` is
    the number of those that lead together (*the three highest*), 0 where it is not said. `times` is how many times as
    much, 0 where that is not said; `is_at_least`: more than twice. `change` is the direction of the change compared by.
    `is_denied`: not the highest. `is_vague`: one of the highest. `is_only`: only Fareham. `over_years`: since 2019.
    `is_loose`: mostly, which may be said of no figure. `is_equal`: as many as, with `is_about` nearly so. `limit` is
    the share that a majority is more than, in per cent, and exactly where it is 0 or 100. `is_by_a_verb`: exceeds or
    leads, which may be said of anything. `of_others`: what is compared is named, and is no figure. `not_understood`
    are words of `vocabulary` that compare in a way that no rule judges.
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


# A comparison and the places of its words in the text.
Found = tuple[Comparison, tuple[tuple[int, int], ...]]
# How words are found, and what they claim.
Wording = tuple[re.Pattern[str], Callable[[str, re.Match[str]], Found | None]]
