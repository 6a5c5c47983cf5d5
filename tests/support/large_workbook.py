"""The Home Office's workbook of crimes by partnership and offence at its full size, laid out as Excel writes it.

A general writer takes six minutes for its 15 million cells; here the sheets of a small one are filled with rows of XML.
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from vrp_pipeline.feeds import FEEDS

PARTNERSHIPS, OFFENCES, QUARTERS = 315, 130, 4
ROWS_OF_YEAR = QUARTERS * PARTNERSHIPS * OFFENCES


def count_of(quarter: int, partnership: int, offence: int) -> int:
    return (quarter * partnership + offence) % 37


def write_large(path: Path, years: Sequence[int]) -> Path:
    """Write a sheet a year, named 2014_15, of `ROWS_OF_YEAR` rows and nine columns below the headings."""
    names = [f"{year}_{(year + 1) % 100:02d}" for year in years]
    texts = [column.header for column in FEEDS["reference__partnership_crimes"].columns[1:]]
    texts += [name.replace("_", "/") for name in names]
    texts += [f"Force {number}" for number in range(PARTNERSHIPS // 8 + 1)]
    texts += [f"Partnership {number}" for number in range(PARTNERSHIPS)]
    for offence in range(OFFENCES):
        texts += [f"Offence {offence}", f"{offence}A"]
    texts += [f"Group {number}" for number in range(OFFENCES // 20 + 1)]
    texts += [f"Subgroup {number}" for number in range(OFFENCES // 5 + 1)]
    small = path.with_name("small.xlsx")
    with xlsxwriter.Workbook(str(small)) as book:
        # Shared texts are numbered in the order in which they are first written.
        book.add_worksheet("Words").write_column(0, 0, texts)
        for name in names:
            book.add_worksheet(name)
    number = {text: place for place, text in enumerate(texts)}
    rows = _rows(number)
    with (
        zipfile.ZipFile(small) as frame,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as whole,
    ):
        for member in frame.namelist():
            content = frame.read(member)
            sheet = member.removeprefix("xl/worksheets/sheet").removesuffix(".xml")
            if sheet.isdigit() and int(sheet) > 1:
                year = number[names[int(sheet) - 2].replace("_", "/")]
                filled = b"<sheetData>" + rows.replace(b"YEAR", str(year).encode()) + b"</sheetData>"
                content = content.replace(b"<sheetData/>", filled)
            whole.writestr(member, content)
    return path


def _rows(number: dict[str, int]) -> bytes:
    headings = [column.header for column in FEEDS["reference__partnership_crimes"].columns[1:]]
    lines = [_row(1, [str(number[heading]) for heading in headings], numbers=())]
    for quarter in range(1, QUARTERS + 1):
        for partnership in range(PARTNERSHIPS):
            force, name = number[f"Force {partnership // 8}"], number[f"Partnership {partnership}"]
            for offence in range(OFFENCES):
                what = (f"Offence {offence}", f"Group {offence // 20}", f"Subgroup {offence // 5}", f"{offence}A")
                count = count_of(quarter, partnership, offence)
                cells = ["YEAR", quarter, force, name, *(number[text] for text in what), count]
                lines.append(_row(len(lines) + 1, [str(cell) for cell in cells], numbers=(1, 8)))
    return "".join(lines).encode()


def _row(row: int, values: Sequence[str], numbers: Sequence[int]) -> str:
    plain, shared = "", ' t="s"'
    cells = (
        f'<c r="{letter}{row}"{plain if column in numbers else shared}><v>{value}</v></c>'
        for column, (letter, value) in enumerate(zip("ABCDEFGHI", values, strict=True))
    )
    return f'<row r="{row}">{"".join(cells)}</row>'
