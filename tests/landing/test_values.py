"""Texts as typed values: unambiguous values are read, ambiguous ones are not guessed."""

from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_pipeline.feeds.contract.columns import ColumnType
from vrp_pipeline.landing.values import has_exchanged_days, read_texts


def read_one(text: str | None, column_type: ColumnType, *, excel_dates: bool = False) -> object:
    values, unreadable = read_texts(pa.array([text], pa.string()), column_type, excel_dates=excel_dates)
    return "unreadable" if unreadable[0].as_py() else values[0].as_py()


@pytest.mark.parametrize(
    ("column_type", "text", "value"),
    [
        (ColumnType.DATE, "2024-02-29", date(2024, 2, 29)),
        (ColumnType.DATE, "2023-02-29", "unreadable"),
        (ColumnType.DATE, "2024-04-31", "unreadable"),
        (ColumnType.DATE, "1/3/2024", date(2024, 3, 1)),
        (ColumnType.DATE, "31/02/2024", "unreadable"),
        (ColumnType.DATE, "2024-03-01T00:00:00", date(2024, 3, 1)),
        (ColumnType.DATE, "45352", "unreadable"),
        (ColumnType.DATETIME, "29/02/2024 09:05", datetime(2024, 2, 29, 9, 5)),
        (ColumnType.DATETIME, "2024-02-28T23:59:59", datetime(2024, 2, 28, 23, 59, 59)),
        (ColumnType.DATETIME, "2024-02-28 24:00", "unreadable"),
        (ColumnType.DATETIME, "2024-02-29T07:01:00+00:00", datetime(2024, 2, 29, 7, 1)),
        (ColumnType.DATETIME, "2023-06-30T23:30:00+00:00", datetime(2023, 7, 1, 0, 30)),  # summer time is an hour ahead
        (ColumnType.DATETIME, "2023-07-01T10:00:00+0100", datetime(2023, 7, 1, 10)),
        (ColumnType.DATETIME, "2024-01-01T00:29:00Z", datetime(2024, 1, 1, 0, 29)),
        (ColumnType.DATETIME, "2023-02-29T07:01:00Z", "unreadable"),
        (ColumnType.DATETIME, "2024-01-01+00:00", "unreadable"),
        (ColumnType.DATETIME, "2024-03-10 23:00:00.1234567", datetime(2024, 3, 10, 23)),
        (ColumnType.DATETIME, "2024-03-10 23:00:00.0000000", datetime(2024, 3, 10, 23)),
        (ColumnType.DATETIME, "10/03/2024 23:00:00,5", datetime(2024, 3, 10, 23)),
        (ColumnType.DATETIME, "2024-03-10T23:00:00.1234567890", "unreadable"),
        (ColumnType.DATETIME, "2023-07-01T10:00:00.123456789+01:00", datetime(2023, 7, 1, 10)),
        (ColumnType.DATE, "2024-02-29Z", date(2024, 2, 29)),
        (ColumnType.DATE, "2023-05-02+01:00", date(2023, 5, 2)),
        (ColumnType.DATE, "2023-02-29+01:00", "unreadable"),
        (ColumnType.DATE, "2024-03-01\N{NO-BREAK SPACE}", date(2024, 3, 1)),
        (ColumnType.TIME, "07:30:15.250", "07:30:15"),
        (ColumnType.TIME, "07:30.5", "unreadable"),
        (ColumnType.TIME, "7:30", "unreadable"),
        (ColumnType.TIME, "07:30", "07:30:00"),
        (ColumnType.INTEGER, "-3", -3),
        (ColumnType.INTEGER, "4.424E+10", "unreadable"),
        (ColumnType.INTEGER, "30.0", 30),
        (ColumnType.APPROXIMATE_COUNT, "approx 30", 30),
        (ColumnType.APPROXIMATE_COUNT, "20+", 20),
        (ColumnType.APPROXIMATE_COUNT, "many", "unreadable"),
        (ColumnType.DECIMAL, "-1.157797", -1.157797),
        (ColumnType.DECIMAL, "1,5", "unreadable"),
        (ColumnType.BOOLEAN, "True", True),
        (ColumnType.BOOLEAN, "0", False),
        (ColumnType.MONTH, "2024-13", "unreadable"),
        (ColumnType.OFFENCE_CODE, "8/6", "00806"),
        (ColumnType.OFFENCE_CODE, "008/06", "00806"),
        (ColumnType.OFFENCE_CODE, "00806", "00806"),
        (ColumnType.OFFENCE_CODE, "assault by beating", "unreadable"),
        (ColumnType.TEXT, "  ", None),
        (ColumnType.TEXT, "\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE} ", None),
        (ColumnType.TEXT, "\N{ZERO WIDTH NO-BREAK SPACE}E01900001\N{NO-BREAK SPACE}", "E01900001"),
        (ColumnType.TEXT, "#N/A", "unreadable"),
        (ColumnType.TEXT, "#DIV/0!", "unreadable"),
        (ColumnType.TEXT, "#knife", "#knife"),
        (ColumnType.INTEGER, "#REF!", "unreadable"),
        (ColumnType.TEXT, " Boar'S Bridge ", "Boar'S Bridge"),
    ],
)
def test_a_text_is_read_as_what_it_means(column_type: ColumnType, text: str, value: object) -> None:
    assert read_one(text, column_type) == value


