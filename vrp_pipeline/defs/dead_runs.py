"""Dead runs: runs that Dagster lists as unfinished although their process was killed. They would block its queue.

A run holds the lake's lock while it works, and the operating system releases the lock when the process ends. A run that
is listed as started while the lock is free is dead. It must be found so twice, because the lock is free for a moment
between two runs. A run that was recorded and has not been launched minutes later is dead too.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256

import dagster as dg

from vrp_pipeline.defs.automation import was_never_launched
from vrp_pipeline.lake.atomic import WRITER, ZoneBusyError, holding_zone
from vrp_pipeline.lake.paths import Lake

# On runs in the process of a command: the lake they write to. Dagster's list of runs cuts off longer tags.
COMMAND_TAG = "vrp/lake"
KILLED = "The process of this run was killed. What it had not done, the next run does."
NEVER_LAUNCHED = "Whoever recorded this run was killed before it was launched. What it was to do, the next run does."


def lake_tag(lake: Lake) -> str:
    """Return the tag value that distinguishes runs started by commands in this lake from those in other lakes."""
    return sha256(str(lake.root).encode()).hexdigest()[:8]


def end_dead_runs(instance: dg.DagsterInstance, lake: Lake) -> None:
    """Mark as failed the runs of commands that were killed.

    Call it while holding the zone `run`: no command can be working in the lake then.
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
    """End the runs that two ticks found started while the lake's lock was free, and runs that were never launched."""
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
    """Return the runs listed as started in this lake. For runs that are starting, Dagster has a time-out of its own."""
    statuses = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    runs = instance.get_runs(dg.RunsFilter(statuses=statuses))
    return [run for run in runs if is_of(lake, run)]


def _never_launched(instance: dg.DagsterInstance, lake: Lake) -> list[dg.DagsterRun]:
    """Return the runs that were recorded and not launched. Dagster ends them itself where run monitoring is on."""
    records = instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.NOT_STARTED]))
    now = datetime.now(UTC)
    dead = (record.dagster_run for record in records if was_never_launched(instance, record, now))
    return [run for run in dead if is_of(lake, run)]


def is_of(lake: Lake, run: dg.DagsterRun) -> bool:
    """Whether a run is of a lake: no command started it in another one."""
    return run.tags.get(COMMAND_TAG) in (None, lake_tag(lake))
