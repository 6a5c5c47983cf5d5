"""Screening of text that people type for publication: refused where it seems to hold a name, a number or a postcode.

It errs on the side of refusing. What it refuses is never quoted.
"""

import re

from vrp_pipeline.feeds import partnership

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
# Two capitalised words in a row are taken for a name, unless both are places, bodies, calendar or function words.
_PAIR = re.compile(r"\b([A-ZÀ-ÞŴŶ][\w’'-]+)(?:[^\S\n]+\n?|\n)[^\S\n]*(?=([A-ZÀ-ÞŴŶ][\w’'-]+)\b)")
# After these a name is not that of a person.
_BEFORE_A_TITLE = frozenset({"Operation", "Project"})
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
        January February March April May June July August September October November December Monday Tuesday Wednesday
        Thursday Friday Saturday Sunday The This That These Those There In On At Of Off For From And But Or Nor So Yet
        We Our Us It Its They Their You Your He She All Any Both Each Every Either Neither Few More Most Many Much Some
        No Not Only Other Another Such Several After Before Between Across Among Around Against Along Beyond Behind
        Above Below Despite During Except Following Including Inside Near Outside Over Since Through Throughout Towards
        Under Until Unlike Up Upon With Within Without As If When Where While Because Although Though Unless Whether
        Then Thus Here Now Also However Therefore Meanwhile Last Next Early Late Both How Why What Who Which By To An
        Young People Children University Academy Primary Secondary Church Centre Secretary Minister Government
        Integrated Care Programme Strategy Scheme Prevention Public General Infirmary
        Wales England Britain North South East West Police Crime Commissioner Commissioners Violence Reduction
        Partnership Unit Home Office National Health Service Services Hospital Hospitals Trust Council Fire Rescue
        Probation Youth Justice Ambulance Emergency Department Serious Duty Community Safety Hot Spots Board Chair Knife
        Annual Report Data Statistics Constabulary County City Borough District School College
        NHS VRP VRU PCC OPCC CSP CSPs ICB ONS HIOW UK GP GPs
        """,
    )
) | frozenset(
    re.findall(r"[^\W\d_]+", " ".join((partnership.NAME, *partnership.FORCE_NAMES, *partnership.DISTRICTS.values())))
)


class PersonalTextError(ValueError):
    """Text for publication seems to tell of a person. The message says of what kind and where, and quotes nothing."""


def refuse_personal(text: str, about: str) -> None:
    """Raise PersonalTextError if a text seems to hold a name, a number of a person, a date of birth or a postcode."""
    # Emphasis does not part a name, and neither does the end of a line.
    plain = re.sub(r"[*_]", "", text)
    found = [(held.start(), kind) for kind, pattern in _PERSONAL for held in pattern.finditer(plain)]
    found += [(held.start(), "a name") for held in _PAIR.finditer(plain) if _is_name(held[1], held[2])]
    if found:
        number = plain.count("\n", 0, min(found)[0]) + 1
        kinds = dict.fromkeys(kind for at, kind in sorted(found) if plain.count("\n", 0, at) + 1 == number)
        raise PersonalTextError(
            f"{about}, line {number}: it seems to hold {' and '.join(kinds)}. Write it without: name offices, bodies"
            " and districts instead. Nothing was published."
        )


def _is_name(first: str, second: str) -> bool:
    return first not in _BEFORE_A_TITLE and not (_is_no_name(first) and _is_no_name(second))


def _is_no_name(word: str) -> bool:
    return all(part in _NO_NAMES for part in re.split(r"[-’']", re.sub(r"[’']s?$", "", word)))
