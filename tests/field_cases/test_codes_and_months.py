"""Codes that a list does not know yet, and rows beyond the edge of their month: none falls out of every account."""

from datetime import date
from pathlib import Path

import pytest

from tests.field_cases import deliveries as make
from tests.field_cases.deliveries import ADMISSIONS, AMBULANCE, OFFENCES, REPORTS
from tests.field_cases.pipeline import answer, delivered, ingested, outcome, received, run

IN_JUNE_2024 = date(2024, 6, 10)
LOOKUPS = ("reference__small_areas", "reference__small_area_changes", "reference__districts", "reference__boundaries")


def admissions(path: Path, month: str, number: int, before: int = 0) -> Path:
    """Admissions of a month, and some of 29 March that ended in it."""

    def day(row: int) -> str:
        return f"{month}-{1 + row % 28:02d}" if row <= number else "2024-03-29"

    rows = make.rows_of(
        ADMISSIONS, number + before, EPIKEY=lambda row: f"5{month[5:]}{row:09d}", ADMIDATE=day, EPISTART=day
    )
    return make.csv_file(path, rows)


def test_admissions_of_the_month_before_are_counted_in_it_or_shown_as_aside(tmp_path: Path) -> None:
    """b27.

    github.com/opensafely-core/cohort-extractor/issues/296, github.com/bennettoxford/opencodecounts/issues/94

    Hospitals file by month of discharge; the month counted is that of admission.
    """
    lake = tmp_path / "lake"
    delivered(lake, ADMISSIONS, admissions(tmp_path / "mar.csv", "2024-03", 100))
    found = delivered(lake, ADMISSIONS, admissions(tmp_path / "apr.csv", "2024-04", 97, before=3), on=IN_JUNE_2024)
    assert found.accounts_for({"mar.csv": 100, "apr.csv": 100})
    assert len(found.part("2024-03")) >= 100
    assert found.counted["published"] + found.counted["aside"] == 200


def test_rows_without_any_date_are_shown_as_aside_too(tmp_path: Path) -> None:
    """Of the kind of b27: under the tolerance, and in no month at all."""
    rows = make.rows_of(AMBULANCE, 100, call_connect_datetime=lambda row: "" if row == 50 else "2024-03-10 23:00:00")
    path = make.csv_file(tmp_path / "amb.csv", rows)
    found = delivered(tmp_path / "lake", AMBULANCE, path)
    assert found.accounts_for({path.name: 100})
    assert found.counted["published"] + found.counted["aside"] == 100


def test_a_report_of_the_hour_between_two_clocks_is_counted_once_and_in_the_month_of_london(tmp_path: Path) -> None:
    """b26.

    github.com/ministryofjustice/Claim-for-Crown-Court-Defence/pull/9437,

    github.com/robbrad/UKBinCollectionData/issues/661: the charity cuts its months by UTC.
    """
    lake = tmp_path / "lake"
    last = "2024-04-30T23:30:00Z"  # half past midnight of 1 May in London
    april = make.reports_file(
        tmp_path / "april.json", "2024-04", [f"2024-04-{1 + n % 28:02d}T12:00:00Z" for n in range(59)] + [last]
    )
    may = make.reports_file(
        tmp_path / "may.json", "2024-05", [f"2024-05-{1 + n % 28:02d}T12:00:00Z" for n in range(60)]
    )
    received(lake, april, on=date(2024, 5, 10))
    received(lake, may, on=IN_JUNE_2024)
    ingested(lake, REPORTS)
    found = outcome(lake, REPORTS)
    assert found.accounts_for({"april.json": 60, "may.json": 60})
    assert len([row for row in found.published if row["report_id"] == "AR2404-0060"]) <= 1
    assert not [row for row in found.part("2024-04") if row["report_id"] == "AR2404-0060"]
    assert found.counted["published"] + found.counted["aside"] == 120


def m1(lake: Path) -> dict[str, object]:
    (row,) = answer(
        lake,
        "select * from rpt_annual_metrics where metric_id = 'M1' and financial_year = '2023-24' "
        "and geography_level = 'force' and breakdown = 'all'",
    )
    return row


@pytest.mark.nightly
@pytest.mark.xdist_group("unknown codes")
def test_crimes_under_a_code_that_no_list_knows_never_read_as_a_fall(tmp_path: Path) -> None:
    """b30b, b30.

    github.com/centrefornetzero/domestic-heating-data/pull/40

    The police fixture with a new code for wounding from April 2023. The figure is incomplete, gives no change, or
    carries a note that says so.
    """
    lake = tmp_path / "lake"
    rows = make.all_rows_of(OFFENCES)
    for row in rows:
        if row["ho_offence_code"] == "00501" and row["date_recorded"] >= "2023-04":
            row["ho_offence_code"] = "19601"
    path = make.csv_file(tmp_path / "recoded.csv", rows)
    assert received(lake, path, *(make.fixture(feed) for feed in LOOKUPS)).refused == {}
    ended = run(lake, tmp_path / "dagster")
    assert ended.returncode in (0, 3), ended.stderr[-2000:]
    recoded = m1(lake)
    # By hand (tests/fixtures/make.py): 54 crimes of known codes.
    if recoded["value"] != 54:
        told = " ".join(str(cell) for cell in recoded.values())
        assert recoded["status"] != "complete" or "unknown" in told or "not known" in told


@pytest.mark.nightly
@pytest.mark.xdist_group("boundaries in metres")
def test_boundaries_that_fit_no_crime_never_give_a_complete_nought(tmp_path: Path) -> None:
    """b15, in the figures.

    github.com/kanedata/find-that-postcode/issues/33
    """
    lake = tmp_path / "lake"
    content = make.boundaries() | {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}}
    ring = [[441600, 111600], [442600, 111600], [442600, 112600], [441600, 112600], [441600, 111600]]
    content["features"][0]["geometry"]["coordinates"] = [ring]
    metres = make.json_file(tmp_path / "boundaries.geojson", content)
    others = [make.fixture(feed) for feed in LOOKUPS if feed != "reference__boundaries"]
    received(lake, make.fixture(OFFENCES), metres, *others)
    ended = run(lake, tmp_path / "dagster")
    assert ended.returncode in (0, 3), ended.stderr[-2000:]
    (southampton,) = answer(
        lake,
        "select value, status from rpt_annual_metrics where metric_id = 'M1' and financial_year = '2023-24' "
        "and area_code = 'E06000045' and geography_level = 'district' and breakdown = 'all'",
    )
    assert southampton["value"] != 0 or southampton["status"] != "complete"
