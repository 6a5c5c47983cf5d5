"""Numbers of people: normalised to one spelling, and checked where the rule of their kind is public.

There are three cases: a blank or a placeholder is nobody's number and becomes null; a number that breaks the rule of
its kind is unreadable; and every spelling of one number becomes the same text. Pseudonyms are made in
`pseudonyms`.

Rules: NHS number, modulus 11 (NHS Data Dictionary, NHS NUMBER); unique pupil number, check letter modulo 23 (UK
Government Data Standards Catalogue, Unique Pupil Number 2.0); Police National Computer number, check letter modulo 23
(ministryofjustice/hmpps-person-record, PNCIdentifier); case reference and prison number by form alone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.identifiers import pseudonyms
from vrp_pipeline.landing.values import characters_of
from vrp_pipeline.validation.reasons import texts_of_rows

# Spaces of any kind, and characters without any width.
INVISIBLE = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
# As nearly all numbers are written; only the others are worth looking at more closely.
PLAIN = re.compile(r"[0-9A-Z/]*[0-9][0-9A-Z/]*")
# What keeps a spreadsheet from taking a number for a number: ="999…" and '999…
PROTECTED = re.compile(r"=\"(.*)\"|[''`\u2018\u2019](.*)")
# A number too long for a spreadsheet, saved as the text it displays.
ROUNDED = re.compile(r"\d+([.,]\d+)?[eE]\+\d+")
SEPARATORS = re.compile(r"[-\u2010-\u2015\u2212./]")

# Typed for "not known": ten digits alike, some of which have a valid check digit, or digits in a row.
PLACEHOLDERS = frozenset([str(digit) * 10 for digit in range(10)] + ["0123456789", "1234567890", "9876543210"])
# Typed where a local number is not known; two digits alike may be a number of somebody.
NOBODYS = re.compile("0+|" + "|".join(f"{digit}{{4,}}" for digit in range(1, 10)))
# Kinds of number that have no check digit: their form, and their name.
FORMS = {
    "crn": (r"[A-Z][0-9]{6}", "case reference number (a letter and six digits)"),
    "noms_number": (r"[A-Z][0-9]{4}[A-Z]{2}", "prison number (a letter, four digits and two letters)"),
}
NHS_DIGITS = 10
PUPIL_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


class NoNumberError(ValueError):
    """Raised for a text that is no number of its kind. The message is a predicate and quotes nothing."""


@dataclass(frozen=True)
class PersonNumbers:
    """Numbers in one spelling; null where there is none, where it is nobody's, and where it is unreadable.

    `faults` gives for each reason a Boolean mask of the rows, `of_nobody` the mask of those with a placeholder.
    """

    values: pa.Array
    faults: tuple[tuple[pa.Array, str], ...]
    of_nobody: pa.Array

    @property
    def unreadable(self) -> pa.Array:
        """Boolean mask of the rows with a fault."""
        mask = pa.repeat(False, len(self.values))
        for rows, _ in self.faults:
            mask = pc.or_(mask, rows)
        return mask


def person_numbers(texts: pa.Array, kind: str) -> PersonNumbers:
    """Return the numbers of people in `texts`, of a kind that contracts name (`nhs_number`).

    A text without a digit (`x`, `*`, `unknown`), of noughts alone, or of one digit four times or more is a placeholder:
    with a pseudonym, all such people would be one. A number in scientific notation (`9.99E+09`) has lost its last
    digits and may belong to many people.
    """
    encoded = pc.dictionary_encode(texts)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    check = CHECKS.get(kind, str)
    is_sound = _soundly_written(encoded.dictionary, kind)
    others = np.flatnonzero(~is_sound)
    written: dict[int, str] = {}
    rows_of_reason: dict[str, list[int]] = {}
    nobodys: list[int] = []
    for place, text in zip(others.tolist(), encoded.dictionary.take(pa.array(others)).to_pylist(), strict=True):
        try:
            number = _number(text, check)
        except NoNumberError as error:
            rows_of_reason.setdefault(str(error), []).append(place)
            continue
        if number is None:
            nobodys.append(place)
        else:
            written[place] = number
    count = len(encoded.dictionary)
    numbers = pc.if_else(pa.array(is_sound), encoded.dictionary, texts_of_rows(written, count))
    return PersonNumbers(
        numbers.take(encoded.indices),
        tuple((_mask(places, count, encoded.indices), reason) for reason, places in rows_of_reason.items()),
        _mask(nobodys, count, encoded.indices),
    )


def _mask(places: list[int], count: int, indices: pa.Array) -> pa.Array:
    """Return a Boolean for each row: whether its text is at one of the places among `count` distinct texts."""
    mask = np.zeros(count, dtype=bool)
    mask[places] = True
    return pc.fill_null(pa.array(mask).take(indices), False)


def _soundly_written(texts: pa.Array, kind: str) -> np.ndarray:
    """Return a Boolean for each text: whether it is certainly a number, and in its one spelling.

    Tells nearly all numbers by their form at once; what it leaves out is looked at one by one.
    """
    if kind == "nhs_number":
        return _sound_nhs_numbers(texts)
    form = FORMS[kind][0] if kind in FORMS else None if kind in CHECKS else PLAIN.pattern
    if form is None:
        return np.zeros(len(texts), dtype=bool)
    has_form = np.array(pc.match_substring_regex(texts, f"^(?:{form})$"), dtype=bool)
    is_nobodys = np.array(pc.match_substring_regex(texts, f"^(?:{NOBODYS.pattern})$"), dtype=bool)
    sound: np.ndarray = has_form & ~is_nobodys
    return sound


def _sound_nhs_numbers(texts: pa.Array) -> np.ndarray:
    """Return a Boolean for each text: whether it is ten digits with the right check digit, and no placeholder."""
    is_ten_digits = pc.match_substring_regex(texts, r"^[0-9]{10}$")
    sound = np.array(is_ten_digits, dtype=bool)
    of_ten = texts.filter(is_ten_digits)
    digits = np.frombuffer(characters_of(of_ten), np.uint8).reshape(-1, NHS_DIGITS).astype(np.int64) - ord("0")
    has_check_digit = (11 - digits[:, :9] @ np.arange(10, 1, -1) % 11) % 11 == digits[:, 9]
    is_placeholder = pc.is_in(of_ten, value_set=pa.array(sorted(PLACEHOLDERS))).to_numpy(zero_copy_only=False)
    sound[sound] = has_check_digit & ~is_placeholder
    return sound


def _number(text: str, check: Callable[[str], str | None]) -> str | None:
    """Return a number in its one spelling, None for a placeholder. Raises NoNumberError."""
    if NOBODYS.fullmatch(text):
        return None
    if PLAIN.fullmatch(text):
        return check(text)
    plain = INVISIBLE.sub("", text)
    protected = PROTECTED.fullmatch(plain)
    if protected:
        plain = protected.group(1) or protected.group(2) or ""
    if not any(character.isdigit() for character in plain) or NOBODYS.fullmatch(plain):
        return None
    if ROUNDED.fullmatch(plain):
        raise NoNumberError("was rounded by a spreadsheet")
    return check(plain.upper())


def nhs_number(text: str) -> str | None:
    """Return the ten digits of an NHS number (from `999-000-0018`, `9990000018.0`), None for a placeholder."""
    number = text
    if len(text) != NHS_DIGITS:
        number = SEPARATORS.sub(lambda found: found[0] if found[0] == "." else "", text)
        number = re.sub(r"^(\d{10})\.0+$", r"\1", number).replace(".", "")
    if len(number) != NHS_DIGITS or not (number.isascii() and number.isdigit()):
        raise NoNumberError("is no NHS number (ten digits)")
    if number in PLACEHOLDERS:
        return None
    weighted = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), number, strict=False))
    if (11 - weighted % 11) % 11 != int(number[9]):
        raise NoNumberError("is no NHS number (check digit)")
    return number


def pupil_number(text: str) -> str | None:
    """Return a unique pupil number: check letter, authority, school, year, and serial number."""
    number = SEPARATORS.sub("", text)
    if not re.fullmatch(r"[A-Z][0-9]{11}[0-9A-Z]", number):
        raise NoNumberError("is no unique pupil number (a letter and twelve digits)")
    last = PUPIL_LETTERS.find(number[12]) if number[12].isalpha() else int(number[12])
    weighted = sum(weight * int(digit) for weight, digit in enumerate(number[1:12], start=2)) + 13 * last
    if last < 0 or PUPIL_LETTERS[weighted % 23] != number[0]:
        raise NoNumberError("is no unique pupil number (check letter)")
    return number


def pnc_number(text: str) -> str | None:
    """Return a Police National Computer number as `04/0712343H` (from `2004/0712343H` or `04/712343H`)."""
    match = pseudonyms.PNC_NUMBER.fullmatch(text)
    if match is None:
        raise NoNumberError("is no Police National Computer number (year, serial number and letter)")
    year, serial, letter = match.group(1, 2, 3) if match.group(1) else match.group(4, 5, 6)
    if PNC_LETTERS[(int(year) * 10**7 + int(serial)) % 23] != letter:
        raise NoNumberError("is no Police National Computer number (check letter)")
    return pseudonyms.pnc_spelling(text)


def _of_form(kind: str) -> Callable[[str], str | None]:
    pattern, name = FORMS[kind]
    form = re.compile(pattern)

    def check(text: str) -> str | None:
        if not form.fullmatch(text):
            raise NoNumberError(f"is no {name}")
        return text

    return check


CHECKS: dict[str, Callable[[str], str | None]] = {
    "nhs_number": nhs_number,
    "upn": pupil_number,
    "pnc_number": pnc_number,
    **{kind: _of_form(kind) for kind in FORMS},
}
