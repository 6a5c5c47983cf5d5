"""The lines of a CSV file against the records that the reader made of them.

Usually every line that is not blank is one record, and counting line feeds shows it. Only if the numbers differ, the
file is read a second time by the `csv` module: a record of several lines is sound only if one of its cells is quoted
from end to end, and none of the lines within it is a whole row by itself.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.landing.readers.csv_layout import Layout
from vrp_pipeline.landing.refusal import RefusedError

LINE_END = re.compile(r"\r\n|\r|\n")
# The `csv` module refuses longer cells: one of them is a quotation mark that is not closed.
LONGEST_CELL = 2**17


def lines_in(content: pa.Buffer | bytes) -> int:
    """Return the number of lines, including a last one that is not ended."""
    octets = np.frombuffer(content, np.uint8)
    if not len(octets):
        return 0
    return int(np.count_nonzero(octets == ord("\n"))) + int(octets[-1] != ord("\n"))


def require_every_line(
    path: Path, content: pa.Buffer | bytes, layout: Layout, records: int, member: str | None = None
) -> None:
    """Raise RefusedError unless the `records` read from `content`, without its headings, are all that it holds.

    `content` begins with the heading line and is UTF-8.
    """
    if lines_in(content) == records + 1:
        return
    where = f" of {member}" if member else ""
    width = len(layout.headings)
    counted = 0
    text = str(memoryview(content), "utf-8")
    for first, raw, cells in _records(path, text, layout.delimiter, where):
        if not cells:
            continue
        counted += 1
        last = first + len(LINE_END.findall(raw.rstrip("\r\n")))
        if last > first and not _is_sound(cells, raw, layout.delimiter, width):
            raise _joined(path, first, last, where)
    if counted != records + 1:
        raise RefusedError(
            path,
            f"the rows{where} cannot be told apart: {counted - 1:,} by one count and {records:,} by another.",
            "Quotation marks within a text must be doubled, and lines must end alike: ask for the file again.",
        )


def _records(path: Path, text: str, delimiter: str, where: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield the first line, the raw text and the cells of each record."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    first = 1
    try:
        for cells in reader:
            raw = "".join(taken)
            taken.clear()
            yield first, raw, cells
            first = reader.line_num + 1
    except csv.Error:
        raise _joined(path, first, reader.line_num, where) from None


def _is_sound(cells: Sequence[str], raw: str, delimiter: str, width: int) -> bool:
    """Return whether a record of several lines is one row of `width` cells and joins no rows."""
    if len(cells) != width:
        return False
    mark = re.escape(delimiter)
    for position, cell in enumerate(cells):
        first, *middle = LINE_END.split(cell)
        if not middle:
            continue
        last = middle.pop()
        quoted = re.escape('"' + cell.replace('"', '""') + '"')
        if not re.search(rf"(?:\A|{mark}){quoted}(?:{mark}|\r|\n|\Z)", raw):
            return False
        if any(line.count(delimiter) >= width - 1 for line in middle):
            return False
        if first.count(delimiter) == width - 1 - position and last.count(delimiter) == position:
            return False
    return True


def _joined(path: Path, first: int, last: int, where: str) -> RefusedError:
    return RefusedError(
        path,
        f"a quotation mark in line {first}{where} joins it with the lines after it, to line {last}.",
        "It is not closed, or stands undoubled within a text: ask for the file with quotation marks doubled.",
    )
