"""When each event record was first received: the order in which records name their incidents.

A month is restated as a whole, so the delivery that a record stands in today is seldom the one that told of it first.
The keys of rows that were replaced are read from their deliveries again, each delivery once, and kept as digests with
the earliest time of receipt, in one file for each feed. The file follows from the deliveries alone, so it is the same
whenever it is made.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.columns import Pseudonymise
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.natural_keys import joined_key
from vrp_pipeline.lake.bronze import write_parquet
from vrp_pipeline.lake.ledger import Delivery, deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import standings
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.values import read_texts
from vrp_pipeline.linkage.events.model import COMPARED_FEEDS

FOLDER = "first_receipts"
# The columns of int_event_records that say which row of which delivery a record is.
RECEIPT_COLUMNS = ("record_id", "delivery_id")
REPLACED = pa.schema([("key", pa.int64()), ("received", pa.int64())])
# Metadata of the file: the deliveries it was read from.
READ_FROM = b"deliveries"


def first_receipts(lake: Lake, records: pa.Table) -> pa.Array:
    """Return when the key of each record was first received, in microseconds since 1970, UTC (int64).

    `records` has the columns feed, record_id and delivery_id. A crime of several victims is received once. Null is a
    record of a delivery that the lake does not know. Raises RefusedError if a delivery cannot be read any more.
    """
    feeds = records["feed"].combine_chunks()
    found = np.full(records.num_rows, np.iinfo(np.int64).max)
    for name in COMPARED_FEEDS:
        rows = np.flatnonzero(pc.equal(feeds, name).to_numpy(zero_copy_only=False))
        of_feed = records.select(RECEIPT_COLUMNS).take(pa.array(rows))
        found[rows] = _of_feed(lake, FEEDS[name], of_feed)
    return pa.array(found, pa.int64(), mask=found == np.iinfo(np.int64).max)


def _of_feed(lake: Lake, feed: Feed, records: pa.Table) -> np.ndarray:
    received = deliveries(lake, feed)
    # A file received again is the same delivery: the first time counts.
    times = {delivery.delivery_id: _microseconds(delivery) for delivery in reversed(received)}
    ids = pc.dictionary_encode(records["delivery_id"].combine_chunks())
    known = [times.get(each, np.iinfo(np.int64).max) for each in ids.dictionary.to_pylist()]
    standing = np.array(known, dtype=np.int64)[ids.indices.to_numpy()]
    replaced = _replaced_keys(lake, feed, _replaced(feed, received))
    if not replaced.num_rows:
        return np.asarray(standing)
    keys, earliest = replaced["key"].to_numpy(), replaced["received"].to_numpy()
    own = _digests(feed, _keys_of_records(feed, records["record_id"].combine_chunks()))
    places = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
    return np.asarray(np.where(keys[places] == own, np.minimum(earliest[places], standing), standing))


def _replaced(feed: Feed, received: list[Delivery]) -> list[Delivery]:
    """Return the deliveries of which any rows were replaced by later ones, oldest first."""
    standing = standings(feed, received)

    def is_whole(delivery: Delivery) -> bool:
        shares = {partition: standing[partition].holds(delivery) for partition in delivery.partitions}
        return all(share and share.rows == delivery.partitions[partition] for partition, share in shares.items())

    return [delivery for delivery in received if not delivery.nil and not is_whole(delivery)]


def _replaced_keys(lake: Lake, feed: Feed, replaced: list[Delivery]) -> pa.Table:
    """Return the keys (digests, ascending) in `replaced` deliveries with the earliest receipt of each; keep them."""
    path = lake.event_links / FOLDER / f"{feed.name}.parquet"
    wanted = {f"{delivery.folder_name} {delivery.stored_sha256}": delivery for delivery in replaced}
    held, of_held = _held(path)
    # A delivery from which rows were erased is another one: nothing of the old one is kept.
    if not of_held <= wanted.keys():
        held, of_held = REPLACED.empty_table(), set()
    missing = [name for name in sorted(wanted) if name not in of_held]
    if missing:
        held = _earliest([held, *(_keys_in(lake, feed, wanted[name]) for name in missing)])
        listed = {READ_FROM: json.dumps(sorted(wanted)).encode()}
        write_parquet(held.replace_schema_metadata(listed), path)
    elif not wanted:
        path.unlink(missing_ok=True)
    return held


def _held(path: Path) -> tuple[pa.Table, set[str]]:
    if not path.exists():
        return REPLACED.empty_table(), set()
    table = pq.read_table(path)
    if not table.schema.equals(REPLACED):
        return REPLACED.empty_table(), set()
    return table, set(json.loads((table.schema.metadata or {}).get(READ_FROM, b"[]")))


def _keys_in(lake: Lake, feed: Feed, delivery: Delivery) -> pa.Table:
    names = _key_columns(feed)
    digests = [
        _digests(feed, joined_key([read_texts(table.texts[name].combine_chunks(), feed.by_name[name].type)[0]
                                for name in names]))
        for table in read(feed, delivery.path(lake), columns=names)
    ]  # fmt: skip
    keys = np.unique(np.concatenate(digests)) if digests else np.array([], dtype=np.int64)
    return pa.table([keys, np.full(len(keys), _microseconds(delivery))], schema=REPLACED)


def _earliest(tables: Iterable[pa.Table]) -> pa.Table:
    every = pa.concat_tables(tables)
    keys, received = every["key"].to_numpy(), every["received"].to_numpy()
    order = np.lexsort((received, keys))
    unique, first = np.unique(keys[order], return_index=True)
    return pa.table([unique, received[order][first]], schema=REPLACED)


def _key_columns(feed: Feed) -> list[str]:
    """Return the columns of the natural key that hold no number of a person: they come first in a record id."""
    return [name for name in feed.natural_key if not isinstance(feed.by_name[name].treatment, Pseudonymise)]


def _keys_of_records(feed: Feed, record_ids: pa.Array) -> pa.Array:
    persons = len(feed.natural_key) - len(_key_columns(feed))
    return pc.replace_substring_regex(record_ids, rf"(?:\|[^|]*){{{persons}}}$", "") if persons else record_ids


def _digests(feed: Feed, keys: pa.Array) -> np.ndarray:
    """Return 64 bits of the SHA-256 of each key: what nobody needs to read is not kept as text."""
    encoded = pc.dictionary_encode(keys)
    prefix = hashlib.sha256(f"{feed.name}|".encode())

    def digest(text: str) -> int:
        found = prefix.copy()
        found.update(text.encode())
        return int.from_bytes(found.digest()[:8], "big", signed=True)

    digests = np.array([digest(text) for text in encoded.dictionary.to_pylist()], dtype=np.int64)
    return np.asarray(digests[encoded.indices.to_numpy()])


def _microseconds(delivery: Delivery) -> int:
    return (delivery.received_at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
