"""One lake a run: the resource alone says which, also to dbt, and who comes second waits for it."""

import os
import signal
import threading
import time
from pathlib import Path

import dagster as dg
import duckdb
from dagster_dbt import DbtCliResource

from tests.conftest import fixture_of
from tests.support.deliveries import take
from vrp_pipeline.defs.feeds import feed_asset
from vrp_pipeline.defs.project import dbt_project
from vrp_pipeline.defs.resources import LakeResource
from vrp_pipeline.defs.schedules import RANGE_END, RANGE_START
from vrp_pipeline.defs.transform import dbt_before_links
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.atomic import WRITER, holding_zone
from vrp_pipeline.lake.paths import Lake

OFFENCES = FEEDS["police__offences"]
DISTRICTS = FEEDS["reference__districts"]


def quiet() -> dg.DagsterInstance:
    return dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}})


def test_another_lake_in_the_resource_is_the_lake_of_the_whole_run_with_dbt(lake: Lake) -> None:
    elsewhere = Lake.from_environment()
    before = os.environ["VRP_DATA_LAKE"]
    assert lake.root != elsewhere.root
    take(lake, fixture_of(OFFENCES.name))
    staged = dg.AssetKey("stg_police__offences")
    resources = {"lake": LakeResource(root=str(lake.root)), "dbt": DbtCliResource(project_dir=dbt_project)}
    months = {RANGE_START: "2023-04", RANGE_END: "2024-03"}
    assert dg.materialize([feed_asset(OFFENCES)], resources=resources, instance=quiet(), tags=months).success
    result = dg.materialize([dbt_before_links], selection=[staged], resources=resources, instance=quiet())
    assert result.success
    with duckdb.connect(str(lake.warehouse), read_only=True) as warehouse:
        sql = warehouse.execute("select sql from duckdb_views() where view_name = 'stg_police__offences'")
        (view,) = sql.fetchone() or ("",)
    assert str(lake.root) in view
    assert not elsewhere.warehouse.exists()
    assert not elsewhere.bronze.exists()
    assert os.environ["VRP_DATA_LAKE"] == before
    (event,) = [
        event.materialization for event in result.get_asset_materialization_events() if event.asset_key == staged
    ]
    described = event.metadata["dagster/column_schema"]
    assert isinstance(described, dg.TableSchemaMetadataValue)
    columns = described.schema.columns
    assert "?" not in {column.type for column in columns}
    assert columns


def test_a_run_waits_for_the_one_at_work_and_then_does_its_work(lake: Lake) -> None:
    take(lake, fixture_of(DISTRICTS.name))
    results: list[dg.ExecuteInProcessResult] = []

    def second() -> None:
        results.append(
            dg.materialize(
                [feed_asset(DISTRICTS)],
                resources={"lake": LakeResource(root=str(lake.root))},
                instance=quiet(),
            )
        )

    waiting = threading.Thread(target=second)
    with holding_zone(lake.root, WRITER):
        waiting.start()
        waiting.join(3)
        assert waiting.is_alive()
        assert not lake.bronze.exists(), "it waits before it writes"
    waiting.join()
    assert results[0].success
    assert list(lake.bronze_table(DISTRICTS).glob("edition=*/data.parquet"))


def test_a_killed_run_leaves_no_lock_behind(lake: Lake, tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        with holding_zone(lake.root, WRITER):
            (tmp_path / "holds").touch()
            time.sleep(60)
        os._exit(0)
    while not (tmp_path / "holds").exists():
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    take(lake, fixture_of(DISTRICTS.name))
    result = dg.materialize(
        [feed_asset(DISTRICTS)], resources={"lake": LakeResource(root=str(lake.root))}, instance=quiet()
    )
    assert result.success
