"""The zone `links/people/`: person records and links, with a summary.

The only writer of the zone. It holds pseudonyms and which of them belong together; the encodings they were derived from
never leave the memory of the run.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from vrp_pipeline.lake.atomic import to_json
from vrp_pipeline.lake.code_version import code_version
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.evaluation import count_by_link_status
from vrp_pipeline.linkage.models.files import load
from vrp_pipeline.linkage.people.links import link_people
from vrp_pipeline.linkage.people.model import PERSON_MODEL
from vrp_pipeline.linkage.zone import LinksZone

RECORDS_FILE, LINKS_FILE = "person_records.parquet", "person_links.parquet"


@dataclass(frozen=True)
class PersonLinksSummary:
    """Summary of the zone: records and people, records by way of linking, pairs by link status, model version."""

    model_version: str
    records: int
    people: int
    linked_by: dict[str, int]
    pairs: dict[str, int]
    fingerprint: str


def write_person_links(
    lake: Lake, bronze: list[Path], read_identities: Callable[[], tuple[pa.Table, pa.Table]]
) -> PersonLinksSummary:
    """Link the people of the bronze files; does nothing if bronze, model and code are unchanged.

    `read_identities` returns people and numbers as `links.link_people` takes them, and is called only if needed,
    because it reads deliveries again. Raises ZoneBusyError while another process links.
    """

    def read() -> tuple[str, None]:
        return _fingerprint(lake, bronze), None

    def link(_inputs: None, fingerprint: str) -> tuple[dict[str, pa.Table], PersonLinksSummary]:
        linked = link_people(*read_identities())
        summary = PersonLinksSummary(
            model_version=PERSON_MODEL,
            records=linked.records.num_rows,
            people=len(linked.records["person_id"].unique()),
            linked_by=dict(sorted(Counter(linked.records["linked_by"].to_pylist()).items())),
            pairs=count_by_link_status(linked.links),
            fingerprint=fingerprint,
        )
        return {RECORDS_FILE: linked.records, LINKS_FILE: linked.links}, summary

    return _zone(lake).write(lake, read, link)


def read_summary(lake: Lake) -> PersonLinksSummary | None:
    """Return the summary of the zone, or None if the zone is missing or incomplete."""
    return _zone(lake).read_summary()


def _zone(lake: Lake) -> LinksZone[PersonLinksSummary]:
    return LinksZone("person_links", lake.person_links, (RECORDS_FILE, LINKS_FILE), PersonLinksSummary)


def _fingerprint(lake: Lake, bronze: list[Path]) -> str:
    """Digest model, code and bronze: bronze names the delivery of each row, so deliveries need not be read."""
    digest = hashlib.sha256(to_json(load(PERSON_MODEL)).encode() + code_version().encode())
    for path in bronze:
        digest.update(path.relative_to(lake.root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
