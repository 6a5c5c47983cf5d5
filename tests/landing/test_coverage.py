"""The months covered by a delivery: whole quarters and terms, never a month after its receipt."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import fixture_of
from tests.support.contracts import contract
from vrp_pipeline.calendar.months import span_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.columns import ColumnType
from vrp_pipeline.feeds.contract.formats import Xlsx, XlsxSheets
from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.landing.coverage import coverage
from vrp_pipeline.landing.covered_months import covered_months
from vrp_pipeline.landing.refusal import RefusedError

LATER = date(2024, 12, 31)
QUARTERS = (3, 6, 9, 12)
TERMS = (12, 3, 8)


@pytest.mark.parametrize(
    ("month", "ends", "first", "last", "count"),
    [
        ("2024-02", (), "2024-02", "2024-02", 1),
        ("2024-01", QUARTERS, "2024-01", "2024-03", 3),
        ("2023-12", QUARTERS, "2023-10", "2023-12", 3),
        ("2023-09", TERMS, "2023-09", "2023-12", 4),
        ("2024-03", TERMS, "2024-01", "2024-03", 3),
        ("2024-04", TERMS, "2024-04", "2024-08", 5),
        ("2024-08", TERMS, "2024-04", "2024-08", 5),
    ],
)
def test_a_month_lies_in_the_span_that_ends_with_the_next_end(
    month: str, ends: tuple[int, ...], first: str, last: str, count: int
) -> None:
    months = span_of(month, ends)
    assert (months[0], months[-1], len(months)) == (first, last, count)


def test_a_quarters_return_covers_its_three_months_also_those_in_which_nothing_happened() -> None:
    period = MonthOf("outcome_date", span_ends=QUARTERS)
    assert covered_months(period, {"2023-11": 4}, LATER) == ["2023-10", "2023-11", "2023-12"]


def test_a_return_that_restates_the_quarter_before_covers_six_months() -> None:
    period = MonthOf("outcome_date", restates=2, span_ends=QUARTERS)
    assert covered_months(period, {"2023-08": 4, "2023-11": 9}, LATER) == [f"2023-{n:02d}" for n in range(7, 13)]


def test_the_first_return_of_all_covers_its_own_quarter_only() -> None:
    period = MonthOf("outcome_date", restates=2, span_ends=QUARTERS)
    assert covered_months(period, {"2023-05": 3}, LATER) == ["2023-04", "2023-05", "2023-06"]


def test_one_row_of_the_quarter_to_come_does_not_make_a_late_return_skip_one() -> None:
    period = MonthOf("outcome_date", span_ends=QUARTERS)
    assert covered_months(period, {"2023-11": 40, "2024-01": 1}, LATER) == ["2023-10", "2023-11", "2023-12"]


def test_a_return_sent_before_its_quarter_ends_covers_no_month_after_that_of_its_receipt() -> None:
    period = MonthOf("outcome_date", span_ends=QUARTERS)
    assert covered_months(period, {"2023-10": 4, "2023-11": 4}, date(2023, 11, 20)) == ["2023-10", "2023-11"]


def test_the_year_of_a_census_is_read_from_its_header(tmp_path: Path) -> None:
    feed = FEEDS["local_authorities__children_in_need"]
    source = fixture_of(feed.name).read_text(encoding="utf-8")
    assert "<Year>2024</Year>" in source
    path = tmp_path / "no year in the name.xml"
    path.write_text(source, encoding="utf-8")
    assert list(coverage(feed, path, LATER).partitions) == ["2024"]
    path.write_text(source.replace("<Year>2024</Year>", "<Year></Year>"), encoding="utf-8")
    with pytest.raises(RefusedError, match="element 'Message/Header/CollectionDetails/Year' holds the year"):
        coverage(feed, path, LATER)


@pytest.mark.parametrize("form", [Xlsx("Reports"), XlsxSheets(sheet_name="district")])
def test_day_numbers_of_a_spreadsheet_tell_the_month_on_one_sheet_and_on_many(
    tmp_path: Path, form: Xlsx | XlsxSheets
) -> None:
    path = tmp_path / "saved without date formats.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Reports")
        sheet.write_row(0, 0, ["reported", "reference"])
        # Day 45383 is 1 April 2024, day 45412 the 30th, day 45413 1 May (day 25569 is 1 January 1970).
        for row, (day, reference) in enumerate([("45383", "a"), ("45412.75", "b"), ("45413", "c")], start=1):
            sheet.write_row(row, 0, [day, reference])
    headers = {"reported_on": "reported", "reference": "reference"}
    headers |= {"district": ""} if isinstance(form, XlsxSheets) else {}
    of_dates = contract(form, headers)
    feed = replace(
        of_dates,
        period=MonthOf("reported_on", restates=2),
        columns=(replace(of_dates.columns[0], type=ColumnType.DATE), *of_dates.columns[1:]),
    )
    assert coverage(feed, path, LATER).partitions == {"2024-04": 2, "2024-05": 1}


def test_a_heading_line_repeated_among_the_rows_is_counted_as_a_row_without_a_month(tmp_path: Path) -> None:
    feed = FEEDS["police__offences"]
    lines = fixture_of(feed.name).read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "pasted together.csv"
    path.write_text("".join([*lines[:9], lines[0], *lines[9:]]), encoding="utf-8")
    covered, as_sent = (coverage(feed, file, LATER) for file in (path, fixture_of(feed.name)))
    assert covered.rows_without_partition == as_sent.rows_without_partition + 1
    assert covered.partitions == as_sent.partitions
