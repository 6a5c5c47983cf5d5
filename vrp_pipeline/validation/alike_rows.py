"""Rows that are like others in all but their keys: an export made anew may number its rows anew, and they count twice.

Rows come twice within a month, or those of an earlier month come again under other dates. Neither volume nor keys need
tell. Some rows are alike by nature (two victims of one age in one crime), so both are judged against what is usual.
What is tolerated is in the suite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.history import CHANCE, LEAST_HISTORY
from vrp_pipeline.feeds.bronze_schema import columns_in_bronze
from vrp_pipeline.feeds.contract.columns import ColumnType
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.validation.chance import error_of_share
from vrp_pipeline.validation.sketches import (
    LEAST_JUDGED,
    Sketch,
    hashes_of,
    judged_of,
    share_in,
    siphash_key,
    sketch_of,
)

ROWS, ALIKE = "rows", "rows like others"
# An odd number near 2⁶⁴/φ spreads the hashes of the columns over all bits.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_BLANK = np.uint64(0)


@dataclass(frozen=True)
class Contents:
    """What the rows of a month hold beside their keys.

    `counts` gives the number of ROWS and of those ALIKE, each with the same values as another row in all columns but
    the keys. `undated` is a sketch of the rows without keys and dates: of a time only that of the day is left.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    undated: Sketch = field(default_factory=dict)


def contents_of(feed: Feed, rows: pa.Table, key: bytes) -> Contents:
    """Return what the rows of a month hold beside their keys. Copies under one key count once, as in bronze."""
    rows = _once(rows)
    secret = siphash_key(key, "contents")
    dated, undated = (np.zeros(rows.num_rows, dtype=np.uint64) for _ in range(2))
    for name in _columns(feed):
        values = rows[name].combine_chunks()
        dated = _with(dated, values, secret)
        if pa.types.is_timestamp(values.type):
            values = pc.strftime(values, "%H:%M")
        elif pa.types.is_date(values.type):
            continue
        undated = _with(undated, values, secret)
    _, repeats = np.unique(dated, return_counts=True)
    return Contents({ROWS: rows.num_rows, ALIKE: int(repeats[repeats > 1].sum())}, sketch_of(undated))


def alike_metrics(contents: Contents, before: Mapping[str, Contents]) -> dict[str, float | str | None]:
    """Return how many more rows than usual are alike, and how many more are like those of one earlier month.

    share_alike: the share of rows like another of the month minus its median over the earlier months, less what chance
    explains. share_alike_before: the share of rows like those of the earlier month that has most of them minus the
    median over all earlier months, likewise. Both NaN without history. The rest tells them in words.
    """
    earlier = {month: past for month, past in before.items() if past.counts.get(ROWS)}
    rows = contents.counts.get(ROWS, 0)
    if not rows or len(earlier) < LEAST_HISTORY:
        return {"share_alike": float("nan"), "share_alike_before": float("nan"), **dict.fromkeys(_WORDS)}
    alike = contents.counts[ALIKE]
    usual = median(past.counts[ALIKE] / past.counts[ROWS] for past in earlier.values())
    shares = {month: _share_before(contents.undated, past.undated) for month, past in earlier.items()}
    month, most = max(shares.items(), key=lambda each: (each[1], each[0]))
    usual_before = median(shares.values())
    judged = max(len(judged_of(contents.undated, earlier[month].undated)), 1)
    return {
        "share_alike": max(0.0, alike / rows - usual - CHANCE * error_of_share(usual, rows)),
        "rows_alike": float(alike),
        "rows_alike_usual": float(round(usual * rows)),
        "share_alike_before": max(0.0, most - usual_before - CHANCE * error_of_share(usual_before, judged)),
        "rows_alike_before": float(round(most * rows)),
        "alike_before_month": month,
    }


_WORDS = ("rows_alike", "rows_alike_usual", "rows_alike_before", "alike_before_month")


def _share_before(undated: Sketch, earlier: Sketch) -> float:
    """Return the share of rows that an earlier month has too; of a few rows the likeness is an accident."""
    return share_in(undated, earlier) if len(judged_of(undated, earlier)) >= LEAST_JUDGED else 0.0


def _columns(feed: Feed) -> Sequence[str]:
    """Return the bronze columns of a row that are no key of it, and no month, which all rows of a month share."""
    keys = {*feed.natural_key, *feed.references}
    kept = (each for each in feed.columns if each.name not in keys and each.type is not ColumnType.MONTH)
    return [bronze.name for each in kept for bronze in columns_in_bronze(each)]


def _once(rows: pa.Table) -> pa.Table:
    """Return the first row of each key."""
    keys = pc.dictionary_encode(rows["record_id"].combine_chunks(), null_encoding="encode").indices.to_numpy()
    _, first = np.unique(keys, return_index=True)
    return rows if len(first) == rows.num_rows else rows.take(np.sort(first))


def _with(hashes: np.ndarray, values: pa.Array, secret: str) -> np.ndarray:
    """Return the hashes of rows with the values of one more column."""
    encoded = pc.dictionary_encode(pc.cast(values, pa.string()))
    of_values = np.append(hashes_of(encoded.dictionary.to_numpy(zero_copy_only=False), secret), _BLANK)
    return np.asarray(hashes * _SPREAD + of_values[pc.fill_null(encoded.indices, -1).to_numpy()])
