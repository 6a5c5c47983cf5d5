"""Events of a run stay in SQLite's write-ahead log until a checkpoint, and are in the database after it."""

import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from time import monotonic, sleep

import dagster as dg
import pytest
from dagster._core.events.log import EventLogEntry
from sqlalchemy import Connection, Engine, create_engine, event

from vrp_pipeline.defs.event_storage import SqliteEventLogStorage, kept_open

TOLD = dg.AssetKey("told")
INSTANCE = Path(__file__).parents[2] / ".dagster" / "dagster.yaml"


@dg.asset
def told(context: dg.AssetExecutionContext) -> None:
    context.log.info("told")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copyfile(INSTANCE, tmp_path / "dagster.yaml")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


def test_events_stay_in_the_log_through_a_run_and_are_in_the_database_afterwards(
    home: Path, instance: dg.DagsterInstance
) -> None:
    log = home / "event_log.db-wal"
    with kept_open(instance):
        run = dg.materialize([told], instance=instance)
        assert log.stat().st_size > 0
    # The last connection was closed: SQLite copied its log into the database and removed it.
    assert not log.exists()
    # Opened without any log beside it.
    with closing(sqlite3.connect(f"file:{home / 'event_log.db'}?immutable=1", uri=True)) as database:
        kinds = {
            kind
            for (kind,) in database.execute("select dagster_event_type from event_logs where run_id = ?", [run.run_id])
        }
    assert kinds >= {"ASSET_MATERIALIZATION", "PIPELINE_SUCCESS"}


@pytest.mark.usefixtures("instance")
def test_dagster_syncs_at_checkpoints_alone(home: Path) -> None:
    with create_engine(f"sqlite:///{home / 'event_log.db'}").connect() as connection:
        # 1 is NORMAL, 2 FULL, the default of SQLite.
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_all_events_of_a_run_go_through_one_engine_which_keeps_the_sql_it_compiled(
    home: Path, instance: dg.DagsterInstance
) -> None:
    engines: list[Engine] = []

    def note(connection: Connection) -> None:
        if connection.engine.url.database == str(home / "event_log.db"):
            engines.append(connection.engine)

    event.listen(Engine, "engine_connect", note)
    try:
        assert dg.materialize([told], instance=instance).success
    finally:
        event.remove(Engine, "engine_connect", note)
    storage = instance.event_log_storage
    assert isinstance(storage, SqliteEventLogStorage)
    assert len(engines) > 10
    assert all(engine is storage.engine for engine in engines)


def test_events_of_several_threads_are_all_kept(home: Path, instance: dg.DagsterInstance) -> None:
    def report(number: int) -> None:
        instance.report_runless_asset_event(dg.AssetMaterialization("told", metadata={"number": number}))

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(report, range(30)))
    with dg.DagsterInstance.from_config(str(home)) as other:
        told = [record.asset_materialization for record in other.fetch_materializations(TOLD, limit=100).records]
    assert {each.metadata["number"].value for each in told if each} == set(range(30))


def test_an_instance_without_files_has_none_afterwards(home: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance, kept_open(instance):
        assert dg.materialize([told], instance=instance).success
    assert list(home.rglob("*.db")) == []


def test_a_run_opens_no_connection_for_every_event(home: Path, instance: dg.DagsterInstance) -> None:
    opened: list[object] = []
    storage = instance.event_log_storage
    assert isinstance(storage, SqliteEventLogStorage)
    event.listen(storage.engine, "connect", lambda connection, _record: opened.append(connection))
    with kept_open(instance):
        run = dg.materialize([told], instance=instance)
        assert len(run.all_events) > 2 * len(opened) > 0
    opened.clear()
    dg.materialize([told], instance=instance)
    assert opened, "the connections of a run are closed after it"


def test_more_threads_than_a_pool_holds_do_not_wait_for_each_other(instance: dg.DagsterInstance) -> None:
    storage = instance.event_log_storage
    assert isinstance(storage, SqliteEventLogStorage)
    with ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(storage.index_connection())


def test_who_watches_a_run_is_told_of_every_event_while_its_events_are_in_the_log(
    home: Path, instance: dg.DagsterInstance
) -> None:
    """The web interface is a process of its own; here another instance reads what this one writes."""
    run = dg.DagsterRun(job_name="watched")
    instance.add_run(run)
    seen: list[str] = []
    with dg.DagsterInstance.from_config(str(home)) as web, kept_open(instance):

        def note(entry: EventLogEntry, _cursor: str) -> None:
            seen.append(entry.message)

        web.event_log_storage.watch(run.run_id, None, note)
        for number in range(5):
            instance.report_engine_event(f"event {number}", run)
        until = monotonic() + 30
        while len(seen) < 5 and monotonic() < until:
            sleep(0.05)
        assert seen == [f"event {number}" for number in range(5)]
        assert (home / "event_log.db-wal").stat().st_size > 0
        web.event_log_storage.end_watch(run.run_id, note)
