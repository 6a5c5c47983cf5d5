"""The client of `vrp query --ui` shows a release, asks by the rules of `vrp query`, and keeps nothing."""

import asyncio
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from tests.support.marts import PROVENANCE, build
from vrp_pipeline.cli import main
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.releases import Release, make_release
from vrp_pipeline.release.sessions import ask, open_release

# Harlequin is outside the lock: these run where `make query-ui` has installed it.
is_installed = find_spec("harlequin") is not None
with_harlequin = pytest.mark.skipif(not is_installed, reason="Harlequin is not installed (make query-ui)")


@pytest.fixture
def release(lake: Lake) -> Release:
    build(lake, 3)
    return make_release(lake, PROVENANCE)


def first_table(release: Release) -> str:
    return next(iter(release.tables))


@with_harlequin
def test_a_question_typed_in_the_client_is_answered_logged_first_and_nothing_stays_behind(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrp_pipeline.cli.query_ui import KEPT_IN, client

    for name in KEPT_IN:
        monkeypatch.setenv(name, str(tmp_path / "home"))
    asked: list[str] = []
    temporary: list[Path] = []

    async def rows_shown(app: Any, question: str) -> int:
        async with app.run_test(size=(140, 40)) as pilot:
            while app.editor is None or app.connection is None:
                await pilot.pause(0.1)
            app.editor.text = question
            await pilot.press("ctrl+j")
            while (table := app.results_viewer.get_visible_table()) is None or not table.row_count:
                await pilot.pause(0.1)
            return int(table.row_count)

    with open_release(release) as connection:

        def ask_and_tell(question: str) -> duckdb.DuckDBPyRelation | None:
            asked.append(question)
            return ask(connection, question)

        with client(connection, release, ask_and_tell) as app:
            temporary.append(Path(os.environ["XDG_STATE_HOME"]))
            rows = asyncio.run(asyncio.wait_for(rows_shown(app, "select * from range(7)"), 60))
    assert rows == 7
    assert asked == ["select * from range(7)"]
    assert not temporary[0].exists()
    assert not (tmp_path / "home").exists(), "no question and no result is kept"


@with_harlequin
@pytest.mark.parametrize(
    "question",
    [
        "create table t as select 1",
        "copy (select 1) to 'out.csv'",
        "select * from read_csv('/etc/passwd')",
        "attach 'other.duckdb'",
        "set enable_external_access = true",
        "call enable_logging()",
    ],
)
def test_the_client_can_neither_write_nor_read_anything_but_the_release(release: Release, question: str) -> None:
    from harlequin.exception import HarlequinQueryError

    from vrp_pipeline.cli.query_ui import ReleaseConnection

    with open_release(release) as connection:
        session = ReleaseConnection(connection, lambda sql: ask(connection, sql), release)
        assert session.execute(f'select count(*) from "{first_table(release)}"') is not None
        with pytest.raises(HarlequinQueryError):
            session.execute(question)
        (found,) = session.search_catalog(first_table(release), "relations")
        assert found.item.label == first_table(release)


def test_on_a_server_there_is_no_client_that_would_save_files_as_the_account_of_the_lake(
    lake: Lake, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_DATA_LAKE", str(lake.root))
    monkeypatch.setenv("VRP_SERVED", "1")
    result = CliRunner().invoke(main, ["query", "--ui"])
    assert (result.exit_code, "on a server there is no --ui" in result.output) == (1, True)


@pytest.mark.skipif(is_installed, reason="Harlequin is installed")
def test_without_the_client_the_command_says_how_to_have_it(lake: Lake, release: Release) -> None:
    result = CliRunner().invoke(main, ["--lake", str(lake.root), "query", "--ui"])
    assert (result.exit_code, "make query-ui" in result.output) == (1, True)
