"""What a sentence claims of figures beside each other: ranks, comparisons and majorities.

Words alone; no figure is read. Names are marks by then, as in `claims`. *The highest rate*, *second lowest*, *more than
in Fareham*, *twice as many as*, *most victims*. What is said of the year before is a direction and belongs to `claims`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from vrp_pipeline.report.commentary.claims import is_planned
from vrp_pipeline.report.commentary.periods import MONTHS
from vrp_pipeline.report.commentary.vocabulary import (
    CHANGED,
    DESCRIPTIVE,
    FRAME,
    LEADS,
    NOT_UNDERSTOOD,
    RELATIONS,
    SAFE,
    SHARES,
    Lead,
    Relation,
    Share,
)


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
_Found = tuple[Comparison, tuple[tuple[int, int], ...]]
# How words are found, and what they claim.
_Way = tuple[re.Pattern[str], Callable[[str, re.Match[str]], _Found | None]]
_MEASURE = r"«m\w+»"
_WORDS = r"(?:[\w'’%-]+ ){0,3}?"
_RANKS = {"second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}
_MOST = "highest|greatest|largest|biggest|most|worst|commonest|sharpest|steepest|fastest"
_LEAST = "lowest|smallest|fewest|least|rarest|safest|slowest"
_QUALITY = "common|commonly|frequent|frequently|often|prevalent|affected|violent|likely|widespread|recorded|dangerous"
_CHANGES = {
    -1: "falls?|drops?|decreases?|declines?|reductions?|cuts?|improvements?",
    1: "rises?|increases?|growth|jumps?|surges?",
}
_NOUN = (
    rf"{_MEASURE}|rates?|numbers?|counts?|totals?|levels?|figures?|shares?|proportions?|concentrations?"
    rf"|{'|'.join(_CHANGES.values())}|changes?"
)
_PLACES = r"(?:districts?|areas?|places?|towns?|cit(?:y|ies)|boroughs?)"
# The words of an extreme that is said of figures: by what follows, or of a measure as highest and most common.
_EXTREME = re.compile(
    # The three districts with the highest
    rf"(?:(?:\b(?P<tops>\d{{1,2}}) )?\b{_PLACES}(?: «a\w+»)? (?:with|that \w+|which \w+|where) (?:the )?)?"
    rf"\b(?:(?P<rank>{'|'.join(_RANKS)})[- ])?(?:(?P<top>\d{{1,2}}) (?:\w+ )?)?"
    rf"(?:(?P<most>{_MOST})|(?P<least>{_LEAST}))\b(?P<quality>[- ](?:{_QUALITY})\b)?"
    rf"(?=(?P<after> {_WORDS}(?:{_NOUN})(?![\w»]))?)",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\bonly (?:in )?«a", re.IGNORECASE)
_BEFORE_NO_EXTREME = re.compile(r"\b(?:at|not|last but not) $", re.IGNORECASE)
_NO_EXTREME = re.compile(
    r" (?:quality|standards?|priorit\w+|risks?|needs?|harm|paid|possible|importan\w+|effective|vulnerable|of all,"
    r"|deprived|powerful|recent|urgent|challeng\w+|significant|difficult)\b",
    re.IGNORECASE,
)
_OF_WORK = re.compile(r" (?:(?!«m)[\w'’%-]+ ){0,4}?«w", re.IGNORECASE)
_SAID_ALONE = re.compile(r"(?:highest|lowest|greatest|commonest|rarest|fewest|worst|safest)", re.IGNORECASE)
# Most as a share, not as an extreme: most victims, yet not: the most crimes, had most crimes.
_MOST_OF = Share(r"(?<!\bthe )(?<!\bsecond )(?<!saw )(?<!had )(?<!recorded )(?<!with )(?<!at )most", is_most=True)
_COPULA = r"(?:were|was|are|is|did|do|does|have|had|has|happened|involved|took place)"
_SAID_OF_ALL = re.compile(rf"(?: (?:[\w-]+ )?{_MEASURE})?(?: \w+ly)? {_COPULA}\b(?P<rest>[^,;]*)", re.IGNORECASE)
_NOT_SO = re.compile(rf"^[^,;]*?\b{_COPULA}(?: \w+ly)? (?:not|never)\b(?! only)", re.IGNORECASE)
_MOSTLY = re.compile(r"\b(?:mostly|mainly|predominantly|chiefly|largely)\b", re.IGNORECASE)
_MORE = "more|higher|greater|larger|bigger|worse"
_LESS = "fewer|less|lower|smaller|safer"
_TIME = (
    r"(?:(?:in |during |at )?(?:the (?:year|previous|same|base|past)|last|a year|any (?:other )?year|ever|before|usual"
    r"|twice|double|\w+ times|expected|previously|it|they|we|that of (?:last|the (?:year|previous)))\b"
    r"|(?:in )?(?:19|20)\d\d|\d|≈|half\b)"
)
_VERSUS = re.compile(
    rf"\b(?:(?P<more>{_MORE})|(?P<less>{_LESS}))\b(?P<between>[^;]*?)\b(?:than\b(?! {_TIME})"
    r"|compared (?:with|to)(?= (?:that (?:of|in) )?(?:the )?«a))",
    re.IGNORECASE,
)
_THAN_EVER = re.compile(
    rf"\b(?:(?P<more>{_MORE})|(?P<less>{_LESS}))\b[^;]{{0,60}}?\bthan (?:ever|(?:in |on |at )?any (?:other )?year)\b",
    re.IGNORECASE,
)
_COMPARED_FIRST = re.compile(
    rf"\bcompared (?:with|to) (?P<other>«a\w+»)[^;]*?\b(?:(?P<more>{_MORE})|(?P<less>{_LESS}))\b", re.IGNORECASE
)
_AVERAGE = re.compile(
    r"\b(?:(?P<more>above|over|exceed(?:s|ed))|(?P<less>below|under))(?= (?:the |our |that of )?(?:\w+ )?"
    r"(?:averages?|England|nationals?))",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"(?P<over>\b(?:more than|over|at least) )?"
    r"(?:\b(?:(?P<twice>twice|double)|(?P<times>\d+) times)|(?P<half>≈50%)|(?:\bjust|\babout|\bonly|(?<!\w)))"
    r" (?:as (?:many|much|high|common|often|likely|frequent)|the (?:rate|number))\b(?P<between>[^;]*?)\b(?:as|of)\b"
    rf"(?! {_TIME})",
    re.IGNORECASE,
)
_ALIKE = r"many|much|high|large|common|often|likely|frequent|bad|prevalent|violent"
_FEWER_ALIKE = r"few|little|low|rare|safe|small"
_SAME = r"(?:numbers?|counts?|totals?|volumes?|rates?|levels?|shares?|proportions?|amounts?)"
# As many as Fareham, the same rate as in Fareham, not as many as Fareham.
_AS = re.compile(
    r"(?P<not>\b(?:not|never|nowhere near|nor)(?: \w+)? (?=as\b|so\b))?"
    r"(?P<about>\b(?:about|around|roughly|almost|nearly|approximately|broadly|similarly) )?"
    rf"\b(?:(?:just |every bit )?(?:as|so) (?:(?P<much>(?:{_ALIKE})\b|{_MEASURE})|(?P<little>(?:{_FEWER_ALIKE})\b))"
    rf"|(?:the |exactly the )same(?: {_SAME})?\b|(?P<similar>an? (?:\w+ )?(?:similar|comparable)(?: {_SAME})?)\b"
    rf"|an? (?:equal|identical) {_SAME}\b)"
    rf"(?P<between>[^;]*?)\b(?:as|(?(much)as|(?(little)as|to)))\b(?! (?:well|part|a|our)\b| {_TIME})",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"\b(?:since|ever|on record|for (?:a|an|\d+|many|several|the) (?:\w+ )?(?:years?|decades?|time)"
    r"|in (?:a|\d+|many|several|living|the past|the last|over)\b ?(?:\w+ ){0,2}?(?:years?|decades?|generation|memory)"
    r"|(?:of|than in|than) any (?:other )?year|on any year|(?:before|pre-)\W?(?:the )?(?:pandemic|covid)"
    r"|in (?:its|their|our|recorded) (?:\w+ )?history|than in any (?:other )?year|than (?:in )?any year"
    r"|record (?:low|high))\b",
    re.IGNORECASE,
)
_RATE = re.compile(r"\b(?:rates?|per (?:1,?000|100,?000|head|resident|person)|prevalence)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b(?:numbers?|counts?|totals?|volumes?)\b", re.IGNORECASE)
_VAGUE = re.compile(r"\b(?:one of|among|amongst|some of)(?: the| our)? $", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|never|no longer|neither|nor|without)\b[^,;]{0,25}$|\bno $", re.IGNORECASE)
# The noun of which a comparative or extreme is said: more nightclubs, the highest number of pubs.
_OF_NOUN = re.compile(
    rf"\b(?:{_MOST}|{_LEAST}|more|higher|greater|larger|bigger|worse|fewer|less|lower|smaller|safer|as many|as much"
    r"|average|same)"
    r"(?P<of> (?:rates?|numbers?|counts?|totals?|levels?|shares?|proportions?)(?: of| for))?(?: (?:the|our))?"
    r"(?= (?P<noun>\w[\w-]*|«\w+»))",
    re.IGNORECASE,
)
_NUMBER_OF = re.compile(
    r"\b(?:rates?|numbers?|counts?|totals?|levels?|shares?) of (?:the |our )?(?P<noun>«w\w+»|\w+)", re.IGNORECASE
)
_HEAD = re.compile(
    r"^(?:(?:the|our|its|their|in|of|overall|last|this|year|again|once|but|and|that|while)\b,? ?)*(?P<head>[\w-]+)"
    r"(?: (?:in|of|for|across|at|is|are|was|were|remains?|remained|exceed\w*)\b)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[;:] ?|, (?:and|but|with|while|whilst|whereas|although|so|because) "
    r"|\b(?:but|while|whilst|whereas|although|though)\b",
    re.IGNORECASE,
)
_AND = re.compile(r",? and ", re.IGNORECASE)


def comparisons(text: str) -> Iterator[_Found]:
    """Yield what a text with marks compares, each with the places of its words, which claim no change besides."""
    for begins, ends in _clauses(text):
        clause = text[begins:ends]
        for found, places in _of_clause(clause):
            yield found, tuple((begins + start, begins + end) for start, end in places)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the clauses of a text stand: 'and' parts two only where both compare."""
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


