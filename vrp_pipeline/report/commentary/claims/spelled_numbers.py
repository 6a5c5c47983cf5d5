"""Numbers and shares in words, written as digits: 'six people' as '6 people', 'a fifth' as '20%'.

English cardinals below a million, dozens, and common fractions. 'One' is a number only before something countable; in
its other uses (no one, one of us, one day) it counts nothing.
"""

import re

# Precedes a share in words, which is approximate.
ABOUT = "\N{ALMOST EQUAL TO}"
_UNITS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_TEENS = {"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16}
_TEENS |= {"seventeen": 17, "eighteen": 18, "nineteen": 19}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_VALUES = {**_UNITS, **_TEENS, **_TENS, "zero": 0, "a": 1}
_UNIT, _TEEN, _TEN = ("|".join(held) for held in (_UNITS, _TEENS, _TENS))
_SMALL = rf"(?:(?:{_TEN})(?:[ -](?:{_UNIT}))?|{_TEEN}|{_UNIT})"
_HUNDRED = rf"(?:(?:a|{_UNIT}|{_TEEN}) hundred(?:(?: and)? {_SMALL})?)"
_BELOW = rf"(?:{_HUNDRED}|{_SMALL})"
_CARDINAL = re.compile(
    rf"\b(?:(?:{_BELOW}|a) thousand(?:,?(?: and)? {_BELOW})?|{_HUNDRED}|{_SMALL}|zero)\b(?!-)", re.IGNORECASE
)
_PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8}
_PARTS |= {"ninth": 9, "tenth": 10}
_PART = "|".join(f"{word}s?" for word in _PARTS if not word.startswith("hal"))
_FRACTION = re.compile(
    rf"\b(a|an|one|two|three|four|five|seven|nine|\d) ?-?({_PART})\b(?! (?:time|year|day|of the year))", re.I
)
# Half, only where a share is meant: half of them, by half, half as many.
_HALF = re.compile(
    r"\b(?:(?<=by )|(?<=about )|(?<=almost )|(?<=nearly )|(?<=than ))(?:a )?half\b(?! (?:an?|past)\b)"
    r"|\bhalf(?= of\b| as\b| the\b| all\b| our\b)(?! the (?:time|battle|story|job|day|night|week)\b)",
    re.IGNORECASE,
)
_IN = re.compile(r"\b(\d+) (?:in|out of) (?:every )?(\d+)\b(?!-)")
# Every second victim, one victim in three.
_EVERY = {"second": 2, "other": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "tenth": 10}
_DOZEN = re.compile(r"\b(half a|a|\d+) dozen\b", re.IGNORECASE)
_FEW = re.compile(r"\b(?:a )?(?:couple|pair) of\b", re.IGNORECASE)


def in_digits(text: str, counted: str) -> str:
    """Return a text with its numbers and shares as digits; `counted` is a pattern of countable things."""
    text = re.sub(
        rf"\bevery ({'|'.join(_EVERY)})(?= (?:{counted}))",
        lambda held: f"{ABOUT}{100 / _EVERY[held[1].casefold()]:g}% of",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        rf"\bone ({counted}) (?:in|out of) (?:every )?({_SMALL}|\d+)\b", r"one in \2 \1", text, flags=re.IGNORECASE
    )
    text = _FRACTION.sub(_share_of_fraction, text)
    text = _HALF.sub(f"{ABOUT}50%", text)
    text = _CARDINAL.sub(_number, text)
    of_them = rf"(?= (?:of (?:the |our |these )?)?(?:[\w-]+ ){{0,2}}{counted})"
    text = re.sub(rf"\b(?:one|an? single|the (?:only|sole|single)){of_them}", "1", text, flags=re.IGNORECASE)
    text = re.sub(r"\bone(?= (?:in|out of) (?:every )?\d)", "1", text, flags=re.IGNORECASE)
    text = _DOZEN.sub(
        lambda held: str(6 if "half" in held[1].casefold() else 12 * int(held[1].casefold().replace("a", "1"))), text
    )
    text = _FEW.sub("2", text)
    return _IN.sub(_share_of_ratio, text)


def _number(held: re.Match[str]) -> str:
    said = held[0]
    return said if said.casefold() == "one" else str(_value(said))


def _value(said: str) -> int:
    """Return the value of a cardinal below a million."""
    whole, below = 0, 0
    for word in re.findall(r"[a-z]+", said.casefold()):
        if word == "thousand":
            whole, below = below * 1000, 0
        elif word == "hundred":
            below *= 100
        elif word != "and":
            below += _VALUES[word]
    return whole + below


def _share_of_fraction(held: re.Match[str]) -> str:
    many, part = held[1].casefold(), held[2].casefold()
    number = int(many) if many.isdigit() else _VALUES.get(many, 1)
    return f"{ABOUT}{100 * number / _PARTS[part.rstrip('s') if part not in _PARTS else part]:g}%"


def _share_of_ratio(held: re.Match[str]) -> str:
    part, whole = int(held[1]), int(held[2])
    return f"{ABOUT}{100 * part / whole:g}%" if 0 < part < whole <= 100 else held[0]
