"""Linkage of the event records of one lake in one process, imports included, or of a larger lake made from it.

Usage: python event_linking.py LAKE over|after TIMES, with the pipeline to measure on the path. `over` lays the records
so many times over each other, a week apart; `after` puts them after each other, two years apart. Writes nothing. Prints
the number of event records.
"""

import json
import sys
from pathlib import Path

import duckdb
import pyarrow as pa

from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.events.inputs import EVENT_RECORD_COLUMNS
from vrp_pipeline.linkage.events.links import link_events
from vrp_pipeline.linkage.events.zone import read_event_records

# Whole weeks, so that every copy keeps its days of the week.
WEEKS = {"over": 1, "after": 104}
NAMES = ("event_record_id", "agency_incident", "pseudonym")
MOMENTS = ("occurred_from", "occurred_until", "reported_at")


def laid(records: pa.Table, how: str, times: int) -> pa.Table:
    """Return the records so many times, each copy with names of its own and `WEEKS` later than the one before."""
    columns = [
        f"{name} || '-' || copy as {name}" if name in NAMES
        else f"{name} + to_days(cast(copy * {7 * WEEKS[how]} as integer)) as {name}" if name in MOMENTS
        else name
        for name in EVENT_RECORD_COLUMNS
    ]  # fmt: skip
    with duckdb.connect() as connection:
        connection.register("records", records)
        query = f"select {', '.join(columns)} from records cross join range({times}) as copies(copy) order by 1"
        return connection.sql(query).to_arrow_table().cast(records.schema)


if __name__ == "__main__":
    lake, how, times = Lake(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
    found = read_event_records(lake)
    linked = link_events(found if times == 1 else laid(found, how, times)).incidents.num_rows
    print(json.dumps({"records": linked}))
