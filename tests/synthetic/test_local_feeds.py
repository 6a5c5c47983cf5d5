"""Simulated schools, children's services, districts, programmes and reports: real formats, quirks, planted rows."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from vrp_pipeline.synthetic.agencies import (
    anonymous_reports,
    antisocial_behaviour,
    children_in_need,
    interventions,
    suspensions,
)
from vrp_pipeline.synthetic.agencies.census_message import document
from vrp_pipeline.synthetic.formats import workbooks
from vrp_pipeline.synthetic.truth import planted
from vrp_pipeline.synthetic.world import children, patterns, world
from vrp_pipeline.synthetic.world.streams import stream

SCALE = 0.4  # at which every month is large enough for a fault …
SCALE_OF_REPORTS = 1.0  # … and this for the 80 anonymous reports of a month


class Local:
    """The deliveries of the five feeds at one seed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[planted.PlantedFault] = []
        simulated = world.build(SCALE, 1)
        areas, where = simulated.areas, simulated.where
        self.attended, self.known = simulated.attended, simulated.pupils
        faults = self.faults
        suspensions.deliver(folder, suspensions.build(self.known, SCALE, stream(1, "suspensions")), faults)
        referred = children_in_need.build(self.known, SCALE, stream(1, "need"))
        children_in_need.deliver(folder, self.known, referred, faults)
        self.complaints = antisocial_behaviour.build(areas, where, SCALE, stream(1, "asb"))
        antisocial_behaviour.deliver(folder, self.complaints, faults)
        interventions.deliver(folder, interventions.build(simulated), faults)
        reports = anonymous_reports.build(areas, where, SCALE_OF_REPORTS, stream(1, "reports"))
        anonymous_reports.deliver(folder, reports, faults)

    def bad(self, name: str) -> list[planted.PlantedFault]:
        return [fault for fault in self.faults if fault.file == name]

    def suspended(self) -> pd.DataFrame:
        """All suspensions but the planted rows."""
        tables = []
        for path in sorted(self.folder.glob("suspensions_*.csv")):
            rows = pd.read_csv(path, dtype=str)
            tables.append(rows.drop(index=[(fault.row or 0) - 1 for fault in self.bad(path.name)]))
        return pd.concat(tables, ignore_index=True)

    def returned(self, year: int) -> list[Any]:
        """The Child elements of a return."""
        return list(fromstring((self.folder / f"cin_census_{year}.xml").read_bytes()).iter("Child"))

    def sheets(self, name: str, below: int) -> list[dict[str, Any]]:
        """The rows of all sheets of a workbook, one sheet after the other, under their headings."""
        book = CalamineWorkbook.from_path(str(self.folder / name))
        rows: list[dict[str, Any]] = []
        for sheet in book.sheet_names:
            lines = book.get_sheet_by_name(sheet).to_python()
            headings = [str(heading) for heading in lines[below]]
            rows += [dict(zip(headings, line, strict=True)) for line in lines[below + 1 :]]
        return rows

    def programme_rows(self, number: int) -> list[dict[str, Any]]:
        name = f"programme_sessions_{patterns.MONTHS[number]}"
        if (self.folder / f"{name}.csv").exists():
            rows = pd.read_csv(self.folder / f"{name}.csv", dtype=str, keep_default_na=False).to_dict("records")
            return [{str(heading): cell for heading, cell in row.items()} for row in rows]
        return self.sheets(f"{name}.xlsx", 2)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Local:
    return Local(tmp_path_factory.mktemp("local"))


def text_at(element: Any, path: str) -> str | None:
    found = element.find(path)
    return None if found is None else found.text


def test_a_pupil_number_has_the_check_letter_of_its_digits() -> None:
    # 850 99 0000001: 8·2 + 5·3 + 0·4 + 9·5 + 9·6 + 1·13 = 143 = 6·23 + 5; the sixth letter is F.
    # 921 99 0000010: 9·2 + 2·3 + 1·4 + 9·5 + 9·6 + 1·12 = 139 = 6·23 + 1; the second letter is B.
    numbers = children._pupil_numbers(np.array([0, 3]), np.array([1, 10]))
    assert numbers.to_pylist() == ["F850990000001", "B921990000010"]


