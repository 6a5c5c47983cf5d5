"""JSON Lines and XML from flat deliveries, whole columns at a time.

A delivery is a table of texts whose headings are paths in the contract; here they become objects and elements. The
content of a delivery comes from each agency's module.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from operator import itemgetter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Values that JSON writes without quotation marks.
PLAIN = r"^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?)$"


def json_lines(
    delivery: pa.Table, *, plain: Collection[str], lists: Collection[str] = (), each: str | None = None
) -> bytes:
    """Return one object per line in UTF-8. Null cells are null; an object with only null values is null as a whole.

    `plain` names the headings written as numbers or Boolean values where the text is one, `lists` those whose texts are
    joined by semicolons. With `each` (`events.offences`) adjacent rows that are equal outside the lists share one line.
    """
    columns = {
        heading: _value(delivery[heading].combine_chunks(), is_plain=heading in plain, is_list=heading in lists)
        for heading in delivery.column_names
    }
    if each is None:
        return _lines(_object(columns).to_pylist())
    outer, inner = each.split(".")
    of_element = _within(columns, f"{outer}.{inner}.")
    of_event = _within({name: cells for name, cells in columns.items() if not name.startswith(each)}, f"{outer}.")
    of_line = {name: cells for name, cells in columns.items() if not name.startswith(f"{outer}.")}
    return _lines(
        _opened(line, outer, (_opened(event, inner, elements) for event, elements in events.items()))
        for line, events in _neighbours(_object(of_line), _object(of_event), _object(of_element))
    )


def xml(delivery: pa.Table, record: str) -> bytes:
    """Return one document in UTF-8. `record` is the path of the element that represents a row.

    Null cells are absent elements. Adjacent rows that are equal outside the record share one parent; a row without any
    cell of the record is a parent without one.
    """
    *around, parent, holder, element = record.split("/")
    of_parent, of_record = "/".join([*around, parent, ""]), f"{record}/"
    columns = {name: delivery[name].combine_chunks() for name in delivery.column_names}
    inside = _within(columns, of_record)
    outside = {name.removeprefix(of_parent): cells for name, cells in columns.items() if not name.startswith(of_record)}
    opening, closing = "".join(f"<{name}>" for name in around), "".join(f"</{name}>" for name in reversed(around))
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', opening]
    rows = zip(_elements(outside).to_pylist(), _elements(inside).to_pylist(), strict=True)
    for head, alike in groupby(rows, key=itemgetter(0)):
        records = "".join(f"<{element}>{cells}</{element}>" for _, cells in alike if cells)
        parts.append(f"<{parent}>{head}<{holder}>{records}</{holder}></{parent}>")
    return ("\n".join(parts) + "\n" + closing + "\n").encode()


def _lines(texts: Iterable[str]) -> bytes:
    return ("\n".join(texts) + "\n").encode()


def _opened(text: str, key: str, items: Iterable[str]) -> str:
    """Return the text of an object with one more key, whose value is a list."""
    return f'{text[:-1]},"{key}":[{",".join(items)}]}}'


def _neighbours(lines: pa.Array, events: pa.Array, elements: pa.Array) -> list[tuple[str, dict[str, list[str]]]]:
    """Return each run of equal lines with the elements of each of its events."""
    found = []
    rows = zip(lines.to_pylist(), events.to_pylist(), elements.to_pylist(), strict=True)
    for line, alike in groupby(rows, key=itemgetter(0)):
        of_line: dict[str, list[str]] = {}
        for _, event, element in alike:
            of_line.setdefault(event, []).append(element)
        found.append((line, of_line))
    return found


def _within(columns: Mapping[str, pa.Array], prefix: str) -> dict[str, pa.Array]:
    return {name.removeprefix(prefix): cells for name, cells in columns.items() if name.startswith(prefix)}


def _value(cells: pa.Array, *, is_plain: bool, is_list: bool) -> pa.Array:
    """Return each cell as a JSON value; null stays null."""
    if is_plain:  # converting each distinct text once takes a quarter of the time
        encoded = pc.dictionary_encode(cells)
        texts = encoded.dictionary
        plain = pc.if_else(pc.match_substring_regex(texts, PLAIN), texts, _quoted(texts))
        return plain.take(encoded.indices)
    quoted = _quoted(cells)
    if is_list:
        return pc.binary_join_element_wise("[", pc.replace_substring(quoted, ";", '","'), "]", "")
    return quoted


def _quoted(cells: pa.Array) -> pa.Array:
    characters = cells.buffers()[2]
    text = characters.to_pybytes() if characters is not None else b""
    if b"\\" in text or b'"' in text:
        cells = pc.replace_substring(pc.replace_substring(cells, "\\", "\\\\"), '"', '\\"')
    return pc.binary_join_element_wise('"', cells, '"', "")


def _object(columns: Mapping[str, pa.Array]) -> pa.Array:
    """Return one object per row from the values by path; nested objects with only null values are null."""
    texts: list[pa.Array | str] = []
    grouped: dict[str, dict[str, pa.Array]] = {}
    for path, cells in columns.items():
        key, _, rest = path.partition(".")
        grouped.setdefault(key, {})[rest] = cells
    for number, (key, parts) in enumerate(grouped.items()):
        texts.append(f'{"," if number else "{"}"{key}":')
        texts.append(pc.fill_null(parts[""] if "" in parts else _inner(parts), "null"))
    return pc.binary_join_element_wise(*texts, "}", "")


def _inner(parts: Mapping[str, pa.Array]) -> pa.Array:
    there = np.logical_or.reduce([cells.is_valid().to_numpy(zero_copy_only=False) for cells in parts.values()])
    return pc.if_else(pa.array(there), _object(parts), pa.scalar(None, pa.string()))


def _elements(columns: Mapping[str, pa.Array]) -> pa.Array:
    texts = [
        pc.fill_null(pc.binary_join_element_wise(f"<{name}>", _escaped(cells), f"</{name}>", ""), "")
        for name, cells in columns.items()
    ]
    return pc.binary_join_element_wise(*texts, "")


def _escaped(cells: pa.Array) -> pa.Array:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        cells = pc.replace_substring(cells, character, entity)
    return cells
