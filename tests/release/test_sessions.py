"""Sessions: one release can be read and nothing else, nothing can be written, and later releases change nothing."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.marts import PROVENANCE, build
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.database import DATABASE
from vrp_pipeline.release.integrity import misfits
from vrp_pipeline.release.releases import Release, make_release
from vrp_pipeline.release.sessions import NoDatabaseError, ReadOnlyError, SeveralQuestionsError, ask, open_release

# Each is tried with {release}, {folder} outside it, and {secret}, a file outside it.
ATTEMPTS = [
    "copy fct_events to '{release}/fct_events.parquet'",
    "copy (select 7 as number) to '{release}/fct_events.parquet' (format parquet)",
    "select 1; copy (select 7 as number) to '{release}/fct_events.parquet'",
    "copy fct_events to '{folder}/out.csv'",
    "copy fct_events to '{folder}/parts' (format parquet, partition_by (number))",
    "copy fct_events to program 'cat > {folder}/out.csv'",
    "export database '{folder}/all'",
    "import database '{folder}'",
    "attach '{release}/new.duckdb'",
    "attach '{release}/release.duckdb' as again (read_only)",
    "attach ':memory:' as beside",
    "create table mine as select 1",
    "create temp table mine as select 1",
    "create view mine as select 1",
    "create type letter as enum ('a')",
    "create macro read() as table from read_text('{secret}')",
    "create secret (type s3)",
    "insert into fct_events values (7)",
    "update fct_events set number = 7",
    "delete from fct_events",
    "alter table fct_events add column seven integer",
    "drop table fct_events",
    "vacuum",
    "checkpoint",
    "from force_checkpoint()",
    "select * from read_text('{secret}')",
    "select * from read_blob('{secret}')",
    "select * from read_csv('{secret}')",
    "select * from read_json('{secret}')",
    "select * from read_parquet('{release}/fct_events.parquet')",
    "from '{secret}'",
    "from '{release}/manifest.json'",
    "from sniff_csv('{secret}')",
    "from parquet_metadata('{release}/fct_events.parquet')",
    "from glob('{folder}/*')",
    "from read_duckdb('{release}/release.duckdb', table_name = 'fct_events')",
    "from 'https://example.org/table.parquet'",
    "install httpfs",
    "load httpfs",
    "install ui",
    "update extensions",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "reset lock_configuration",
    "set allowed_directories = ['{folder}']",
    "set temp_directory = '{folder}'",
    "set file_search_path = '{folder}'",
    "pragma enable_profiling",
    "pragma profiling_output = '{folder}/profile.json'",
    "from enable_profiling(save_location = '{folder}/profile.json')",
    "call enable_logging('FileSystem', storage = 'file', storage_path = '{folder}/log')",
    "from enable_logging('FileSystem', storage = 'file', storage_path = '{folder}/log')",
    'with a as (from main."ENABLE_LOGGING"()) from a',
    "set variable n = (select count(*) from enable_logging())",
    "from query('from enable_' || 'logging()')",
    "from json_execute_serialized_sql(json_serialize_sql('select 1'))",
    "call pragma_version()",
    "prepare later as select 1",
    "begin",
    "from a_table_of_this_program",
]


@pytest.fixture
def release(lake: Lake) -> Release:
    build(lake, 1)
    return make_release(lake, PROVENANCE)


@pytest.fixture
def session(release: Release) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_release(release) as connection:
        yield connection


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_session_writes_nothing_and_reads_nothing_outside_its_release(
    attempt: str, release: Release, session: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    secret = outside / "secret.csv"
    secret.write_text("key\n1\n")
    a_table_of_this_program = duckdb.sql("select 1 as key")
    with pytest.raises((ReadOnlyError, duckdb.Error)):
        _answered(session, attempt.format(release=release.path, folder=outside, secret=secret))
    assert a_table_of_this_program.fetchall() == [(1,)]
    assert [path.name for path in outside.iterdir()] == ["secret.csv"]
    assert misfits(release.path) == []
    # Whatever was tried, the session goes on.
    assert ask(session, "from fct_events").fetchall() == [(1,)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "before",
    [
        f"select '{'é' * 99}' as a",
        f'select 1 as "{"é" * 99}"',
        'select 1 as "--"',
        'select 1 as "a""/*"',
        "select '--' as a, $$/*$$ as b",
        "select 1 /* /* */ */",
        "select 1 -- from range(1)\r",
        "select 1 -- from range(1)\n",
    ],
)
def test_neither_letters_of_several_bytes_nor_what_begins_a_comment_hides_a_function(
    before: str, session: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(ReadOnlyError, match="enable_profiling is not allowed"):
        ask(session, f"{before} from enable_profiling()")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("from fct_events", [(1,)]),
        ("select sum(number) over () from fct_events", [(1,)]),
        ("with twice as (select number * 2 as n from fct_events) select n from twice", [(2,)]),
        ("pivot (select number, 'a' as letter from fct_events) on letter using sum(number)", [(1,)]),
        ("set variable n = 1; select getvariable('n') + number from fct_events", [(2,)]),
        ("select number from fct_events; -- the end", [(1,)]),
        ("select number from fct_events;;", [(1,)]),
        ("select 'enable_logging' as word, 'copy' as query_of_mine", [("enable_logging", "copy")]),
        ("select 1 -- this query counts", [(1,)]),
        ("select number /* no /* read_text */ query */ from fct_events -- query", [(1,)]),
        ("select 'é' as a, 1 as query_of_mine -- copy of é", [("é", 1)]),
        ("select column_name from duckdb_columns() where table_name = 'fct_events'", [("number",)]),
        ("select i from range(2) as t(i) order by i", [(0,), (1,)]),
        ("select json_extract('{\"a\": 1}', 'a')::int", [(1,)]),
    ],
)
def test_a_question_is_answered(question: str, answer: object, session: duckdb.DuckDBPyConnection) -> None:
    relation = ask(session, question)
    assert relation is not None
    assert relation.fetchall() == answer


@pytest.mark.parametrize(
    "questions",
    [
        "select 1; select 2",
        "select 1; set variable n = 1",
        "explain select 1; select 2",
        "pivot (select 1 as number, 'a' as letter) on letter using sum(number); select 1",
        "select 1; pivot (select 1 as number, 'a' as letter) on letter using sum(number)",
    ],
)
def test_of_several_questions_none_is_left_unanswered_in_silence(
    questions: str, session: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(SeveralQuestionsError, match="one question at a time"):
        ask(session, questions)


def test_a_plan_and_a_description_are_answered(session: duckdb.DuckDBPyConnection) -> None:
    for question in ("explain from fct_events", "describe fct_events", "summarize fct_events", "show tables"):
        relation = ask(session, question)
        assert relation is not None
        assert relation.fetchall()


def test_a_session_says_which_release_it_reads(release: Release, session: duckdb.DuckDBPyConnection) -> None:
    relation = ask(session, "select release_id, as_of from release_info")
    assert relation is not None
    assert relation.fetchall() == [(release.release_id, "2024-04-03")]


def test_a_release_without_a_database_says_what_to_run(release: Release) -> None:
    (release.path / DATABASE).unlink()
    with pytest.raises(NoDatabaseError, match="vrp run"):
        open_release(release)


def test_a_session_keeps_the_release_it_opened_while_others_are_made_and_its_own_is_removed(
    lake: Lake, release: Release
) -> None:
    reader = _reader(lake.releases / "current.duckdb")
    try:
        assert _told(reader) == "1"
        build(lake, 1, 2)
        newer = make_release(lake, PROVENANCE)
        for path in release.path.iterdir():
            path.unlink()
        release.path.rmdir()
        assert _told(reader) == "1", "what it opened is gone from the folder, and still the same to it"
        with open_release(newer) as connection:
            assert connection.execute("select count(*) from fct_events").fetchall() == [(2,)]
    finally:
        reader.kill()
        reader.wait()


def _answered(session: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]] | None:
    answer = ask(session, sql)
    return answer.fetchall() if answer is not None else None


def _reader(path: Path) -> "subprocess.Popen[str]":
    """A client of its own process: as a BI tool it opens a path read-only and counts events whenever it is asked."""
    script = (
        "import duckdb, sys\n"
        f"connection = duckdb.connect({str(path)!r}, read_only=True)\n"
        "for _ in sys.stdin:\n"
        "    print(connection.execute('select count(*) from fct_events').fetchone()[0], flush=True)\n"
    )
    return subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _told(reader: "subprocess.Popen[str]") -> str:
    assert reader.stdin
    assert reader.stdout
    reader.stdin.write("\n")
    reader.stdin.flush()
    return reader.stdout.readline().strip()
