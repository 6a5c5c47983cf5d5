"""Files that were joined, and copies that lost a part: what stands in them is told before a row of them counts."""

from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.conftest import fixture_of
from tests.support.deliveries import Row, rows_of, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.refusal import RefusedError

OFFENCES = FEEDS["police__offences"]
PEOPLE = FEEDS["probation__supervised_people"]
ASB = FEEDS["local_authorities__antisocial_behaviour"]
MARK = "\ufeff"


def exchanged(row: Row, one: str, other: str) -> Row:
    """The row with two of its columns in each other's place."""
    return {{one: other, other: one}.get(name, name): row[{one: other, other: one}.get(name, name)] for name in row}


def joined(path: Path, first: list[Row], second: list[Row], between: str = "") -> Path:
    texts = [write_rows(path, rows).read_text("utf-8") for rows in (first, second)]
    path.write_text(between.join(texts), encoding="utf-8")
    return path


@pytest.mark.parametrize("columns", [None, ["date_recorded"], ["crime_reference", "easting"]])
@pytest.mark.parametrize("pair", [("victim_sex", "suspect_sex"), ("date_recorded", "date_reported")])
@pytest.mark.parametrize("between", ["", MARK])
def test_a_second_table_with_its_columns_in_another_order_is_refused_whatever_is_read_of_it(
    tmp_path: Path, between: str, pair: tuple[str, str], columns: list[str] | None
) -> None:
    rows = rows_of(OFFENCES.name)
    path = joined(tmp_path / "joined.csv", rows, [exchanged(row, *pair) for row in rows], between)
    with pytest.raises(RefusedError, match="headings stand again among the rows"):
        for _ in read(OFFENCES, path, columns=columns):
            pass


@pytest.mark.parametrize("between", ["", MARK])
def test_headings_that_come_again_in_the_same_order_are_one_row(tmp_path: Path, between: str) -> None:
    rows = rows_of(OFFENCES.name)
    path = joined(tmp_path / "joined.csv", rows, rows, between)
    assert sum(table.rows_read for table in read(OFFENCES, path)) == 2 * len(rows) + 1


def test_a_text_that_is_a_heading_by_chance_is_a_text(tmp_path: Path) -> None:
    rows = [{**row, "crime_reference": "location_type", "beat_code": "victim_ref"} for row in rows_of(OFFENCES.name)]
    assert sum(table.rows_read for table in read(OFFENCES, write_rows(tmp_path / "x.csv", rows))) == len(rows)


def test_a_second_table_below_the_first_on_a_sheet_with_its_columns_in_another_order_is_refused(tmp_path: Path) -> None:
    lines = CalamineWorkbook.from_path(str(fixture_of(ASB.name))).get_sheet_by_name("Southampton").to_python()
    start = next(place for place, line in enumerate(lines) if "asb_ref" in line)
    path = tmp_path / "asb.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Southampton")
        below = [[*line[:-2], line[-1], line[-2]] for line in lines[start:]]
        for number, line in enumerate([*lines[start:], [], *below]):
            sheet.write_row(number, 0, [str(cell) for cell in line])
    with pytest.raises(RefusedError, match=r"sheet 'Southampton'.*another order"):
        list(read(ASB, path))


@pytest.mark.parametrize("columns", [None, ["date_recorded"]])
@pytest.mark.parametrize("lost", ["rows in the middle", "the end", "within a text that is not read"])
def test_a_table_of_which_a_copy_lost_a_part_is_refused_with_the_line(
    tmp_path: Path, lost: str, columns: list[str] | None
) -> None:
    lines = write_rows(tmp_path / "x.csv", 9 * rows_of(OFFENCES.name)).read_bytes().split(b"\n")
    match lost:
        case "rows in the middle":
            lines[30:33] = [b"\0" * sum(map(len, lines[30:33]))]
        case "the end":
            lines[30:] = [b"\0" * sum(map(len, lines[30:]))]
        case _:
            lines[30:34] = [lines[30][:-1] + b"\0" * 4096 + lines[33][-1:]]
    (tmp_path / "x.csv").write_bytes(b"\n".join(lines))
    with pytest.raises(RefusedError, match="line 31 holds a byte of value 0"):
        list(read(OFFENCES, tmp_path / "x.csv", columns=columns))


def test_lines_of_which_a_copy_lost_a_part_are_refused_with_the_line(tmp_path: Path) -> None:
    lines = fixture_of(PEOPLE.name).read_bytes().splitlines(keepends=True)
    path = tmp_path / "people.jsonl"
    path.write_bytes(lines[0] + lines[1][:-20] + b"\0" * 512 + lines[-1][40:])
    with pytest.raises(RefusedError, match="line 2 holds a byte of value 0"):
        list(read(PEOPLE, path))
