"""The changes that a sentence claims, as the directions that would make it true. Only words are read, no figures.

Names have been replaced by marks (see `subjects`): «m..» a measure, «a..» an area, «g..» an age group, «b..» a body,
«w..» work. Wishes and plans are not claims, and a negation claims every other direction.
"""

import re
from collections.abc import Iterator

from vrp_pipeline.report.commentary.claims import unchanged
from vrp_pipeline.report.commentary.claims.assertion import NOWHERE, is_general, is_negated, is_wished
from vrp_pipeline.report.commentary.claims.change_wording import (
    comparatives_of_change,
    nouns_of_change,
    verbs_of_change,
)
from vrp_pipeline.report.commentary.claims.unchanged import ANY, DOWN, NO_CHANGE, UP
from vrp_pipeline.report.commentary.claims.vocabulary import DOWN_NOUNS, DOWN_VERBS, MEASURE, PLACES, UP_NOUNS, UP_VERBS

# Percentages of change that a word implies.
MULTIPLES = (
    (re.compile(r"\b(?:halv(?:es?|ed|ing))\b", re.IGNORECASE), 50.0),
    (re.compile(r"\bdoubl(?:es?|ed|ing)\b|\btwice (?:as|the)\b", re.IGNORECASE), 100.0),
    (re.compile(r"\b(?:trebl|tripl)(?:es?|ed|ing)\b|\b(?:three|3) times (?:as|the)\b", re.IGNORECASE), 200.0),
    (re.compile(r"\bquadrupl(?:es?|ed|ing)\b", re.IGNORECASE), 300.0),
    (re.compile(r"\btwo-?fold\b", re.IGNORECASE), 100.0),
    (re.compile(r"\bthree-?fold\b", re.IGNORECASE), 200.0),
    (re.compile(r"\bfour-?fold\b", re.IGNORECASE), 300.0),
    (re.compile(r"\bfive-?fold\b", re.IGNORECASE), 400.0),
    (re.compile(r"\bten-?fold\b", re.IGNORECASE), 900.0),
)
_IDIOMS = re.compile(
    r"\b(?:fall|fell|falls|fallen|falling) (?:victims?|ill|into|under|within|short|outside|apart|behind|asleep)\b"
    r"|\bgr(?:ow|ows|ew|own|owing)[- ]ups?\b|\b(?:rise|rose|risen|rising|rises) to the\b"
    r"|\bdrop(?:ped|s|ping)?[- ](?:ins?\b(?! (?:«|crime|violence|the number))|out|off)"
    r"|\bcuts? (?:to|across|off|through|short)\b"
    r"|\bup to(?! date)(?= )|\bdown to(?! \d)|\bbrought up\b|\bm(?:ade|akes?|aking) up\b"
    # Phrasal verbs with up and down: gave up on, feel let down by, stood down from, signed up.
    r"|\b(?:g[ia]ve[ns]?|giving|follow(?:s|ed|ing)?|sign(?:s|ed|ing)?|speak(?:s|ing)?|spoken?|backed"
    r"|link(?:s|ed|ing)?|team(?:s|ed|ing)?|join(?:s|ed|ing)?|meets?|met|set(?:s|ting)?|stands?|stood|standing) up\b"
    r"|\b(?:let(?:s|ting)?|s[ia]t|sits|sitting|stands?|stood|standing|shut|closed?|broken|write|written) down\b"
    r"|\bslips, trips and falls\b"
    # The rise of social media, which is not measured; a rise in something is a claim.
    rf"|\b(?:rise|growth) of (?!(?:the |our )?(?:[\w'-]+ ){{0,3}}(?:{MEASURE}|\d))(?=[\w'-])"
    # No place is named: why some places have more violence than others.
    rf"|\bsome (?:\w+ )?(?:{PLACES}(?: «a\w+»)?|«w\w+») (?:have|see|face|suffer|are)\b[^,;.]{{0,40}}? than others\b",
    re.IGNORECASE,
)
# What victims do themselves: more victims come forward.
_OF_CONDUCT = re.compile(
    rf"\b(?:more|fewer) {MEASURE}(?: (?:than (?:ever )?before|now|also|have|has|had|are|were|been|being|\w+ly)){{0,4}}"
    r" (?:c[oa]m(?:e|ing) forward|offered|agree[ds]?|ask(?:s|ed|ing)? for|trust(?:s|ed|ing)?|know|knew)\b",
    re.IGNORECASE,
)
# Work and resources, which no figure counts: we increased patrols, funding was cut.
_VERBS = "|".join(form for base, forms, going in (*DOWN_VERBS, *UP_VERBS) for form in (base, *forms.split(), going))
_NOUNS = "|".join(f"{DOWN_NOUNS} {UP_NOUNS}".split())
_PREPOSITIONS = "(?:about|after|and|at|by|for|from|in|of|on|or|to|with)"
_OF_WORK = re.compile(
    r"\b(?:increas(?:e[ds]?|ing)|reduc(?:e[ds]?|ing)|cut(?:ting)?|doubl(?:e[ds]?|ing)|halv(?:e[ds]?|ing)|gr(?:o|e)w|slash\w*"
    r"|lower\w*|fewer|more|less|extra|additional)(?: (?:the|our|its|their|all|number of))*"
    r"(?: (?!(?:in|at|by|on|to|for|and|or|as|with|after|from|of|when|while)\b)[\w-]+)? «w\w+»"
    r"|(?:^|[,;:(] |\b(?:and|but|while|as|because|though|when) )"
    r"(?:(?:the|our|its|their|some|many|all|more|(?:use|number|quality) of) )*(?:[\w-]+ )?"
    # Waiting times for mental health support, partners that share data.
    r"«w\w+»(?: (?:for|of|on|in|to|from|that|who|which) (?:(?!«m)[\w'«»-]+ ){0,3}?(?!«m)[\w'«»-]+)?"
    rf"(?: (?:was|were|has|have|had|been|is|are|also|being|went|gone|go|goes|going)){{0,3}} (?:{_VERBS}|up|down)\b"
    # Work that cuts violence, or levels of it, claims a change of it; more money for it, or reports of it, do not.
    r"(?! (?:(?:the |our |all )*(?:levels?|rates?|numbers?|incidents?) of )?"
    rf"(?:(?!{_PREPOSITIONS}\b)[\w'-]+ ){{0,2}}«m\w+»)"
    rf"|\b(?:{_NOUNS})s? (?:in|of|to) (?:the |our )?(?:[\w-]+ )?«w\w+»",
    re.IGNORECASE,
)
_PATTERNS = (
    *(
        (DOWN, pattern)
        for pattern in (verbs_of_change(DOWN_VERBS), nouns_of_change(DOWN_NOUNS), comparatives_of_change("down"))
    ),
    *(
        (UP, pattern)
        for pattern in (verbs_of_change(UP_VERBS), nouns_of_change(UP_NOUNS), comparatives_of_change("up"))
    ),
)


