"""Beside every reader a simpler count tells what a file holds: what was not read is refused, never passed over."""

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.text import read_buffer
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.second_count.csv_lines import lines_in
from vrp_pipeline.landing.second_count.json_records import is_balanced, objects_in_list
from vrp_pipeline.landing.second_count.workbook_cells import RawWorkbook
from vrp_pipeline.landing.second_count.xml_elements import elements_in

CHANGES = FEEDS["reference__small_area_changes"]
HEADINGS = "LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND,LAD22CD,LAD22NM"


def table_of(*lines: str, end: str = "\n") -> list[dict[str, str | None]]:
    """The rows of a table of seven columns under its headings."""
    content = end.join([HEADINGS, *lines, ""]).encode()
    rows: list[dict[str, str | None]] = read_buffer(CHANGES, Path("x.csv"), content).texts.to_pylist()
    return rows


def row(name: str) -> str:
    return f"E01,{name},E02,b,U,E07,c"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((row('"Oi'), row('Oi"'), row("d")), id="two rows become one with the right number of cells"),
        pytest.param((row('"Oi'), row("d"), row("e"), row('Oi"')), id="four rows become one"),
        pytest.param((row('"Oi'), row("d")), id="never closed"),
        pytest.param((row('"Oi'), row("d"), 'E01,x",E02,b,U,E07,c,d'), id="closed in another row"),
        pytest.param((row('"one\ntwo" three'), row("d")), id="text after the closing mark"),
    ],
)
def test_rows_that_a_quotation_mark_joins_are_refused_with_the_lines(lines: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError, match=r"line 2 joins it with the lines after it, to line \d") as refused:
        table_of(*lines)
    assert "Oi" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ['"one\ntwo"', '"one\n\n\nfour"', '"one, two\nthree ""four"" five"', '"one\r\ntwo"', '"a\n"', '"\na"']
)
def test_a_quoted_text_of_several_lines_is_one_cell(text: str) -> None:
    rows = table_of(row("a"), row(text), "", row("z"))
    assert [found["lsoa_2011_name"] for found in rows] == ["a", text[1:-1].replace('""', '"'), "z"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_of_three_ways(end: str) -> None:
    assert [found["lsoa_2011_name"] for found in table_of(row("a"), row("b"), end=end)] == ["a", "b"]


@pytest.mark.parametrize(("content", "lines"), [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"\n\n", 2)])
def test_a_last_line_without_an_end_is_a_line(content: bytes, lines: int) -> None:
    assert lines_in(content) == lines


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_keeps_commas_in_cells(delimiter: str) -> None:
    cells = ["E01", "one, two", "E02", "b", "U", "E07", "c"]
    content = "\n".join([HEADINGS.replace(",", delimiter), delimiter.join(cells)]).encode()
    (found,) = read_buffer(CHANGES, Path("x.csv"), content).texts.to_pylist()
    assert list(found.values()) == cells


def test_a_column_without_a_heading_is_left_out_if_blank_and_refused_if_not() -> None:
    assert len(read_buffer(CHANGES, Path("x.csv"), f"{HEADINGS},\n{row('a')},\n{row('b')}, \n".encode()).texts) == 2
    with pytest.raises(RefusedError, match=r"column without a heading \(column 8\) holds a value in 1 rows"):
        read_buffer(CHANGES, Path("x.csv"), f"{HEADINGS},\n{row('a')},\n{row('b')},1\n".encode())


def test_a_heading_that_stands_twice_is_refused_even_where_further_columns_are_allowed() -> None:
    with pytest.raises(RefusedError, match="'LSOA21CD' twice"):
        read_buffer(CHANGES, Path("x.csv"), f"{HEADINGS},LSOA21CD\n{row('a')},E02\n".encode())


def test_blank_rows_are_no_rows_but_keep_their_numbers() -> None:
    content = "\n".join([HEADINGS, row("a"), ",,,,,,", '"","","","","","",""', " , ,", row("b")]).encode()
    table = read_buffer(CHANGES, Path("x.csv"), content, columns=["lsoa_2011_name"])
    assert (table.texts["lsoa_2011_name"].to_pylist(), table.source_rows.tolist(), table.malformed) == (
        ["a", "b"],
        [1, 5],
        (),
    )


