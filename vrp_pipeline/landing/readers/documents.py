"""JSON files: one document with a list of records, or one object per line. Values keep the text as written.

Headers of the contract are paths of keys, and nothing else in a record is read: a key that is not in the contract, such
as free text, is ignored. Numbers keep every digit; lists of plain values are joined by `;`.
"""

import gc
import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Json, JsonLines
from vrp_pipeline.landing.readers.table import DeliveredTable, joined, numbered
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.second_count.json_records import filled_lines, objects_in_list, require_all
from vrp_pipeline.landing.values import NO_VALUE

# In memory a document takes about ten times its size; a year of anonymous reports has 1 MB.
MAX_DOCUMENT_BYTES = 256 * 2**20
# A line is one person with all their events: a few kB.
MAX_LINE_BYTES = 16 * 2**20
# Their objects take about 50 MB, ten times the text.
ROWS_AT_A_TIME = 5_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Record = dict[str, Any]
# The objects from a record to the element that is a row, both included.
Around = list[Record]
# The values at the end of a path of keys in each row, by the level at which the path begins and its keys.
_Reached = dict[tuple[int, tuple[str, ...]], list[Any]]
_CAREFULLY = object()
# In place of a line that nobody asked for.
_PASSED_OVER = object()
_WORDS = {True: "true", False: "false"}


class NotJsonError(ValueError):
    """Raised for bytes that are not one complete JSON value. The message gives a position or a reason, no content."""


def parse(content: bytes) -> Any:
    """Return a JSON value whose numbers are texts as written. Raises NotJsonError if it is invalid."""
    try:
        return _DECODER.decode(content.removeprefix(BYTE_ORDER_MARK).decode("utf-8"))
    except json.JSONDecodeError as error:
        raise NotJsonError(f"{error.msg}, line {error.lineno} character {error.colno}") from None
    except UnicodeDecodeError as error:
        raise NotJsonError(f"not UTF-8 text at byte {error.start + 1}") from None
    except RecursionError:
        raise NotJsonError("it is nested too deeply") from None


def read(
    feed: Feed, path: Path, *, columns: Collection[str] | None = None, rows: Collection[int] | None = None
) -> DeliveredTable:
    """Return every record as a row. Raises RefusedError if a key of the contract occurs in no record.

    A line that is not one complete object is reported as malformed, with 0 cells. NaN is a missing value. With `rows`,
    only the lines of these rows are parsed, if each line is a row, and keys may be missing.
    """
    each = _each(feed)
    wanted = frozenset(rows) if rows is not None and isinstance(feed.format, JsonLines) and not each else None
    places = {column.name: _Place(column.header, each) for column in feed.columns}
    cells: dict[str, list[pa.Array]] = {name: [] for name in places if columns is None or name in columns}
    malformed: list[tuple[int, int]] = []
    passed_over: list[int] = []
    waiting: list[Around] = []

    def take() -> None:
        for place in places.values():
            place.look_for(waiting)
        reached: _Reached = {}
        for name, texts in cells.items():
            texts.append(_column(places[name], waiting, reached))
        waiting.clear()

    row = records = 0
    with _without_collector():
        for record in lines_of(path, wanted) if wanted is not None else records_of(feed, path):
            records += 1
            if record is _PASSED_OVER:
                row += 1
                passed_over.append(row)
                continue
            if not isinstance(record, dict):
                row += 1
                malformed.append((row, 0))
                continue
            for around in _elements(record, each):
                row += 1
                waiting.append(around)
            if len(waiting) >= ROWS_AT_A_TIME:
                take()
        take()
    _require_every_record(feed, path, records, malformed)
    missing = [place.header for place in places.values() if place.is_missing]
    if missing and wanted is None:
        raise RefusedError(
            path,
            f"no record holds {', '.join(repr(header) for header in missing[:6])}, which {feed.name} promises.",
            f"Ask the agency for the agreed keys, or change the contract in vrp_pipeline/feeds/{feed.agency}.py.",
        )
    texts_read = pa.table({name: pa.chunked_array(texts, pa.string()) for name, texts in cells.items()})
    return numbered(texts_read, malformed, blank=passed_over)


def _require_every_record(feed: Feed, path: Path, records: int, malformed: Sequence[tuple[int, int]]) -> None:
    if isinstance(feed.format, Json):
        counted = objects_in_list(path.read_bytes(), feed.format.records)
        require_all(path, counted, records - len(malformed), f"objects in the list '{feed.format.records}'")
    else:
        require_all(path, filled_lines(path), records, "lines")


