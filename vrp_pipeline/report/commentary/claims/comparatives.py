"""The wording of a comparative: more violence than in Fareham, below the average, higher than ever."""

import re

from vrp_pipeline.report.commentary.claims.compared_nouns import (
    DENIED,
    FEW_WORDS,
    LESS,
    MORE,
    OVER_YEARS,
    change_of,
    is_of_others,
    quantity_of,
)
from vrp_pipeline.report.commentary.claims.comparison import Comparison, Found, Kind, Quantity, Wording
from vrp_pipeline.report.commentary.claims.vocabulary import MEASURE, SAFE

_ONLY = re.compile(r"\bonly (?:in )?«a", re.IGNORECASE)
TIME = (
    r"(?:(?:in |during |at )?(?:the (?:year|previous|same|base|past)|last|a year|any (?:other )?year|ever|before|usual"
    r"|twice|double|\w+ times|expected|previously|it|they|we|that of (?:last|the (?:year|previous)))\b"
    r"|(?:in )?(?:19|20)\d\d|\d|≈|half\b)"
)
_VERSUS = re.compile(
    rf"\b(?:(?P<more>{MORE})|(?P<less>{LESS}))\b(?P<between>[^;]*?)\b(?:than\b(?! {TIME})"
    r"|compared (?:with|to)(?= (?:that (?:of|in) )?(?:the )?«a))",
    re.IGNORECASE,
)
_COMPARED_FIRST = re.compile(
    rf"\bcompared (?:with|to) (?P<other>«a\w+»)[^;]*?\b(?:(?P<more>{MORE})|(?P<less>{LESS}))\b", re.IGNORECASE
)
_AVERAGE = re.compile(
    r"\b(?:(?P<more>above|over|exceed(?:s|ed))|(?P<less>below|under))(?= (?:the |our |that of )?(?:\w+ )?"
    r"(?:averages?|England|nationals?))",
    re.IGNORECASE,
)


def _versus(clause: str, held: re.Match[str]) -> Found:
    word = held.span("more" if held["more"] else "less")
    is_of_safety = re.match(rf" {SAFE}\b", clause[word[1] :], re.IGNORECASE) is not None
    than = (held.end("between"), held.end())
    before = clause[: than[0]]
    change = change_of(before)
    quantity = Quantity.CHANGE if change else quantity_of(clause)
    if quantity is Quantity.NOT_SAID and re.match(rf"(?:more|fewer)(?: {FEW_WORDS}{MEASURE})", clause[word[0] :], re.I):
        quantity = Quantity.NUMBER
    found = Comparison(
        Kind.VERSUS,
        clause,
        before,
        clause[held.end() :],
        quantity,
        is_most=(held["more"] is not None) != is_of_safety,
        change=change,
        is_denied=DENIED.search(clause[: held.start()]) is not None,
        is_only=_ONLY.search(before) is not None,
        over_years=OVER_YEARS.search(clause[than[0] :]) is not None,
        of_others=is_of_others(clause),
    )
    return found, (word, than)


def _compared_first(clause: str, held: re.Match[str]) -> Found:
    word = held.span("more" if held["more"] else "less")
    left = clause[: held.start()] + clause[held.end("other") :]
    found = Comparison(Kind.VERSUS, clause, left, held["other"], quantity_of(clause), is_most=held["more"] is not None)
    return found, (word,)


def _above_average(clause: str, held: re.Match[str]) -> Found:
    is_denied = DENIED.search(clause[: held.start()]) is not None
    left, right = clause[: held.start()], clause[held.end() :]
    found = Comparison(
        Kind.VERSUS, clause, left, right, Quantity.RATE, is_most=held["more"] is not None, is_denied=is_denied
    )
    return found, (held.span(),)


_THAN_EVER = re.compile(
    rf"\b(?:(?P<more>{MORE})|(?P<less>{LESS}))\b[^;]{{0,60}}?\bthan (?:ever|(?:in |on |at )?any (?:other )?year)\b",
    re.IGNORECASE,
)


def _than_ever(clause: str, held: re.Match[str]) -> Found:
    found = Comparison(
        Kind.RANK,
        clause,
        clause,
        is_most=held["more"] is not None,
        change=change_of(clause),
        over_years=True,
        of_others=is_of_others(clause),
    )
    return found, (held.span(),)


WORDINGS: tuple[Wording, ...] = (
    (_COMPARED_FIRST, _compared_first),
    (_VERSUS, _versus),
    (_AVERAGE, _above_average),
    (_THAN_EVER, _than_ever),
)
