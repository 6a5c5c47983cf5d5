"""Parsing of delivered texts into values: one vectorised function per column type.

Each takes a string array and returns the values and a mask of the texts that cannot be parsed. Whether a value is
plausible is checked by the suite; unreadable values are handled in `ingest`.
"""

from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.bronze_schema import ARROW_TYPES
from vrp_pipeline.feeds.contract.columns import ColumnType
from vrp_pipeline.feeds.partnership import TIME_ZONE

# Every ISO date except 29 February, which exists only in leap years, with an optional time of day.
PLAIN_DATE = (
    r"^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13578]|1[02])-(?:29|3[01])|(?:0[469]|11)-(?:29|30))"
    r"(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.0{1,6})?)?)?$"
)
ISO_DAY = r"^(?P<day>\d{4}-\d{2}-\d{2})"
BRITISH_DAY = r"^(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})"
# ISO 8601 writes fractions of a second after a point or a comma; they are cut off, as no feed needs them.
FRACTION = r"(?:[.,]\d{1,9})?"
CLOCK = rf"(?:[T ](?P<clock>\d{{2}}:\d{{2}}(?::\d{{2}})?){FRACTION})?$"
# A time with its offset from UTC, as web services write it.
ZONE = r"(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d)"
OFFSET = rf"^(?P<local>.+[T ]\d{{2}}:\d{{2}}(?::\d{{2}}{FRACTION})?)(?P<offset>{ZONE})$"
# A day with an offset (xs:date) is that day wherever it was written.
ZONED_DAY = rf"^(?P<day>\d{{4}}-\d{{2}}-\d{{2}}){ZONE}$"
# A day that only the American order makes a date, and one that only the British order does.
AMERICAN = r"^\d{1,2}/(?:1[3-9]|2\d|3[01])/\d{4}\b"
BRITISH = r"^(?:1[3-9]|2\d|3[01])/\d{1,2}/\d{4}\b"
# How likely dates may be that only look exchanged: in a sheet of few rows all texts may have days after the 12th, and
# the dates days that are also months of the texts.
EXCHANGED_BY_CHANCE = 1e-3
# Clocks, in minutes, of a local midnight that was written in UTC without its zone: 23:00 in summer time (and in the
# winters of 1968 to 1971), 22:00 in the double summer time of the 1940s and in that of central Europe. Such a moment
# belongs to the next day.
MIDNIGHTS_IN_UTC = (22 * 60, 23 * 60)
LENGTH_OF_A_DAY = 10  # characters of a day without a clock
# What a spreadsheet shows in a cell whose formula failed; it survives in files saved from it.
CELL_ERRORS = ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!")
# Stands for the result of a formula that was never calculated.
UNCALCULATED = "#CALC!"
# Stands for what is no value at all: an object where a value should be, or a value where an object should.
NO_VALUE = "#VALUE!"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
# Day numbers of spreadsheets from 1954 to 2091 (day 1 is 1 January 1900, and 1900 counts as a leap year).
EXCEL_SERIAL = r"^[2-6]\d{4}(\.\d+)?$"
EXCEL_EPOCH_IN_UNIX_DAYS = -25_569
MICROSECONDS_PER_DAY = 86_400_000_000
# Days that systems write for a date that was left blank or could not be read; no row of any feed happened on one.
# HES: 1800 a null date, 1801 an invalid one. SQL Server: 1900 for an empty text, 1753 its earliest. OLE and workbooks:
# day 0. .NET: year 1. Open-ended: 9999. [HES dictionary 2026], [SQL Server dates 2026] [K].
DEFAULT_DAYS = (
    date(1, 1, 1),
    date(1753, 1, 1),
    date(1800, 1, 1),
    date(1801, 1, 1),
    date(1899, 12, 30),
    date(1899, 12, 31),
    date(1900, 1, 1),
    date(9999, 12, 31),
)


