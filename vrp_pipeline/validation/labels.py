"""The labels under which a profile counts the values of a column: codes as they are, times by hour, numbers by size.

No label tells who somebody is: a text that is no code of the contract appears as a keyed hash.
"""

import hmac
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed

BLANK = "(blank)"
HASH_DIGITS = 8
# Ages and counts below this are labels of their own, so that ages rounded to five or ten years show; larger numbers are
# counted by powers of two, so that minutes for seconds, months for days or pence for pounds show.
LEAST_BAND = 128


def codes_of(feed: Feed, name: str, values: pa.Array, key: bytes) -> pa.Array:
    """Return the label of each value of a bronze column of codes, or of true and false."""
    if pa.types.is_boolean(values.type):
        return mapped(values, str)
    declared = feed.by_name.get(name)
    codes = declared.codes if declared is not None else {}
    return mapped(values, lambda value: value if value in codes else hashed(value, key, "profile"))


def measures_of(values: pa.Array) -> pa.Array:
    """Return the label of each value of a bronze column of times of the day, with or without a date, or of numbers."""
    if pa.types.is_timestamp(values.type):
        return pc.strftime(values, format="%H h")
    if pa.types.is_string(values.type):
        return pc.binary_join_element_wise(pc.utf8_slice_codeunits(values, 0, 2), "h", " ")
    return mapped(values, lambda value: _size(float(value)))


def mapped(values: pa.Array, label: Callable[[str], str]) -> pa.Array:
    """Return the label of each value, asked once for each distinct one; null for a blank."""
    encoded = pc.dictionary_encode(pc.cast(values, pa.string()))
    labels = pa.array([label(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return labels.take(encoded.indices)


def _size(number: float) -> str:
    """Return a number below LEAST_BAND without its fraction, a larger one as the power of two below it."""
    if number < 0:
        return "below 0"
    whole = int(number)
    return str(whole) if whole < LEAST_BAND else f"{1 << (whole.bit_length() - 1)} and over"


def hashed(value: str, key: bytes, purpose: str) -> str:
    """Return the keyed hash that stands for a value in labels of one purpose."""
    return "#" + hmac.digest(key, f"vrp|v1|{purpose}|{value}".encode(), "sha256").hex()[:HASH_DIGITS]
