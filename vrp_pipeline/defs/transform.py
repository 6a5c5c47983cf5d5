"""The derived inputs of dbt, and dbt itself. Not partitioned: a force area's violence is rebuilt whole in seconds."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from vrp_pipeline.defs.project import dbt_project
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.calendar import write_calendar
from vrp_pipeline.ingest.months import ensure_schemas
from vrp_pipeline.ingest.small_area_grid import write_small_area_grid
from vrp_pipeline.lake.atomic import holding_zone
from vrp_pipeline.lake.paths import Lake

MONTHLY_FEEDS = [dg.AssetKey([feed.agency, feed.table]) for feed in FEEDS.values() if feed.is_monthly]


@dg.asset(
    key=["pipeline", "feed_calendar"],
    deps=MONTHLY_FEEDS,
    group_name="pipeline",
    kinds={"parquet"},
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def feed_calendar(lake: dg.ResourceParam[Lake]) -> dg.MaterializeResult[None]:
    """For each feed and month: due, received, held or not received. Every metric reads it."""
    ensure_schemas(lake)
    table = write_calendar(lake)
    counts = table.group_by(["feed", "status"]).aggregate([("month", "count")]).to_pylist()
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": table.num_rows,
            "months": dg.MetadataValue.md(
                "\n".join(
                    ["| feed | status | months |", "| --- | --- | --- |"]
                    + [f"| {row['feed']} | {row['status']} | {row['month_count']} |" for row in counts]
                )
            ),
        }
    )


@dg.asset(
    key=["reference", "small_area_grid"],
    deps=[dg.AssetKey(["reference", "boundaries"])],
    group_name="reference",
    kinds={"parquet"},
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def small_area_grid(lake: dg.ResourceParam[Lake]) -> dg.MaterializeResult[None]:
    """Which small area each 100-metre square lies in: dbt places points with it."""
    with holding_zone(lake.root, "bronze"):
        return dg.MaterializeResult(metadata={"dagster/row_count": write_small_area_grid(lake)})


@dbt_assets(manifest=dbt_project.manifest_path, project=dbt_project, backfill_policy=dg.BackfillPolicy.single_run())
def dbt_models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """Staging, intermediate, marts and reports, with their tests as checks."""
    yield from dbt.cli(["build"], context=context).stream().fetch_row_counts()
