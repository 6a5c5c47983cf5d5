"""The result of every reader: texts under the contract's column names, and the position of each row in the file."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class DeliveredTable:
    """One table of a delivery.

    `texts` has a string column for each column read; blank cells are null. `source_rows` (int32, same length) numbers
    the data rows of the delivered table from 1, including malformed ones (and blank ones of text files); numbering
    continues over the sheets of a workbook and the members of a zipped return. `malformed` gives the row number and
    the number of cells of each row that does not have the expected number of cells. `partition` is the month of a zip
    member, else None. `headings` is the number of cells of the heading line of a text file, else 0.
    """

    texts: pa.Table
    source_rows: np.ndarray
    malformed: tuple[tuple[int, int], ...]
    partition: str | None = None
    member: str | None = None
    headings: int = 0

    @property
    def rows_read(self) -> int:
        """Number of rows of the delivered table, including malformed ones."""
        return int(self.texts.num_rows) + len(self.malformed)


def numbered(
    texts: pa.Table,
    malformed: list[tuple[int, int]],
    *,
    blank: Collection[int] = (),
    is_blank: np.ndarray | None = None,
    headings: int = 0,
    **where: str | None,
) -> DeliveredTable:
    """Return `texts` with row numbers that skip those of the malformed rows.

    Rows without any content are no rows, but keep their numbers: `blank` are the numbers of those that `texts` lacks,
    `is_blank` (one Boolean per row of `texts`) marks those that are taken out of it.
    """
    left_out = [row for row, _ in malformed] + list(blank)
    numbers = np.arange(1, texts.num_rows + len(left_out) + 1, dtype=np.int32)
    if left_out:
        numbers = np.setdiff1d(numbers, np.array(left_out, dtype=np.int32), assume_unique=True)
    if is_blank is not None and is_blank.any():
        texts, numbers = texts.filter(pa.array(~is_blank)), numbers[~is_blank]
    return DeliveredTable(texts, numbers, tuple(malformed), headings=headings, **where)


def blank_rows(texts: pa.Table) -> np.ndarray:
    """Return a Boolean for each row: whether all of its cells are null or hold only white space of any kind."""
    is_blank = np.ones(texts.num_rows, dtype=bool)
    # Nearly always the fullest column has no blank cell, and the others need not be looked at.
    for column in sorted(texts.columns, key=lambda column: column.null_count):
        cells = pc.fill_null(pc.utf8_is_space(column), True)
        is_blank &= cells.to_numpy() if isinstance(cells, pa.ChunkedArray) else cells.to_numpy(zero_copy_only=False)
        if not is_blank.any():
            break
    return is_blank


def joined(texts: Sequence[str]) -> str | None:
    """Return the values of one cell joined by `;` without blanks; None if there are none."""
    return ";".join(text for text in texts if text) or None
