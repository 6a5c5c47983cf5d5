"""Who sent a delivery, in which order, and for which time: what one delivery may replace of another."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.field_cases import deliveries as make
from tests.field_cases.deliveries import AMBULANCE, ASB, ATTENDANCES, CHILDREN, OFFENCES
from tests.field_cases.pipeline import IN_MAY_2024, Outcome, accepted, delivered, ingested, outcome, received

IN_AUGUST_2024 = date(2024, 8, 1)


def authorities(found: Outcome) -> Counter[str]:
    return Counter(row["authority_code"] for row in found.published)


def test_the_census_of_one_authority_replaces_none_of_another(tmp_path: Path) -> None:
    """b18.

    github.com/data-to-insight/csc-validator-be-cin (each sample return has one Header/Source/LEA)
    """
    files = [make.children_file(tmp_path / f"cin_{code}.xml", make.of_authority(code)) for code in ("850", "851")]
    found = delivered(tmp_path / "lake", CHILDREN, *files, on=IN_AUGUST_2024)
    assert found.accounts_for({"cin_850.xml": 4, "cin_851.xml": 4})
    assert authorities(found)["850"] == 4


def test_the_census_of_an_authority_sent_again_replaces_its_own_alone(tmp_path: Path) -> None:
    """Of the kind of b18: corrected returns of one authority go on replacing."""

    def corrected(text: str) -> str:
        return make.of_authority("850")(text).replace("<PrimaryNeedCode>N1<", "<PrimaryNeedCode>N5<")

    lake = tmp_path / "lake"
    first = [make.children_file(tmp_path / f"cin_{code}.xml", make.of_authority(code)) for code in ("850", "851")]
    delivered(lake, CHILDREN, *first, on=IN_AUGUST_2024)
    found = delivered(lake, CHILDREN, make.children_file(tmp_path / "again.xml", corrected), on=date(2024, 8, 2))
    assert authorities(found) == {"850": 4, "851": 4}
    assert {row["primary_need"] for row in found.published if row["authority_code"] == "850"} == {"N5"}


def test_one_return_of_several_authorities_is_all_of_them(tmp_path: Path) -> None:
    """Of the kind of b18: a joined return, in which each child names its authority."""

    def joined(text: str) -> str:
        return text.replace("<LEA>850</LEA>", "<LEA>851</LEA>", 1)

    path = make.children_file(tmp_path / "cin.xml", joined)
    found = delivered(tmp_path / "lake", CHILDREN, path, on=IN_AUGUST_2024)
    assert (authorities(found)["851"], sum(authorities(found).values())) == (2, 4)


def of_hospital(path: Path, provider: str, site: str, number: int) -> Path:
    rows = make.rows_of(
        ATTENDANCES,
        number,
        Der_Provider_Code=provider,
        Site_Code_of_Treatment=site,
        EC_Ident=lambda row: f"{provider}{row:04d}",
    )
    return make.csv_file(path, rows)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_month_of_one_hospital_replaces_none_of_another(tmp_path: Path, order: tuple[int, int]) -> None:
    """b18b. As b18: emergency data come hospital by hospital."""
    files = [
        of_hospital(tmp_path / "rhm.csv", "RHM", "RHM01", 60),
        of_hospital(tmp_path / "rhu.csv", "RHU", "RHU03", 45),
    ]
    found = delivered(tmp_path / "lake", ATTENDANCES, *(files[index] for index in order))
    assert found.accounts_for({"rhm.csv": 60, "rhu.csv": 45})
    assert len(found.published) == 105 or found.held or found.refused
    first = ("RHM", "RHU")[order[0]]
    assert first in {row["provider_code"] for row in found.published}


def test_hospitals_received_in_one_call_are_all_of_them(tmp_path: Path) -> None:
    """Of the kind of b18b: both files in one folder."""
    lake, inbox = tmp_path / "lake", tmp_path / "inbox"
    inbox.mkdir()
    of_hospital(inbox / "rhm.csv", "RHM", "RHM01", 60)
    of_hospital(inbox / "rhu.csv", "RHU", "RHU03", 45)
    received(lake, inbox)
    ingested(lake, ATTENDANCES)
    assert outcome(lake, ATTENDANCES).accounts_for({"rhm.csv": 60, "rhu.csv": 45})


WRONG_YEAR = "2024</Year>", "2023</Year>"


def test_a_year_that_its_reference_date_contradicts_is_refused_or_held(tmp_path: Path) -> None:
    """b19.

    github.com/data-to-insight/csc-validator-be-cin (CIN_Census_2024.xml, CIN_Census_2026.xml)
    """
    path = make.children_file(tmp_path / "cin.xml", lambda text: text.replace(*WRONG_YEAR))
    found = delivered(tmp_path / "lake", CHILDREN, path, on=IN_AUGUST_2024)
    assert found.accounts_for({path.name: 4})
    assert not found.published
    assert found.says("ReferenceDate", "reference date", "2024-03-31")


def test_a_return_with_the_year_of_the_last_one_does_not_replace_it(tmp_path: Path) -> None:
    """b19b. As b19."""
    lake = tmp_path / "lake"

    def a_year_before(text: str) -> str:
        return text.replace("2023-", "2022-").replace("2024-", "2023-").replace(*WRONG_YEAR)

    before = make.children_file(tmp_path / "cin2023.xml", a_year_before)
    stood = delivered(lake, CHILDREN, before, on=date(2023, 8, 1)).published
    assert len(stood) == 4
    stale = make.children_file(tmp_path / "cin2024.xml", lambda text: text.replace(*WRONG_YEAR))
    found = delivered(lake, CHILDREN, stale, on=IN_AUGUST_2024)
    assert [row["referred_on"] for row in found.published] == [row["referred_on"] for row in stood]
    assert found.accounts_for({"cin2023.xml": 4, "cin2024.xml": 4})


def test_a_return_whose_dates_all_lie_in_another_year_does_not_pass_as_its_year(tmp_path: Path) -> None:
    """Of the kind of b19: the reference date was left stale too, so only the rows tell."""

    def stale(text: str) -> str:
        return text.replace(*WRONG_YEAR).replace("<ReferenceDate>2024-", "<ReferenceDate>2023-")

    path = make.children_file(tmp_path / "cin.xml", stale)
    found = delivered(tmp_path / "lake", CHILDREN, path, on=IN_AUGUST_2024)
    assert found.accounts_for({path.name: 4})
    assert not found.published


def ambulance(path: Path, number: int, first: str = "24031000") -> Path:
    return make.csv_file(path, make.rows_of(AMBULANCE, number, incident_number=lambda row: f"{first}{row:04d}"))


@pytest.mark.parametrize("ingest_between", [True, False])
def test_the_first_file_sent_again_takes_back_a_wrong_second_one(tmp_path: Path, *, ingest_between: bool) -> None:
    """b24.

    github.com/ibi-group/datatools-server/issues/447
    """
    lake = tmp_path / "lake"
    right, wrong = ambulance(tmp_path / "right.csv", 50), ambulance(tmp_path / "wrong.csv", 30, "24031100")
    for day, file in enumerate((right, wrong, right), start=10):
        received(lake, file, on=date(2024, 5, day))
        if ingest_between:
            ingested(lake, AMBULANCE)
    ingested(lake, AMBULANCE)
    assert len(outcome(lake, AMBULANCE).published) == 50


def test_the_newest_file_sent_twice_changes_nothing(tmp_path: Path) -> None:
    """Of the kind of b24: a file that counts already is no correction of itself."""
    lake = tmp_path / "lake"
    one, two = ambulance(tmp_path / "one.csv", 30, "24031100"), ambulance(tmp_path / "two.csv", 50)
    for day, file in enumerate((one, two, two), start=10):
        received(lake, file, on=date(2024, 5, day))
    ingested(lake, AMBULANCE)
    assert len(outcome(lake, AMBULANCE).published) == 50


def numbered(start: str) -> Callable[[int], str]:
    return lambda row: f"{start}{row:05d}"


def test_a_file_of_changed_crimes_alone_replaces_no_whole_month(tmp_path: Path) -> None:
    """b33. From practice: after full extracts, a file of changes."""
    lake = tmp_path / "lake"
    months = [f"2023-{month:02d}" for month in range(4, 13)] + [f"2024-{month:02d}" for month in range(1, 4)]

    def extract(path: Path, of: list[str], each: int) -> Path:
        rows = []
        for month in of:
            rows += make.rows_of(
                OFFENCES,
                each,
                crime_reference=numbered(f"44{month[2:4]}{month[5:]}"),
                committed_from_datetime=f"{month}-10T22:15",
                date_reported=f"{month}-11",
                date_recorded=f"{month}-12",
            )
        return make.csv_file(path, rows)

    delivered(lake, OFFENCES, extract(tmp_path / "full.csv", months, 40), on=date(2024, 4, 10))
    found = delivered(lake, OFFENCES, extract(tmp_path / "changes.csv", months[-6:], 2), on=IN_MAY_2024)
    assert len(found.published) == 480
    assert found.held == set(months[-6:]) or "changes.csv" in found.refused


def two_districts(tmp_path: Path, **of_portsmouth: int) -> Path:
    sheets = {
        "Southampton": make.antisocial("SOU", 60, asb_ref=lambda row: f"2024-{row:04d}"),
        "Portsmouth": make.antisocial("POR", 40, asb_ref=lambda row: f"2024-{row:04d}", **of_portsmouth),
    }
    return make.workbook(tmp_path / "asb.xlsx", sheets)


def test_two_districts_that_both_number_from_one_have_a_hundred_reports(tmp_path: Path) -> None:
    """b34.

    github.com/etalab/amenagements-cyclables/issues/27
    """
    found = delivered(tmp_path / "lake", ASB, two_districts(tmp_path, easting=464_500, northing=100_500))
    assert Counter(row["district_name"] for row in found.published) == {"Southampton": 60, "Portsmouth": 40}


def test_accepting_a_month_loses_no_district(tmp_path: Path) -> None:
    """b34. As above, alike in every cell, as those of a copied sheet are: who accepts the month counts both."""
    lake = tmp_path / "lake"
    found = delivered(lake, ASB, two_districts(tmp_path))
    assert found.says("40 rows of Portsmouth and Southampton are alike but for the sender")
    for month in found.held:
        accepted(lake, ASB, month)
    ingested(lake, ASB)
    assert Counter(row["district_name"] for row in outcome(lake, ASB).published) == {
        "Southampton": 60,
        "Portsmouth": 40,
    }


def test_two_months_in_one_late_file_are_both_received_or_both_named(tmp_path: Path) -> None:
    """b39. From practice: a service that missed a month sends two in one file."""
    rows = make.rows_of(
        AMBULANCE,
        130,
        call_connect_datetime=lambda row: f"2024-{'02' if row <= 60 else '03'}-{1 + row % 28:02d} 23:00:00",
    )
    path = make.csv_file(tmp_path / "q1.csv", rows)
    found = delivered(tmp_path / "lake", AMBULANCE, path)
    assert found.accounts_for({path.name: 130})
    both = (len(found.part("2024-02")), len(found.part("2024-03"))) == (60, 70)
    assert both or found.says("2024-02.*2024-03", "another month", "other months", "two months")
    assert not found.says("no readable date")
