"""The wording of figures equal to, not above or not below those of the year before."""

import re
from collections.abc import Callable

from vrp_pipeline.report.commentary.claims.assertion import is_negated
from vrp_pipeline.report.commentary.claims.vocabulary import RELATIONS

DOWN, NO_CHANGE, UP = -1, 0, 1
ANY = frozenset({DOWN, NO_CHANGE, UP})
_UNCHANGED = re.compile(
    r"\bno(?: clear| significant| statistically| real| overall| great| marked)* (?:changes?|difference)\b"
    r"(?! can | is given| is judged)"
    r"|\bunchanged\b|\bneither up nor down\b|\blittle changed?\b|\bchanged (?:very )?little\b"
    r"|(?:did|has|have|had|does|do) not(?: clearly| really)? change[ds]?\b|\bchange (?:is|was) not clear\b"
    r"|\bin no district is the change clear\b",
    re.IGNORECASE,
)
_NOT_AS = re.compile(
    r"\b(?:not|never)(?: been)? (?:as|so) (?:(?P<much>high|many|much|common|bad|frequent|large|often)|low|few)\b",
    re.IGNORECASE,
)
_TIME_BEFORE = (
    r"(?:(?:in|during|at|that of|those of) )?(?:the )?"
    r"(?:last year|year before|previous year|base year|same time last year|a year (?:ago|earlier)|before"
    r"|(?:19|20)\d\d\S*)"
)
_AS_LAST_YEAR = re.compile(
    r"\b(?:as (?:many|much|high|low|few|common|frequent|often)|(?:the|an?) (?:\w+ )?(?:same|similar)(?: \w+)?"
    r"|level|on a par|in line|match(?:es|ed)?|equal(?:led|s)?)\b"
    rf"(?:(?! than )[^.;,]){{0,60}}?\b(?:as|to|with|match\w*|equal\w*) {_TIME_BEFORE}\b",
    re.IGNORECASE,
)
# Exceeds, matches or trails last year's level: a change in the direction of the relation.
_RELATED = tuple(
    (each.way, re.compile(rf"\b(?:{each.words}) (?:(?:that|those|the \w+) (?:of|in) )?{_TIME_BEFORE}\b", re.IGNORECASE))
    for each in RELATIONS
)
# No fewer than last year: unchanged or more.
_NO_MORE = re.compile(
    r"\bno (?:(?P<down>fewer|less|lower|smaller|rarer)|(?P<up>more|higher|greater|larger|worse))\b"
    rf"(?:(?! than )[^.;,]){{0,60}}? than {_TIME_BEFORE}\b",
    re.IGNORECASE,
)
# Only of a measure: people look at the same map.
_AS_BEFORE = re.compile(
    r"\b(?:is|are|was|were|remain\w*|stay\w*|held|holds|kept)(?: \w+)? "
    r"(?:stable|steady|flat|constant|level|the same|similar)\b",
    re.IGNORECASE,
)


def _kept(way: int) -> Callable[[str, re.Match[str]], frozenset[int]]:
    """Return the directions that a relation allows, asserted or denied: matched last year's level, or did not."""
    return lambda text, held: ANY - {way} if is_negated(text, held) else frozenset({way})


# Words that compare a figure with the year before without a verb of change, and the directions they allow.
WORDINGS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], frozenset[int]]], ...] = (
    (_NOT_AS, lambda _, held: frozenset({DOWN if held["much"] else UP})),
    (_NO_MORE, lambda _, held: ANY - {DOWN if held["down"] else UP}),
    (_UNCHANGED, lambda _, __: frozenset({NO_CHANGE})),
)
WORDINGS_OF_A_MEASURE = (
    *((pattern, _kept(way)) for way, pattern in _RELATED),
    (_AS_LAST_YEAR, lambda _, __: frozenset({NO_CHANGE})),
    (_AS_BEFORE, _kept(NO_CHANGE)),
)
