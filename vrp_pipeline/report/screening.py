"""Screening of text that people type for publication: refused where it seems to hold a name, a number or a postcode.

It errs on the side of refusing. What it refuses is never quoted.
"""

import re

# What each pattern recognises, in words for the refusal.
_PERSONAL = (
    ("an e-mail address", re.compile(r"\S+@\S+\.\S+")),
    ("a postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)),
    ("a number of a person", re.compile(r"\b\d(?:[ -]?\d){6,}\b|\b[A-Z]{1,2}\d{5,}[A-Z]?\b|\b\d{2,4}/\d{5,7}[A-Z]?\b")),
    ("a date of birth or another full date", re.compile(r"\b\d{1,2}[/.]\d{1,2}[/.](?:19|20)?\d{2}\b")),
    (
        "a name after a title",
        re.compile(r"\b(?:Mr|Mrs|Miss|Ms|Mx|Dr|Sir|Dame|PC|DC|DS|DI|Sgt|Cllr)\.?\s+[A-Z][\w’'-]+"),
    ),
)
# Two capitalised words in a row that are no place, body or calendar word are taken for a name.
_PAIR = re.compile(r"\b([A-ZÀ-ÞŴŶ][a-zà-þŵŷ’'-]+)\s+(?=([A-ZÀ-ÞŴŶ][a-zà-þŵŷ’'-]+)\b)")
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
        January February March April May June July August September October November December Monday Tuesday Wednesday
        Thursday Friday Saturday Sunday The This That These In On At Of For From And But We Our It They After Before
        Between Hampshire Isle Wight New Forest Test Valley Basingstoke Deane East North South West Portsmouth
        Southampton Havant Gosport Fareham Eastleigh Rushmoor Hart Winchester England Wales Britain Police Crime
        Commissioner Commissioners Violence Reduction Partnership Unit Home Office National Health Service Services
        Hospital Hospitals Trust Council Fire Rescue Probation Youth Justice Ambulance Emergency Department Serious Duty
        Community Safety Hot Spots Board Chair Knife Operation Sceptre Annual Report Data Statistics Constabulary County
        City Borough District School College
        """,
    )
)


class PersonalTextError(ValueError):
    """Text for publication seems to tell of a person. The message says of what kind and where, and quotes nothing."""


def refuse_personal(text: str, about: str) -> None:
    """Raise PersonalTextError if a text seems to hold a name, a number of a person, a date of birth or a postcode."""
    for number, line in enumerate(text.splitlines(), start=1):
        found = [kind for kind, pattern in _PERSONAL if pattern.search(line)]
        if any(_is_name(first, second) for first, second in _PAIR.findall(line)):
            found.append("a name")
        if found:
            raise PersonalTextError(
                f"{about}, line {number}: it seems to hold {' and '.join(found)}. Write it without: name offices,"
                " bodies and districts instead. Nothing was published."
            )


def _is_name(first: str, second: str) -> bool:
    return first not in _NO_NAMES and second not in _NO_NAMES
