"""What may not stand beside the table of a workbook: it would be read as rows of it, or not at all.

A sheet that was sorted with its headings has rows above them, and a long table goes on below on another sheet.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np

from vrp_pipeline.landing.headings import are_headings, are_in_another_order, spellings
from vrp_pipeline.landing.readers.sheet import Sheet, is_filled
from vrp_pipeline.landing.refusal import RefusedError


def require_no_more_cells(path: Path, name: str, headings: Sequence[str], sheet: Sheet, rows: np.ndarray) -> None:
    """Raise RefusedError if cells beside the table, or below a blank heading, hold anything in `rows`."""
    for index, column in enumerate(sheet.columns):
        if index < len(headings) and headings[index]:
            continue
        filled = int(column.where(map(is_filled, column.distinct))[rows].sum())
        if filled:
            raise RefusedError(
                path,
                f"column {index + 1} of sheet '{name}' has no heading but holds a value in {filled:,} rows.",
                "Ask the agency for a heading for every column, and for notes elsewhere.",
            )


def require_one_order(path: Path, name: str, headings: Sequence[str], sheet: Sheet, rows: np.ndarray) -> None:
    """Raise RefusedError if the headings come again among `rows` with the columns in another order."""
    columns = sheet.columns[: len(headings)]
    known = set(spellings(headings))
    named = np.zeros(sheet.height, dtype=np.int32)
    for column in columns:
        named += column.where(cell in known for cell in column.distinct)
    for row in rows[2 * named[rows] >= len(headings)].tolist():
        cells = [str(column.distinct[column.positions[row]] or "") for column in columns]
        if are_in_another_order(headings, cells):
            raise RefusedError(
                path,
                f"the headings stand again among the rows of sheet '{name}', and there the columns are in another "
                "order.",
                "Ask the agency for one table on the sheet.",
            )


def require_no_rows_above(path: Path, name: str, headings: Sequence[str], sheet: Sheet, start: int) -> None:
    """Raise RefusedError if rows of the table stand above its headings, in row `start` (from 0), and would be lost.

    Titles fill fewer cells, and one line of many may be numbers or groups of columns.
    """
    full = [row for row in sheet.first_rows[:start] if 2 * sum(map(is_filled, row[: len(headings)])) >= len(headings)]
    again = any(are_headings(headings, ["" if cell is None else str(cell) for cell in row]) for row in full)
    if again or len(full) > 1:
        raise RefusedError(
            path,
            f"{len(full):,} rows of sheet '{name}' stand above its headings and fill as many cells as the table.",
            "The sheet may have been sorted with its headings, or hold two tables: ask for one table with its headings "
            "above it.",
        )


def require_no_more_sheets(
    path: Path, sheets: Mapping[str, Sheet], names: Collection[str], table: Sheet, start: int, width: int
) -> None:
    """Raise RefusedError if a sheet other than `names` goes on with a table of `width` columns without its headings.

    The table's headings stand in row `start`. A sheet goes on with it if most of its rows are as wide as the table, and
    have the same kinds of cells in the same columns; lists of codes and notes are narrower.
    """
    kinds = _kinds(table, width, start + 1)
    for name, sheet in sheets.items():
        if name in names or len(sheet.columns) < width or not sheet.height:
            continue
        others = _kinds(sheet, width, 0)
        alike = sum(bool(here & there) or here == there for here, there in zip(kinds, others, strict=True))
        if alike == width and 2 * sum(map(bool, others)) >= width:
            raise RefusedError(
                path,
                f"the sheet '{name}' has no headings and {width:,} columns like those of the table.",
                "Ask the agency for all rows on one sheet, and for no others.",
            )


def _kinds(sheet: Sheet, width: int, start: int) -> list[set[type]]:
    """Return the types of the filled cells of each column from row `start` on."""
    found = []
    for column in sheet.columns[:width]:
        used = np.unique(column.positions[start:])
        found.append({type(column.distinct[place]) for place in used.tolist() if is_filled(column.distinct[place])})
    return found


def require_nothing_merged(path: Path, name: str, headings: Sequence[str], sheet: Sheet, rows: np.ndarray) -> None:
    """Raise RefusedError if a cell below a heading is merged over several of `rows`: only the first holds its value."""
    for first, last, begins, ends in sheet.merged:
        over = rows[(rows >= first) & (rows <= last)]
        if len(over) > 1 and any(headings[max(begins, 0) : ends + 1]):
            raise RefusedError(
                path,
                f"cells of sheet '{name}' are merged over {len(over):,} rows of the table, the first of them its row "
                f"{int(np.searchsorted(rows, over[0])) + 1:,}: only that one holds the value.",
                "Ask the agency for a table without merged cells, with the value in each row.",
            )
