"""Writers for CSV, zip and workbooks that produce equal bytes for equal content.

The content of a file comes from each agency's module, the headings always from the feed's contract. Nested formats
are in `nested`, large workbooks in `workbooks`.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xlsxwriter

# Zip members and workbooks get a fixed time, so that the bytes do not depend on when they are written.
FIXED_TIME = datetime(2024, 4, 3, 6, 0, 0)
# Level 1 compresses the archives at 90 MB/s to a size within a fifth of that of the default level at 25 MB/s.
ZIP_LEVEL = 1
ROWS_AT_A_TIME = 65_536  # keeps the joined text of a part near 25 MB


def headings(feed: Feed, vintage: str | None = None) -> list[str]:
    """Return the feed's headings in contract order; `vintage` (two digits) fills `{yy}`."""
    return [column.header.replace("{yy}", vintage or "{yy}") for column in feed.columns]


def table(feed: Feed, columns: Mapping[str, pa.Array], vintage: str | None = None) -> pa.Table:
    """Build a delivery from columns by contract name. Raises ValueError if a column is missing or unknown."""
    wanted = [column.name for column in feed.columns]
    if set(wanted) != set(columns):
        raise ValueError(f"{feed.name}: columns differ from the contract: {sorted(set(wanted) ^ set(columns))}")
    return pa.table([columns[name] for name in wanted], names=headings(feed, vintage))


def csv_bytes(delivery: pa.Table) -> bytes:
    """Return all of `csv_parts` joined."""
    return b"".join(csv_parts(delivery))


def csv_parts(delivery: pa.Table) -> "Iterator[bytes]":
    """Yield RFC 4180 text in UTF-8 with LF line ends; null is an empty cell, and quotes are used only where needed.

    Arrow's own writer quotes every text, which no agency does; joining its columns is as fast.
    """
    heading = io.StringIO()
    csv.writer(heading, lineterminator="\n").writerow(delivery.column_names)
    yield heading.getvalue().encode("utf-8")
    for start in range(0, delivery.num_rows, ROWS_AT_A_TIME):
        part = delivery.slice(start, ROWS_AT_A_TIME)
        cells = [_quoted(part[number].combine_chunks()) for number in range(part.num_columns)]
        lines = pc.binary_join_element_wise(*cells, ",", null_handling="replace", null_replacement="")
        lines = pc.binary_join_element_wise(lines, "\n", "")
        yield _text_of(lines)


def _quoted(cells: pa.Array) -> pa.Array:
    """Quote the cells that contain a comma, a quotation mark or a line break. Null stays null."""
    text = _text_of(cells)
    if not any(character in text for character in (b",", b'"', b"\n", b"\r")):
        return cells
    doubled = pc.replace_substring(cells, '"', '""')
    wrapped = pc.binary_join_element_wise('"', doubled, '"', "")
    return pc.if_else(pc.match_substring_regex(cells, '[,"\r\n]'), wrapped, cells)


def _text_of(values: pa.StringArray) -> bytes:
    """Return all texts of an array joined: Arrow stores them contiguously."""
    if not len(values):
        return b""
    _, offsets, characters = values.buffers()
    if characters is None:
        return b""
    ends = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1]
    return bytes(characters.slice(int(ends[0]), int(ends[-1] - ends[0])).to_pybytes())


def write_csv(path: Path, delivery: pa.Table) -> Path:
    """Write one CSV delivery and return its path."""
    with path.open("wb") as file:
        file.writelines(csv_parts(delivery))
    return path


def write_zip(path: Path, members: Iterable[tuple[str, bytes]]) -> Path:
    """Write an archive of the named members in the given order and return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, FIXED_TIME.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, ZIP_LEVEL)
    return path


@contextmanager
def workbook(path: Path) -> "Iterator[xlsxwriter.Workbook]":
    """Yield a workbook to fill. Text is never converted to a formula, a link or a number."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"created": FIXED_TIME, "author": "Violence Reduction Unit (simulated)"})
    try:
        yield book
    finally:
        book.close()
