"""Workbooks are read sheet by sheet by contract, guarded like other zips, and nothing in them is executed."""

import csv
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.conftest import fixture_of
from tests.support.contracts import contract
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Xlsx, XlsxSheets
from vrp_pipeline.landing.coverage import coverage
from vrp_pipeline.landing.guard import guard
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.recognition import recognise
from vrp_pipeline.landing.refusal import RefusedError

ASB = FEEDS["local_authorities__antisocial_behaviour"]
HEADERS = {"reported": "Reported", "reference": "Reference", "category": "Category", "status": "Status"}
BY_DISTRICT = contract(XlsxSheets(sheet_name="district"), HEADERS | {"district": "the name of the sheet"})
LOG = contract(Xlsx(sheet="Log", or_csv=True), HEADERS)
HEADINGS = list(HEADERS.values())
ROW = ["2024-03-01", "A1", "Noise", "Open"]


def workbook(path: Path, sheets: dict[str, list[list[Any]]], *, formulas: bool = False) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": formulas, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def with_member(source: Path, name: str, content: bytes) -> Path:
    path = source.with_stem("with_member")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return path


def read_one(feed: Feed, path: Path) -> DeliveredTable:
    (table,) = read(feed, path)
    return table


def test_every_sheet_with_the_table_is_read_and_its_name_is_a_column(tmp_path: Path) -> None:
    sheets = {
        "Cover": [["Cases of anti-social behaviour"], ["March 2024"]],
        "Gosport": [HEADINGS, ROW, ["2024-03-02", "A2", "Noise", "Shut"]],
        "Isle of Wight": [
            ["Isle of Wight Council"],
            [],
            list(reversed(HEADINGS)),
            ["Open", "Litter", "B1", "2024-03-03"],
        ],
        "Hart": [HEADINGS],
    }
    table = read_one(BY_DISTRICT, workbook(tmp_path / "x.xlsx", sheets))
    assert [tuple(row.values()) for row in table.texts.to_pylist()] == [
        (*ROW, "Gosport"),
        ("2024-03-02", "A2", "Noise", "Shut", "Gosport"),
        ("2024-03-03", "B1", "Litter", "Open", "Isle of Wight"),
    ]
    assert table.source_rows.tolist() == [1, 2, 3]


def test_a_sheet_of_rows_whose_headings_are_gone_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", {"Gosport": [HEADINGS, ROW], "Hart": [ROW, ROW]})
    with pytest.raises(RefusedError, match="sheet 'Hart' hold no heading line"):
        read_one(BY_DISTRICT, path)


def test_a_renamed_column_is_named_with_its_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", {"Gosport": [["Reported", "Reference", "Category", "State"], ROW]})
    with pytest.raises(RefusedError, match=r"sheet 'Gosport' .* 'Status' is missing and 'State' is not expected"):
        read_one(BY_DISTRICT, path)


def test_the_same_table_saved_as_csv_is_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADINGS, ROW])
    from_workbook = read_one(LOG, workbook(tmp_path / "log.xlsx", {"Log": [HEADINGS, ROW]}))
    assert read_one(LOG, path).texts.equals(from_workbook.texts)


def test_an_agency_that_sends_csv_instead_of_its_workbook_is_recognised(tmp_path: Path) -> None:
    feed = FEEDS["communities__interventions"]
    path = tmp_path / "saved as csv.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow([column.header for column in feed.columns])
    assert recognise(path) == (feed,)
    assert recognise(fixture_of(feed.name)) == (feed,)


def test_an_identifier_as_text_keeps_its_digits_and_as_a_number_cannot_pass_for_one(tmp_path: Path) -> None:
    numbers = [123456789012345, 123456789012345678, "123456789012345678", "4.424E+10"]
    rows = [[day, number, "Noise", "Open"] for day, number in enumerate(numbers)]
    table = read_one(LOG, workbook(tmp_path / "x.xlsx", {"Log": [HEADINGS, *rows]}))
    # Spreadsheets keep 15 digits: the last three of the second number were lost before it was saved.
    assert table.texts["reference"].to_pylist() == [
        "123456789012345",
        "1.23456789012346E+17",
        "123456789012345678",
        "4.424E+10",
    ]


