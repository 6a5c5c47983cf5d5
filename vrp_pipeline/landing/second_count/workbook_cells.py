"""The sheets of a workbook as their XML shows them: hidden ones, rows in use, and cells without a value to read.

The reader gives an empty text both for a blank cell and for one whose formula failed or was never calculated. Here the
raw sheet tells them apart, and shows whether the reader has left out a row.
"""

import html
import re
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.sheet_xml import ROW, column_number, whole_rows
from vrp_pipeline.landing.values import UNCALCULATED

FILLED = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>\s*[^<\s]")
# As nearly all programs write a value; sought by its beginning, it is found in a fifth of the time. ASCII, and no
# entity, because other bytes may be a blank that is not one of ASCII.
PLAINLY_FILLED = re.compile(rb"<v>[!-%'-;=-~]")
CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])([^>]*?)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
PLACE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]*)(\d+)")
KIND = re.compile(rb"\bt\s*=\s*[\"'](\w+)[\"']")
SHARED = re.compile(rb"<(?:\w+:)?si(?=[\s/>])[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']\$?([A-Za-z]+)\$?(\d+):\$?([A-Za-z]+)\$?(\d+)[\"']")
HIDDEN_ROW = re.compile(rb"\bhidden\s*=\s*[\"'](?:1|true)[\"']")
DATES_OF_1904 = re.compile(rb"\bdate1904\s*=\s*[\"'](?:1|true|on)[\"']", re.IGNORECASE)


@dataclass(frozen=True)
class RawSheet:
    """A sheet by its XML: rows in use by number from 1, and what cells without a readable value show, by place.

    `merged` gives the first and last row, and the first and last column, of cells that are merged over several rows,
    `hidden_rows` those that are hidden.
    """

    name: str
    used_rows: frozenset[int]
    unreadable: dict[tuple[int, int], str]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()


class RawWorkbook:
    """An open .xlsx workbook; sheets of other kinds (charts) are left out. Sheets are read a piece at a time."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        names = set(archive.namelist())
        shared = archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else b""
        self._blank = {number for number, item in enumerate(SHARED.findall(shared)) if not _text(item)}
        targets = {
            _attribute(relation, "Id"): _attribute(relation, "Target")
            for relation in RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))
        }
        workbook = archive.read("xl/workbook.xml")
        self._members: dict[str, str] = {}
        hidden = set()
        for attributes in SHEET.findall(workbook):
            target = targets.get(_attribute(attributes, "id"), "")
            place = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            if place in names and "chartsheet" not in place:
                name = html.unescape(_attribute(attributes, "name"))
                self._members[name] = place
                if _attribute(attributes, "state").lower() in ("hidden", "veryhidden"):
                    hidden.add(name)
        self.hidden = frozenset(hidden)
        # Excel for Macintosh numbered its days from 1904.
        self.has_dates_of_1904 = DATES_OF_1904.search(workbook) is not None

    def sheet(self, name: str) -> RawSheet | None:
        """Return a sheet by its name, or None if there is none."""
        if name not in self._members:
            return None
        with self._archive.open(self._members[name]) as file:
            return _sheet(name, whole_rows(file), self._blank)


def require_every_row(path: Path, sheet: RawSheet, read: Collection[int]) -> None:
    """Raise RefusedError if a row of the sheet is in use but is not among those `read` (numbers from 1)."""
    left_out = sorted(sheet.used_rows - set(read))
    if left_out:
        raise RefusedError(
            path,
            f"{len(left_out):,} rows of sheet '{sheet.name}' hold something that cannot be read, the first of them row "
            f"{left_out[0]}.",
            "Open it in a spreadsheet program, save it as .xlsx and send it again.",
        )


def _sheet(name: str, pieces: Iterable[bytes], blank: set[int]) -> RawSheet:
    used: set[int] = set()
    unreadable: dict[tuple[int, int], str] = {}
    merged: list[tuple[int, int, int, int]] = []
    hidden: set[int] = set()
    number = 0
    for content in pieces:
        merged += (
            (int(first), int(last), column_number(left), column_number(right))
            for left, first, right, last in MERGED.findall(content)
            if first != last
        )
        may_fail = FORMULA.search(content) is not None or b't="e"' in content or b"t='e'" in content
        rows = ROW.split(content)
        for attributes, cells in zip(rows[1::2], rows[2::2], strict=True):
            place = PLACE.search(attributes)
            number = int(place.group(2)) if place else number + 1
            if HIDDEN_ROW.search(attributes):
                hidden.add(number)
            if attributes.endswith(b"/"):
                continue
            if not may_fail and PLAINLY_FILLED.search(cells) is None and FILLED.search(cells) is None:
                continue
            # Without formulas, a number or date is in use, and so is a shared text if none is blank.
            if not may_fail and ((not blank and PLAINLY_FILLED.search(cells)) or _is_filled_plainly(cells)):
                used.add(number)
                continue
            column = 0
            for form, inner in CELL.findall(cells):
                letters = PLACE.search(form)
                column = column_number(letters.group(1)) if letters else column + 1
                shown = _unreadable(form, inner)
                if shown:
                    unreadable[number, column] = shown
                if shown or not _is_blank(form, inner, blank):
                    used.add(number)
    return RawSheet(name, frozenset(used), unreadable, tuple(merged), frozenset(used & hidden))


def _is_filled_plainly(cells: bytes) -> bool:
    """Return whether a cell holds a number or date, so that the row is certainly in use."""
    return re.search(rb"<(?:\w+:)?c\b(?![^>]*\bt\s*=)[^>]*(?<!/)>\s*<(?:\w+:)?v>[^<]", cells) is not None


def _unreadable(form: bytes, inner: bytes) -> str | None:
    kind = KIND.search(form)
    value = VALUE.search(inner)
    if kind and kind.group(1) == b"e":
        return html.unescape(value.group(1).decode("utf-8", "replace")) if value else UNCALCULATED
    # A formula whose result is an empty text says so by its kind.
    if FORMULA.search(inner) and value is None and not (kind and kind.group(1) == b"str"):
        return UNCALCULATED
    return None


def _is_blank(form: bytes, inner: bytes, blank: set[int]) -> bool:
    kind = KIND.search(form)
    if kind and kind.group(1) == b"s":
        value = VALUE.search(inner)
        return value is None or int(value.group(1)) in blank
    return not _text(inner if FORMULA.search(inner) is None else b"".join(VALUE.findall(inner)))


def _text(content: bytes) -> str:
    return html.unescape(re.sub(rb"<[^>]*>", b"", content).decode("utf-8", "replace")).strip()


def _attribute(attributes: bytes, name: str) -> str:
    found = re.search(rb"(?:^|[\s:])" + name.encode() + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", attributes)
    return (found.group(1) or found.group(2) or b"").decode("utf-8", "replace") if found else ""
