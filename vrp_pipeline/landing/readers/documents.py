"""JSON files: one document with a list of records, or one object per line. Values keep the text as written.

Headers of the contract are paths of keys, and nothing else in a record is read: a key that is not in the contract, such
as free text, is ignored. Numbers keep every digit; lists of plain values are joined by `;`.
"""

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Json, JsonLines
from vrp_pipeline.landing.readers.json_files import PASSED_OVER, document_of, lines_of
from vrp_pipeline.landing.readers.record_columns import Around, Place, Reached, column_of, elements_of, lists_above_rows
from vrp_pipeline.landing.readers.table import DeliveredTable, numbered
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.second_count.json_records import filled_lines, objects_in_list, require_all

# Their objects take about 50 MB, ten times the text.
ROWS_AT_A_TIME = 5_000


def read(
    feed: Feed, path: Path, *, columns: Collection[str] | None = None, rows: Collection[int] | None = None
) -> DeliveredTable:
    """Return every record as a row. Raises RefusedError if a key of the contract occurs in no record.

    A line that is not one complete object is reported as malformed, with 0 cells. NaN is a missing value. With `rows`,
    only the lines of these rows are parsed, if each line is a row, and keys may be missing.
    """
    each = lists_above_rows(feed)
    wanted = frozenset(rows) if rows is not None and isinstance(feed.format, JsonLines) and not each else None
    places = {column.name: Place(column.header, each) for column in feed.columns}
    cells: dict[str, list[pa.Array]] = {name: [] for name in places if columns is None or name in columns}
    malformed: list[tuple[int, int]] = []
    passed_over: list[int] = []
    waiting: list[Around] = []

    def take() -> None:
        for place in places.values():
            place.look_for(waiting)
        reached: Reached = {}
        for name, texts in cells.items():
            texts.append(column_of(places[name], waiting, reached))
        waiting.clear()

    row = records = 0
    with _without_collector():
        for record in lines_of(path, wanted) if wanted is not None else records_of(feed, path):
            records += 1
            if record is PASSED_OVER:
                row += 1
                passed_over.append(row)
                continue
            if not isinstance(record, dict):
                row += 1
                malformed.append((row, 0))
                continue
            for around in elements_of(record, each):
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


def share_found(feed: Feed, records: Sequence[Any]) -> float:
    """Return the share (0 to 1) of the contract's keys that occur in any of the records."""
    each = lists_above_rows(feed)
    places = [Place(column.header, each) for column in feed.columns]
    for record in records:
        if isinstance(record, dict):
            for place in places:
                place.look_for(elements_of(record, each) or [[record]])
    return sum(place.is_found for place in places) / len(places)