def test_pupil_numbers_are_unique_and_local_numbers_only_within_an_authority(local: Local) -> None:
    known = local.known
    assert len(set(known.pupil_number.to_pylist())) == len(known)
    pairs = set(zip(known.authority.tolist(), known.local_number.to_pylist(), strict=True))
    assert len(pairs) == len(known)
    assert len(set(known.local_number.to_pylist())) < len(known)


def test_some_children_are_the_same_in_both_feeds_with_the_same_date_of_birth(local: Local) -> None:
    rows = local.suspended().dropna(subset=["UPN", "date_of_birth"])
    suspended = dict(zip(rows.UPN, rows.date_of_birth, strict=True))
    in_need = {
        text_at(child, "ChildIdentifiers/UPN"): text_at(child, "ChildIdentifiers/PersonBirthDate")
        for child in local.returned(2024)
        if not (text_at(child, "ChildIdentifiers/LAchildID") or "").startswith("LC99")
    }
    both = set(suspended) & set(in_need) - {None}
    assert len(both) > 50
    assert all(suspended[pupil] == in_need[pupil] for pupil in both)


def test_nobody_is_suspended_at_weekends_or_in_holidays(local: Local) -> None:
    days = pd.to_datetime(local.suspended().start_date)
    assert days.dt.weekday.max() == 4
    for first, last in suspensions.SHUT:
        assert not days.between(first, last).any()


def test_reasons_add_up_to_more_than_suspensions_and_are_different_within_a_row(local: Local) -> None:
    reasons = local.suspended().exclusion_reasons.str.split(";")
    assert reasons.map(len).max() == 3
    assert reasons.map(len).sum() > 1.1 * len(reasons)
    assert all(len(set(row)) == len(row) for row in reasons)


def test_a_term_file_holds_the_months_of_its_term_and_no_other(local: Local) -> None:
    path = local.folder / "suspensions_term_from_2022-09.csv"
    months = pd.read_csv(path, dtype=str).start_date.str[:7]
    assert set(months) == {"2022-09", "2022-10", "2022-11", "2022-12"}


def test_planted_suspensions_stand_in_the_row_the_truth_names(local: Local) -> None:
    told = set()
    for path in sorted(local.folder.glob("suspensions_*.csv")):
        rows = pd.read_csv(path, dtype=str)
        for fault in local.bad(path.name):
            changes = {f.reason: f.overwrite for f in suspensions.PLANTING.faults}.get(fault.reason, {})
            row = rows.iloc[(fault.row or 0) - 1]
            assert all(row[heading] == text for heading, text in changes.items())
            told.add(fault.reason)
    assert told >= {fault.reason for fault in suspensions.PLANTING.faults}


def test_a_case_open_over_the_year_stands_in_both_returns_and_is_told_alike(local: Local) -> None:
    def cases(year: int) -> dict[tuple[str | None, ...], tuple[str | None, str | None]]:
        return {
            (
                text_at(child, "ChildIdentifiers/LEA"),
                text_at(child, "ChildIdentifiers/LAchildID"),
                text_at(details, "CINreferralDate"),
            ): (text_at(details, "ReferralSource"), text_at(details, "CINclosureDate"))
            for child in local.returned(year)
            for details in child.iter("CINdetails")
        }

    first, second = cases(2023), cases(2024)
    both = {key for key in set(first) & set(second) if key[1][:4] != "LC99"}  # type: ignore[index]
    assert len(both) > 100
    assert all(first[key][0] == second[key][0] for key in both)
    assert all(first[key][1] is None for key in both)
    assert max(day for _, _, day in second if day) < "2024-04-01"


