"""Groups of records that links join, and the record that leads each; on columns.

Which links join is decided in `assignment`, what the groups stand for in `links`.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from vrp_pipeline.linkage.events.model import COMPARED_FEEDS


def ranks(records: pa.Table, receipts: pa.Array | None) -> np.ndarray:
    """Return the place of each record in the order in which records lead: first receipt, feed, record id.

    `receipts` are numbers that grow with time; a null comes last.
    """
    feeds = pc.fill_null(pc.index_in(records["feed"], value_set=pa.array(COMPARED_FEEDS)), len(COMPARED_FEEDS))
    received = pa.nulls(records.num_rows, pa.int64()) if receipts is None else receipts
    table = pa.table({"received": received, "feed": feeds, "id": records["event_record_id"]})
    order = pc.sort_indices(table, [(name, "ascending", "at_end") for name in table.column_names])
    found = np.empty(records.num_rows, dtype=np.int64)
    found[order.to_numpy()] = np.arange(records.num_rows)
    return found


def leaders(rank: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the place of the leading record of each record's group: the lowest rank of those that pairs join.

    `left` and `right` are the places of the ends of the pairs; a record in none leads itself.
    """
    pairs = csr_array((np.ones(len(left), dtype=bool), (left, right)), shape=(len(rank), len(rank)))
    groups, group = connected_components(pairs, directed=False)
    lowest = np.full(groups, len(rank))
    np.minimum.at(lowest, group, rank)
    return np.asarray(np.argsort(rank)[lowest[group]])


def same_occurrences(records: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of places that join the records of each occurrence that an agency groups by a number of its own."""
    told = np.flatnonzero(pc.is_valid(records["agency_incident"]).to_numpy(zero_copy_only=False))
    numbered = records.select(["feed", "agency_incident"]).take(pa.array(told))
    feed, incident = (
        pc.dictionary_encode(numbered[name].combine_chunks()).indices.to_numpy().astype(np.int64)
        for name in numbered.column_names
    )
    _, first, occurrence = np.unique(feed * (len(told) + 1) + incident, return_index=True, return_inverse=True)
    return told, told[first][occurrence.ravel()]


def touching(occurrences: tuple[np.ndarray, np.ndarray], places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return of the pairs of `same_occurrences` those of two records whose occurrence has a record at `places`."""
    record, first = occurrences
    kept = np.isin(first, first[np.isin(record, places)]) & (record != first)
    return record[kept], first[kept]
