"""One lake a run: the resource alone says which, also to dbt, and who comes second waits for it."""

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import dagster as dg
import duckdb
import pytest
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
from vrp_pipeline.release.warehouse import LOCKED, writing

OFFENCES = FEEDS["police__offences"]
DISTRICTS = FEEDS["reference__districts"]


def quiet() -> dg.DagsterInstance:
    return dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}})


@pytest.mark.nightly
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


def another_process_writes(warehouse: Path) -> "subprocess.Popen[str]":
    """A process that has the warehouse open for writing until its input ends, as the dbt of a killed run has."""
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    script = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def test_a_run_waits_for_the_dbt_that_a_killed_run_has_left_at_work(lake: Lake) -> None:
    orphan = another_process_writes(lake.warehouse)
    told: list[str] = []
    began = threading.Event()

    def next_run() -> None:
        with writing(lake, told.append):
            began.set()

    waiting = threading.Thread(target=next_run)
    waiting.start()
    assert not began.wait(2), "two writers would take each other's tables away"
    orphan.communicate("")
    assert began.wait(60)
    waiting.join()
    assert told == [f"The dbt of a run that was killed is still at work in {lake.warehouse}."]


@pytest.mark.nightly
def test_models_that_find_the_warehouse_taken_are_tried_again_and_not_failed_by_a_look_into_it(lake: Lake) -> None:
    """Whoever opens the warehouse by hand holds it for longer than the wait of a run."""
    take(lake, fixture_of(OFFENCES.name))
    staged = dg.AssetKey("stg_police__offences")
    resources = {"lake": LakeResource(root=str(lake.root)), "dbt": DbtCliResource(project_dir=dbt_project)}
    months = {RANGE_START: "2023-04", RANGE_END: "2024-03"}
    assert dg.materialize([feed_asset(OFFENCES)], resources=resources, instance=quiet(), tags=months).success
    by_hand = another_process_writes(lake.warehouse)
    dbt_log = lake.dbt_target / "dbt.log"

    def close_once_dbt_has_failed() -> None:
        while not (dbt_log.exists() and LOCKED in dbt_log.read_text(encoding="utf-8")):
            time.sleep(0.2)
        time.sleep(3)  # in which the step looks into the warehouse
        by_hand.communicate("")

    threading.Thread(target=close_once_dbt_has_failed).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vrp_pipeline.defs.resources.writing", partial(writing, patience=0))
        result = dg.materialize([dbt_before_links], selection=[staged], resources=resources, instance=quiet())
    assert result.success
    assert [event.event_type_value for event in result.all_events].count("STEP_UP_FOR_RETRY") == 1


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
