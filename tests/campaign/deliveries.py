"""Small deliveries of every feed as they leave an agency, and how they are written down: text, archives, workbooks.

The headings and the first record of each feed's fixture, multiplied and varied by the layout's table. A mutation
changes the cells, the way they are written (`Writing`), or the bytes.
"""

import copy
import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import xlsxwriter

from tests.campaign.layouts import Layout
from tests.campaign.oracle import reading
from tests.campaign.oracle.records import UNREADABLE

FIXTURES = Path(__file__).parents[1] / "fixtures"
MULTIPLE_TEXTS = ("Disability", "AssessmentFactors")

Change = Callable[[bytes], bytes]


class Formula(str):
    """A cell whose formula was never calculated."""


class CellError(str):
    """A cell that shows an error."""


@dataclass
class Writing:
    """How a delivery is written. `content` changes the document or member, `outer` the whole file."""

    delimiter: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"
    heading_line: bool = True
    quote_all: bool = False
    content: list[Change] = field(default_factory=list)
    outer: list[Change] = field(default_factory=list)
    members: list[tuple[str, bytes]] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)
    compression: int = zipfile.ZIP_DEFLATED
    hidden: set[str] = field(default_factory=set)
    sheets: dict[str, list[list[Any]]] = field(default_factory=dict)
    date_1904: bool = False
    plain_dates: bool = False
    merged_heading: bool = False


@dataclass
class Delivery:
    """A delivery as cells: the headings, the rows of each part (member, sheet, or `""`), and how it is written."""

    layout: Layout
    name: str
    headings: list[str]
    parts: dict[str, list[list[Any]]]
    writing: Writing = field(default_factory=Writing)

    def column(self, heading: str) -> int:
        return self.headings.index(heading)

    def rows(self) -> Iterator[list[Any]]:
        for rows in self.parts.values():
            yield from rows

    def copy(self) -> "Delivery":
        return copy.deepcopy(self)

    def to_bytes(self) -> bytes:
        content = _WRITERS[self.layout.form](self)
        for change in self.writing.outer:
            content = change(content)
        return content


def base(layout: Layout, rows: int | None = None) -> Delivery:
    """The delivery before any change."""
    (path,) = (path for path in FIXTURES.iterdir() if path.name.startswith((f"{layout.feed}.", f"{layout.feed}_")))
    first = next(record for record in reading.records_of(path.read_bytes(), layout).records)
    template = {name: cell for name, cell in first.cells.items() if name[0] != "(" and cell is not UNREADABLE}
    if layout.title:
        template = {name: cell for name, cell in template.items() if name in layout.varied}
    headings = list(template) + [name for name in layout.varied if name not in template]
    parts: dict[str, list[list[Any]]] = {}
    for number in range(1, (rows or layout.rows) + 1):
        cells = template | {heading: vary(number) for heading, vary in layout.varied.items()}
        parts.setdefault(layout.part_of(number), []).append([cells.get(heading) for heading in headings])
    return Delivery(layout, layout.file, headings, parts)


def _changed(delivery: Delivery, content: bytes) -> bytes:
    for change in delivery.writing.content:
        content = change(content)
    return content


def _csv(delivery: Delivery, rows: list[list[Any]], *, is_changed: bool = True) -> bytes:
    how = delivery.writing
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=how.delimiter,
        lineterminator=how.newline,
        quoting=csv.QUOTE_ALL if how.quote_all else csv.QUOTE_MINIMAL,
    )
    if how.heading_line:
        writer.writerow(delivery.headings)
    writer.writerows(rows)
    content = text.getvalue().encode(how.encoding, errors="replace")
    return _changed(delivery, content) if is_changed else content


def _one_csv(delivery: Delivery) -> bytes:
    return _csv(delivery, delivery.parts[""])


def _archive(delivery: Delivery, members: list[tuple[str, bytes]]) -> bytes:
    how = delivery.writing
    members = [(how.renamed.get(name, name), content) for name, content in members]
    members += [member for member in members if member[0] in how.doubled] + how.members
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how.compression) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2024, 4, 1, 0, 0, 0)), content, how.compression)
    return file.getvalue()


def _zipped_csv(delivery: Delivery) -> bytes:
    members = []
    for number, (name, rows) in enumerate(delivery.parts.items()):
        members.append((name, _csv(delivery, rows, is_changed=number == 0)))
        other = [row[:] for row in rows[:2]]
        members.append((name.replace("hampshire", "dorset"), _csv(delivery, other, is_changed=False)))
    return _archive(delivery, members)


def nested(pairs: dict[str, Any], record: str) -> dict[str, Any]:
    """One object of JSON from paths; below the path `record` (and at the list around it) stand lists."""
    document: dict[str, Any] = {}
    lists = {record.rsplit(".", 1)[0], record} if "." in record else set()
    for path, value in pairs.items():
        here, done = document, ""
        *above, last = path.split(".")
        for name in above:
            done = f"{done}.{name}".strip(".")
            below = here.setdefault(name, [{}] if done in lists else {})
            here = below[0] if isinstance(below, list) else below
        here[last] = value
    return document


