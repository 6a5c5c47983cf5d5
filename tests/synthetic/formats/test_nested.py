"""Nested texts hold the content of the flat table, as read back by plain parsers of their formats."""

import json

import pyarrow as pa
from defusedxml.ElementTree import fromstring

from vrp_pipeline.synthetic.formats.nested import json_lines, xml


def table(**columns: list[str | None]) -> pa.Table:
    return pa.table({name.replace("__", "."): pa.array(cells, pa.string()) for name, cells in columns.items()})


def test_a_line_is_an_object_with_numbers_truths_lists_and_nulls() -> None:
    flat = table(
        crn=["X1", "X2", None],
        is_held=["true", "1", "perhaps"],
        home__code=["E01", None, None],
        home__postcode=[None, None, 'A"\\1'],
        codes=["A;B", None, "C"],
    )
    lines = json_lines(flat, plain=["is_held"], lists=["codes"]).decode().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"crn": "X1", "is_held": True, "home": {"code": "E01", "postcode": None}, "codes": ["A", "B"]},
        {"crn": "X2", "is_held": 1, "home": None, "codes": None},
        {"crn": None, "is_held": "perhaps", "home": {"code": None, "postcode": 'A"\\1'}, "codes": ["C"]},
    ]


def test_rows_alike_around_a_list_stand_in_one_line_and_later_ones_in_a_new_one() -> None:
    flat = table(crn=["X1", "X1", "X1", "X2", "X1"], events__index=["1", "1", "2", "1", "1"])
    flat = flat.append_column("events.offences.id", pa.array(["a", "b", "c", "d", "e"]))
    lines = json_lines(flat, plain=["events.index"], each="events.offences").decode().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"crn": "X1", "events": [
            {"index": 1, "offences": [{"id": "a"}, {"id": "b"}]}, {"index": 2, "offences": [{"id": "c"}]}
        ]},
        {"crn": "X2", "events": [{"index": 1, "offences": [{"id": "d"}]}]},
        {"crn": "X1", "events": [{"index": 1, "offences": [{"id": "e"}]}]},
    ]  # fmt: skip


def test_a_document_holds_each_parent_with_its_records_and_one_without_any() -> None:
    flat = pa.table(
        {
            "Return/Children/Child/Name": pa.array(["A & B", "A & B", "C"]),
            "Return/Children/Child/Sex": pa.array([None, None, "1"], pa.string()),
            "Return/Children/Child/Offences/Offence/Code": pa.array(["1<2", "3", None]),
        }
    )
    root = fromstring(xml(flat, "Return/Children/Child/Offences/Offence"))
    children = root.findall("Children/Child")
    assert [child.findtext("Name") for child in children] == ["A & B", "C"]
    assert [child.findtext("Sex") for child in children] == [None, "1"]
    assert [[o.text for o in child.findall("Offences/Offence/Code")] for child in children] == [["1<2", "3"], []]
