"""When everything after ingest is rebuilt: once for each ingest that came to its end, however it was launched.

Dagster's own conditions follow each materialisation at once. A backfill of twenty feeds would start several rebuilds,
one that was cancelled would start some, and a month that is held (no materialisation, yet every figure that needs it is
now incomplete) none. So the one operand here asks for runs, not for materialisations; Dagster does the rest.
"""

from datetime import UTC, datetime, timedelta

import dagster as dg

from vrp_pipeline.feeds import FEEDS

INGEST_JOB, TRANSFORM_JOB = "ingest", "transform"
# The newest runs that are looked at: an ingest that ended longer ago than these is no news.
RUNS_LOOKED_AT = 50

FEED_KEYS = frozenset(dg.AssetKey([feed.agency, feed.table]) for feed in FEEDS.values())
RELEASE_KEY = dg.AssetKey("release")
ENDED = {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


# A run is launched seconds after it is recorded. Run monitoring, if it is on, gives it up after three minutes.
LAUNCHED_WITHIN = timedelta(minutes=10)


def wants_rebuild(instance: dg.DagsterInstance, now: datetime | None = None) -> bool:
    """Whether an ingest has ended after which no rebuild was begun, and no further ingest is waited for.

    Counted as ended are runs that succeeded, and runs in which a feed failed while the others went on. A run that was
    cancelled, killed or never launched starts nothing. Nor does anything start twice: a rebuild that waits in the queue
    will read what was ingested, and one that failed is not repeated until there is something new or somebody asks.
    """
    now = now or datetime.now(UTC)
    newest = instance.get_run_records(limit=RUNS_LOOKED_AT)
    records = [record for record in newest if not was_never_launched(instance, record, now)]
    ingests = [record for record in records if executes(record.dagster_run, FEED_KEYS, INGEST_JOB)]
    rebuilds = [record for record in records if executes(record.dagster_run, frozenset({RELEASE_KEY}), TRANSFORM_JOB)]
    if any(record.dagster_run.status not in ENDED for record in ingests):
        return False
    if any(record.dagster_run.status not in ENDED and record.start_time is None for record in rebuilds):
        return False
    ended = max((record.end_time or 0 for record in ingests if _came_to_its_end(instance, record)), default=0)
    begun = max((record.start_time or record.create_timestamp.timestamp() for record in rebuilds), default=0)
    return ended > begun


class IngestHasEnded(dg.AutomationCondition[dg.AssetKey]):
    """True for every asset as long as an ingest has ended that nothing was rebuilt for."""

    @property
    def name(self) -> str:
        """As the UI shows it."""
        return "an ingest has ended that nothing was rebuilt for"

    def evaluate(self, context: dg.AutomationContext[dg.AssetKey]) -> dg.AutomationResult[dg.AssetKey]:
        """All or nothing: a release is of one moment."""
        wanted = _asked_once(context.asset_graph_view.instance, context.evaluation_time)
        return dg.AutomationResult(context, context.candidate_subset if wanted else context.get_empty_subset())


FOLLOWS_INGEST = IngestHasEnded()

_answer: tuple[datetime, bool] | None = None


def _asked_once(instance: dg.DagsterInstance, tick: datetime) -> bool:
    """One answer a tick: a hundred assets that asked by themselves could get two, and half a rebuild would start."""
    global _answer  # noqa: PLW0603
    if _answer is None or _answer[0] != tick:
        _answer = (tick, wants_rebuild(instance, tick))
    return _answer[1]


def was_never_launched(instance: dg.DagsterInstance, record: dg.RunRecord, now: datetime) -> bool:
    """Whether whoever recorded a run was killed before it launched it, whether somebody has ended it since or not."""
    match record.dagster_run.status:
        case dg.DagsterRunStatus.NOT_STARTED:
            return now - record.create_timestamp > LAUNCHED_WITHIN
        case dg.DagsterRunStatus.FAILURE if record.start_time is None:
            return instance.get_run_stats(record.dagster_run.run_id).launch_time is None
        case _:
            return False


def executes(run: dg.DagsterRun, keys: frozenset[dg.AssetKey], job: str) -> bool:
    """Whether a run is of the job, or of any of the assets, however it was launched."""
    # A job launched whole has no selection of assets.
    return not keys.isdisjoint(run.asset_selection) if run.asset_selection else run.job_name == job


def _came_to_its_end(instance: dg.DagsterInstance, record: dg.RunRecord) -> bool:
    match record.dagster_run.status:
        case dg.DagsterRunStatus.SUCCESS:
            return True
        case dg.DagsterRunStatus.FAILURE:
            # A run whose process was killed has no step that failed.
            return instance.get_run_stats(record.dagster_run.run_id).steps_failed > 0
        case _:
            return False