def _of_clause(clause: str) -> Iterator[_Found]:
    taken: list[tuple[int, int]] = []
    for pattern, made in _WAYS:
        for held in pattern.finditer(clause):
            is_taken = any(held.start() < end and start < held.end() for start, end in taken)
            if not is_taken and not is_planned(clause, held) and (found := made(clause, held)):
                taken.append(held.span())
                yield found


def _is_extreme(clause: str, held: re.Match[str]) -> bool:
    after = clause[held.end() :]
    if DESCRIPTIVE.search(clause[: held.start()]) and "«a" not in clause:
        return False
    if _BEFORE_NO_EXTREME.search(clause[: held.start()]) or _NO_EXTREME.match(after) or _OF_WORK.match(after):
        return False
    word = held["most"] or held["least"]
    is_of_safety = re.match(rf" {SAFE}\b", after, re.IGNORECASE) is not None
    said_of_figures = is_of_safety or held["after"] or held["quality"] or _SAID_ALONE.fullmatch(word)
    is_named = re.search(rf"«[ma]|\b(?:{MONTHS})\b", clause) is not None
    is_of_figures = held["after"] or held["quality"] or is_named or _RATE.search(clause)
    return bool(said_of_figures and is_of_figures)


def _rank(clause: str, held: re.Match[str]) -> _Found | None:
    if not _is_extreme(clause, held):
        return None
    after = held["after"] or ""
    change = next((way for way, words in _CHANGES.items() if re.search(rf"\b(?:{words})$", after, re.I)), 0)
    word = (held["most"] or held["least"]).casefold()
    quantity = Quantity.CHANGE if change else _quantity(clause)
    if quantity is Quantity.NOT_SAID and not held["quality"]:
        quantity = Quantity.NUMBER if word in ("most", "fewest") else Quantity.NOT_SAID
    rest = clause[: held.start()] + " " + clause[held.end() :]
    found = Comparison(
        Kind.RANK,
        rest,
        rest,
        quantity=quantity,
        is_most=(held["most"] is not None) != (re.match(rf" {SAFE}\b", clause[held.end() :], re.I) is not None),
        rank=_RANKS.get((held["rank"] or "").casefold(), 1),
        top=int(held["top"] or held["tops"] or 0),
        change=change,
        is_denied=_DENIED.search(clause[: held.start()]) is not None,
        is_vague=_VAGUE.search(clause[: held.start()]) is not None,
        over_years=_YEARS.search(clause) is not None,
        of_others=_is_of_others(clause),
    )
    return found, (held.span(),)


