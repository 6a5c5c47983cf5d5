"""The inbox: a file is taken once, whole, and not while somebody writes to it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.atomic import ZoneBusyError, holding_zone
from vrp_pipeline.lake.backup import back_up, restore
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import all_deliveries, deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.landing import receipt as receipt_module
from vrp_pipeline.landing.given_files import UNFINISHED, files_in
from vrp_pipeline.landing.inbox import inbox_of, take, untaken
from vrp_pipeline.landing.receipt import receive

OFFENCES = fixture_of("police__offences")


def nobody_writes(_: float) -> None:
    """Between the two looks nothing happens."""


def drop(lake: Lake, name: str = "offences.csv", source: Path = OFFENCES) -> Path:
    path = inbox_of(lake) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)
    return path


def test_a_file_is_taken_once_and_a_look_at_the_same_inbox_finds_nothing_new(lake: Lake) -> None:
    drop(lake)
    taken = take(lake, 0, nobody_writes)
    assert (taken.received, taken.known, taken.refused, taken.unfinished) == (1, 0, (), 0)
    assert untaken(lake) == {}
    assert take(lake, 0, nobody_writes).receipts == ()
    assert len(all_deliveries(lake)) == 1


@pytest.mark.parametrize("writes", [lambda path: path.write_bytes(OFFENCES.read_bytes()), lambda path: path.touch()])
def test_a_file_that_is_still_being_written_is_left_and_taken_whole_later(
    lake: Lake, writes: Callable[[Path], object]
) -> None:
    """The first look sees half of it; it is whole before the second, but nobody knows that."""
    whole = OFFENCES.read_bytes()
    path = drop(lake)
    path.write_bytes(whole[: len(whole) // 2])
    other = drop(lake, "events.xlsx", fixture_of("communities__events"))
    taken = take(lake, 0, lambda _: (writes(path), None)[1])
    assert taken.unfinished == 1
    assert [receipt.path for receipt in taken.receipts] == [other]
    assert list(untaken(lake)) == ["offences.csv"]

    path.write_bytes(whole)
    assert take(lake, 0, nobody_writes).received == 1
    assert next(d for d in all_deliveries(lake) if d.feed == "police__offences").bytes == len(whole)


def test_the_same_file_twice_at_once_is_one_delivery(lake: Lake) -> None:
    drop(lake, "from_the_force/offences.csv")
    drop(lake, "offences_copy.csv")
    taken = take(lake, 0, nobody_writes)
    assert (taken.received, taken.known) == (1, 1)
    assert len(all_deliveries(lake)) == 1
    assert untaken(lake) == {}


def test_a_refused_file_is_refused_once_and_the_file_that_replaces_it_is_looked_at(lake: Lake) -> None:
    path = drop(lake)
    path.write_bytes(b"")
    assert len(take(lake, 0, nobody_writes).refused) == 1
    assert take(lake, 0, nobody_writes).receipts == ()
    shutil.copyfile(OFFENCES, path)
    assert take(lake, 0, nobody_writes).received == 1


def test_what_was_not_received_for_a_busy_lake_is_taken_the_next_time(lake: Lake) -> None:
    drop(lake)
    with holding_zone(lake.root, "landing"), pytest.raises(ZoneBusyError):
        take(lake, 0, nobody_writes)
    assert list(untaken(lake)) == ["offences.csv"]
    assert take(lake, 0, nobody_writes).received == 1


def test_nothing_is_taken_from_a_folder_that_is_marked_as_unfinished(lake: Lake) -> None:
    """The simulator marks its files as simulated last of all; taken before, they would pass as real."""
    drop(lake, "sample/offences.csv")
    events = drop(lake, "events.xlsx", fixture_of("communities__events"))
    (inbox_of(lake) / "sample" / UNFINISHED).touch()
    assert [receipt.path for receipt in take(lake, 0, nobody_writes).receipts] == [events]
    (inbox_of(lake) / "sample" / UNFINISHED).unlink()
    assert take(lake, 0, nobody_writes).received == 1


def test_a_wrong_file_and_the_right_one_in_one_inbox_stay_as_they_were_whatever_is_dropped_later(lake: Lake) -> None:
    """The right file came first and was replaced. A new file in the inbox brings neither of them back."""
    right = drop(lake, "right.csv")
    take(lake, 0, nobody_writes)
    text = right.read_text(encoding="utf-8").splitlines(keepends=True)
    (inbox_of(lake) / "wrong.csv").write_text("".join(text[:-5]), encoding="utf-8")
    take(lake, 0, nobody_writes)
    newest = [d.file_name for d in all_deliveries(lake)]
    drop(lake, "events.xlsx", fixture_of("communities__events"))
    assert take(lake, 0, nobody_writes).received == 1
    assert [d.file_name for d in all_deliveries(lake)][: len(newest)] == newest
    assert len(all_deliveries(lake)) == len(newest) + 1


def test_a_wrong_file_that_still_lies_there_never_comes_back_over_a_correction_that_does_not(
    lake: Lake, tmp_path: Path
) -> None:
    lines = OFFENCES.read_text(encoding="utf-8").splitlines(keepends=True)
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("".join(lines[:-1]), encoding="utf-8")
    drop(lake, "march.csv", wrong)
    assert take(lake, 0, nobody_writes).received == 1
    (receipt,) = receive(lake, [OFFENCES])
    assert receipt.is_new
    drop(lake, "another agency.xlsx", fixture_of("communities__events"))
    taken = take(lake, 0, nobody_writes)
    assert [(each.path.name, each.is_new) for each in taken.receipts] == [("another agency.xlsx", True)]
    newest = max(deliveries(lake, FEEDS["police__offences"]), key=lambda each: each.received_at)
    assert newest.sha256 == hash_of(OFFENCES)


def test_a_file_that_may_not_be_read_stays_new_until_it_can_be(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root every file can be read: what the operating system says to others is planted."""
    path = drop(lake)

    def denied(_: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(receipt_module, "hash_of", denied)
        patch.setattr("os.access", lambda *_: False)
        assert len(take(lake, 0, nobody_writes).refused) == 1
        assert untaken(lake)
    assert take(lake, 0, nobody_writes).received == 1
    assert not untaken(lake)


def test_an_unfinished_folder_is_left_whoever_names_it(lake: Lake) -> None:
    drop(lake)
    (inbox_of(lake) / UNFINISHED).touch()
    assert files_in([inbox_of(lake)]) == []


def test_the_inbox_is_where_the_setting_says(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRP_INBOX", str(tmp_path / "sftp"))
    (tmp_path / "sftp").mkdir()
    shutil.copyfile(OFFENCES, tmp_path / "sftp" / "offences.csv")
    assert take(lake, 0, nobody_writes).received == 1


def test_in_a_lake_that_was_restored_no_file_that_still_lies_in_the_inbox_comes_over_its_correction(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_INBOX", str(tmp_path / "sftp"))
    lines = OFFENCES.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "sftp").mkdir()
    wrong, corrected = tmp_path / "sftp" / "wrong.csv", tmp_path / "corrected.csv"
    wrong.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")
    take(lake, 0, nobody_writes)
    corrected.write_text("".join(lines), encoding="utf-8")
    assert [receipt.is_new for receipt in receive(lake, [corrected])] == [True]
    back_up(lake, tmp_path / "lake.tar")
    restored = Lake(tmp_path / "restored")
    restore(restored, tmp_path / "lake.tar")
    drop(restored, "events.xlsx", fixture_of("communities__events"))  # came after the back-up
    taken = take(restored, 0, nobody_writes)
    assert (taken.received, taken.known) == (1, 1), "what came after the back-up is taken, the rest is known"
    feed = FEEDS["police__offences"]
    assert {standing.file_name for standing in newest_per_partition(restored, feed).values()} == {"corrected.csv"}
    assert untaken(restored) == {}
    # From then on it is remembered: what an agency sends once more counts again.
    wrong.touch()
    assert take(restored, 0, nobody_writes).received == 1
    assert "wrong.csv" in {standing.file_name for standing in newest_per_partition(restored, feed).values()}
