"""Invalid rows, rows that only look invalid, and months with too few rows, through the real receipt and ingest."""

import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import Row, rows_of, take, write_rows
from tests.support.months import Ingested, ingested, month
from vrp_pipeline.calendar.feed_calendar import calendar
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.columns import Drop
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.release.row_accounts import account

OFFENCES, ATTENDANCES = "police__offences", "health__emergency_attendances"
AMBULANCES, FIRES, SUSPENSIONS = "health__ambulance_incidents", "fire__incidents", "local_authorities__suspensions"
PEOPLE, SENTENCES = "probation__supervised_people", "probation__sentenced_offences"
NEVER = "2099-01-01"

# One text in one row, and the reason for its quarantine: references rounded by a spreadsheet, suppression tokens, times
# in the future.
FAULTS: dict[str, list[tuple[str, str, str]]] = {
    OFFENCES: [
        ("crime_reference", "4.424E+10", "the crime reference is not eleven digits"),
        ("committed_from_datetime", f"{NEVER}T22:15", "'committed_from_datetime' lies after the day the file came"),
        ("weapon_type", "*", "'weapon_type' is not a known code"),
    ],
    ATTENDANCES: [
        ("EC_Ident", "4.424E+10", "'EC_Ident' is not written as a reference"),
        ("EC_Injury_Intent_SNOMED_CT", "9.99003E+17", "'EC_Injury_Intent_SNOMED_CT' is not a SNOMED CT code"),
        # 999003031000000102 with the fifteen digits that a spreadsheet keeps.
        ("EC_Injury_Intent_SNOMED_CT", "999003031000000000", "'EC_Injury_Intent_SNOMED_CT' is not a SNOMED CT code"),
        ("NHS_Number", "9.99E+09", "'NHS_Number' was rounded by a spreadsheet"),
        ("EC_Injury_Date", NEVER, "'EC_Injury_Date' lies after the day the file came"),
        ("Age_At_Arrival", "*", "'Age_At_Arrival' is not a readable integer"),
        ("Sex", "x", "'Sex' is not a known code"),
        ("Der_Postcode_LSOA_Code", "c", "the small area of residence has the wrong form"),
    ],
    AMBULANCES: [
        ("incident_number", "2.4031E+11", "the number of the incident has characters of no number"),
        ("patient_age", "x", "'patient_age' is not a readable integer"),
        ("nhs_number", "9.99E+09", "'nhs_number' was rounded by a spreadsheet"),
    ],
    FIRES: [
        ("incident_number", "1.1032E+13", "the number of the incident has characters of no number"),
        ("timestamp_of_call", f"{NEVER} 21:05:00", "'timestamp_of_call' lies after the day the file came"),
        ("num_pumps_attending", "c", "'num_pumps_attending' is not a readable integer"),
    ],
    SUSPENSIONS: [
        ("row_reference", "8.5E+10", "'row_reference' is not written as a reference"),
        ("UPN", "8.5E+12", "'UPN' was rounded by a spreadsheet"),
        ("sessions", "x", "'sessions' is not a readable integer"),
        ("exclusion_reasons", "c", "'exclusion_reasons' is not one to three codes of two letters"),
        ("sex", "*", "'sex' is not a known code"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("feed", FAULTS)
def test_a_faulty_text_sends_its_own_row_to_quarantine_with_the_reason(lake: Lake, tmp_path: Path, feed: str) -> None:
    planted = {number * 10: fault for number, fault in enumerate(FAULTS[feed], start=1)}
    rows = 210 * len(planted)  # one row in 210 is below what any suite tolerates of one fault
    changes = {row: {header: text} for row, (header, text, _) in planted.items()}
    found = ingested(lake, feed, month(tmp_path / "month.csv", feed, rows, changes))
    assert found.reasons == {row: reason for row, (_, _, reason) in planted.items()}
    assert sorted(found.bronze) == [row for row in range(1, rows + 1) if row not in planted]
    assert not [text for _, text, _ in planted.values() if len(text) > 1 and text in found.told]


def test_a_month_all_of_which_is_rounded_is_held_with_the_remedy(lake: Lake, tmp_path: Path) -> None:
    rounded: dict[int, Row] = {row: {"NHS_Number": "9.99E+09"} for row in range(1, 51)}
    found = ingested(lake, ATTENDANCES, month(tmp_path / "month.csv", ATTENDANCES, 50, rounded))
    assert found.verdicts["2024-03"].status is Status.HELD
    assert found.bronze == {}
    sentence = found.verdicts["2024-03"].sentence
    assert "month.csv is held" in sentence
    assert "in 50 rows (100.0%), first in row 1" in sentence
    assert "ask the agency to correct them" in sentence
    assert "9.99E+09" not in found.told


def test_a_call_of_a_month_to_come_stands_without_a_month_and_is_accounted_for(lake: Lake, tmp_path: Path) -> None:
    path = month(tmp_path / "calls.csv", AMBULANCES, 100, {40: {"call_connect_datetime": f"{NEVER} 10:00:00"}})
    found = ingested(lake, AMBULANCES, path)
    assert found.verdicts["2024-03"].rows_published == 99
    assert found.reasons == {40: "'call_connect_datetime' lies after the day the file came"}
    assert account(lake, FEEDS[AMBULANCES]).balances


def test_an_injury_after_the_arrival_is_kept_for_patients_and_clocks_err(lake: Lake, tmp_path: Path) -> None:
    """Assault after arrival is possible (docs/feeds.md#health [K]): no fault of the delivery."""
    found = ingested(
        lake, ATTENDANCES, month(tmp_path / "a.csv", ATTENDANCES, 50, {7: {"EC_Injury_Date": "2024-03-11"}})
    )
    assert found.reasons == {}
    assert found.bronze[7]["injury_date"] == date(2024, 3, 11)


def test_a_date_that_may_lie_ahead_is_no_fault(lake: Lake, tmp_path: Path) -> None:
    text = fixture_of(SENTENCES).read_text(encoding="utf-8")
    assert text.count('"expectedSentenceEndDate": "2025-03-10"') > 1
    (tmp_path / "s.jsonl").write_text(text.replace("2025-03-10", NEVER), encoding="utf-8")
    found = ingested(lake, SENTENCES, tmp_path / "s.jsonl")
    assert found.reasons == {}
    assert {row["expected_end_date"] for row in found.bronze.values()} == {date(2099, 1, 1), None}


def test_a_withheld_number_is_nobodys_and_not_one_persons(lake: Lake, tmp_path: Path) -> None:
    withheld = {
        row: {"NHS_Number": text} for row, text in enumerate(["*", "x", "not known", "", "9990000018"], start=1)
    }
    found = ingested(lake, ATTENDANCES, month(tmp_path / "a.csv", ATTENDANCES, 6, withheld))
    pseudonyms = [found.bronze[row]["patient_pseudonym"] for row in range(1, 7)]
    assert pseudonyms[:4] == [None] * 4
    assert pseudonyms[4] == pseudonyms[5] is not None, "999 000 0018 is the same number"


def test_age_0_is_a_baby_where_it_is_delivered_as_an_age_and_blank_is_unknown(lake: Lake, tmp_path: Path) -> None:
    ages = {1: {"Age_At_Arrival": "0"}, 2: {"Age_At_Arrival": ""}}
    found = ingested(lake, ATTENDANCES, month(tmp_path / "a.csv", ATTENDANCES, 3, ages))
    assert [found.bronze[row]["age_at_arrival"] for row in (1, 2, 3)] == [0, None, 21]


def test_a_small_area_of_2021_under_a_heading_of_2011_is_kept_as_it_came(lake: Lake, tmp_path: Path) -> None:
    changes = {2: {"LSOA11": "E01035999"}}
    found = ingested(lake, "health__admissions", month(tmp_path / "a.csv", "health__admissions", 3, changes))
    assert [found.bronze[row]["residence_lsoa_code"] for row in (1, 2, 3)] == ["E01900001", "E01035999", "E01900001"]


def test_truths_and_sexes_in_two_spellings_are_read_alike(lake: Lake) -> None:
    found = ingested(lake, SUSPENSIONS, fixture_of(SUSPENSIONS))
    delivered = rows_of(SUSPENSIONS)
    assert {row["fsm_eligible"] for row in delivered} == {"true", "1"}
    assert [row["is_eligible_for_free_meals"] for row in found.bronze.values()] == [True] * 6
    assert Counter(row["sex"] for row in found.bronze.values()) == {"M": 3, "1": 3}, "staging says male of both"


def test_nine_reasons_of_six_suspensions_are_six_rows(lake: Lake) -> None:
    found = ingested(lake, SUSPENSIONS, fixture_of(SUSPENSIONS))
    reasons = [row["exclusion_reasons"].split(";") for row in found.bronze.values()]
    assert (len(reasons), sum(map(len, reasons))) == (6, 9)


def test_nothing_tells_about_a_restricted_person_once_they_are_ingested(lake: Lake) -> None:
    found = ingested(lake, PEOPLE, fixture_of(PEOPLE))
    (hidden,) = (row for row in found.bronze.values() if row["is_restricted"])
    assert [hidden[name] for name in ("pnc_pseudonym", "person_age", "sex", "residence_lsoa_code", "tier")] == [
        None
    ] * 5


FREE_TEXT = [
    name
    for name, feed in FEEDS.items()
    if name != OFFENCES and any(isinstance(column.treatment, Drop) for column in feed.columns)
]


@pytest.mark.parametrize("feed", FREE_TEXT)
def test_no_name_and_no_postcode_of_a_free_text_is_in_anything_written(lake: Lake, feed: str) -> None:
    found = ingested(lake, feed, fixture_of(feed))
    assert found.bronze or found.quarantine
    written = repr([found.bronze, found.quarantine]) + found.told
    written += "".join(path.read_text(encoding="utf-8") for path in lake.data_docs.rglob("*.html"))
    assert not [phrase for phrase in ("Fictional", "SO14 7ZZ", "Example Road", "Example Arms") if phrase in written]


def street(path: Path, rows: dict[str, int], **changes: str) -> Path:
    """Months of located street crimes, as many as said; `changes` are made to the first row of each."""
    feed = FEEDS["police__street_crimes"]
    with zipfile.ZipFile(fixture_of(feed.name)) as archive:
        lines = archive.read("2024-03/2024-03-hampshire-street.csv").decode().splitlines()
    headings, one = lines[0].split(","), dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    with zipfile.ZipFile(path, "w") as archive:
        for number, (partition, count) in enumerate(rows.items()):
            made = [one | {"Crime ID": f"{number:02x}{row:062x}", "Month": partition} for row in range(count)]
            made[0] |= changes
            text = "\n".join([lines[0], *(",".join(row[heading] for heading in headings) for row in made)]) + "\n"
            archive.writestr(f"{partition}/{partition}-hampshire-street.csv", text)
    return path


def test_a_semicolon_within_an_outcome_splits_nothing(lake: Lake, tmp_path: Path) -> None:
    outcome = "Investigation complete; no suspect identified"
    found = ingested(
        lake, "police__street_crimes", street(tmp_path / "a.zip", {"2024-03": 5}, **{"Last outcome category": outcome})
    )
    assert found.bronze[1]["last_outcome_category"] == outcome
    assert len(found.bronze) == 5


def test_a_row_without_a_small_area_keeps_its_coordinates(lake: Lake, tmp_path: Path) -> None:
    blank = {"LSOA code": "", "LSOA name": ""}
    found = ingested(lake, "police__street_crimes", street(tmp_path / "a.zip", {"2024-03": 5}, **blank))
    first = found.bronze[1]
    assert (first["lsoa_code"], first["longitude"], first["latitude"]) == (None, -1.402, 50.906)
    assert found.reasons == {}


def test_a_file_that_is_there_with_a_fifth_of_its_rows_is_held(lake: Lake, tmp_path: Path) -> None:
    rows = {"2023-12": 600, "2024-01": 600, "2024-02": 600, "2024-03": 120}
    take(lake, street(tmp_path / "a.zip", rows))
    verdicts = {verdict.partition: verdict for verdict in ingest(lake, FEEDS["police__street_crimes"])}
    assert [verdicts[partition].status for partition in rows] == [Status.PUBLISHED] * 3 + [Status.HELD]
    assert "volume is not too small" in [
        unmet.expectation for unmet in verdicts["2024-03"].unmet_expectations if unmet.holds
    ]


def test_an_all_quiet_month_of_a_term_is_received_and_zero(lake: Lake, tmp_path: Path) -> None:
    """April to August is one term, and in August schools are closed."""
    starts = ["2024-04-16", "2024-05-02", "2024-06-03", "2024-07-01"]
    rows = [row | {"start_date": start} for row, start in zip(rows_of(SUSPENSIONS), starts, strict=False)]
    found = ingested(lake, SUSPENSIONS, write_rows(tmp_path / "summer.csv", rows))
    assert {partition: verdict.rows_published for partition, verdict in found.verdicts.items()} == {
        "2024-04": 1, "2024-05": 1, "2024-06": 1, "2024-07": 1, "2024-08": 0,
    }  # fmt: skip
    of_feed = {row["month"]: row for row in calendar(lake).to_pylist() if row["feed"] == SUSPENSIONS}
    assert (of_feed["2024-08"]["status"], of_feed["2024-08"]["rows_published"]) == ("received", 0)
    assert of_feed["2024-09"]["status"] != "received"


def test_an_all_quiet_month_of_recorded_crime_is_held_for_it_cannot_be(lake: Lake, tmp_path: Path) -> None:
    rows = [row for row in rows_of(OFFENCES) if row["date_recorded"][:7] in ("2024-01", "2024-03")]
    found: Ingested = ingested(lake, OFFENCES, write_rows(tmp_path / "extract.csv", rows))
    assert {partition: verdict.status for partition, verdict in found.verdicts.items()} == {
        "2024-01": Status.PUBLISHED, "2024-02": Status.HELD, "2024-03": Status.PUBLISHED,
    }  # fmt: skip