def _than_ever(clause: str, held: re.Match[str]) -> _Found:
    found = Comparison(
        Kind.RANK,
        clause,
        clause,
        is_most=held["more"] is not None,
        change=_change(clause),
        over_years=True,
        of_others=_is_of_others(clause),
    )
    return found, (held.span(),)


def _share(share: Share) -> _Way:
    """Return how a share of the table is found and what it claims."""
    pattern = re.compile(
        rf"\b(?:{share.words})(?: of)?(?: them\b| these\b)?(?: the| all| our)?"
        rf"(?= (?:[\w-]+ ){{0,2}}?{_MEASURE}| (?:were|was|are|is)\b)",
        re.IGNORECASE,
    )
    is_exact = share.limit in (0, 100)

    def made(clause: str, held: re.Match[str]) -> _Found | None:
        after = clause[held.end() :]
        said = _SAID_OF_ALL.match(after)
        if is_exact and said is None:
            return None
        is_denied = _NOT_SO.match(after) is not None or re.search(r"\bnot $", clause[: held.start()], re.I) is not None
        right = said["rest"] if is_exact and said else ""
        found = Comparison(
            Kind.MAJORITY, clause, clause, right, is_most=share.is_most, limit=share.limit, is_denied=is_denied
        )
        return found, (held.span(),)

    return pattern, made


