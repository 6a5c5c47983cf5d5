"""Builders of small deliveries: the fixtures of the repository multiplied, and saved as other programs save them."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

FIXTURES = Path(__file__).parents[1] / "fixtures"
ATTENDANCES = "health__emergency_attendances"
AMBULANCE = "health__ambulance_incidents"
ADMISSIONS = "health__admissions"
OFFENCES = "police__offences"
STREET = "police__street_crimes"
EVENTS = "communities__events"
REPORTS = "communities__anonymous_reports"
ASB = "local_authorities__antisocial_behaviour"
CHILDREN = "local_authorities__children_in_need"
SUSPENSIONS = "local_authorities__suspensions"
PEOPLE = "probation__supervised_people"
KEYS = {
    ATTENDANCES: "EC_Ident",
    AMBULANCE: "incident_number",
    ADMISSIONS: "EPIKEY",
    OFFENCES: "crime_reference",
    SUSPENSIONS: "row_reference",
}

Cells = dict[str, str]
Sheet = Sequence[Mapping[str, Any]]


class Formula(str):
    """A formula in a cell with the result that was last kept of it; a blank result was never calculated."""

    result: str

    def __new__(cls, text: str, result: str) -> "Formula":
        """Make the text of a formula (`=1+1`) that carries its kept result."""
        made = super().__new__(cls, text)
        made.result = result
        return made


def fixture(feed: str) -> Path:
    """The fixture of a feed."""
    (path,) = (path for path in FIXTURES.iterdir() if path.name.startswith((f"{feed}.", f"{feed}_")))
    return path


def rows_of(feed: str, number: int, **changes: str | Callable[[int], str]) -> list[Cells]:
    """The first row of a CSV fixture `number` times under references of their own, with the cells changed.

    A change that is a function is given the number of the row, from 1.
    """
    with fixture(feed).open(encoding="utf-8", newline="") as file:
        one = next(csv.DictReader(file))
    key = KEYS[feed]
    made = [{**one, key: f"{one[key][:-4]}{row:04d}"} for row in range(1, number + 1)]
    for row, cells in enumerate(made, start=1):
        cells.update({name: change if isinstance(change, str) else change(row) for name, change in changes.items()})
    return made


def all_rows_of(feed: str) -> list[Cells]:
    """All rows of a CSV fixture."""
    with fixture(feed).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def csv_text(rows: Iterable[Mapping[str, str]], delimiter: str = ",") -> str:
    """Rows as CSV with a heading line, lines ended by LF."""
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def csv_file(path: Path, rows: Iterable[Mapping[str, str]], change: Callable[[str], str] = str) -> Path:
    """Write rows as CSV, with the whole text changed."""
    path.write_bytes(change(csv_text(rows)).encode("utf-8"))
    return path


def unescaped_csv_file(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """Write rows as programs do that join cells by commas: nothing is quoted or escaped."""
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def sheet_rows(feed: str, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet of a workbook fixture under their headings."""
    lines = CalamineWorkbook.from_path(str(fixture(feed))).get_sheet_by_name(sheet).to_python()
    start = next(index for index, line in enumerate(lines) if sum(cell != "" for cell in line) > 5)
    return [dict(zip(map(str, lines[start]), line, strict=True)) for line in lines[start + 1 :]]


def events(number: int, **changes: Any) -> list[dict[str, Any]]:
    """Events held in April 2024 that count, each entered once, with the cells changed as by `rows_of`."""
    one = sheet_rows(EVENTS, "Events")[0] | {"actual_attendance": 25}
    rows = []
    for row in range(1, number + 1):
        cells = {
            **one,
            "event_id": f"EV9{row:03d}",
            "start_datetime": datetime(2024, 4, 1 + row % 28, 10, 0),
            "venue_name": f"Hall {row}",
        }
        cells |= {name: change(row) if callable(change) else change for name, change in changes.items()}
        rows.append(cells)
    return rows


def antisocial(prefix: str, number: int, **changes: Any) -> list[dict[str, Any]]:
    """Reports of anti-social behaviour of March 2024 with references that begin with `prefix`."""
    one = sheet_rows(ASB, "Southampton")[0]
    rows = []
    for row in range(1, number + 1):
        reported = datetime(2024, 3, 1 + row % 28, 21, 0)
        cells = {**one, "asb_ref": f"{prefix}24-{row:05d}", "reported_datetime": reported}
        cells |= {name: change(row) if callable(change) else change for name, change in changes.items()}
        rows.append(cells)
    return rows


