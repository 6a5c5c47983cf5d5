"""Records that left the lake with a person or a period: their ids leave the samples of reviews, decisions stay.

Without the ids nothing leads from a pair to who it was of; its number, stratum and decisions still count, so that what
a review found does not change.
"""

from vrp_pipeline.lake import audit
from vrp_pipeline.lake.erasures import newest_erasure
from vrp_pipeline.lake.link_reviews import forget_records
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.events.zone import read_event_records


def forget_gone_records(lake: Lake) -> int:
    """Take out of samples drawn before the newest removal the ids of records that are gone; return how many pairs.

    Call it once int_event_records is built again. Samples are of the present lake alone.
    """
    removed = newest_erasure(lake)
    if removed is None or lake.day is not None:
        return 0
    known = set(read_event_records(lake, ("event_record_id",))["event_record_id"].to_pylist())
    found = forget_records(lake, known, drawn_before=removed)
    for sample_id, pairs in found.items():
        audit.record(lake, "forget links", sample=sample_id, pairs=pairs)
    return sum(found.values())
