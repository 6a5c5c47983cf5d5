"""When a record was first received is read from the deliveries: restated months change it as little as rebuilding does.

The deliveries are received for real; the keys expected are those written into them.
"""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.deliveries import Row, rows_of, write_rows
from vrp_pipeline.erasure.people import remove, subject
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.erasures import record
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.receipt import receive
from vrp_pipeline.linkage.events.first_receipts import FOLDER, first_receipts

OFFENCES, ATTENDANCES = FEEDS["police__offences"], FEEDS["health__emergency_attendances"]
MARCH = [
    row
    for row in rows_of(OFFENCES.name)
    if row["date_recorded"].startswith("2024-03") and row["victim_ref"] and row["crime_status"] == "active"
]
REFERENCES = list(dict.fromkeys(row["crime_reference"] for row in MARCH))
A, B, C = REFERENCES[:3]


def days(*numbers: int | None) -> list[datetime | None]:
    return [datetime(2024, 4, number, 9, tzinfo=UTC) if number else None for number in numbers]


def of(*references: str) -> list[Row]:
    return [row for row in MARCH if row["crime_reference"] in references]


def deliver(lake: Lake, path: Path, day: int, rows: list[Row]) -> None:
    """An extract of March received on a day of April, in which every row has the beat of that day."""
    path.mkdir(exist_ok=True)
    file = write_rows(path / f"extract-{day:02}.csv", [{**row, "beat_code": f"SC{day:02}"} for row in rows])
    for receipt in receive(lake, [file], datetime(2024, 4, day, 9, tzinfo=UTC)):
        assert receipt.refusal is None, receipt.refusal


def received(lake: Lake, *references: str) -> list[datetime | None]:
    """When crimes were first received, which all stand in the newest delivery, each as its first victim's record."""
    newest = deliveries(lake, OFFENCES)[-1].delivery_id
    records = pa.table(
        {
            "feed": [OFFENCES.name] * len(references),
            "record_id": [f"{reference}|a-pseudonym" for reference in references],
            "delivery_id": [newest] * len(references),
        }
    )
    moments = first_receipts(lake, records).to_pylist()
    return [None if moment is None else datetime.fromtimestamp(moment / 1e6, UTC) for moment in moments]


def kept(lake: Lake) -> bytes:
    return (lake.event_links / FOLDER / f"{OFFENCES.name}.parquet").read_bytes()


def test_a_crime_that_a_restated_month_repeats_keeps_its_receipt_and_a_new_one_has_its_own(
    lake: Lake, tmp_path: Path
) -> None:
    deliver(lake, tmp_path / "in", 3, of(A))
    assert received(lake, A) == days(3)
    deliver(lake, tmp_path / "in", 10, of(A, B))
    assert received(lake, A, B) == days(3, 10)
    deliver(lake, tmp_path / "in", 17, of(A, B, C))
    assert received(lake, C, B, A) == days(17, 10, 3)


def test_a_crime_that_was_left_out_once_and_came_back_keeps_its_first_receipt(lake: Lake, tmp_path: Path) -> None:
    for day, references in ((3, (A, B)), (10, (B,)), (17, (A, B))):
        deliver(lake, tmp_path / "in", day, of(*references))
    assert received(lake, A, B) == days(3, 3)


def test_what_is_kept_is_the_same_night_by_night_and_all_at_once(lake: Lake, tmp_path: Path) -> None:
    at_once = Lake(tmp_path / "at once")
    for day, references in ((3, (B,)), (10, (A, B)), (17, (A,)), (24, (A, B, C))):
        deliver(lake, tmp_path / "in", day, of(*references))
        deliver(at_once, tmp_path / "in", day, of(*references))
        received(lake, A)
    assert received(at_once, A, B, C) == received(lake, A, B, C) == days(10, 3, 24)
    assert kept(at_once) == kept(lake)


def test_a_delivery_is_read_once(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, tmp_path / "in", 3, of(A))
    deliver(lake, tmp_path / "in", 10, of(A, B))
    before = received(lake, A, B)
    deliveries(lake, OFFENCES)[0].path(lake).unlink()
    assert received(lake, A, B) == before


def test_as_of_a_past_day_only_what_was_received_by_then_counts(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, tmp_path / "in", 3, of(A))
    deliver(lake, tmp_path / "in", 10, of(A, B))
    received(lake, A, B)
    then = lake.as_of("2024-04-05")
    assert received(then, A) == days(3)
    assert not (then.event_links / FOLDER).exists(), "nothing was replaced by then"


def test_a_crime_of_which_no_delivery_is_known_has_no_receipt(lake: Lake) -> None:
    table = pa.table({"feed": [ATTENDANCES.name], "record_id": ["e"], "delivery_id": ["nowhere"]})
    assert first_receipts(lake, table).to_pylist() == [None]


def test_who_was_erased_leaves_no_key_behind(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = Lake(tmp_path / "without")
    monkeypatch.setenv("VRP_KEY_FILE", str(tmp_path / "key"))
    person = of(A)[0]["victim_ref"]
    others = [row for row in MARCH if row["victim_ref"] != person]
    for day in (3, 10):
        deliver(lake, tmp_path / "in", day, MARCH)
        deliver(without, tmp_path / "in", day, others)
    received(lake, *REFERENCES)
    record(lake, subject("police_person", person))
    assert remove(lake).deliveries == 2 * (len(MARCH) - len(others)) > 0
    rest = [reference for reference in REFERENCES if any(row["crime_reference"] == reference for row in others)]
    assert received(lake, *rest) == received(without, *rest) == days(*[3] * len(rest))
    keys = [pq.read_table(each.event_links / FOLDER / f"{OFFENCES.name}.parquet") for each in (lake, without)]
    assert keys[0].equals(keys[1])
