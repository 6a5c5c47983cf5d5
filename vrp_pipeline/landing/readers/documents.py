"""JSON: one document with a list of records, or one object a line. Values stay the texts they were written as.

Headers of the contract are paths of keys, and nothing else of a record is looked at: a key that nobody agreed on,
such as a free text, is left alone. Numbers keep every digit, lists of plain values are joined by `;`.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import pyarrow as pa

from vrp_pipeline.feeds.contract import Feed, Json, JsonLines
from vrp_pipeline.landing.readers.table import DeliveredTable, joined, numbered
from vrp_pipeline.landing.refusal import RefusedError

# A document is held in memory about ten times its size; a year of anonymous reports has 1 MB.
MAX_DOCUMENT_BYTES = 256 * 2**20
# A line is one person with all their events: a few kB.
MAX_LINE_BYTES = 16 * 2**20
# Rows after which keys that were found are looked for no more.
LOOKS = 100
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Record = dict[str, Any]


class NotJsonError(ValueError):
    """Bytes that are not one whole JSON value. Its text gives a position or a reason, never what stands there."""


def parse(content: bytes) -> Any:
    """A JSON value whose numbers are still the texts that were written. Raises NotJsonError."""
    try:
        return json.loads(
            content.removeprefix(BYTE_ORDER_MARK).decode("utf-8"),
            parse_int=str,
            parse_float=str,
            parse_constant=_no_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise NotJsonError(f"{error.msg}, line {error.lineno} character {error.colno}") from None
    except UnicodeDecodeError as error:
        raise NotJsonError(f"not UTF-8 text at byte {error.start + 1}") from None
    except RecursionError:
        raise NotJsonError("it is nested too deeply") from None


def read(feed: Feed, path: Path, *, columns: Collection[str] | None = None) -> DeliveredTable:
    """Read every record as a row. Raises RefusedError if a promised key stands in no record of the file.

    A line that is not one whole object is reported as malformed, with 0 cells.
    """
    each = _each(feed)
    wanted = [column.name for column in feed.columns if columns is None or column.name in columns]
    places = {column.name: _Place(column.header, each) for column in feed.columns}
    cells: list[tuple[_Place, list[str | None]]] = [(places[name], []) for name in wanted]
    sought = list(places.values())
    malformed: list[tuple[int, int]] = []
    row = 0
    for record in records_of(feed, path):
        if not isinstance(record, dict):
            row += 1
            malformed.append((row, 0))
            continue
        for around in _elements(record, each):
            row += 1
            for place in sought:
                place.look_for(around)
            if row % LOOKS == 0:
                sought = [place for place in sought if not place.is_found]
            for place, texts in cells:
                texts.append(_cell(path, row, place, around))
    missing = [place.header for place in places.values() if place.is_missing]
    if missing:
        raise RefusedError(
            path,
            f"no record holds {', '.join(repr(header) for header in missing[:6])}, which {feed.name} promises.",
            f"Ask the agency for the agreed keys, or change the contract in vrp_pipeline/feeds/{feed.agency}.py.",
        )
    columns_read = {name: pa.array(texts, pa.string()) for name, (_, texts) in zip(wanted, cells, strict=True)}
    return numbered(pa.table(columns_read), malformed)


def records_of(feed: Feed, path: Path) -> Iterator[Any]:
    """The records of a document or of lines, None for a line that is no whole JSON value."""
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
    """The object a JSON file is. Raises RefusedError if it is anything else, or too large to be held in memory."""
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


def lines_of(path: Path) -> Iterator[Any]:
    """The value of each line that is not blank, None where it is no whole JSON value."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise RefusedError(
                    path,
                    f"line {number} is longer than {MAX_LINE_BYTES // 2**20} MiB.",
                    "Ask the agency for one object a line.",
                )
            if line.strip():
                try:
                    yield parse(line)
                except NotJsonError:
                    yield None


def share_found(feed: Feed, records: Sequence[Any]) -> float:
    """The share of the feed's promised keys that stand in any of the records."""
    each = _each(feed)
    places = [_Place(column.header, each) for column in feed.columns]
    for record in records:
        if isinstance(record, dict):
            for around in _elements(record, each) or [[record]]:
                for place in places:
                    place.look_for(around)
    return sum(place.is_found for place in places) / len(places)


def value_at(document: Record, place: str) -> str | None:
    """The plain value at a path of keys (`header.year`); None if there is none."""
    try:
        return joined(list(_texts(document, place.split("."))))
    except TypeError:
        return None


class _Place:
    """Where a column stands: `keys` below the object number `level` of those around an element."""

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
        """Looked for in some record and found in none."""
        return self._was_looked_for and not self.is_found

    def look_for(self, around: Sequence[Record]) -> None:
        """Note whether the keys stand here; a null or an empty list on the way says that there is nothing to tell."""
        if not self.is_found and self.level < len(around):
            self._was_looked_for = True
            self.is_found = _stands(around[self.level], self.keys)


def _each(feed: Feed) -> list[str]:
    if isinstance(feed.format, JsonLines) and feed.format.each:
        return feed.format.each.split(".")
    return []


def _elements(record: Record, each: Sequence[str]) -> list[list[Record]]:
    """For each element of the lists at `each`, the objects from the record to the element, both included."""
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


def _cell(path: Path, row: int, place: _Place, around: Sequence[Record]) -> str | None:
    # Nearly every cell is a text or a blank right at the end of its keys; the careful way takes eight times as long.
    value: Any = around[place.level]
    for key in place.keys:
        if type(value) is not dict:
            break
        value = value.get(key)
    else:
        if value is None or type(value) is str:
            return value or None
        if type(value) is bool:
            return "true" if value else "false"
    try:
        return joined(list(_texts(around[place.level], place.keys)))
    except TypeError:
        raise RefusedError(
            path,
            f"in row {row}, '{place.header}' has another shape than agreed: an object where a value should stand, "
            "or a value where an object should.",
            "Ask the agency for the agreed form, or change the contract.",
        ) from None


def _texts(value: Any, keys: Sequence[str]) -> Iterator[str]:
    """The plain values found along the keys. Raises TypeError where objects and values are exchanged."""
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
        yield str(value).lower() if isinstance(value, bool) else value


def _object(pairs: list[tuple[str, Any]]) -> Record:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJsonError("an object has the same key twice")
    return found


def _no_constant(_name: str) -> None:
    raise NotJsonError("NaN or Infinity is no JSON number")
