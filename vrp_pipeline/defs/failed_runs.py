"""Failed runs that need a person: those that failed in something which no later run did.

What else needs a person, and who is told, is up to `alerts`.
"""

from collections.abc import Iterator
from contextlib import suppress

import dagster as dg

from vrp_pipeline.alerts.condition import FAILED, Condition
from vrp_pipeline.calendar.months import MONTH, months_between
from vrp_pipeline.defs.automation import FEED_KEYS, INGEST_JOB, RELEASE_KEY, TRANSFORM_JOB, executes
from vrp_pipeline.defs.dead_runs import COMMAND_TAG, is_of
from vrp_pipeline.defs.own_errors import own_message
from vrp_pipeline.defs.pending import is_up_to_date
from vrp_pipeline.defs.schedules import RANGE_END, RANGE_START, receive_job
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.paths import Lake

# How many runs are read at once.
PAGE = 100
PARTITION = "dagster/partition"
FINISHED = {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE}
STEP_FAILED = dg.DagsterEventType.STEP_FAILURE
NOTHING = frozenset[dg.AssetKey]()
# Of each kind: its job and assets, what a failure touches, and the command that does what it left.
KINDS = {
    "receipt": (
        receive_job.name,
        NOTHING,
        "New files lie in the inbox and are not received.",
        "dg launch --job receive",
    ),
    "ingest": (INGEST_JOB, FEED_KEYS, "The months of the feeds named were not ingested; all others were.", "vrp run"),
    "rebuild": (
        TRANSFORM_JOB,
        frozenset({RELEASE_KEY}),
        "No release was made: the last one stays current.",
        "vrp run",
    ),
}


def failed_runs(instance: dg.DagsterInstance, lake: Lake | None = None) -> Iterator[Condition]:
    """Yield a condition for each kind of run of which one failed and no later run did what failed.

    Where the process died, what it left undone is what the lake lacks: if nothing, there is nothing to do again.

    The state of each is the identifier of the run. The message of an error is given only if the pipeline raised it: one
    of a library may quote a value of a row. With a lake, runs that a command started in another one are left out.
    """
    for kind, (job, keys, touches, command) in KINDS.items():
        for run in _unmended(instance, lake, job, keys):
            reasons = _reasons(instance, run)
            lacks_nothing = lake is not None and bool(keys) and is_up_to_date(lake)
            if lacks_nothing and not reasons:
                continue
            again = _done_again(kind, run) if lacks_nothing else command
            yield Condition(
                FAILED,
                kind,
                state=run.run_id,
                what=f"The {kind} failed: {'; '.join(reasons) or 'its process died'}.",
                touches=touches,
                remedy=(f"Dagster: /runs/{run.run_id}", f"{again}   once the cause is mended"),
            )
            break


def _done_again(kind: str, run: dg.DagsterRun) -> str:
    """Return the command that repeats a run although the lake lacks nothing: `vrp run` alone would start none."""
    months = _months_of(run)
    if kind == "ingest" and months:
        return f"vrp run --from {min(months)} --to {max(months)}"
    return f"dg launch --job {TRANSFORM_JOB}"


def unmended_runs(instance: dg.DagsterInstance) -> Iterator[str]:
    """Yield the ids of all runs without which a failure would be forgotten in one of the lakes."""
    for job, keys, *_ in KINDS.values():
        yield from (run.run_id for run in _unmended(instance, None, job, keys))


def _unmended(
    instance: dg.DagsterInstance, lake: Lake | None, job: str, keys: frozenset[dg.AssetKey]
) -> Iterator[dg.DagsterRun]:
    """Yield, the newest first, the runs that failed in something of which no later run tells.

    A later run tells whether it did it or failed in it too; the ingest of one feed tells nothing of another, and that
    of some months nothing of others, unless the lake shows that none of these has to be ingested. Without a lake the
    runs of all are judged, and what a command did in one of them tells nothing of the others.
    """
    wanted: frozenset[object] = keys or frozenset({job})
    everywhere = _Done(lake)
    of_commands: dict[str, _Done] = {}
    for run in _finished_since_the_oldest_failure(instance):
        if not executes(run, keys, job) or (lake and not is_of(lake, run)):
            continue
        of_run = wanted & run.asset_selection if run.asset_selection else wanted
        months = _months_of(run)
        tag = None if lake else run.tags.get(COMMAND_TAG)
        done = everywhere if tag is None else of_commands.setdefault(tag, _Done(lake))
        failed = run.status is dg.DagsterRunStatus.FAILURE
        if failed and any(
            not (done.covers(each, months) or everywhere.covers(each, months))
            for each in _failed(instance, run, of_run)
        ):
            yield run
        done.add(of_run, months)
        if everywhere.is_all(wanted):
            break


