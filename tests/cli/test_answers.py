"""Query results are opened in spreadsheets: no text in them may run as a formula."""

import csv
import io

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
