"""The sensor of alerts: a failed run is told with its steps and tests, once, and is over when the next one succeeds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import take
from tests.support.marts import build
from tests.support.receivers import Posted, webhook
from vrp_pipeline.alerts.messages import BEGUN, message
from vrp_pipeline.defs.alerts import alerts, morning_digest
from vrp_pipeline.defs.automation import RELEASE_KEY, executes
from vrp_pipeline.defs.dead_runs import COMMAND_TAG, lake_tag
from vrp_pipeline.defs.failed_runs import failed_runs
from vrp_pipeline.defs.retention import prune
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest as ingest_feed
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.provenance import provenance
from vrp_pipeline.release.releases import make_release

MART = dg.AssetKey("fct_serious_violence_incidents")


class OwnError(RuntimeError):
    """Stands for an error of the pipeline."""


OwnError.__module__ = stale_partitions.__module__


class Fault(dg.Config):
    what: str = ""


@dg.asset(key=MART, check_specs=[dg.AssetCheckSpec("unique_incident_id", asset=MART)])
def mart(config: Fault) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    yield dg.MaterializeResult()
    is_met = config.what != "test"
    yield dg.AssetCheckResult(
        check_name="unique_incident_id",
        passed=is_met,
        metadata={} if is_met else {"dagster_dbt/failed_row_count": 3},
    )
    if config.what == "test":
        raise RuntimeError("dbt: Failure in test, Jane Doe 1990-01-01")
    if config.what == "own":
        raise OwnError("The stored file of police__offences has changed. Restore it from the back-up.")
    if config.what == "library":
        raise ValueError("could not convert 'Jane Doe' to INT32")


@dg.asset(key=RELEASE_KEY, deps=[MART])
def release() -> None: ...


@dg.asset(key=["police", "offences"])
def offences(config: Fault) -> None:
    if config.what:
        raise OwnError(config.what)


@dg.asset(key=["health", "admissions"])
def admissions() -> None: ...


DEFS = dg.Definitions(
    assets=[mart, release, offences, admissions],
    jobs=[
        dg.define_asset_job("transform", [MART, RELEASE_KEY]),
        dg.define_asset_job("ingest", [offences, admissions]),
    ],
    executor=dg.in_process_executor,
)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


@pytest.fixture
def posted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Posted]:
    with webhook() as (url, found):
        (tmp_path / "alerts.toml").write_text(f'[webhook]\nurl = "{url}"\n[limits]\ndisk_free_share = 0\n')
        monkeypatch.setenv("VRP_ALERTS", str(tmp_path / "alerts.toml"))
        yield found


def rebuild(instance: dg.DagsterInstance, fault: str = "") -> None:
    DEFS.resolve_job_def("transform").execute_in_process(
        instance=instance,
        run_config={"ops": {"fct_serious_violence_incidents": {"config": {"what": fault}}}},
        raise_on_error=False,
    )


def ingest(instance: dg.DagsterInstance, fault: str = "", *, selection: list[dg.AssetKey] | None = None) -> None:
    has_offences = selection is None or offences.key in selection
    DEFS.resolve_job_def("ingest").execute_in_process(
        instance=instance,
        asset_selection=selection,
        run_config={"ops": {"police__offences": {"config": {"what": fault}}}} if has_offences else {},
        raise_on_error=False,
    )


def tick(lake: Lake, instance: dg.DagsterInstance) -> Any:
    return alerts.evaluate_tick(dg.build_sensor_context(instance=instance, resources={"lake": lake}))


def test_a_test_that_fails_is_told_with_its_name_its_model_and_its_rows(instance: dg.DagsterInstance) -> None:
    rebuild(instance, "test")
    (condition,) = failed_runs(instance)
    text = message(condition, BEGUN).text
    assert "test unique_incident_id of fct_serious_violence_incidents, 3 rows" in text
    assert "the last one stays current" in text
    assert "Doe" not in text


def test_an_error_of_the_pipeline_is_told_in_its_own_words_and_one_of_a_library_which_may_quote_a_value_is_not(
    instance: dg.DagsterInstance,
) -> None:
    rebuild(instance, "own")
    (own,) = failed_runs(instance)
    assert "Restore it from the back-up." in own.what
    rebuild(instance, "library")
    (library,) = failed_runs(instance)
    assert "fct_serious_violence_incidents" in library.what
    assert "Doe" not in message(library, BEGUN).text


def test_the_sensor_tells_of_a_failed_run_once_and_that_it_is_over_after_one_that_succeeds(
    lake: Lake, instance: dg.DagsterInstance, posted: Posted
) -> None:
    lake.root.mkdir()

    def tell() -> list[str]:
        before = len(posted.bodies)
        tick(lake, instance)
        return [f"{body['event']} {body['key']}" for body in posted.bodies[before:]]

    assert tell() == []
    rebuild(instance, "test")
    assert tell() == ["new failed:rebuild"]
    assert tell() == []
    rebuild(instance)
    assert tell() == ["over failed:rebuild"]


def test_a_run_that_failed_is_not_over_because_hundreds_followed_it_or_old_runs_were_removed(
    instance: dg.DagsterInstance,
) -> None:
    rebuild(instance, "test")
    for number in range(120):
        run_id = f"00000000-0000-4000-8000-{number:012d}"
        instance.add_run(dg.DagsterRun(job_name="another", run_id=run_id, status=dg.DagsterRunStatus.SUCCESS))
    assert [each.subject for each in failed_runs(instance)] == ["rebuild"]
    assert prune(instance, [], 119) == 1
    assert [each.subject for each in failed_runs(instance)] == ["rebuild"]


def test_the_ingest_of_one_feed_that_failed_is_over_when_that_feed_was_ingested_and_not_when_another_was(
    instance: dg.DagsterInstance,
) -> None:
    ingest(instance, "The stored file of police__offences has changed.")
    (failed,) = failed_runs(instance)
    ingest(instance, selection=[admissions.key])
    assert list(failed_runs(instance)) == [failed]
    ingest(instance, selection=[offences.key])
    assert list(failed_runs(instance)) == []


def test_an_ingest_that_failed_for_some_months_is_over_when_these_were_ingested_and_not_when_others_were(
    instance: dg.DagsterInstance,
) -> None:
    """A night that ingests April says nothing of the twelve months that failed before, nor half of them of the rest."""

    def run(status: dg.DagsterRunStatus, first: str, last: str) -> int:
        tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
        tags = {"dagster/partition": first} if first == last else tags
        keys = frozenset({offences.key})
        instance.add_run(dg.DagsterRun(job_name="x", asset_selection=keys, status=status, tags=tags))
        return len(list(failed_runs(instance)))

    assert run(dg.DagsterRunStatus.FAILURE, "2022-11", "2023-02") == 1
    assert run(dg.DagsterRunStatus.SUCCESS, "2024-04", "2024-04") == 1
    assert run(dg.DagsterRunStatus.SUCCESS, "2022-10", "2022-12") == 1
    assert run(dg.DagsterRunStatus.SUCCESS, "2023-02", "2023-02") == 1
    assert run(dg.DagsterRunStatus.SUCCESS, "2023-01", "2023-01") == 0
    assert run(dg.DagsterRunStatus.FAILURE, "2023-01", "2023-01") == 1
    assert run(dg.DagsterRunStatus.SUCCESS, "2022-04", "2024-03") == 0


SUCCESS, FAILURE = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE


@pytest.mark.parametrize(
    ("feed", "failed", "later", "open_failures"),
    [
        ("reference/districts", ("2024-01", "2024-03"), ("2024-04", "2024-04"), 0),  # stored by edition: all of it
        ("police/offences", ("2024-01", "2024-03"), ("2024-04", "2024-04"), 1),
        ("police/offences", ("", ""), ("2024-04", "2024-04"), 1),  # all months failed, and one was ingested
        ("police/offences", ("2022", "2024"), ("", ""), 0),  # a range that is not of months stands for all
        ("police/offences", ("2022", "2024"), ("2024-04", "2024-04"), 1),
        ("police/offences", ("2024-03", "2024-01"), ("2024-04", "2024-04"), 1),
        ("release", ("2024-01", "2024-03"), ("2024-04", "2024-04"), 0),
    ],
)
def test_a_failed_ingest_is_over_when_all_that_failed_was_ingested(
    instance: dg.DagsterInstance, feed: str, failed: tuple[str, str], later: tuple[str, str], open_failures: int
) -> None:
    for status, (first, last) in ((FAILURE, failed), (SUCCESS, later)):
        tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
        keys = frozenset({dg.AssetKey(feed.split("/"))})
        instance.add_run(dg.DagsterRun(job_name="x", asset_selection=keys, status=status, tags=tags if first else {}))
    assert len(list(failed_runs(instance))) == open_failures


def test_runs_before_the_oldest_failure_are_not_read(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def note(run: dg.DagsterRun, keys: object, job: str) -> bool:
        read.append(run.run_id)
        return executes(run, keys, job)  # type: ignore[arg-type]

    monkeypatch.setattr("vrp_pipeline.defs.failed_runs.executes", note)
    for status in (SUCCESS, SUCCESS):
        instance.add_run(dg.DagsterRun(job_name="x", asset_selection=frozenset({offences.key}), status=status))
    assert list(failed_runs(instance)) == []
    assert read == []
    instance.add_run(dg.DagsterRun(job_name="x", asset_selection=frozenset({offences.key}), status=FAILURE))
    assert len(list(failed_runs(instance))) == 1
    assert len(set(read)) == 1


def test_months_of_a_failed_ingest_that_the_lake_holds_by_now_need_nobody(
    lake: Lake, instance: dg.DagsterInstance
) -> None:
    """A night ingests the stale months alone, so no later run need name those that failed; the fixture holds March."""

    def run(status: dg.DagsterRunStatus, month: str) -> int:
        keys, tags = frozenset({offences.key}), {"dagster/partition": month}
        instance.add_run(dg.DagsterRun(job_name="x", asset_selection=keys, status=status, tags=tags))
        return len(list(failed_runs(instance, lake)))

    take(lake, fixture_of("police__offences"))
    assert run(dg.DagsterRunStatus.FAILURE, "2024-03") == 1
    assert run(dg.DagsterRunStatus.SUCCESS, "2024-04") == 1
    ingest_feed(lake, FEEDS["police__offences"])
    assert list(failed_runs(instance, lake)) == []


def test_an_ingest_whose_process_died_is_over_when_each_of_its_feeds_was_ingested(instance: dg.DagsterInstance) -> None:
    keys = [offences.key, admissions.key]
    died = dg.DagsterRun(job_name="x", asset_selection=frozenset(keys), status=dg.DagsterRunStatus.FAILURE)
    instance.add_run(died)
    for key in keys:
        (failed,) = failed_runs(instance)
        assert "its process died" in failed.what
        ingest(instance, selection=[key])
    assert list(failed_runs(instance)) == []


def test_a_run_whose_process_died_is_over_once_the_lake_lacks_nothing_and_a_step_that_failed_is_not(
    lake: Lake, instance: dg.DagsterInstance
) -> None:
    """`vrp run` starts no run where nothing is left to do, so no later run would ever tell that it was done."""
    died = dg.DagsterRun(job_name="ingest", status=dg.DagsterRunStatus.FAILURE)
    instance.add_run(died)
    take(lake, fixture_of("police__offences"))
    assert [each.subject for each in failed_runs(instance, lake)] == ["ingest"]
    ingest_feed(lake, FEEDS["police__offences"])
    build(lake, 1)
    assert [each.subject for each in failed_runs(instance, lake)] == ["ingest"], "no release rests on it yet"
    make_release(lake, provenance(lake))
    assert list(failed_runs(instance, lake)) == []
    rebuild(instance, "test")
    (failed,) = failed_runs(instance, lake)
    assert failed.remedy[-1].startswith("dg launch --job transform "), "`vrp run` would find nothing to do"
    rebuild(instance)
    ingest(instance, "The stored file of police__offences has changed.")
    assert [each.subject for each in failed_runs(instance, lake)] == ["ingest"]


def test_a_receipt_that_failed_is_told_with_the_command_that_receives_and_is_over_when_that_was_typed(
    instance: dg.DagsterInstance,
) -> None:
    instance.add_run(dg.DagsterRun(job_name="receive", status=dg.DagsterRunStatus.FAILURE))
    (failed,) = failed_runs(instance)
    assert failed.remedy[-1].startswith("dg launch --job receive ")
    instance.add_run(dg.DagsterRun(job_name="receive", status=dg.DagsterRunStatus.SUCCESS))
    assert list(failed_runs(instance)) == []


def test_a_run_that_a_command_started_in_another_lake_neither_fails_nor_mends_this_one(
    lake: Lake, tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    def run(of: Lake, status: dg.DagsterRunStatus) -> list[str]:
        instance.add_run(dg.DagsterRun(job_name="transform", status=status, tags={COMMAND_TAG: lake_tag(of)}))
        return [each.subject for each in failed_runs(instance, lake)]

    other = Lake(tmp_path / "other")
    assert run(other, dg.DagsterRunStatus.FAILURE) == []
    assert run(lake, dg.DagsterRunStatus.FAILURE) == ["rebuild"]
    assert run(other, dg.DagsterRunStatus.SUCCESS) == ["rebuild"]
    assert run(lake, dg.DagsterRunStatus.SUCCESS) == []


def test_of_two_feeds_that_failed_in_runs_of_their_own_the_older_failure_outlives_the_removal_of_old_runs(
    instance: dg.DagsterInstance,
) -> None:
    def fail(key: dg.AssetKey) -> str:
        died = dg.DagsterRun(job_name="x", asset_selection=frozenset({key}), status=dg.DagsterRunStatus.FAILURE)
        return instance.add_run(died).run_id

    fail(admissions.key)
    older = fail(admissions.key)  # the failure before it needs nobody: this one tells of the same
    newer = fail(offences.key)
    for _ in range(3):
        instance.add_run(dg.DagsterRun(job_name="another", status=dg.DagsterRunStatus.SUCCESS))
    assert prune(instance, [], runs_kept=1) == 1 + 2
    assert [each.state for each in failed_runs(instance)] == [newer]
    ingest(instance, selection=[offences.key])
    assert prune(instance, [], runs_kept=1) == 2, "the failure that is mended, and one of the others"
    assert [each.state for each in failed_runs(instance)] == [older]
    ingest(instance, selection=[admissions.key])
    assert list(failed_runs(instance)) == []


def test_a_failure_in_one_lake_outlives_the_removal_of_old_runs_although_a_command_did_the_same_in_another(
    lake: Lake, tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    def run(status: dg.DagsterRunStatus, of: Lake | None) -> str:
        tags = {COMMAND_TAG: lake_tag(of)} if of else {}
        return instance.add_run(dg.DagsterRun(job_name="transform", status=status, tags=tags)).run_id

    other = Lake(tmp_path / "other")
    run(dg.DagsterRunStatus.FAILURE, lake)
    by_dagster = run(dg.DagsterRunStatus.FAILURE, None)
    run(dg.DagsterRunStatus.SUCCESS, other)
    assert prune(instance, [], runs_kept=1) == 1, "the failure of Dagster tells of the same in every lake"
    assert [each.state for each in failed_runs(instance, lake)] == [by_dagster]
    failed = run(dg.DagsterRunStatus.FAILURE, lake)
    run(dg.DagsterRunStatus.SUCCESS, other)
    prune(instance, [], runs_kept=1)
    assert [each.state for each in failed_runs(instance, lake)] == [failed]
    run(dg.DagsterRunStatus.SUCCESS, None)
    prune(instance, [], runs_kept=1)
    assert [each.status for each in instance.get_runs()] == [dg.DagsterRunStatus.SUCCESS]


def test_a_tick_fails_where_a_channel_does_and_the_next_one_tells(
    lake: Lake, instance: dg.DagsterInstance, posted: Posted
) -> None:
    lake.root.mkdir()
    rebuild(instance, "test")
    posted.status = 500
    with pytest.raises(dg.Failure, match="the webhook failed"):
        tick(lake, instance)
    posted.status = 200
    tick(lake, instance)
    assert [body["key"] for body in posted.bodies] == ["failed:rebuild"]


def test_the_digest_comes_at_seven_in_london_and_once_after_mornings_that_were_missed(
    lake: Lake, instance: dg.DagsterInstance, posted: Posted
) -> None:
    lake.root.mkdir()
    assert (morning_digest.cron_schedule, morning_digest.execution_timezone) == ("0 7 * * *", "Europe/London")

    def morning(moment: datetime) -> str:
        context = dg.build_schedule_context(
            instance=instance, scheduled_execution_time=moment, resources={"lake": lake}
        )
        return morning_digest.evaluate_tick(context).skip_message or ""

    # A daemon that comes back after three days ticks for each morning it missed.
    for days in (3, 2, 1):
        assert "is not sent afterwards" in morning(datetime.now(UTC) - timedelta(days=days))
    assert "digest was sent" in morning(datetime.now(UTC))
    assert [body["event"] for body in posted.bodies] == ["digest"]


def test_without_settings_the_tick_says_that_nobody_is_told(lake: Lake, instance: dg.DagsterInstance) -> None:
    assert "Nobody is told" in (tick(lake, instance).skip_message or "")
