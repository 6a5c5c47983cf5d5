"""What may not stand on a sheet below the headings of its table: it would be read as rows of it, or not at all."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vrp_pipeline.landing.headings import are_in_another_order, spellings
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
    for row in rows[columns[0].where(cell in known for cell in columns[0].distinct)[rows]].tolist():
        cells = [str(column.distinct[column.positions[row]] or "") for column in columns]
        if are_in_another_order(headings, cells):
            raise RefusedError(
                path,
                f"the headings stand again among the rows of sheet '{name}', and there the columns are in another "
                "order.",
                "Ask the agency for one table on the sheet.",
            )


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
