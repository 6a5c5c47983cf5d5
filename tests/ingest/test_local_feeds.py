"""Feeds of local authorities and communities through the real ingest: the fixtures' content, and what holds a month."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict
from vrp_pipeline.synthetic.formats import workbooks

SUSPENSIONS, CHILDREN = "local_authorities__suspensions", "local_authorities__children_in_need"
ASB = "local_authorities__antisocial_behaviour"
SESSIONS, REPORTS = "communities__interventions", "communities__anonymous_reports"


def verdicts(lake: Lake, feed: str) -> dict[str, Verdict]:
    return {verdict.partition: verdict for verdict in ingest(lake, FEEDS[feed])}


def bronze(lake: Lake, feed: str, partition: str) -> pa.Table:
    return pq.read_table(lake.bronze_partition(FEEDS[feed], partition), partitioning=None)


def reasons(verdict: Verdict) -> list[str]:
    return [unmet.expectation for unmet in verdict.unmet_expectations if unmet.holds]


@pytest.mark.parametrize(
    ("feed", "rows"),
    [
        (SUSPENSIONS, {"2024-01": 3, "2024-02": 2, "2024-03": 1}),
        (CHILDREN, {"2024": 4}),
        (ASB, {"2024-03": 5}),
        (SESSIONS, {"2024-03": 4}),
        (REPORTS, {"2024-03": 3}),
    ],
)
def test_a_fixture_is_published_whole(lake: Lake, feed: str, rows: dict[str, int]) -> None:
    take(lake, fixture_of(feed))
    judged = verdicts(lake, feed)
    assert {partition: verdict.rows_published for partition, verdict in judged.items()} == rows
    assert {verdict.status for verdict in judged.values()} == {Status.PUBLISHED}


def test_a_pupil_has_the_same_pseudonym_at_school_and_in_care(lake: Lake) -> None:
    take(lake, fixture_of(SUSPENSIONS), fixture_of(CHILDREN))
    verdicts(lake, SUSPENSIONS), verdicts(lake, CHILDREN)
    suspended = bronze(lake, SUSPENSIONS, "2024-01")["pupil_pseudonym"].to_pylist()
    february = bronze(lake, SUSPENSIONS, "2024-02")["pupil_pseudonym"].to_pylist()
    in_need = bronze(lake, CHILDREN, "2024")
    assert suspended[0] == february[0] == in_need["pupil_pseudonym"][0].as_py()
    # The baby has no pupil number; the third child is in no suspension.
    assert in_need["pupil_pseudonym"].to_pylist()[2] is None
    assert in_need["pupil_pseudonym"].to_pylist()[3] not in suspended


def test_a_census_row_holds_what_stands_around_and_below_the_referral(lake: Lake) -> None:
    take(lake, fixture_of(CHILDREN))
    verdicts(lake, CHILDREN)
    rows = bronze(lake, CHILDREN, "2024").to_pylist()
    assert [row["authority_code"] for row in rows] == ["850"] * 4
    assert [row["assessment_factors"] for row in rows] == ["3C;18B", "13A;24A;18B", None, None]
    # Born 5 February 2010: 13 in May 2023, 14 on 12 February 2024. Born 30 November 2022: a baby, not an unknown age.
    assert [row["child_age"] for row in rows] == [13, 14, 0, 11]
    assert [row["is_no_further_action"] for row in rows] == [False, False, False, True]
    assert [row["sex"] for row in rows] == ["1", "1", "F", "2"]
    assert [row["abuse_categories"] for row in rows] == ["PHY", None, None, None]


def test_the_same_local_number_in_two_authorities_is_two_children(lake: Lake, tmp_path: Path) -> None:
    text = fixture_of(CHILDREN).read_text(encoding="utf-8")
    before, first, after = text.partition("<LEA>850</LEA>")
    other = f"{before}<LEA>852</LEA>{after}".replace("LA0001", "LA0003")
    other = other.replace("2023-05-02", "2024-01-09").replace("2023-09-01", "2024-02-09")
    (tmp_path / "cin.xml").write_text(other, encoding="utf-8")
    take(lake, tmp_path / "cin.xml")
    verdict = verdicts(lake, CHILDREN)["2024"]
    assert first
    assert (verdict.rows_published, verdict.rows_quarantined) == (4, 0)


def test_a_child_without_a_referral_is_found(lake: Lake, tmp_path: Path) -> None:
    head, _, tail = fixture_of(CHILDREN).read_text(encoding="utf-8").rpartition("<CINdetails>")
    (tmp_path / "cin.xml").write_text(head + tail.partition("</CINdetails>")[2], encoding="utf-8")
    take(lake, tmp_path / "cin.xml")
    verdict = verdicts(lake, CHILDREN)["2024"]
    assert verdict.rows_read == 4
    assert reasons(verdict) == ["values can be read"]  # one of four rows, where one of fifty is tolerated
    assert any("CINreferralDate' is blank" in reason for reason in verdict.rows_per_reason)


def test_dates_of_every_kind_and_a_mark_of_yes_are_read_from_the_districts_sheets(lake: Lake) -> None:
    take(lake, fixture_of(ASB))
    verdicts(lake, ASB)
    rows = bronze(lake, ASB, "2024-03").to_pylist()
    assert [f"{row['reported_at']:%d %H:%M}" for row in rows] == [
        "02 21:00", "09 22:30", "16 23:15", "05 00:00", "30 18:00",
    ]  # fmt: skip
    assert [row["district_name"] for row in rows] == ["Southampton"] * 3 + ["Portsmouth"] * 2
    assert [row["is_repeat_complainant"] for row in rows] == [True, False, False, True, False]
    assert {(row["easting"], row["northing"]) for row in rows} == {(442050, 112050)}  # middle of the 100 m square


def test_a_programme_may_send_its_sessions_as_csv(lake: Lake, tmp_path: Path) -> None:
    headings = [column.header for column in FEEDS[SESSIONS].columns]
    row = {
        "intervention_id": "INT-0001",
        "session_no": "0",
        "session_date": "01/03/2024",
        "session_outcome": "referral",
        "status": "referred",
    }
    with (tmp_path / "sessions.csv").open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, headings, restval="")
        writer.writeheader()
        writer.writerow(row)
    take(lake, tmp_path / "sessions.csv")
    assert verdicts(lake, SESSIONS)["2024-03"].rows_published == 1


def test_a_handling_code_survives_and_no_word_of_a_reporter_does(lake: Lake) -> None:
    take(lake, fixture_of(REPORTS))
    verdicts(lake, REPORTS)
    rows = bronze(lake, REPORTS, "2024-03")
    assert rows["handling_code"].to_pylist() == ["P", "C", "P"]
    assert rows["weapons_mentioned"].to_pylist() == ["knife", "knife;firearm", None]
    assert "Fictional" not in json.dumps(rows.to_pylist(), default=str)


TERM = ["2024-01", "2024-02", "2024-03"]
TERMS = {"2022-09": ["2022-09", "2022-10", "2022-11", "2022-12"], "2023-01": ["2023-01", "2023-02", "2023-03"]}


def term(path: Path, months: list[str], changes: dict[str, dict[str, str]]) -> Path:
    """A term with 400 suspensions a month for disruption (half), assault (a quarter) and insults (a quarter)."""
    one = rows_of(SUSPENSIONS)[0]
    codes = ["DB"] * 200 + ["PP"] * 100 + ["VA"] * 100
    rows = []
    for month in months:
        recoded = changes.get(month, {})
        rows += [
            one
            | {
                "row_reference": f"{month}-{number:04d}",
                "start_date": f"{month}-{number % 28 + 1:02d}",
                "exclusion_reasons": recoded.get(code, code),
            }
            for number, code in enumerate(codes)
        ]
    return write_rows(path, rows)


def test_a_month_whose_reasons_are_miscoded_at_normal_volume_is_held(lake: Lake, tmp_path: Path) -> None:
    take(lake, *(term(tmp_path / f"{first}.csv", months, {}) for first, months in TERMS.items()))
    take(lake, term(tmp_path / "2024.csv", TERM, {"2024-02": {"DB": "PA"}}))
    judged = verdicts(lake, SUSPENSIONS)
    assert reasons(judged["2024-02"]) == ["no slice is too large", "exclusion_reasons is spread as usual"]
    assert {verdict.status for partition, verdict in judged.items() if partition != "2024-02"} == {Status.PUBLISHED}


def test_a_month_without_the_sheet_of_a_large_district_is_held(lake: Lake, tmp_path: Path) -> None:
    shares = {"Portsmouth": 360, "Southampton": 420, "Gosport": 240, "Hart": 180}
    headings = [column.header for column in FEEDS[ASB].columns[1:]]

    def month(name: str, missing: str = "") -> Path:
        def sheet(district: str, rows: int) -> pa.Table:
            cells = {
                "asb_ref": [f"{district[:3].upper()}-{name}-{n:04d}" for n in range(rows)],
                "source_system": ["council"] * rows,
                "reported_datetime": [f"{name}-{n % 28 + 1:02d} 10:00:00" for n in range(rows)],
                "nsir_category": ["Nuisance"] * rows,
                "easting": ["442050"] * rows,
                "northing": ["112050"] * rows,
            }
            return pa.table({h: pa.array(cells.get(h, [None] * rows), pa.string()) for h in headings})

        sheets = {district: sheet(district, 0 if district == missing else rows) for district, rows in shares.items()}
        return workbooks.write(tmp_path / f"asb_{name}.xlsx", sheets, notes={"Cover": "Notes"})

    take(lake, *(month(name) for name in ("2023-10", "2023-11", "2023-12", "2024-01")))
    take(lake, month("2024-02", missing="Gosport"))
    judged = verdicts(lake, ASB)
    # A fifth of the reports is missing: the volume is within bounds, the shares of the districts are not.
    assert reasons(judged["2024-02"]) == ["no slice is too small", "district_name is spread as usual"]
    assert judged["2024-01"].status is Status.PUBLISHED
