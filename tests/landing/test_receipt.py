"""Receipt: files are recognised by content, stored unchanged, counted by month, received once or refused."""

import json
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.landing.given_files import files_in
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.receipt import Receipt, receive

OFFENCES = FEEDS["police__offences"]


def receive_one(lake: Lake, path: Path) -> Receipt:
    (receipt,) = receive(lake, [path])
    return receipt


def refusal_of(lake: Lake, path: Path) -> str:
    receipt = receive_one(lake, path)
    assert receipt.refusal is not None, receipt
    assert not all_deliveries(lake)
    kept = list(lake.refused.glob(f"*/{path.name}"))
    assert len(kept) == 1
    assert hash_of(kept[0]) == hash_of(path), "nothing delivered is lost"
    assert json.loads(kept[0].with_name("refusal.json").read_text())["remedy"] == receipt.refusal.remedy
    assert path.name in str(receipt.refusal)
    assert receipt.refusal.remedy
    return str(receipt.refusal)


def edited(tmp_path: Path, feed: str, old: str, new: str, count: int = -1) -> Path:
    source = fixture_of(feed)
    text = source.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / source.name
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    return path


def test_a_delivery_is_stored_unchanged_with_the_months_it_covers(lake: Lake) -> None:
    source = fixture_of("police__offences")
    delivery = receive_one(lake, source).delivery
    assert delivery is not None
    assert delivery.path(lake).read_bytes() == source.read_bytes()
    assert min(delivery.partitions) == "2022-04"
    assert max(delivery.partitions) == "2024-03"
    assert len(delivery.partitions) == 24
    # By hand: 5 or 4 serious crimes, a second victim, an assault and a cancelled crime; 12 copies in one month.
    assert delivery.partitions["2022-04"] == 8
    assert delivery.partitions["2023-05"] == 20
    assert delivery.partitions["2024-03"] == 7
    assert delivery.rows_without_partition == 0


def test_the_same_file_twice_is_received_once(lake: Lake, tmp_path: Path) -> None:
    first = receive_one(lake, fixture_of("communities__events"))
    copy = shutil.copy(fixture_of("communities__events"), tmp_path / "another name.xlsx")
    second = receive_one(lake, Path(copy))
    assert first.is_new
    assert not second.is_new
    assert second.delivery == first.delivery
    assert len(all_deliveries(lake)) == 1


def test_the_same_file_twice_in_one_call_is_received_once(lake: Lake, tmp_path: Path) -> None:
    copy = Path(shutil.copy(fixture_of("communities__events"), tmp_path / "copy.xlsx"))
    receipts = list(receive(lake, [fixture_of("communities__events"), copy]))
    assert [receipt.is_new for receipt in receipts] == [True, False]
    assert len(all_deliveries(lake)) == 1


def test_of_two_extracts_given_together_the_later_one_wins(lake: Lake, tmp_path: Path) -> None:
    lines = fixture_of("police__offences").read_text(encoding="utf-8").splitlines(keepends=True)
    date = OFFENCES.columns[3].header
    assert lines[0].split(",")[3] == date
    earlier = tmp_path / "z_earlier.csv"
    earlier.write_text("".join([lines[0], *(line for line in lines[1:] if line.split(",")[3] < "2023-04")]))
    list(receive(lake, [earlier, fixture_of("police__offences")]))
    winners = newest_per_partition(lake, OFFENCES)
    assert {delivery.file_name for delivery in winners.values()} == {"police__offences.csv"}


def test_a_later_delivery_wins_the_months_it_covers_and_no_other(lake: Lake, tmp_path: Path) -> None:
    receive_one(lake, fixture_of("police__offences"))
    lines = fixture_of("police__offences").read_text(encoding="utf-8").splitlines(keepends=True)
    later = tmp_path / "restated.csv"
    later.write_text("".join([lines[0], *(line for line in lines[1:] if line.split(",")[3] >= "2024-01")]))
    receive_one(lake, later)
    winners = newest_per_partition(lake, OFFENCES)
    assert [partition for partition, delivery in winners.items() if delivery.file_name == "restated.csv"] == [
        "2024-01",
        "2024-02",
        "2024-03",
    ]


def test_one_mistyped_year_does_not_shift_the_months_an_extract_covers(lake: Lake, tmp_path: Path) -> None:
    path = edited(tmp_path, "police__offences", ",2024-03-12,", ",2026-03-12,", 1)
    delivery = receive_one(lake, path).delivery
    assert delivery is not None
    # The fixture's usual month has eight rows, so a month needs 0.08 rows to be the newest; in a real extract of 13,000
    # rows a month it needs 130, and a row with the same typing error has no month.
    rows = fixture_of("police__offences").read_text().count("\n") - 1
    assert delivery.rows == rows