def _directions(text: str, *, about_measure: bool) -> Iterator[frozenset[int]]:
    rest = text
    for said_of_nothing in (_IDIOMS, _OF_CONDUCT, _OF_WORK):
        rest = said_of_nothing.sub(lambda held: " " * len(held[0]), rest)
    for pattern, allowed_by in (
        *unchanged.WORDINGS,
        *(unchanged.WORDINGS_OF_A_MEASURE if about_measure else ()),
    ):
        for held in pattern.finditer(rest):
            yield allowed_by(rest, held)
        rest = pattern.sub(lambda held: " " * len(held[0]), rest)
    for direction, pattern in _PATTERNS:
        for held in pattern.finditer(rest):
            if not (is_wished(rest, held) or is_general(rest, held)):
                yield ANY - {direction} if is_negated(rest, held) else frozenset({direction})


# An estimate with its interval, whose sign is not a claim.
_ESTIMATE = re.compile(r"\((?:[^()]*, )?95% (?:confidence )?interval[^)]*\)|95% (?:confidence )?interval[^,;]*")


def directions(text: str, *, about_measure: bool) -> Iterator[frozenset[int]]:
    """Yield for each claim of a text the directions of change that would make it true.

    'fell' gives {-1}, 'did not fall' {0, 1}, 'no clear change' {0}. `about_measure` says whether a measure is named.
    """
    plain = _ESTIMATE.sub(" ", text)
    nowhere = NOWHERE.search(plain) is not None
    for allowed in _directions(plain, about_measure=about_measure):
        yield ANY - allowed if nowhere and len(allowed) == 1 and NO_CHANGE not in allowed else allowed
