"""The values of one column: parsed, with values that may not pass taken out, and the fault of each row that lost one.

Holds only faults of single cells. Whether values are plausible is checked by the suite; parsing belongs to
`landing.values`.
"""

import logging
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.columns import AgeAt, Column, ColumnType, Keep, Pseudonymise
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.identifiers.person_numbers import NoNumberError, nhs_number, person_numbers
from vrp_pipeline.ingest.treatments import treated
from vrp_pipeline.landing.values import characters_of, midnights_in_utc, read_texts, rows_with_exchanged_days
from vrp_pipeline.validation.reasons import Reasons

LOG = logging.getLogger(__name__)

LINE_BREAKS = (b"\n", b"\r", b"\x0b", b"\x0c", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
# Ten digits, together or in threes as the NHS writes them; or a postcode with its inward code.
LIKE_A_PERSONS = r"^\s*(?:\d{3}[ -]?\d{3}[ -]?\d{4}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\s*$"
# Texts at the beginning of a column that show whether most of its texts are different.
SAMPLE = 2_000
# Words that programs write for a blank. They identify nobody, so a reason may quote them.
WORDS_FOR_BLANK = ("NULL", "NA", "N/A", "#N/A", "nan", "None")


@dataclass(frozen=True)
class _Cells:
    """The texts of a column: the distinct ones with the place of each row among them, or one per row (no places)."""

    texts: pa.Array
    places: pa.Array | None

    def of_rows(self, values: pa.Array) -> pa.Array:
        """Return the value of each row from those of the texts."""
        return values if self.places is None else values.take(self.places)


class _Sound:
    """The values of a column while they are checked: each check takes out those that may not pass and notes why."""

    def __init__(self, column: Column, values: pa.Array) -> None:
        self.values = values
        self.faults: list[tuple[pa.Array, str]] = []
        self._header = column.header

    def note(self, mask: pa.Array, predicate: str) -> None:
        """Note a fault of the texts for which `mask` is true; its reason is the column's header and `predicate`."""
        if mask.true_count:
            self.faults.append((mask, f"'{self._header}' {predicate}"))

    def take_out(self, mask: pa.Array, predicate: str) -> None:
        """Note a fault and blank the values that have it."""
        if mask.true_count:
            self.note(mask, predicate)
            self.values = pc.if_else(mask, pa.scalar(None, self.values.type), self.values)


def column_values(
    feed: Feed,
    column: Column,
    texts: pa.Array,
    key: bytes,
    received_on: date | None,
    faults: Reasons,
    *,
    senders: np.ndarray | None = None,
) -> pa.Array:
    """Return the treated values of one column, one per row, and add the faults of its rows to `faults`.

    Most columns repeat few texts: each is judged once. A date after `received_on` is a fault unless the contract allows
    future dates; without it dates are not checked. `senders` numbers the sender of each row, each with a program of its
    own in which day and month may be exchanged.
    """
    cells = _distinct(texts)
    values, unreadable = read_texts(cells.texts, column.type, excel_dates=feed.is_workbook)
    sound = _Sound(column, values)
    _note_unreadable(feed, column, cells.texts, unreadable, sound)
    is_suspect = pa.types.is_temporal(values.type) and (unreadable.true_count or feed.is_workbook)
    if is_suspect:
        exchanged = rows_with_exchanged_days(texts, senders, excel_dates=feed.is_workbook)
        if exchanged.true_count:
            is_date = cells.of_rows(pc.is_valid(values))
            faults.add_to(pc.and_(exchanged, is_date), f"'{column.header}' has day and month exchanged")
    if pa.types.is_string(values.type):
        _take_out_run_together(column, sound)
        if _may_be_anything(feed, column):
            _take_out_numbers_of_people(sound)
        if column.form:
            _take_out_other_forms(column.form, sound)
    if isinstance(column.treatment, Pseudonymise):
        unreadable = pc.or_(unreadable, _spell_alike(feed, column, column.treatment.kind, sound, cells))
    if column.required:
        sound.note(pc.and_(pc.is_null(sound.values), pc.invert(unreadable)), "is blank")
    if received_on is not None:
        _require_past(column, received_on, sound)
    for mask, reason in sound.faults:
        faults.add_to(cells.of_rows(mask), reason)
    return cells.of_rows(treated(column, sound.values, key))


def _distinct(texts: pa.Array) -> _Cells:
    beginning = texts.slice(0, SAMPLE)
    if 2 * pc.count_distinct(beginning, mode="all").as_py() > len(beginning):
        return _Cells(texts, None)
    encoded = pc.dictionary_encode(texts, null_encoding="encode")
    return _Cells(encoded.dictionary, encoded.indices)


def _note_unreadable(feed: Feed, column: Column, texts: pa.Array, unreadable: pa.Array, sound: _Sound) -> None:
    """Note why texts are unreadable; of what they say, only a word that stands for a blank is quoted."""
    if not unreadable.true_count:
        return
    others = unreadable
    if column.type is ColumnType.DATE:
        shifted = pc.and_(unreadable, midnights_in_utc(texts, excel_dates=feed.is_workbook))
        sound.note(
            shifted, "has the clock of a midnight in UTC, which is of the next day (send local dates, YYYY-MM-DD)"
        )
        others = pc.and_not(others, shifted)
    lowered = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    for word in WORDS_FOR_BLANK:
        is_word = pc.and_(others, pc.fill_null(pc.equal(lowered, word.lower()), False))
        sound.note(is_word, f"holds the word {word} in place of a {column.type} or a blank")
        others = pc.and_not(others, is_word)
    sound.note(others, f"is not a readable {column.type}")


def _take_out_run_together(column: Column, sound: _Sound) -> None:
    """Take out texts that hold a line break or are too long, because cells or rows ran together in them.

    Such a text is not kept even in quarantine: it may hold whole rows about other people.
    """
    values = sound.values
    characters = characters_of(values)
    # Longer marks are sought twenty times as slowly as single characters, and most texts have none of their letters.
    if any(mark in characters for mark in LINE_BREAKS[: 4 if characters.isascii() else None]):
        broken = pc.match_substring_regex(values, "[\\n\\r\\x0b\\x0c\\x{85}\\x{2028}\\x{2029}]")
        sound.take_out(pc.fill_null(broken, False), "holds a line break")
    if len(values) and (pc.max(pc.binary_length(values)).as_py() or 0) > column.max_length:
        long = pc.fill_null(pc.greater(pc.utf8_length(values), column.max_length), False)
        sound.take_out(long, f"is longer than {column.max_length} characters")


def _may_be_anything(feed: Feed, column: Column) -> bool:
    """Return whether a kept column may hold any text by its contract, so that a shift of columns goes unseen."""
    is_free = column.type is ColumnType.TEXT and not column.codes and isinstance(column.treatment, Keep)
    return is_free and column.name not in feed.natural_key


def _take_out_numbers_of_people(sound: _Sound) -> None:
    """Take out texts that are an NHS number or a full postcode, neither of which belongs in a kept text."""
    matches = pc.fill_null(pc.match_substring_regex(sound.values, LIKE_A_PERSONS), False)
    if not matches.true_count:
        return
    texts = sound.values.filter(matches).to_pylist()
    found = [
        not (digits := text.replace(" ", "").replace("-", "")).isdigit() or _is_nhs_number(digits) for text in texts
    ]
    is_a_persons = pc.replace_with_mask(matches, matches, pa.array(found, pa.bool_()))
    sound.take_out(is_a_persons, "holds what looks like an NHS number or a postcode")


def _is_nhs_number(text: str) -> bool:
    try:
        return nhs_number(text) is not None
    except NoNumberError:
        return False


def _take_out_other_forms(form: str, sound: _Sound) -> None:
    """Take out texts without the form of the column's codes: after a shift of columns they may be a name or number."""
    others = pc.invert(pc.match_substring_regex(sound.values, form))
    sound.take_out(pc.fill_null(others, False), "has another form than its codes")


def _spell_alike(feed: Feed, column: Column, kind: str, sound: _Sound, cells: _Cells) -> pa.Array:
    """Normalise numbers of people to one spelling; return the mask of those that are unreadable."""
    numbers = person_numbers(sound.values, kind)
    for mask, predicate in numbers.faults:
        sound.note(mask, predicate)
    if numbers.of_nobody.true_count:
        placeholders = cells.of_rows(numbers.of_nobody).true_count
        LOG.info("%s: %d placeholders in '%s' are nobody's", feed.name, placeholders, column.header)
    sound.values = numbers.values
    return numbers.unreadable


def _require_past(column: Column, received_on: date, sound: _Sound) -> None:
    # A date of birth becomes an age that the suite checks: the child of a referral may be unborn.
    values = sound.values
    if pa.types.is_temporal(values.type) and not column.may_lie_ahead and not isinstance(column.treatment, AgeAt):
        ahead = pc.greater(pc.cast(values, pa.date32(), safe=False), pa.scalar(received_on, pa.date32()))
        sound.note(pc.fill_null(ahead, False), "lies after the day the file came")
