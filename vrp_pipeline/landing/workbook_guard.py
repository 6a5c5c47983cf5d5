"""Limits that a workbook must satisfy before its cells are loaded into memory.

Sheets are loaded as full rectangles: one cell in the far corner of an otherwise empty sheet needs 512 GiB and kills the
process (measured). The extent is therefore determined from the sheet's XML first, a piece at a time. The reader never
evaluates macros, links or formulas, so a workbook that holds them is read like any other.
"""

import re
import zipfile
from collections.abc import Collection
from pathlib import Path

from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.sheet_xml import column_number, whole_tags

# A year of every anti-social behaviour case of a force area has 0.3 million cells, one of the crimes of all
# partnerships 1.5 million.
MAX_CELLS = 5_000_000
# All sheets together keep 4 bytes a cell that repeats another of its column. Ten years of the crimes of all
# partnerships have 15 million.
MAX_WORKBOOK_CELLS = 50_000_000
MAX_SHEET_BYTES = 512 * 2**20

# A cell with content; `<c r="B7" s="1"/>` is a formatted blank, and blanks at the end of a sheet are harmless.
FILLED_CELL = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*)?(?<!/)>")
PLACED_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']\s*([A-Za-z]*)(\d+)[^>]*(?<!/)>")
POSITION = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]*)(\d+)")
# A cell as nearly all programs write it. Sought by its beginning, it is found in a fifth of the time.
PLAIN_CELL = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,7})"')
HIDDEN_POSITION = re.compile(rb"\br\s*=\s*[\"'][^\"'<]*&")


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Return whether an archive is an office document and not a zip of files."""
    names = archive.namelist()
    return "[Content_Types].xml" in names or "content.xml" in names


def guard_workbook(path: Path) -> None:
    """Raise RefusedError unless the file is an .xlsx workbook whose sheets fit in memory."""
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise RefusedError(
                path,
                "it is no .xlsx workbook.",
                "Open it in a spreadsheet program, save it as .xlsx and send it again.",
            )
        cells: dict[zipfile.ZipInfo, int] = {}
        for member in archive.infolist():
            if member.filename.startswith("xl/") and member.filename.endswith(".xml"):
                if member.file_size > MAX_SHEET_BYTES:
                    raise RefusedError(
                        path,
                        f"'{member.filename}' unpacks to {member.file_size / 2**20:.0f} MiB.",
                        "Ask the agency to send fewer months at a time, or CSV.",
                    )
                cells[member] = _cells(archive, member)
                if cells[member] > MAX_CELLS:
                    raise RefusedError(
                        path,
                        f"'{member.filename}' spans more than {MAX_CELLS:,} cells.",
                        "Delete the cells far below or beside the table and save it again.",
                    )
        if sum(cells.values()) > MAX_WORKBOOK_CELLS:
            # Without the formatted blanks.
            cells = {member: _cells_one_by_one(archive, member) for member, of_sheet in cells.items() if of_sheet}
        if sum(cells.values()) > MAX_WORKBOOK_CELLS:
            raise RefusedError(
                path,
                f"its sheets span {sum(cells.values()):,} cells, more than {MAX_WORKBOOK_CELLS:,}.",
                "Ask the agency to send fewer months at a time, or CSV.",
            )


def _cells(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Return the number of cells of the rectangle from A1 that contains all filled cells of a sheet; 0 if it is none.

    Usually a rectangle that contains the formatted blanks too is small enough.
    """
    is_sheet, is_plain, around = False, True, (0, 0)
    with archive.open(member) as file:
        for content in whole_tags(file):
            is_sheet |= b"sheetData" in content
            plain = PLAIN_CELL.findall(content)
            is_plain &= b":c" not in content and b"\x00" not in content
            is_plain &= len(plain) + content.count(b"<col") == content.count(b"<c")
            around = _around(around, plain)
    if not is_sheet:
        return 0
    if is_plain and _rectangle(around) <= MAX_CELLS:
        return _rectangle(around)
    return _cells_one_by_one(archive, member)


def _cells_one_by_one(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    placed, filled, around_placed, around_all = 0, 0, (0, 0), (0, 0)
    with archive.open(member) as file:
        for content in whole_tags(file):
            if HIDDEN_POSITION.search(content) or b"\x00" in content:
                return MAX_CELLS + 1
            positions = PLACED_CELL.findall(content)
            placed, filled = placed + len(positions), filled + len(FILLED_CELL.findall(content))
            around_placed = _around(around_placed, positions)
            around_all = _around(around_all, POSITION.findall(content))
    # A cell without a position of its own is placed by its row, so all positions are taken into account.
    return _rectangle(around_all if placed < filled else around_placed)


def _around(extent: tuple[int, int], positions: Collection[tuple[bytes, bytes]]) -> tuple[int, int]:
    """Return the rows and columns of the rectangle from A1 around one and all positions (letters and digits)."""
    rows = max((int(digits) for digits in {digits for _, digits in positions}), default=0)
    columns = max((column_number(letters) for letters in {letters for letters, _ in positions}), default=0)
    return max(extent[0], rows), max(extent[1], columns)


def _rectangle(extent: tuple[int, int]) -> int:
    rows, columns = extent
    return rows * max(columns, 1)
