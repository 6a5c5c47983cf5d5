"""What a clause compares: by number, rate or change; and whether figures, or something else such as nightclubs."""

import re

from vrp_pipeline.report.commentary.claims.comparison import Quantity
from vrp_pipeline.report.commentary.claims.vocabulary import CHANGED, FRAME, MEASURE

FEW_WORDS = r"(?:[\w'’%-]+ ){0,3}?"
MOST = "highest|greatest|largest|biggest|most|worst|commonest|sharpest|steepest|fastest"
LEAST = "lowest|smallest|fewest|least|rarest|safest|slowest"
MORE = "more|higher|greater|larger|bigger|worse"
LESS = "fewer|less|lower|smaller|safer"
QUALITY = "common|commonly|frequent|frequently|often|prevalent|affected|violent|likely|widespread|recorded|dangerous"
CHANGES = {
    -1: "falls?|drops?|decreases?|declines?|reductions?|cuts?|improvements?",
    1: "rises?|increases?|growth|jumps?|surges?",
}
NOUN = (
    rf"{MEASURE}|rates?|numbers?|counts?|totals?|levels?|figures?|shares?|proportions?|concentrations?"
    rf"|{'|'.join(CHANGES.values())}|changes?"
)
OVER_YEARS = re.compile(
    r"\b(?:since|ever|on record|for (?:a|an|\d+|many|several|the) (?:\w+ )?(?:years?|decades?|time)"
    r"|in (?:a|\d+|many|several|living|the past|the last|over)\b ?(?:\w+ ){0,2}?(?:years?|decades?|generation|memory)"
    r"|(?:of|than in|than) any (?:other )?year|on any year|(?:before|pre-)\W?(?:the )?(?:pandemic|covid)"
    r"|in (?:its|their|our|recorded) (?:\w+ )?history|than in any (?:other )?year|than (?:in )?any year"
    r"|record (?:low|high))\b",
    re.IGNORECASE,
)
RATE = re.compile(r"\b(?:rates?|per (?:1,?000|100,?000|head|resident|person)|prevalence)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b(?:numbers?|counts?|totals?|volumes?)\b", re.IGNORECASE)
DENIED = re.compile(r"\b(?:not|never|no longer|neither|nor|without)\b[^,;]{0,25}$|\bno $", re.IGNORECASE)
# The noun of which a comparative or extreme is said: more nightclubs, the highest number of pubs.
_OF_NOUN = re.compile(
    rf"\b(?:{MOST}|{LEAST}|{MORE}|{LESS}|as many|as much|average|same)"
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


def is_of_others(clause: str) -> bool:
    """Return whether a clause without a measure compares something else, such as nightclubs or unemployment."""
    if re.search(MEASURE, clause):
        return False
    for held in _OF_NOUN.finditer(clause):
        noun = held["noun"].casefold()
        if noun.startswith("«"):
            return noun[1] in "wg"
        if noun not in FRAME and not re.fullmatch(NOUN, noun):
            return True
    if (counted := _NUMBER_OF.search(clause)) and counted["noun"].casefold() not in FRAME:
        return True
    head = _HEAD.match(clause.strip())
    return head is not None and head["head"].casefold() not in FRAME


def quantity_of(clause: str) -> Quantity:
    """Return the quantity by which a clause compares, rate or number, if it says so."""
    if RATE.search(clause):
        return Quantity.RATE
    return Quantity.NUMBER if _NUMBER.search(clause) else Quantity.NOT_SAID


def change_of(text: str) -> int:
    """Return the direction of the change by which a text compares; 0 for none."""
    return next((way for way, pattern in CHANGED.items() if pattern.search(text)), 0)