def _relation(relation: Relation) -> _Way:
    """Return how a relation of the table is found and what it claims."""
    pattern = re.compile(rf"\b(?:{relation.words})\b(?P<passive> by\b)?(?! {_TIME})", re.IGNORECASE)

    def made(clause: str, held: re.Match[str]) -> _Found:
        found = Comparison(
            Kind.VERSUS,
            clause,
            clause[: held.start()],
            clause[held.end() :],
            _quantity(clause),
            is_most=(relation.way > 0) != (held["passive"] is not None),
            is_denied=_DENIED.search(clause[: held.start()]) is not None,
            is_equal=relation.way == 0,
            is_by_a_verb=True,
            of_others=_is_of_others(clause),
        )
        return found, (held.span(),)

    return pattern, made


def _lead(lead: Lead) -> _Way:
    """Return how words of being first or last are found and what they claim."""
    pattern = re.compile(rf"\b(?:{lead.words})", re.IGNORECASE)

    def made(clause: str, held: re.Match[str]) -> _Found:
        rest = f"{clause[: held.start()]} {clause[held.end() :]}"
        place = held["place"].casefold() if lead.is_ranked else ""
        is_least = re.match(r" (?:lowest|fewest|safest)\b", clause[held.end() :], re.IGNORECASE) is not None
        found = Comparison(
            Kind.RANK,
            rest,
            rest,
            quantity=_quantity(clause),
            is_most=lead.is_most and not is_least,
            rank=_RANKS.get(place, 1),
            is_denied=_DENIED.search(clause[: held.start()]) is not None,
            over_years=_YEARS.search(clause) is not None,
            is_by_a_verb=True,
        )
        return found, (held.span(),)

    return pattern, made


def _as_many_as(clause: str, held: re.Match[str]) -> _Found:
    is_less = held["not"] is not None
    said = held[0].casefold()
    quantity = Quantity.NUMBER if re.search(r"\b(?:many|much|few)\b", said) and not _RATE.search(clause) else None
    found = Comparison(
        Kind.VERSUS,
        clause,
        clause[: held.end()],
        clause[held.end() :],
        quantity or _quantity(clause),
        # Not as many as Fareham is fewer, not as safe is worse.
        is_most=is_less and held["little"] is not None,
        is_equal=not is_less,
        is_about=bool(held["about"] or held["similar"]),
        of_others=_is_of_others(clause),
    )
    return found, ((held.start(), held.start("between")), (held.end("between"), held.end()))


def _not_understood(clause: str, held: re.Match[str]) -> _Found:
    left, right = clause[: held.start()], clause[held.end() :]
    found = Comparison(
        Kind.VERSUS, clause, left, right, _quantity(clause), is_by_a_verb=True, not_understood=held[0].casefold()
    )
    return found, (held.span(),)