def _lines(delivery: Delivery) -> bytes:
    made = [
        json.dumps(nested(dict(zip(delivery.headings, row, strict=False)), delivery.layout.record))
        for row in delivery.rows()
    ]
    return _changed(delivery, (delivery.writing.newline.join(made) + "\n").encode(delivery.writing.encoding))


def _document(delivery: Delivery) -> bytes:
    records = [nested(dict(zip(delivery.headings, row, strict=False)), "") for row in delivery.rows()]
    document = {"charity": "Example line", "month": "2024-03", delivery.layout.record: records}
    return _changed(delivery, json.dumps(document, indent=1).encode(delivery.writing.encoding))


def _geojson(delivery: Delivery) -> bytes:
    features = []
    for number, row in enumerate(delivery.rows()):
        cells = dict(zip(delivery.headings, row, strict=False))
        west, south = -1.4 + number / 100, 50.9
        ring = [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south]]
        shape = cells.pop("geometry", None)
        geometry = shape if isinstance(shape, dict) and number < 0 else {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": cells, "geometry": geometry})
    content = json.dumps({"type": "FeatureCollection", "features": features})
    return _changed(delivery, content.encode(delivery.writing.encoding))


def _xml(delivery: Delivery, rows: list[list[Any]]) -> bytes:
    """One child element of the record's grandparent for every row, built from the paths."""
    header: list[tuple[str, str]] = []
    if delivery.layout.form == "xml":
        header = [
            ("Message/Header/CollectionDetails/Collection", "CIN"),
            ("Message/Header/CollectionDetails/Year", "2024"),
        ]
    child = "/".join(delivery.layout.record.split("/")[:3])
    root = ET.Element(child.split("/")[0])
    for path, text in header:
        _at(root, path.split("/")[1:]).text = text
    children = _at(root, [child.split("/")[1]])
    for row in rows:
        element = ET.SubElement(children, child.split("/")[2])
        for path, value in zip(delivery.headings, row, strict=False):
            if value is None or not path.startswith(child + "/"):
                continue
            below = path.removeprefix(child + "/").split("/")
            values = str(value).split(";") if below[-1] in MULTIPLE_TEXTS else [str(value)]
            for number, text in enumerate(values):
                if number:
                    ET.SubElement(_at(element, below[:-1]), below[-1]).text = text
                else:
                    _at(element, below).text = text
    encoding = delivery.writing.encoding
    text = f"<?xml version='1.0' encoding='{encoding}'?>\n" + ET.tostring(root, "unicode")
    return text.replace("><", ">\n<").encode(encoding, errors="xmlcharrefreplace")


def _at(element: ET.Element, path: list[str]) -> ET.Element:
    for name in path:
        below = element.find(name)
        element = ET.SubElement(element, name) if below is None else below
    return element


def _one_xml(delivery: Delivery) -> bytes:
    return _changed(delivery, _xml(delivery, delivery.parts[""]))


def _zipped_xml(delivery: Delivery) -> bytes:
    members = [(name, _xml(delivery, rows)) for name, rows in delivery.parts.items()]
    members[0] = (members[0][0], _changed(delivery, members[0][1]))
    return _archive(delivery, members)


def _workbook(delivery: Delivery) -> bytes:
    how, file = delivery.writing, io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "date_1904": how.date_1904})
    dates = book.add_format({"num_format": "General" if how.plain_dates else "dd/mm/yyyy hh:mm"})
    tables = {how.renamed.get(name, name): [delivery.headings, *rows] for name, rows in delivery.parts.items()}
    for name, lines in (tables | how.sheets).items():
        sheet = book.add_worksheet(name)
        if name in how.hidden:
            sheet.hide()
        top = 2 if delivery.layout.title else 0
        if top:
            sheet.write_string(0, 0, delivery.layout.title)
        if how.merged_heading and name not in how.sheets:
            sheet.merge_range(0, 0, 0, 4, "Log of the year")
            top += 2
        for number, line in enumerate(lines if how.heading_line else lines[1:]):
            for column, value in enumerate(line):
                _write(sheet, (top + number, column), value, dates)
    book.close()
    content = file.getvalue()
    if not how.content and not how.members and not how.doubled and how.compression == zipfile.ZIP_DEFLATED:
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    first = "xl/worksheets/sheet1.xml"
    members = [(name, _changed(delivery, content) if name == first else content) for name, content in members]
    how.renamed = {}
    return _archive(delivery, members)


def _write(sheet: Any, place: tuple[int, int], value: Any, dates: Any) -> None:
    match value:
        case Formula():
            sheet.write_formula(*place, "=A1&B1", None, "")
        case CellError():
            sheet.write_formula(*place, "=NA()", None, str(value))
        case datetime():
            sheet.write_datetime(*place, value, dates)
        case None | "":
            pass
        case _:
            sheet.write(*place, value)


_WRITERS: dict[str, Callable[[Delivery], bytes]] = {
    "csv": _one_csv,
    "zip": _zipped_csv,
    "jsonl": _lines,
    "json": _document,
    "geojson": _geojson,
    "xml": _one_xml,
    "zipxml": _zipped_xml,
    "xlsx": _workbook,
}
