"""Workbooks: one table on a named sheet, title lines above it allowed. No macro, formula or link is evaluated."""

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from vrp_pipeline.feeds.contract import Feed, Xlsx
from vrp_pipeline.landing.headings import compare
from vrp_pipeline.landing.readers.table import DeliveredTable, numbered
from vrp_pipeline.landing.readers.text import require_match
from vrp_pipeline.landing.refusal import RefusedError

# Titles, dates and merged cells that people put above a table.
MAX_LINES_ABOVE = 20


def sheets_of(path: Path) -> dict[str, list[list[Any]]]:
    """The rows of every sheet. Raises RefusedError if the file is no workbook."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}
    except (CalamineError, OSError) as error:
        raise RefusedError(
            path,
            "the workbook cannot be opened.",
            "Open it in a spreadsheet program, save it as .xlsx and send it again.",
        ) from error


def find_headings(feed: Feed, rows: Sequence[Sequence[Any]]) -> int | None:
    """The index of the row that is most like the feed's headings, if any is at least half like them."""
    likeness = [
        (compare(feed, _headings(row)).likeness, -index) for index, row in enumerate(rows[:MAX_LINES_ABOVE]) if any(row)
    ]
    best = max(likeness, default=(0.0, 0))
    return -best[1] if best[0] >= 0.5 else None


def read(feed: Feed, path: Path) -> DeliveredTable:
    """Read the feed's sheet. Rows that are wholly blank are no rows."""
    assert isinstance(feed.format, Xlsx)
    sheets = sheets_of(path)
    rows = sheets.get(feed.format.sheet)
    if rows is None:
        raise RefusedError(
            path,
            f"there is no sheet '{feed.format.sheet}', only {', '.join(repr(name) for name in sheets)}.",
            "Ask the agency to name the sheet as agreed.",
        )
    start = find_headings(feed, rows)
    if start is None:
        raise RefusedError(
            path,
            f"the first {MAX_LINES_ABOVE} lines of sheet '{feed.format.sheet}' hold no heading line of {feed.name}.",
            "Ask the agency for the agreed template.",
        )
    headings = _headings(rows[start])
    match = require_match(feed, path, headings, f"sheet '{feed.format.sheet}'")
    data = [row for row in rows[start + 1 :] if any(cell not in ("", None) for cell in row)]
    position = {match.column_of[heading]: headings.index(heading) for heading in headings}
    texts = pa.table(
        {
            column.name: pa.array([_as_text(row[position[column.name]]) for row in data], pa.string())
            for column in feed.columns
        }
    )
    return numbered(texts, [])


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
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)
