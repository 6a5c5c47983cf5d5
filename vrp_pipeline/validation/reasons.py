"""Reasons why rows are put aside: collected row by row, for the few of many rows that have any."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa


class Reasons:
    """The reasons of each of `count` rows, in the order in which they were added."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._of_row: dict[int, list[str]] = {}

    def add(self, rows: np.ndarray, reason: str) -> None:
        """Add a reason to rows, given by their numbers from 0."""
        for row in rows.tolist():
            self._of_row.setdefault(row, []).append(reason)

    def add_to(self, mask: pa.Array, reason: str) -> None:
        """Add a reason to the rows for which the Boolean array `mask` is true."""
        if mask.true_count:
            self.add(np.flatnonzero(mask.to_numpy(zero_copy_only=False)), reason)

    def add_texts(self, texts: pa.Array) -> None:
        """Add the text of each row as a reason; null adds none."""
        if texts.null_count < len(texts):
            rows = np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False))
            for row, text in zip(rows.tolist(), texts.take(pa.array(rows)).to_pylist(), strict=True):
                self._of_row.setdefault(row, []).append(text)

    def to_array(self) -> pa.Array:
        """Return the reasons of each row joined by `; `, null where there are none (string, one value per row)."""
        return texts_of_rows({row: "; ".join(reasons) for row, reasons in self._of_row.items()}, self._count)


def texts_of_rows(texts: Mapping[int, str], count: int) -> pa.Array:
    """Return an array of `count` strings with the texts of a few rows (from 0), null for the others."""
    if not texts:
        return pa.nulls(count, pa.string())
    distinct = {text: code for code, text in enumerate(dict.fromkeys(texts.values()))}
    codes = np.full(count, -1, dtype=np.int32)
    codes[np.fromiter(texts.keys(), np.int64, len(texts))] = [distinct[text] for text in texts.values()]
    return pa.array(list(distinct), pa.string()).take(pa.array(codes, mask=codes < 0))
