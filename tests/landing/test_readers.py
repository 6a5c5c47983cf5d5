"""Readers: every row of a file is returned or reported, under the contract's names, whatever its cells contain."""

import csv
import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.text import read_buffer

STREET = FEEDS["police__street_crimes"]
HEADINGS = [column.header for column in STREET.columns]
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=12)


def written(rows: list[list[str]], *, line_end: str = "\n", mark: bytes = b"") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerow(HEADINGS)
    writer.writerows(rows)
    return mark + out.getvalue().encode()


@given(
    st.lists(st.lists(CELLS, min_size=12, max_size=12), min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_what_is_written_as_csv_is_read_back_cell_by_cell(rows: list[list[str]], line_end: str, mark: bytes) -> None:
    table = read_buffer(STREET, Path("x.csv"), written(rows, line_end=line_end, mark=mark))
    names = [column.name for column in STREET.columns]
    found = [[row[name] or "" for name in names] for row in table.texts.to_pylist()]
    filled = [number for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    assert found == [rows[number - 1] for number in filled]
    assert table.source_rows.tolist() == filled


@given(st.lists(st.sampled_from(["good", "short", "long"]), min_size=1, max_size=12))
def test_a_row_with_too_few_or_too_many_cells_is_reported_with_its_number(kinds: list[str]) -> None:
    cells = {"good": 12, "short": 7, "long": 14}
    lines = [",".join(HEADINGS)] + [",".join(["x"] * cells[kind]) for kind in kinds]
    table = read_buffer(STREET, Path("x.csv"), ("\n".join(lines) + "\n").encode())
    expected = [(row, cells[kind]) for row, kind in enumerate(kinds, start=1) if kind != "good"]
    assert list(table.malformed) == expected
    assert table.source_rows.tolist() == [row for row, kind in enumerate(kinds, start=1) if kind == "good"]
    assert table.rows_read == len(kinds)


def test_a_row_with_too_few_cells_is_reported_though_it_is_not_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    passed_over: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda ignored: passed_over.append(ignored.exc_type))
    lines = [",".join(HEADINGS), ",".join(["x"] * 12), "caf\xe9,x", ",".join(["x"] * 12)]
    content = ("\n".join(lines) + "\n").encode("cp1252")
    table = read_buffer(STREET, Path("x.csv"), content)
    assert list(table.malformed) == [(2, 2)]
    assert table.source_rows.tolist() == [1, 3]
    assert passed_over == []


def test_columns_may_come_in_any_order(tmp_path: Path) -> None:
    rows = list(csv.DictReader(fixture_of("health__emergency_attendances").open(encoding="utf-8")))
    path = tmp_path / "reordered.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(reversed(rows[0])))
        writer.writeheader()
        writer.writerows(rows)
    feed = FEEDS["health__emergency_attendances"]
    (reordered,) = read(feed, path)
    (original,) = read(feed, fixture_of(feed.name))
    assert reordered.texts.select(original.texts.column_names).equals(original.texts)


def test_a_workbook_is_read_below_its_title_lines_with_dates_as_dates() -> None:
    (table,) = read(FEEDS["communities__events"], fixture_of("communities__events"))
    assert table.texts.num_rows == 12
    assert table.texts["starts_at"].to_pylist()[:3] == ["03/04/2023 10:00", "2023-05-09 18:00", "2023-06-14T09:30:00"]
    assert table.texts["actual_attendance"].to_pylist()[:3] == ["25", "approx 30", "20+"]


def test_only_the_members_of_the_force_are_read() -> None:
    tables = list(read(STREET, fixture_of("police__street_crimes")))
    assert [table.partition for table in tables] == ["2024-02", "2024-03"]
    assert sum(table.rows_read for table in tables) == 10


def test_digits_of_identifiers_are_kept_as_they_stand() -> None:
    (table,) = read(FEEDS["police__offences"], fixture_of("police__offences"))
    assert table.texts["crime_reference"].to_pylist()[0] == "44220400001"
