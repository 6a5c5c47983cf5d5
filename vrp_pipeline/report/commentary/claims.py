"""What a sentence claims of figures: directions, as the changes it allows. Words alone; no figure is read here.

The names of what is measured and of areas are marks by then (see `subjects`): «m..» a measure, «a..» an area, «g..» an
age group, «b..» a body, «w..» work. English as reports use it: every tense of the verbs of change, nouns (*a drop in*),
comparatives, and their negation, which claims every other direction. What is wished for or planned is no claim.
"""

import re
from collections.abc import Callable, Iterator

from vrp_pipeline.report.commentary.spelled_numbers import ABOUT
from vrp_pipeline.report.commentary.vocabulary import DOWN_NOUNS, DOWN_VERBS, GENERAL, RELATIONS, UP_NOUNS, UP_VERBS

DOWN, NO_CHANGE, UP = -1, 0, 1
ANY = frozenset({DOWN, NO_CHANGE, UP})
MEASURE = r"«m\w+»"
_SAID_OF = rf"{MEASURE}(?: rates?| levels?| numbers?| figures?| counts?)?(?: (?:in|across|of|among|against) «\w+»)*"

# Numbers that a verb says by itself, in per cent, of a change.
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

_BASES = "|".join(base for base, _, _ in (*DOWN_VERBS, *UP_VERBS))
_AUXILIARY = r"(?:is|are|was|were|be|been|being|has|have|had|'s|'re|keeps?|kept|started|began|begun|still|now|by|after)"
# What these words lead to has not happened.
_WISHED = (
    r"\b(?:will|would|should|could|can|cannot|may|might|must|shall|let|if|whether|unless|until|so that|in order to"
    r"|hopes?|hoped|want(?:s|ed)?|wish(?:es)?|aims?|goals?|targets?|ambitions?|plans?|planned|towards?"
    r"|(?<!continue )(?<!continues )(?<!continued )(?<!continuing )(?<!started )(?<!began )(?<!begun )(?<!begins )"
    r"(?<!starts )(?<!seems )(?<!seemed )(?<!appears )(?<!appeared )(?<!tends )(?<!tended )(?<!helped )(?<!helps )"
    r"(?<!managed )(?<!failed )to(?: not)?(?: [\w'-]+ly| also| further)?"
    r" (?:see|help|make|bring|drive|get|keep|achieve|secure|support|deliver|ensure|work|do|be|have|prevent|tackle|push"
    rf"|send|{_BASES}))\b"
)
_IDIOMS = re.compile(
    r"\b(?:fall|fell|falls|fallen|falling) (?:victims?|ill|into|under|within|short|outside|apart|behind|asleep)\b"
    r"|\bgr(?:ow|ows|ew|own|owing)[- ]ups?\b|\b(?:rise|rose|risen|rising|rises) to the\b"
    r"|\bdrop(?:ped|s|ping)?[- ](?:ins?\b(?! (?:«|crime|violence|the number))|out|off)"
    r"|\bcuts? (?:to|across|off|through|short)\b"
    r"|\bup to(?! date)(?= )|\bdown to(?! \d)|\bbrought up\b|\bm(?:ade|akes?|aking) up\b"
    r"|\bset up\b|\bstood up\b|\bslips, trips and falls\b",
    re.IGNORECASE,
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
# Exceeds, matches or trails last year's level: a change, by the way of the relation.
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


def _forms(verbs: tuple[tuple[str, str, str], ...]) -> re.Pattern[str]:
    bases = "|".join(base for base, _, _ in verbs)
    finite = "|".join(form for base, forms, _ in verbs if base != "cut" for form in forms.split())
    going = "|".join(form for _, _, form in verbs)
    said = "|".join(
        form for _, _, form in verbs if form not in ("reducing", "cutting", "lowering", "curbing", "halving")
    )
    subject = rf"(?:{_SAID_OF}|they|it|this|numbers?|figures?|rates?|counts?|totals?|levels?|crimes)"
    return re.compile(
        # fell, has fallen, was reduced
        rf"\b(?P<finite>{finite})\b"
        # is falling, kept rising; violence falling; falling by; rising violence
        rf"|\b{_AUXILIARY}(?: not| no longer)?(?: [\w'-]+ly| still| also| now)? (?:{going})\b(?!-)"
        rf"|{subject} (?:{said})\b|\b(?:{going}) (?:by|from) |\b(?:{said}) (?:[\w'-]+ )?{MEASURE}"
        # did not fall, does it rise
        rf"|\b(?:did|does|do|has|have|had) (?:[\w'«»-]+ ){{0,3}}?(?:{bases})\b"
        # continued to fall, helped to cut, failed to fall
        r"|\b(?:continu\w+|start(?:s|ed)|beg[aiu]ns?|help(?:s|ed)|manag\w+|seem\w*|appear\w*|tend(?:s|ed)|failed)"
        rf"(?: to)?(?: [\w'-]+ly)? (?:{bases})\b"
        # homicides fall; saw violence fall
        rf"|{subject}(?: [\w'-]+ly)? (?:{bases})\b"
        rf"|\b(?:saw|seen|sees?|seeing|made|with) (?:[\w'«»-]+ ){{1,4}}?(?:{bases})\b"
        # cut violence, was cut, cut by; double the
        rf"|\b(?:{bases}) (?:(?:the|our|its|all) )?(?:[\w'-]+ )?{MEASURE}|\bdouble (?:the|that|last)\b"
        r"|\b(?:was|were|been|is|are|has|have|had|we|they|«b\w+»)(?: [\w'-]+ly| also)? cut\b|\bcut (?:by|in|to|from) ",
        re.IGNORECASE,
    )


def _nouns(words: str) -> re.Pattern[str]:
    noun = rf"(?:{'|'.join(words.split())})"
    return re.compile(
        rf"\b(?:an?|the|this|that|any|no|its|our|their|«m\w+»|%|percent|per cent|overall|sharp|steep|clear|further)"
        rf"(?: [\w'%.-]+){{0,2}}? {noun}s?\b(?!-)"
        rf"|{noun}s? (?:in|of) (?:(?:the|our|all) )?(?:[\w'-]+ ){{0,3}}?{MEASURE}",
        re.IGNORECASE,
    )


def _comparisons(way: str) -> re.Pattern[str]:
    """Return a pattern of comparatives and of 'down' or 'up' where they tell of a change."""
    is_down = way == "down"
    words = "lower|fewer|smaller|rarer" if is_down else "higher|greater|larger|worse"
    many = "fewer|less" if is_down else "more|additional|extra"
    low = "low" if is_down else "high"
    trend = (
        "downwards?|on the way down|in decline|on the decline"
        if is_down
        else "upwards?|on the (?:rise|increase|way up)"
    )
    most = "lowest|fewest" if is_down else "highest|most|worst"
    gone = "disappeared|vanished|eased|improved|eliminated|eradicated" if is_down else "worse|exploded"
    above = "below|under" if is_down else "above|over|exceed(?:s|ed|ing)|surpass(?:es|ed|ing)"
    be = r"(?:is|are|was|were|been?|becom\w+|became|got|getting|gets|grew|remain\w*|stay\w*)"
    than = (
        r"than (?:in |it was |they were |that of )?(?:last|the (?:year|years|previous|same|base|past|last)"
        r"|a (?:year|decade|month)|before|(?:20|19)\d\d|usual)\b"
    )
    ways = (
        # went down, come right down, brought violence down
        rf"\b(?:go(?:es|ing|ne)?|went|{be}|came|comes?|head\w+|moved|trend\w+)(?: not)?(?: [\w'-]+){{0,2}}? {way}\b",
        rf"\b(?:brought|drove|driven|pushed|sent|got|forced|shot) (?:[\w'«»-]+ ){{0,4}}?{way}\b",
        # violence down; down by 5%, down 5%
        rf"(?:^|[,:(] ?|{_SAID_OF} |[\d%] )(?:is |are )?{way}(?= (?:by|from|on|in|a)\b| \d|\W*$)",
        rf"\b{way} (?:by|from|on|\d)",
        rf"\b(?:{trend})\b",
        # was lower, became less common
        rf"\b{be}(?: not| [\w'-]+ly| much| far| no| any| {ABOUT}?\d[\d.]*(?:%| ?per ?cent))*"
        rf" (?:{words}|(?:{many}) (?:common|frequent|often|prevalent|widespread|of a problem))\b(?! than \d|-| likely)",
        rf"(?<!no )\b(?:{words}|{many}) {than}",
        # fewer people were stabbed, twice as many stabbings
        rf"(?<!no )\b(?:{many}) (?!(?:than|to|and)\b)"
        rf"(?:(?!(?:for|against|on|about|with|to|than|from|after)\b)[\w'«»-]+ ){{0,4}}?{MEASURE}",
        # of a measure, or of what is not named: no higher levels of poverty
        rf"\b(?:{words}) (?:(?:number|level|rate|count|total|share)s?\b"
        rf"(?! of (?!(?:(?:the|our|all|such|serious|it|them) )?(?:[\w-]+ )?{MEASURE}))|{MEASURE})",
        rf"(?:{'50%' if is_down else 'twice|[2-9] times'}) as (?:many|much|common|frequent|{low})\b",
        # at a record low, the lowest since
        rf"\b(?:record|historic|all-time|[\w-]+-year|new) {low}s?\b",
        rf"\b(?:{most})\b[^.;]*? (?:since|ever|on record|for"
        r"|in (?:a|an|\d+|many|several|the past) ?(?:\w+ )?(?:years?|decades?))\b",
        # arrows, and signs of a percentage
        "[↓▼⬇📉⇩↘]" if is_down else "[↑▲⬆📈⇧↗]",
        rf"\b(?:{above}) (?:that of )?(?:last year|the year before|the previous year|the base year|20\d\d)",
        rf"{_SAID_OF}(?: (?:has|have|had|was|were|is|been|almost|nearly|all but|got))* (?:{gone})\b",
        rf"(?<![\w])[{'-' if is_down else '+'}]\d+(?:[.]\d+)?\s*%",
    )
    return re.compile("|".join(ways), re.IGNORECASE)


# Work and means, which no figure counts: we increased patrols, funding was cut.
_VERBS = "|".join(form for base, forms, going in (*DOWN_VERBS, *UP_VERBS) for form in (base, *forms.split(), going))
_NOUNS = "|".join(f"{DOWN_NOUNS} {UP_NOUNS}".split())
_PREPOSITIONS = "(?:about|after|and|at|by|for|from|in|of|on|or|to|with)"
_OF_WORK = re.compile(
    r"\b(?:increas(?:e[ds]?|ing)|reduc(?:e[ds]?|ing)|cut(?:ting)?|doubl(?:e[ds]?|ing)|halv(?:e[ds]?|ing)|gr(?:o|e)w|slash\w*"
    r"|lower\w*|fewer|more|less|extra|additional)(?: (?:the|our|its|their|all|number of))*"
    r"(?: (?!(?:in|at|by|on|to|for|and|or|as|with|after|from|of|when|while)\b)[\w-]+)? «w\w+»"
    r"|(?:^|[,;:(] |\b(?:and|but|while|as|because|though|when) )"
    r"(?:(?:the|our|its|their|some|many|all|more) )*(?:[\w-]+ )?"
    rf"«w\w+»(?: (?:was|were|has|have|had|been|is|are|also|being)){{0,3}} (?:{_VERBS}|up|down)\b"
    # Work that cuts violence, or levels of it, claims a change of it; more money for it, or reports of it, do not.
    r"(?! (?:(?:the |our |all )*(?:levels?|rates?|numbers?|incidents?) of )?"
    rf"(?:(?!{_PREPOSITIONS}\b)[\w'-]+ ){{0,2}}«m\w+»)"
    rf"|\b(?:{_NOUNS})s? (?:in|of|to) (?:the |our )?(?:[\w-]+ )?«w\w+»",
    re.IGNORECASE,
)

_PATTERNS = (
    *((DOWN, pattern) for pattern in (_forms(DOWN_VERBS), _nouns(DOWN_NOUNS), _comparisons("down"))),
    *((UP, pattern) for pattern in (_forms(UP_VERBS), _nouns(UP_NOUNS), _comparisons("up"))),
)
_WISH = re.compile(_WISHED, re.IGNORECASE)
_CONTINUED = re.compile(rf"(?:[\w-]+ly )?(?:{_BASES}|less|fewer|more|lower|higher|an?)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:fell|rose|grew|shrank|sank|saw|went|was|were|did|has|had|have)\b", re.IGNORECASE)


def directions(text: str, *, about_measure: bool) -> Iterator[frozenset[int]]:
    """Yield for each direction that a text claims the changes that would make it true.

    'fell' gives {-1}, 'did not fall' {0, 1}, 'no clear change' {0}. `about_measure` says whether a measure is named.
    """
    rest = text
    for said_of_nothing in (_IDIOMS, _OF_WORK):
        rest = said_of_nothing.sub(lambda held: " " * len(held[0]), rest)
    for pattern, allowed_by in (*_BESIDE_BEFORE, *(_OF_A_MEASURE if about_measure else ())):
        for held in pattern.finditer(rest):
            yield allowed_by(rest, held)
        rest = pattern.sub(lambda held: " " * len(held[0]), rest)
    for direction, pattern in _PATTERNS:
        for held in pattern.finditer(rest):
            if not (_is_wished(rest, held) or _is_general(rest, held)):
                yield ANY - {direction} if _is_negated(rest, held) else frozenset({direction})


def _kept(way: int) -> Callable[[str, re.Match[str]], frozenset[int]]:
    """Return what a way allows where it is said, and where it is denied: matched last year's level, or did not."""
    return lambda text, held: ANY - {way} if _is_negated(text, held) else frozenset({way})


# What sets a figure beside that of the year before without a verb of change, with the changes that it allows.
_BESIDE_BEFORE: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], frozenset[int]]], ...] = (
    (_NOT_AS, lambda _, held: frozenset({DOWN if held["much"] else UP})),
    (_NO_MORE, lambda _, held: ANY - {DOWN if held["down"] else UP}),
    (_UNCHANGED, lambda _, __: frozenset({NO_CHANGE})),
)
_OF_A_MEASURE = (
    *((pattern, _kept(way)) for way, pattern in _RELATED),
    (_AS_LAST_YEAR, lambda _, __: frozenset({NO_CHANGE})),
    (_AS_BEFORE, _kept(NO_CHANGE)),
)