def test_a_log_of_the_year_to_date_covers_every_month_since_april(lake: Lake) -> None:
    delivery = receive_one(lake, fixture_of("communities__events")).delivery
    assert delivery is not None
    assert min(delivery.partitions) == "2023-04"
    assert len(delivery.partitions) == 12
    assert delivery.partitions["2023-07"] == 0, "a month in which nothing was entered is covered, with no row"


def test_a_zip_covers_just_the_months_of_the_force_that_are_in_it(lake: Lake) -> None:
    delivery = receive_one(lake, fixture_of("police__street_crimes")).delivery
    assert delivery is not None
    assert delivery.partitions == {"2024-02": 5, "2024-03": 5}


def test_an_empty_file_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    assert "empty (0 bytes)" in refusal_of(lake, path)


def test_a_file_with_headings_and_no_row_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "headings.csv"
    path.write_text(fixture_of("police__offences").read_text().splitlines()[0] + "\n")
    assert "no rows below the headings" in refusal_of(lake, path)


def test_a_truncated_zip_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "2024-03.zip"
    path.write_bytes(fixture_of("police__street_crimes").read_bytes()[:-100])
    assert "truncated or damaged" in refusal_of(lake, path)


def test_a_zip_with_a_damaged_member_is_refused(lake: Lake, tmp_path: Path) -> None:
    content = bytearray(fixture_of("police__street_crimes").read_bytes())
    content[200] ^= 0xFF
    path = tmp_path / "2024-03.zip"
    path.write_bytes(bytes(content))
    text = refusal_of(lake, path)
    assert "2024-02/2024-02-hampshire-street.csv" in text
    assert "again" in text


def test_a_missing_column_is_named(lake: Lake, tmp_path: Path) -> None:
    lines = [line.split(",") for line in fixture_of("health__emergency_attendances").read_text().splitlines()]
    at = lines[0].index("Sex")
    path = tmp_path / "ecds.csv"
    path.write_text("\n".join(",".join(line[:at] + line[at + 1 :]) for line in lines) + "\n")
    text = refusal_of(lake, path)
    assert "missing column 'Sex'" in text
    assert "health__emergency_attendances" in text


def test_an_extra_column_is_named(lake: Lake, tmp_path: Path) -> None:
    path = edited(tmp_path, "health__emergency_attendances", "EC_Ident,", "Surname,EC_Ident,", 1)
    assert "unexpected column 'Surname'" in refusal_of(lake, path)


def test_a_renamed_column_is_recognised_as_renamed(lake: Lake, tmp_path: Path) -> None:
    path = edited(tmp_path, "police__offences", "victim_sex", "sex_of_victim")
    text = refusal_of(lake, path)
    assert "'victim_sex' is missing and 'sex_of_victim' is not expected: perhaps it was renamed" in text


