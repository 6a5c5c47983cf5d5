"""The notebook asks what docs/analysts.md asks, and keeps no answer of a release."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support import notebook
from tests.support.marts import PROVENANCE, build
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.releases import DATABASE_LINK, make_release


def test_the_notebook_asks_ten_questions_of_the_page_word_for_word() -> None:
    asked = notebook.asked()
    assert len(asked) == len(set(asked)) == 10
    assert [sql for sql in asked if sql not in notebook.questions()] == []


def test_each_question_stands_above_its_answer_and_no_answer_is_kept() -> None:
    headings = [cell for cell in notebook.cells("markdown") if "".join(cell["source"]).startswith("## ")]
    assert len(headings) == 10
    assert all("".join(cell["source"]).endswith("?") or "?" in "".join(cell["source"]) for cell in headings)
    assert [cell["outputs"] or cell["execution_count"] for cell in notebook.cells("code") if cell["outputs"]] == []


@pytest.mark.parametrize("setting", ["", "absolute"])
def test_the_notebook_finds_the_release_from_its_own_folder_where_jupyter_runs_it(
    setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(tmp_path / "data_lake")
    build(lake, 1, 2)
    release = make_release(lake, PROVENANCE)
    folder = tmp_path / "docs" / "notebooks"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("VRP_RELEASE", str(lake.releases / DATABASE_LINK) if setting else "")
    variables: dict[str, Any] = {}
    exec(notebook.code()[0], variables)  # noqa: S102 - our own notebook
    with variables["release"] as connection:
        assert connection.sql("select release_id from release_info").fetchall() == [(release.release_id,)]


def test_the_page_gives_an_absolute_path_to_the_notebook() -> None:
    section = notebook.ANALYSTS.read_text(encoding="utf-8").split("{ #notebook }")[1].split("\n## ")[0]
    assert re.findall(r"VRP_RELEASE=(\S)", section) == ["$"]