def _clause_before(text: str, held: re.Match[str]) -> str:
    """Return the words of the clause up to the last word of a match."""
    last = held.end() - len(re.split(r"\s", held[0].rstrip())[-1]) - (len(held[0]) - len(held[0].rstrip()))
    begins = max((each.end() for each in _CLAUSE.finditer(text, 0, held.start())), default=0)
    return text[begins:last]


def continues_a_wish(before: str, after: str) -> bool:
    """Return whether what follows 'and' is wished for or planned like what stands before it: to prevent and reduce."""
    return _CONTINUED.match(after) is not None and _WISH.search(before) is not None


def is_planned(text: str, held: re.Match[str]) -> bool:
    """Return whether what a match says is only wished for, planned or conditional in its clause."""
    return _WISH.search(_clause_before(text, held)) is not None


def _is_wished(text: str, held: re.Match[str]) -> bool:
    """Return whether what is said has not happened: after will, to, if, aim. A past tense has, unless it follows be."""
    before = _clause_before(text, held)
    wishes = list(_WISH.finditer(before))
    if not wishes or wishes[-1][0].casefold() in ("if", "whether", "unless"):
        return bool(wishes)
    if "finite" in held.groupdict() and held["finite"] and held["finite"].casefold() in _PAST_FORMS:
        # will be reduced, to have fallen; yet: our aim is near, violence fell
        return re.search(r"\b(?:be|have|been|being|get)\b(?: [\w'-]+ly)? ?$", before) is not None
    return not _PAST.search(before[wishes[-1].end() :])


def _is_general(text: str, held: re.Match[str]) -> bool:
    """Return whether a comparative tells how things go, not what was: more poverty goes with more violence."""
    is_verb = held.groupdict().get("finite") is not None
    return not is_verb and "«a" not in text and GENERAL.search(text[held.start() :]) is not None


_PAST_FORMS = frozenset(
    form
    for verbs in (DOWN_VERBS, UP_VERBS)
    for _, forms, _ in verbs
    for form in forms.split()
    if not form.endswith("s")
)


def _is_negated(text: str, held: re.Match[str]) -> bool:
    before, after = _clause_before(text, held), text[held.end() :]
    return (
        _NEGATION.search(before) is not None
        or re.search(r"\bneither (?:[\w'-]+ )?nor\b", text[: held.end()], re.IGNORECASE) is not None
        or _NEGATED_AFTER.search(after) is not None
    )
