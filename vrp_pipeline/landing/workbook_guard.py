"""Limits that a workbook must satisfy before its cells are loaded into memory.

Sheets are loaded as full rectangles: one cell in the far corner of an otherwise empty sheet needs 512 GiB and kills the
process (measured). The extent is therefore determined from the sheet's XML first. The reader never evaluates macros,
links or formulas, so a workbook that holds them is read like any other.
"""

import re
import zipfile
from collections.abc import Collection
from pathlib import Path

from vrp_pipeline.landing.refusal import RefusedError

# A year of every anti-social behaviour case of a force area has 0.3 million cells; 5 million take 160 MB.
MAX_CELLS = 5_000_000
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
        for member in archive.infolist():
            if member.filename.startswith("xl/") and member.filename.endswith(".xml"):
                if member.file_size > MAX_SHEET_BYTES:
                    raise RefusedError(
                        path,
                        f"'{member.filename}' unpacks to {member.file_size / 2**20:.0f} MiB.",
                        "Ask the agency to send fewer months at a time, or CSV.",
                    )
                content = archive.read(member)
                if b"sheetData" in content and _cells(content) > MAX_CELLS:
                    raise RefusedError(
                        path,
                        f"'{member.filename}' spans more than {MAX_CELLS:,} cells.",
                        "Delete the cells far below or beside the table and save it again.",
                    )


def _cells(content: bytes) -> int:
    """Return the number of cells of the rectangle from A1 that contains all filled cells of a sheet.

    Usually a rectangle that contains the formatted blanks too is small enough.
    """
    if b":c" not in content and b"\x00" not in content:
        plain = PLAIN_CELL.findall(content)
        if len(plain) + content.count(b"<col") == content.count(b"<c") and _rectangle(plain) <= MAX_CELLS:
            return _rectangle(plain)
    if HIDDEN_POSITION.search(content) or b"\x00" in content:
        return MAX_CELLS + 1
    positions = PLACED_CELL.findall(content)
    if len(positions) < len(FILLED_CELL.findall(content)):
        # A cell without a position of its own is placed by its row, so all positions are taken into account.
        positions = POSITION.findall(content)
    return _rectangle(positions)


def _rectangle(positions: Collection[tuple[bytes, bytes]]) -> int:
    """Return the number of cells of the rectangle from A1 that contains all positions (letters and digits)."""
    rows = max((int(digits) for digits in {digits for _, digits in positions}), default=0)
    columns = max((_column(letters) for letters in {letters for letters, _ in positions}), default=0)
    return rows * max(columns, 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
