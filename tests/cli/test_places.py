"""A lake, log or folder that is not there is told as such, and none is made by a command that only looks or copies."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import fixture_of
from vrp_pipeline.cli import main
from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.lake.paths import Lake


def vrp(lake: Lake, *words: str | Path) -> Result:
    told = CliRunner().invoke(main, ["--lake", str(lake.root), *map(str, words)])
    assert isinstance(told.exception, SystemExit | None), "no traceback"
    return told


@pytest.fixture
def received(lake: Lake) -> Lake:
    assert vrp(lake, "receive", fixture_of("communities__events")).exit_code == 0
    return lake


@pytest.mark.parametrize("words", [("audit", "verify"), ("audit", "show")])
def test_the_log_of_a_lake_that_is_not_there_is_not_empty_but_missing(lake: Lake, words: tuple[str, ...]) -> None:
    told = vrp(lake, *words)
    assert (told.exit_code, f"there is no folder {lake.root}" in told.stderr) == (1, True)
    assert not lake.root.exists()


def test_a_log_that_was_deleted_is_not_taken_for_one_that_was_never_written(received: Lake) -> None:
    assert "unbroken" in vrp(received, "audit", "verify").output
    for damage in (lambda: received.audit_log.write_bytes(b""), received.audit_log.unlink):
        damage()
        told = vrp(received, "audit", "verify")
        assert (told.exit_code, "holds no entry, though deliveries were received" in told.stderr) == (1, True)


def test_the_log_of_a_new_lake_is_empty(lake: Lake) -> None:
    lake.root.mkdir()
    told = vrp(lake, "audit", "verify")
    assert (told.exit_code, told.output) == (0, "The audit log is empty.\n")


def test_a_backup_makes_no_folder_of_a_mistyped_name(received: Lake, tmp_path: Path) -> None:
    told = vrp(received, "backup", tmp_path / "mistyped" / "lake.tar")
    assert (told.exit_code, f"there is no folder {tmp_path / 'mistyped'}" in told.stderr) == (1, True)
    assert not (tmp_path / "mistyped").exists()
    assert vrp(received, "backup", tmp_path / "lake.tar").exit_code == 0


def test_alerts_of_a_past_day_look_at_the_disk_of_the_lake(received: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRP_AS_OF", "2024-05-01")
    assert vrp(received, "alerts").exit_code in (0, 3)


def test_revisions_as_of_a_past_day_do_not_call_a_published_year_unpublished(
    received: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_json(received.published / "2023-24" / "v1" / "provenance.json", {"release": "any"})
    monkeypatch.setenv("VRP_AS_OF", "2024-05-01")
    told = vrp(received, "revisions", "2023-24")
    assert told.exit_code == 1
    assert "in the lake as of 2024-05-01, which has versions of its own" in told.stderr
    assert "Leave out VRP_AS_OF" in told.stderr
