"""Conforming a delivered table to its contract: typed values, pseudonyms, record ids, and the faults of each row.

Holds only faults that make a row unusable by itself: a value of the wrong type, a blank required cell, a duplicate.
Whether values are plausible is checked by the suite.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.bronze_schema import bronze_schema, columns_in_bronze
from vrp_pipeline.feeds.contract import (
    AgeAt,
    Coarsen,
    Column,
    ColumnType,
    Drop,
    Feed,
    Identifier,
    Keep,
    MonthOfMember,
    Pseudonymise,
    Xlsx,
    XlsxSheets,
)
from vrp_pipeline.ingest.person_numbers import NoNumberError, nhs_number, person_numbers
from vrp_pipeline.ingest.pseudonyms import pseudonyms
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.values import characters_of, has_exchanged_days, read_texts
from vrp_pipeline.validation.judgement import FAULT_COLUMNS

LOG = logging.getLogger(__name__)

LINE_BREAKS = (b"\n", b"\r", b"\x0b", b"\x0c", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
# Ten digits, together or in threes as the NHS writes them; or a postcode with its inward code.
LIKE_A_PERSONS = r"^\s*(?:\d{3}[ -]?\d{3}[ -]?\d{4}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\s*$"
COPY = "a copy of another row with the same key"
CONFLICT = "another row has the same key and different content"


@dataclass(frozen=True)
class ConformedTable:
    """Rows in the bronze schema and the faults of each.

    The three fault columns (string, null where there is no fault, one value per row) are separate because the suite
    tolerates them differently: `unreadable` for values that cannot be parsed and required cells that are blank,
    `copies` for duplicates of another row, `conflicts` for rows with the same key and different content.
    """

    rows: pa.Table
    unreadable: pa.Array
    copies: pa.Array
    conflicts: pa.Array

    def with_faults(self) -> pa.Table:
        """Return the rows with the fault columns added, as validation expects them."""
        table = self.rows
        for name in FAULT_COLUMNS:
            table = table.append_column(name, getattr(self, name))
        return table

    def filter(self, keep: np.ndarray) -> "ConformedTable":
        """Return the rows for which the Boolean array `keep` is true."""
        mask = pa.array(keep)
        faults = (self.unreadable.filter(mask), self.copies.filter(mask), self.conflicts.filter(mask))
        return ConformedTable(self.rows.filter(mask), *faults)

    def take(self, order: np.ndarray) -> "ConformedTable":
        """Return the rows at the indices `order`."""
        rows = pa.array(order)
        faults = (self.unreadable.take(rows), self.copies.take(rows), self.conflicts.take(rows))
        return ConformedTable(self.rows.take(rows), *faults)

    @staticmethod
    def concatenate(tables: Sequence["ConformedTable"]) -> "ConformedTable":
        """Return the rows of several tables, in order."""
        return ConformedTable(
            pa.concat_tables([table.rows for table in tables]).combine_chunks(),
            pa.concat_arrays([table.unreadable for table in tables]),
            pa.concat_arrays([table.copies for table in tables]),
            pa.concat_arrays([table.conflicts for table in tables]),
        )


def conform(
    feed: Feed, delivered: DeliveredTable, delivery_id: str, key: bytes, received_on: date | None = None
) -> ConformedTable:
    """Return one delivered table in the bronze schema, with as many rows as `delivered.texts`.

    A date after `received_on` is a fault unless the contract allows future dates; without it dates are not checked.
    """
    texts = delivered.texts.combine_chunks()
    count = texts.num_rows
    faults = _Faults(count)
    bronze: dict[str, pa.Array] = {}
    dates: dict[str, pa.Array] = {}
    for column in feed.columns:
        if isinstance(column.treatment, Drop):
            continue
        values = _values(feed, column, _array(texts[column.name]), faults)
        if received_on is not None:
            _require_past(column, values, received_on, faults)
        match column.treatment:
            case AgeAt():
                dates[column.name] = values
            case Pseudonymise(kind):
                bronze[column.name] = pseudonyms(values, kind, key)
            case Coarsen(metres):
                bronze[column.name] = middle_of_square(values, metres)
            case _:
                bronze[column.name] = values
    _require_own_part(feed, delivered.partition, bronze, faults)
    for column in feed.columns:
        if isinstance(column.treatment, AgeAt):
            born = dates[column.name]
            bronze[f"{column.name}_age"] = age_at(born, bronze[column.treatment.event])
            bronze[f"{column.name}_birth_year"] = pc.cast(pc.year(born), pa.int32())
    _mask_restricted(feed, bronze, key)
    bronze["record_id"] = _record_ids(feed, bronze, texts)
    bronze["delivery_id"] = pa.repeat(delivery_id, count)
    bronze["source_row"] = pa.array(delivered.source_rows, pa.int32())
    schema = bronze_schema(feed)
    rows = pa.table([bronze[name] for name in schema.names], schema=schema)
    copies, conflicts = repeated(rows)
    return ConformedTable(rows, faults.reasons(), copies, conflicts)


def age_at(born: pa.Array, event: pa.Array) -> pa.Array:
    """Return the age in completed years on the date of the event (int32); null where either date is null.

    A birthday on that date counts. A person born on 29 February has their birthday on 1 March in other years.
    """
    event = pc.cast(event, pa.date32(), safe=False)

    def day_of_year(dates: pa.Array) -> pa.Array:
        return pc.add(pc.multiply(pc.month(dates), 100), pc.day(dates))

    had_birthday = pc.greater_equal(day_of_year(event), day_of_year(born))
    years = pc.subtract(pc.year(event), pc.year(born))
    return pc.cast(pc.subtract(years, pc.cast(pc.invert(had_birthday), pa.int64())), pa.int32())


def middle_of_square(metres: pa.Array, side: int) -> pa.Array:
    """Return the centre of the grid square of `side` metres that contains each coordinate; null stays null."""
    corner = pc.multiply(pc.floor(pc.divide(pc.cast(metres, pa.float64()), float(side))), float(side))
    return pc.cast(pc.add(corner, side / 2), metres.type, safe=False)


def _mask_restricted(feed: Feed, bronze: dict[str, pa.Array], key: bytes) -> None:
    """Blank the identifying columns of restricted persons and replace their key by a pseudonym used nowhere else.

    Identifying columns are those that the contract marks as direct or quasi-identifiers. A flag that is blank or
    unreadable restricts: masked data can be sent again, but a disclosure cannot be undone.
    """
    if not feed.restricted_by:
        return
    restricted = pa.array(np.zeros(len(bronze[feed.restricted_by[0]]), dtype=bool))
    for name in feed.restricted_by:
        restricted = pc.or_(restricted, pc.fill_null(bronze[name], True))
    for column in feed.columns:
        if column.identifier is Identifier.NONE or isinstance(column.treatment, Drop):
            continue
        for field in columns_in_bronze(column):
            values = bronze[field.name]
            apart = pa.scalar(None, values.type)
            if field.name in feed.natural_key and isinstance(column.treatment, Pseudonymise):
                apart = pseudonyms(values, "restricted", key)
            bronze[field.name] = pc.if_else(restricted, apart, values)


class _Faults:
    """Collects the faults of each row; most rows have none."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._reasons: dict[int, list[str]] = {}

    def add(self, mask: pa.Array, reason: str) -> None:
        if not mask.true_count:
            return
        for row in np.flatnonzero(mask.to_numpy(zero_copy_only=False)):
            self._reasons.setdefault(int(row), []).append(reason)

    def reasons(self) -> pa.Array:
        if not self._reasons:
            return pa.nulls(self._count, pa.string())
        reasons: list[str | None] = [None] * self._count
        for row, found in self._reasons.items():
            reasons[row] = "; ".join(found)
        return pa.array(reasons, pa.string())


