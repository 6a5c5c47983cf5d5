"""Each district and each agency has a page and a workbook with the numbers of the publication and no others."""

import csv
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.report.conftest import rows_of
from tests.support.page_reader import PageReader
from tests.support.releases import DISTRICTS
from vrp_pipeline.report.publication import Publication
from vrp_pipeline.report.tables.workbook_sheets import ROUNDED

pytestmark = pytest.mark.xdist_group("packs")

YEAR = "2023-24"


@pytest.fixture(scope="module")
def folder(publications: dict[str, Publication]) -> Path:
    return publications[YEAR].path / "packs"


def test_there_is_a_page_and_a_workbook_for_each_district_and_agency(folder: Path) -> None:
    names = {*(code for code, _ in DISTRICTS), "police", "communities"} - {"unlocated"}
    assert {path.name for path in folder.iterdir()} == {f"{name}.{kind}" for name in names for kind in ("html", "xlsx")}


def test_a_districts_numbers_are_those_of_metrics_csv(folder: Path) -> None:
    (given,) = [row for row in rows_of(folder.parent) if row["area_code"] == "E06000045"]
    page = PageReader((folder / "E06000045.html").read_text(encoding="utf-8"))
    (row,) = page.tables[0].rows
    assert row[0] == "Serious violence (crimes)"
    assert [cell.replace(",", "") for cell in row[1:3]] == [given["value"], given["base_value"]]
    assert row[-1] == given["statement"]
    table = CalamineWorkbook.from_path(folder / "E06000045.xlsx").get_sheet_by_name("Table_1").to_python()
    assert [ROUNDED] in [[cell for cell in cells if cell] for cells in table]
    assert table[-1][1:3] == [float(given["value"]), float(given["base_value"])]


def test_an_agencys_rows_are_numbers_in_its_workbook(folder: Path) -> None:
    rows = CalamineWorkbook.from_path(folder / "police.xlsx").get_sheet_by_name("Rows").to_python()
    (offences,) = [cells for cells in rows if cells[0] == "Recorded offences"]
    assert [cell for cell in offences[1:] if not (isinstance(cell, float) or cell in ("[c]", "[x]"))] == []
    assert any(isinstance(cell, float) for cell in offences[1:])


def test_an_agencys_coverage_is_that_of_coverage_csv(publications: dict[str, Publication]) -> None:
    path = publications["2024-25"].path
    with (path / "coverage.csv").open(encoding="utf-8", newline="") as file:
        held = [line["status"].capitalize() for line in csv.DictReader(file)
                if line["feed"] == "police__offences" and line["financial_year"] == "2024-25"]  # fmt: skip
    page = PageReader((path / "packs" / "police.html").read_text(encoding="utf-8"))
    (row,) = page.table("by feed and month, 2024-25").rows
    assert row[1:] == held
    assert "Not received" in held


def test_every_pack_is_well_formed_and_leads_only_to_files_beside_it(folder: Path) -> None:
    for path in folder.glob("*.html"):
        page = PageReader(path.read_text(encoding="utf-8"))
        assert page.problems == []
        assert page.open == []
        targets = [each for each in page.references if not each.startswith("#")]
        assert all((folder / target).is_file() for target in targets)
