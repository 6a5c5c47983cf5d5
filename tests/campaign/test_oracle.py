"""The oracle counts and reads what anybody can count and read in a few lines; answers worked by hand."""

from datetime import date, datetime

import pytest

from tests.campaign.layouts import LAYOUTS, nhs_number
from tests.campaign.oracle.expected import expected_of
from tests.campaign.oracle.reading import records_of
from tests.campaign.oracle.values import american, digits, integer, moment, person, square, text

DISTRICTS = LAYOUTS["reference__districts"]
HEADINGS = b"LAD24CD,LAD24NM,CSP24CD,CSP24NM,PFA24CD,PFA24NM\n"
ROWS = [f"E0700008{n},Town {n},E22,Partnership,E23000030,Hampshire".encode() for n in range(4, 9)]


def test_a_stray_quotation_mark_hides_no_line() -> None:
    opened = ROWS[1].replace(b"Town", b'"Town')
    closed = ROWS[3].replace(b"Hampshire", b'Hampshire"')
    reading = records_of(HEADINGS + b"\n".join([ROWS[0], opened, ROWS[2], closed, ROWS[4]]), DISTRICTS)
    assert (reading.at_least, reading.at_most) == (5, 5)
    assert [record.is_broken for record in reading.records] == [False, True, False, False, False]


def test_a_quoted_text_of_two_lines_is_one_cell() -> None:
    note = ROWS[1].replace(b"Partnership", b'"North,\nand South"')
    reading = records_of(HEADINGS + b"\n".join([ROWS[0], note]), DISTRICTS)
    assert (reading.at_least, reading.at_most) == (2, 2)
    assert reading.records[1].cells["CSP24NM"] == "North,\nand South"


def test_a_line_with_a_comma_too_many_has_no_cell_in_its_place() -> None:
    reading = records_of(HEADINGS + ROWS[0] + b"\n" + ROWS[1].replace(b"Town", b"To,wn"), DISTRICTS)
    assert [expected.has_no_place for expected in expected_of(reading, DISTRICTS)] == [False, True]


def test_a_file_without_headings_tells_nothing() -> None:
    assert records_of(b"\n".join(ROWS), DISTRICTS).nobody_can_tell


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-03-31T23:30:00Z", datetime(2024, 4, 1, 0, 30)),
        ("2024-03-30 23:30:00+00:00", datetime(2024, 3, 30, 23, 30)),
        ("09/03/2024 22:30", datetime(2024, 3, 9, 22, 30)),
        ("10 Mar 2024", datetime(2024, 3, 10)),
        ("2024-03-10 23:00:00.1234567", datetime(2024, 3, 10, 23)),
        ("45361", datetime(2024, 3, 10)),
    ],
)
def test_a_moment_is_read_as_written(written: str, meant: datetime) -> None:
    assert moment(written) == {meant}


def test_days_from_1904_are_counted_from_there() -> None:
    assert moment("43899", day_one_1904=True) == {datetime(2024, 3, 10)}


def test_a_column_with_a_thirteenth_month_puts_the_month_first() -> None:
    assert american(["03/04/2024", "03/28/2024"]) is True
    assert american(["03/04/2024", "28/03/2024"]) is False
    assert american(["28/03/2024", "03/28/2024"]) is None
    assert {day.date() for day in moment("03/04/2024", month_first=True)} == {date(2024, 3, 4)}


def test_one_number_in_several_spellings_is_one_and_a_wrong_check_digit_is_nobody() -> None:
    number = nhs_number(1)
    spaced = f"{number[:3]} {number[3:6]}\u00a0{number[6:]}"
    assert {person(spelt, is_nhs=True) for spelt in (number, spaced, f"{number}.0", f'="{number}"')} == {number}
    # 943 476 5919 is the example of the NHS Data Dictionary; the digit after it cannot be right.
    assert person("943 476 5919", is_nhs=True) == "9434765919"
    assert person("943 476 5910", is_nhs=True) is None
    assert person("9999999999", is_nhs=True) is None


def test_cells_are_read_as_a_careful_person_reads_them() -> None:
    assert integer("1,234") == {1234}
    assert integer("12 yrs") == frozenset()
    assert square("442012") == {442050}
    assert digits("3.61269E+08") == frozenset()
    assert text("#N/A") == frozenset()
    assert text(" ") == {None}
