"""Of two files of one call that hold the same month of a sender, nothing but an order that is told decides."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.support.hospitals import ATTENDANCES, deliver, extract
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.landing.inbox import take
from vrp_pipeline.landing.receipt import Receipt, receive

MAY = "2023-05"
NOW = datetime(2023, 6, 10, 9, tzinfo=UTC)
# By name the second of each pair counts less or more, as it happens.
PAIRS = [
    ("2023-05 provisional.csv", "2023-05 final.csv"),
    ("2023-05.csv", "2023-05-corrected.csv"),
    ("2023-05.csv", "2023-05 (1).csv"),
    ("2023-05 of 31-05-2023.csv", "2023-05 of 02-06-2023.csv"),
    ("2023-05 of 31052023.csv", "2023-05 of 02062023.csv"),
]
NUMBERED = [
    ("2023-05 v9.csv", "2023-05 v10.csv"),
    ("2023-05 of 2023-06-30.csv", "2023-05 of 2023-07-02.csv"),
    ("2023-05 of 20230630T1200.csv", "2023-05 of 20230702T1200.csv"),
]


def changed_at(path: Path, minutes: float) -> Path:
    """Set the time of last change to minutes after the first of June."""
    moment = datetime(2023, 6, 1, tzinfo=UTC).timestamp() + 60 * minutes
    os.utime(path, (moment, moment))
    return path


def pair(folder: Path, first: str, second: str, apart: float, **of: dict[str, int]) -> tuple[Path, Path]:
    """Two files of May with other rows, changed some minutes apart."""
    return (
        changed_at(extract(folder / first, MAY, of.get("one", {"RHM01": 5})), 0),
        changed_at(extract(folder / second, MAY, of.get("other", {"RHM01": 8}), first=50), apart),
    )


def stands(lake: Lake) -> tuple[str, int]:
    standing = newest_per_partition(lake, ATTENDANCES)[MAY]
    return standing.file_name, standing.rows


def refused(receipts: list[Receipt]) -> dict[str, str]:
    return {receipt.path.name: str(receipt.refusal) for receipt in receipts if receipt.refusal}


@pytest.mark.parametrize(("first", "second"), [*PAIRS, *NUMBERED])
@pytest.mark.parametrize("turned", [False, True])
def test_the_file_changed_last_counts_whatever_the_two_are_called(
    lake: Lake, tmp_path: Path, first: str, second: str, *, turned: bool
) -> None:
    names = (second, first) if turned else (first, second)
    files = pair(tmp_path, *names, apart=11)
    assert not refused(list(receive(lake, files, NOW)))
    assert stands(lake) == (names[1], 8)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_files_changed_together_are_both_refused_and_each_names_the_other_and_the_remedy(
    lake: Lake, tmp_path: Path, first: str, second: str
) -> None:
    messages = refused(list(receive(lake, pair(tmp_path, first, second, apart=9), NOW)))
    assert set(messages) == {first, second}
    for name, other in ((first, second), (second, first)):
        assert messages[name].startswith(name)
        assert f"'{other}'" in messages[name]
        assert "health__emergency_attendances 2023-05" in messages[name]
        assert "one after the other" in messages[name]
    assert deliveries(lake, ATTENDANCES) == []


@pytest.mark.parametrize(("first", "second"), NUMBERED)
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_files_changed_together_the_higher_version_or_later_day_in_the_name_counts(
    lake: Lake, tmp_path: Path, first: str, second: str, *, turned: bool
) -> None:
    low, high = pair(tmp_path, first, second, apart=-9 if turned else 9)
    assert not refused(list(receive(lake, [high, low] if turned else [low, high], NOW)))
    assert stands(lake) == (second, 8)


def test_received_one_after_the_other_the_last_counts(lake: Lake, tmp_path: Path) -> None:
    files = pair(tmp_path, *PAIRS[0], apart=0)
    list(receive(lake, files, NOW))
    for path in files:
        deliver(lake, path, "2023-06-11")
    assert stands(lake) == ("2023-05 final.csv", 8)


def test_the_rule_holds_for_a_folder_of_history_and_for_the_inbox(lake: Lake, tmp_path: Path) -> None:
    pair(tmp_path, *PAIRS[0], apart=0)
    assert len(refused(list(receive(lake, [*tmp_path.glob("*.csv")], received_on=date(2023, 6, 10))))) == 2
    lake.inbox.mkdir()
    pair(lake.inbox, *PAIRS[0], apart=0)
    assert len(take(lake, 0, lambda _: None).refused) == 2
    assert deliveries(lake, ATTENDANCES) == []


def test_files_of_other_hospitals_or_months_and_copies_are_all_taken(lake: Lake, tmp_path: Path) -> None:
    other_hospital = pair(tmp_path, "a.csv", "b.csv", apart=0, other={"RHU03": 8})
    june = changed_at(extract(tmp_path / "c.csv", "2023-06", {"RHM01": 3}), 0)
    copy = tmp_path / "copy of a.csv"
    copy.write_bytes(other_hospital[0].read_bytes())
    assert not refused(list(receive(lake, [*other_hospital, june, copy], datetime(2023, 7, 5, tzinfo=UTC))))
    assert len(deliveries(lake, ATTENDANCES)) == 3
    assert stands(lake) == ("a.csv, b.csv", 13)


def test_a_joint_file_and_one_of_a_hospital_in_it_are_contested(lake: Lake, tmp_path: Path) -> None:
    files = pair(tmp_path, "all.csv", "rhm.csv", apart=0, one={"RHM01": 5, "RHU03": 4})
    assert len(refused(list(receive(lake, files, NOW)))) == 2


def test_a_known_file_that_lies_beside_a_new_one_contests_nothing(lake: Lake, tmp_path: Path) -> None:
    old, newer = pair(tmp_path, *PAIRS[0], apart=0)
    deliver(lake, old, "2023-06-02")
    deliver(lake, newer, "2023-06-03")
    third = changed_at(extract(tmp_path / "third.csv", MAY, {"RHM01": 9}, first=80), 0)
    receipts = list(receive(lake, [old, newer, third], NOW))
    assert not refused(receipts)
    assert [receipt.path.name for receipt in receipts if receipt.is_new] == ["third.csv"]
    assert stands(lake) == ("third.csv", 9)


def test_a_replaced_file_sent_again_under_two_names_arrives_once(lake: Lake, tmp_path: Path) -> None:
    right, wrong = pair(tmp_path, *PAIRS[0], apart=0)
    deliver(lake, right, "2023-06-02")
    deliver(lake, wrong, "2023-06-03")
    copy = tmp_path / "copy.csv"
    copy.write_bytes(right.read_bytes())
    assert [receipt.is_new for receipt in receive(lake, [right, copy], NOW)] == [True, False]
    assert len(deliveries(lake, ATTENDANCES)) == 3
    assert stands(lake)[1] == 5


def test_two_replaced_files_sent_again_together_are_contested(lake: Lake, tmp_path: Path) -> None:
    files = pair(tmp_path, *PAIRS[0], apart=0)
    for path in (*files, extract(tmp_path / "wrong.csv", MAY, {"RHM01": 2}, first=90)):
        deliver(lake, path, "2023-06-03")
    assert len(refused(list(receive(lake, files, NOW)))) == 2
    assert stands(lake) == ("wrong.csv", 2)
