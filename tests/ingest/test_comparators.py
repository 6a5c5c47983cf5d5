"""Tables of other areas that would count a crime twice are held, with the reason, and nothing of them is published."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.fixtures.make_comparators import crimes_of, force_knife_crimes
from tests.support.deliveries import take
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status

CRIMES = FEEDS["reference__partnership_crimes"]
KNIFE_CRIMES = FEEDS["reference__force_knife_crimes"]
Sheets = dict[str, list[tuple[Any, ...]]]
YEAR = crimes_of("2023/24")
TOTAL = ("2023/24", 1, "Hampshire", "Total", "Assault with injury", "", "", "8N", 40)


def workbook(folder: Path, sheets: Sheets) -> Path:
    path = folder / "prc-csp-mar23-mar24-tables.xlsx"
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, [column.header for column in CRIMES.columns[1:]])
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
    book.close()
    return path


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"2023_24": YEAR, "2023-24": YEAR}, "keys name one row"),
        ({"2023_24": [*YEAR, TOTAL]}, "csp_name is no total"),
        ({"2023_24": [*YEAR, (*TOTAL[:2], "TOTAL recorded", "All", *TOTAL[4:])]}, "force_name is no total"),
    ],
    ids=["a year on two sheets", "a total of a force", "a total of all"],
)
def test_a_table_that_counts_a_crime_twice_is_held(lake: Lake, tmp_path: Path, sheets: Sheets, said: str) -> None:
    take(lake, workbook(tmp_path, sheets))
    (verdict,) = ingest(lake, CRIMES)
    assert verdict.status is Status.HELD
    assert [unmet.expectation for unmet in verdict.unmet_expectations] == [said]


def test_the_same_table_with_each_row_once_is_published(lake: Lake, tmp_path: Path) -> None:
    take(lake, workbook(tmp_path, {"2023_24": YEAR}))
    (verdict,) = ingest(lake, CRIMES)
    assert verdict.status is Status.PUBLISHED


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("A", "Hampshire", "values can be read"),
        ("C", "about 60", "values can be read"),
        ("C", "-3", "values can be read"),
        ("A", "E23000035", "keys name one row"),
    ],
    ids=["a name for a code", "words", "fewer than none", "a force twice"],
)
def test_a_series_with_a_cell_that_is_no_count_is_held(
    lake: Lake, tmp_path: Path, column: str, cell: str, said: str
) -> None:
    path = force_knife_crimes(tmp_path / "policeforceareatablesyemarch2024.xlsx", {f"{column}9": cell})
    take(lake, path)
    (verdict,) = ingest(lake, KNIFE_CRIMES)
    assert verdict.status is Status.HELD
    assert [unmet.expectation for unmet in verdict.unmet_expectations] == [said]


def test_a_series_with_marks_in_place_of_counts_is_published(lake: Lake, tmp_path: Path) -> None:
    take(lake, force_knife_crimes(tmp_path / "policeforceareatablesyemarch2024.xlsx"))
    (verdict,) = ingest(lake, KNIFE_CRIMES)
    assert verdict.status is Status.PUBLISHED