def test_a_formula_is_not_evaluated_and_a_link_not_followed(tmp_path: Path) -> None:
    rows = [["2024-03-01", "=1+1", '=HYPERLINK("http://localhost/x")', "='[other.xlsx]A'!A1"]]
    path = workbook(tmp_path / "x.xlsx", {"Log": [HEADINGS, *rows]}, formulas=True)
    # The cached result of the formula, here nothing but the writer's zero.
    assert [*read_one(LOG, path).texts.to_pylist()[0].values()] == ["2024-03-01", "0", "0", "0"]


def test_a_workbook_with_macros_is_read_and_the_macros_are_not(tmp_path: Path) -> None:
    path = with_member(
        workbook(tmp_path / "x.xlsm", {"Log": [HEADINGS, ROW]}), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"
    )
    assert read_one(LOG, path).texts.num_rows == 1


@pytest.mark.parametrize("position", [(1_048_575, 0), (1_048_575, 16_383), (400_000, 15)])
def test_one_cell_far_away_is_refused_before_the_sheet_is_laid_out(tmp_path: Path, position: tuple[int, int]) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Log")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write(*position, "far")
    if position == (1_048_575, 0):
        assert read_one(LOG, path).texts.num_rows == 1, "4 columns to the last row are 4 million cells: they fit"
    else:
        with pytest.raises(RefusedError, match="spans more than 5,000,000 cells"):
            read_one(LOG, path)


def test_blank_formatted_cells_far_away_are_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Log")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ROW)
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    assert read_one(LOG, path).texts.num_rows == 1


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1048576"><c t="n"><v>1</v></c></row><row r="1"><c r="XFD1"><v>1</v></c></row>',
        b'<row r="1"><c t="n" r="&#88;FD1048576"><v>1</v></c></row>',
        b"<row><x:c r='XFD1048576'><v>1</v></x:c></row>",
        b'<row><c a=">" r="xfd1048576"><v>1</v></c></row>',
    ],
)
def test_a_position_cannot_be_hidden_from_the_guard(tmp_path: Path, cells: bytes) -> None:
    sheet = b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"
    path = with_member(workbook(tmp_path / "x.xlsx", {"Log": [HEADINGS]}), "xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(RefusedError, match="spans more than"):
        read_one(LOG, path)


def test_a_workbook_that_unpacks_to_many_times_its_size_is_refused(tmp_path: Path) -> None:
    path = with_member(
        workbook(tmp_path / "x.xlsx", {"Log": [HEADINGS]}), "xl/worksheets/sheet9.xml", b" " * 50_000_000
    )
    with pytest.raises(RefusedError, match="times its size"):
        guard(path)


def test_an_open_document_spreadsheet_is_guarded_as_a_zip_and_sent_back_to_be_saved_as_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "x.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:document-content/>")
    with pytest.raises(RefusedError, match=r"save it as \.xlsx"):
        recognise(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("styles.xml", b" " * 50_000_000)
    with pytest.raises(RefusedError, match="times its size"):
        recognise(path)


def reports(number: int, place: int = 442_000, first: int = 0) -> list[list[Any]]:
    """The headings of reports of anti-social behaviour, and reports of one place that differ by number and time."""
    lines = CalamineWorkbook.from_path(str(fixture_of(ASB.name))).get_sheet_by_name("Southampton").to_python()
    start = next(place for place, line in enumerate(lines) if "asb_ref" in line)
    one = dict(zip(lines[start], lines[start + 1], strict=True))
    rows = [
        {
            **one,
            "asb_ref": f"24-{row:05d}",
            "reported_datetime": f"2024-03-{1 + row % 28:02d} 21:00",
            "easting": place,
        }
        for row in range(first, first + number)
    ]
    return [list(one), *(list(row.values()) for row in rows)]


@pytest.mark.parametrize(
    ("above", "merged", "told"),
    [
        (0, (1, 3), "merged over 3 rows of the table, the first of them its row 1"),
        (4, (6, 8), "merged over 3 rows of the table, the first of them its row 2"),  # below a title
        (4, (0, 2), None),  # the title itself
        (0, (4, 9), None),  # the last row of the table and blank ones
        (0, (12, 15), None),  # a note below
    ],
)
def test_a_cell_merged_over_rows_of_the_table_is_refused_and_elsewhere_left_alone(
    tmp_path: Path, above: int, merged: tuple[int, int], told: str | None
) -> None:
    path = tmp_path / "log.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Log")
        if above:
            sheet.write(0, 0, "A log")
        for number, line in enumerate([HEADINGS, *[[*ROW[:-1], None]] * 4]):
            sheet.write_row(number + above, 0, line)
        first, last = merged
        place = 0 if first in (0, 12) else 3
        sheet.merge_range(first, place, last, place, "A log" if first == 0 else "Open")
    if told:
        with pytest.raises(RefusedError, match=told):
            list(read(LOG, path))
    else:
        assert read_one(LOG, path).rows_read == (5 if merged == (12, 15) else 4)


