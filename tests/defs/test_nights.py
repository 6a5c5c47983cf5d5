"""Nights: at two in London on every day of the year, the inbox first. What arrives by day is taken by a sensor."""

import errno
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from dagster_graphql.test.utils import define_out_of_process_context, execute_dagster_graphql

from tests.conftest import fixture_of
from tests.support.deliveries import take
from tests.support.marts import build
from vrp_pipeline.defs.arrivals import inbox_arrivals, ingest_after_receipt
from vrp_pipeline.defs.schedules import MAX_RETRIES, RANGE_END, RANGE_START, nightly, receive_job
from vrp_pipeline.defs.transient_faults import RETRIES, is_transient, retried
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.atomic import ZoneBusyError, holding_zone
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.provenance import provenance
from vrp_pipeline.release.releases import make_release

EVENTS = "communities__events"
LOCATION = Path(__file__).with_name("nights_location.py")


def drop(lake: Lake, name: str = "events.xlsx") -> None:
    lake.inbox.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(fixture_of(EVENTS), lake.inbox / name)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


def night(lake: Lake) -> Any:
    return nightly.evaluate_tick(
        dg.build_schedule_context(
            scheduled_execution_time=datetime(2024, 4, 4, 1, tzinfo=UTC), resources={"lake": lake}
        )
    )


def tick(lake: Lake, instance: dg.DagsterInstance, cursor: str | None) -> Any:
    return inbox_arrivals.evaluate_tick(
        dg.build_sensor_context(instance=instance, cursor=cursor, resources={"lake": lake})
    )


def test_the_night_comes_once_a_day_at_two_in_london_through_both_clock_changes(instance: dg.DagsterInstance) -> None:
    """By hand: 2 o'clock is 02:00 UTC in winter and 01:00 UTC in summer, from 31 March to 27 October 2024.

    On both days the clocks change at 01:00 UTC: in spring there is no time from 1 to 2, in autumn the hour comes twice.
    """
    ask = """query ($since: Float!) { scheduleOrError(scheduleSelector: {repositoryName: "__repository__",
        repositoryLocationName: "test_location", scheduleName: "nightly"})
        { ... on Schedule { futureTicks(cursor: $since, limit: 3) { results { timestamp } } } } }"""
    with define_out_of_process_context(str(LOCATION), "defs", instance) as context:

        def three_from(day: str) -> list[str]:
            since = datetime.fromisoformat(f"{day}T12:00+00:00").timestamp()
            found = execute_dagster_graphql(context, ask, {"since": since}).data["scheduleOrError"]["futureTicks"]
            return [f"{datetime.fromtimestamp(each['timestamp'], UTC):%m-%d %H:%M}" for each in found["results"]]

        assert three_from("2024-03-29") == ["03-30 02:00", "03-31 01:00", "04-01 01:00"]
        assert three_from("2024-10-25") == ["10-26 01:00", "10-27 02:00", "10-28 02:00"]


def test_a_night_receives_the_inbox_and_the_ingest_of_the_months_it_brought_follows(
    lake: Lake, instance: dg.DagsterInstance
) -> None:
    empty = night(lake)
    assert not empty.run_requests
    assert "Nothing has been received" in (empty.skip_message or "")

    drop(lake)
    (request,) = night(lake).run_requests
    assert request.tags[MAX_RETRIES] == "1", "a night whose process died is started again"
    received = receive_job.execute_in_process(instance=instance, resources={"lake": lake})
    assert received.success
    assert [delivery.feed for delivery in all_deliveries(lake)] == [EVENTS]

    (follow,) = followed(lake, instance, received).run_requests
    assert (follow.tags[RANGE_START], follow.tags[RANGE_END]) == ("2023-04", "2024-03")
    assert follow.tags[MAX_RETRIES] == "1"
    ops = follow.run_config["ops"]
    assert len(ops) == len(FEEDS)
    assert all(op["config"]["only_new"] for op in ops.values())