def test_the_authorities_write_the_same_things_in_different_ways(local: Local) -> None:
    told = local.returned(2024)
    assert {text_at(child, "ChildIdentifiers/Sex") for child in told} >= {"1", "2", "M", "F", None}
    assert any(child.find("ChildIdentifiers/GenderCurrent") is not None for child in told)
    assert {d.text for child in told for d in child.iter("ReferralNFA")} == {"0", "1", "true", "false"}
    assert any(len(wrapper) == 0 for child in told for wrapper in child.iter("FactorsIdentifiedAtAssessment"))
    factors = {factor.text for child in told for factor in child.iter("AssessmentFactors")}
    assert {"18A", "18B", "13A", "24A"} <= factors


def test_planted_children_stand_in_the_row_the_truth_names(local: Local) -> None:
    rows = [
        (text_at(child, "ChildIdentifiers/LAchildID"), details)
        for child in local.returned(2023)
        for details in list(child.iter("CINdetails")) or [None]
    ]
    bad = local.bad("cin_census_2023.xml")
    assert len(bad) == 9
    assert [rows[(fault.row or 0) - 1][0] for fault in bad] == [fault.key for fault in bad]
    without = next(fault for fault in bad if fault.reason == "the child has no referral")
    assert rows[(without.row or 0) - 1][1] is None


def test_a_child_before_birth_has_an_expected_date_and_no_other(local: Local) -> None:
    unborn = [c for c in local.returned(2024) if c.find("ChildIdentifiers/ExpectedPersonBirthDate") is not None]
    assert unborn
    assert all(child.find("ChildIdentifiers/PersonBirthDate") is None for child in unborn)
    assert all(child.find("ChildIdentifiers/UPN") is None for child in unborn)


def test_a_return_names_its_year_and_no_authority_for_all(tmp_path: Path) -> None:
    message = fromstring(document(2024, []))
    assert text_at(message, "Header/CollectionDetails/Year") == "2024"
    assert message.find("Header/Source/LEA") is None


def test_every_district_has_a_sheet_and_planted_reports_stand_in_the_row_the_truth_names(local: Local) -> None:
    for path in sorted(local.folder.glob("asb_districts_*.xlsx")):
        book = CalamineWorkbook.from_path(str(path))
        assert book.sheet_names[0] == "Cover"
        assert len(book.sheet_names) == 15
        bad = local.bad(path.name)
        if bad:
            lines = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names[1:]]
            references = [row[0] for sheet in lines for row in sheet[2:]]
            assert [references[(fault.row or 0) - 1] for fault in bad] == [fault.key for fault in bad]
    reasons = {f.reason for f in local.faults if f.feed == "local_authorities__antisocial_behaviour"}
    assert reasons >= {fault.reason for fault in antisocial_behaviour.PLANTING.faults}


def test_times_of_reports_come_as_spreadsheet_dates_and_as_two_kinds_of_text(local: Local) -> None:
    book = CalamineWorkbook.from_path(str(local.folder / "asb_districts_2023-07.xlsx"))
    cells = [row[2] for row in book.get_sheet_by_name("Southampton").to_python()[2:]]
    kinds = [type(cell) for cell in cells]
    assert kinds.count(datetime) > len(cells) / 3
    texts = [cell for cell in cells if isinstance(cell, str)]
    assert any("/" in cell for cell in texts)
    assert any(cell.startswith("2023-07") for cell in texts)
    assert all(
        isinstance(row[6], float) or row[6] == "" for row in book.get_sheet_by_name("Southampton").to_python()[2:]
    )


def test_a_months_workbook_tells_of_no_report_closed_after_it(local: Local) -> None:
    columns, month = local.complaints.columns, local.complaints.month
    closed = [day or "" for day in columns["closed_on"].to_pylist()]
    assert sum(day > "" for day in closed) > len(closed) / 4
    assert all(day[:7] <= str(patterns.MONTHS[number]) for day, number in zip(closed, month, strict=True))
    assert pc.all(pc.equal(pc.equal(columns["case_status"], "closed"), pc.is_valid(columns["closed_on"]))).as_py()


