"""The workbooks and the files that describe the tables: one content, safe to open, readable by other programs."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.report.conftest import rows_of
from tests.support.publications import publish
from tests.support.releases import row, write_release
from vrp_pipeline.report.content.protected import SCHEMA
from vrp_pipeline.report.publication import Publication

pytestmark = pytest.mark.xdist_group("tables")

YEAR = "2023-24"
WELSH = "Ynys Môn ac O'Ŵyn’s"
FORMULA = '=HYPERLINK("evil")'


def sheets_of(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """A publication with a hidden metric, a formula, and a name with apostrophes and Welsh letters."""
    folder = tmp_path_factory.mktemp("odd")
    about = {"financial_year": YEAR, "base_value": 61.0}
    area = {"geography_level": "district", "area_code": "W06000001", "area_name": WELSH}
    rows = [
        row(**about, value=100.0),
        row(**about, value=100.0, breakdown="tier", category=FORMULA),
        row(**about, **area, value=100.0),
        row(financial_year=YEAR, metric_id="M1b", metric_name="Hidden throughout", value=3.0, base_value=2.0),
    ]
    return publish(write_release(folder / "releases" / "r1", rows), folder / "published", YEAR)


@pytest.mark.parametrize("name", ["tables.xlsx", "tables.ods"])
def test_each_sheet_holds_one_table_from_a1_without_a_blank_cell(
    name: str, publications: dict[str, Publication]
) -> None:
    held = sheets_of(publications[YEAR].path / name)
    assert list(held)[:4] == ["Cover", "Contents", "Notes", "Table_1"]
    for sheet, rows in held.items():
        assert rows[0][0], sheet
        tables = [cells for cells in rows if len([cell for cell in cells if cell != ""]) > 1]
        assert all(cell != "" for cells in tables for cell in cells), sheet
    said = " ".join(str(cells[0]) for cells in held["Cover"])
    assert "Counts of crimes, people and incidents are rounded to the nearest 5" in said
    assert "Events are counted exactly" in said
    named = {cells[0] for cells in held["Contents"] if str(cells[0]).startswith("Table_")}
    assert named == {sheet for sheet in held if sheet.startswith("Table_")}


def test_both_workbooks_hold_the_same_cells(publications: dict[str, Publication]) -> None:
    one, other = (sheets_of(publications[YEAR].path / name) for name in ("tables.xlsx", "tables.ods"))
    assert one == other


def test_the_numbers_of_the_workbook_are_those_of_metrics_csv(publications: dict[str, Publication]) -> None:
    held = sheets_of(publications[YEAR].path / "tables.xlsx")
    (districts,) = [rows for rows in held.values() if "Serious violence by district" in str(rows[0][0])]
    shown = {cells[1]: cells[2] for cells in districts if str(cells[0]).startswith("E")}
    given = {r["area_name"]: float(r["value"]) for r in rows_of(publications[YEAR].path) if r["area_code"][:1] == "E"
             and r["geography_level"] == "district"}  # fmt: skip
    assert shown == given


@pytest.mark.parametrize("name", ["tables.xlsx", "tables.ods"])
def test_a_category_that_begins_with_an_equals_sign_is_text(name: str, odd: Publication) -> None:
    cells = [cell for rows in sheets_of(odd.path / name).values() for cells in rows for cell in cells]
    assert FORMULA in cells
    with zipfile.ZipFile(odd.path / name) as archive:
        content = "".join(archive.read(each).decode() for each in archive.namelist() if each.endswith(".xml"))
    assert "<f>" not in content
    assert "table:formula" not in content


def test_in_csv_it_begins_with_an_apostrophe(odd: Publication) -> None:
    assert f"'{FORMULA}" in {line["category"] for line in rows_of(odd.path)}


def test_a_metric_of_which_every_number_is_hidden_is_a_table_of_marks(odd: Publication) -> None:
    held = sheets_of(odd.path / "tables.xlsx")
    (rows,) = [rows for rows in held.values() if "Hidden throughout" in str(rows[0][0])]
    assert rows[-1][2:7] == ["[c]", "[c]", "[z]", "[z]", "[z]"]


def test_a_name_with_an_apostrophe_and_welsh_letters_stands_everywhere_as_it_is(odd: Publication) -> None:
    assert WELSH in {line["area_name"] for line in rows_of(odd.path)}
    for name in ("tables.xlsx", "tables.ods"):
        assert any(WELSH in cells for rows in sheets_of(odd.path / name).values() for cells in rows)
    page = (odd.path / "annual_report.html").read_text(encoding="utf-8")
    assert "Ynys Môn ac O&#39;Ŵyn’s" in page


def test_csvw_describes_every_column_in_its_order_with_dbts_words(publications: dict[str, Publication]) -> None:
    path = publications[YEAR].path
    held = json.loads((path / "csv-metadata.json").read_text(encoding="utf-8"))
    for table in held["tables"]:
        with (path / table["url"]).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert [column["name"] for column in table["tableSchema"]["columns"]] == header
        places = [header.index(name) for name in table["tableSchema"]["primaryKey"]]
        keys = [tuple(cells[place] for place in places) for cells in rows]
        assert len(set(keys)) == len(keys)
    (metrics,) = [table for table in held["tables"] if table["url"] == "metrics.csv"]
    assert [column["name"] for column in metrics["tableSchema"]["columns"]] == SCHEMA.names
    assert all(column["dc:description"] for column in metrics["tableSchema"]["columns"])


def test_the_data_package_names_each_csv_with_its_digest(publications: dict[str, Publication]) -> None:
    path = publications[YEAR].path
    held = json.loads((path / "datapackage.json").read_text(encoding="utf-8"))
    assert {resource["path"] for resource in held["resources"]} == {each.name for each in path.glob("*.csv")}
    for resource in held["resources"]:
        content = (path / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = next(csv.reader(io.StringIO(content.decode("utf-8"))))
        assert [field["name"] for field in resource["schema"]["fields"]] == header


def test_the_catalogue_leads_to_every_file_that_holds_data_and_gives_a_citation(
    publications: dict[str, Publication],
) -> None:
    path = publications[YEAR].path
    held = json.loads((path / "catalogue.jsonld").read_text(encoding="utf-8"))
    named = {each["@id"].rpartition("/")[2] for each in held["dcat:distribution"]}
    assert named == {each.name for each in path.iterdir() if each.suffix in (".csv", ".parquet", ".xlsx", ".ods")}
    assert held["schema:temporalCoverage"] == "2023-04-01/2024-03-31"
    assert f"{YEAR}/v1" in held["schema:citation"]


def test_coverage_is_each_feed_and_month_of_both_years(publications: dict[str, Publication]) -> None:
    with (publications["2024-25"].path / "coverage.csv").open(encoding="utf-8", newline="") as file:
        held = {(line["feed"], line["month"]): line["status"] for line in csv.DictReader(file)}
    assert len(held) == 2 * 24
    assert held["police__offences", "2024-05"] == "not received"
    assert held["police__offences", "2024-12"] == "held"
    assert held["communities__events", "2024-12"] == "received"


def test_frictionless_finds_the_data_package_valid(
    publications: dict[str, Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    frictionless = pytest.importorskip("frictionless", reason="frictionless is not installed")
    monkeypatch.chdir(publications[YEAR].path)
    report = frictionless.validate("datapackage.json")
    assert report.valid, report.flatten(["type", "note"])


def test_csvw_reads_the_tables_with_their_types(publications: dict[str, Publication]) -> None:
    csvw = pytest.importorskip("csvw", reason="csvw is not installed")
    group = csvw.TableGroup.from_file(publications[YEAR].path / "csv-metadata.json")
    for table in group.tables:
        assert list(table.iterdicts(strict=True))
