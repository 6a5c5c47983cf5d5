"""Whether a claim is asserted: not wished for, planned, conditional or a general truth; and whether it is denied."""

import re

from vrp_pipeline.report.commentary.claims.vocabulary import BASES, DOWN_VERBS, GENERAL, UP_VERBS

# What follows these words has not happened.
_WISHED = (
    r"\b(?:will|would|should|could|can|cannot|may|might|must|shall|let|if|whether|unless|until|so that|in order to"
    r"|hopes?|hoped|want(?:s|ed)?|wish(?:es)?|aims?|goals?|targets?|ambitions?|plans?|planned|towards?"
    r"|(?<!continue )(?<!continues )(?<!continued )(?<!continuing )(?<!started )(?<!began )(?<!begun )(?<!begins )"
    r"(?<!starts )(?<!seems )(?<!seemed )(?<!appears )(?<!appeared )(?<!tends )(?<!tended )(?<!helped )(?<!helps )"
    r"(?<!managed )(?<!failed )to(?: not)?(?: [\w'-]+ly| also| further)?"
    r" (?:see|help|make|bring|drive|get|keep|achieve|secure|support|deliver|ensure|work|do|be|have|prevent|tackle|push"
    rf"|send|{BASES}))\b"
)
_CLAUSE = re.compile(
    r"[,;()]|\b(?:but|although|though|while|whilst|whereas|because|since|so(?! that)|yet|which|who|why|how|where|when"
    r"|as)\b|\band (?=«|the|our|we|it|they|in|there)",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not(?! only)|never|cannot|hardly|scarcely|barely|nor|neither|failed to|no longer|nobody|no one|untrue|false"
    r"|wrong|myth|deny|denied|nowhere)\b"
    r"|\b(?:no|without)(?: any| an?| clear| further| real| overall| significant| large| sharp| the)* *$"
    r"|\bno (?:sign|evidence|proof|indication)\b",
    re.IGNORECASE,
)
_NEGATED_AFTER = re.compile(r"^\W*(?:[\w'-]+ ){0,2}?(?:nowhere|in none|in neither)\b", re.IGNORECASE)
NOWHERE = re.compile(
    r"\bno (?:other |single )?(?:district|area|place|part|town|city)s?\b|\bnowhere\b"
    r"|\bnone of (?:the|our) (?:\w+ )?districts\b",
    re.IGNORECASE,
)
_WISH = re.compile(_WISHED, re.IGNORECASE)
_CONTINUED = re.compile(rf"(?:[\w-]+ly )?(?:{BASES}|less|fewer|more|lower|higher|an?)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:fell|rose|grew|shrank|sank|saw|went|was|were|did|has|had|have)\b", re.IGNORECASE)


def _clause_before(text: str, held: re.Match[str]) -> str:
    """Return the words of the clause up to the last word of a match."""
    last = held.end() - len(re.split(r"\s", held[0].rstrip())[-1]) - (len(held[0]) - len(held[0].rstrip()))
    begins = max((each.end() for each in _CLAUSE.finditer(text, 0, held.start())), default=0)
    return text[begins:last]


def continues_a_wish(before: str, after: str) -> bool:
    """Return whether the words after 'and' continue a wish or plan before it: to prevent and reduce."""
    return _CONTINUED.match(after) is not None and _WISH.search(before) is not None


def is_planned(text: str, held: re.Match[str]) -> bool:
    """Return whether what a match says is only wished for, planned or conditional in its clause."""
    return _WISH.search(_clause_before(text, held)) is not None


def is_wished(text: str, held: re.Match[str]) -> bool:
    """Return whether the statement is a wish: after will, to, if, aim. A past tense is not, unless it follows be."""
    before = _clause_before(text, held)
    wishes = list(_WISH.finditer(before))
    if not wishes or wishes[-1][0].casefold() in ("if", "whether", "unless"):
        return bool(wishes)
    if "finite" in held.groupdict() and held["finite"] and held["finite"].casefold() in _PAST_FORMS:
        # will be reduced, to have fallen; yet: our aim is near, violence fell
        return re.search(r"\b(?:be|have|been|being|get)\b(?: [\w'-]+ly)? ?$", before) is not None
    return not _PAST.search(before[wishes[-1].end() :])


def is_general(text: str, held: re.Match[str]) -> bool:
    """Return whether a comparative states a general truth: more poverty goes with more violence."""
    is_verb = held.groupdict().get("finite") is not None
    return not is_verb and "«a" not in text and GENERAL.search(text[held.start() :]) is not None


_PAST_FORMS = frozenset(
    form
    for verbs in (DOWN_VERBS, UP_VERBS)
    for _, forms, _ in verbs
    for form in forms.split()
    if not form.endswith("s")
)


def is_negated(text: str, held: re.Match[str]) -> bool:
    """Return whether what a match says is denied, before or after it: did not fall, fell nowhere."""
    before, after = _clause_before(text, held), text[held.end() :]
    return (
        _NEGATION.search(before) is not None
        or re.search(r"\bneither (?:[\w'-]+ )?nor\b", text[: held.end()], re.IGNORECASE) is not None
        or _NEGATED_AFTER.search(after) is not None
    )
