"""When things run: every night the months with new deliveries are ingested; whatever was ingested is then built on."""

import dagster as dg

from vrp_pipeline.defs.automation import INGEST_JOB, TRANSFORM_JOB
from vrp_pipeline.defs.feeds import feed_assets
from vrp_pipeline.defs.news import is_up_to_date, months_with_news
from vrp_pipeline.defs.release import release
from vrp_pipeline.defs.transform import (
    dbt_after_links,
    dbt_before_links,
    event_links,
    feed_calendar,
    person_links,
    small_area_grid,
)
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake

# Dagster's tags for a run over a range of months; `dg launch --partition-range` sets the same.
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"
# How often the daemon starts a run again whose process died; other runs are not started again.
MAX_RETRIES = "dagster/max_retries"

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
    """Run configuration under which every feed skips the months that are up to date."""
    return {"ops": {definition.op.name: {"config": {"only_new": True}} for definition in feed_assets}}


@dg.schedule(
    job=ingest_job,
    cron_schedule="0 2 * * *",
    execution_timezone=TIME_ZONE.key,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def nightly(context: dg.ScheduleEvaluationContext, lake: dg.ResourceParam[Lake]) -> dg.RunRequest | dg.SkipReason:
    """Ingest what was received since the last run; the rebuild follows when ingest has ended."""
    if not all_deliveries(lake):
        return dg.SkipReason(f"Nothing has been received in {lake.root} yet.")
    if is_up_to_date(lake):
        return dg.SkipReason("Nothing new was received or decided, and the current release rests on all that was.")
    first, last = months_with_news(lake)
    return dg.RunRequest(
        run_key=context.scheduled_execution_time.isoformat(),
        run_config=only_new_config(),
        tags={RANGE_START: first, RANGE_END: last, MAX_RETRIES: "1"},
    )


rebuild_after_ingest = dg.AutomationConditionSensorDefinition(
    "rebuild_after_ingest",
    target=transform_job.selection.without_checks(),
    # The condition is ours, so it is evaluated where our code is.
    use_user_code_server=True,
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
    description="Rebuilds calendar, models, links and release once an ingest has ended, however it was launched.",
)