def test_the_log_of_a_receipt_says_of_each_refused_file_why_and_names_none(
    lake: Lake, instance: dg.DagsterInstance
) -> None:
    drop(lake)
    (lake.inbox / "letter of Leopold Dunnockshaw.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (lake.inbox / "empty.csv").touch()
    received = receive_job.execute_in_process(instance=instance, resources={"lake": lake})
    said = [each.user_message for each in instance.all_logs(received.run_id) if "was refused" in each.user_message]
    assert len(said) == 2
    for refusal in lake.refused.glob("*/refusal.json"):
        kept = json.loads(refusal.read_text(encoding="utf-8"))
        assert sum(f"{kept['problem']} {kept['remedy']}" in line for line in said) == 1
    assert not [line for line in said if "Dunnockshaw" in line]


def test_a_night_with_nothing_new_is_skipped_with_its_reason_and_one_with_something_unreleased_is_not(
    lake: Lake, instance: dg.DagsterInstance
) -> None:
    take(lake, fixture_of(EVENTS))
    ingest(lake, FEEDS[EVENTS])
    assert night(lake).run_requests, "what was ingested is not released yet"
    build(lake, 1)
    make_release(lake, provenance(lake))
    quiet = night(lake)
    assert not quiet.run_requests
    assert "Nothing new" in (quiet.skip_message or "")
    received = receive_job.execute_in_process(instance=instance, resources={"lake": lake})
    assert "Nothing new" in (followed(lake, instance, received).skip_message or "")


def followed(lake: Lake, instance: dg.DagsterInstance, received: dg.ExecuteInProcessResult) -> "Followed":
    (event,) = (event for event in received.all_events if event.event_type is dg.DagsterEventType.RUN_SUCCESS)
    context = dg.build_run_status_sensor_context(
        sensor_name="ingest_after_receipt",
        dagster_event=event,
        dagster_instance=instance,
        dagster_run=received.dagster_run,
        resources={"lake": lake},
    )
    found = ingest_after_receipt(context)
    return Followed(found)


class Followed:
    """What a run status sensor returned."""

    def __init__(self, found: Any) -> None:
        self.run_requests = [found] if isinstance(found, dg.RunRequest) else []
        self.skip_message = found.skip_message if isinstance(found, dg.SkipReason) else None


def test_a_file_that_arrives_by_day_is_requested_at_the_second_tick_that_finds_it_unchanged_and_once(
    lake: Lake, instance: dg.DagsterInstance
) -> None:
    first = tick(lake, instance, None)
    assert "No new file" in (first.skip_message or "")
    drop(lake)
    seen = tick(lake, instance, first.cursor)
    assert not seen.run_requests
    assert "two ticks" in (seen.skip_message or "")
    (lake.inbox / "events.xlsx").touch()
    written = tick(lake, instance, seen.cursor)
    assert not written.run_requests, "somebody still writes to it"
    (request,) = tick(lake, instance, written.cursor).run_requests
    (again,) = tick(lake, instance, written.cursor).run_requests
    assert again.run_key == request.run_key, "Dagster starts no second run for one key"
    receive_job.execute_in_process(instance=instance, resources={"lake": lake})
    assert "No new file" in (tick(lake, instance, written.cursor).skip_message or "")


def test_what_dagster_stores_of_a_tick_holds_no_name_of_a_file(lake: Lake, instance: dg.DagsterInstance) -> None:
    drop(lake, "violence_Smith_John.xlsx")
    seen = tick(lake, instance, None)
    assert "Smith" not in f"{seen.cursor} {seen.skip_message}"


def test_a_step_is_repeated_after_a_fault_that_passes_and_not_after_another(
    lake: Lake, instance: dg.DagsterInstance
) -> None:
    tries: list[str] = []
    told = threading.Event()

    @dg.op
    def writes() -> None:
        tries.append("busy")
        with retried(seconds=0.2):
            try:
                with holding_zone(lake.root, "bronze"):
                    tries.append("wrote")
            except ZoneBusyError:
                told.set()
                raise

    @dg.op
    def broken() -> None:
        tries.append("broken")
        with retried(seconds=0.2):
            raise ValueError("the stored file has changed")

    @dg.job(executor_def=dg.in_process_executor)
    def both() -> None:
        writes()
        broken()

    done = threading.Event()
    held = threading.Event()

    def somebody_else() -> None:
        with holding_zone(lake.root, "bronze"):
            held.set()
            told.wait(30)
        done.set()

    other = threading.Thread(target=somebody_else)
    other.start()
    held.wait(30)
    result = both.execute_in_process(instance=instance, raise_on_error=False)
    other.join()
    assert done.is_set()
    assert "wrote" in tries
    assert 2 <= tries.count("busy") <= RETRIES + 1
    assert tries.count("broken") == 1
    assert [event.step_key for event in result.all_events if event.is_step_failure] == ["broken"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.EBUSY, "busy"), True),
        (OSError(errno.ESTALE, "stale"), True),
        (OSError(errno.ENOSPC, "full"), False),
        (OSError(errno.EACCES, "forbidden"), False),
        (ValueError("a column is missing"), False),
        (DagsterDbtCliRuntimeError('IO Error: Could not set lock on file "warehouse.duckdb"'), True),
        (DagsterDbtCliRuntimeError("Failure in test unique_incident_id: got 3 results"), False),
    ],
)
def test_busy_locks_and_disks_are_transient_faults_and_full_disks_are_not(error: Exception, expected: bool) -> None:
    assert is_transient(error) is expected
