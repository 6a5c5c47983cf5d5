"""Ingest of months: read each delivery once, validate its months, and publish or hold each month as a whole.

The only writer of bronze, quarantine, verdicts and Data Docs. The files of a month are written in the order quarantine,
bronze, verdict, each atomically; if a run dies in between, the verdict does not match its month, and
`staleness.stale_partitions` returns that month again. The Data Docs page is written beside the months and the index,
which counts verdicts, after them: if a run dies late, either may stay outdated until the next ingest.
"""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.geography.districts import districts_of
from vrp_pipeline.ingest.pseudonyms import load_key
from vrp_pipeline.ingest.quarantine import quarantined
from vrp_pipeline.ingest.reading import Progress, read_selected
from vrp_pipeline.ingest.staleness import fingerprint, known_profiles, profiles_before
from vrp_pipeline.lake.atomic import holding_zone, sweep
from vrp_pipeline.lake.bronze import ensure_empty_partition, write_parquet
from vrp_pipeline.lake.decisions import Acceptance, acceptance_of
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import Standing, newest_per_partition
from vrp_pipeline.lake.verdicts import Status, Verdict, write_verdict
from vrp_pipeline.validation.data_docs import write_page
from vrp_pipeline.validation.data_docs_index import write_index
from vrp_pipeline.validation.judgement import Judgement, judge
from vrp_pipeline.validation.month_metrics import month_metrics
from vrp_pipeline.validation.profiles import Profile, profile_of
from vrp_pipeline.validation.slices import basis

# Months written in parallel: half of the time is spent waiting for the disk.
WRITERS = 2


def ingest(
    lake: Lake, feed: Feed, partitions: Collection[str] | None = None, progress: Progress | None = None
) -> list[Verdict]:
    """Ingest the given months (or editions) of a feed, by default all received, and return their verdicts.

    Months that were not received have no verdict. `progress` is called with the step, the months done and their number.
    Raises ZoneBusyError if another ingest is running, ReconciliationError if the rows read differ from those received.
    """
    report_progress = progress or _discard_progress
    with holding_zone(lake.root, "bronze"):
        for zone in ("bronze", "quarantine", "verdicts"):
            sweep(lake.root / zone / feed.agency / feed.table)
        sweep(lake.data_docs)
        ensure_empty_partition(lake, feed)
        current_deliveries = newest_per_partition(lake, feed)
        selected = [partition for partition in current_deliveries if partitions is None or partition in partitions]
        if not selected:
            return []
        key = load_key()
        districts = districts_of(lake) if feed.slices else None
        selection = read_selected(lake, feed, current_deliveries, selected, key, report_progress)
        report_progress("validating", 0, len(selected))
        slices = dict.fromkeys(selected, slice(0, 0)) | selection.slices()
        rows = {partition: _rows_of(selection.conformed.rows, slices[partition]) for partition in selected}
        profiles = known_profiles(lake, feed, current_deliveries) | {
            partition: profile_of(feed, rows[partition], key, districts) for partition in selected
        }
        slices_basis = basis(feed, districts)
        metrics = month_metrics(feed, current_deliveries, profiles, selected)
        judgement = judge(feed, selection.conformed.with_faults(), selection.partition_of_row, metrics)

        def decide(partition: str) -> Verdict:
            why = judgement.reasons[slices[partition]]
            return _decide(
                lake,
                feed,
                partition,
                current_deliveries,
                rows=rows[partition],
                why=why,
                judged=judgement,
                profiles=profiles,
                slices=slices_basis,
            )

        verdicts = []
        with ThreadPoolExecutor(WRITERS) as pool:
            page = pool.submit(
                write_page, lake, feed, judgement, {partition: current_deliveries[partition] for partition in selected}
            )
            for verdict in pool.map(decide, selected):
                verdicts.append(verdict)
                report_progress("publishing", len(verdicts), len(selected))
            page.result()
        write_index(
            lake,
            feed,
            max((standing.newest for standing in current_deliveries.values()), key=attrgetter("received_at")),
        )
        return verdicts


