"""Published rates of admissions: which districts lie above or below England, and why one has no rate."""

import csv
from pathlib import Path

import pytest

from tests.report.conftest import html_of
from tests.support.comparators import LATER, PERIOD, admission_rates
from tests.support.further_tables import YEAR, release, write_tables
from tests.support.page_reader import PageReader
from tests.support.publications import publish
from vrp_pipeline.report.content.admission_rates import admission_rates_of, compared

ROWS = admission_rates()


def test_a_district_is_above_or_below_only_if_its_limits_leave_englands_rate_out() -> None:
    found = compared(admission_rates_of(ROWS, YEAR))
    assert found is not None
    assert (found.period, found.england.rate_per_100000) == (PERIOD, 40.0)
    # Gosport's lower limit is England's rate itself, which it does not leave out.
    assert (found.above, found.below, found.alike) == (("Portsmouth",), ("Eastleigh",), ("Gosport",))
    assert found.not_comparable == (("Hart", "suppressed"),)
    assert found.sentences == (
        "The published rate was above England in Portsmouth and below England in Eastleigh.",
        "It did not differ clearly from England’s in Gosport.",
        "Hart cannot be set beside England (suppressed).",
    )


def test_where_all_districts_are_like_england_the_sentence_is_about_them_and_not_about_england() -> None:
    found = compared(admission_rates_of([ROWS[0], ROWS[2]], YEAR))
    assert found is not None
    assert found.sentences == ("The published rate did not differ clearly from England’s in Gosport.",)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"rate_lower": None, "rate_upper": None}, "no limits are published"),
        ({"rate_per_100000": None, "rate_lower": None, "rate_upper": None}, "no reason is given"),
        (
            {
                "rate_per_100000": None,
                "rate_lower": None,
                "rate_upper": None,
                "why_no_rate": "Value missing. See OHID.",
            },
            "value missing. See OHID",
        ),
    ],
)
def test_what_cannot_be_compared_is_told_with_the_reason(told: dict[str, object], reason: str) -> None:
    found = compared(admission_rates_of([ROWS[0], ROWS[2] | told], YEAR))
    assert found is not None
    assert found.sentences == (f"Gosport cannot be set beside England ({reason}).",)


@pytest.mark.parametrize("period", ["2020/21 – 22/23", "2020/21 - 2022/23", "Apr 2020 - Mar 2023", ""])
def test_a_period_in_another_form_is_not_taken_for_one_that_has_ended(period: str) -> None:
    assert admission_rates_of([row | {"period": period} for row in ROWS], YEAR) == ()


def test_a_single_year_is_a_period_too() -> None:
    single = [row | {"period": "2023/24"} for row in ROWS if row["period"] == PERIOD]
    assert {each.period for each in admission_rates_of(single, "2023-24")} == {"2023/24"}
    assert admission_rates_of(single, "2022-23") == ()


def test_many_districts_that_are_like_england_are_counted_and_not_named() -> None:
    alike = ROWS[2]
    many = [alike | {"area_code": f"E0700010{number}", "area_name": f"District {number}"} for number in range(4)]
    found = compared(admission_rates_of([*ROWS, *many], YEAR))
    assert found is not None
    assert found.sentences[1] == "It did not differ clearly from England’s in 5 districts."


def test_periods_that_end_after_the_year_and_own_records_are_left_out() -> None:
    held = admission_rates_of(ROWS, YEAR)
    assert {each.period for each in held} == {PERIOD}
    assert [each.area_name for each in held] == ["England", "Eastleigh", "Gosport", "Hart", "Portsmouth"]
    assert {each.period for each in admission_rates_of(ROWS, "2024-25")} == {PERIOD, LATER}


def test_without_england_or_districts_nothing_is_compared() -> None:
    assert compared(admission_rates_of([ROWS[0]], YEAR)) is None
    assert compared(admission_rates_of(ROWS[1:4], YEAR)) is None
    assert compared(()) is None


def test_the_page_says_it_and_the_table_holds_every_period(tmp_path: Path) -> None:
    made = release(tmp_path / "releases" / "r1")
    write_tables(made, rpt_standardised_admissions=ROWS)
    version = publish(made, tmp_path / "published", YEAR).path
    page = PageReader(html_of(version))
    assert f"Hospital admissions after violence, {PERIOD} together: 40.0 per 100,000" in page.text
    assert "above England in Portsmouth and below England in Eastleigh" in page.text
    assert "as published in 2024" in page.text
    with (version / "admission_rates.csv").open(encoding="utf-8", newline="") as file:
        held = {row["area_name"]: row for row in csv.DictReader(file)}
    assert (held["Gosport"]["rate_per_100000"], held["Gosport"]["rate_lower"]) == ("47.5", "40")
    assert (held["Hart"]["rate_per_100000"], held["Hart"]["why_no_rate"]) == ("", "Suppressed")
    assert '"admission_rates.csv"' in (version / "datapackage.json").read_text(encoding="utf-8")
