"""The keys of a month beside those of earlier ones: a month sent again under other dates has the keys it had before.

Volume, mix and days of such a month are those of a month, so nothing but its keys tells. Each month keeps a sketch: the
smallest of the keyed hashes of its keys (k minimum values). Two sketches share about the same proportion as the keys of
the two months. What is tolerated is in the suite.
"""

import hmac
from base64 import b85encode
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

# A share of one in ten is estimated to within four in a hundred (two standard errors, √(p(1 − p)/256)).
SKETCH = 256
SIPHASH_KEY_BYTES = 16
# A few rows come in two months because their date was corrected in between, and of few hashes a share is an accident.
LEAST_SHARED, LEAST_JUDGED = 5, 30

# The hashes of a sketch as hexadecimal digits; each counts once.
Keys = Mapping[str, int]


def keys_of(rows: pa.Table, key: bytes) -> Keys:
    """Return the sketch of the keys (`record_id`) of a month: nobody can tell a key from its hash without `key`."""
    secret = b85encode(hmac.digest(key, b"vrp|v1|keys", "sha256"))[:SIPHASH_KEY_BYTES].decode()
    ids = rows["record_id"].combine_chunks().drop_null().unique().to_numpy(zero_copy_only=False).astype(object)
    hashes = np.unique(pd.util.hash_array(ids, hash_key=secret, categorize=False))[:SKETCH]
    return {f"{number:016x}": 1 for number in hashes.tolist()}


def key_metrics(keys: Keys, rows: int, before: Mapping[str, Keys]) -> dict[str, float | str | None]:
    """Return the largest share of a month's keys that an earlier month has too, how many rows that is, and that month.

    `before` gives the sketches of earlier months; the share is NaN without any, or without keys.
    """
    shares = {month: _share(keys, earlier) for month, earlier in before.items() if earlier}
    if not keys or not shares:
        return {"share_of_keys_before": float("nan"), "rows_of_keys_before": 0.0, "keys_before_month": None}
    month, share = max(shares.items(), key=lambda each: (each[1], each[0]))
    return {
        "share_of_keys_before": share,
        "rows_of_keys_before": float(round(share * rows)),
        "keys_before_month": month,
    }


def _share(keys: Keys, earlier: Keys) -> float:
    """Return the estimated share of a month's keys that are keys of the other: exact where both have few.

    It is 0 where too few are shared, or too few can be judged, to tell.
    """
    reach = min(max(sketch) for sketch in (keys, earlier) if len(sketch) >= SKETCH) if _is_cut(keys, earlier) else None
    judged = [each for each in keys if reach is None or each <= reach]
    shared = sum(each in earlier for each in judged)
    return 0.0 if shared < LEAST_SHARED or len(judged) < min(LEAST_JUDGED, len(keys)) else shared / len(judged)


def _is_cut(*sketches: Keys) -> bool:
    return any(len(sketch) >= SKETCH for sketch in sketches)