def test_a_spreadsheet_day_is_a_date_only_where_it_is_admitted() -> None:
    # By hand: day 45352 is 1 March 2024, since day 45292 is 1 January 2024 and January and February have 60 days.
    assert read_one("45352", ColumnType.DATE, excel_dates=True) == date(2024, 3, 1)
    assert read_one("45352.5", ColumnType.DATETIME, excel_dates=True) == datetime(2024, 3, 1, 12)


# HES writes null and invalid dates as the first two; SQL Server an empty text as the third and its earliest as the
# sixth; workbooks and OLE have day 0, .NET year 1, and open ends are at the end of time.
@pytest.mark.parametrize(
    "day",
    ["1800-01-01", "1801-01-01", "1900-01-01", "1899-12-30", "1899-12-31", "1753-01-01", "0001-01-01", "9999-12-31"],
)
def test_a_day_that_systems_write_for_a_blank_date_is_blank_and_readable_at_any_time_of_day(day: str) -> None:
    year, month, of_month = day.split("-")
    for column_type in (ColumnType.DATE, ColumnType.DATETIME):
        for text in (day, f"{day} 00:00:00", f"{day}T23:59:59", f"{day}T00:00:00.000", f"{of_month}/{month}/{year}"):
            assert read_one(text, column_type) is None, text


@pytest.mark.parametrize("day", ["1900-01-02", "1901-01-01", "1970-01-01", "9999-12-30", "2000-01-01"])
def test_a_day_beside_one_that_stands_for_a_blank_is_the_day_it_says(day: str) -> None:
    assert read_one(day, ColumnType.DATE) == date.fromisoformat(day)


@given(st.datetimes(datetime(1900, 1, 2), datetime(2099, 12, 31)))
def test_every_moment_survives_being_written_and_read(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert read_one(moment.isoformat(), ColumnType.DATETIME) == moment
    assert read_one(moment.strftime("%d/%m/%Y %H:%M:%S"), ColumnType.DATETIME) == moment
    assert read_one(moment.date().isoformat(), ColumnType.DATE) == moment.date()


@given(st.sampled_from(list(ColumnType)), st.text(max_size=30))
def test_any_text_is_read_or_reported_and_never_raises(column_type: ColumnType, text: str) -> None:
    values, unreadable = read_texts(pa.array([text], pa.string()), column_type, excel_dates=True)
    assert len(values) == len(unreadable) == 1
    assert not (unreadable[0].as_py() and values[0].as_py() is not None)


@given(st.integers(-999_999_999, 999_999_999))
def test_every_whole_number_of_up_to_nine_digits_is_read_exactly(number: int) -> None:
    assert read_one(str(number), ColumnType.INTEGER) == number


@pytest.mark.parametrize("wrong", ["A" * 64, "a" * 63, "a" * 65, "g" * 64, "4.424E+10"])
def test_a_digest_has_64_hexadecimal_digits_and_one_wrong_one_spoils_no_other(wrong: str) -> None:
    right = "0123456789abcdef" * 4
    values, unreadable = read_texts(pa.array([right, None, wrong, right]), ColumnType.SHA256)
    assert values.to_pylist() == [right, None, None, right]
    assert unreadable.to_pylist() == [False, False, True, False]
    values, unreadable = read_texts(pa.array([wrong, right, None, right]).slice(1), ColumnType.SHA256)
    assert values.to_pylist() == [right, None, right]
    assert not any(unreadable.to_pylist())


@pytest.mark.parametrize(
    ("texts", "in_workbook", "exchanged"),
    [
        (["03/14/2024", "03/02/2024"], False, True),
        (["14/03/2024", "03/02/2024"], False, False),
        (["14/03/2024", "15/03/2024", "03/16/2024"], False, False),
        (["2024-01-05T10:00:00", "2024-12-05", "2024-03-05", "14/05/2024"], True, True),
        # One of each may come so by chance, and the 4th of April would have become the 5th of the text's month.
        (["2024-04-05T10:00:00", "14/05/2024"], True, False),
        (["2024-05-01", "2024-05-02", "2024-05-03", "14/05/2024", "15/05/2024", "16/05/2024"], True, False),
        (["2024-01-05T10:00:00", "2024-12-05", "2024-03-05", "14/05/2024"], False, False),
        (["2024-05-14T10:00:00", "14/05/2024"], True, False),
        (["2024-05-04T10:00:00", "04/05/2024", "14/05/2024"], True, False),
        (["2024-05-04T10:00:00", "2024-05-05"], True, False),
        ([None, ""], True, False),
    ],
)
def test_days_and_months_that_a_program_exchanged_are_told_from_their_order(
    texts: list[str | None], *, in_workbook: bool, exchanged: bool
) -> None:
    assert has_exchanged_days(pa.array(texts, pa.string()), excel_dates=in_workbook) is exchanged
