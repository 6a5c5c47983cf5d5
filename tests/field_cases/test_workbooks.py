"""Workbooks as people really keep them: formulas, hidden sheets, dates of other countries and other systems."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.field_cases import deliveries as make
from tests.field_cases.deliveries import ASB, EVENTS, Formula
from tests.field_cases.pipeline import delivered
from tests.support.months import ingested
from vrp_pipeline.lake.paths import Lake

IN_2026 = date(2026, 11, 26)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"])
def test_the_error_of_a_formula_is_unreadable_and_never_a_blank(tmp_path: Path, error: str) -> None:
    """b06.

    github.com/dimastbk/python-calamine/issues/105
    """
    rows = make.events(10, vru_staff_present=lambda row: Formula("=VLOOKUP(1,Z1:Z2,1)", error) if row <= 4 else 1)
    path = make.workbook(tmp_path / "events.xlsx", {"Events": rows})
    found = delivered(tmp_path / "lake", EVENTS, path)
    assert found.accounts_for({path.name: 10})
    assert not [row for row in found.published if row["vru_staff_present"] is None]


def test_a_formula_that_was_never_calculated_is_unreadable_and_never_a_blank(tmp_path: Path) -> None:
    """b08.

    github.com/onyx-dot-app/onyx/pull/13354, github.com/dfinke/ImportExcel/issues/772
    """
    rows = make.events(10, vru_staff_present=lambda row: Formula("=1+1", "") if row <= 4 else 1)
    path = make.workbook(tmp_path / "events.xlsx", {"Events": rows})
    found = delivered(tmp_path / "lake", EVENTS, path)
    assert found.accounts_for({path.name: 10})
    assert not [row for row in found.published if row["vru_staff_present"] is None]


def test_an_event_of_impossible_money_is_published_and_its_month_says_how_many_there_are(tmp_path: Path) -> None:
    """A refund of 5,000 pounds entered as an event, and a telephone number as a cost: who came is no less known."""
    rows = make.events(20, cost_gbp=lambda row: {3: -5000, 7: 2392123456}.get(row, 100))
    path = make.workbook(tmp_path / "events.xlsx", {"Events": rows})
    found = ingested(Lake(tmp_path / "lake"), EVENTS, path)
    (verdict,) = found.verdicts.values()
    assert (verdict.rows_published, found.reasons) == (20, {})
    (told,) = (each for each in verdict.unmet_expectations if each.expectation == "cost_gbp is plausible")
    assert (told.warning, told.holds, told.rows) == (True, False, 2)


def test_a_formula_with_a_kept_result_is_that_result(tmp_path: Path) -> None:
    """Of the kind of b06 and b08, the sound member."""
    rows = make.events(10, vru_staff_present=lambda row: Formula("=1+1", "2") if row <= 4 else 1)
    path = make.workbook(tmp_path / "events.xlsx", {"Events": rows})
    found = delivered(tmp_path / "lake", EVENTS, path)
    assert sorted(row["vru_staff_present"] for row in found.published) == [1] * 6 + [2] * 4


def test_a_shared_string_without_an_index_is_a_blank_cell(tmp_path: Path) -> None:
    """b07.

    github.com/tafia/calamine/issues/607
    """
    whole = make.workbook(tmp_path / "whole.xlsx", {"Events": make.events(10)})
    # Column H is the end of the event, blank in all rows.
    cell = '<c r="H{0}" t="s"><v/></c>'

    def change(name: str, content: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return content
        text = content.decode("utf-8")
        for line in (2, 3, 4):
            text, changed = re.subn(rf'(<c r="I{line}")', cell.format(line) + r"\1", text)
            assert changed == 1
        return text.encode("utf-8")

    path = make.with_members_changed(whole, tmp_path / "events.xlsx", change)
    found = delivered(tmp_path / "lake", EVENTS, path)
    assert [row["ends_at"] for row in found.published] == [None] * 10


def test_dates_of_the_1904_system_that_are_formatted_as_dates_are_the_right_days(tmp_path: Path) -> None:
    """b09b.

    github.com/miraisolutions/xlconnect/issues/32, github.com/SheetJS/sheetjs/issues/1821
    """
    path = make.workbook(tmp_path / "asb.xlsx", {"Southampton": make.antisocial("SOU", 20)}, date_1904=True)
    found = delivered(tmp_path / "lake", ASB, path)
    assert sorted(row["reported_at"] for row in found.published) == [datetime(2024, 3, 1 + n, 21) for n in range(1, 21)]


def test_dates_of_the_1904_system_kept_as_plain_numbers_are_never_four_years_early(tmp_path: Path) -> None:
    """b09.

    github.com/miraisolutions/xlconnect/issues/32, github.com/SheetJS/sheetjs/issues/1821
    """
    rows = make.antisocial("SOU", 40, reported_datetime=lambda row: datetime(2026, 10, 1 + row % 28, 21))
    path = make.workbook(tmp_path / "asb.xlsx", {"Southampton": rows}, date_1904=True, plain=True)
    found = delivered(tmp_path / "lake", ASB, path, on=IN_2026)
    assert found.accounts_for({path.name: 40})
    assert {row["reported_at"].year for row in found.published} <= {2026}


def test_a_log_of_the_1904_system_replaces_no_year_but_its_own(tmp_path: Path) -> None:
    """b09c. As b09."""

    def log(name: str, year: int, *, mac: bool) -> Path:
        rows = make.events(
            20,
            event_id=lambda row: f"EV{year}{row:03d}",
            start_datetime=lambda row: datetime(year, 4 + row % 7, 1 + row, 10),
        )
        return make.workbook(tmp_path / name, {"Events": rows}, date_1904=mac, plain=mac)

    lake = tmp_path / "lake"
    true = delivered(lake, EVENTS, log("true.xlsx", 2022, mac=False), on=date(2022, 11, 20))
    assert len(true.published) == 20
    found = delivered(lake, EVENTS, log("mac.xlsx", 2026, mac=True), on=IN_2026)
    assert len([row for row in found.published if row["starts_at"].year == 2022]) == 20
    assert found.accounts_for({"true.xlsx": 20, "mac.xlsx": 20})
    assert {row["event_id"][2:6] == str(row["starts_at"].year) for row in found.published} == {True}


def test_days_and_months_exchanged_by_an_american_excel_are_never_counted_and_named_as_the_cause(
    tmp_path: Path,
) -> None:
    """b10.

    github.com/datacarpentry/spreadsheets-socialsci/issues/22

    Such an Excel makes 04/05/2024 the fifth of April and leaves 14/05/2024 the text it is: within days that may be
    months everything is a date, beyond them nothing is.
    """
    true = {f"EV9{row:03d}": datetime(2024, 4 + row % 6, 1 + row % 28, 10) for row in range(1, 61)}

    def opened(row: int) -> object:
        moment = true[f"EV9{row:03d}"]
        if moment.day <= 12:
            return moment.replace(month=moment.day, day=moment.month)
        return f"{moment:%d/%m/%Y %H:%M}"

    path = make.workbook(tmp_path / "events.xlsx", {"Events": make.events(60, start_datetime=opened)})
    found = delivered(tmp_path / "lake", EVENTS, path, on=date(2024, 10, 10))
    assert found.accounts_for({path.name: 60})
    assert not [row for row in found.published if row["starts_at"] != true[row["event_id"]]]
    assert found.says("day and month", "month and day", "MM/DD", "American", r"\bUS\b")


def test_a_hidden_sheet_is_no_district(tmp_path: Path) -> None:
    """b11.

    github.com/baidu/amis/pull/6874, github.com/SheetJS/sheetjs/issues/630
    """
    sheets = {
        "Southampton": make.antisocial("SOU", 60),
        "Portsmouth": make.antisocial("POR", 40),
        "Template": make.antisocial("XXX", 15),
    }
    path = make.workbook(tmp_path / "asb.xlsx", sheets, hidden=["Template"])
    found = delivered(tmp_path / "lake", ASB, path)
    assert {row["district_name"] for row in found.published} <= {"Southampton", "Portsmouth"}
    assert len(found.published) <= 100
    # The hidden rows are examples: left out is right, but not in silence.
    assert found.accounts_for({path.name: 100}) or found.accounts_for({path.name: 115})
    assert found.says("hidden", "Template")


def test_a_sheet_in_sight_that_is_no_district_is_not_counted_as_one(tmp_path: Path) -> None:
    """Of the kind of b11: districts are known, so a sheet "Example" is none."""
    sheets = {"Southampton": make.antisocial("SOU", 60), "Example": make.antisocial("XXX", 15)}
    path = make.workbook(tmp_path / "asb.xlsx", sheets)
    found = delivered(tmp_path / "lake", ASB, path)
    assert found.accounts_for({path.name: 75})
    assert {row["district_name"] for row in found.published} <= {"Southampton"}


def test_a_hidden_copy_of_a_sheet_counts_nothing_twice_and_is_named(tmp_path: Path) -> None:
    """b11b.

    github.com/baidu/amis/pull/6874
    """
    rows = make.antisocial("SOU", 60)
    path = make.workbook(
        tmp_path / "asb.xlsx", {"Southampton": rows, "Southampton (2)": rows}, hidden=["Southampton (2)"]
    )
    found = delivered(tmp_path / "lake", ASB, path)
    references = [row["asb_reference"] for row in found.published]
    assert len(references) == len(set(references)) <= 60
    assert found.says("hidden", r"Southampton \(2\)")


@pytest.mark.parametrize("name", ["Events ", " Events", "events", "Events\N{NO-BREAK SPACE}"])
def test_a_blank_around_the_name_of_a_sheet_or_its_case_means_nothing(tmp_path: Path, name: str) -> None:
    """b36.

    github.com/nightscape/spark-excel/issues/469
    """
    path = make.workbook(tmp_path / "events.xlsx", {name: make.events(10)})
    assert len(delivered(tmp_path / "lake", EVENTS, path).published) == 10


def test_a_blank_after_the_name_of_a_district_means_nothing(tmp_path: Path) -> None:
    """b36.

    github.com/nightscape/spark-excel/issues/469
    """
    path = make.workbook(tmp_path / "asb.xlsx", {"Southampton ": make.antisocial("SOU", 10)})
    found = delivered(tmp_path / "lake", ASB, path)
    assert [row["district_name"] for row in found.published] == ["Southampton"] * 10


def test_a_log_with_plans_for_months_to_come_is_not_held(tmp_path: Path) -> None:
    """b49.

    github.com/SocialGouv/domifa/issues/1127
    """
    held, planned = make.events(40), make.events(8, status="planned", event_id=lambda row: f"EV8{row:03d}")
    for row, cells in enumerate(planned):
        cells["start_datetime"] = datetime(2024, 6 + row % 2, 3 + row, 10)
    path = make.workbook(tmp_path / "events.xlsx", {"Events": held + planned})
    found = delivered(tmp_path / "lake", EVENTS, path, on=date(2024, 5, 10))
    assert found.accounts_for({path.name: 48})
    assert found.held == frozenset()
    assert len([row for row in found.part("2024-04") if row["status"] == "held"]) == 40


def test_a_workbook_with_a_password_is_refused_as_one(tmp_path: Path) -> None:
    """b51.

    github.com/alephdata/ingest-file/pull/551

    The beginning of an OLE container and a directory with the name of its encrypted stream.
    """
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + bytes.fromhex("3e000300feff09000600") + bytes(478)
    entry = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0") + bytes.fromhex("2200020100000000") + bytes(56)
    path = tmp_path / "events.xlsx"
    path.write_bytes(header + entry.ljust(1536, b"\0"))
    found = delivered(tmp_path / "lake", EVENTS, path)
    assert path.name in found.refused
    assert found.says("password", "encrypted")


def test_a_web_page_named_as_a_workbook_is_refused_as_one(tmp_path: Path) -> None:
    """b52.

    github.com/designrad/Jotunheimen-tracking/issues/30
    """
    rows = make.events(10)
    lines = [list(rows[0]), *([str(cell) for cell in row.values()] for row in rows)]
    table = "\n".join("<tr>" + "".join(f"<td>{cell}<br></td>" for cell in line) + "</tr>" for line in lines)
    path = tmp_path / "events.xls"
    path.write_text(f"<html><head><meta charset=utf-8></head><body><table>{table}</table></body></html>", "utf-8")
    found = delivered(tmp_path / "lake", EVENTS, path)
    assert len(found.published) == 10 or (path.name in found.refused and found.says("HTML", "web page"))


def test_a_log_of_headings_alone_is_a_nil_return_or_refused_with_the_way_to_send_one(tmp_path: Path) -> None:
    """b29.

    github.com/supabase/supabase/pull/4160, github.com/rubyforgood/human-essentials/pull/703

    Headings alone do not tell their month, so refusal is honest if it says how a true zero is sent.
    """
    path = make.headings_only(tmp_path / "events.xlsx", "Events", make.events(1)[0])
    found = delivered(tmp_path / "lake", EVENTS, path)
    assert found.received or (path.name in found.refused and found.says(r"\bnil\b", "no rows", "nothing happened"))
