"""Query results are opened in spreadsheets: no text in them may run as a formula."""

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
