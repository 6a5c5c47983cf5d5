"""Screening of text that people type for publication: refused if it seems to contain a name, number or postcode.

It errs on the side of refusing and never quotes what it refuses. A single first name and a name in lower case are not
recognised.
"""

import calendar
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence

from vrp_pipeline.feeds import partnership

_MONTHS = "|".join((*calendar.month_name[1:], *calendar.month_abbr[1:], "Sept"))
_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?)"
_DATE_IN_WORDS = (
    rf"(?:{_DAY}\s+(?:of\s+)?(?:{_MONTHS})\b|(?:{_MONTHS})\.?\s+{_DAY}\b"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\s+\d{1,2}\s+(?:19|20)\d{2}\b)"
)
_BIRTH = r"\b(?:born|birth|birthdays?|birthdate|d\.?o\.?b)\b"
_HOME = (
    r"\b(?:liv(?:es?|ed|ing)|resid\w+|homes?|house|flat|address(?:es)?|born"
    r"|boy|girl|aged? \d+|\d+[- ]years?[- ]old)\b"
)
# Of two letters: M1 and A27 are roads and metrics.
_OUTWARD = r"\b[A-Z]{2}\d{1,2}[A-Z]?\b"
_SAME_SENTENCE = r"[^.!?]{0,80}?"
# What each pattern recognises, in words for the refusal.
_PERSONAL = (
    ("an e-mail address", re.compile(r"\S+@\S+\.\S+")),
    ("a postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?[\s.-]*\d[A-Z]{2}\b", re.IGNORECASE)),
    (
        "a postcode of a home",
        re.compile(
            rf"{_HOME}{_SAME_SENTENCE}{_OUTWARD}|{_OUTWARD}{_SAME_SENTENCE}{_HOME}"
            r"|\b(?:liv(?:es?|ed|ing)|resid(?:es?|ed|ing)) (?:in|at) [A-Z]\d{1,2}[A-Z]?\b",
            re.IGNORECASE,
        ),
    ),
    (
        "a number of a person",
        # From nine digits on also with dots; an NHS number is written as three, three and four.
        re.compile(
            r"\b\d(?:[ -]?\d){6,}\b|\b\d(?:[ .-]?\d){8,}\b|\b\d{3}[\s./-]+\d{3}[\s./-]+\d{4}\b"
            r"|\b[A-Z]{1,2}\d{5,}[A-Z]?\b|\b\d{2,4}/\d{5,7}[A-Z]?\b"
        ),
    ),
    (
        "a date of birth or another full date",
        re.compile(
            r"\b\d{1,2}\s*[/.]\s*\d{1,2}\s*[/.]\s*(?:19|20)?\d{2}\b|\b\d{1,2}-\d{1,2}-(?:19|20)?\d{2}\b"
            rf"|{_BIRTH}{_SAME_SENTENCE}{_DATE_IN_WORDS}|{_DATE_IN_WORDS}{_SAME_SENTENCE}{_BIRTH}",
            re.IGNORECASE,
        ),
    ),
)
_WORD = re.compile(r"\w[\w’'-]*")
_BETWEEN = re.compile(r"(?:[^\S\n]+\n?|\n)[^\S\n]*")
_TITLES = frozenset(("Mr", "Mrs", "Miss", "Ms", "Mx", "Dr", "Sir", "Dame", "PC", "DC", "DS", "DI", "Sgt", "Cllr"))
# Small words within a name, and what may stand before a hyphen or apostrophe in its last part: Omar al-Hassan.
_PARTICLES = frozenset(
    re.findall(
        r"\w+",
        "da das de del della den der di do dos du la le van von zu zur ten ter te al el bin bint ibn abu ben ap y",
    )
)
_PREFIXED = re.compile(r"(?:al|el|ul|ad|as|ar|an|at|az|bin|ibn|ben|abu|[dlo])[-’'](?=\w)")
# After these words a name is not a person's.
_BEFORE_A_TITLE = frozenset({"Operation", "Project"})
# After these words a letter is not an initial.
_LETTERED = frozenset(
    re.findall(
        r"\w+",
        "Annex Appendix Band Block Category Class Figure Grade Group Level Part Phase Plan Section Table Tier Type",
    )
)
# Follows the name of a ward if the text locates it; otherwise Shirley Ward may be a person.
_AFTER_A_PLACE = frozenset({"Ward", "Wards"})
_LOCATED = re.compile(r"\b(?:in|across|around|near|within|throughout|outside|into)\s+(?:the\s+)?$", re.IGNORECASE)
# Known words that are surnames too.
_SURNAMES = frozenset({"Hart", "Young", "Church", "West", "Marine"})
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
        Integrated Care World Organisation Organization Foundation Programme Strategy Scheme Prevention Public General
        Infirmary
        Scotland Scottish British European
        Wales England Britain North South East West Police Crime Commissioner Commissioners Violence Reduction
        Partnership Unit Home Office National Health Service Services Hospital Hospitals Trust Council Fire Rescue
        Probation Youth Justice Ambulance Emergency Department Serious Duty Community Safety Hot Spots Board Chair Knife
        Annual Report Data Statistics Constabulary County City Borough District School College
        NHS VRP VRU PCC OPCC CSP CSPs ICB ONS HIOW UK GP GPs
        """,
    )
) | frozenset(
    re.findall(
        r"[^\W\d_]+",
        " ".join(
            (
                partnership.NAME,
                *partnership.FORCE_NAMES,
                *partnership.DISTRICTS.values(),
                *partnership.AGENCIES,
                *partnership.POLICE_FORCES,
            )
        ),
    )
)


class PersonalTextError(ValueError):
    """Text for publication seems to identify a person. The message says how and where, and quotes nothing."""


def refuse_personal(text: str, about: str, public_names: Collection[str] = ()) -> None:
    """Raise PersonalTextError if a text seems to hold a name, a number of a person, a date of birth or a postcode.

    `public_names` are names of places that are not taken for a person's, in addition to the seed `public_names`.
    """
    plain = as_read(text)
    found = [(held.start(), kind) for kind, pattern in _PERSONAL for held in pattern.finditer(plain)]
    found += _names(plain, list(_public_spans(plain, (*partnership.PUBLIC_NAMES, *public_names))))
    if found:
        number = plain.count("\n", 0, min(found)[0]) + 1
        kinds = dict.fromkeys(kind for at, kind in sorted(found) if plain.count("\n", 0, at) + 1 == number)
        raise PersonalTextError(
            f"{about}, line {number}: it seems to hold {' and '.join(kinds)}. Write it without: name offices, bodies"
            " and districts instead. The name of a charity, programme or operation belongs in the seed public_names."
            " Nothing was published."
        )


def is_known_word(word: str) -> bool:
    """Return whether a word is a function word or known from the calendar, places or bodies, and so not a name."""
    return all(part in _NO_NAMES for part in re.split(r"[-’']", re.sub(r"[’']s?$", "", word)))


def as_read(text: str) -> str:
    """Return a text as readers see it: one form of each letter, space and dash, nothing invisible, no emphasis."""
    forms = {"Cf": "", "Zs": " ", "Pd": "-"}
    seen = (forms.get(unicodedata.category(each), each) for each in unicodedata.normalize("NFKC", text))
    return re.sub(r"[*_]", "", "".join(seen))


def _public_spans(plain: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans of public names in a text, with any kind of space and apostrophe."""
    for name in dict.fromkeys(names):
        spelled = r"\s+".join(re.escape(word).replace("'", "['’]") for word in as_read(name).replace("’", "'").split())
        yield from (held.span() for held in re.finditer(rf"(?<!\w){spelled}(?!\w)", plain)) if spelled else ()


