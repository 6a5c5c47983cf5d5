"""Releases: immutable, named after their content, replaced atomically, and readable without anything outside them."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from vrp_pipeline.lake.atomic import creating_directory, replacing, sweep, write_json
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.releases import (
    NoReleaseError,
    ReadOnlyError,
    ask,
    current_release,
    make_release,
    open_release,
)
from vrp_pipeline.release.warehouse import rows_per_table


def build(lake: Lake, *rows: int) -> None:
    lake.root.mkdir(exist_ok=True)
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.execute("create or replace table fct_events (number integer)")
        warehouse.executemany("insert into fct_events values (?)", [[row] for row in rows])
        warehouse.execute("create or replace table int_private as select 1 as secret")


PROVENANCE = {"as_of": "2024-04-03"}


def test_the_same_marts_make_the_same_release_whatever_order_their_rows_are_in(lake: Lake) -> None:
    build(lake, 1, 2, 3)
    first = make_release(lake, PROVENANCE)
    files = {path.name: path.read_bytes() for path in first.path.iterdir()}
    build(lake, 3, 1, 2)
    second = make_release(lake, PROVENANCE)
    assert second == first
    assert {path.name: path.read_bytes() for path in second.path.iterdir()} == files


def test_other_marts_make_another_release_and_leave_the_first_as_it_was(lake: Lake) -> None:
    build(lake, 1)
    first = make_release(lake, PROVENANCE)
    build(lake, 1, 2)
    second = make_release(lake, PROVENANCE)
    assert first.release_id != second.release_id
    assert current_release(lake) == second
    assert rows_per_table(lake.warehouse)["fct_events"] == 2
    with open_release(first) as connection:
        assert connection.execute("select count(*) from fct_events").fetchall() == [(1,)]


def test_only_marts_are_released(lake: Lake) -> None:
    build(lake, 1)
    assert set(make_release(lake, PROVENANCE).tables) == {"fct_events"}


def test_a_release_tells_what_its_tables_and_columns_mean_and_what_reached_its_facts(lake: Lake) -> None:
    build(lake, 1, 2)
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.execute("comment on table fct_events is 'Events. Grain: one event.'")
        warehouse.execute("comment on column fct_events.number is 'Number of the event'")
    manifest = make_release(lake, PROVENANCE).manifest
    assert manifest["reached"] == {"community_events": 2}
    assert manifest["tables"]["fct_events"]["description"] == "Events. Grain: one event."
    assert manifest["tables"]["fct_events"]["columns"] == {"number": "Number of the event"}


def test_rows_of_a_table_are_counted_and_not_estimated(lake: Lake) -> None:
    build(lake, *range(5000))
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.execute("delete from fct_events where number % 2 = 0")
    assert rows_per_table(lake.warehouse) == {"fct_events": 2500, "int_private": 1}


def test_without_a_release_the_error_says_what_to_run(lake: Lake) -> None:
    with pytest.raises(NoReleaseError, match="vrp run"):
        current_release(lake)


def test_a_reader_cannot_read_write_or_attach_anything_else(lake: Lake, tmp_path: Path) -> None:
    build(lake, 1)
    secret = tmp_path / "secret.txt"
    secret.write_text("key")
    with open_release(make_release(lake, PROVENANCE)) as connection:
        for statement in (
            f"select * from read_text('{secret}')",
            f"copy fct_events to '{tmp_path / 'out.parquet'}'",
            f"attach '{lake.warehouse}' as warehouse",
            "set enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)


def test_a_question_that_writes_is_refused_and_the_release_keeps_its_bytes(lake: Lake) -> None:
    build(lake, 1)
    release = make_release(lake, PROVENANCE)
    path = release.tables["fct_events"]
    before = path.read_bytes()
    with open_release(release) as connection:
        for statement in (
            f"copy (select 7 as number) to '{path}'",
            f"select 1; copy (select 7 as number) to '{path}'",
            f"export database '{release.path}'",
            "create table mine as select 1",
            f"attach '{release.path}/new.duckdb'",
        ):
            with pytest.raises(ReadOnlyError, match="only reads"):
                ask(connection, statement)
        assert told(connection, "from fct_events") == [(1,)]
        assert ask(connection, "pivot (select number, 'a' as letter from fct_events) on letter using sum(number)")
        assert told(connection, "explain select * from fct_events")
        assert told(connection, "set variable n = 1; select getvariable('n') + number from fct_events") == [(2,)]
    assert path.read_bytes() == before
    assert {each.name for each in release.path.iterdir()} == {"fct_events.parquet", "manifest.json"}


def told(connection: duckdb.DuckDBPyConnection, statement: str) -> list[Any]:
    """The rows a statement answers with."""
    relation = ask(connection, statement)
    assert relation is not None
    return relation.fetchall()


def test_a_writer_that_fails_leaves_the_old_file_and_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "current.json"
    write_json(path, {"release": "old"})

    def fail() -> None:
        with replacing(path) as partial:
            partial.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == '{\n  "release": "old"\n}\n'
    assert [found.name for found in tmp_path.iterdir()] == ["current.json"]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with creating_directory(tmp_path / "v1") as folder:
        (folder / "a").write_text("a")
        assert not (tmp_path / "v1").exists()
    assert (tmp_path / "v1" / "a").read_text() == "a"


def test_what_a_killed_writer_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".data.parquet.123.partial").touch()
    (tmp_path / ".v2.123.partial").mkdir()
    (tmp_path / ".v2.123.partial" / "a").touch()
    (tmp_path / "data.parquet").touch()
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["data.parquet"]
