"""The rebuild follows every ingest that came to its end, once, and no ingest that was cut off."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill

from vrp_pipeline.defs.automation import FOLLOWS_INGEST, RELEASE_KEY, wants_rebuild

FEED = dg.AssetKey(["police", "offences"])


class Broken(dg.Config):
    how: str = ""


@dg.asset(key=FEED)
def feed(config: Broken) -> None:
    if config.how == "fails":
        raise RuntimeError("the stored file has changed")
    if config.how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)


@dg.asset(key=RELEASE_KEY, deps=[FEED], automation_condition=FOLLOWS_INGEST)
def release(config: Broken) -> None:
    if config.how == "fails":
        raise RuntimeError("a dbt test failed")


@dg.asset(key=["links", "event_links"], deps=[FEED], automation_condition=FOLLOWS_INGEST)
def links() -> None: ...


DEFS = dg.Definitions(
    assets=[feed, release, links],
    jobs=[dg.define_asset_job("ingest", [FEED]), dg.define_asset_job("transform", [RELEASE_KEY])],
    executor=dg.in_process_executor,
)


def run(instance: dg.DagsterInstance, job: str, how: str = "") -> None:
    op = "police__offences" if job == "ingest" else "release"
    DEFS.resolve_job_def(job).execute_in_process(
        instance=instance, run_config={"ops": {op: {"config": {"how": how}}}}, raise_on_error=False
    )


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


def test_nothing_is_rebuilt_before_anything_was_ingested(instance: dg.DagsterInstance) -> None:
    assert not wants_rebuild(instance)


def test_an_ingest_is_followed_by_one_request_for_everything_downstream(instance: dg.DagsterInstance) -> None:
    first = dg.evaluate_automation_conditions(DEFS, instance)
    assert first.total_requested == 0
    run(instance, "ingest")
    after = dg.evaluate_automation_conditions(DEFS, instance, cursor=first.cursor)
    assert after.get_num_requested(RELEASE_KEY) == 1
    assert after.get_num_requested(links.key) == 1
    run(instance, "transform")
    assert dg.evaluate_automation_conditions(DEFS, instance, cursor=after.cursor).total_requested == 0


def test_a_single_asset_that_is_materialised_by_hand_is_followed_too(instance: dg.DagsterInstance) -> None:
    job = DEFS.resolve_implicit_global_asset_job_def()
    job.execute_in_process(instance=instance, asset_selection=[FEED])
    assert wants_rebuild(instance)


def test_a_feed_that_fails_does_not_keep_the_others_from_being_built_on(instance: dg.DagsterInstance) -> None:
    run(instance, "ingest", "fails")
    assert wants_rebuild(instance)


def test_a_rebuild_that_fails_is_not_repeated_until_something_is_ingested(instance: dg.DagsterInstance) -> None:
    run(instance, "ingest")
    run(instance, "transform", "fails")
    assert not wants_rebuild(instance)
    run(instance, "ingest")
    assert wants_rebuild(instance)


@pytest.mark.parametrize("status", [BulkActionStatus.REQUESTED, BulkActionStatus.CANCELING])
def test_a_backfill_that_is_to_make_a_release_is_not_anticipated_and_where_it_made_none_the_rebuild_follows(
    instance: dg.DagsterInstance, status: BulkActionStatus
) -> None:
    run(instance, "ingest")
    now = datetime.now(UTC)
    backfill = PartitionBackfill("everything", status, False, {}, now.timestamp(), asset_selection=[FEED, RELEASE_KEY])
    instance.add_backfill(backfill)
    assert not wants_rebuild(instance, now)
    assert wants_rebuild(instance, now + timedelta(hours=3)), "it hangs"
    instance.update_backfill(backfill._replace(status=BulkActionStatus.COMPLETED_FAILED))
    assert wants_rebuild(instance, now)
    run(instance, "transform")
    assert not wants_rebuild(instance, now)


def test_a_backfill_of_feeds_alone_makes_no_release_and_is_not_waited_for(instance: dg.DagsterInstance) -> None:
    run(instance, "ingest")
    now = datetime.now(UTC)
    feeds = PartitionBackfill("feeds", BulkActionStatus.REQUESTED, False, {}, now.timestamp(), asset_selection=[FEED])
    instance.add_backfill(feeds)
    assert wants_rebuild(instance, now)


@pytest.mark.parametrize("end", ["killed", "cancelled"])
def test_an_ingest_that_was_cut_off_starts_nothing(instance: dg.DagsterInstance, end: str) -> None:
    child = os.fork()
    if child == 0:
        run(instance, "ingest", "killed")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    (cut_off,) = instance.get_runs()
    assert cut_off.status is dg.DagsterRunStatus.STARTED
    assert not wants_rebuild(instance), "it may still be at work"
    # What Dagster does when it finds the process gone, or when somebody terminates the run.
    if end == "killed":
        instance.report_run_failed(cut_off)
    else:
        instance.report_run_canceled(cut_off)
    assert not wants_rebuild(instance)
    run(instance, "ingest")
    assert wants_rebuild(instance)


@pytest.mark.parametrize("job", ["ingest", "transform"])
def test_a_run_that_was_recorded_and_never_launched_is_waited_for_ten_minutes_and_no_longer(
    instance: dg.DagsterInstance, job: str
) -> None:
    run(instance, "ingest")
    recorded = instance.create_run_for_job(DEFS.resolve_job_def(job))
    assert {each.status for each in instance.get_runs()} == {
        dg.DagsterRunStatus.SUCCESS,
        dg.DagsterRunStatus.NOT_STARTED,
    }
    now = datetime.now(UTC)
    assert not wants_rebuild(instance, now + timedelta(minutes=9)), "it may still be launched"
    assert wants_rebuild(instance, now + timedelta(minutes=11))
    instance.report_run_failed(recorded)
    assert wants_rebuild(instance, now), "nothing was rebuilt by a run that was ended before it began"
