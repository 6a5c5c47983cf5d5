"""The floor counts correctly on its own, since the product's headline is compared with it."""

import ast
import csv
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks import floor
from tests.conftest import FIXTURES, fixture_of
from vrp_pipeline.lake.paths import DBT_PROJECT

SEEDS = DBT_PROJECT / "seeds"
# Worked by hand in tests/fixtures/make.py: 12 × 5 crimes, then 6 × 5 + 6 × 4; 9 events less 3 that do not count.
BY_HAND = {"M1 2022-23": 60, "M1 2023-24": 54, "M1 change %": -10.0, "M9 2023-24": 6}

Row = dict[str, str]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Copies of the two deliveries that the floor reads, for tests to change."""
    for feed in ("police__offences", "communities__events"):
        shutil.copy(fixture_of(feed), tmp_path)
    return tmp_path


def rewrite(path: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        headings, rows = list(reader.fieldnames or ()), list(reader)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows(change(rows))


def first_serious(rows: list[Row], month: str) -> Row:
    return next(row for row in rows if row["date_recorded"].startswith(month) and row["ho_offence_code"] == "00501")


def test_the_floor_gives_the_headline_worked_by_hand() -> None:
    assert floor.headline(FIXTURES, SEEDS) == BY_HAND


def test_the_floor_imports_nothing_but_pyarrow_duckdb_and_the_standard_library() -> None:
    tree = ast.parse(Path(floor.__file__).read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    beyond = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
    assert beyond == {"duckdb", "pyarrow"}


@pytest.mark.parametrize(
    "cells",
    [
        {"date_recorded": "2023-02-31"},
        {"committed_from_datetime": "not known"},
        {"ho_offence_code": "assault (vatp)"},
        {"crime_reference": "4.423E+10"},
        {"crime_status": "undetected"},
        {"location_easting": "0", "location_northing": "0"},
        {"victim_dob": "1873-01-01"},
        {"victim_dob": "2031-01-01"},
        {"location_type": "somewhere"},
    ],
)
def test_a_row_that_breaks_a_promise_is_not_counted(inbox: Path, cells: Row) -> None:
    def spoil(rows: list[Row]) -> list[Row]:
        # One crime of 2022-10 in one row: without it the year has 59.
        row = first_serious(rows, "2022-10")
        row |= cells
        return rows

    rewrite(inbox / "police__offences.csv", spoil)
    assert floor.headline(inbox, SEEDS)["M1 2022-23"] == 59


def test_a_copy_counts_once_and_rows_that_contradict_each_other_not_at_all(inbox: Path) -> None:
    def again(rows: list[Row]) -> list[Row]:
        copied, contradicted = first_serious(rows, "2022-10"), first_serious(rows, "2022-11")
        return [*rows, copied, {**contradicted, "injury_level": "serious"}]

    rewrite(inbox / "police__offences.csv", again)
    assert floor.headline(inbox, SEEDS)["M1 2022-23"] == 59


def test_dates_and_codes_in_their_other_spellings_are_read(inbox: Path) -> None:
    def respell(rows: list[Row]) -> list[Row]:
        row = first_serious(rows, "2022-10")
        row |= {"date_recorded": "12/10/2022", "committed_from_datetime": "10/10/2022 22:15", "ho_offence_code": "5/1"}
        return rows

    rewrite(inbox / "police__offences.csv", respell)
    assert floor.headline(inbox, SEEDS) == BY_HAND


def test_only_the_newest_extract_is_counted(inbox: Path) -> None:
    older, newer = inbox / "extract_2024-03-27.csv", inbox / "extract_2024-04-03.csv"
    (inbox / "police__offences.csv").rename(older)
    shutil.copy(older, newer)
    rewrite(newer, lambda rows: [row for row in rows if row is not first_serious(rows, "2022-10")])
    assert floor.headline(inbox, SEEDS)["M1 2022-23"] == 59


def test_the_last_workbook_of_the_year_replaces_the_one_before(inbox: Path) -> None:
    whole = inbox / "communities__events.xlsx"
    with zipfile.ZipFile(whole) as book:
        members = {name: book.read(name) for name in book.namelist()}
    # The last row is event 12, of 5 March 2024, which counts: the later workbook omits it.
    sheet = members["xl/worksheets/sheet1.xml"]
    begin = sheet.rindex(b"<row ")
    members["xl/worksheets/sheet1.xml"] = sheet[:begin] + sheet[sheet.index(b"</sheetData>") :]
    with zipfile.ZipFile(inbox / "communities__events_later.xlsx", "w") as book:
        for name, content in members.items():
            book.writestr(name, content)
    assert floor.headline(inbox, SEEDS)["M9 2023-24"] == 5