def _is_of_others(clause: str) -> bool:
    """Return whether a clause without a measure names something else that is compared: nightclubs, unemployment."""
    if re.search(_MEASURE, clause):
        return False
    for held in _OF_NOUN.finditer(clause):
        noun = held["noun"].casefold()
        if noun.startswith("«"):
            return noun[1] in "wg"
        if noun not in FRAME and not re.fullmatch(_NOUN, noun):
            return True
    if (counted := _NUMBER_OF.search(clause)) and counted["noun"].casefold() not in FRAME:
        return True
    head = _HEAD.match(clause.strip())
    return head is not None and head["head"].casefold() not in FRAME


def _mostly(clause: str, held: re.Match[str]) -> _Found:
    return Comparison(Kind.MAJORITY, clause, clause, is_loose=True), (held.span(),)


def _versus(clause: str, held: re.Match[str]) -> _Found:
    word = held.span("more" if held["more"] else "less")
    is_of_safety = re.match(rf" {SAFE}\b", clause[word[1] :], re.IGNORECASE) is not None
    than = (held.end("between"), held.end())
    before = clause[: than[0]]
    change = _change(before)
    quantity = Quantity.CHANGE if change else _quantity(clause)
    if quantity is Quantity.NOT_SAID and re.match(rf"(?:more|fewer)(?: {_WORDS}{_MEASURE})", clause[word[0] :], re.I):
        quantity = Quantity.NUMBER
    found = Comparison(
        Kind.VERSUS,
        clause,
        before,
        clause[held.end() :],
        quantity,
        is_most=(held["more"] is not None) != is_of_safety,
        change=change,
        is_denied=_DENIED.search(clause[: held.start()]) is not None,
        is_only=_ONLY.search(before) is not None,
        over_years=_YEARS.search(clause[than[0] :]) is not None,
        of_others=_is_of_others(clause),
    )
    return found, (word, than)


def _compared_first(clause: str, held: re.Match[str]) -> _Found:
    word = held.span("more" if held["more"] else "less")
    left = clause[: held.start()] + clause[held.end("other") :]
    found = Comparison(Kind.VERSUS, clause, left, held["other"], _quantity(clause), is_most=held["more"] is not None)
    return found, (word,)


def _above_average(clause: str, held: re.Match[str]) -> _Found:
    is_denied = _DENIED.search(clause[: held.start()]) is not None
    left, right = clause[: held.start()], clause[held.end() :]
    found = Comparison(
        Kind.VERSUS, clause, left, right, Quantity.RATE, is_most=held["more"] is not None, is_denied=is_denied
    )
    return found, (held.span(),)


def _as_many(clause: str, held: re.Match[str]) -> _Found:
    times = 2.0 if held["twice"] else 0.5 if held["half"] else float(held["times"] or 1)
    is_number = re.search(r"\bas (?:many|much)\b", held[0], re.IGNORECASE) is not None
    quantity = Quantity.NUMBER if is_number and not _RATE.search(clause) else _quantity(clause)
    found = Comparison(
        Kind.VERSUS,
        clause,
        clause[: held.end() - 2],
        clause[held.end() :],
        quantity,
        is_most=times >= 1,
        times=times,
        is_at_least=held["over"] is not None,
    )
    return found, ((held.start(), held.start("between")), (held.end() - 2, held.end()))


def _quantity(clause: str) -> Quantity:
    if _RATE.search(clause):
        return Quantity.RATE
    return Quantity.NUMBER if _NUMBER.search(clause) else Quantity.NOT_SAID


def _change(text: str) -> int:
    """Return the direction of a change that a text compares by; 0 for none."""
    return next((way for way, pattern in CHANGED.items() if pattern.search(text)), 0)


# In the order in which words are taken: those of a comparison first, so that no extreme is found within it.
_WAYS: tuple[_Way, ...] = (
    (_COMPARED_FIRST, _compared_first),
    (_VERSUS, _versus),
    (_AVERAGE, _above_average),
    (_TIMES, _as_many),
    (_AS, _as_many_as),
    (_THAN_EVER, _than_ever),
    *map(_relation, RELATIONS),
    (NOT_UNDERSTOOD, _not_understood),
    *map(_share, (*SHARES, _MOST_OF)),
    *map(_lead, LEADS),
    (_MOSTLY, _mostly),
    (_EXTREME, _rank),
)
