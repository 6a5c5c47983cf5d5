"""Retention: old runs leave Dagster's storage, and dbt's compilations of old runs the disk.

What the catalogue shows stays: a run that holds the newest materialisation of an asset or of one of its months, or the
newest result of a check, is kept whatever its age. Ticks are removed by Dagster itself (`retention` in dagster.yaml),
releases by `release`.
"""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from vrp_pipeline.defs.project import dbt_project
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.paths import DBT_PROJECT

# Two nights a day for a month: receipt, ingest and rebuild each. Measured: 2 MB a rebuild in SQLite.
RUNS_KEPT = 120
# dbt's SQL and results of the newest three rebuilds, two invocations each. Measured: 30 MB a rebuild.
COMPILATIONS_KEPT = 6
PAGE = 1000
TARGET = DBT_PROJECT / dbt_project.target_path
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


@dataclass(frozen=True)
class Pruned:
    """How much was removed."""

    runs: int
    compilations: int


def prune(
    instance: dg.DagsterInstance,
    checks: Iterable[dg.AssetCheckKey],
    runs_kept: int = RUNS_KEPT,
    target: Path = TARGET,
) -> Pruned:
    """Remove the runs that are neither among the newest nor hold what the catalogue shows, and dbt's old compilations.

    Runs that are not finished are left alone.
    """
    runs = instance.get_runs(dg.RunsFilter(statuses=FINISHED))
    needed = set(_newest_of_the_catalogue(instance, checks)) if len(runs) > runs_kept else set()
    old = [run.run_id for run in runs[runs_kept:] if run.run_id not in needed]
    for run_id in old:
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
    return Pruned(len(old), _remove_compilations(target, COMPILATIONS_KEPT))


def _newest_of_the_catalogue(instance: dg.DagsterInstance, checks: Iterable[dg.AssetCheckKey]) -> Iterator[str]:
    """The runs that hold the newest materialisation of each asset and month, and the newest result of each check."""
    for key in instance.get_asset_keys():
        seen: set[str | None] = set()
        cursor: str | None = None
        while True:
            page = instance.fetch_materializations(key, limit=PAGE, cursor=cursor)
            for record in page.records:
                partition = record.partition_key
                if partition not in seen:
                    seen.add(partition)
                    yield record.run_id
            cursor = page.cursor
            if not page.has_more:
                break
    for check in checks:
        if found := instance.get_latest_asset_check_evaluation_record(check):
            yield found.run_id


def _remove_compilations(target: Path, kept: int) -> int:
    folders = [path for path in target.glob("dbt_*_links-*-*") if path.is_dir()]
    old = sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[kept:]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


@dg.op
def prune_storage(context: dg.OpExecutionContext) -> None:
    """Remove old runs and compilations."""
    pruned = prune(context.instance, context.repository_def.asset_graph.asset_check_keys)
    context.add_output_metadata({"runs": pruned.runs, "compilations": pruned.compilations})


@dg.job(name="prune")
def prune_job() -> None:
    """Remove old runs of Dagster and old compilations of dbt. What the catalogue shows stays."""
    prune_storage()


weekly_prune = dg.ScheduleDefinition(
    name="weekly_prune",
    job=prune_job,
    cron_schedule="0 4 * * 0",
    execution_timezone=TIME_ZONE.key,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Keeps Dagster's storage and dbt's target bounded.",
)