def read_texts(texts: pa.Array, column_type: ColumnType, *, excel_dates: bool = False) -> tuple[pa.Array, pa.Array]:
    """Parse `texts` as values of `column_type`; return (values, unreadable), both of the length of `texts`.

    `values` has the bronze type and is null where the text is blank or unreadable; `unreadable` is a Boolean mask of
    the texts that are neither blank nor readable. A spreadsheet's errors (`#N/A`) are unreadable as any type. A
    date that a system writes for a blank one (`DEFAULT_DAYS`), at whatever time of day, is blank. `excel_dates` also
    accepts a spreadsheet's day numbers as dates. A date with the clock of a midnight in UTC is unreadable
    (`midnights_in_utc`); with any other clock it is the day it says.
    """
    trimmed = _trimmed(texts)
    if column_type is ColumnType.TEXT:
        failed = _cell_errors(trimmed)
        return (pc.if_else(failed, pa.scalar(None, pa.string()), trimmed) if failed.true_count else trimmed), failed
    if column_type in (ColumnType.DATE, ColumnType.DATETIME):
        values = _datetimes(trimmed, excel_dates=excel_dates, zoned_days=column_type is ColumnType.DATE)
        if column_type is ColumnType.DATE:
            shifted = _midnights_in_utc(trimmed, values, excel_dates=excel_dates)
            values = pc.if_else(shifted, pa.scalar(None, values.type), values) if shifted.true_count else values
        unreadable = pc.and_(pc.is_valid(trimmed), pc.is_null(values))
        values = _without_default_days(values)
        if column_type is ColumnType.DATE:
            values = pc.cast(values, pa.date32(), safe=False)
    else:
        values = _READERS[column_type](trimmed)
        unreadable = pc.and_(pc.is_valid(trimmed), pc.is_null(values))
    return _contiguous(values).cast(ARROW_TYPES[column_type]), _contiguous(unreadable)


def midnights_in_utc(texts: pa.Array, *, excel_dates: bool = False) -> pa.Array:
    """Return a Boolean for each text of a column of dates: whether it is a local midnight in UTC without its zone.

    Its clock is exactly 22:00 or 23:00, as midnight has no minutes: 23:59 is the end of the day it says. People write
    round hours too, but all round the clock: the texts count as midnights only if most of the distinct ones with a
    clock other than 00:00 have one of these two. A text with its zone, or of a day that stands for a blank, is none.
    """
    trimmed = _trimmed(texts)
    return _midnights_in_utc(
        trimmed, _datetimes(trimmed, excel_dates=excel_dates, zoned_days=True), excel_dates=excel_dates
    )


def _midnights_in_utc(trimmed: pa.Array, values: pa.Array, *, excel_dates: bool) -> pa.Array:
    """Return the mask of `midnights_in_utc` from trimmed texts and their timestamps."""
    if not excel_dates and (pc.max(pc.binary_length(trimmed)).as_py() or 0) <= LENGTH_OF_A_DAY:
        return pa.repeat(False, len(trimmed))
    # To the nearest minute: a day number with four decimals (.9583) is some seconds off its clock.
    nearest = pc.round_temporal(_without_default_days(values), unit="minute")
    clocks = pc.add(pc.multiply(pc.hour(nearest), 60), pc.minute(nearest))
    shifted = pc.is_in(clocks, value_set=pa.array(MIDNIGHTS_IN_UTC, pa.int64()))
    if not shifted.true_count:
        return _contiguous(shifted)
    shifted = pc.and_(shifted, pc.invert(pc.fill_null(pc.match_substring_regex(trimmed, OFFSET), False)))
    other = pc.and_(pc.fill_null(pc.greater(clocks, 0), False), pc.invert(shifted))
    # Distinct texts, so that a column is judged alike row by row and text by text.
    few, many = (pc.count_distinct(trimmed.filter(mask)).as_py() for mask in (shifted, other))
    return _contiguous(shifted) if few > many else pa.repeat(False, len(trimmed))


def has_exchanged_days(texts: pa.Array, *, excel_dates: bool = False) -> bool:
    """Return whether days and months in a column of dates are exchanged, as an American program exchanges them."""
    return bool(_exchanged_days(texts, excel_dates=excel_dates).true_count)