def test_who_declines_has_only_a_referral_and_who_ends_has_a_last_day(local: Local) -> None:
    rows = [row for number in (3, 4, 20) for row in local.programme_rows(number)]
    assert all(str(row["session_no"]) in ("0", "0.0") for row in rows if row["status"] == "declined")
    over = [row for row in rows if row["status"] in ("completed", "left early")]
    assert over
    assert all(row["end_date"] != "" for row in over)
    assert all(row["end_date"] == "" for row in rows if row["status"] in ("active", "accepted", "referred"))


def test_planted_sessions_stand_in_the_row_the_truth_names(local: Local) -> None:
    told = set()
    for number, month in enumerate(patterns.MONTHS):
        bad = [fault for fault in local.faults if fault.file.startswith(f"programme_sessions_{month}")]
        rows = local.programme_rows(number) if bad else []
        for fault in bad:
            assert rows[(fault.row or 0) - 1]["intervention_id"] == fault.key
            told.add(fault.reason)
    assert told >= {fault.reason for fault in interventions.PLANTING.faults}


def test_those_met_in_a_department_are_its_patients(local: Local) -> None:
    patients = set(local.attended.columns["patient_pseudonym"].to_pylist())
    met = [
        row["nhs_number"]
        for row in local.programme_rows(9)
        if row["referral_source"] == "A&E navigator" and row["nhs_number"] != ""
    ]
    assert len(met) > 20
    # 6 % of attendances carry no number, so a few who agreed are unknown to the departments by it.
    assert np.mean([number in patients for number in met]) > 0.8


def test_planted_reports_stand_in_the_record_the_truth_names(local: Local) -> None:
    told = set()
    for path in sorted(local.folder.glob("anonymous_reports_*.json")):
        records = json.loads(path.read_text(encoding="utf-8"))["reports"]
        for fault in local.bad(path.name):
            assert records[(fault.row or 0) - 1]["report_id"] == fault.key
            told.add(fault.reason)
        assert {type(record["grading"]["is_graded"]) for record in records} == {bool}
        assert all(isinstance(record["mentions"]["weapons"], list | None) for record in records)
    assert told == {fault.reason for fault in anonymous_reports.PLANTING.faults}


def test_equal_draws_give_equal_bytes(local: Local, tmp_path: Path) -> None:
    again: list[planted.PlantedFault] = []
    suspensions.deliver(tmp_path, suspensions.build(local.known, SCALE, stream(1, "suspensions")), again)
    referred = children_in_need.build(local.known, SCALE, stream(1, "need"))
    children_in_need.deliver(tmp_path, local.known, referred, again)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (local.folder / path.name).read_bytes()
    assert local.faults[: len(again)] == again


CELLS = st.none() | st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc", "Cn"))
)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12))
def test_what_is_written_to_a_sheet_is_read_back_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str | None, str | None]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "cells.xlsx"
    table = pa.table({name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(("one", "two"))})
    workbooks.write(path, {"First": table.slice(0, 1), "Second": table.slice(1)}, titles=("Title",))
    book = CalamineWorkbook.from_path(str(path))
    read = book.get_sheet_by_name("First").to_python()[2:] + book.get_sheet_by_name("Second").to_python()[2:]
    expected = [[cell or "" for cell in row] for row in rows]
    assert [[*line, "", ""][:2] for line in read if any(line)] == [row for row in expected if any(row)]


def test_numbers_and_dates_of_a_workbook_are_what_a_spreadsheet_makes_of_them(tmp_path: Path) -> None:
    days = ["2024-02-29", "2024-03-01 06:30:00", "2024-03-02", "2024-03-03", "1873-01-01"]
    table = pa.table({"day": pa.array(days), "metres": pa.array(["442050", "12.5", "many", None, "7"])})
    workbooks.write(tmp_path / "a.xlsx", {"Sheet": table}, numbers=("metres",), dates=("day",))
    rows = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_name("Sheet").to_python()
    assert [row[0] for row in rows[1:]] == [
        date(2024, 2, 29), datetime(2024, 3, 1, 6, 30), "02/03/2024", "2024-03-03", "1873-01-01",
    ]  # fmt: skip
    assert [row[1] for row in rows[1:]] == [442050.0, 12.5, "many", "", 7.0]
