"""Delimited text as a careful person reads it: line by line, where quotes have swallowed lines."""

import csv
import io
import re

from tests.campaign.layouts import Layout
from tests.campaign.oracle.records import UNREADABLE, Reading, Record, nobody_can_tell

LINE_ENDS = re.compile(r"\r\n|\n|\r")


def decoded(content: bytes) -> str:
    """The text in the encoding it is most likely in; letters of no encoding become U+FFFD."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        mixed = re.search(rb"[\xc2-\xdf][\x80-\xbf]", content) is not None
        return content.decode("utf-8" if mixed else "cp1252", errors="replace")


def known(heading: str, layout_headings: list[str]) -> str:
    """The promised heading that a delivered one means, whatever its case and blanks."""

    def plain(text: str) -> str:
        return re.sub(r"[\s_\ufeff]+", "_", text.strip().strip('"')).casefold()

    return next((name for name in layout_headings if plain(name) == plain(heading)), heading.strip())


def records_of(content: bytes, layout: Layout, part: str = "") -> Reading:
    """The records of a CSV file."""
    text = decoded(content).replace("\x00", "")
    lines = [line for line in LINE_ENDS.split(text) if line.strip()]
    if lines and re.fullmatch(r"sep=.", lines[0].strip()):
        # A line for spreadsheet programs: it says how the table is written and is no part of it.
        text, lines = LINE_ENDS.split(text, maxsplit=1)[1], lines[1:]
    if not lines:
        return nobody_can_tell("no line")
    delimiter = max(",;\t|", key=lines[0].count)
    headings = [known(cell, wanted_headings(layout)) for cell in _cells(lines[0], delimiter)]
    wanted = {heading for heading in wanted_headings(layout) if not heading.startswith("(")}
    if layout.key not in headings and len(wanted & set(headings)) < len(wanted) / 2:
        return nobody_can_tell("no heading line")
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    if _swallowed(rows, len(headings), delimiter):
        rows = [_cells(line, delimiter) for line in lines]
        odd = {number for number, line in enumerate(lines) if not _regular(line, delimiter)}
    else:
        odd = set() if len(rows) != len(lines) else {n for n, line in enumerate(lines) if not _regular(line, delimiter)}
    records, broken, blank = [], 0, 0
    for number, row in enumerate(rows[1:], start=1):
        while len(row) > len(headings) and not row[-1].strip():
            row.pop()
        is_broken = len(row) != len(headings)
        broken += is_broken
        blank += not any(cell.strip() for cell in row)
        cells: dict[str, object] = {}
        for heading, cell in zip(headings, row, strict=False):
            value = cell.replace('"', "").strip() if number in odd else cell
            twice = heading in cells and cells[heading] != value
            cells[heading] = UNREADABLE if twice else value
        records.append(Record(cells, part, is_broken))
    repeated_headings = sum(row == rows[0] for row in rows[1:])
    fewest = len(records) - blank - max(broken - 1, 0) - repeated_headings
    return Reading(records, fewest, len(records))


def wanted_headings(layout: Layout) -> list[str]:
    """The headings of a layout that the campaign looks at."""
    named = [*layout.varied, *layout.judged, layout.key, layout.month]
    return list(dict.fromkeys(heading for heading in named if heading))


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _swallowed(rows: list[list[str]], width: int, delimiter: str) -> bool:
    """Whether a cell holds what looks like a whole line of the table, or most of one."""
    return any(
        LINE_ENDS.search(cell) and any(line.count(delimiter) >= width / 3 for line in LINE_ENDS.split(cell))
        for row in rows
        for cell in row
    )


def _regular(line: str, delimiter: str) -> bool:
    cell = f'(?:"(?:[^"]|"")*"|[^"{re.escape(delimiter)}]*)'
    return re.fullmatch(f"{cell}(?:{re.escape(delimiter)}{cell})*", line) is not None
