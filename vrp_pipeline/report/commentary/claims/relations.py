"""The wording of relations by a verb: exceeds, outnumbered by, matches; and of those that no rule judges."""

import re

from vrp_pipeline.report.commentary.claims.comparatives import TIME
from vrp_pipeline.report.commentary.claims.compared_nouns import DENIED, is_of_others, quantity_of
from vrp_pipeline.report.commentary.claims.comparison import Comparison, Found, Kind, Wording
from vrp_pipeline.report.commentary.claims.vocabulary import NOT_UNDERSTOOD, RELATIONS, Relation


def _relation_of(relation: Relation) -> Wording:
    """Return the wording of a relation of `vocabulary`."""
    pattern = re.compile(rf"\b(?:{relation.words})\b(?P<passive> by\b)?(?! {TIME})", re.IGNORECASE)

    def made(clause: str, held: re.Match[str]) -> Found:
        found = Comparison(
            Kind.VERSUS,
            clause,
            clause[: held.start()],
            clause[held.end() :],
            quantity_of(clause),
            is_most=(relation.way > 0) != (held["passive"] is not None),
            is_denied=DENIED.search(clause[: held.start()]) is not None,
            is_equal=relation.way == 0,
            is_by_a_verb=True,
            of_others=is_of_others(clause),
        )
        return found, (held.span(),)

    return pattern, made


def _not_understood(clause: str, held: re.Match[str]) -> Found:
    left, right = clause[: held.start()], clause[held.end() :]
    found = Comparison(
        Kind.VERSUS, clause, left, right, quantity_of(clause), is_by_a_verb=True, not_understood=held[0].casefold()
    )
    return found, (held.span(),)


WORDINGS: tuple[Wording, ...] = (*map(_relation_of, RELATIONS), (NOT_UNDERSTOOD, _not_understood))