@contextmanager
def _without_collector() -> Iterator[None]:
    """Disable Python's garbage collector: JSON has no cycles, and collections would take a sixth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def records_of(feed: Feed, path: Path) -> Iterator[Any]:
    """Yield the records of a document or of lines, None for a line that is not a complete JSON value.

    Raises RefusedError if the document lacks the list of records.
    """
    if isinstance(feed.format, Json):
        document = document_of(path)
        records = document.get(feed.format.records)
        if not isinstance(records, list):
            raise RefusedError(
                path, f"there is no list '{feed.format.records}' in the document.", "Ask for the agreed form."
            )
        yield from records
    else:
        yield from lines_of(path)


def document_of(path: Path) -> Record:
    """Return the object in a JSON file. Raises RefusedError if it is not one object or exceeds MAX_DOCUMENT_BYTES."""
    if path.stat().st_size > MAX_DOCUMENT_BYTES:
        raise RefusedError(
            path,
            f"the JSON document is larger than {MAX_DOCUMENT_BYTES // 2**20} MiB.",
            "Ask the agency to send fewer months at a time, or one object a line.",
        )
    try:
        document = parse(path.read_bytes())
    except NotJsonError as error:
        raise RefusedError(path, f"the file is not whole JSON text: {error}.", "Ask for the file again.") from None
    if not isinstance(document, dict):
        raise RefusedError(path, "the JSON text is not one object.", "Ask the agency for the agreed form.")
    return document


def lines_of(path: Path, wanted: Collection[int] | None = None) -> Iterator[Any]:
    """Yield the value of each line (LF, CRLF or CR) that is not blank, None if it is not a complete JSON value.

    With `wanted`, only these of the lines that are not blank, counted from 1, are parsed; the others give _PASSED_OVER.
    Raises RefusedError if a line is longer than MAX_LINE_BYTES, or a byte of it is nought.
    """
    with path.open("rb") as file:
        number = filled = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise RefusedError(
                    path,
                    f"line {number} is longer than {MAX_LINE_BYTES // 2**20} MiB.",
                    "Ask the agency for one object a line.",
                )
            if b"\x00" in line:
                raise RefusedError(
                    path,
                    f"line {number} holds a byte of value 0, which stands in no text: a part of the file was probably "
                    "lost when it was copied.",
                    "Ask for it again.",
                )
            # A JSON text holds no bare carriage return, so each ends a line as a line feed does.
            for text in filter(bytes.strip, line.split(b"\r")):
                filled += 1
                if wanted is not None and filled not in wanted:
                    yield _PASSED_OVER
                    continue
                try:
                    yield parse(text)
                except NotJsonError:
                    yield None


def share_found(feed: Feed, records: Sequence[Any]) -> float:
    """Return the share (0 to 1) of the contract's keys that occur in any of the records."""
    each = _each(feed)
    places = [_Place(column.header, each) for column in feed.columns]
    for record in records:
        if isinstance(record, dict):
            for place in places:
                place.look_for(_elements(record, each) or [[record]])
    return sum(place.is_found for place in places) / len(places)


def value_at(document: Record, place: str) -> str | None:
    """Return the plain value at a path of keys (`header.year`), or None."""
    try:
        return joined(list(_texts(document, place.split("."))))
    except TypeError:
        return None


class _Place:
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
                self.is_found = _stands(around[self.level], self.keys)


def _each(feed: Feed) -> list[str]:
    if isinstance(feed.format, JsonLines) and feed.format.each:
        return feed.format.each.split(".")
    return []


def _elements(record: Record, each: Sequence[str]) -> list[Around]:
    """Return, for each element of the lists at `each`, the objects from the record to the element, both included."""
    found = [[record]]
    for key in each:
        found = [[*around, element] for around in found for element in _objects(around[-1].get(key))]
    return found


def _objects(value: Any) -> list[Record]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _stands(value: Any, keys: Sequence[str]) -> bool:
    if not keys or value is None or value == []:
        return True
    if isinstance(value, list):
        return any(_stands(item, keys) for item in value)
    return isinstance(value, dict) and keys[0] in value and _stands(value[keys[0]], keys[1:])


def _column(place: _Place, waiting: Sequence[Around], reached: _Reached) -> pa.Array:
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


def _reach(level: int, keys: tuple[str, ...], waiting: Sequence[Around], reached: _Reached) -> list[Any]:
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


def _cell(place: _Place, around: Around) -> str | None:
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


def _object(pairs: list[tuple[str, Any]]) -> Record:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJsonError("an object has the same key twice")
    return found


def _constant(name: str) -> None:
    """Return null for NaN: programs that write no valid JSON write a missing number so."""
    if name != "NaN":
        raise NotJsonError("Infinity is no JSON number")


# Created once: with these arguments `json.loads` would create a decoder for every line.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_constant, object_pairs_hook=_object)
