"""All linkage of one lake in one process, imports included: event records to incidents, person records to people.

Usage: python linking.py LAKE, with the pipeline to measure on the path. Reads the warehouse and bronze of the lake as a
run does, and writes nothing. Prints the numbers of event records and of person records.
"""

import json
import sys
from pathlib import Path

from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.events.links import link_events
from vrp_pipeline.linkage.events.zone import read_event_records
from vrp_pipeline.linkage.people.inputs import identities
from vrp_pipeline.linkage.people.links import link_people

if __name__ == "__main__":
    lake = Lake(Path(sys.argv[1]))
    records = link_events(read_event_records(lake)).incidents.num_rows
    people = link_people(*identities(lake)).records.num_rows
    print(json.dumps({"records": records, "people": people}))
