"""An inbox that cannot be read looks as if nothing came: it is told, and nobody waits for months to become overdue."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vrp_pipeline.alerts.lake_conditions import unreadable_inbox
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.inbox import untaken

NOBODY = 65534


@contextmanager
def without_rights() -> Iterator[None]:
    """As an account without rights: root reads what no mode allows."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def told(lake: Lake) -> list[str]:
    return [each.what for each in unreadable_inbox(lake)]


def test_an_inbox_that_a_setting_names_and_that_is_not_there_or_no_folder_is_told(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "sftp"
    monkeypatch.setenv("VRP_INBOX", str(inbox))
    told_of_it = [f"The inbox {inbox} cannot be read, or is not there."]
    assert told(lake) == told_of_it
    inbox.touch()
    assert told(lake) == told_of_it
    inbox.unlink()
    inbox.mkdir()
    (inbox / "police").mkdir()
    assert told(lake) == []


def test_who_receives_by_hand_needs_no_inbox(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VRP_INBOX", raising=False)
    assert told(lake) == []


@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111])
def test_an_inbox_and_a_folder_of_it_that_may_not_be_read_are_told_without_the_name_of_the_folder(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        inbox = Path(folder) / "sftp"
        sender = inbox / "J Smith"
        sender.mkdir(parents=True)
        inbox.chmod(0o755)
        monkeypatch.setenv("VRP_INBOX", str(inbox))
        with without_rights():
            assert told(lake) == []
        sender.chmod(mode)
        with without_rights():
            assert told(lake) == [f"1 of the folders in the inbox {inbox} cannot be read, or are not there."]
        inbox.chmod(mode)
        with without_rights():
            assert told(lake) == [f"The inbox {inbox} cannot be read, or is not there."]
        inbox.chmod(0o755)
        sender.chmod(0o755)


@pytest.mark.parametrize("name", ["lost+found", ".snapshot", ".ssh", "__MACOSX"])
def test_a_folder_from_which_nothing_is_received_needs_no_rights_and_one_of_a_sender_in_its_place_does(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder)
        inbox.chmod(0o755)
        nobodys = inbox / name
        nobodys.mkdir()
        (nobodys / "offences.csv").touch()
        nobodys.chmod(0o000)
        monkeypatch.setenv("VRP_INBOX", str(inbox))
        with without_rights():
            assert told(lake) == []
        nobodys.rename(inbox / "found")
        with without_rights():
            assert told(lake) == [f"1 of the folders in the inbox {inbox} cannot be read, or are not there."]
        (inbox / "found").rename(nobodys)
        nobodys.chmod(0o755)
        assert untaken(lake) == {}
        (inbox / "offences.csv").touch()
        assert list(untaken(lake)) == ["offences.csv"]
