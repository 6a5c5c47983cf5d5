"""The outcome for each judged month: its rows for bronze, its rows for quarantine, and the verdict.

Writes nothing; that is left to the store. Which rows and months meet the suite is judged in `validation.judgement`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.ingest.judged_months import JudgedMonths
from vrp_pipeline.ingest.quarantine import quarantined
from vrp_pipeline.ingest.rows_by_month import RowsByMonth
from vrp_pipeline.ingest.selection import Selection
from vrp_pipeline.lake.decisions import Acceptance
from vrp_pipeline.lake.standings import Standing
from vrp_pipeline.lake.verdicts import Status, Verdict


@dataclass(frozen=True)
class MonthOutcome:
    """The verdict on a month and what follows: the rows for bronze (None where it is held) and for quarantine."""

    verdict: Verdict
    bronze: pa.Table | None
    quarantine: pa.Table


def decide_months(selection: Selection, months: RowsByMonth, judged: JudgedMonths) -> Iterator[MonthOutcome]:
    """Yield the outcome for each month of the run, in order of month.

    An accepted month is published without the rows that are faulty by themselves. A declared nil return is published
    whatever is usual: a named person has said that there was nothing to deliver.
    """
    judgement = judged.judgement
    for partition, standing in selection.standings.items():
        acceptance = selection.inputs.acceptances.get(partition)
        unmet = judgement.unmet_expectations[partition]
        holding = [each.expectation for each in unmet if each.holds]
        decision = _decision_to_publish(selection.feed, standing, acceptance, holding)
        held = decision.leaves(holding) if decision else holding
        rows = months.of(partition)
        bronze, quarantine = _divided(selection.feed, rows, judgement.reasons[months.slices[partition]], held)
        verdict = Verdict(
            feed=selection.feed.name,
            partition=partition,
            status=Status.HELD if held else Status.PUBLISHED,
            delivery_id=standing.delivery_id,
            file_name=standing.file_name,
            rows_read=rows.num_rows,
            rows_published=rows.num_rows - quarantine.num_rows,
            rows_quarantined=quarantine.num_rows,
            rows_per_reason=_rows_per_reason(quarantine),
            unmet_expectations=unmet,
            fingerprint=selection.inputs.fingerprint(partition, judged.profiles),
            expectations=judgement.expectations,
            profile=judged.profiles[partition].stored,
            acceptance=decision.to_dict() if decision else None,
            delivery_ids=tuple(delivery.delivery_id for delivery in standing.deliveries),
        )
        yield MonthOutcome(verdict, bronze, quarantine)


def _divided(feed: Feed, rows: pa.Table, reasons: pa.Array, held: Sequence[str]) -> tuple[pa.Table | None, pa.Table]:
    """Return the rows of a month for bronze, None if it is held, and those for quarantine."""
    sound = rows.filter(pc.is_null(reasons)) if reasons.null_count < len(reasons) else rows
    if held:
        reasons = pc.coalesce(reasons, "month held, unmet: " + "; ".join(held))
        return None, quarantined(feed, rows, reasons, sound=sound)
    faulty = pc.is_valid(reasons)
    return sound, quarantined(feed, rows.filter(faulty), reasons.filter(faulty), sound=sound)


def _rows_per_reason(quarantine: pa.Table) -> dict[str, int]:
    """Return the number of rows by reason, the most frequent first."""
    counted = pc.value_counts(quarantine["reasons"]).to_pylist()
    return {
        pair["values"]: pair["counts"] for pair in sorted(counted, key=lambda pair: (-pair["counts"], pair["values"]))
    }


def _decision_to_publish(
    feed: Feed, standing: Standing, acceptance: Acceptance | None, holding: Sequence[str]
) -> Acceptance | None:
    """Return the decision by which a month is published although it is `holding`: a nil return, or an acceptance."""
    if standing.nil is not None and holding:
        return Acceptance(
            feed=feed.name,
            partition=standing.partition,
            delivery_id=standing.delivery_id,
            expectations=tuple(holding),
            accepted_by=standing.nil["declared_by"],
            accepted_at=standing.received_at,
            reason=f"nil return: {standing.nil['reason']}",
        )
    return acceptance
