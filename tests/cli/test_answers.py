"""Query results are opened in spreadsheets and read by programs: no text runs as a formula, and JSON is JSON."""

import csv
import io
import json

import duckdb
import pytest

from vrp_pipeline.cli.answers import print_answer


def printed_csv(sql: str, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    print_answer(duckdb.connect().sql(sql), "csv")
    return list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(
    start: str, capsys: pytest.CaptureFixture[str]
) -> None:
    heading, row = printed_csv(f"select chr({ord(start)}) || 'SUM(1)' as said", capsys)
    assert heading == ["said"]
    assert row == [f"'{start}SUM(1)"]


def test_a_number_below_zero_stays_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed_csv("select -4 as change, -1.5 as percent, null as none", capsys)[1] == ["-4", "-1.5", ""]


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        ("1 as n, 2 as n", {"n": 1, "n_1": 2}),
        ("1 as n, 2 as n, 3 as n", {"n": 1, "n_1": 2, "n_2": 3}),
        ("1 as n, 2 as n, 3 as n_1", {"n": 1, "n_2": 2, "n_1": 3}),
        ("1 as n_1, 2 as n, 3 as n", {"n_1": 1, "n": 2, "n_2": 3}),
        ("1 as a, 2 as b", {"a": 1, "b": 2}),
    ],
)
def test_json_loses_no_column_whose_name_stands_twice(
    columns: str, row: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    print_answer(duckdb.connect().sql(f"select {columns}"), "json")
    assert json.loads(capsys.readouterr().out) == [row]


def refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        ("'nan'::double as n, 'inf'::float as m, 1.5::double as x", {"n": None, "m": None, "x": 1.5}),
        ("['nan'::double, 2.0] as n", {"n": [None, 2.0]}),
        ("{'a': '-inf'::double} as n", {"n": {"a": None}}),
        ("map([date '2024-03-05'], [1]) as n", {"n": {"2024-03-05": 1}}),
    ],
)
def test_what_is_printed_as_json_is_json(
    columns: str, row: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    print_answer(duckdb.connect().sql(f"select {columns}"), "json")
    assert json.loads(capsys.readouterr().out, parse_constant=refuse) == [row]


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("rows", [0, 1, 20_001])
def test_every_row_is_printed_once_however_many_there_are(
    form: str, rows: int, capsys: pytest.CaptureFixture[str]
) -> None:
    print_answer(duckdb.connect().sql(f"select i from range({rows}) as t(i)"), form)
    shown = capsys.readouterr().out
    found = [row["i"] for row in json.loads(shown)] if form == "json" else [int(n) for n in shown.split()[1:]]
    assert found == list(range(rows))


@pytest.mark.parametrize("form", ["csv", "json"])
def test_of_an_answer_that_fails_at_its_last_row_nothing_is_printed(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sql = "select case when i = 299999 then error('too far')::int else i end as n from range(300000) as t(i)"
    with pytest.raises(duckdb.Error, match="too far"):
        print_answer(duckdb.connect().sql(sql), form)
    assert capsys.readouterr().out == ""