def _exchanged_days(texts: pa.Array, *, excel_dates: bool) -> pa.Array:
    """Return a Boolean for each text of one program: whether its day and month may be exchanged.

    Either texts are in the American order: then so are all texts with slashes, and dates in the ISO order are as sound
    as before. Or, in a workbook, an Excel of the other country made dates of all texts in which it could take the day
    for the month and left the others the texts they were (`_is_excels`): then every ISO date is exchanged.
    """
    trimmed = _trimmed(texts)
    british = pc.fill_null(pc.match_substring_regex(trimmed, BRITISH), False)
    american = pc.fill_null(pc.match_substring_regex(trimmed, AMERICAN), False)
    slashed = pc.fill_null(pc.match_substring_regex(trimmed, BRITISH_DAY), False)
    iso = pc.fill_null(pc.match_substring_regex(trimmed, ISO_DAY), False)
    exchanged = pa.repeat(False, len(trimmed))
    is_american = (american.true_count or 0) > (british.true_count or 0)
    if is_american:
        exchanged = slashed
    if excel_dates and _is_excels(trimmed, american if is_american else british, slashed, iso, month=1 - is_american):
        exchanged = pc.or_(exchanged, iso)
    return _contiguous(exchanged)


def _is_excels(trimmed: pa.Array, left: pa.Array, slashed: pa.Array, iso: pa.Array, *, month: int) -> bool:
    """Return whether the ISO dates of a workbook look like those made of texts in another order than they had.

    `left` are the texts that only one order makes a date, with the month in part `month` between slashes. No other text
    is left with slashes, and every date has a month of these texts for its day.
    """
    if not left.true_count or slashed.true_count != left.true_count:
        return False
    dates = trimmed.filter(iso)
    days = {int(text[8:10]) for text in pc.unique(pc.utf8_slice_codeunits(dates, 0, 10)).to_pylist()}
    months = {int(text.split("/")[month]) for text in pc.unique(trimmed.filter(left)).to_pylist()}
    by_chance = (len(months) / 31) ** len(dates) * (19 / 31) ** left.true_count
    return len(dates) > 0 and days <= months and by_chance < EXCHANGED_BY_CHANCE


def rows_with_exchanged_days(
    texts: pa.Array, groups: np.ndarray | None = None, *, excel_dates: bool = False
) -> pa.Array:
    """Return a Boolean for each row: whether its day and month may be exchanged (`_exchanged_days`).

    `groups` numbers the group of each row: each sender has a program of its own, and the dates of many hide those of
    one. Without it all rows are one group.
    """
    exchanged = np.zeros(len(texts), dtype=bool)
    if groups is None:
        groups = np.zeros(len(texts), dtype=np.int16)
    for group in np.unique(groups):
        rows = groups == group
        found = _exchanged_days(texts.filter(pa.array(rows)), excel_dates=excel_dates)
        exchanged[rows] = found.to_numpy(zero_copy_only=False)
    return pa.array(exchanged)


def _trimmed(texts: pa.Array) -> pa.Array:
    """Return texts without white space around them; blank ones are null."""
    trimmed = pc.ascii_trim_whitespace(texts)
    if not _is_ascii(trimmed):
        # Spaces that do not break, and characters without any width, come with tables copied from web pages.
        trimmed = pc.utf8_trim_whitespace(pc.utf8_trim(pc.utf8_trim_whitespace(trimmed), characters=INVISIBLE))
    blank = pc.equal(trimmed, "")
    if pc.any(blank).as_py():
        trimmed = pc.if_else(blank, pa.scalar(None, pa.string()), trimmed)
    return trimmed


def _cell_errors(texts: pa.Array) -> pa.Array:
    if b"#" not in characters_of(texts):
        return pa.repeat(False, len(texts))
    return pc.fill_null(pc.is_in(texts, value_set=pa.array(CELL_ERRORS)), False)


def _is_ascii(texts: pa.Array) -> bool:
    return characters_of(texts).isascii()


def _where(texts: pa.Array, pattern: str, values: pa.Array | None = None) -> pa.Array:
    """Return `values` (by default the texts) where the text matches the pattern, else null."""
    values = texts if values is None else values
    matches = pc.match_substring_regex(texts, pattern)
    # Usually every text matches; if_else would copy them all.
    return pc.if_else(matches, values, pa.scalar(None, pa.string())) if matches.false_count else values


