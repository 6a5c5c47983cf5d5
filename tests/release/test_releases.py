"""Releases: immutable, named after their content, replaced atomically, and readable without anything outside them."""

from pathlib import Path

import duckdb
import pytest

from tests.support.marts import PROVENANCE, build, describe
from vrp_pipeline.lake.atomic import creating_directory, replacing, sweep, write_json
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.releases import NoReleaseError, current_release, make_release
from vrp_pipeline.release.sessions import open_release
from vrp_pipeline.release.warehouse import rows_per_table


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
    describe(lake)
    manifest = make_release(lake, PROVENANCE).manifest
    assert manifest["reached"] == {"community_events": 2}
    assert manifest["tables"]["fct_events"]["description"] == "Events. Grain: one event's row."
    assert manifest["tables"]["fct_events"]["columns"] == {"number": "Number of the event"}


def test_rows_of_a_table_are_counted_and_not_estimated(lake: Lake) -> None:
    build(lake, *range(5000))
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.execute("delete from fct_events where number % 2 = 0")
    assert rows_per_table(lake.warehouse) == {"fct_events": 2500, "int_private": 1}


def test_without_a_release_the_error_says_what_to_run(lake: Lake) -> None:
    with pytest.raises(NoReleaseError, match="vrp run"):
        current_release(lake)


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
