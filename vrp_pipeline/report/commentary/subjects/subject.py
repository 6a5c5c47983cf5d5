"""What a sentence is about: measures, areas and ages, which stand in it as marks.

A measure of which no figure is published is a measure too, so that what is said of it is not taken for the headline.
"""

import re
from dataclasses import dataclass, field

HEADLINE = "M1"
WHOLE, EVERYWHERE, ELSEWHERE, UNKNOWN = "whole", "everywhere", "elsewhere", "unknown"
_AGE_AFTER = r"(?:among|amongst|of|against|by|for|involving|to|in|between|were|was)(?: the| our| all| of)* $"


@dataclass(frozen=True)
class Measure:
    """What is measured: a metric with breakdown and category, a further table, or with neither nothing published.

    `is_general`: another measure beside it tells what is meant.
    """

    metric_id: str = ""
    breakdown: str = "all"
    category: str = "all"
    table_name: str = ""
    is_general: bool = False

    @property
    def is_table_alone(self) -> bool:
        """Return whether the publication has numbers of it, but no figure with a change."""
        return bool(self.table_name) and self.metric_id != "M9"


@dataclass(frozen=True)
class Subject:
    """What a piece of a sentence is about. `areas` are names, or one of the words for all, others or an unknown one.

    `named` are the areas of the whole sentence, which 'elsewhere' leaves out.
    """

    measures: tuple[Measure, ...] = ()
    areas: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def or_else(self, other: "Subject") -> "Subject":
        """Return the subject with what it does not name taken from another."""
        return Subject(self.measures or other.measures, self.areas or other.areas, self.ages or other.ages, self.named)


@dataclass(frozen=True)
class Marked:
    """A sentence with its names as marks, and what they mean.

    «m..» are measures, «a..» areas, «g..» ages, «b..» bodies, «w..» work. `said` has the words that each stands for.
    """

    text: str
    meant: dict[str, Measure | str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> Subject:
        """What the whole sentence is about."""
        return self.subject(self.text)

    def in_words(self, piece: str) -> str:
        """Return a piece of the text with the words that its marks stand for."""
        return re.sub(r"«(\w+)»", lambda held: self.in_words(self.said[held[1]]), piece)

    def subject(self, piece: str) -> Subject:
        """Return what a piece of the text is about."""
        measures: list[Measure] = []
        areas: list[str] = []
        ages: list[str] = []
        for held in re.finditer(r"«(\w+)»", piece):
            meant = self.meant[held[1]]
            if isinstance(meant, Measure):
                measures.append(meant)
            elif held[1][0] == "a":
                areas.append(meant)
            elif held[1][0] == "g" and (
                re.search(_AGE_AFTER, piece[: held.start()], re.IGNORECASE)
                or re.match(r" (?:were |was |are |being |been )?«m", piece[held.end() :])
            ):
                ages.append(meant)
        return Subject(tuple(dict.fromkeys(measures)), tuple(dict.fromkeys(areas)), tuple(dict.fromkeys(ages)))