def test_a_row_blank_in_the_columns_read_alone_is_a_row() -> None:
    content = "\n".join([HEADINGS, row(""), ",,,,,,"]).encode()
    assert read_buffer(CHANGES, Path("x.csv"), content, columns=["lsoa_2011_name"]).rows_read == 1


def test_an_element_of_the_record_that_stands_elsewhere_is_refused(tmp_path: Path) -> None:
    feed = FEEDS["local_authorities__children_in_need"]
    text = fixture_of("local_authorities__children_in_need").read_text("utf-8")
    path = tmp_path / "cin.xml"
    path.write_text(text.replace("</Message>", "<Late><CINdetails/></Late></Message>"), "utf-8")
    with pytest.raises(RefusedError, match=r"holds 5 elements 'CINdetails', of which 4 stand at Message/Children"):
        list(read(feed, path))


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("<a><b/><b></b><b x='1'>c</b></a>", 3),
        ("<a><!-- <b/> --><![CDATA[<b>]]><bb/><n:b xmlns:n='u'/></a>", 1),
    ],
)
def test_tags_in_comments_and_plain_text_are_none(text: str, elements: int) -> None:
    assert elements_in(text.encode(), "b") == elements


@pytest.mark.parametrize(
    ("text", "objects"),
    [
        ('{"reports": []}', 0),
        ('{"reports": [{"a": "}]{"}, {"b": [{"c": {}}]}], "x": [{}]}', 2),
        ('{"reports": ["text", {"a": "\\\\"}, 1]}', 1),
        ('{"others": [{}]}', 0),
    ],
)
def test_objects_are_counted_by_brackets_outside_strings(text: str, objects: int) -> None:
    assert objects_in_list(text.encode(), "reports") == objects


@pytest.mark.parametrize(("line", "balanced"), [(b'{"a": "{"}\n', True), (b'{"a": [\n', False), (b"\n", False)])
def test_an_object_a_line_is_told_from_the_beginning_of_a_document(line: bytes, balanced: bool) -> None:
    assert is_balanced(line) is balanced


def workbook(path: Path) -> Path:
    """A workbook with blank texts, a failed formula, one never calculated, and a hidden sheet."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    sheet = book.add_worksheet("One")
    sheet.write_row(0, 0, ["a", "b"])
    sheet.write_row(2, 0, [" ", "x"])
    sheet.write(3, 0, " ")
    sheet.write_formula(4, 1, "=1/0", None, "#DIV/0!")
    sheet.write_formula(5, 0, "=1+1", None, "")
    sheet.write_formula(6, 0, "=1+1", None, 2)
    book.add_worksheet("Two & more").hide()
    book.close()
    return path


def test_rows_in_use_failed_formulas_and_hidden_sheets_are_seen_in_the_raw_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(workbook(tmp_path / "x.xlsx")) as archive:
        raw = RawWorkbook(archive)
        assert raw.sheet("Two & more") is not None
        assert raw.sheet("Three") is None
        assert raw.hidden == {"Two & more"}
        one = raw.sheet("One")
    assert one is not None
    assert one.used_rows == {1, 3, 5, 6, 7}
    assert one.unreadable == {(5, 2): "#DIV/0!", (6, 1): "#CALC!"}


def test_two_members_of_one_name_and_month_are_refused_unless_they_are_alike(tmp_path: Path) -> None:
    feed = FEEDS["police__street_crimes"]
    with zipfile.ZipFile(fixture_of("police__street_crimes")) as archive:
        content = archive.read("2024-03/2024-03-hampshire-street.csv").decode()
    path = tmp_path / "x.zip"
    for other, alike in ((content, True), (re.sub("Robbery", "Burglary", content), False)):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("2024-03/2024-03-hampshire-street.csv", content)
            archive.writestr("copy\\2024-03-hampshire-street.csv", other)
        if alike:
            assert len(list(read(feed, path))) == 1
        else:
            with pytest.raises(RefusedError, match="two different members are of 2024-03"):
                list(read(feed, path))
