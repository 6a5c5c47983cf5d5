"""JSON and XML as a careful person reads them."""

import json
from collections import Counter
from typing import Any
from xml.etree import ElementTree as ET

from tests.campaign.layouts import Layout
from tests.campaign.oracle.records import UNREADABLE, Reading, Record, counted, nobody_can_tell
from tests.campaign.oracle.texts import decoded, known, wanted_headings

SEVERAL = ("Disability", "AssessmentFactors", "AssessmentActualStartDate")


def json_lines(content: bytes, layout: Layout) -> Reading:
    """One object a line; a line that is none is a broken record."""
    records: list[Record] = []
    broken = 0
    for line in decoded(content).splitlines():
        if not line.strip():
            continue
        try:
            found = json.loads(line, object_pairs_hook=_once, parse_constant=lambda _: UNREADABLE)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            broken += 1
            records.append(Record({}, is_broken=True))
            continue
        if layout.record:
            records += [Record(cells) for cells in _each(found, layout.record.split("."), "")]
        else:
            records.append(Record(_flat(found)))
    return counted(records, fewer=max(broken - 1, 0)) if records else nobody_can_tell("no line")


def json_document(content: bytes, layout: Layout) -> Reading:
    """One document with its records in a list."""
    try:
        document = json.loads(decoded(content), object_pairs_hook=_once, parse_constant=lambda _: UNREADABLE)
    except (ValueError, RecursionError):
        return nobody_can_tell("no JSON")
    name = "features" if layout.form == "geojson" else layout.record
    found = document.get(name) if isinstance(document, dict) else document
    if not isinstance(found, list):
        return nobody_can_tell("no list of records")
    records = []
    for item in found:
        inner = item.get("properties") if layout.form == "geojson" and isinstance(item, dict) else item
        cells = _flat(inner) if isinstance(inner, dict) else {}
        if layout.form == "geojson" and isinstance(item, dict):
            # The properties of a feature are the headings of a table: services publish them in several spellings.
            cells = {known(heading, wanted_headings(layout)): cell for heading, cell in cells.items()}
            cells["geometry"] = item.get("geometry")
        records.append(Record(cells, is_broken=not isinstance(inner, dict)))
    return counted(records)


def xml_document(content: bytes, layout: Layout, part: str = "") -> Reading:
    """The elements at the record's path, each with what stands around it; namespaces and comments tell nothing."""
    try:
        root = ET.fromstring(content)
    except (ET.ParseError, ValueError, LookupError):
        return nobody_can_tell("no XML")
    for element in root.iter():
        element.tag = element.tag.rsplit("}", 1)[-1]
    path = layout.record.split("/")
    if root.tag != path[0]:
        return nobody_can_tell("another root")
    return counted([Record(cells, part) for cells in _elements(root, path[1:], path[0], {})])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a key with two answers is unreadable."""
    read: dict[str, Any] = {}
    for key, value in pairs:
        read[key] = UNREADABLE if key in read and read[key] != value else value
    return read


def _flat(document: dict[str, Any], above: str = "") -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for key, value in document.items():
        path = f"{above}{key}"
        if isinstance(value, dict):
            cells |= _flat(value, f"{path}.")
            cells.setdefault(path, UNREADABLE if value else None)
        elif isinstance(value, list):
            plain = all(isinstance(item, str) for item in value)
            cells[path] = (";".join(value) or None) if plain else UNREADABLE
        else:
            cells[path] = value
    return cells


def _each(found: dict[str, Any], path: list[str], above: str) -> list[dict[str, Any]]:
    """The cells of every element at the path of lists, with those of what stands around it."""
    if not path:
        return [_flat(found, above)]
    around = {key: value for key, value in found.items() if key != path[0]}
    below = found.get(path[0])
    below = below if isinstance(below, list) else [below] if isinstance(below, dict) else []
    cells = []
    for item in below:
        if isinstance(item, dict):
            cells += [_flat(around, above) | inner for inner in _each(item, path[1:], f"{above}{path[0]}.")]
    return cells


def _elements(element: ET.Element, path: list[str], done: str, around: dict[str, Any]) -> list[dict[str, Any]]:
    """The records below an element, or, where there is none, the one that stands for it."""
    cells = around | _leaves(element, done, skip=path[0] if path else "")
    if not path:
        return [cells]
    below = element.findall(path[0])
    found = [record for child in below for record in _elements(child, path[1:], f"{done}/{path[0]}", cells)]
    is_around_none = not found and len(path) <= 2 and done.count("/") >= 2
    return found or ([cells] if is_around_none else [])


def _leaves(element: ET.Element, done: str, skip: str) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    times = Counter(child.tag for child in element)
    for child in element:
        if child.tag == skip or not isinstance(child.tag, str):
            continue
        path = f"{done}/{child.tag}"
        if len(child):
            for name, value in _leaves(child, path, "").items():
                cells[name] = value if name not in cells else _again(name, cells[name], value)
            continue
        text = (child.text or "").strip()
        cells[path] = text if times[child.tag] == 1 or path not in cells else _again(path, cells[path], text)
    return cells


def _again(path: str, one: Any, other: Any) -> Any:
    if path.rsplit("/", 1)[-1] in SEVERAL:
        return ";".join(filter(None, (one, other)))
    return one if one == other else UNREADABLE