def _values(feed: Feed, column: Column, texts: pa.Array, faults: _Faults) -> pa.Array:
    in_workbook = isinstance(feed.format, Xlsx | XlsxSheets)
    values, unreadable = read_texts(texts, column.type, excel_dates=in_workbook)
    faults.add(unreadable, f"'{column.header}' is not a readable {column.type}")
    is_suspect = pa.types.is_temporal(values.type) and (unreadable.true_count or in_workbook)
    if is_suspect and has_exchanged_days(texts, excel_dates=in_workbook):
        faults.add(pc.is_valid(values), f"'{column.header}' has day and month exchanged")
    if pa.types.is_string(values.type):
        values = _whole_texts(column, values, faults)
        if _may_be_anything(feed, column):
            values = _nobodys_number(column, values, faults)
        if column.form:
            values = _in_form(column, column.form, values, faults)
    if isinstance(column.treatment, Pseudonymise):
        numbers = person_numbers(values, column.treatment.kind)
        for mask, reason in numbers.faults:
            faults.add(mask, f"'{column.header}' {reason}")
        if numbers.of_nobody:
            LOG.info("%s: %d placeholders in '%s' are nobody's", feed.name, numbers.of_nobody, column.header)
        values, unreadable = numbers.values, pc.or_(unreadable, numbers.unreadable)
    if column.required:
        faults.add(pc.and_(pc.is_null(values), pc.invert(unreadable)), f"'{column.header}' is blank")
    return values