def _integers(texts: pa.Array) -> pa.Array:
    # Workbooks give integers as 30.0; numbers of ten digits may not fit bronze's 32 bits.
    whole = pc.replace_substring_regex(_where(texts, r"^[+-]?\d{1,9}(\.0+)?$"), pattern=r"^\+|\.0+$", replacement="")
    return pc.cast(whole, pa.int32())


def _approximate_counts(texts: pa.Array) -> pa.Array:
    pattern = r"(?i)^(?:approx(?:imately)?\.?|about|around|circa|c\.?|~|over)?\s*\d{1,7}(?:\.0+)?\s*\+?$"
    digits = pc.replace_substring_regex(_where(texts, pattern), pattern=r"\.0+|[^\d]", replacement="")
    return pc.cast(digits, pa.int32())


def _decimals(texts: pa.Array) -> pa.Array:
    return pc.cast(_where(texts, r"^[+-]?(\d+\.?\d*|\.\d+)$"), pa.float64())


def _booleans(texts: pa.Array) -> pa.Array:
    lowered = pc.utf8_lower(texts)
    yes = pc.is_in(lowered, value_set=pa.array(["true", "1", "yes", "y"]))
    no = pc.is_in(lowered, value_set=pa.array(["false", "0", "no", "n"]))
    return pc.if_else(pc.or_(yes, no), yes, pa.scalar(None, pa.bool_()))


def _months(texts: pa.Array) -> pa.Array:
    # A column of months has few distinct values; each is parsed once.
    few = pc.dictionary_encode(texts)
    return _where(few.dictionary, r"^\d{4}-(0[1-9]|1[0-2])$").take(few.indices)


