"""Workbooks are read a sheet at a time: their memory is that of one sheet, and nothing is lost between pieces."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tests.support import large_workbook
from tests.support.contracts import contract
from vrp_pipeline.feeds.contract.formats import Xlsx
from vrp_pipeline.landing import sheet_xml, workbook_guard
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.second_count.workbook_cells import RawWorkbook

LOG = contract(Xlsx(sheet="Log"), {"reference": "Reference", "count": "Count", "note": "Note"})
# docs/operations.md states 510, to which another version of a library may add; as lists of cells it took 1.9 GiB.
MOST_MEMORY_MIB = 768
# The process tells its peak from /proc: ru_maxrss would begin with the memory of the process it was started from, which
# is that of pytest (getrusage(2) and execve(2) of Linux).
READ = """
import json, re, sys
from pathlib import Path
import pyarrow.compute as pc
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.recognition import recognise
path = Path(sys.argv[1])
(feed,) = recognise(path)
(table,) = read(feed, path)
by_year = table.texts.append_column("n", pc.cast(table.texts["offences"], "int64")).group_by("financial_year")
print(json.dumps({
    "feed": feed.name,
    "rows": table.rows_read,
    "crimes": {row["financial_year"]: row["n_sum"] for row in by_year.aggregate([("n", "sum")]).to_pylist()},
    "mib": int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024,
}))
"""


def log(path: Path, rows: int = 300) -> Path:
    """A log of numbered references with one failed formula and one blank text."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Log")
        sheet.write_row(0, 0, ["Reference", "Count", "Note"])
        for row in range(1, rows + 1):
            sheet.write_row(row, 0, [f"R{row}", row % 7, "note"])
        sheet.write_formula(200, 2, "=1/0", None, "#DIV/0!")
        sheet.write_row(rows + 1, 0, [" ", "", " "])
    return path


@pytest.mark.parametrize("piece", [1, 7, 64, 1000])
def test_wherever_a_piece_ends_the_same_rows_are_seen(
    tmp_path: Path, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = log(tmp_path / "log.xlsx")
    with zipfile.ZipFile(path) as archive:
        whole = RawWorkbook(archive).sheet("Log")
        monkeypatch.setattr(sheet_xml, "PIECE_BYTES", piece)
        in_pieces = RawWorkbook(archive).sheet("Log")
    assert whole is not None
    assert (len(whole.used_rows), whole.unreadable) == (301, {(201, 3): "#DIV/0!"})
    assert in_pieces == whole
    (table,) = read(LOG, path)
    assert table.rows_read == 300
    assert table.texts["note"].to_pylist()[199] == "#DIV/0!"


ROWS = [
    # A formula only here, so that most pieces hold none.
    '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>',
    '<x:row r="2"><x:c r="A2"><x:v>5</x:v></x:c><x:c r="C2" t="e"><x:v>#REF!</x:v></x:c></x:row>',
    "<row><c><v>5</v></c></row>",
    f'<row r="4"><c r="A4" t="inlineStr"><is><t>{"long " * 60}</t></is></c></row>',
    # No rows in use: a no-break space as a text, as an entity and as the result of a formula.
    '<row r="5"><c r="A5" t="inlineStr"><is><t>\u00a0</t></is></c></row>',
    '<row r="6"><c r="A6" t="str"><v>&#160;</v></c></row>',
    '<row r="7"><c r="A7" t="str"><v>\u00a0</v></c></row>',
    '<row r="8" spans="1:3"/>',
    '<row r="9"><c r="A9" t="str"><v>&lt;5</v></c></row>',
]


@pytest.mark.parametrize("piece", [1, 50, 200, 10_000])
def test_every_way_to_write_a_row_is_seen_alike_in_pieces_and_whole(
    tmp_path: Path, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "frame.xlsx")) as book:
        book.add_worksheet("Log")
    with zipfile.ZipFile(tmp_path / "frame.xlsx") as frame, zipfile.ZipFile(tmp_path / "x.xlsx", "w") as whole:
        for member in frame.namelist():
            content = frame.read(member).decode()
            whole.writestr(member, content.replace("<sheetData/>", f"<sheetData>{''.join(ROWS)}</sheetData>"))
    monkeypatch.setattr(sheet_xml, "PIECE_BYTES", piece)
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        log = RawWorkbook(archive).sheet("Log")
    assert log is not None
    assert log.used_rows == frozenset({1, 2, 3, 4, 9})
    assert log.unreadable == {(2, 3): "#REF!"}


def test_formatted_blanks_do_not_make_a_workbook_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "x.xlsx")) as book:
        bold = book.add_format({"bold": True})
        for name in ("Log", "Other", "Third"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Reference", "Count", "Note"])
            sheet.write_blank(99, 9, None, bold)
    monkeypatch.setattr(workbook_guard, "MAX_WORKBOOK_CELLS", 9)
    workbook_guard.guard_workbook(tmp_path / "x.xlsx")
    monkeypatch.setattr(workbook_guard, "MAX_WORKBOOK_CELLS", 8)
    with pytest.raises(RefusedError, match="its sheets span 9 cells, more than 8"):
        workbook_guard.guard_workbook(tmp_path / "x.xlsx")


def test_many_sheets_are_refused_by_the_cells_of_all_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "x.xlsx")) as book:
        for name in ("Log", "Other", "Third"):
            book.add_worksheet(name).write(9, 9, "x")
    monkeypatch.setattr(workbook_guard, "MAX_WORKBOOK_CELLS", 299)
    with pytest.raises(RefusedError, match="its sheets span 300 cells, more than 299"):
        list(read(LOG, tmp_path / "x.xlsx"))


@pytest.mark.nightly
def test_ten_years_of_the_home_offices_table_are_read_within_the_stated_memory(tmp_path: Path) -> None:
    years = range(2014, 2024)
    path = large_workbook.write_large(tmp_path / "prc-csp-mar15-mar24-tables.xlsx", years)
    told = subprocess.run([sys.executable, "-c", READ, path], check=True, capture_output=True, text=True)
    found = json.loads(told.stdout)
    assert found["feed"] == "reference__partnership_crimes"
    assert found["rows"] == 10 * large_workbook.ROWS_OF_YEAR
    counts = (
        large_workbook.count_of(quarter, partnership, offence)
        for quarter in range(1, 5)
        for partnership in range(large_workbook.PARTNERSHIPS)
        for offence in range(large_workbook.OFFENCES)
    )
    crimes = sum(counts)
    assert found["crimes"] == {f"{year}/{(year + 1) % 100:02d}": crimes for year in years}
    assert found["mib"] < MOST_MEMORY_MIB
