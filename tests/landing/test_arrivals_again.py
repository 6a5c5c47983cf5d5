"""A file that comes again counts as the newest, unless it counts anyway or its successor came with it."""

from datetime import UTC, datetime
from pathlib import Path

from tests.support.hospitals import ATTENDANCES, deliver, extract
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.landing.receipt import Receipt, receive
from vrp_pipeline.release.row_accounts import account

MAY = "2023-05"


def again(lake: Lake, *paths: Path, day: str = "2023-07-01") -> list[Receipt]:
    return list(receive(lake, paths, datetime.fromisoformat(f"{day} 09:00").replace(tzinfo=UTC)))


def right_and_wrong(lake: Lake, tmp_path: Path) -> tuple[Path, Path]:
    right = extract(tmp_path / "right.csv", MAY, {"RHM01": 5})
    wrong = extract(tmp_path / "wrong.csv", MAY, {"RHM01": 3}, first=50)
    deliver(lake, right, "2023-06-10")
    deliver(lake, wrong, "2023-06-11")
    return right, wrong


def test_a_replaced_file_sent_again_is_a_new_arrival_of_the_same_bytes(lake: Lake, tmp_path: Path) -> None:
    right, _ = right_and_wrong(lake, tmp_path)
    ingest(lake, ATTENDANCES)
    (receipt,) = again(lake, right)
    assert receipt.is_new
    assert receipt.delivery is not None
    first = deliveries(lake, ATTENDANCES)[0]
    assert receipt.delivery.delivery_id == f"{first.delivery_id}-2"
    assert receipt.delivery.path(lake).samefile(first.path(lake))
    assert receipt.delivery.received_on.isoformat() == "2023-07-01"
    assert stale_partitions(lake, ATTENDANCES) == [MAY]
    (verdict,) = ingest(lake, ATTENDANCES)
    assert verdict.rows_published == 5
    assert account(lake, ATTENDANCES).balances


def test_the_newest_file_sent_again_is_known(lake: Lake, tmp_path: Path) -> None:
    _, wrong = right_and_wrong(lake, tmp_path)
    (receipt,) = again(lake, wrong)
    assert not receipt.is_new
    assert receipt.superseded_by is None
    assert len(deliveries(lake, ATTENDANCES)) == 2


def test_a_folder_received_again_changes_nothing_and_names_the_file_that_counts(lake: Lake, tmp_path: Path) -> None:
    right, wrong = right_and_wrong(lake, tmp_path)
    receipts = {receipt.path: receipt for receipt in again(lake, right, wrong)}
    assert not any(receipt.is_new for receipt in receipts.values())
    superseded_by = receipts[right].superseded_by
    assert superseded_by is not None
    assert superseded_by.file_name == "wrong.csv"
    assert len(deliveries(lake, ATTENDANCES)) == 2


def test_a_file_of_one_hospital_is_not_replaced_by_that_of_another(lake: Lake, tmp_path: Path) -> None:
    first = extract(tmp_path / "rhm.csv", MAY, {"RHM01": 5})
    deliver(lake, first, "2023-06-10")
    deliver(lake, extract(tmp_path / "rhu.csv", MAY, {"RHU03": 4}), "2023-06-11")
    (receipt,) = again(lake, first)
    assert not receipt.is_new


def test_history_loaded_twice_stays_in_its_order(lake: Lake, tmp_path: Path) -> None:
    right, _ = right_and_wrong(lake, tmp_path)
    (receipt,) = again(lake, right, day="2023-06-10")
    # No moment before the newest in the lake is free for what comes now, so the file is received on its own past day.
    assert receipt.delivery is not None
    for known in receive(lake, [right], received_on=datetime(2023, 6, 10, tzinfo=UTC).date()):
        assert not known.is_new
    assert newest_per_partition(lake, ATTENDANCES)[MAY].rows == 5
