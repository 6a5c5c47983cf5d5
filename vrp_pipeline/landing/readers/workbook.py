"""Workbooks: a table on a named sheet, or the same table on several, below optional title lines.

Macros, formulas and links are never evaluated. Limits on size are in `landing.workbook_guard`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from vrp_pipeline.feeds.contract import ColumnType, Feed, Xlsx, XlsxSheets
from vrp_pipeline.landing.headings import columns_of_sheet, compare
from vrp_pipeline.landing.readers.table import DeliveredTable, numbered
from vrp_pipeline.landing.readers.text import require_match
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.second_count.workbook_cells import (
    RawSheet,
    has_dates_of_1904,
    raw_sheets,
    require_every_row,
)
from vrp_pipeline.landing.workbook_guard import guard_workbook

# Title lines above a table: titles, dates and merged cells.
MAX_LINES_ABOVE = 20
# A spreadsheet stores 15 digits of a number; further digits are inexact.
EXACT_BELOW = 10**15
# Dates that are formatted as such are converted by the reader of the workbook, plain numbers are not.
DAYS_FROM_1900_TO_1904 = 1462
DATES = (ColumnType.DATE, ColumnType.DATETIME)

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class _Workbook:
    rows: dict[str, list[list[Any]]]
    hidden: frozenset[str]
    has_dates_of_1904: bool


def sheets_of(path: Path) -> dict[str, list[list[Any]]]:
    """Return the rows of every sheet by name, a failed formula as the error it shows.

    Raises RefusedError if the file is not a workbook or too large, or if a row of a sheet was not read.
    """
    return _workbook_of(path).rows


def sheet_named(path: Path, name: str, sheets: Iterable[str]) -> str | None:
    """Return the sheet of this name, if there is one; blanks around a name and case mean nothing.

    Raises RefusedError if two sheets have the name.
    """
    found = [sheet for sheet in sheets if _plain(sheet) == _plain(name)]
    if len(found) > 1:
        raise RefusedError(
            path, f"two sheets are called '{name}'.", "Ask the agency which of them counts, and for that one alone."
        )
    return found[0] if found else None


def _workbook_of(path: Path) -> _Workbook:
    state = path.stat()
    return _read_workbook(path, state.st_size, state.st_mtime_ns)


# A file is recognised and then read; caching one workbook halves the time.
@lru_cache(maxsize=1)
def _read_workbook(path: Path, _size: int, _changed: int) -> _Workbook:
    guard_workbook(path)
    try:
        raw = raw_sheets(path)
        with path.open("rb") as file:
            workbook = CalamineWorkbook.from_filelike(file)
            sheets = {
                name: _rows(path, workbook.get_sheet_by_name(name), raw.get(name)) for name in workbook.sheet_names
            }
    except (CalamineError, OSError, KeyError, UnicodeError) as error:
        raise RefusedError(
            path,
            "the workbook cannot be opened.",
            "Open it in a spreadsheet program, save it as .xlsx and send it again.",
        ) from error
    hidden = frozenset(name for name, sheet in raw.items() if sheet.is_hidden)
    return _Workbook(sheets, hidden, has_dates_of_1904(path))


def _rows(path: Path, sheet: CalamineSheet, raw: RawSheet | None) -> list[list[Any]]:
    rows = sheet.to_python()
    top, left = sheet.start or (0, 0)
    if raw is None:
        return rows
    for (row, column), shown in raw.unreadable.items():
        down, across = row - 1 - top, column - 1 - left
        if down < 0 or across < 0:
            raise RefusedError(
                path,
                f"a formula above or beside the table of sheet '{raw.name}' has failed (row {row}).",
                "Ask for the sheet with values in place of formulas.",
            )
        rows += [[] for _ in range(down + 1 - len(rows))]
        rows[down] += [""] * (across + 1 - len(rows[down]))
        rows[down][across] = shown
    width = max(map(len, rows), default=0)
    for cells in rows:
        cells.extend([""] * (width - len(cells)))
    require_every_row(path, raw, [top + number for number, cells in enumerate(rows, start=1) if _is_filled(cells)])
    return rows


def _is_filled(cells: Sequence[Any]) -> bool:
    return any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in cells)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


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
    workbook = _workbook_of(path)
    sheets = workbook.rows
    cells: dict[str, list[str | None]] = {
        column.name: [] for column in feed.columns if columns is None or column.name in columns
    }
    for sheet, (start, name_of_sheet) in _tables(feed, path, workbook).items():
        rows = sheets[sheet]
        headings = _headings(rows[start])
        match = require_match(feed, path, headings, f"sheet '{sheet}'")
        data = [row for row in rows[start + 1 :] if _is_filled(row)]
        _require_no_more_cells(path, sheet, headings, data)
        position = {match.column_of[heading]: headings.index(heading) for heading in match.column_of}
        for name in cells:
            days = DAYS_FROM_1900_TO_1904 if workbook.has_dates_of_1904 and feed.by_name[name].type in DATES else 0
            cells[name] += [_as_text(row[position[name]], days) if name in position else name_of_sheet for row in data]
    return numbered(pa.table({name: pa.array(texts, pa.string()) for name, texts in cells.items()}), [])


def _tables(feed: Feed, path: Path, workbook: _Workbook) -> dict[str, tuple[int, str]]:
    """Return the sheets that hold the feed's table, in the workbook's order: where its headings stand, and its name.

    Raises RefusedError if a hidden sheet, or one that the contract does not name, holds the table too.
    """
    sheets = workbook.rows
    starts = {sheet: find_headings(feed, rows) for sheet, rows in sheets.items()}
    for sheet, start in starts.items():
        if start is not None and sheet in workbook.hidden:
            raise RefusedError(
                path,
                f"the sheet '{sheet}' is hidden and holds a table of {feed.name}.",
                "Ask the agency to delete it, or to unhide it if its rows count.",
            )
    if isinstance(feed.format, XlsxSheets):
        return _named_tables(feed, feed.format, path, sheets, starts)
    assert isinstance(feed.format, Xlsx)
    name = sheet_named(path, feed.format.sheet, sheets)
    if name is None:
        raise RefusedError(
            path,
            f"there is no sheet '{feed.format.sheet}', only {', '.join(repr(sheet) for sheet in sheets)}.",
            "Ask the agency to name the sheet as agreed.",
        )
    for sheet, start in starts.items():
        if start is not None and sheet != name:
            raise RefusedError(
                path,
                f"the sheet '{sheet}' holds a table of {feed.name} beside that of sheet '{name}'.",
                f"Ask the agency for all rows on the sheet '{feed.format.sheet}', and for no copy of it.",
            )
    found = starts[name]
    if found is None:
        raise _no_headings(feed, path, name)
    return {name: (found, name)}


def _named_tables(
    feed: Feed, form: XlsxSheets, path: Path, sheets: Mapping[str, Rows], starts: Mapping[str, int | None]
) -> dict[str, tuple[int, str]]:
    tables: dict[str, tuple[int, str]] = {}
    for sheet, start in starts.items():
        if start is not None:
            tables[sheet] = start, _agreed_name(form, path, sheet)
        elif _is_like_a_table(feed, sheets[sheet]):
            raise _no_headings(feed, path, sheet)
    if len({name for _, name in tables.values()}) < len(tables):
        raise RefusedError(path, "two sheets have the same name.", "Ask the agency which of them counts.")
    return tables


def _agreed_name(form: XlsxSheets, path: Path, sheet: str) -> str:
    name = next((name for name in form.names if _plain(name) == _plain(sheet)), None)
    if name is None and form.names:
        raise RefusedError(
            path,
            f"the sheet '{sheet}' holds a table but has the name of no district of the partnership.",
            "Ask the agency to name each sheet by its district, and to delete examples.",
        )
    return name or " ".join(sheet.split())


def _require_no_more_cells(path: Path, sheet: str, headings: Sequence[str], data: Rows) -> None:
    """Raise RefusedError if cells beside the table, or below a blank heading, hold anything."""
    unnamed = [
        index for index in range(max(map(len, data), default=0)) if index >= len(headings) or not headings[index]
    ]
    for index in unnamed:
        filled = sum(index < len(row) and _is_filled([row[index]]) for row in data)
        if filled:
            raise RefusedError(
                path,
                f"column {index + 1} of sheet '{sheet}' has no heading but holds a value in {filled:,} rows.",
                "Ask the agency for a heading for every column, and for notes elsewhere.",
            )


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


def _as_text(cell: Any, days: int = 0) -> str | None:
    """Return the text of a cell; `days` are added to plain numbers that are days."""
    if type(cell) is str:
        return cell or None
    if days and isinstance(cell, float | int) and not isinstance(cell, bool):
        cell = float(cell) + days
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
