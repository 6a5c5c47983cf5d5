"""Dead runs: runs whose process was killed together with whoever would have told. They would hold up Dagster's queue.

A run is at work while it holds the lake's lock, which the operating system releases with the process. So a run that is
said to be at work while the lock is free is dead: seen twice, because between two runs the lock is free for a moment.
A run that was recorded and not launched holds nothing and waits for nothing: minutes later it is dead too.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256

import dagster as dg

from vrp_pipeline.defs.automation import was_never_launched
from vrp_pipeline.lake.atomic import WRITER, ZoneBusyError, holding_zone
from vrp_pipeline.lake.paths import Lake

# On runs in the process of a command: the lake they write to.
COMMAND_TAG = "vrp/command_in_lake"
KILLED = "The process of this run was killed. What it had not done, the next run does."
NEVER_LAUNCHED = "Whoever recorded this run was killed before it was launched. What it was to do, the next run does."


def lake_tag(lake: Lake) -> str:
    """What tells the runs that a command started in this lake from those in another."""
    return sha256(str(lake.root).encode()).hexdigest()[:12]


def end_dead_runs(instance: dg.DagsterInstance, lake: Lake) -> None:
    """Mark as failed the runs of commands that were killed.

    Call it while holding the zone `run`: then no command is at work in the lake, and what is said to be is dead.
    """
    unfinished = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    for run in instance.get_runs(dg.RunsFilter(statuses=unfinished, tags={COMMAND_TAG: lake_tag(lake)})):
        instance.report_run_failed(run, KILLED)


@dg.sensor(
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Ends runs whose process was killed, so that the queue goes on.",
)
def dead_runs(context: dg.SensorEvaluationContext, lake: dg.ResourceParam[Lake]) -> dg.SensorResult:
    """End the runs that two ticks found started while nobody was at work in the lake, and those never launched."""
    unlaunched = _never_launched(context.instance, lake)
    for run in unlaunched:
        context.instance.report_run_failed(run, NEVER_LAUNCHED)
    ended = f"{len(unlaunched)} runs that nobody launched were ended. " if unlaunched else ""
    started = {run.run_id: run for run in _started(context.instance, lake)}
    try:
        with holding_zone(lake.root, WRITER):
            pass
    except ZoneBusyError:
        return dg.SensorResult(skip_reason=f"{ended}A run is at work in the lake.", cursor="[]")
    dead = [run for run_id, run in started.items() if run_id in json.loads(context.cursor or "[]")]
    for run in dead:
        context.instance.report_run_failed(run, KILLED)
    suspected = sorted(started.keys() - {run.run_id for run in dead})
    return dg.SensorResult(
        skip_reason=ended + (f"{len(dead)} dead runs were ended." if dead else "No run is dead."),
        cursor=json.dumps(suspected),
    )


def _started(instance: dg.DagsterInstance, lake: Lake) -> list[dg.DagsterRun]:
    """The runs that say they are at work in this lake. Those that are starting have a time-out of Dagster."""
    statuses = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    runs = instance.get_runs(dg.RunsFilter(statuses=statuses))
    return [run for run in runs if is_of(lake, run)]


def _never_launched(instance: dg.DagsterInstance, lake: Lake) -> list[dg.DagsterRun]:
    """The runs that were recorded and not launched. Dagster gives them up where its run monitoring is on."""
    records = instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.NOT_STARTED]))
    now = datetime.now(UTC)
    dead = (record.dagster_run for record in records if was_never_launched(instance, record, now))
    return [run for run in dead if is_of(lake, run)]


def is_of(lake: Lake, run: dg.DagsterRun) -> bool:
    """Whether a run is of a lake: no command started it in another one."""
    return run.tags.get(COMMAND_TAG) in (None, lake_tag(lake))