def _times(texts: pa.Array) -> pa.Array:
    whole = pc.replace_substring_regex(texts, pattern=r"(:\d{2}:\d{2})[.,]\d{1,9}$", replacement=r"\1")
    readable = _where(whole, r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")
    return pc.if_else(pc.equal(pc.utf8_length(readable), 5), pc.binary_join_element_wise(readable, "00", ":"), readable)


def _digests(texts: pa.Array) -> pa.Array:
    # Checking all characters at once takes a third of the time of matching each text.
    of_length = pc.all(pc.equal(pc.binary_length(texts), 64)).as_py()
    if of_length and not characters_of(texts).translate(None, b"0123456789abcdef"):
        return texts
    return _where(texts, r"^[0-9a-f]{64}$")


def characters_of(texts: pa.Array) -> bytes:
    """Return all texts concatenated: the part of Arrow's buffer that holds them."""
    _, offsets, characters = texts.buffers()
    if characters is None:
        return b""
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return bytes(characters.slice(int(ends[0]), int(ends[-1] - ends[0])).to_pybytes())


def _offence_codes(texts: pa.Array) -> pa.Array:
    parts = pc.extract_regex(texts, pattern=r"^(?P<class>\d{1,3})/(?P<sub>\d{1,2})$")
    joined = pc.binary_join_element_wise(
        pc.utf8_lpad(pc.struct_field(parts, "class"), width=3, padding="0"),
        pc.utf8_lpad(pc.struct_field(parts, "sub"), width=2, padding="0"),
        "",
    )
    return pc.coalesce(joined, _where(texts, r"^\d{5}$"))


def _datetimes(texts: pa.Array, *, excel_dates: bool, zoned_days: bool = False) -> pa.Array:
    """Return timestamps from ISO, DD/MM/YYYY and, if accepted, spreadsheet day numbers; null where unreadable.

    Arrow's cast parses 320,000 ISO times in 0.05 s but raises on the first invalid one, so only texts that are certain
    to be dates go through it; the rest (29 February, British and spreadsheet dates, faults) is parsed more slowly.
    """
    texts = _contiguous(texts)
    plain = pc.fill_null(pc.match_substring_regex(texts, PLAIN_DATE), False)
    values = _contiguous(pc.cast(pc.if_else(plain, texts, pa.scalar(None, pa.string())), pa.timestamp("us")))
    rest = pc.and_(pc.is_valid(texts), pc.invert(plain))
    if pc.any(rest).as_py():
        unusual = _unusual_datetimes(texts.filter(rest), excel_dates=excel_dates, zoned_days=zoned_days)
        values = pc.replace_with_mask(values, rest, unusual)
    return values


def _without_default_days(values: pa.Array) -> pa.Array:
    """Return the timestamps without those of a day that stands for a blank date."""
    days = pc.cast(values, pa.date32(), safe=False)
    is_default = pc.is_in(days, value_set=pa.array(DEFAULT_DAYS, pa.date32()))
    return pc.if_else(is_default, pa.scalar(None, values.type), values) if is_default.true_count else values


def _moments(texts: pa.Array) -> pa.Array:
    """Return times with an offset from UTC as local times in London; null where no offset is given."""
    parts = pc.extract_regex(texts, pattern=OFFSET)
    offset = pc.replace_substring(pc.replace_substring(pc.struct_field(parts, "offset"), "Z", "+00:00"), ":", "")
    hours, minutes = (pc.cast(pc.utf8_slice_codeunits(offset, n, n + 2), pa.int64()) for n in (1, 3))
    ahead = pc.multiply(pc.add(pc.multiply(hours, 60), minutes), 60_000_000)
    ahead = pc.if_else(pc.starts_with(offset, "-"), pc.negate(ahead), ahead)
    written = _datetimes(pc.struct_field(parts, "local"), excel_dates=False)
    moment = pc.cast(pc.subtract(pc.cast(written, pa.int64()), ahead), pa.timestamp("us", "UTC"))
    return pc.local_timestamp(pc.cast(moment, pa.timestamp("us", str(TIME_ZONE))))


def _unusual_datetimes(texts: pa.Array, *, excel_dates: bool, zoned_days: bool) -> pa.Array:
    british = pc.extract_regex(texts, pattern=BRITISH_DAY + CLOCK)
    day = pc.binary_join_element_wise(
        pc.struct_field(british, "y"),
        pc.utf8_lpad(pc.struct_field(british, "m"), width=2, padding="0"),
        pc.utf8_lpad(pc.struct_field(british, "d"), width=2, padding="0"),
        "-",
    )
    iso = pc.extract_regex(texts, pattern=ISO_DAY + CLOCK)
    day = pc.coalesce(day, pc.struct_field(iso, "day"))
    if zoned_days:
        day = pc.coalesce(day, pc.struct_field(pc.extract_regex(texts, pattern=ZONED_DAY), "day"))
    clock = pc.coalesce(pc.struct_field(british, "clock"), pc.struct_field(iso, "clock"), pa.scalar(""))
    clock = pc.if_else(pc.equal(clock, ""), "00:00", clock)
    clock = pc.if_else(pc.equal(pc.utf8_length(clock), 5), pc.binary_join_element_wise(clock, "00", ":"), clock)
    written = pc.binary_join_element_wise(day, clock, " ")
    values = pc.strptime(written, format="%Y-%m-%d %H:%M:%S", unit="us", error_is_null=True)
    # strptime turns 31 February into a date in March; only a text that formats back unchanged is a date.
    came_back = pc.equal(pc.strftime(pc.cast(values, pa.timestamp("s")), format="%Y-%m-%d %H:%M:%S"), written)
    values = pc.if_else(came_back, values, pa.scalar(None, pa.timestamp("us")))
    if pc.any(pc.match_substring_regex(texts, OFFSET)).as_py():
        values = pc.coalesce(values, _moments(texts))
    if excel_dates:
        serial = pc.cast(_where(texts, EXCEL_SERIAL), pa.float64())
        moment = pc.round(pc.multiply(pc.add(serial, float(EXCEL_EPOCH_IN_UNIX_DAYS)), float(MICROSECONDS_PER_DAY)), -6)
        values = pc.coalesce(values, pc.cast(pc.cast(moment, pa.int64()), pa.timestamp("us")))
    return _contiguous(values)


def _contiguous(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


_READERS: dict[ColumnType, Callable[[pa.Array], pa.Array]] = {
    ColumnType.INTEGER: _integers,
    ColumnType.APPROXIMATE_COUNT: _approximate_counts,
    ColumnType.DECIMAL: _decimals,
    ColumnType.BOOLEAN: _booleans,
    ColumnType.TIME: _times,
    ColumnType.MONTH: _months,
    ColumnType.SHA256: _digests,
    ColumnType.OFFENCE_CODE: _offence_codes,
}
