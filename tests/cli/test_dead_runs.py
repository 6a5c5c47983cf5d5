"""A command that was killed does not hold up the runs after it."""

import os
import signal

import dagster as dg

from vrp_pipeline.cli.runs import COMMAND_TAG, end_dead_runs, lake_tag
from vrp_pipeline.lake.paths import Lake


@dg.asset
def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_the_runs_of_a_killed_command_are_ended_and_those_of_another_lake_are_left_alone(lake: Lake) -> None:
    other = Lake(lake.root.with_name("other"))
    with dg.instance_for_test() as instance:
        for tagged in (lake, other):
            child = os.fork()
            if child == 0:
                dg.materialize([killed], instance=instance, tags={COMMAND_TAG: lake_tag(tagged)})
                os._exit(0)
            os.waitpid(child, 0)
        assert {run.status for run in instance.get_runs()} == {dg.DagsterRunStatus.STARTED}
        end_dead_runs(instance, lake)
        assert {run.tags[COMMAND_TAG]: run.status for run in instance.get_runs()} == {
            lake_tag(lake): dg.DagsterRunStatus.FAILURE,
            lake_tag(other): dg.DagsterRunStatus.STARTED,
        }
