"""JSON is read by the keys of the contract, with every digit, and nothing beyond the contract."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.contracts import contract
from vrp_pipeline.feeds.contract.columns import ColumnType
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Json, JsonLines
from vrp_pipeline.landing.readers import json_files, read
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.second_count.json_records import filled_lines
from vrp_pipeline.landing.values import read_texts

REPORTS = contract(
    Json(records="reports"), {"received": "received", "lsoa": "place.lsoa_code", "tags": "tags", "urgent": "urgent"}
)
SENTENCES = contract(
    JsonLines(each="events.offences"),
    {"crn": "crn", "event": "events.index", "offence": "events.offences.offenceId", "sentence": "events.sentence.code"},
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)


def read_one(feed: Feed, path: Path) -> DeliveredTable:
    (table,) = read(feed, path)
    return table


def document(tmp_path: Path, *reports: object) -> Path:
    path = tmp_path / "reports.json"
    path.write_text(json.dumps({"reports": reports}), encoding="utf-8")
    return path


def report(**changed: object) -> dict[str, object]:
    return {"received": "2024-03-01", "place": {"lsoa_code": "E01"}, "tags": ["a", "b"], "urgent": True} | changed


@given(rows=st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=8), indent=st.sampled_from([None, 2]))
def test_what_is_written_as_json_is_read_back_text_by_text(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], indent: int | None
) -> None:
    path = tmp_path_factory.mktemp("json") / "x.json"
    reports = [{"received": a, "place": {"lsoa_code": b}, "tags": [c], "urgent": d} for a, b, c, d in rows]
    path.write_text(json.dumps({"reports": reports}, indent=indent, ensure_ascii=False), encoding="utf-8")
    table = read_one(REPORTS, path)
    assert [tuple(cell or "" for cell in row.values()) for row in table.texts.to_pylist()] == rows


@given(st.lists(st.lists(st.lists(TEXTS, max_size=3), max_size=3), min_size=1, max_size=4))
def test_each_element_of_lists_in_lists_is_a_row_with_what_stands_around_it(
    tmp_path_factory: pytest.TempPathFactory, people: list[list[list[str]]]
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "x.jsonl"
    lines = [
        {
            "crn": f"X{person}",
            "events": [
                {"index": number, "sentence": {"code": "NC"}, "offences": [{"offenceId": text} for text in offences]}
                for number, offences in enumerate(events)
            ],
        }
        for person, events in enumerate(people)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    expected = [
        {"crn": f"X{person}", "event": str(number), "offence": text or None, "sentence": "NC"}
        for person, events in enumerate(people)
        for number, offences in enumerate(events)
        for text in offences
    ]
    table = read_one(SENTENCES, path)
    assert table.texts.to_pylist() == expected
    assert table.source_rows.tolist() == list(range(1, len(expected) + 1))


@given(lines=st.lists(st.sampled_from(["whole", "lacks a key", "cut off", "blank"]), max_size=12), data=st.data())
def test_rows_asked_for_by_number_are_those_of_the_whole_file(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], data: st.DataObject
) -> None:
    people = contract(JsonLines(), {"crn": "crn", "postcode": "home.postcode"})
    path = tmp_path_factory.mktemp("jsonl") / "x.jsonl"
    written = {
        "whole": '{"crn":"X1","home":{"postcode":"PO%d"}}',
        "lacks a key": '{"crn":"X%d"}',
        "cut off": '{"crn":"X%d',
        "blank": " ",
    }
    texts = [written["whole"] % 0, *(written[line].replace("%d", str(place)) for place, line in enumerate(lines, 1))]
    path.write_text("\n".join(texts), encoding="utf-8")
    whole = dict(zip((table := read_one(people, path)).source_rows.tolist(), table.texts.to_pylist(), strict=True))
    rows = data.draw(st.sets(st.integers(1, len(texts) + 1)))
    (some,) = read(people, path, rows=rows)
    found = dict(zip(some.source_rows.tolist(), some.texts.to_pylist(), strict=True))
    assert found == {row: cells for row, cells in whole.items() if row in rows}
    assert dict(some.malformed).keys() == {row for row, _ in table.malformed if row in rows}


@pytest.mark.parametrize("written", ["123456789012345678", "4.424E+10", "0.10", "-0", "1e5"])
def test_a_number_keeps_every_digit_as_it_was_written(tmp_path: Path, written: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(f'{{"crn":{written},"events":[{{"index":1,"sentence":null,"offences":[{{"offenceId":1}}]}}]}}\n')
    assert read_one(SENTENCES, path).texts["crn"].to_pylist() == [written]


def test_lists_are_joined_and_booleans_and_nulls_are_what_they_say(tmp_path: Path) -> None:
    table = read_one(REPORTS, document(tmp_path, report(), report(tags=[], urgent=None, place=None)))
    assert table.texts.to_pylist() == [
        {"received": "2024-03-01", "lsoa": "E01", "tags": "a;b", "urgent": "true"},
        {"received": "2024-03-01", "lsoa": None, "tags": None, "urgent": None},
    ]


def test_a_key_that_nobody_agreed_on_is_left_alone(tmp_path: Path) -> None:
    table = read_one(
        REPORTS, document(tmp_path, report(narrative="what I saw"), report(place={"lsoa_code": "E02", "house": 4}))
    )
    assert table.texts.column_names == ["received", "lsoa", "tags", "urgent"]
    assert "what I saw" not in str(table.texts.to_pylist())


def test_a_key_missing_in_one_record_is_blank_and_missing_in_all_is_refused_by_its_name(tmp_path: Path) -> None:
    without = {key: value for key, value in report().items() if key != "urgent"}
    assert read_one(REPORTS, document(tmp_path, report(), without)).texts["urgent"].to_pylist() == ["true", None]
    with pytest.raises(RefusedError, match="no record holds 'urgent'"):
        read_one(REPORTS, document(tmp_path, without, without))


def test_a_promised_key_below_an_absent_object_is_missing_too(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"no record holds 'place\.lsoa_code'"):
        read_one(REPORTS, document(tmp_path, {key: value for key, value in report().items() if key != "place"}))


@pytest.mark.parametrize("place", ["E01 secret", {"lsoa_code": {"secret": 1}}])
def test_an_object_exchanged_for_a_value_is_unreadable_in_its_row_alone(tmp_path: Path, place: object) -> None:
    cells = read_one(REPORTS, document(tmp_path, report(), report(place=place))).texts["lsoa"].combine_chunks()
    values, unreadable = read_texts(cells, ColumnType.TEXT)
    assert unreadable.to_pylist() == [False, True]
    assert values[1].as_py() is None


@pytest.mark.parametrize("ends", [(b"\n", b"\n"), (b"\r\n", b"\r\n"), (b"\r", b"\r"), (b"\r", b"\n"), (b"\r\r\n", b"")])
def test_json_lines_end_in_line_feeds_carriage_returns_or_both(tmp_path: Path, ends: tuple[bytes, bytes]) -> None:
    path = tmp_path / "people.jsonl"
    path.write_bytes(b'{"crn": "X1"}' + ends[0] + b'{"crn": "X2"}' + ends[1])
    assert list(json_files.lines_of(path)) == [{"crn": "X1"}, {"crn": "X2"}]
    assert filled_lines(path) == 2


def test_a_line_that_is_no_whole_object_is_reported_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    good = json.dumps({"crn": "X1", "events": [{"index": 1, "sentence": None, "offences": [{"offenceId": "7"}]}]})
    path.write_text(f'{good}\n{good[:30]}\n\n[1]\n{{"crn":Infinity}}\n{{"crn":1,"crn":2}}\n{good}')
    table = read_one(SENTENCES, path)
    assert table.malformed == ((2, 0), (3, 0), (4, 0), (5, 0))
    assert table.source_rows.tolist() == [1, 6]


def test_a_cut_off_document_is_refused_with_the_place_and_without_the_text(tmp_path: Path) -> None:
    path = tmp_path / "reports.json"
    path.write_text('{"reports": [{"received": "secret')
    with pytest.raises(RefusedError, match=r"not whole JSON text: .*line 1") as refused:
        read_one(REPORTS, path)
    assert "secret" not in str(refused.value)


def test_a_document_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "reports.json"
    path.write_text('{"reports": ' + "[" * 100_000)
    with pytest.raises(RefusedError, match="nested too deeply"):
        read_one(REPORTS, path)


def test_a_line_too_long_for_one_person_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"crn":"X1","events":[]}\n{"crn":"' + b"x" * json_files.MAX_LINE_BYTES + b'"}\n')
    with pytest.raises(RefusedError, match="line 2 is longer than 16 MiB"):
        read_one(SENTENCES, path)


def test_a_document_too_large_for_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "reports.json"
    with path.open("wb") as file:
        file.truncate(json_files.MAX_DOCUMENT_BYTES + 1)
    with pytest.raises(RefusedError, match="larger than 256 MiB"):
        read_one(REPORTS, path)


def test_a_byte_order_mark_is_no_part_of_the_document(tmp_path: Path) -> None:
    path = document(tmp_path, report())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_one(REPORTS, path).texts.num_rows == 1