def _names(plain: str, public: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Yield the positions of two words that seem a name: adjacent, or separated by particles, a comma or full stop.

    A line end does not separate a name. A word of a public name counts only next to an unknown word outside any.
    """
    words = list(_WORD.finditer(plain))
    for at, first in enumerate(words[:-1]):
        if not _is_capital(first[0]):
            continue
        then = at + 1
        while then < len(words) - 1 and then - at < 4 and words[then][0] in _PARTICLES and _is_near(plain, words, then):
            then += 1
        second, between = words[then], plain[words[then - 1].end() : words[then].start()]
        if not _is_capital(second[0]):
            continue
        if first[0] in _TITLES and re.fullmatch(rf"\.?(?:{_BETWEEN.pattern})", between):
            yield first.start(), "a name after a title"
        elif _BETWEEN.fullmatch(between) and _are_public(first, second, public):
            continue
        elif _is_name(first[0], second[0], between) and not (at and _is_lettered(words[at - 1][0], first[0])):
            yield first.start(), "a name"


def _are_public(first: re.Match[str], second: re.Match[str], public: Sequence[tuple[int, int]]) -> bool:
    """Return whether two words belong to one public name, or one does and the other is known and not a surname.

    Two adjacent public names may be a person's (wards are called Shirley and Nelson), and a letter an initial.
    """
    if _is_letter(first[0]) or _is_letter(second[0]):
        return False
    if any(begins <= first.start() and second.end() <= ends for begins, ends in public):
        return True
    if second[0] in _AFTER_A_PLACE and _is_within(first, public):
        return bool(_LOCATED.search(first.string[: _begin_of(first, public)]))
    return any(
        _is_within(one, public) and is_known_word(other[0]) and other[0] not in _SURNAMES
        for one, other in ((first, second), (second, first))
    )


def _begin_of(word: re.Match[str], public: Sequence[tuple[int, int]]) -> int:
    return min(begins for begins, ends in public if begins <= word.start() and word.end() <= ends)


def _is_within(word: re.Match[str], public: Sequence[tuple[int, int]]) -> bool:
    return any(begins <= word.start() and word.end() <= ends for begins, ends in public)


def _is_near(plain: str, words: list[re.Match[str]], at: int) -> bool:
    """Return whether only space separates a word from its neighbours."""
    return all(_BETWEEN.fullmatch(plain, words[i].end(), words[i + 1].start()) for i in (at - 1, at))


def _is_name(first: str, second: str, between: str) -> bool:
    if first in _BEFORE_A_TITLE:
        return False
    if between.strip() == ",":
        return not is_known_word(second) and (first in _SURNAMES or not is_known_word(first)) and len(second) > 1
    if _is_letter(first):
        # "A" and "I" are words too.
        is_initial = between.strip() == "." or (first not in "AI" and _BETWEEN.fullmatch(between) is not None)
        return is_initial and not _is_letter(second) and not is_known_word(second)
    if not _BETWEEN.fullmatch(between):
        return False
    if _is_letter(second):
        return not (is_known_word(first) or _is_lettered(first, second) or second in "AI")
    return not (is_known_word(first) and is_known_word(second))


def _is_lettered(word: str, letter: str) -> bool:
    """Return whether a letter after a word numbers it and is no initial: Class A, Plan B."""
    return word in _LETTERED and _is_letter(letter)


def _is_letter(word: str) -> bool:
    return len(word) == 1


def _is_capital(word: str) -> bool:
    """Return whether a word begins like a name, in any script that has capitals, after a prefix such as al- too."""
    prefix = _PREFIXED.match(word)
    begins = word[prefix.end() if prefix else 0]
    return word[0].isupper() or begins.isupper() or begins.istitle()