def test_cells_merged_within_one_row_beside_the_table_and_on_a_sheet_of_notes_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Log")
        for number, line in enumerate([HEADINGS, ROW, ROW[:2]]):
            sheet.write_row(number, 0, line)
        sheet.merge_range(2, 2, 2, 3, "not said")
        sheet.merge_range(1, len(HEADINGS) + 2, 2, len(HEADINGS) + 2, "", book.add_format({"border": 1}))
        book.add_worksheet("Notes").merge_range(0, 0, 9, 9, "as agreed")
    assert read_one(LOG, path).rows_read == 2


def test_rows_that_a_filter_hides_are_read_and_told_of(tmp_path: Path) -> None:
    path = tmp_path / "asb.xlsx"
    lines = reports(40)
    with xlsxwriter.Workbook(str(path)) as book:
        for name, hidden in (("Southampton", range(3, 10)), ("Portsmouth", ())):
            sheet = book.add_worksheet(name)
            sheet.set_row(0, options={"hidden": True})  # of the lines above the table nobody needs to know
            for number, line in enumerate(lines if hidden else reports(20, 464_500), start=2):
                sheet.write_row(number, 0, line)
            for number in [*hidden, 90]:
                sheet.set_row(number, options={"hidden": True})
    covered = coverage(ASB, path, date(2024, 5, 10))
    assert covered.partitions == {"2024-03": 60}
    assert covered.notes == (
        "7 rows of sheet 'Southampton' are hidden, perhaps by a filter that was left on, and count like the others",
    )


ROWS = [[f"2024-03-0{number}", f"A{number}", "Noise", "Open"] for number in range(1, 6)]


@pytest.mark.parametrize(
    "lines",
    [
        [*ROWS, HEADINGS, *ROWS],
        [["Cases of March"], [*HEADINGS[:3], "State"], *ROWS, ["Cases of April"], HEADINGS, *ROWS],
    ],
    ids=["sorted with its headings", "two tables, the second with the agreed headings"],
)
def test_rows_above_the_headings_are_refused_and_not_passed_over(tmp_path: Path, lines: list[list[str]]) -> None:
    with pytest.raises(RefusedError, match="rows of sheet 'Log' stand above its headings"):
        read_one(LOG, workbook(tmp_path / "log.xlsx", {"Log": lines}))


def test_titles_and_one_line_of_numbers_may_stand_above_the_headings(tmp_path: Path) -> None:
    lines = [["The log of March"], ["", "", "as agreed"], ["1", "2", "3", "4"], HEADINGS, *ROWS]
    assert read_one(LOG, workbook(tmp_path / "log.xlsx", {"Log": lines})).texts.num_rows == 5


def test_a_second_table_under_the_same_headings_counts_and_its_headings_are_one_row(tmp_path: Path) -> None:
    lines = [HEADINGS, *ROWS, [], ["Cases of April"], HEADINGS, *ROWS]
    assert read_one(LOG, workbook(tmp_path / "log.xlsx", {"Log": lines})).texts.num_rows == 5 + 2 + 5


def test_a_second_table_that_begins_in_another_column_is_refused(tmp_path: Path) -> None:
    lines = [HEADINGS, *ROWS, ["", *HEADINGS[:3]], *(["", *row[:3]] for row in ROWS)]
    with pytest.raises(RefusedError, match="headings stand again among the rows"):
        read_one(LOG, workbook(tmp_path / "log.xlsx", {"Log": lines}))


def test_a_table_that_goes_on_on_another_sheet_without_headings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"the sheet 'Log \(2\)' has no headings and 4 columns like those"):
        read_one(LOG, workbook(tmp_path / "log.xlsx", {"Log": [HEADINGS, *ROWS], "Log (2)": ROWS}))


def test_a_sheet_of_codes_or_numbers_beside_the_table_is_left_alone(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Any]]] = {
        "Log": [HEADINGS, *ROWS],
        "Codes": [["Noise", "loud"]],
        "Totals": [["March", 5, 4, 3], ["April", 1, 2, 3]],
    }
    assert read_one(LOG, workbook(tmp_path / "log.xlsx", sheets)).texts.num_rows == 5
