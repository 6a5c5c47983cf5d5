"""The result of every reader: texts under the contract's column names, and the position of each row in the file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class DeliveredTable:
    """One table of a delivery.

    `texts` has a string column for each column read; blank cells are null. `source_rows` (int32, same length) numbers
    the data rows of the delivered table from 1, including malformed ones; numbering continues over the sheets of a
    workbook and the members of a zipped return. `malformed` gives the row number and the number of cells of each row
    that does not have the expected number of cells. `partition` is the month of a zip member, else None.
    """

    texts: pa.Table
    source_rows: np.ndarray
    malformed: tuple[tuple[int, int], ...]
    partition: str | None = None
    member: str | None = None

    @property
    def rows_read(self) -> int:
        """Number of rows of the delivered table, including malformed ones."""
        return int(self.texts.num_rows) + len(self.malformed)


def numbered(texts: pa.Table, malformed: list[tuple[int, int]], **where: str | None) -> DeliveredTable:
    """Return `texts` with row numbers that skip those of the malformed rows."""
    numbers = np.arange(1, texts.num_rows + len(malformed) + 1, dtype=np.int32)
    if malformed:
        numbers = np.setdiff1d(numbers, np.array([row for row, _ in malformed], dtype=np.int32), assume_unique=True)
    return DeliveredTable(texts, numbers, tuple(malformed), **where)


def joined(texts: Sequence[str]) -> str | None:
    """Return the values of one cell joined by `;` without blanks; None if there are none."""
    return ";".join(text for text in texts if text) or None