def workbook(
    path: Path, sheets: Mapping[str, Sheet], *, hidden: Iterable[str] = (), date_1904: bool = False, plain: bool = False
) -> Path:
    """Write a workbook. `plain` writes dates as numbers without a date format."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "date_1904": date_1904})
    dates = book.add_format({"num_format": "General" if plain else "dd/mm/yyyy hh:mm"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        sheet.write_row(0, 0, list(rows[0]))
        for number, cells in enumerate(rows, start=1):
            for column, value in enumerate(cells.values()):
                match value:
                    case Formula():
                        sheet.write_formula(number, column, str(value), None, value.result)
                    case datetime() | date():
                        sheet.write_datetime(number, column, value, dates)
                    case "" | None:
                        pass
                    case _:
                        sheet.write(number, column, value)
    book.close()
    return path


def headings_only(path: Path, sheet: str, headings: Iterable[str]) -> Path:
    """Write a workbook of one sheet with a heading line and nothing below it."""
    book = xlsxwriter.Workbook(path)
    book.add_worksheet(sheet).write_row(0, 0, list(headings))
    book.close()
    return path


def with_members_changed(source: Path, path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Copy an archive with the bytes of each member changed."""
    with zipfile.ZipFile(source) as old:
        return archive(path, {name: change(name, old.read(name)) for name in old.namelist()})


def archive(path: Path, members: Mapping[str, bytes | str]) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def with_method_marked(path: Path, method: int) -> Path:
    """Mark all members of a zip as compressed by `method`, in their own headers and in the directory."""
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        for found in re.finditer(re.escape(mark), bytes(content)):
            content[found.start() + place : found.start() + place + 2] = method.to_bytes(2, "little")
    path.write_bytes(content)
    return path


def street_csv(month: str, number: int, changes: Mapping[str, str] | None = None, *, first: int = 0) -> str:
    """Street crimes of a month, each with an id of its own, as data.police.uk writes them."""
    with zipfile.ZipFile(fixture(STREET)) as source:
        one = next(csv.DictReader(io.TextIOWrapper(source.open("2024-03/2024-03-hampshire-street.csv"), "utf-8")))
    digits = month.replace("-", "")
    return csv_text(
        {**one, "Crime ID": f"{digits}{row:058d}", "Month": month, **(changes or {})}
        for row in range(first, first + number)
    )


def street_member(month: str) -> str:
    """The name of a month's member in an archive of data.police.uk."""
    return f"{month}/{month}-hampshire-street.csv"


def reports_file(path: Path, month: str, times: Sequence[str]) -> Path:
    """The charity's reports of a month, received at `times`."""
    content = json.loads(fixture(REPORTS).read_text("utf-8"))
    one = content["reports"][0]
    content["month"] = month
    content["reports"] = [
        {**one, "report_id": f"AR{month[2:4]}{month[5:]}-{row:04d}", "received_datetime": time}
        for row, time in enumerate(times, start=1)
    ]
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return path


def children_file(path: Path, change: Callable[[str], str]) -> Path:
    """The fixture of the children in need census (4 referrals of 3 children) with its text changed."""
    path.write_bytes(change(fixture(CHILDREN).read_text("utf-8")).encode("utf-8"))
    return path


def of_authority(code: str) -> Callable[[str], str]:
    """A return that names its authority in its header alone, as the Department for Education prescribes."""

    def change(text: str) -> str:
        text = text.replace("        <LEA>850</LEA>\n", "")
        return text.replace("<SourceLevel>L</SourceLevel>", f"<SourceLevel>L</SourceLevel><LEA>{code}</LEA>")

    return change


def people_lines(number: int) -> list[dict[str, Any]]:
    """Supervised people of March 2024, each with a number of their own and a score."""
    one = json.loads(fixture(PEOPLE).read_text("utf-8").splitlines()[0])
    return [{**one, "crn": f"X91{row:04d}", "pncNumber": f"1974/{2400000 + row}D"} for row in range(1, number + 1)]


def lines_file(path: Path, lines: Iterable[Mapping[str, Any]]) -> Path:
    """Write JSON Lines as Python's json module does, NaN included."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def boundaries() -> dict[str, Any]:
    """The boundary fixture as a document."""
    content: dict[str, Any] = json.loads(fixture("reference__boundaries").read_text("utf-8"))
    return content


def json_file(path: Path, content: Any, mark: bytes = b"") -> Path:
    """Write a document, with `mark` before it."""
    path.write_bytes(mark + json.dumps(content).encode("utf-8"))
    return path
