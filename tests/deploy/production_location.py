"""A code location for tests of a deployment: a job that is at work until a file appears, and the end of dead runs."""

import os
import time

import dagster as dg

from vrp_pipeline.defs.dead_runs import dead_runs
from vrp_pipeline.defs.resources import LakeResource
from vrp_pipeline.lake.paths import Lake

LAKE = Lake.from_environment()


@dg.asset
def slow(context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake]) -> None:
    """Tells its process, and goes on telling until it may end."""
    (LAKE.root / f"at_work_{context.run_id}").write_text(str(os.getpid()), encoding="utf-8")
    while not (LAKE.root / "go_on").exists():
        time.sleep(0.2)


@dg.asset(deps=[slow])
def after() -> int:
    """Something downstream."""
    return 1


defs = dg.Definitions(
    assets=[slow, after],
    jobs=[dg.define_asset_job("night", ["slow", "after"])],
    sensors=[dead_runs],
    resources={"lake": LakeResource(root=str(LAKE.root))},
    executor=dg.in_process_executor,
)
