"""Retention of runs: old runs are removed from Dagster's storage.

Runs that the catalogue shows are kept: a run that holds the newest materialisation of an asset or of one of its
months, or the newest result of a check, is kept at any age. So is a run that failed, until a later run did what failed
in it: without it the alert would end. Ticks are removed by Dagster itself (`retention` in dagster.yaml), releases by
`release`.
"""

from collections.abc import Iterable, Iterator

import dagster as dg

from vrp_pipeline.defs.failed_runs import unmended_runs
from vrp_pipeline.feeds.partnership import TIME_ZONE

# Two nights a day for a month: receipt, ingest and rebuild each. Measured: 2 MB a rebuild in SQLite.
RUNS_KEPT = 120
PAGE = 1000
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def prune(instance: dg.DagsterInstance, checks: Iterable[dg.AssetCheckKey], runs_kept: int = RUNS_KEPT) -> int:
    """Remove finished runs, except the newest `runs_kept` and those that the catalogue shows; return how many."""
    older = instance.get_runs(dg.RunsFilter(statuses=FINISHED))[runs_kept:]
    needed = {*_newest_of_the_catalogue(instance, checks), *unmended_runs(instance)} if older else set()
    old = [run.run_id for run in older if run.run_id not in needed]
    for run_id in old:
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
    return len(old)


def _newest_of_the_catalogue(instance: dg.DagsterInstance, checks: Iterable[dg.AssetCheckKey]) -> Iterator[str]:
    """Yield the ids of the runs with the newest materialisation of each asset and month, or result of a check."""
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


@dg.op
def prune_storage(context: dg.OpExecutionContext) -> None:
    """Remove old runs."""
    removed = prune(context.instance, context.repository_def.asset_graph.asset_check_keys)
    context.add_output_metadata({"runs": removed})


@dg.job(name="prune")
def prune_job() -> None:
    """Remove old runs of Dagster. What the catalogue shows stays."""
    prune_storage()


weekly_prune = dg.ScheduleDefinition(
    name="weekly_prune",
    job=prune_job,
    cron_schedule="0 4 * * 0",
    execution_timezone=TIME_ZONE.key,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Keeps Dagster's storage bounded.",
)