class _Done:
    """What later runs tell of: assets or jobs, and of assets with months the months, None standing for all."""

    def __init__(self, lake: Lake | None) -> None:
        self._lake = lake
        self._months: dict[object, set[str] | None] = {}
        self._stale: dict[object, set[str]] = {}

    def add(self, of_run: frozenset[object], months: frozenset[str] | None) -> None:
        """Add what a run executed, for its months."""
        for each in of_run:
            known, own = self._months.setdefault(each, set()), _own_months(each, months)
            self._months[each] = None if own is None or known is None else known | own

    def covers(self, each: object, months: frozenset[str] | None) -> bool:
        """Return whether a later run tells of it: of all of the months, or of others and these need no ingest."""
        if each not in self._months:
            return False
        known, own = self._months[each], _own_months(each, months)
        if known is None or (own is not None and own <= known):
            return True
        stale = self._stale_of(each)
        return stale == {""} if own is None else bool(stale) and own.isdisjoint(stale)

    def is_all(self, wanted: frozenset[object]) -> bool:
        """Return whether there is nothing of which an earlier run could tell more."""
        return all(each in self._months and self._months[each] is None for each in wanted)

    def _stale_of(self, each: object) -> set[str]:
        """Return the months of a feed that have to be ingested, "" beside them; empty where no lake can tell."""
        if self._lake is None or not isinstance(each, dg.AssetKey) or (name := "__".join(each.path)) not in FEEDS:
            return set()
        if each not in self._stale:
            # A damaged file of the lake is told of by itself (`unread`), and the failure stays.
            with suppress(OSError, ValueError):
                self._stale[each] = {"", *stale_partitions(self._lake, FEEDS[name])}
        return self._stale.get(each, set())


def _own_months(each: object, months: frozenset[str] | None) -> frozenset[str] | None:
    """Return the months of a run that are those of an asset: only a feed that is stored by month has any."""
    feed = FEEDS.get("__".join(each.path)) if isinstance(each, dg.AssetKey) else None
    return months if feed is not None and feed.is_monthly else None


def _months_of(run: dg.DagsterRun) -> frozenset[str] | None:
    """Return the months that a run was launched for; None where it has none, which stands for all."""
    if month := run.tags.get(PARTITION):
        return frozenset({month})
    first, last = run.tags.get(RANGE_START, ""), run.tags.get(RANGE_END, "")
    if not (MONTH.fullmatch(first) and MONTH.fullmatch(last)):
        return None
    return frozenset(months_between(first, last)) or None


def _finished_since_the_oldest_failure(instance: dg.DagsterInstance) -> Iterator[dg.DagsterRun]:
    """Yield the runs that succeeded or failed, the newest first; none if none failed."""
    failures = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])
    if not (oldest := instance.get_run_records(failures, limit=1, ascending=True)):
        return
    cursor: str | None = None
    while records := instance.get_run_records(dg.RunsFilter(statuses=list(FINISHED)), limit=PAGE, cursor=cursor):
        for record in records:
            yield record.dagster_run
            if record.dagster_run.run_id == oldest[0].dagster_run.run_id:
                return
        cursor = records[-1].dagster_run.run_id


def _failed(instance: dg.DagsterInstance, run: dg.DagsterRun, of_run: frozenset[object]) -> frozenset[object]:
    """Return which of a run failed: the feeds whose steps did, else all of it, as where its process died."""
    events = instance.all_logs(run.run_id, of_type=STEP_FAILED)
    steps = {entry.dagster_event.step_key for entry in events if entry.dagster_event}
    failed = frozenset(key for key in of_run if isinstance(key, dg.AssetKey) and "__".join(key.path) in steps)
    return failed or of_run


def _reasons(instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[str]:
    found = []
    for entry in instance.all_logs(run.run_id, of_type={dg.DagsterEventType.ASSET_CHECK_EVALUATION, STEP_FAILED}):
        event = entry.dagster_event
        if event is None:
            continue
        if event.event_type is STEP_FAILED:
            own = own_message(event)
            found.append(f"step {event.step_key}{f' ({own})' if own else ''}")
            continue
        check = event.asset_check_evaluation_data
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR:
            rows = check.metadata.get("dagster_dbt/failed_row_count")
            count = f", {rows.value} rows" if rows else ""
            found.append(f"test {check.check_name} of {check.asset_key.to_user_string()}{count}")
    # The tests first: the step fails because of them.
    return sorted(dict.fromkeys(found), key=lambda reason: not reason.startswith("test "))[:8]
