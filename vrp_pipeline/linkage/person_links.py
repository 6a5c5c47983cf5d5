"""The zone `links/people/`: which records of agencies are of one person, and what that was made from.

The only writer of the zone. What it holds are pseudonyms and which of them belong together: the encodings it was
worked out from never leave the memory of the run.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from vrp_pipeline.lake.atomic import holding_zone, sweep, to_json, write_json
from vrp_pipeline.lake.bronze import write_parquet
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.version import code_version
from vrp_pipeline.linkage.model_files import load
from vrp_pipeline.linkage.people import link_people
from vrp_pipeline.linkage.person_model import CURRENT

RECORDS_FILE, LINKS_FILE, SUMMARY_FILE = "person_records.parquet", "person_links.parquet", "summary.json"


@dataclass(frozen=True)
class Summary:
    """What stands in the zone: records, people, records by how they are linked, pairs by standing, and the model."""

    model_version: str
    records: int
    people: int
    linked_by: dict[str, int]
    pairs: dict[str, int]
    fingerprint: str


def write_person_links(
    lake: Lake, bronze: list[Path], read_identities: Callable[[], tuple[pa.Table, pa.Table]]
) -> Summary:
    """Link the people of the bronze files; nothing is done where neither they nor the model nor the code changed.

    `read_identities` gives people and numbers as `people.link_people` takes them, and is called only if they are
    needed: it reads deliveries again. Raises ZoneBusyError while another linkage is at work.
    """
    with holding_zone(lake.root, "person_links"):
        sweep(lake.person_links)
        fingerprint = _fingerprint(lake, bronze)
        if (found := read_summary(lake)) and found.fingerprint == fingerprint:
            return found
        linked = link_people(*read_identities())
        # First gone and last written: a run that dies in between leaves no summary, and the next links again.
        (lake.person_links / SUMMARY_FILE).unlink(missing_ok=True)
        write_parquet(linked.records, lake.person_links / RECORDS_FILE)
        write_parquet(linked.links, lake.person_links / LINKS_FILE)
        summary = Summary(
            model_version=CURRENT,
            records=linked.records.num_rows,
            people=len(linked.records["person_id"].unique()),
            linked_by=dict(sorted(Counter(linked.records["linked_by"].to_pylist()).items())),
            pairs=dict(sorted(Counter(linked.links["standing"].to_pylist()).items())),
            fingerprint=fingerprint,
        )
        write_json(lake.person_links / SUMMARY_FILE, vars(summary))
        return summary


def read_summary(lake: Lake) -> Summary | None:
    """What stands in the zone, or None where nothing whole does."""
    if not all((lake.person_links / name).exists() for name in (RECORDS_FILE, LINKS_FILE, SUMMARY_FILE)):
        return None
    held = json.loads((lake.person_links / SUMMARY_FILE).read_text(encoding="utf-8"))
    # A summary of an older version of the code is as good as none: everything is linked again.
    return Summary(**held) if set(held) == set(Summary.__dataclass_fields__) else None


def _fingerprint(lake: Lake, bronze: list[Path]) -> str:
    """Bronze names the delivery of each row, and a delivery never changes: its names need not be read to compare."""
    digest = hashlib.sha256(to_json(load(CURRENT)).encode() + code_version().encode())
    for path in bronze:
        digest.update(path.relative_to(lake.root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
