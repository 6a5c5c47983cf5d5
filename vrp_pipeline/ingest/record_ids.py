"""Record ids: the key of each row within its feed, and the faults of rows that share one."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from math import gcd

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.natural_keys import joined_key
from vrp_pipeline.validation.reasons import texts_of_rows

# Of 1,173 different rows without a key in Hampshire's file of April 2024, 970 come once: not all of twenty come twice
# by chance.
LEAST_ROWS = 20
SEPARATOR = "\x1f"
COPY = "a copy of another row with the same key"
CONFLICT = "another row has the same key and different content"


def record_ids(feed: Feed, bronze: Mapping[str, pa.Array], texts: pa.Table) -> pa.Array:
    """Return the natural key as one text; where it is blank, a hash of the content and the number of its occurrence.

    Where every row comes twice (or three times), the table does, and the rows of the second are copies of the first.
    `bronze` gives the values of each column, `texts` the content of the rows as delivered.
    """
    parts = [bronze[name] for name in feed.natural_key]
    keys = joined_key(parts) if parts else pa.repeat("", texts.num_rows)
    if not feed.key_may_be_blank:
        return keys
    blank = pc.equal(keys, "")
    if not blank.true_count:
        return keys
    content = [pc.fill_null(column, "").combine_chunks() for column in texts.filter(blank).columns]
    hashes = [_hash(text) for text in pc.binary_join_element_wise(*content, SEPARATOR).to_pylist()]
    times = Counter(hashes)
    # Of a file that was appended to itself the headings are one row of the table.
    names = (feed.by_name[name].header if name in feed.by_name else name for name in texts.column_names)
    headings = _hash(SEPARATOR.join(names))
    of_rows = [count for content_hash, count in times.items() if content_hash != headings]
    whole = gcd(*of_rows) if len(of_rows) >= LEAST_ROWS else 1
    occurrences: Counter[str] = Counter()
    numbered = []
    for content_hash in hashes:
        # Of a table that comes twice, the second half has the numbers of the first.
        once = max(1, times[content_hash] // whole)
        numbered.append(f"{content_hash}-{occurrences[content_hash] % once + 1}")
        occurrences[content_hash] += 1
    return pc.replace_with_mask(keys, blank, pa.array(numbered, pa.string()))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def repeated(rows: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Return the faults of repeated keys: duplicates except the first copy, and rows with differing content.

    Both are strings, one value per row, null where there is no fault.
    """
    keys = pc.dictionary_encode(rows["record_id"].combine_chunks())
    if len(keys.dictionary) == len(keys):
        return pa.nulls(len(keys), pa.string()), pa.nulls(len(keys), pa.string())
    codes = keys.indices.to_numpy()
    several = np.flatnonzero((np.bincount(codes) > 1)[codes])
    content = rows.take(pa.array(several)).drop_columns(["source_row", "delivery_id"]).to_pandas()
    is_copy = content.duplicated(keep="first")
    variants = content[~is_copy].groupby("record_id").size()
    contradicted = content["record_id"].map(variants).to_numpy() > 1
    return (
        texts_of_rows(dict.fromkeys(several[is_copy.to_numpy()].tolist(), COPY), len(keys)),
        texts_of_rows(dict.fromkeys(several[contradicted & ~is_copy.to_numpy()].tolist(), CONFLICT), len(keys)),
    )