def test_utf16_is_refused_with_the_remedy(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "offences.csv"
    path.write_text(fixture_of("police__offences").read_text(), encoding="utf-16")
    text = refusal_of(lake, path)
    assert "UTF-16" in text
    assert "CSV UTF-8" in text


def in_windows_1252(tmp_path: Path, old: str, new: str) -> Path:
    path = tmp_path / "offences.csv"
    lines = fixture_of("police__offences").read_text().splitlines()
    assert old in lines[6]
    lines[6] = lines[6].replace(old, new, 1)
    path.write_bytes("\n".join(lines).encode("cp1252"))
    return path


def test_windows_1252_is_received_and_its_dash_comes_out_as_a_dash(lake: Lake, tmp_path: Path) -> None:
    path = in_windows_1252(tmp_path, "approached", "approached – twice")
    assert b"\x96" in path.read_bytes()
    delivery = receive_one(lake, path).delivery
    assert delivery is not None
    assert delivery.path(lake).read_bytes() == path.read_bytes(), "stored as it came"
    (table,) = read(OFFENCES, path)
    written = "".join(text or "" for column in table.texts.columns for text in column.to_pylist())
    assert "approached \u2013 twice" in written


def test_text_that_is_neither_utf8_nor_windows_1252_is_refused_with_its_line(lake: Lake, tmp_path: Path) -> None:
    path = in_windows_1252(tmp_path, "approached", "approached – twice")
    # 0x81 is undefined in Windows-1252.
    path.write_bytes(path.read_bytes().replace(b"\x96", b"\x81"))
    assert "line 7 is neither UTF-8 nor Windows-1252" in refusal_of(lake, path)


def test_a_mixture_of_utf8_and_windows_1252_is_refused_and_not_guessed(lake: Lake, tmp_path: Path) -> None:
    path = in_windows_1252(tmp_path, "approached", "approached – twice")
    path.write_bytes(path.read_bytes() + "é".encode())
    assert "throughout" in refusal_of(lake, path)


def test_a_refusal_never_repeats_what_stands_in_a_row(lake: Lake, tmp_path: Path) -> None:
    path = in_windows_1252(tmp_path, "Victim Fictional Person", "“Fictional Person")
    path.write_bytes(path.read_bytes().replace(b"\x93", b"\x81"))
    assert "Fictional" not in refusal_of(lake, path)


def test_a_file_of_no_known_feed_is_refused_with_the_list_of_feeds(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "housing.csv"
    path.write_text("tenancy,notice_date,reason\n1,2024-01-01,noise\n")
    text = refusal_of(lake, path)
    assert "no known feed" in text
    assert "police__offences" in text


def test_a_workbook_of_another_kind_is_refused(lake: Lake, real_data: Path) -> None:
    assert "no sheet is of a known feed" in refusal_of(lake, real_data / "context" / "UK_Knife_Crime_Workbook.xlsx")


def test_dates_no_row_of_which_can_be_read_are_refused_with_the_form_wanted(lake: Lake, tmp_path: Path) -> None:
    text = fixture_of("health__emergency_attendances").read_text().replace("2024-03-10", "10.03.24")
    path = tmp_path / "ecds.csv"
    path.write_text(text)
    refused = refusal_of(lake, path)
    assert "'Arrival_Date'" in refused
    assert "YYYY-MM-DD" in refused


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("../escape.csv", b"a", "unsafe path"),
        ("inner.zip", b"PK", "itself an archive"),
        ("2024-01/2024-01-hampshire-street.csv", b"0" * 50_000_000, "times its size"),
    ],
)
def test_a_dangerous_archive_is_refused_before_it_is_unpacked(
    lake: Lake, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    assert words in refusal_of(lake, path)


def test_one_refused_file_does_not_stop_the_others(lake: Lake, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.touch()
    receipts = list(receive(lake, [bad, fixture_of("police__offences")]))
    assert [receipt.refusal is None for receipt in receipts] == [False, True]


def test_a_folder_is_received_file_by_file_without_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.csv", ".hidden", "sub/b.csv", "simulated.json"):
        (tmp_path / name).touch()
    assert [path.name for path in files_in([tmp_path])] == ["a.csv", "b.csv"]


def test_what_the_simulator_wrote_is_marked_as_simulated(lake: Lake, tmp_path: Path) -> None:
    path = Path(shutil.copy(fixture_of("police__offences"), tmp_path))
    (tmp_path / "simulated.json").write_text(json.dumps({"sha256": [hash_of(path)]}))
    simulated = receive_one(lake, path).delivery
    assert simulated is not None
    assert simulated.is_simulated
    real = receive_one(lake, fixture_of("communities__events")).delivery
    assert real is not None
    assert not real.is_simulated


def test_times_of_receipt_never_repeat_or_run_backwards(lake: Lake) -> None:
    now = datetime(2024, 4, 3, 9, tzinfo=UTC)
    list(receive(lake, [fixture_of("police__offences"), fixture_of("communities__events")], now))
    list(receive(lake, [fixture_of("police__street_crimes")], datetime(2024, 4, 2, tzinfo=UTC)))
    moments = [delivery.received_at for delivery in all_deliveries(lake)]
    assert len(set(moments)) == 3
    assert all_deliveries(lake)[-1].feed == "police__street_crimes"


def test_real_archives_and_reference_files_are_received_with_the_rows_that_are_in_them(
    lake: Lake, real_data: Path
) -> None:
    files = files_in([real_data / "police", real_data / "reference"])
    receipts = list(receive(lake, files))
    assert all(receipt.is_new for receipt in receipts), [str(receipt.refusal) for receipt in receipts]
    street = newest_per_partition(lake, FEEDS["police__street_crimes"])
    assert "2025-08" not in street
    assert not any(partition.startswith("2024-") and partition > "2024-04" for partition in street)
    for partition, standing in street.items():
        with zipfile.ZipFile(standing.newest.path(lake)) as archive:
            content = archive.read(f"{partition}/{partition}-hampshire-street.csv")
        assert standing.rows == content.count(b"\n") - 1


def test_a_file_that_cannot_be_opened_hinders_no_other(lake: Lake, tmp_path: Path) -> None:
    gone, sound = tmp_path / "gone.csv", fixture_of("police__offences")
    first, second = receive(lake, [gone, sound])
    assert "could not be read (FileNotFoundError)" in str(first.refusal)
    assert second.delivery is not None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"{\\rtf1 x}", "a document of a word processor"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504), "before 2007"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><html></html>", "a web page"),
        (b"<!-- saved --><table><tr><td>1</td></tr></table>", "a web page"),
    ],
)
def test_a_file_of_a_kind_that_is_no_delivery_is_refused_as_what_it_is(
    lake: Lake, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "delivery.csv"
    path.write_bytes(content)
    assert said in refusal_of(lake, path)


def test_what_systems_leave_in_a_folder_is_no_delivery(tmp_path: Path) -> None:
    for name in ("Thumbs.db", "desktop.ini", "~$events.xlsx", "__MACOSX/._a.csv", "sub/.DS_Store", "sub/a.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [path.relative_to(tmp_path).as_posix() for path in files_in([tmp_path])] == ["sub/a.csv"]
