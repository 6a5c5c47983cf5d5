"""A date with the clock of a midnight in UTC is of the next day: it is never read as the day before."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from tests.support.deliveries import rows_of, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.columns import ColumnType
from vrp_pipeline.landing.coverage import coverage
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.values import midnights_in_utc, read_texts

UNREADABLE = "unreadable"


def read_all(texts: Sequence[str | None], *, excel_dates: bool = False) -> list[object]:
    values, unreadable = read_texts(pa.array(texts, pa.string()), ColumnType.DATE, excel_dates=excel_dates)
    both = zip(values.to_pylist(), unreadable.to_pylist(), strict=True)
    return [UNREADABLE if bad else value for value, bad in both]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        # A UTC export: midnight of winter stays, that of summer is 23:00 of the day before.
        (
            ["2024-01-09T00:00:00", "2024-06-09T23:00:00", "2024-06-10 23:00", None, "2024-07-01T23:00:00.000"],
            [date(2024, 1, 9), UNREADABLE, UNREADABLE, None, UNREADABLE],
        ),
        (["09/06/2024 23:00", "10/06/2024 22:00:00"], [UNREADABLE, UNREADABLE]),
        (["2024-06-09T23:00:00"], [UNREADABLE]),
        # Moments typed where a date belongs, round hours among them: as many other clocks as late ones.
        (
            ["2024-06-09T14:35:00", "2024-06-09T23:00:00", "2024-06-10"],
            [date(2024, 6, 9), date(2024, 6, 9), date(2024, 6, 10)],
        ),
        # One honest clock among many midnights leaves those what they are, and is itself a day.
        (
            ["2024-06-09T14:35:00", "2024-06-09T23:00:00", "2024-06-10T23:00:00"],
            [date(2024, 6, 9), UNREADABLE, UNREADABLE],
        ),
        # The end of a day, and a minute past the hour, are no midnights.
        (["2024-06-09T23:59:59", "2024-06-09T23:14:00"], [date(2024, 6, 9), date(2024, 6, 9)]),
        # With its zone a moment tells its day: 23:00 in UTC is midnight in summer time, and 23:00 in winter.
        (
            ["2024-06-09T23:00:00Z", "2024-01-09T23:00:00Z", "2024-06-09T23:00:00+01:00"],
            [date(2024, 6, 10), date(2024, 1, 9), date(2024, 6, 9)],
        ),
        # A day that stands for a blank is blank at any time.
        (["1900-01-01T23:00:00", "9999-12-31T23:00:00"], [None, None]),
    ],
)
def test_a_midnight_in_utc_is_unreadable_and_an_honest_clock_leaves_the_day(
    texts: list[str | None], values: list[object]
) -> None:
    assert read_all(texts) == values
    marked = midnights_in_utc(pa.array(texts, pa.string())).to_pylist()
    assert [bool(each) for each in marked] == [value is UNREADABLE or value == UNREADABLE for value in values]


@pytest.mark.parametrize("number", ["45452.958333333336", "45452.9583", "45452.9166666667"])
def test_a_day_number_with_the_fraction_of_a_midnight_in_utc_is_unreadable(number: str) -> None:
    """Day 45452 is 9 June 2024: 45352 is 1 March, and a hundred days later it is 9 June."""
    assert read_all([number, "45352"], excel_dates=True) == [UNREADABLE, date(2024, 3, 1)]
    assert read_all(["45452.6"], excel_dates=True) == [date(2024, 6, 9)]


def test_a_moment_keeps_its_clock() -> None:
    values, unreadable = read_texts(pa.array(["2024-06-09T23:00:00"]), ColumnType.DATETIME)
    assert (values.to_pylist(), unreadable.to_pylist()) == ([datetime(2024, 6, 9, 23)], [False])


def test_a_column_is_judged_alike_row_by_row_and_text_by_text() -> None:
    late, others = ["2024-06-09T23:00:00"] * 9, ["2024-06-09T14:35:00", "2024-06-09T15:35:00"]
    assert UNREADABLE not in read_all(late + others)
    assert UNREADABLE not in read_all(list(dict.fromkeys(late + others)))


def test_a_file_with_no_other_dates_is_refused_with_cause_and_remedy(tmp_path: Path) -> None:
    feed = FEEDS["health__emergency_attendances"]
    rows = [{**row, "Arrival_Date": "2024-06-09T23:00:00"} for row in rows_of(feed.name)[:3]]
    path = write_rows(tmp_path / "june.csv", rows)
    with pytest.raises(RefusedError, match=r"3 rows have the clock of a midnight in UTC.*next day.*YYYY-MM-DD"):
        coverage(feed, path, date(2024, 7, 10))
