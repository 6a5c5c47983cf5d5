"""Workbooks: a table on a named sheet, or the same table on several, below optional title lines.

A table with a column a period is read as if each period were a sheet.

Macros, formulas and links are never evaluated. Sheets are read one after another, so memory grows with the largest and
not with their number. Limits on size are in `landing.workbook_guard`.
"""

import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from vrp_pipeline.feeds.contract.columns import ColumnType
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Xlsx, XlsxPeriods, XlsxSheets
from vrp_pipeline.landing.headings import columns_of_sheet, compare
from vrp_pipeline.landing.readers.period_columns import PeriodColumns, find_line, period_columns
from vrp_pipeline.landing.readers.sheet import Sheet, SheetColumn, sheet_of
from vrp_pipeline.landing.readers.sheet_table import (
    require_no_more_cells,
    require_no_more_sheets,
    require_no_rows_above,
    require_nothing_merged,
    require_one_order,
)
from vrp_pipeline.landing.readers.table import DeliveredTable, numbered
from vrp_pipeline.landing.readers.text import require_match
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.second_count.workbook_cells import RawSheet, RawWorkbook, require_every_row
from vrp_pipeline.landing.workbook_guard import guard_workbook

# Title lines above a table: titles, dates and merged cells.
MAX_LINES_ABOVE = 20
# A spreadsheet stores 15 digits of a number; further digits are inexact.
EXACT_BELOW = 10**15
# Dates that are formatted as such are converted by the reader of the workbook, plain numbers are not.
DAYS_FROM_1900_TO_1904 = 1462
DATES = (ColumnType.DATE, ColumnType.DATETIME)


@dataclass(frozen=True)
class _Workbook:
    sheets: dict[str, Sheet]
    hidden: frozenset[str]
    has_dates_of_1904: bool


def sheets_of(path: Path) -> dict[str, Sheet]:
    """Return every sheet by name, a failed formula as the error it shows.

    Raises RefusedError if the file is not a workbook or too large, or if a row of a sheet was not read.
    """
    return _workbook_of(path).sheets


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
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            raw, workbook = RawWorkbook(archive), CalamineWorkbook.from_filelike(file)
            sheets = {
                name: _sheet(path, workbook.get_sheet_by_name(name), raw.sheet(name)) for name in workbook.sheet_names
            }
    except (CalamineError, OSError, KeyError, UnicodeError) as error:
        raise RefusedError(
            path,
            "the workbook cannot be opened.",
            "Open it in a spreadsheet program, save it as .xlsx and send it again.",
        ) from error
    return _Workbook(sheets, raw.hidden, raw.has_dates_of_1904)


def _sheet(path: Path, sheet: CalamineSheet, raw: RawSheet | None) -> Sheet:
    top, left = sheet.start or (0, 0)
    shown: dict[int, dict[int, str]] = {}
    for (row, column), text in raw.unreadable.items() if raw else ():
        down, across = row - 1 - top, column - 1 - left
        if down < 0 or across < 0:
            raise RefusedError(
                path,
                f"a formula above or beside the table of sheet '{sheet.name}' has failed (row {row}).",
                "Ask for the sheet with values in place of formulas.",
            )
        shown.setdefault(down, {})[across] = text
    width = max([sheet.width, *(across + 1 for cells in shown.values() for across in cells)])
    # Blank rows above the first cell are no part of the sheet.
    rows = islice(sheet.iter_rows(), top, None)
    held = sheet_of(_with_errors(rows, shown, width) if shown else rows, width, MAX_LINES_ABOVE)
    if raw is not None:
        require_every_row(path, raw, (np.flatnonzero(held.is_filled) + top + 1).tolist())
        if raw.merged or raw.hidden_rows:
            held = replace(
                held,
                merged=tuple(
                    (first - 1 - top, last - 1 - top, begins - 1 - left, ends - 1 - left)
                    for first, last, begins, ends in raw.merged
                ),
                hidden_rows=tuple(row - 1 - top for row in sorted(raw.hidden_rows)),
            )
    return held


