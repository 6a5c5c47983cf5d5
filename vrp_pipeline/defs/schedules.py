"""When things run: every night the months with new deliveries are ingested, then everything after them is rebuilt."""

import dagster as dg

from vrp_pipeline.defs.feeds import feed_assets
from vrp_pipeline.defs.release import release
from vrp_pipeline.defs.transform import (
    dbt_after_links,
    dbt_before_links,
    event_links,
    feed_calendar,
    person_links,
    small_area_grid,
)
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.paths import Lake

# Dagster's tags for a run over a range of months; `dg launch --partition-range` sets the same.
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"

ingest_job = dg.define_asset_job(
    "ingest",
    selection=dg.AssetSelection.assets(*feed_assets),
    description="Ingest the selected months of every feed. A held month of one feed does not stop the others.",
)
transform_job = dg.define_asset_job(
    "transform",
    selection=dg.AssetSelection.assets(
        feed_calendar, small_area_grid, dbt_before_links, event_links, person_links, dbt_after_links, release
    ),
    description="Rebuild the calendar, the dbt models, the links and the release from bronze.",
)


def months_with_news(lake: Lake, fallback: str) -> tuple[str, str]:
    """First and last month that any feed has to ingest; the fallback for both if there is none."""
    stale = sorted(
        {partition for feed in FEEDS.values() if feed.is_monthly for partition in stale_partitions(lake, feed)}
    )
    return (stale[0], stale[-1]) if stale else (fallback, fallback)


def only_new_config() -> dict[str, object]:
    """Run configuration under which every feed skips the months that are up to date."""
    return {"ops": {definition.op.name: {"config": {"only_new": True}} for definition in feed_assets}}


@dg.schedule(
    job=ingest_job,
    cron_schedule="0 2 * * *",
    execution_timezone=TIME_ZONE.key,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def nightly(context: dg.ScheduleEvaluationContext, lake: dg.ResourceParam[Lake]) -> dg.RunRequest:
    """Ingest what was received since the last run; the transform follows when ingest has ended."""
    this_month = context.scheduled_execution_time.astimezone(TIME_ZONE).strftime("%Y-%m")
    first, last = months_with_news(lake, this_month)
    return dg.RunRequest(
        run_key=context.scheduled_execution_time.isoformat(),
        run_config=only_new_config(),
        tags={RANGE_START: first, RANGE_END: last},
    )


def _after(status: dg.DagsterRunStatus, name: str) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=status,
        name=name,
        monitored_jobs=[ingest_job],
        request_job=transform_job,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Rebuild when ingest has ended, whatever was held: one agency's bad file stops nobody else.",
    )
    def rebuild(context: dg.RunStatusSensorContext) -> dg.RunRequest:
        return dg.RunRequest(run_key=context.dagster_run.run_id)

    return rebuild


transform_after_ingest = _after(dg.DagsterRunStatus.SUCCESS, "transform_after_ingest")
transform_after_held_ingest = _after(dg.DagsterRunStatus.FAILURE, "transform_after_held_ingest")
