"""Rows of one event under several keys: an entry made by two agencies, or a row for each reason, weapon or requirement.

Such rows differ in more than their keys, so no row is like another, and figures double. The contract names what
happens once (`OneRow`). Some rows share it by nature (two searches of one group), so their share is judged against what
is usual. What is tolerated is in the suite.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import median

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.history import CHANCE
from vrp_pipeline.feeds.contract.agreement import OneRow
from vrp_pipeline.validation.chance import error_of_share

# Rows of one event come in twos at least, so that their number scatters as that of half as many.
ROWS_AT_ONCE = 2
JUDGED, SHARED = "rows", "rows of one event"

# The rows that tell their event, and those of them whose event another key has too.
SameEvents = Mapping[str, int]


def same_events_of(once: OneRow, rows: pa.Table) -> dict[str, int]:
    """Return how many keys tell their event, and how many of them have it with another key; blanks tell nothing."""
    told = rows.select([*once.columns, "record_id"])
    if once.day_of:
        told = told.append_column("day", pc.cast(rows[once.day_of], pa.date32(), safe=False))
    columns = [name for name in told.column_names if name != "record_id"]
    keys = told.drop_null().group_by([*columns, "record_id"]).aggregate([])
    counted = keys.group_by(columns).aggregate([([], "count_all")])["count_all"]
    shared = pc.sum(counted.filter(pc.greater(counted, 1))).as_py() or 0
    return {JUDGED: keys.num_rows, SHARED: shared}


def same_event_metrics(counts: SameEvents, before: Sequence[SameEvents]) -> dict[str, float]:
    """Return by how much more than the usual share of rows have the event of another row, less what chance explains.

    The usual share is the median of the months before. NaN without history, or where no row tells its event.
    """
    earlier = [past for past in before if past.get(JUDGED)]
    rows = counts.get(JUDGED, 0)
    if not rows or not earlier:
        return {"share_of_one_event": float("nan"), "rows_of_one_event": 0.0, "rows_of_one_event_usual": 0.0}
    usual = median(past[SHARED] / past[JUDGED] for past in earlier)
    by_chance = CHANCE * error_of_share(usual, rows) * sqrt(ROWS_AT_ONCE)
    return {
        "share_of_one_event": max(0.0, counts[SHARED] / rows - usual - by_chance),
        "rows_of_one_event": float(counts[SHARED]),
        "rows_of_one_event_usual": float(round(usual * rows)),
    }
