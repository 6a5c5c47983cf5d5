"""Statutory returns in XML: one document, or a zip of documents that are parts of one return.

Elements that are not in the contract are ignored. How a document is read safely is in `xml_events`.
"""

import re
from collections.abc import Collection
from itertools import takewhile
from pathlib import Path
from typing import IO

import pyarrow as pa

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Xml, ZippedXml
from vrp_pipeline.landing.readers.table import DeliveredTable, joined, numbered
from vrp_pipeline.landing.readers.xml_events import content_of, documents_in, events, refusing, walk
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.second_count.xml_elements import require_every_element

ZONED_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:Z|[+-]\d{2}:\d{2})")
Row = dict[str, str | None]


def read(feed: Feed, path: Path, *, columns: Collection[str] | None = None) -> DeliveredTable:
    """Return every record as a row.

    Raises RefusedError if the return is not well-formed XML or a required element occurs nowhere. Optional elements may
    be absent from the whole file: a return omits what it has no value for.
    """
    assert isinstance(feed.format, Xml | ZippedXml)
    rows: list[Row] = []
    found: set[str] = set()
    for member, document in documents_in(path):
        with document:
            reading = _Reading(feed, rows, found)
            reading.take(path, document, member)
        if reading.root in _beside(feed):
            continue
        if not reading.is_of_this_return:
            which = f"member '{member}'" if member else "the document"
            raise RefusedError(
                path,
                f"{which} is no {feed.format.record.partition('/')[0]}: nobody can tell whether its rows count.",
                "Ask for it in the agreed form, or take it out of the archive if it does not count.",
            )
        require_every_element(path, content_of(path, member), feed.format.record, reading.records, member)
    missing = [column for column in feed.columns if column.required and column.name not in found]
    if missing:
        raise RefusedError(
            path,
            f"no element {', '.join(repr(column.header) for column in missing[:6])}, which {feed.name} requires.",
            f"Ask the agency for the agreed edition, or change the contract in vrp_pipeline/feeds/{feed.agency}.py.",
        )
    wanted = [column.name for column in feed.columns if columns is None or column.name in columns]
    return numbered(pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in wanted}), [])


def _beside(feed: Feed) -> tuple[str, ...]:
    return feed.format.beside if isinstance(feed.format, ZippedXml) else ()


def outline_of(path: Path, elements: int) -> set[str]:
    """Return the paths of the first `elements` elements of each document. Raises RefusedError if it is not XML."""
    paths: set[str] = set()
    for member, document in documents_in(path):
        with document:
            for number, (place, _) in enumerate(walk(path, document, member)):
                paths.add(place)
                if number >= elements:
                    break
    return paths


def value_at(path: Path, element: str) -> str | None:
    """Return the text of the first element at a path (`Message/Header/CollectionDetails/Year`), or None."""
    for member, document in documents_in(path):
        with document:
            for place, text in walk(path, document, member):
                if place == element and text:
                    return text
    return None


def share_found(feed: Feed, outline: Collection[str]) -> float:
    """Return the share (0 to 1) of the contract's elements in an outline; 0 if the root element differs."""
    assert isinstance(feed.format, Xml | ZippedXml)
    root = feed.format.record.split("/")[0]
    if not any(place.split("/")[0] == root for place in outline):
        return 0.0
    found = sum(any(name in outline for name in column.header.split("|")) for column in feed.columns)
    return found / len(feed.columns)


class _Reading:
    """Collects the rows of one document while its elements end one after the other.

    A value belongs to the deepest element on the path to the record that contains it. When that element ends, all rows
    within it are given the value, so its position before or after them does not matter.
    """

    def __init__(self, feed: Feed, rows: list[Row], found: set[str]) -> None:
        assert isinstance(feed.format, Xml | ZippedXml)
        steps = feed.format.record.split("/")
        # The elements on the path to the record, by path, numbered from 1 at the root.
        self._spine = {"/".join(steps[:level]): level for level in range(1, len(steps) + 1)}
        self._rows = rows
        self._found = found
        self._columns = {path: column.name for column in feed.columns for path in column.header.split("|")}
        self._level = {path: _steps_shared(path.split("/"), steps) for path in self._columns}
        self._levels_that_tell = {level for level in self._level.values() if level > 1}
        self._values: list[dict[str, list[str]]] = [{} for _ in range(len(steps) + 1)]
        self._first_row = [0] * (len(steps) + 1)
        self.records = 0
        self.is_of_this_return = True
        self.root: str | None = None

    def take(self, path: Path, document: IO[bytes], member: str | None) -> None:
        """Read a document up to its root if that is another than the record's."""
        with refusing(path, member):
            for place, text in events(path, document, member):
                level = self._spine.get(place)
                if text is None:
                    if level is not None:
                        self._values[level] = {}
                        self._first_row[level] = len(self._rows)
                    elif "/" not in place:
                        self.is_of_this_return, self.root = False, place
                        return
                    continue
                name = self._columns.get(place)
                if name is not None:
                    self._found.add(name)
                    self._values[self._level[place]].setdefault(name, []).append(_without_zone(text))
                if level is not None:
                    self._close(level)

    def _close(self, level: int) -> None:
        is_record = level == len(self._spine)
        self.records += is_record
        is_around_none = len(self._rows) == self._first_row[level] and level in self._levels_that_tell
        if is_record or is_around_none:
            self._rows.append({})
        cells = {name: joined(texts) for name, texts in self._values[level].items()}
        for row in self._rows[self._first_row[level] :]:
            for name, cell in cells.items():
                # A deeper element ended before: what it says of its record holds against what is said of all.
                if row.get(name) is None:
                    row[name] = cell


def _without_zone(text: str) -> str:
    """Return a date of the type xs:date without its offset from UTC: it is that day wherever it was written."""
    return text[:10] if len(text) in (11, 16) and ZONED_DAY.fullmatch(text) else text


def _steps_shared(names: list[str], steps: list[str]) -> int:
    """Return the number of elements from the root that a path shares with the path to the record."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(names, steps, strict=False))))
