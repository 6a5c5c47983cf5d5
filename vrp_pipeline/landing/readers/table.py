"""What every reader returns: texts under the contract's names, and where in the file each row stood."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class DeliveredTable:
    """One table of a delivery.

    `texts` has a string column for each column read; blank cells are null. `source_rows` (int32, same length)
    counts data rows from 1 in the delivered table, malformed ones included; sheets of a workbook, or members of a
    zipped return, are counted on one after the other. `malformed` gives, for each row
    that could not be split into the right number of cells, its row number and the number of cells found.
    `partition` is the month a zip member names, else None.
    """

    texts: pa.Table
    source_rows: np.ndarray
    malformed: tuple[tuple[int, int], ...]
    partition: str | None = None
    member: str | None = None

    @property
    def rows_read(self) -> int:
        """All rows of the delivered table, malformed ones included."""
        return int(self.texts.num_rows) + len(self.malformed)


def numbered(texts: pa.Table, malformed: list[tuple[int, int]], **where: str | None) -> DeliveredTable:
    """Number the rows of `texts`, leaving out the numbers of the malformed rows between them."""
    numbers = np.arange(1, texts.num_rows + len(malformed) + 1, dtype=np.int32)
    if malformed:
        numbers = np.setdiff1d(numbers, np.array([row for row, _ in malformed], dtype=np.int32), assume_unique=True)
    return DeliveredTable(texts, numbers, tuple(malformed), **where)


def joined(texts: Sequence[str]) -> str | None:
    """The values of one cell, joined by `;`; blank ones are left out, and none at all is null."""
    return ";".join(text for text in texts if text) or None
