"""Jobs and schedules: each night the inbox is received, new deliveries are ingested, and the rest is rebuilt."""

import dagster as dg

from vrp_pipeline.defs.automation import INGEST_JOB, TRANSFORM_JOB
from vrp_pipeline.defs.feeds import feed_assets
from vrp_pipeline.defs.pending import is_up_to_date
from vrp_pipeline.defs.release import release
from vrp_pipeline.defs.transform import (
    dbt_after_links,
    dbt_before_links,
    event_links,
    feed_calendar,
    person_links,
    small_area_grid,
)
from vrp_pipeline.defs.transient_faults import retried
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.inbox import inbox_of, take, untaken
from vrp_pipeline.landing.refused_files import names_of, refusals, without_names

# Dagster's tags for a run over a range of months; `dg launch --partition-range` sets the same.
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"
# How often the daemon restarts a run whose process died; other runs are not restarted.
MAX_RETRIES = "dagster/max_retries"


@dg.op
def receive_inbox(context: dg.OpExecutionContext, lake: dg.ResourceParam[Lake]) -> None:
    """Receive the files of the inbox that are new and complete."""
    with retried():
        taken = take(lake)
    context.add_output_metadata(
        {
            "received": taken.received,
            "received before": taken.known,
            "refused": len(taken.refused),
            "still being written": taken.unfinished,
        }
    )
    names = names_of(lake, refusals(lake)) if taken.refused else set()
    for receipt in taken.refused:
        # Without the name of the file, which may be that of a person.
        if receipt.refusal is not None:
            why = without_names(f"{receipt.refusal.problem} {receipt.refusal.remedy}", names)
            context.log.warning(f"A file was refused: {why} It is kept in {lake.refused}.")


@dg.job(
    name="receive",
    description="Receive the new files of the inbox. The ingest follows by the sensor ingest_after_receipt.",
)
def receive_job() -> None:
    """Receive the inbox in one step."""
    receive_inbox()


ingest_job = dg.define_asset_job(
    INGEST_JOB,
    selection=dg.AssetSelection.assets(*feed_assets),
    description="Ingest the selected months of every feed. A held month of one feed does not stop the others.",
)
transform_job = dg.define_asset_job(
    TRANSFORM_JOB,
    selection=dg.AssetSelection.assets(
        feed_calendar, small_area_grid, dbt_before_links, event_links, person_links, dbt_after_links, release
    ),
    description="Rebuild the calendar, the dbt models, the links and the release from bronze.",
)


def only_new_config() -> dict[str, object]:
    """Return the run configuration under which every feed skips the months that are up to date."""
    return {"ops": {definition.op.name: {"config": {"only_new": True}} for definition in feed_assets}}


@dg.schedule(
    job=receive_job,
    cron_schedule="0 2 * * *",
    execution_timezone=TIME_ZONE.key,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def nightly(context: dg.ScheduleEvaluationContext, lake: dg.ResourceParam[Lake]) -> dg.RunRequest | dg.SkipReason:
    """Receive the inbox; ingest and rebuild follow. Without a new file, delivery or decision there is no run."""
    if not untaken(lake):
        if not all_deliveries(lake):
            return dg.SkipReason(f"Nothing has been received in {lake.root} yet, and {inbox_of(lake)} is empty.")
        if is_up_to_date(lake):
            return dg.SkipReason("Nothing new was received or decided, and the current release rests on all that was.")
    return dg.RunRequest(run_key=context.scheduled_execution_time.isoformat(), tags={MAX_RETRIES: "1"})


rebuild_after_ingest = dg.AutomationConditionSensorDefinition(
    "rebuild_after_ingest",
    target=transform_job.selection.without_checks(),
    # A condition of our own can be evaluated only where our code is loaded.
    use_user_code_server=True,
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
    description="Rebuilds calendar, models, links and release once an ingest has ended, however it was launched.",
)
