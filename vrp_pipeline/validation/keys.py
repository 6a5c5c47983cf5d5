"""The keys of a month beside those of earlier ones: a month sent again under other dates has the keys it had before.

Volume, mix and days of such a month are those of a month, so nothing but its keys tells. Each month keeps a sketch of
them. What is tolerated is in the suite; rows sent again under new keys are for `alike_rows`.
"""

from collections.abc import Mapping

import pyarrow as pa

from vrp_pipeline.validation.sketches import Sketch, hashes_of, share_in, siphash_key, sketch_of


def keys_of(rows: pa.Table, key: bytes) -> Sketch:
    """Return the sketch of the keys (`record_id`) of a month."""
    ids = rows["record_id"].combine_chunks().drop_null().unique().to_numpy(zero_copy_only=False)
    return sketch_of(hashes_of(ids, siphash_key(key, "keys")))


def key_metrics(keys: Sketch, rows: int, before: Mapping[str, Sketch]) -> dict[str, float | str | None]:
    """Return the largest share of a month's keys that an earlier month has too, how many rows that is, and that month.

    `before` gives the sketches of earlier months; the share is NaN without any, or without keys.
    """
    shares = {month: share_in(keys, earlier) for month, earlier in before.items() if earlier}
    if not keys or not shares:
        return {"share_of_keys_before": float("nan"), "rows_of_keys_before": 0.0, "keys_before_month": None}
    month, share = max(shares.items(), key=lambda each: (each[1], each[0]))
    return {
        "share_of_keys_before": share,
        "rows_of_keys_before": float(round(share * rows)),
        "keys_before_month": month,
    }
