"""The zone `links/events/`: event links and incidents of the records in the warehouse, with a summary.

The only writer of the zone. It reads the warehouse between the two dbt selections, never while dbt is writing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from vrp_pipeline.lake.atomic import to_json
from vrp_pipeline.lake.code_version import code_version
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.evaluation import count_by_link_status
from vrp_pipeline.linkage.events.agreement import (
    agreement,
    doubts,
    too_few_numbers,
    too_few_places,
    too_many_partners,
    too_short,
)
from vrp_pipeline.linkage.events.first_receipts import RECEIPT_COLUMNS, first_receipts
from vrp_pipeline.linkage.events.inputs import EVENT_RECORD_COLUMNS
from vrp_pipeline.linkage.events.links import link_events
from vrp_pipeline.linkage.events.matched_share import MatchedShare, matched_share
from vrp_pipeline.linkage.events.model import EVENT_MODEL
from vrp_pipeline.linkage.models.files import load
from vrp_pipeline.linkage.zone import LinksZone

# Beside the columns that linkage compares: when the record was first received.
FIRST_RECEIVED = "first_received"
LINKS_FILE, INCIDENTS_FILE = "event_links.parquet", "record_incidents.parquet"


class NoEventRecordsError(RuntimeError):
    """The warehouse has no table int_event_records yet."""


class NotLinkedError(RuntimeError):
    """The lake holds no event links yet."""


@dataclass(frozen=True)
class EventLinksSummary:
    """Summary of the zone: counts of records and incidents, pairs by link status, and the model version."""

    model_version: str
    records: int
    incidents: int
    fewest_incidents: int
    most_incidents: int
    pairs: dict[str, int]
    attendances: int
    attendances_known_to_police: int
    agreement: dict[str, float]
    partners: dict[str, float]
    shifts: dict[str, float]
    fingerprint: str

    @property
    def matched_share(self) -> MatchedShare:
        """The expected share of A&E assaults with a police record."""
        return MatchedShare(self.attendances, self.attendances_known_to_police)

    @property
    def warnings(self) -> list[str]:
        """A sentence for a share that is not expected, and for each doubt of the links."""
        shares = [] if self.matched_share.is_expected else [self.matched_share.sentence]
        return [
            *shares,
            *too_short(self.shifts),
            *doubts(self.agreement),
            *too_few_numbers(self.agreement),
            *too_few_places(self.agreement),
            *too_many_partners(self.partners),
        ]


def write_event_links(lake: Lake) -> EventLinksSummary:
    """Link the event records in the warehouse; does nothing if records, model and code are unchanged.

    Raises NoEventRecordsError if dbt has not built int_event_records, and ZoneBusyError while another process links.
    """
    model = load(EVENT_MODEL)

    def read() -> tuple[str, pa.Table]:
        records = read_event_records(lake, (*EVENT_RECORD_COLUMNS, *RECEIPT_COLUMNS))
        # Which delivery a record stands in changes whenever its month is restated; when it was first received does not.
        receipts = first_receipts(lake, records)
        records = records.drop_columns(list(RECEIPT_COLUMNS)).append_column(FIRST_RECEIVED, receipts)
        return _fingerprint(records, model), records

    def link(records: pa.Table, fingerprint: str) -> tuple[dict[str, pa.Table], EventLinksSummary]:
        linked = link_events(records, model, receipts=records[FIRST_RECEIVED].combine_chunks())
        matched = matched_share(records, linked.incidents)
        summary = EventLinksSummary(
            model_version=EVENT_MODEL,
            records=linked.incidents.num_rows,
            incidents=len(linked.incidents["incident_id"].unique()),
            fewest_incidents=len(linked.incidents["lower_incident_id"].unique()),
            most_incidents=len(linked.incidents["upper_incident_id"].unique()),
            pairs=count_by_link_status(linked.links),
            attendances=matched.attendances,
            attendances_known_to_police=matched.known,
            agreement=agreement(linked.inputs, linked.links),
            partners=linked.partners,
            shifts=linked.shifts,
            fingerprint=fingerprint,
        )
        return {LINKS_FILE: linked.links, INCIDENTS_FILE: linked.incidents}, summary

    return _zone(lake).write(lake, read, link)


def read_event_records(lake: Lake, columns: Sequence[str] = EVENT_RECORD_COLUMNS) -> pa.Table:
    """Read columns of int_event_records, by default those that linkage uses, in order of event_record_id.

    Raises NoEventRecordsError.
    """
    if not lake.warehouse.exists():
        raise NoEventRecordsError(f"{lake.warehouse} does not exist. Run: vrp run")
    query = f"select {', '.join(columns)} from int_event_records order by event_record_id"  # noqa: S608 - names of this room
    with duckdb.connect(str(lake.warehouse), read_only=True) as warehouse:
        try:
            return warehouse.sql(query).to_arrow_table()
        except duckdb.CatalogException:
            raise NoEventRecordsError(f"{lake.warehouse} holds no int_event_records. Run: vrp run") from None


def read_summary(lake: Lake) -> EventLinksSummary | None:
    """Return the summary of the zone, or None if the zone is missing or incomplete."""
    return _zone(lake).read_summary()


def must_be_linked(lake: Lake) -> EventLinksSummary:
    """Return the summary of the zone. Raises NotLinkedError if the zone is missing or incomplete."""
    if (summary := read_summary(lake)) is None:
        raise NotLinkedError(f"{lake.event_links} holds no event links. Run: vrp run")
    return summary


def _zone(lake: Lake) -> LinksZone[EventLinksSummary]:
    return LinksZone("event_links", lake.event_links, (LINKS_FILE, INCIDENTS_FILE), EventLinksSummary)


def _fingerprint(records: pa.Table, model: dict[str, Any]) -> str:
    digest = hashlib.sha256(to_json(model).encode() + code_version().encode())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, records.schema) as writer:
        writer.write_table(records.combine_chunks())
    digest.update(sink.getvalue())
    return digest.hexdigest()
