"""Values as text, whole columns at a time (Arrow string arrays; null is a blank cell).

Only conversions that several agencies share.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.synthetic.world.patterns import EPOCH

UNIX_DAYS = int((EPOCH - np.datetime64("1970-01-01")).astype(int))
_BLANK = pa.scalar(None, pa.string())


def blank(count: int) -> pa.Array:
    """Return a column without any value."""
    return pa.nulls(count, pa.string())


def constant(text: str, count: int) -> pa.Array:
    """Return a column with the same text in every row."""
    return pa.array([text], pa.string()).take(pa.array(np.zeros(count, np.int32)))


def chosen(choices: Sequence[str] | np.ndarray, index: np.ndarray) -> pa.Array:
    """Return the choice at each index."""
    return pa.array(list(choices), pa.string()).take(pa.array(index.astype(np.int32)))


def at(values: pa.Array, index: np.ndarray) -> pa.Array:
    """Return the values at each index."""
    return values.take(pa.array(index))


def where(present: np.ndarray, values: pa.Array) -> pa.Array:
    """Return the values where `present`, else null."""
    return pc.if_else(pa.array(present), values, _BLANK)


def either(first: np.ndarray, values: pa.Array, others: pa.Array) -> pa.Array:
    """Return `values` where `first`, else `others`."""
    return pc.if_else(pa.array(first), values, others)


def whole(numbers: np.ndarray, width: int = 0) -> pa.Array:
    """Format whole numbers, padded with zeros to `width`."""
    digits = pa.array(numbers.astype(np.int64)).cast(pa.string())
    return pc.utf8_lpad(digits, width=width, padding="0") if width else digits


def decimals(numbers: np.ndarray, places: int) -> pa.Array:
    """Format decimal numbers with a fixed number of places."""
    units = np.round(np.abs(numbers) * 10**places).astype(np.int64)
    head, tail = whole(units // 10**places), whole(units % 10**places, places)
    sign = chosen(("", "-"), ((numbers < 0) & (units > 0)).astype(int))
    return joined(joined(sign, head), tail, by=".")


def dates(days: np.ndarray) -> pa.Array:
    """Format days since patterns.EPOCH as YYYY-MM-DD."""
    return pa.array((days + UNIX_DAYS).astype(np.int32)).cast(pa.date32()).cast(pa.string())


def times(minutes: np.ndarray) -> pa.Array:
    """Format minutes since patterns.EPOCH as YYYY-MM-DD HH:MM:SS."""
    seconds = (minutes.astype(np.int64) + UNIX_DAYS * 1440) * 60
    return pa.array(seconds).cast(pa.timestamp("s")).cast(pa.string())


def clocks(minutes: np.ndarray) -> pa.Array:
    """Format the time of day of minutes since patterns.EPOCH as HH:MM:SS."""
    return pc.utf8_slice_codeunits(times(minutes), 11)


def joined(*parts: pa.Array, by: str = "") -> pa.Array:
    """Join the texts of each row; null if any is null."""
    return pc.binary_join_element_wise(*parts, by)


def hexadecimal(rng: np.random.Generator, count: int, digits: int = 64) -> pa.Array:
    """Return random lower-case hexadecimal texts of fixed length."""
    characters = rng.bytes(count * digits // 2).hex().encode()
    offsets = np.arange(0, (count + 1) * digits, digits, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(characters))