def _whole_texts(column: Column, values: pa.Array, faults: _Faults) -> pa.Array:
    """Return the texts without those that hold a line break or are too long: cells or rows ran together in them."""
    characters = characters_of(values)
    unsound = pa.repeat(False, len(values))
    # Longer marks are sought twenty times as slowly as single characters, and most texts have none of their letters.
    if any(mark in characters for mark in LINE_BREAKS[: 4 if characters.isascii() else None]):
        broken = pc.fill_null(pc.match_substring_regex(values, "[\\n\\r\\x0b\\x0c\\x{85}\\x{2028}\\x{2029}]"), False)
        faults.add(broken, f"'{column.header}' holds a line break")
        unsound = broken
    if len(values) and (pc.max(pc.binary_length(values)).as_py() or 0) > column.max_length:
        long = pc.fill_null(pc.greater(pc.utf8_length(values), column.max_length), False)
        faults.add(long, f"'{column.header}' is longer than {column.max_length} characters")
        unsound = pc.or_(unsound, long)
    # The text itself goes nowhere, not even into quarantine: it may hold whole rows of other people.
    return pc.if_else(unsound, pa.scalar(None, pa.string()), values) if unsound.true_count else values


def _may_be_anything(feed: Feed, column: Column) -> bool:
    """Whether a kept column may hold anything by its contract, so that a shift of columns is not seen in it."""
    is_free = column.type is ColumnType.TEXT and not column.codes and isinstance(column.treatment, Keep)
    return is_free and column.name not in feed.natural_key


def _is_nhs_number(text: str) -> bool:
    try:
        return nhs_number(text) is not None
    except NoNumberError:
        return False


def _nobodys_number(column: Column, values: pa.Array, faults: _Faults) -> pa.Array:
    """Return the texts without those that are an NHS number or a whole postcode: neither belongs in a kept text."""
    encoded = pc.dictionary_encode(values)
    matches = pc.match_substring_regex(encoded.dictionary, LIKE_A_PERSONS)
    if not matches.true_count:
        return values
    found = [
        bool(match) and (not text.replace(" ", "").replace("-", "").isdigit() or _is_nhs_number(text))
        for text, match in zip(encoded.dictionary.to_pylist(), matches.to_pylist(), strict=True)
    ]
    of_rows = pc.fill_null(pa.array(found, pa.bool_()).take(encoded.indices), False)
    faults.add(of_rows, f"'{column.header}' holds what looks like an NHS number or a postcode")
    return pc.if_else(of_rows, pa.scalar(None, pa.string()), values)


def _in_form(column: Column, form: str, values: pa.Array, faults: _Faults) -> pa.Array:
    """Return the texts without those of another form: after a shift of columns they may be a name or a number."""
    encoded = pc.dictionary_encode(values)
    others = pc.invert(pc.match_substring_regex(encoded.dictionary, form))
    if not others.true_count:
        return values
    of_rows = pc.fill_null(others.take(encoded.indices), False)
    faults.add(of_rows, f"'{column.header}' has another form than its codes")
    return pc.if_else(of_rows, pa.scalar(None, pa.string()), values)


