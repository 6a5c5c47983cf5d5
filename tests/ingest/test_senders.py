"""Several hospitals in one month: every row once, in one account, and judged as one month."""

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.support.deliveries import take
from tests.support.hospitals import ATTENDANCES, deliver, extract
from vrp_pipeline.calendar.feed_calendar import calendar
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, read_verdict
from vrp_pipeline.landing.receipt import receive
from vrp_pipeline.release.provenance import provenance
from vrp_pipeline.release.row_accounts import account

MAY = "2023-05"


def sites(lake: Lake) -> Counter[str]:
    path = lake.bronze_partition(ATTENDANCES, MAY)
    return Counter(pq.read_table(path, partitioning=None)["site_code"].to_pylist())


@pytest.fixture
def two(lake: Lake, tmp_path: Path) -> Lake:
    """RHM and RHU in one file, then RHM alone, with more rows."""
    deliver(lake, extract(tmp_path / "both.csv", MAY, {"RHM01": 5, "RHU03": 4}), "2023-06-10")
    deliver(lake, extract(tmp_path / "rhm.csv", MAY, {"RHM01": 7}), "2023-06-11")
    ingest(lake, ATTENDANCES)
    return lake


def test_the_month_is_the_newest_rows_of_each_sender(two: Lake) -> None:
    assert sites(two) == {"RHM01": 7, "RHU03": 4}
    verdict = read_verdict(two, ATTENDANCES, MAY)
    assert verdict is not None
    assert (verdict.rows_read, len(verdict.delivery_ids)) == (11, 2)
    assert verdict.file_name == "both.csv, rhm.csv"
    assert stale_partitions(two, ATTENDANCES) == []


def test_superseded_is_what_a_sender_replaced_of_its_own(two: Lake) -> None:
    found = account(two, ATTENDANCES)
    assert (found.received, found.bronze, found.superseded, found.waiting) == (16, 11, 5, 0)
    assert found.balances
    both, rhm = provenance(two)["deliveries"]
    assert (both["months"], rhm["months"]) == ([MAY], [MAY])


def test_a_third_hospital_waits_until_it_is_ingested_and_makes_its_month_stale(two: Lake, tmp_path: Path) -> None:
    deliver(two, extract(tmp_path / "r1f.csv", MAY, {"R1F01": 3}), "2023-06-12")
    assert stale_partitions(two, ATTENDANCES) == [MAY]
    assert account(two, ATTENDANCES).balances
    ingest(two, ATTENDANCES)
    assert sites(two) == {"RHM01": 7, "RHU03": 4, "R1F01": 3}
    assert account(two, ATTENDANCES).balances


def test_one_attendance_in_the_files_of_two_hospitals_is_found(two: Lake, tmp_path: Path) -> None:
    path = extract(tmp_path / "copied.csv", MAY, {"R1F01": 3})
    path.write_text(path.read_text("utf-8").replace("2023-05/R1F01/1", "2023-05/RHM01/1"), "utf-8")
    take(two, path)
    (verdict,) = ingest(two, ATTENDANCES)
    assert verdict.status is Status.HELD
    assert "same key" in verdict.sentence


def test_the_calendar_names_every_delivery_of_a_month_with_its_time(two: Lake) -> None:
    (row,) = [row for row in calendar(two, [ATTENDANCES]).to_pylist() if row["month"] == MAY]
    both, rhm = row["deliveries"].split()
    assert both.endswith("@2023-06-10T10:00:00.000000")
    assert rhm == f"{row['delivery_id']}@2023-06-11T10:00:00.000000"


def test_a_file_in_which_no_row_names_its_site_is_refused_with_the_column(lake: Lake, tmp_path: Path) -> None:
    (receipt,) = receive(lake, [extract(tmp_path / "nobody.csv", MAY, {"": 5})])
    assert receipt.refusal is not None
    assert "'Site_Code_of_Treatment'" in str(receipt.refusal)


def test_rows_without_a_site_in_the_file_of_one_hospital_are_its_own(lake: Lake, tmp_path: Path) -> None:
    delivery = deliver(lake, extract(tmp_path / "rhm.csv", MAY, {"RHM01": 5, "": 1}), "2023-06-10")
    assert delivery.senders == {MAY: {"RHM01": 6}}


def test_a_persons_name_in_the_column_of_the_sender_never_enters_the_ledger(lake: Lake, tmp_path: Path) -> None:
    path = extract(tmp_path / "shifted.csv", MAY, {"RHM01": 5, "RHU03": 5, "Fictional Person": 1, "9990000001": 1})
    delivery = deliver(lake, path, "2023-06-10")
    assert delivery.senders == {MAY: {"": 2, "RHM01": 5, "RHU03": 5}}
    assert "Fictional" not in delivery.path(lake).with_name("delivery.json").read_text("utf-8")


@pytest.mark.parametrize("spelt", ["rhm01", "Rhm 1"])
def test_one_code_in_another_spelling_stops_no_feed_and_loses_no_row(lake: Lake, tmp_path: Path, spelt: str) -> None:
    deliver(lake, extract(tmp_path / "rhm.csv", MAY, {"RHM01": 4, "RHU03": 4, spelt: 1}), "2023-06-10")
    (verdict,) = ingest(lake, ATTENDANCES)
    assert verdict.rows_read == 9
    assert (verdict.status, "cannot be read" in verdict.sentence) == (Status.HELD, True)
    assert account(lake, ATTENDANCES).balances


def test_a_hospital_that_spells_its_code_in_small_letters_replaces_its_own_rows(two: Lake, tmp_path: Path) -> None:
    deliver(two, extract(tmp_path / "small.csv", MAY, {"RHM01": 398, "rhm01": 2}), "2023-06-12")
    (verdict,) = ingest(two, ATTENDANCES)
    # By hand: 400 rows replace the seven of RHM01, the four of RHU03 stay, and two have no code of the agreed form.
    assert (verdict.rows_read, verdict.rows_quarantined) == (404, 2)
    assert account(two, ATTENDANCES).balances


def test_a_code_with_characters_that_nobody_sees_is_the_code(lake: Lake, tmp_path: Path) -> None:
    path = extract(tmp_path / "rhm.csv", MAY, {"RHM01": 4, "RHU03": 2})
    text = path.read_text("utf-8").replace(",RHM01,", ",RHM01\u200b ,").replace(",RHU03,", ",\xa0RHU03,")
    path.write_text(text, "utf-8")
    assert deliver(lake, path, "2023-06-10").senders == {MAY: {"RHM01": 4, "RHU03": 2}}
    ingest(lake, ATTENDANCES)
    assert sites(lake) == {"RHM01": 4, "RHU03": 2}
