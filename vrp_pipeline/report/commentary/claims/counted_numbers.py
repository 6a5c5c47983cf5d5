"""The numbers and percentages in a text that count something: not years, days, times, ages or labels."""

import re
from collections.abc import Iterator, Sequence

from vrp_pipeline.report.commentary.claims import periods
from vrp_pipeline.report.commentary.claims.changes import directions
from vrp_pipeline.report.commentary.claims.spelled_numbers import ABOUT, in_digits
from vrp_pipeline.report.commentary.claims.vocabulary import MEASURE
from vrp_pipeline.report.commentary.subjects.spoken_names import as_spoken, spoken_parts

_MONTHS, _YEAR, FINANCIAL_YEAR = periods.MONTHS, periods.YEAR, periods.FINANCIAL_YEAR
_PERSON = (
    r"(?:people|persons?|m[ae]n|wom[ae]n|boys?|girls?|child(?:ren)?|teenagers?|adults?|youths?|victims?|suspects?"
    r"|patients?|deaths?|lives|pupils?|students?|families|crimes?|incidents?|offences?|cases?|attacks?|young)\b"
)
_COUNTED = rf"(?:«[mg]\w+»|{_PERSON})"
# Numbers that are not counts: years, days, times, ages, spans, labels.
NO_COUNT = (
    re.compile(
        r"\b95(?:%| per ?cent) (?:confidence )?interval|\bper (?:1,?000|100,?000)\b|\bfor a percentage \(under 50\)",
        re.IGNORECASE,
    ),
    re.compile(rf"\b{_YEAR}[-/](?:\d{{2}}){{1,2}}\b"),
    re.compile(
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})\b(?: {_YEAR}\b)?"
        rf"|\b(?:{_MONTHS})(?: \d{{1,2}}(?:st|nd|rd|th)?\b(?! {_COUNTED}))?,?(?: {_YEAR}\b)?"
    ),
    re.compile(
        rf"\b(?:in|since|until|till|before|during|calendar year|financial year|the year) {_YEAR}\b"
        rf"|\bbetween {_YEAR} and {_YEAR}\b|\b(?:after|for|from|by|to) {_YEAR}\b(?! {_COUNTED})"
        rf"|\b(?:end|start|beginning|spring|summer|autumn|winter|year|course|rest|half|quarter) of {_YEAR}\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\bage[ds]? (?:between |under |over |from )?\d{1,2}(?: ?(?:to|or|and|-) ?\d{1,2})?\b"
        r"|\b(?:under|over)[- ]\d{1,2}s\b"
        r"|\b(?:\d{1,2} ?(?:to|-) ?)?\d{1,2}[- ]years?[- ]olds?\b"
        r"|\b(?:people|victims|children|those|everyone|anyone|adults) (?:under|over) (?:the age of )?\d{1,2}\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b\d[\d,]*(?:\.\d+)?[- ](?:financial |calendar )?"
        r"(?:years?|months?|weeks?|days?|hours?|minutes?|nights?|evenings?)\b"
        r"|\b\d{1,2}(?:[.:]\d{2})? ?(?:am|pm)\b|\b\d{1,2}:\d{2}\b|\bat \d{1,2}\.\d{2}\b|\b24/7\b|\bcovid-19\b"
        rf"|\b\d+(?:st|nd|rd|th)\b(?! {_COUNTED})",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:Year|Key Stage|Stage|Phase|Section|[Vv]ersion|[Tt]able|[Pp]age|Annex|Level|Part|Chapter|Priority) \d+\b"
    ),
    # An age that somebody tells of themselves: before I was 15.
    re.compile(r"\bI (?:was|am|turned) (?:only |just )?\d{1,2}\b(?! (?:of|times|in)\b)"),
    # Somebody who speaks, or anybody: one young person said, one adult can make the difference.
    re.compile(
        rf"\b1 (?:[\w-]+ ){{0,2}}?{_COUNTED} (?:(?:also|then|later) )?"
        r"(?:said|says|told|tells|explained|added|described|put it|asked|wrote|recalled|can(?! be\b)(?= \w)"
        r"|who (?:(?:ever|never|always|really) )?(?:gave up|listened|believed|understood|cared|helped|stayed))\b",
        re.IGNORECASE,
    ),
    # Age groups: 25 or over.
    *(as_spoken(name) for name in spoken_parts() if re.search(r"\d", name)),
)
# After a verb of change a year looks like a number: it fell to 2000.
_MAY_BE_A_COUNT = re.compile(rf"\b(?:from|by|to) {_YEAR}\b", re.IGNORECASE)
PERCENT = re.compile(rf"([{ABOUT}+-]?)(?<![\w.])(\d+(?:\.\d+)?)\s*(?:%|per cent\b|percent\b)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w«])(\d[\d,]*(?:\.\d+)?)(?: ?(million|m|thousand|k|billion|bn)\b)?", re.IGNORECASE)
SCALES = {"": 1, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_NOBODY = re.compile(
    rf"\b(?:no|zero|not a single|not one)(?= (?:[\w-]+ )?{MEASURE})(?! (?:more|fewer|less|clear|change))"
    r"|\b(?:nobody|no one|no-one|no (?:people|person|child|children|young people))\b"
    rf"(?= (?:was|were|has been|had been) (?:\w+ )?{MEASURE})",
    re.IGNORECASE,
)


def with_digits(text: str) -> str:
    """Return a text with numbers in words written as digits; nobody and no homicide are 0."""
    return _NOBODY.sub("0", in_digits(text, _COUNTED))


def numbers(text: str) -> Iterator[re.Match[str]]:
    """Yield the numbers of a text that count something."""
    kept = text
    if any(True for _ in directions(text, about_measure=True)):
        # With another space they do not match the patterns of years below.
        kept = _MAY_BE_A_COUNT.sub(lambda held: re.sub(r"\s(?=\d)", "\N{NO-BREAK SPACE}", held[0]), kept)
    yield from _NUMBER.finditer(without(kept, (*NO_COUNT, PERCENT)))


def without(text: str, patterns: Sequence[re.Pattern[str]]) -> str:
    """Return a text with the matches of patterns replaced by spaces, so that positions stay the same."""
    for pattern in patterns:
        text = pattern.sub(lambda held: " " * len(held[0]), text)
    return text
