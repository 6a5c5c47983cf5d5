"""The columns of records: values at the paths of keys that the headers of a contract name, as text."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import JsonLines
from vrp_pipeline.landing.readers.json_files import Record
from vrp_pipeline.landing.readers.table import joined
from vrp_pipeline.landing.values import NO_VALUE

# The objects from a record down to the element that is a row, both included.
Around = list[Record]
# The values at the end of a path of keys in each row, by the level at which the path begins and its keys.
Reached = dict[tuple[int, tuple[str, ...]], list[Any]]
_CAREFULLY = object()
_WORDS = {True: "true", False: "false"}


def value_at(document: Record, place: str) -> str | None:
    """Return the plain value at a path of keys (`header.year`), or None."""
    try:
        return joined(list(_texts(document, place.split("."))))
    except TypeError:
        return None


class Place:
    """The position of a column: `keys` below the object at index `level` of those that enclose an element."""

    def __init__(self, header: str, each: Sequence[str]) -> None:
        self.header = header
        keys = header.split(".")
        shared = takewhile(lambda pair: pair[0] == pair[1], zip(keys[:-1], each, strict=False))
        self.level = len(list(shared))
        self.keys = keys[self.level :]
        self.is_found = False
        self._was_looked_for = False

    @property
    def is_missing(self) -> bool:
        """Whether the column was looked for and found in no record."""
        return self._was_looked_for and not self.is_found

    def look_for(self, rows: Sequence[Around]) -> None:
        """Note whether the keys occur in `rows`; a null or an empty list on the path counts as an absent value."""
        for around in rows:
            if self.is_found:
                return
            if self.level < len(around):
                self._was_looked_for = True
                self.is_found = _has(around[self.level], self.keys)


def lists_above_rows(feed: Feed) -> list[str]:
    """Return the keys of the lists whose elements are rows; none if a record is a row."""
    if isinstance(feed.format, JsonLines) and feed.format.each:
        return feed.format.each.split(".")
    return []


def elements_of(record: Record, each: Sequence[str]) -> list[Around]:
    """Return, for each element of the lists at `each`, the objects from the record to the element, both included."""
    found = [[record]]
    for key in each:
        found = [[*around, element] for around in found for element in _objects(around[-1].get(key))]
    return found


def _objects(value: Any) -> list[Record]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _has(value: Any, keys: Sequence[str]) -> bool:
    if not keys or value is None or value == []:
        return True
    if isinstance(value, list):
        return any(_has(item, keys) for item in value)
    return isinstance(value, dict) and keys[0] in value and _has(value[keys[0]], keys[1:])


def column_of(place: Place, waiting: Sequence[Around], reached: Reached) -> pa.Array:
    """Return the cells of one column as strings.

    Nearly every cell is a text, a Boolean, a list of texts or a blank directly at the end of its keys and is looked up
    column by column; the rest takes the general path, which is thirty times slower. Arrow takes a column of texts and
    blanks as it is, and refuses any other.
    """
    values = _reach(place.level, tuple(place.keys), waiting, reached)
    try:
        texts = pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        texts = pa.array(
            [
                value
                if type(value) is str or value is None
                else _WORDS[value]
                if type(value) is bool
                else joined(value)
                if type(value) is list and all(type(item) is str for item in value)
                else _cell(place, waiting[index])
                for index, value in enumerate(values)
            ],
            pa.string(),
        )
    blank = pc.equal(texts, "")
    return pc.if_else(blank, pa.scalar(None, pa.string()), texts) if blank.true_count else texts


def _reach(level: int, keys: tuple[str, ...], waiting: Sequence[Around], reached: Reached) -> list[Any]:
    """Return the value at the end of the keys in each row; columns with common keys look them up once."""
    if (level, keys) not in reached:
        if keys:
            *before, key = keys
            values = _reach(level, tuple(before), waiting, reached)
            reached[level, keys] = [
                value.get(key) if type(value) is dict else None if value is None else _CAREFULLY for value in values
            ]
        else:
            reached[level, keys] = [around[level] for around in waiting]
    return reached[level, keys]


def _cell(place: Place, around: Around) -> str | None:
    """Return the text of one cell; what has another shape than agreed is unreadable as any type."""
    try:
        return joined(list(_texts(around[place.level], place.keys)))
    except TypeError:
        return NO_VALUE


def _texts(value: Any, keys: Sequence[str]) -> Iterator[str]:
    """Yield the plain values along the keys. Raises TypeError if an object is found for a value or vice versa."""
    if value is None:
        return
    if isinstance(value, list):
        for item in value:
            yield from _texts(item, keys)
    elif isinstance(value, dict) != bool(keys):
        raise TypeError
    elif keys:
        yield from _texts(value.get(keys[0]), keys[1:])
    else:
        yield _WORDS[value] if isinstance(value, bool) else value