def _require_own_part(feed: Feed, partition: str | None, bronze: dict[str, pa.Array], faults: _Faults) -> None:
    """Note the rows of a zip member whose month or force is another than that of the member."""
    period = feed.period
    if partition is None or not isinstance(period, MonthOfMember):
        return
    if period.month_column:
        values, header = bronze[period.month_column], feed.by_name[period.month_column].header
        if pa.types.is_string(values.type):
            other = pc.not_equal(values, partition)
        else:
            # Months are cut by UTC or by local time: a day on either side of the month is no contradiction.
            first = date.fromisoformat(f"{partition}-01")
            days = pc.cast(values, pa.date32(), safe=False)
            last = (first + timedelta(days=32)).replace(day=1)
            other = pc.or_(pc.less(days, first - timedelta(days=1)), pc.greater(days, last))
        faults.add(pc.fill_null(other, False), f"'{header}' is another month than the name of the file tells")
    for name in period.force_columns:
        other = pc.invert(pc.is_in(bronze[name], value_set=pa.array(period.forces)))
        faults.add(pc.and_(pc.is_valid(bronze[name]), other), f"'{feed.by_name[name].header}' is another force")


def _require_past(column: Column, values: pa.Array, received_on: date, faults: _Faults) -> None:
    # A date of birth becomes an age that the suite checks: the child of a referral may be unborn.
    if pa.types.is_temporal(values.type) and not column.may_lie_ahead and not isinstance(column.treatment, AgeAt):
        ahead = pc.greater(pc.cast(values, pa.date32(), safe=False), pa.scalar(received_on, pa.date32()))
        faults.add(pc.fill_null(ahead, False), f"'{column.header}' lies after the day the file came")


def _array(values: pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _record_ids(feed: Feed, bronze: dict[str, pa.Array], texts: pa.Table) -> pa.Array:
    """Return the natural key as one text; where it is blank, a hash of the content and the number of its occurrence."""
    parts = [pc.fill_null(pc.cast(bronze[name], pa.string()), "") for name in feed.natural_key]
    if not parts:
        parts = [pa.repeat("", texts.num_rows)]
    keys = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "|")
    if not feed.key_may_be_blank:
        return keys
    blank = pc.equal(keys, "")
    content = [pc.fill_null(_array(column), "") for column in texts.filter(blank).columns]
    hashes = _hashes(pc.binary_join_element_wise(*content, "\x1f").to_pylist())
    occurrences: Counter[str] = Counter()
    numbered = []
    for content_hash in hashes:
        occurrences[content_hash] += 1
        numbered.append(f"{content_hash}-{occurrences[content_hash]}")
    return pc.replace_with_mask(keys, blank, pa.array(numbered, pa.string()))


def _hashes(contents: list[str]) -> list[str]:
    return [hashlib.sha256(content.encode()).hexdigest()[:32] for content in contents]


def repeated(rows: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Return the faults of repeated keys: duplicates except the first copy, and rows with differing content."""
    keys = rows["record_id"].combine_chunks()
    if pc.count_distinct(keys, mode="all").as_py() == len(keys):
        return pa.nulls(len(keys), pa.string()), pa.nulls(len(keys), pa.string())
    copies = np.full(len(keys), None, dtype=object)
    conflicts = np.full(len(keys), None, dtype=object)
    repeated = np.flatnonzero(keys.to_pandas().duplicated(keep=False).to_numpy())
    content = rows.take(pa.array(repeated)).drop_columns(["source_row", "delivery_id"]).to_pandas()
    is_copy = content.duplicated(keep="first")
    variants = content[~is_copy].groupby("record_id").size()
    contradicted = content["record_id"].map(variants).to_numpy() > 1
    copies[repeated[is_copy.to_numpy()]] = COPY
    conflicts[repeated[contradicted & ~is_copy.to_numpy()]] = CONFLICT
    return pa.array(copies, pa.string()), pa.array(conflicts, pa.string())
