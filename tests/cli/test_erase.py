"""`vrp erase` says where the person may still stand: files nobody can search, those of agencies, and copies."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import fixture_of
from vrp_pipeline.cli.main import main
from vrp_pipeline.lake.audit import record
from vrp_pipeline.lake.erasures import erasures
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.receipt import receive

NUMBER = "999 000 0018"


def erase(lake: Lake, *words: str) -> Result:
    lake.root.mkdir(exist_ok=True)
    command = ["--lake", str(lake.root), "erase", "--subject", "nhs_number", *words]
    return CliRunner().invoke(main, command, input=f"{NUMBER}\n")


@pytest.fixture
def refused(lake: Lake, tmp_path: Path) -> Lake:
    """A lake with two refused files: in one the number can be found, in the other nobody can tell."""
    text = fixture_of("health__emergency_attendances").read_text(encoding="utf-8")
    (tmp_path / "sixteen.csv").write_bytes(("ident\n" + text).encode("utf-16"))
    (tmp_path / "print.pdf").write_bytes(b"%PDF-1.4 and the rest")
    assert all(receipt.refusal for receipt in receive(lake, [tmp_path / "sixteen.csv", tmp_path / "print.pdf"]))
    return lake


def test_files_that_cannot_be_searched_are_named_and_need_a_person(refused: Lake) -> None:
    done = erase(refused)
    assert done.exit_code == 3, done.output
    assert "1 refused files" in done.output
    (left,) = refused.refused.iterdir()
    assert str(left / "print.pdf") in done.output
    assert NUMBER not in done.output
    assert len(erasures(refused)) == 1


def test_a_dry_run_names_them_too_and_changes_nothing(refused: Lake) -> None:
    done = erase(refused, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "print.pdf" in done.output
    assert "Nothing was changed" in done.output
    assert len(list(refused.refused.iterdir())) == 2
    assert erasures(refused) == []


def test_files_of_agencies_that_hold_the_number_are_named(lake: Lake) -> None:
    lake.inbox.mkdir(parents=True)
    (lake.inbox / "may.csv").write_text(NUMBER)
    (lake.inbox / "june.csv").write_text("nobody")
    done = erase(lake)
    assert done.exit_code == 3
    assert str(lake.inbox / "may.csv") in done.output
    assert "june.csv" not in done.output


def test_copies_of_what_was_received_are_told_apart_from_files_that_were_not_and_stay_with_the_agencies(
    lake: Lake,
) -> None:
    lake.inbox.mkdir(parents=True)
    sent = Path(shutil.copy(fixture_of("health__emergency_attendances"), lake.inbox))
    (receipt,) = receive(lake, [sent])
    assert receipt.delivery is not None, receipt.refusal
    (lake.inbox / "may.csv").write_text(NUMBER)
    told = erase(lake, "--dry-run").output
    copies, others = told.split("1 files in the inbox hold the number and were not received")
    assert "1 files in the inbox are copies of deliveries." in copies
    assert str(sent) in copies
    assert "may.csv" not in copies
    assert "may.csv" in others
    assert sent.exists()


def test_where_everything_was_searched_it_ends_with_nought(lake: Lake) -> None:
    done = erase(lake)
    assert done.exit_code == 0, done.output
    assert "searched" not in done.output


def test_pages_in_the_lake_go_and_copies_elsewhere_are_counted(lake: Lake) -> None:
    page = lake.hot_spots / "2024-03-31-0123" / "hot_spots.html"
    page.parent.mkdir(parents=True)
    page.write_text("a place")
    record(lake, "hotspots", release="r", places=1, is_elsewhere=False)
    assert "hot spots" not in erase(lake).output
    assert not page.exists()
    record(lake, "hotspots", release="r", places=1, is_elsewhere=True)
    record(lake, "write links", sample="s", pairs=3)
    record(lake, "backup", deliveries=3)
    record(lake, "backup", deliveries=4)
    told = erase(lake).output
    assert "Pages of hot spots in folders of somebody's own written until now: 1" in told
    assert "Sheets of link reviews written until now: 1" in told
    assert "Back-ups written until now: 2" in told
