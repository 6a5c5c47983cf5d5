"""Months of one feed with faults planted in chosen rows, passed through the real receipt and ingest."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.support.deliveries import Row, rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.bronze import published_partitions
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Verdict

KEYS = {
    "police__offences": "crime_reference",
    "health__emergency_attendances": "EC_Ident",
    "health__ambulance_incidents": "incident_number",
    "health__admissions": "EPIKEY",
    "fire__incidents": "incident_number",
    "local_authorities__suspensions": "row_reference",
}


@dataclass(frozen=True)
class Ingested:
    """What became of a delivery: its verdicts, and the rows of bronze and of quarantine by their number in the file.

    `told` is all that is told of it to people: the verdicts as written, and as sentences.
    """

    verdicts: dict[str, Verdict]
    bronze: dict[int, dict[str, Any]]
    quarantine: dict[int, dict[str, Any]]
    told: str

    @property
    def reasons(self) -> dict[int, str]:
        """Why each row of the quarantine is there."""
        return {row: str(cells["reasons"]) for row, cells in self.quarantine.items()}


def ingested(lake: Lake, feed: str, path: Path) -> Ingested:
    """Receive a file that must not be refused and ingest it."""
    take(lake, path)
    verdicts = {verdict.partition: verdict for verdict in ingest(lake, FEEDS[feed])}
    quarantine = (lake.root / "quarantine").rglob("*.parquet")
    written = [file.read_text(encoding="utf-8") for file in (lake.root / "verdicts").rglob("*.json")]
    told = "\n".join([*written, *(verdict.sentence for verdict in verdicts.values())])
    return Ingested(verdicts, _rows(published_partitions(lake, FEEDS[feed]).values()), _rows(quarantine), told)


def month(path: Path, feed: str, rows: int, changes: Mapping[int, Row]) -> Path:
    """The fixture's first row `rows` times, each under its own reference; rows (from 1) in `changes` are changed."""
    one, key = rows_of(feed)[0], KEYS[feed]
    made = [{**one, key: f"{one[key][:-4]}{number:04d}", **changes.get(number, {})} for number in range(1, rows + 1)]
    return write_rows(path, made)


def _rows(paths: Any) -> dict[int, dict[str, Any]]:
    found = [row for path in paths for row in pq.read_table(path, partitioning=None).to_pylist()]
    return {row["source_row"]: row for row in found}
