"""The condition under which everything after ingest is rebuilt: once after each ingest that finished.

Dagster's own conditions follow each materialisation at once. A backfill of twenty feeds would start several rebuilds,
one that was cancelled would start some, and a month that is held (no materialisation, yet every figure that needs it is
now incomplete) none. So the one operand here asks for runs, not for materialisations; Dagster does the rest.
"""

from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.execution.backfill import BulkActionsFilter, BulkActionStatus

from vrp_pipeline.feeds import FEEDS

INGEST_JOB, TRANSFORM_JOB = "ingest", "transform"
# How many of the newest runs are searched. An ingest before all of these was followed by a rebuild long ago.
RUNS_LOOKED_AT = 50

FEED_KEYS = frozenset(dg.AssetKey([feed.agency, feed.table]) for feed in FEEDS.values())
RELEASE_KEY = dg.AssetKey("release")
ENDED = {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


# A backfill that is open for longer hangs, as one does whose code server is gone.
BACKFILLED_WITHIN = timedelta(hours=2)
OPEN = [BulkActionStatus.REQUESTED, BulkActionStatus.CANCELING, BulkActionStatus.FAILING]

# A run is launched seconds after it is recorded. Run monitoring, if it is on, gives it up after three minutes.
LAUNCHED_WITHIN = timedelta(minutes=10)


def wants_rebuild(instance: dg.DagsterInstance, now: datetime | None = None) -> bool:
    """Return whether an ingest has finished since the last rebuild began, and nothing open will ingest or rebuild.

    An ingest counts as finished if it succeeded, or if a feed failed while the others went on. A run that was
    cancelled, killed or never launched does not count. A rebuild that is still queued will read what was ingested, so
    no second one starts, and a backfill that is to make a release makes it itself, unless months keep it from coming so
    far; a failed rebuild is repeated only after another ingest or by hand.
    """
    now = now or datetime.now(UTC)
    newest = instance.get_run_records(limit=RUNS_LOOKED_AT)
    records = [record for record in newest if not was_never_launched(instance, record, now)]
    ingests = [record for record in records if executes(record.dagster_run, FEED_KEYS, INGEST_JOB)]
    rebuilds = [record for record in records if executes(record.dagster_run, frozenset({RELEASE_KEY}), TRANSFORM_JOB)]
    if any(record.dagster_run.status not in ENDED for record in ingests) or _is_backfilling(instance, now):
        return False
    if any(record.dagster_run.status not in ENDED and record.start_time is None for record in rebuilds):
        return False
    ended = max((record.end_time or 0 for record in ingests if _came_to_its_end(instance, record)), default=0)
    begun = max((record.start_time or record.create_timestamp.timestamp() for record in rebuilds), default=0)
    return ended > begun


class IngestHasEnded(dg.AutomationCondition[dg.AssetKey]):
    """True for every asset while a finished ingest has not been followed by a rebuild."""

    @property
    def name(self) -> str:
        """The name that the UI shows."""
        return "an ingest has ended that nothing was rebuilt for"

    def evaluate(self, context: dg.AutomationContext[dg.AssetKey]) -> dg.AutomationResult[dg.AssetKey]:
        """Return all assets or none: a release shows the lake at one moment."""
        wanted = _asked_once(context.asset_graph_view.instance, context.evaluation_time)
        return dg.AutomationResult(context, context.candidate_subset if wanted else context.get_empty_subset())


FOLLOWS_INGEST = IngestHasEnded()

_answer: tuple[datetime, bool] | None = None


def _asked_once(instance: dg.DagsterInstance, tick: datetime) -> bool:
    """Return one answer for the whole tick: if each asset asked again, half of them could start a rebuild."""
    global _answer  # noqa: PLW0603
    if _answer is None or _answer[0] != tick:
        _answer = (tick, wants_rebuild(instance, tick))
    return _answer[1]


def was_never_launched(instance: dg.DagsterInstance, record: dg.RunRecord, now: datetime) -> bool:
    """Return whether the process that recorded a run was killed before it launched the run."""
    match record.dagster_run.status:
        case dg.DagsterRunStatus.NOT_STARTED:
            return now - record.create_timestamp > LAUNCHED_WITHIN
        case dg.DagsterRunStatus.FAILURE if record.start_time is None:
            return instance.get_run_stats(record.dagster_run.run_id).launch_time is None
        case _:
            return False


def executes(run: dg.DagsterRun, keys: frozenset[dg.AssetKey], job: str) -> bool:
    """Return whether a run executes the job or any of the assets, however it was launched."""
    # A job launched whole has no selection of assets.
    return not keys.isdisjoint(run.asset_selection) if run.asset_selection else run.job_name == job


def _is_backfilling(instance: dg.DagsterInstance, now: datetime) -> bool:
    """Return whether a backfill is open that is to make a release."""
    backfills = instance.get_backfills(BulkActionsFilter(statuses=OPEN))
    oldest = (now - BACKFILLED_WITHIN).timestamp()
    return any(
        RELEASE_KEY in (backfill.asset_selection or ()) and backfill.backfill_timestamp > oldest
        for backfill in backfills
    )


def _came_to_its_end(instance: dg.DagsterInstance, record: dg.RunRecord) -> bool:
    match record.dagster_run.status:
        case dg.DagsterRunStatus.SUCCESS:
            return True
        case dg.DagsterRunStatus.FAILURE:
            # A run whose process was killed has no step that failed.
            return instance.get_run_stats(record.dagster_run.run_id).steps_failed > 0
        case _:
            return False
