"""Records by which staff try out a system are put aside, and people whose names look like theirs are not."""

from pathlib import Path

import pyarrow as pa
import pytest

from tests.support.deliveries import rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.invented_people import note_invented_people
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.validation.reasons import Reasons

PEOPLE = FEEDS["probation__supervised_people"]
SUSPENSIONS = FEEDS["local_authorities__suspensions"]
INVENTED = [
    ("TEST", "PATIENT"), ("Patient", "Test"), ("Test", "Test"), ("Test", "Smith"), ("Zz", "ZZTEST"),
    ("A", "XXTESTPERSON"),
    ("Test", ""), ("Jo", "Test 3"), ("Jo", "Test-Record"), ("Dummy", "Offender"),
    ("DO NOT USE", "x"),
    ("test2", "a"),
]  # fmt: skip
REAL = [
    ("Mary", "Test"), ("John", "Tester"), ("Testimony", "Okoro"), ("Case", "Bloggs"), ("Ann", "Child"),
    ("Jo", "Attest"), ("", ""), ("Testament", "Person"), ("Contest", "Case"), ("Rex", "Teston"),
    ("", "Test"), ("Case", "Test"), ("Mary Child", "Test"), ("Détest", "Person"), ("Prétest", "Person"),
]  # fmt: skip


def told(feed: str, columns: dict[str, list[str | None]]) -> list[bool]:
    """Whether each row is told to be one of nobody."""
    texts = pa.table({name: pa.chunked_array([pa.array(values, pa.string())]) for name, values in columns.items()})
    faults = Reasons(texts.num_rows)
    note_invented_people(FEEDS[feed], texts, faults)
    return [bool(is_told) for is_told in faults.to_array().is_valid().to_pylist()]


@pytest.mark.parametrize(("names", "is_invented"), [(INVENTED, True), (REAL, False)], ids=["invented", "real"])
def test_the_names_of_test_records_are_told_from_those_of_people(
    names: list[tuple[str, str]], is_invented: bool
) -> None:
    forenames, surnames = map(list, zip(*names, strict=True))
    found = dict(zip(names, told(PEOPLE.name, {"forename": forenames, "surname": surnames}), strict=True))
    assert found == dict.fromkeys(names, is_invented)


def test_a_name_in_one_column_is_told_in_either_order() -> None:
    names = ["Test Pupil", "PUPIL, TEST", "ZZTest, Jo", "Test", "Test, Mary", "Mary Test", None]
    assert told(SUSPENSIONS.name, {"pupil_name": names}) == [True, True, True, False, False, False, False]


def test_a_feed_without_names_tells_of_nobody() -> None:
    assert told("health__emergency_attendances", {"attendance_id": ["TEST PATIENT"]}) == [False]


def test_the_row_of_a_test_record_is_put_aside_with_the_reason_and_without_the_name(lake: Lake, tmp_path: Path) -> None:
    one = rows_of(SUSPENSIONS.name)[0]
    rows = [
        {
            **one,
            "row_reference": f"850-2024-{row:05d}",
            "pupil_name": "ZZTEST Fictional" if row == 7 else "Fictional Pupil",
        }
        for row in range(100)
    ]
    take(lake, write_rows(tmp_path / "term.csv", rows))
    verdict = next(verdict for verdict in ingest(lake, SUSPENSIONS) if verdict.rows_read)
    assert (verdict.rows_published, verdict.rows_per_reason) == (
        99, {"the name is that of a record made to test a system": 1},
    )  # fmt: skip
    written = b"".join(
        path.read_bytes() for zone in ("quarantine", "verdicts") for path in (lake.root / zone).rglob("*.*")
    )
    assert b"ZZTEST" not in written
