"""All linkage of one lake in one process, imports included: reports to incidents, and records to people.

Usage: python linking.py LAKE, with the pipeline to measure on the path. Reads the warehouse and bronze of the lake as
a run does, and writes nothing. Prints the numbers of reports and of records of people.
"""

import json
import sys
from pathlib import Path

from vrp_pipeline.ingest.identities import identities
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.event_links import read_reports
from vrp_pipeline.linkage.events import link_events
from vrp_pipeline.linkage.people import link_people

if __name__ == "__main__":
    lake = Lake(Path(sys.argv[1]))
    reports = link_events(read_reports(lake)).incidents.num_rows
    people = link_people(*identities(lake)).records.num_rows
    print(json.dumps({"reports": reports, "people": people}))
