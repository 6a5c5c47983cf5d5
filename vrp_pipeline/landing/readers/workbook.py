"""Workbooks: a table on a named sheet, or the same table on several, below optional title lines.

Macros, formulas and links are never evaluated. Limits on size are in `landing.workbook_guard`.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from vrp_pipeline.feeds.contract import Feed, Xlsx, XlsxSheets
from vrp_pipeline.landing.headings import columns_of_sheet, compare
from vrp_pipeline.landing.readers.table import DeliveredTable, numbered
from vrp_pipeline.landing.readers.text import require_match
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.workbook_guard import guard_workbook

# Title lines above a table: titles, dates and merged cells.
MAX_LINES_ABOVE = 20
# A spreadsheet stores 15 digits of a number; further digits are inexact.
EXACT_BELOW = 10**15

Rows = Sequence[Sequence[Any]]


def sheets_of(path: Path) -> dict[str, list[list[Any]]]:
    """Return the rows of every sheet by name. Raises RefusedError if the file is not a workbook or too large."""
    state = path.stat()
    return _sheets_of(path, state.st_size, state.st_mtime_ns)


# A file is recognised and then read; caching one workbook halves the time.
@lru_cache(maxsize=1)
def _sheets_of(path: Path, _size: int, _changed: int) -> dict[str, list[list[Any]]]:
    guard_workbook(path)
    try:
        with path.open("rb") as file:
            workbook = CalamineWorkbook.from_filelike(file)
            return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}
    except (CalamineError, OSError) as error:
        raise RefusedError(
            path,
            "the workbook cannot be opened.",
            "Open it in a spreadsheet program, save it as .xlsx and send it again.",
        ) from error


def find_headings(feed: Feed, rows: Rows) -> int | None:
    """Return the index of the row most similar to the feed's headings, or None if none is at least half similar."""
    best, found = 0.0, None
    for index, row in enumerate(rows[:MAX_LINES_ABOVE]):
        if any(row) and (likeness := compare(feed, _headings(row)).likeness) > best:
            best, found = likeness, index
        if best == 1:
            break
    return found if best >= 0.5 else None


def read(feed: Feed, path: Path, *, columns: Collection[str] | None = None) -> DeliveredTable:
    """Return the table of the feed's sheet, or those of all its sheets below one another, without blank rows.

    Raises RefusedError if the sheet or its headings do not match the contract.
    """
    sheets = sheets_of(path)
    cells: dict[str, list[str | None]] = {
        column.name: [] for column in feed.columns if columns is None or column.name in columns
    }
    for sheet, start in _tables(feed, path, sheets).items():
        rows = sheets[sheet]
        headings = _headings(rows[start])
        match = require_match(feed, path, headings, f"sheet '{sheet}'")
        data = [row for row in rows[start + 1 :] if any(cell not in ("", None) for cell in row)]
        position = {match.column_of[heading]: headings.index(heading) for heading in headings}
        for name in cells:
            cells[name] += [_as_text(row[position[name]]) if name in position else sheet for row in data]
    return numbered(pa.table({name: pa.array(texts, pa.string()) for name, texts in cells.items()}), [])


def _tables(feed: Feed, path: Path, sheets: dict[str, list[list[Any]]]) -> dict[str, int]:
    """Return the sheets that hold the feed's table with the index of its heading line, in the workbook's order."""
    if isinstance(feed.format, XlsxSheets):
        starts = {sheet: find_headings(feed, rows) for sheet, rows in sheets.items()}
        for sheet, start in starts.items():
            if start is None and _is_like_a_table(feed, sheets[sheet]):
                raise _no_headings(feed, path, sheet)
        return {sheet: start for sheet, start in starts.items() if start is not None}
    assert isinstance(feed.format, Xlsx)
    name = feed.format.sheet
    if name not in sheets:
        raise RefusedError(
            path,
            f"there is no sheet '{name}', only {', '.join(repr(sheet) for sheet in sheets)}.",
            "Ask the agency to name the sheet as agreed.",
        )
    start = find_headings(feed, sheets[name])
    if start is None:
        raise _no_headings(feed, path, name)
    return {name: start}


def _is_like_a_table(feed: Feed, rows: Rows) -> bool:
    """Return whether a row fills at least half as many cells as the table has columns, unlike covers and notes."""
    width = len(columns_of_sheet(feed))
    return any(2 * sum(cell not in ("", None) for cell in row) >= width for row in rows)


def _no_headings(feed: Feed, path: Path, sheet: str) -> RefusedError:
    return RefusedError(
        path,
        f"the first {MAX_LINES_ABOVE} lines of sheet '{sheet}' hold no heading line of {feed.name}.",
        "Ask the agency for the agreed template.",
    )


def _headings(row: Sequence[Any]) -> list[str]:
    cells = [str(cell).strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _as_text(cell: Any) -> str | None:
    match cell:
        case "" | None:
            return None
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT_BELOW else _not_whole(cell)
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _not_whole(cell: float) -> str:
    """Return a long number in scientific notation, so that its inexact digits are not taken for an identifier."""
    return f"{cell:.14E}" if abs(cell) >= EXACT_BELOW else repr(cell)
