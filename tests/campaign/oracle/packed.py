"""Archives and workbooks as a careful person reads them: every member, every sheet, hidden ones too."""

import io
import re
import zipfile
import zlib
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

from tests.campaign.layouts import Layout
from tests.campaign.oracle import documents, texts
from tests.campaign.oracle.records import UNREADABLE, Reading, Record, nobody_can_tell

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BAD_ARCHIVE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    zlib.error,
)


def members_of(content: bytes) -> list[tuple[str, bytes | None]]:
    """Name and content of every file of an archive, doubled names too; no content where it cannot be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [(info.filename, _unpacked(archive, info)) for info in archive.infolist() if not info.is_dir()]
    except BAD_ARCHIVE:
        return []


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | None:
    try:
        return archive.read(member)
    except BAD_ARCHIVE:
        return None


def zipped(content: bytes, layout: Layout) -> Reading:
    """The records of all members of the feed; which member is one is told by its rows."""
    whole = Reading()
    seen: dict[bytes, str] = {}
    for name, text in members_of(content):
        if name.startswith("__MACOSX") or name.replace("\\", "/").rsplit("/", 1)[-1].startswith("._"):
            continue
        if text is None:
            if "dorset" in name.casefold():
                continue
            return nobody_can_tell("a member cannot be unpacked")
        is_return = layout.form == "zipxml" and (name.casefold().endswith(".xml") or text.lstrip()[:1] == b"<")
        if layout.form == "zipxml" and not (is_return and text.strip()):
            continue
        found = documents.xml_document(text, layout, name) if is_return else _police(text, layout, name)
        if found is None:
            continue
        if found.nobody_can_tell:
            return found
        # The same member once more says nothing new: its rows may count once or be put aside.
        again = text in seen
        seen[text] = name
        whole.records += [] if again else found.records
        whole.at_least += 0 if again else found.at_least
        whole.at_most += found.at_most
    return whole if whole.records or whole.at_most else nobody_can_tell("no member of the feed")


def _police(text: bytes, layout: Layout, name: str) -> Reading | None:
    """A member of the force, by the name of it that is left or what its rows say; none of other kinds."""
    if "dorset" in name.casefold() or not text.strip():
        return None if "dorset" in name.casefold() else Reading()
    found = texts.records_of(text, layout, name)
    if found.nobody_can_tell and layout.record not in name.casefold():
        return None
    return found


def workbook(content: bytes, layout: Layout) -> Reading:
    """The records of every sheet that holds the headings, hidden sheets too."""
    members = {name: text for name, text in members_of(content) if text is not None}
    try:
        sheets, hidden, day_one_1904 = _sheets(members)
    except (KeyError, ET.ParseError, ValueError, IndexError, AttributeError):
        return nobody_can_tell("no workbook")
    wanted = set(texts.wanted_headings(layout)) - {"(sheet)"}
    whole = Reading(day_one_1904=day_one_1904)
    for sheet, rows in sheets.items():
        likeness = [len(wanted & {texts.known(str(cell), list(wanted)) for cell in row}) for row in rows[:20]]
        if not likeness or max(likeness) < len(wanted) / 2:
            continue
        start = likeness.index(max(likeness))
        headings = [texts.known(str(cell), list(wanted)) if cell not in ("", None) else "" for cell in rows[start]]
        for row in rows[start + 1 :]:
            if not any(cell not in ("", None) for cell in row):
                continue
            cells: dict[str, Any] = {"(sheet)": sheet}
            for heading, cell in zip(headings, row + [None] * len(headings), strict=False):
                cells[heading] = UNREADABLE if heading in cells and cells[heading] != cell else cell
            # Who hides a sheet does not send it; whether its rows count as put aside is for the reader to say.
            whole.records.append(Record(cells, sheet, is_broken=sheet in hidden))
    in_sight = [record for record in whole.records if record.part not in hidden]
    whole.at_least, whole.at_most = len(in_sight), len(whole.records)
    return whole if in_sight else nobody_can_tell("no sheet of the feed is in sight")


def _sheets(members: dict[str, bytes]) -> tuple[dict[str, list[list[Any]]], set[str], bool]:
    """The lines of every sheet, the names of those that are hidden, and whether days are counted from 1904."""
    book = ET.fromstring(members["xl/workbook.xml"])
    properties = book.find(f"{SHEET}workbookPr")
    day_one_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    shared = []
    if "xl/sharedStrings.xml" in members:
        strings = ET.fromstring(members["xl/sharedStrings.xml"])
        shared = [_unescaped("".join(text.text or "" for text in item.iter(f"{SHEET}t"))) for item in strings]
    is_date = _date_styles(members["xl/styles.xml"])
    relations = ET.fromstring(members["xl/_rels/workbook.xml.rels"])
    target = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = {}
    for sheet in book.iter(f"{SHEET}sheet"):
        path = "xl/" + target[sheet.get(RELATION)].removeprefix("/xl/")
        root = ET.fromstring(members[path])
        sheets[sheet.get("name", "")] = [
            _line(row, shared, is_date, day_one_1904=day_one_1904) for row in root.iter(f"{SHEET}row")
        ]
    hidden = {
        sheet.get("name", "") for sheet in book.iter(f"{SHEET}sheet") if sheet.get("state", "visible") != "visible"
    }
    return sheets, hidden, day_one_1904


def _unescaped(text: str) -> str:
    """A text of a workbook, in which control characters are written as `_x000D_`."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


def _date_styles(content: bytes) -> list[bool]:
    styles = ET.fromstring(content)
    own = {form.get("numFmtId"): form.get("formatCode", "") for form in styles.iter(f"{SHEET}numFmt")}
    uses = styles.find(f"{SHEET}cellXfs")
    known = [str(number) for number in range(14, 23)]
    return [
        use.get("numFmtId") in known or re.search(r"[ymdh]", own.get(use.get("numFmtId"), "")) is not None
        for use in (uses if uses is not None else [])
    ]


def _line(row: ET.Element, shared: list[str], is_date: list[bool], *, day_one_1904: bool) -> list[Any]:
    line: list[Any] = []
    for cell in row.iter(f"{SHEET}c"):
        letters = re.sub(r"\d", "", cell.get("r", ""))
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        line += [None] * (column - 1 - len(line))
        line.append(_cell(cell, shared, is_date, day_one_1904=day_one_1904))
    return line


def _cell(cell: ET.Element, shared: list[str], is_date: list[bool], *, day_one_1904: bool) -> Any:
    kind = cell.get("t", "n")
    value = cell.find(f"{SHEET}v")
    text = value.text if value is not None else None
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{SHEET}t"))
    if kind == "e" or (cell.find(f"{SHEET}f") is not None and not text):
        return UNREADABLE
    if text is None:
        return None
    if kind == "s":
        return shared[int(text)]
    if kind == "str":
        return text
    if kind == "b":
        return text == "1"
    number = float(text)
    if is_date[int(cell.get("s", "0"))]:
        return date_of(number, day_one_1904=day_one_1904)
    return number


def date_of(number: float, *, day_one_1904: bool) -> datetime:
    """The moment that a workbook's day number means."""
    day_none = datetime(1904, 1, 1) if day_one_1904 else datetime(1899, 12, 30)
    return day_none + timedelta(seconds=round(number * 86400))
