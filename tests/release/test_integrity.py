"""The files of a release are read-only, and one that is no longer what was written is named and made again."""

import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.support.marts import PROVENANCE, build, describe
from vrp_pipeline.cli.status_tables import release_sentences
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.database import DATABASE
from vrp_pipeline.release.integrity import DATABASE_SUM, DATABASE_SUMS, MANIFEST, misfits
from vrp_pipeline.release.releases import DATABASE_LINK, Release, make_release
from vrp_pipeline.release.tiers import DATABASES

TABLE = "fct_events.parquet"


@pytest.fixture
def release(lake: Lake) -> Release:
    build(lake, 1, 2)
    return make_release(lake, PROVENANCE)


def test_every_file_of_a_release_is_read_only_and_as_written(release: Release) -> None:
    assert {path.stat().st_mode & 0o777 for path in release.path.iterdir()} == {0o444}
    assert {path.name for path in release.path.iterdir()} == {
        TABLE,
        MANIFEST,
        *DATABASES.values(),
        *DATABASE_SUMS,
    }
    assert misfits(release.path) == []
    checked = subprocess.run(
        ["sha256sum", "-c", DATABASE_SUM], cwd=release.path, capture_output=True, text=True, check=True
    )
    assert checked.stdout == f"{DATABASE}: OK\n"


@pytest.mark.parametrize("name", [TABLE, MANIFEST, DATABASE, DATABASE_SUM])
def test_one_changed_byte_is_found_and_the_next_release_heals_it(name: str, lake: Lake, release: Release) -> None:
    path = release.path / name
    before = {each.name: each.read_bytes() for each in release.path.iterdir()}
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)
    # The sum is of the database: one of them is wrong, and it is the database that nobody can trust.
    wrong = DATABASE if name == DATABASE_SUM else name
    assert wrong in misfits(release.path)
    assert release_sentences(lake) == [
        f"release {release.release_id} is damaged: {', '.join(misfits(release.path))}. Run: vrp run"
    ]
    assert make_release(lake, PROVENANCE) == release
    assert misfits(release.path) == []
    assert release_sentences(lake) == []
    for each in (TABLE, MANIFEST):
        assert (release.path / each).read_bytes() == before[each]


@pytest.mark.parametrize("name", [TABLE, MANIFEST, DATABASE, DATABASE_SUM])
def test_a_missing_file_is_found(name: str, release: Release) -> None:
    (release.path / name).unlink()
    assert misfits(release.path) == [DATABASE if name == DATABASE_SUM else name]


def test_a_file_that_was_put_beside_is_found(release: Release) -> None:
    (release.path / "mine.parquet").write_bytes(b"PAR1")
    assert misfits(release.path) == ["mine.parquet"]


def test_a_lake_without_a_release_is_not_damaged(lake: Lake) -> None:
    assert release_sentences(lake) == []


def test_the_database_holds_the_tables_and_says_what_each_and_each_column_means(lake: Lake) -> None:
    build(lake, 3, 1, 2)
    describe(lake)
    release = make_release(lake, PROVENANCE)
    with duckdb.connect(str(release.path / DATABASE), read_only=True) as client:
        assert client.execute("from fct_events").fetchall() == [(1,), (2,), (3,)]
        tables = client.execute("select table_name, comment from duckdb_tables() order by 1").fetchall()
        assert tables == [
            ("fct_events", "Events. Grain: one event's row."),
            ("release_info", "The release itself. Grain: one row."),
        ]
        columns = client.execute("select column_name from duckdb_columns() where not internal and comment is null")
        assert columns.fetchall() == []
        assert client.execute("select comment from duckdb_columns() where column_name = 'number'").fetchall() == [
            ("Number of the event",)
        ]
        assert client.execute("select count(*) from duckdb_views() where not internal").fetchall() == [(0,)]


def test_the_database_opens_from_any_folder_and_as_a_copy(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "copy.duckdb").write_bytes((release.path / DATABASE).read_bytes())
    monkeypatch.chdir(elsewhere)
    with duckdb.connect("copy.duckdb", read_only=True) as client:
        assert client.execute("select count(*) from fct_events").fetchall() == [(2,)]


def test_one_path_follows_the_current_release(lake: Lake, release: Release) -> None:
    link = lake.releases / DATABASE_LINK
    assert link.resolve() == release.path / DATABASE
    build(lake, 1, 2, 3)
    newer = make_release(lake, PROVENANCE)
    assert link.resolve() == newer.path / DATABASE
    with duckdb.connect(str(link), read_only=True) as client:
        assert client.execute("select count(*) from fct_events").fetchall() == [(3,)]
        assert client.execute("select release_id from release_info").fetchall() == [(newer.release_id,)]