def _with_errors(rows: Iterator[list[Any]], shown: Mapping[int, Mapping[int, str]], width: int) -> Iterator[list[Any]]:
    """Yield rows of `width` cells with the errors that cells show, by row and column from 0."""
    height = 0
    for height, read_cells in enumerate(rows, start=1):
        cells = read_cells + [""] * (width - len(read_cells))
        for across, text in shown.get(height - 1, {}).items():
            cells[across] = text
        yield cells
    for down in range(height, max(shown) + 1):
        yield [shown.get(down, {}).get(across, "") for across in range(width)]


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def find_headings(feed: Feed, sheet: Sheet) -> int | None:
    """Return the index of the row most similar to the feed's headings, or None if none is at least half similar.

    Where a table has a column a period, those tell the row.
    """
    if isinstance(feed.format, XlsxPeriods):
        return find_line(feed.format, sheet.first_rows)
    best, found = 0.0, None
    for index, row in enumerate(sheet.first_rows):
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
    texts: dict[str, list[pa.Array]] = {
        column.name: [] for column in feed.columns if columns is None or column.name in columns
    }
    tables = _tables(feed, path, workbook)
    for name, (start, name_of_sheet) in tables.items():
        sheet = workbook.sheets[name]
        headings = _headings(sheet.first_rows[start])
        match = require_match(feed, path, headings, f"sheet '{name}'")
        rows = np.flatnonzero(sheet.is_filled)
        rows = rows[rows > start]
        if not isinstance(feed.format, XlsxPeriods):
            require_no_rows_above(path, name, headings, sheet, start)
        if isinstance(feed.format, Xlsx):
            require_no_more_sheets(path, workbook.sheets, tables, sheet, start, len(headings))
        require_no_more_cells(path, name, headings, sheet, rows)
        require_one_order(path, name, headings, sheet, rows)
        require_nothing_merged(path, name, headings, sheet, rows)
        position = {match.column_of[heading]: headings.index(heading) for heading in match.column_of}
        if isinstance(feed.format, XlsxPeriods):
            periods = period_columns(feed.format, path, name, headings, sheet.first_rows[:start])
            for column, parts in texts.items():
                parts.extend(_by_period(feed.format, sheet, position, periods, rows, column))
            continue
        for column, parts in texts.items():
            days = DAYS_FROM_1900_TO_1904 if workbook.has_dates_of_1904 and feed.by_name[column].type in DATES else 0
            parts.append(
                _texts(sheet.columns[position[column]], rows, days)
                if column in position
                else pa.repeat(pa.scalar(name_of_sheet, pa.string()), len(rows))
            )
    return numbered(pa.table({name: pa.chunked_array(parts, pa.string()) for name, parts in texts.items()}), [])


def notes_on(feed: Feed, path: Path) -> tuple[str, ...]:
    """Return a sentence for each sheet with rows of the feed that are hidden: they count, though nobody sees them."""
    workbook = _workbook_of(path)
    hidden = {
        name: sum(row > start for row in workbook.sheets[name].hidden_rows)
        for name, (start, _) in _tables(feed, path, workbook).items()
    }
    return tuple(
        f"{rows:,} rows of sheet '{name}' are hidden, perhaps by a filter that was left on, and count like the others"
        for name, rows in hidden.items()
        if rows
    )


def _by_period(
    form: XlsxPeriods,
    sheet: Sheet,
    position: Mapping[str, int],
    periods: PeriodColumns,
    rows: np.ndarray,
    column: str,
) -> Iterator[pa.Array]:
    """Yield the texts of a column of the contract for each period in turn."""
    for name, place in zip(periods.names, periods.positions, strict=True):
        if column == form.period:
            yield pa.repeat(pa.scalar(name, pa.string()), len(rows))
        else:
            yield _texts(sheet.columns[place if column == form.value else position[column]], rows, 0)


def _texts(column: SheetColumn, rows: np.ndarray, days: int) -> pa.Array:
    texts = pa.array([_as_text(cell, days) for cell in column.distinct], pa.string())
    return texts.take(pa.array(column.positions[rows]))


def _tables(feed: Feed, path: Path, workbook: _Workbook) -> dict[str, tuple[int, str]]:
    """Return the sheets that hold the feed's table, in the workbook's order: where its headings stand, and its name.

    Raises RefusedError if a hidden sheet, or one that the contract does not name, holds the table too.
    """
    sheets = workbook.sheets
    starts = {name: find_headings(feed, sheet) for name, sheet in sheets.items()}
    for sheet, start in starts.items():
        if start is not None and sheet in workbook.hidden:
            raise RefusedError(
                path,
                f"the sheet '{sheet}' is hidden and holds a table of {feed.name}.",
                "Ask the agency to delete it, or to unhide it if its rows count.",
            )
    if isinstance(feed.format, XlsxSheets):
        return _named_tables(feed, feed.format, path, sheets, starts)
    assert isinstance(feed.format, Xlsx | XlsxPeriods)
    name = sheet_named(path, feed.format.sheet, sheets)
    if name is None:
        raise RefusedError(
            path,
            f"there is no sheet '{feed.format.sheet}', only {', '.join(repr(sheet) for sheet in sheets)}.",
            "Ask the agency to name the sheet as agreed.",
        )
    for sheet, start in starts.items():
        # Publishers put several tables with a column a period into one workbook, told apart by their titles.
        if start is not None and sheet != name and isinstance(feed.format, Xlsx):
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
    feed: Feed, form: XlsxSheets, path: Path, sheets: Mapping[str, Sheet], starts: Mapping[str, int | None]
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


def _is_like_a_table(feed: Feed, sheet: Sheet) -> bool:
    """Return whether a row fills at least half as many cells as the table has columns, unlike covers and notes."""
    return 2 * sheet.most_cells >= len(columns_of_sheet(feed))


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
