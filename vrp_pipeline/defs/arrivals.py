"""Sensors for arriving files: one requests the receipt of the inbox, one the ingest after a receipt."""

import json
from hashlib import sha256

import dagster as dg

from vrp_pipeline.defs.pending import is_up_to_date, pending_months
from vrp_pipeline.defs.schedules import MAX_RETRIES, RANGE_END, RANGE_START, ingest_job, only_new_config, receive_job
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.inbox import unchanged, untaken


@dg.sensor(
    job=receive_job,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Receives files of the inbox that did not change between two ticks; the ingest follows.",
)
def inbox_arrivals(context: dg.SensorEvaluationContext, lake: dg.ResourceParam[Lake]) -> dg.SensorResult:
    """Request the receipt of new files once they have not changed between two ticks; of each set of files once.

    A receipt that failed is not requested again before the next night: somebody must remove the cause first.
    """
    # The names of files may name people: the cursor, which Dagster stores with each tick, has their hashes.
    now = {sha256(name.encode()).hexdigest()[:16]: look for name, look in untaken(lake).items()}
    before = {name: tuple(look) for name, look in json.loads(context.cursor or "{}").items()}
    complete = unchanged(before, now)
    cursor = json.dumps(now, sort_keys=True)
    if not now:
        return dg.SensorResult(skip_reason="No new file in the inbox.", cursor=cursor)
    if not complete:
        return dg.SensorResult(
            skip_reason=f"{len(now)} new files: they are taken once they have not changed between two ticks.",
            cursor=cursor,
        )
    key = sha256(json.dumps(complete, sort_keys=True).encode()).hexdigest()[:16]
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=key, tags={MAX_RETRIES: "1"})], cursor=cursor)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[receive_job],
    request_job=ingest_job,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Ingests what a receipt brought; the rebuild follows.",
)
def ingest_after_receipt(
    context: dg.RunStatusSensorContext, lake: dg.ResourceParam[Lake]
) -> dg.RunRequest | dg.SkipReason:
    """Request the ingest of the months with new deliveries or decisions, whichever receipt or person added them."""
    if not all_deliveries(lake) or is_up_to_date(lake):
        return dg.SkipReason("Nothing new was received or decided.")
    first, last = pending_months(lake)
    return dg.RunRequest(
        run_key=context.dagster_run.run_id,
        run_config=only_new_config(),
        tags={RANGE_START: first, RANGE_END: last, MAX_RETRIES: "1"},
    )
