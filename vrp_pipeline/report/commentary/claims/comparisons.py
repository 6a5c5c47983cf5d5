"""The comparisons that a sentence claims, clause by clause. Only words are read, no figures.

Names have been replaced by marks, as in `changes`. A comparison with the year before is a change and belongs there.
"""

import re
from collections.abc import Iterator

from vrp_pipeline.report.commentary.claims import comparatives, equality, extremes, relations, shares
from vrp_pipeline.report.commentary.claims.assertion import is_planned
from vrp_pipeline.report.commentary.claims.comparison import Found, Wording

_CLAUSE = re.compile(
    r"[;:] ?|, (?:and|but|with|while|whilst|whereas|although|so|because) "
    r"|\b(?:but|while|whilst|whereas|although|though)\b",
    re.IGNORECASE,
)
_AND = re.compile(r",? and ", re.IGNORECASE)


def comparisons(text: str) -> Iterator[Found]:
    """Yield the comparisons of a marked text, each with the positions of its words, which are not read as changes."""
    for begins, ends in _clauses(text):
        clause = text[begins:ends]
        for found, places in _of_clause(clause):
            yield found, tuple((begins + start, begins + end) for start, end in places)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the clauses of a text: 'and' separates two only if both compare."""
    begins = 0
    for ends, next_begins in [*((held.start(), held.end()) for held in _CLAUSE.finditer(text)), (len(text), len(text))]:
        for held in _AND.finditer(text, begins, ends):
            if any(True for _ in _of_clause(text[begins : held.start()])) and any(
                True for _ in _of_clause(text[held.end() : ends])
            ):
                yield begins, held.start()
                begins = held.end()
        yield begins, ends
        begins = next_begins


def _of_clause(clause: str) -> Iterator[Found]:
    taken: list[tuple[int, int]] = []
    for pattern, made in _WORDINGS:
        for held in pattern.finditer(clause):
            is_taken = any(held.start() < end and start < held.end() for start, end in taken)
            if not is_taken and not is_planned(clause, held) and (found := made(clause, held)):
                taken.append(held.span())
                yield found


# In order of precedence: comparisons first, so that no extreme is found within one.
_WORDINGS: tuple[Wording, ...] = (
    *comparatives.WORDINGS,
    *equality.WORDINGS,
    *relations.WORDINGS,
    *shares.WORDINGS,
    *extremes.WORDINGS,
)