def ensure_schemas(lake: Lake) -> None:
    """Write the bronze schema of every feed, including feeds that have never been delivered."""
    with holding_zone(lake.root, "bronze"):
        for feed in FEEDS.values():
            ensure_empty_partition(lake, feed)


def _rows_of(rows: pa.Table, where: slice) -> pa.Table:
    return rows.slice(where.start, where.stop - where.start)


def _decide(
    lake: Lake,
    feed: Feed,
    partition: str,
    current_deliveries: dict[str, Standing],
    *,
    rows: pa.Table,
    why: np.ndarray,
    judged: Judgement,
    profiles: dict[str, Profile],
    slices: bytes,
) -> Verdict:
    """Publish or hold one month and store its verdict. `why` gives the reason to quarantine each row, or None.

    An accepted month is published without the rows that are faulty by themselves. A declared nil return is published
    whatever is usual: a named person has said that there was nothing to deliver.
    """
    standing = current_deliveries[partition]
    reasons = pa.array(why, pa.string())
    acceptance = acceptance_of(lake, feed, partition, standing.delivery_id)
    holding = [unmet.expectation for unmet in judged.unmet_expectations[partition] if unmet.holds]
    nil = _nil_decision(feed, standing, holding)
    decision: dict[str, Any] | None = nil or (dict(acceptance.to_dict()) if acceptance else None)
    accepted = decision["expectations"] if decision else ()
    held = [expectation for expectation in holding if expectation not in accepted]
    if held:
        reasons = pc.coalesce(reasons, "month held: " + "; ".join(held))
    passes = pc.is_null(reasons)
    sound = pc.is_null(pa.array(why, pa.string()))
    faulty = quarantined(
        feed, rows.filter(pc.invert(passes)), reasons.filter(pc.invert(passes)), sound=rows.filter(sound)
    )
    quarantine = lake.quarantine_partition(feed, partition)
    if faulty.num_rows:
        write_parquet(faulty, quarantine)
    else:
        quarantine.unlink(missing_ok=True)
    if not held:
        write_parquet(rows.filter(passes), lake.bronze_partition(feed, partition))
    counted = sorted(pc.value_counts(faulty["reasons"]).to_pylist(), key=lambda pair: (-pair["counts"], pair["values"]))
    verdict = Verdict(
        feed=feed.name,
        partition=partition,
        status=Status.HELD if held else Status.PUBLISHED,
        delivery_id=standing.delivery_id,
        file_name=standing.file_name,
        rows_read=rows.num_rows,
        rows_published=rows.num_rows - faulty.num_rows,
        rows_quarantined=faulty.num_rows,
        rows_per_reason={pair["values"]: pair["counts"] for pair in counted},
        unmet_expectations=judged.unmet_expectations[partition],
        fingerprint=fingerprint(
            feed, standing, acceptance, profiles_before(partition, current_deliveries, profiles), slices
        ),
        expectations=judged.expectations,
        profile=profiles[partition],
        acceptance=decision,
        delivery_ids=tuple(delivery.delivery_id for delivery in standing.deliveries),
    )
    write_verdict(lake, feed, verdict)
    return verdict


def _nil_decision(feed: Feed, standing: Standing, holding: list[str]) -> dict[str, Any] | None:
    """Return the declaration of a nil return as the decision that publishes the month; None if there is none."""
    if standing.nil is None or not holding:
        return None
    declared = Acceptance(
        feed=feed.name,
        partition=standing.partition,
        delivery_id=standing.delivery_id,
        expectations=tuple(holding),
        accepted_by=standing.nil["declared_by"],
        accepted_at=standing.received_at,
        reason=f"nil return: {standing.nil['reason']}",
    )
    return declared.to_dict()


def _discard_progress(step: str, done: int, total: int) -> None:
    """Discard progress when no listener is given."""
