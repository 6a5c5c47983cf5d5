"""The zone `links/events/`: what the linkage made of the reports in the warehouse, and what it was made from.

The only writer of the zone. It reads the warehouse between the two halves of dbt, never while dbt is at work.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from vrp_pipeline.lake.atomic import holding_zone, sweep, to_json, write_json
from vrp_pipeline.lake.bronze import write_parquet
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.version import code_version
from vrp_pipeline.linkage.event_model import CURRENT
from vrp_pipeline.linkage.events import link_events
from vrp_pipeline.linkage.matched_share import MatchedShare, matched_share
from vrp_pipeline.linkage.model_files import load
from vrp_pipeline.linkage.nodes import REPORT_COLUMNS

LINKS_FILE, INCIDENTS_FILE, SUMMARY_FILE = "event_links.parquet", "report_incidents.parquet", "summary.json"


class NoReportsError(RuntimeError):
    """The warehouse holds no int_reports yet."""


@dataclass(frozen=True)
class Summary:
    """What stands in the zone: reports and incidents counted, pairs by standing, and the model that scored them."""

    model_version: str
    reports: int
    incidents: int
    fewest_incidents: int
    most_incidents: int
    pairs: dict[str, int]
    attendances: int
    attendances_known_to_police: int
    fingerprint: str

    @property
    def matched_share(self) -> MatchedShare:
        """The share of A&E assaults that police know."""
        return MatchedShare(self.attendances, self.attendances_known_to_police)


def write_event_links(lake: Lake) -> Summary:
    """Link the reports in the warehouse; nothing is done where neither they nor the model nor the code have changed.

    Raises NoReportsError where dbt has built no int_reports, ZoneBusyError while another linkage is at work.
    """
    with holding_zone(lake.root, "event_links"):
        sweep(lake.event_links)
        reports = read_reports(lake)
        model = load(CURRENT)
        fingerprint = _fingerprint(reports, model)
        if (found := read_summary(lake)) and found.fingerprint == fingerprint:
            return found
        linked = link_events(reports, model)
        # First gone and last written: a run that dies in between leaves no summary, and the next links again.
        (lake.event_links / SUMMARY_FILE).unlink(missing_ok=True)
        write_parquet(linked.links, lake.event_links / LINKS_FILE)
        write_parquet(linked.incidents, lake.event_links / INCIDENTS_FILE)
        matched = matched_share(reports, linked.incidents)
        summary = Summary(
            model_version=CURRENT,
            reports=linked.incidents.num_rows,
            incidents=len(linked.incidents["incident_id"].unique()),
            fewest_incidents=len(linked.incidents["lower_incident_id"].unique()),
            most_incidents=len(linked.incidents["upper_incident_id"].unique()),
            pairs=dict(sorted(Counter(linked.links["standing"].to_pylist()).items())),
            attendances=matched.attendances,
            attendances_known_to_police=matched.known,
            fingerprint=fingerprint,
        )
        write_json(lake.event_links / SUMMARY_FILE, vars(summary))
        return summary


def read_reports(lake: Lake, columns: Sequence[str] = REPORT_COLUMNS) -> pa.Table:
    """Columns of int_reports, by default those that linkage reads, by report id. Raises NoReportsError."""
    if not lake.warehouse.exists():
        raise NoReportsError(f"{lake.warehouse} does not exist. Run: vrp run")
    query = f"select {', '.join(columns)} from int_reports order by report_id"  # noqa: S608 - names of this room
    with duckdb.connect(str(lake.warehouse), read_only=True) as warehouse:
        try:
            return warehouse.sql(query).to_arrow_table()
        except duckdb.CatalogException:
            raise NoReportsError(f"{lake.warehouse} holds no int_reports. Run: vrp run") from None


def read_summary(lake: Lake) -> Summary | None:
    """What stands in the zone, or None where nothing whole does."""
    path = lake.event_links / SUMMARY_FILE
    if not all((lake.event_links / name).exists() for name in (LINKS_FILE, INCIDENTS_FILE, SUMMARY_FILE)):
        return None
    held = json.loads(path.read_text(encoding="utf-8"))
    # A summary of an older version of the code is as good as none: everything is linked again.
    return Summary(**held) if set(held) == set(Summary.__dataclass_fields__) else None


def _fingerprint(reports: pa.Table, model: dict[str, Any]) -> str:
    digest = hashlib.sha256(to_json(model).encode() + code_version().encode())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, reports.schema) as writer:
        writer.write_table(reports.combine_chunks())
    digest.update(sink.getvalue())
    return digest.hexdigest()
