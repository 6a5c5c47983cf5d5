"""The code location that the test of live ticks loads: all feeds with what receives, ingests and tells, without dbt."""

import dagster as dg

from vrp_pipeline.defs.alerts import alerts
from vrp_pipeline.defs.arrivals import inbox_arrivals, ingest_after_receipt
from vrp_pipeline.defs.dead_runs import dead_runs
from vrp_pipeline.defs.feeds import feed_assets
from vrp_pipeline.defs.resources import LakeResource
from vrp_pipeline.defs.schedules import ingest_job, nightly, receive_job
from vrp_pipeline.lake.paths import Lake

defs = dg.Definitions(
    assets=feed_assets,
    jobs=[ingest_job, receive_job],
    sensors=[inbox_arrivals, ingest_after_receipt, dead_runs, alerts],
    schedules=[nightly],
    resources={"lake": LakeResource(root=str(Lake.from_environment().root))},
    executor=dg.in_process_executor,
)
