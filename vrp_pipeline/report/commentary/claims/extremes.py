"""The wording of ranks and extremes: the highest rate, second lowest, ranked third, topped the table."""

import re

from vrp_pipeline.report.commentary.claims.compared_nouns import (
    CHANGES,
    DENIED,
    FEW_WORDS,
    LEAST,
    MOST,
    NOUN,
    OVER_YEARS,
    QUALITY,
    RATE,
    is_of_others,
    quantity_of,
)
from vrp_pipeline.report.commentary.claims.comparison import Comparison, Found, Kind, Quantity, Wording
from vrp_pipeline.report.commentary.claims.periods import MONTHS
from vrp_pipeline.report.commentary.claims.vocabulary import DESCRIPTIVE, LEADS, PLACES, SAFE, Lead

_RANKS = {"second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}
# An extreme of figures, recognised by what follows, or said of a measure, such as highest and most common.
_EXTREME = re.compile(
    # The three districts with the highest
    rf"(?:(?:\b(?P<tops>\d{{1,2}}) )?\b{PLACES}(?: «a\w+»)? (?:with|that \w+|which \w+|where) (?:the )?)?"
    rf"\b(?:(?P<rank>{'|'.join(_RANKS)})[- ])?(?:(?P<top>\d{{1,2}}) (?:\w+ )?)?"
    rf"(?:(?P<most>{MOST})|(?P<least>{LEAST}))\b(?P<quality>[- ](?:{QUALITY})\b)?"
    rf"(?=(?P<after> {FEW_WORDS}(?:{NOUN})(?![\w»]))?)",
    re.IGNORECASE,
)
_BEFORE_NO_EXTREME = re.compile(r"\b(?:at|not|last but not) $", re.IGNORECASE)
_NO_EXTREME = re.compile(
    r" (?:quality|standards?|priorit\w+|risks?|needs?|harm|paid|possible|importan\w+|effective|vulnerable|of all,"
    r"|deprived|powerful|recent|urgent|challeng\w+|significant|difficult)\b",
    re.IGNORECASE,
)
_OF_WORK = re.compile(r" (?:(?!«m)[\w'’%-]+ ){0,4}?«w", re.IGNORECASE)
_SAID_ALONE = re.compile(r"(?:highest|lowest|greatest|commonest|rarest|fewest|worst|safest)", re.IGNORECASE)
_VAGUE = re.compile(r"\b(?:one of|among|amongst|some of)(?: the| our)? $", re.IGNORECASE)


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
    is_of_figures = held["after"] or held["quality"] or is_named or RATE.search(clause)
    return bool(said_of_figures and is_of_figures)


def _rank(clause: str, held: re.Match[str]) -> Found | None:
    if not _is_extreme(clause, held):
        return None
    after = held["after"] or ""
    change = next((way for way, words in CHANGES.items() if re.search(rf"\b(?:{words})$", after, re.I)), 0)
    word = (held["most"] or held["least"]).casefold()
    quantity = Quantity.CHANGE if change else quantity_of(clause)
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
        is_denied=DENIED.search(clause[: held.start()]) is not None,
        is_vague=_VAGUE.search(clause[: held.start()]) is not None,
        over_years=OVER_YEARS.search(clause) is not None,
        of_others=is_of_others(clause),
    )
    return found, (held.span(),)


def _lead_of(lead: Lead) -> Wording:
    """Return the wording of being first or last."""
    pattern = re.compile(rf"\b(?:{lead.words})", re.IGNORECASE)

    def made(clause: str, held: re.Match[str]) -> Found:
        rest = f"{clause[: held.start()]} {clause[held.end() :]}"
        place = held["place"].casefold() if lead.is_ranked else ""
        is_least = re.match(r" (?:lowest|fewest|safest)\b", clause[held.end() :], re.IGNORECASE) is not None
        found = Comparison(
            Kind.RANK,
            rest,
            rest,
            quantity=quantity_of(clause),
            is_most=lead.is_most and not is_least,
            rank=_RANKS.get(place, 1),
            is_denied=DENIED.search(clause[: held.start()]) is not None,
            over_years=OVER_YEARS.search(clause) is not None,
            is_by_a_verb=True,
        )
        return found, (held.span(),)

    return pattern, made


WORDINGS: tuple[Wording, ...] = (*map(_lead_of, LEADS), (_EXTREME, _rank))
