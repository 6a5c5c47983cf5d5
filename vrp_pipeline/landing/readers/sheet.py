"""A sheet of a workbook in memory: its columns as distinct cells and their positions.

Tables repeat themselves. Ten years of crimes by partnership and offence are 15 million cells, but a few thousand
distinct ones: 4 bytes a cell in place of a Python object, and each distinct cell is made a text once. A cell
that equals no other of its column takes up to 140 bytes while its sheet is read.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

# Types of cells of which no two are equal across types: nearly all cells, which need no type beside them.
_ALONE = (str, float)
# Rows that are laid out as lists at a time.
ROWS_AT_ONCE = 10_000


@dataclass(frozen=True)
class SheetColumn:
    """A column of cells: `distinct` ones in order of appearance, and for each row (int32) which of them it holds."""

    distinct: tuple[Any, ...]
    positions: np.ndarray

    def where(self, flags: Iterable[bool]) -> np.ndarray:
        """Return a Boolean for each row from one for each distinct cell."""
        held: np.ndarray = np.fromiter(flags, bool, len(self.distinct))[self.positions]
        return held


@dataclass(frozen=True)
class Sheet:
    """The columns of a sheet, all of `height` rows, and its first rows as lists of cells.

    `merged` gives the first and last row, and the first and last column (from 0), of cells that are merged over several
    rows, `hidden_rows` the rows that are hidden.
    """

    columns: tuple[SheetColumn, ...]
    height: int
    first_rows: list[list[Any]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()

    @cached_property
    def is_filled(self) -> np.ndarray:
        """For each row whether a cell holds more than white space."""
        held = np.zeros(self.height, dtype=bool)
        for column in self.columns:
            held |= column.where(map(is_filled, column.distinct))
        return held

    @cached_property
    def most_cells(self) -> int:
        """The most cells with anything in them, white space too, of any row."""
        cells = np.zeros(self.height, dtype=np.int32)
        for column in self.columns:
            cells += column.where(cell not in ("", None) for cell in column.distinct)
        return int(cells.max(initial=0))


def is_filled(cell: Any) -> bool:
    """Return whether a cell holds more than white space."""
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def sheet_of(rows: Iterable[Sequence[Any]], width: int, first_rows: int) -> Sheet:
    """Hold `rows`, each of `width` cells, of which the first ones are kept as lists too."""
    held = [_Positions() for _ in range(width)]
    positions = [array("i") for _ in range(width)]
    first: list[list[Any]] = []
    height = 0
    for some in _batches(iter(rows)):
        first += [list(row) for row in some[: first_rows - len(first)]]
        height += len(some)
        for known, column, cells in zip(held, positions, zip(*some, strict=True), strict=True):
            # Equal cells of different types (1 and true) are different cells.
            column.extend(map(known.__getitem__, (c if type(c) in _ALONE else (type(c), c) for c in cells)))
    columns = []
    while held:
        # Each column is freed as the next is made.
        cells_of_column = tuple(key if type(key) in _ALONE else key[1] for key in held.pop(0))
        columns.append(SheetColumn(cells_of_column, np.frombuffer(positions.pop(0), dtype=np.int32)))
    return Sheet(tuple(columns), height, first)


class _Positions(dict[Any, int]):
    """Numbers keys in order of appearance."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


def _batches(rows: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield some
