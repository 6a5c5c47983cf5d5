"""A run whose process was killed does not hold up the runs after it, and one that is at work or waits is left alone."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

from vrp_pipeline.defs.dead_runs import COMMAND_TAG, dead_runs, end_dead_runs, lake_tag
from vrp_pipeline.defs.resources import LakeResource
from vrp_pipeline.lake.atomic import WRITER, holding_zone
from vrp_pipeline.lake.paths import Lake

STARTED, FAILURE = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE


@dg.asset
def killed(lake: dg.ResourceParam[Lake]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dg.asset
def waiting(lake: dg.ResourceParam[Lake]) -> None: ...


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


def run(asset: dg.AssetsDefinition, instance: dg.DagsterInstance, lake: Lake, **tags: str) -> None:
    dg.materialize([asset], instance=instance, tags=tags, resources={"lake": LakeResource(root=str(lake.root))})


def run_killed(instance: dg.DagsterInstance, lake: Lake, **tags: str) -> None:
    child = os.fork()
    if child == 0:
        run(killed, instance, lake, **tags)
        os._exit(0)
    os.waitpid(child, 0)


def ticks(instance: dg.DagsterInstance, lake: Lake) -> Callable[[], str]:
    """Evaluates the sensor tick by tick, as the daemon does."""
    cursor: list[Any] = [None]

    def tick() -> str:
        result = dead_runs.evaluate_tick(
            dg.build_sensor_context(instance=instance, cursor=cursor[0], resources={"lake": lake})
        )
        cursor[0] = result.cursor
        return result.skip_message or ""

    return tick


def test_the_runs_of_a_killed_command_are_ended_and_those_of_another_lake_are_left_alone(
    instance: dg.DagsterInstance, lake: Lake
) -> None:
    other = Lake(lake.root.with_name("other"))
    for tagged in (lake, other):
        run_killed(instance, tagged, **{COMMAND_TAG: lake_tag(tagged)})
    assert {run.status for run in instance.get_runs()} == {STARTED}
    end_dead_runs(instance, lake)
    assert {run.tags[COMMAND_TAG]: run.status for run in instance.get_runs()} == {
        lake_tag(lake): FAILURE,
        lake_tag(other): STARTED,
    }


@pytest.mark.parametrize("is_command", [True, False])
def test_a_killed_run_is_ended_at_the_second_tick_however_it_was_launched(
    instance: dg.DagsterInstance, lake: Lake, is_command: bool
) -> None:
    run_killed(instance, lake, **({COMMAND_TAG: lake_tag(lake)} if is_command else {}))
    other = Lake(lake.root.with_name("other"))
    run_killed(instance, other, **{COMMAND_TAG: lake_tag(other)})
    tick = ticks(instance, lake)
    tick()
    assert {found.status for found in instance.get_runs()} == {STARTED}, "it may be between two steps"
    assert "1 dead runs" in tick()
    assert [found.status for found in instance.get_runs()] == [STARTED, FAILURE], "the newest is of another lake"


@pytest.mark.nightly
def test_a_run_that_waits_for_another_is_not_taken_for_dead(instance: dg.DagsterInstance, lake: Lake) -> None:
    tick = ticks(instance, lake)
    with holding_zone(lake.root, WRITER):
        thread = threading.Thread(target=run, args=(waiting, instance, lake))
        thread.start()
        while not instance.get_runs(dg.RunsFilter(statuses=[STARTED])):
            thread.join(0.1)
        assert [tick(), tick(), tick()] == ["A run is at work in the lake."] * 3
    thread.join()
    assert [found.status for found in instance.get_runs()] == [dg.DagsterRunStatus.SUCCESS]
    assert tick() == "No run is dead."


def test_a_run_that_was_never_launched_is_ended_at_once_even_while_another_is_at_work(
    instance: dg.DagsterInstance, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Lake(lake.root.with_name("other"))
    job = dg.Definitions(assets=[waiting], resources={"lake": LakeResource(root=str(lake.root))})
    for tags in ({}, {COMMAND_TAG: lake_tag(lake)}, {COMMAND_TAG: lake_tag(other)}):
        instance.create_run_for_job(job.resolve_implicit_global_asset_job_def(), tags=tags)
    tick = ticks(instance, lake)
    assert tick() == "No run is dead.", "they may still be launched"
    monkeypatch.setattr("vrp_pipeline.defs.automation.LAUNCHED_WITHIN", timedelta(0))
    with holding_zone(lake.root, WRITER):
        assert tick() == "2 runs that nobody launched were ended. A run is at work in the lake."
    assert [found.status for found in instance.get_runs()] == [dg.DagsterRunStatus.NOT_STARTED, FAILURE, FAILURE]
    assert tick() == "No run is dead."
