"""Numbers, dates and months in words, and what a headline may claim."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.releases import protected_figure
from vrp_pipeline.calendar.months import months_of_year, year_before
from vrp_pipeline.report import words
from vrp_pipeline.report.content.protected import ProtectedFigure
from vrp_pipeline.report.sentences import headline


@pytest.mark.parametrize(
    ("value", "said"), [(3104.0, "3,104"), (0.0, "0"), (1234567.0, "1,234,567"), (-5.0, "−5"), (91.666, "91.7")]
)
def test_counts_have_thousands_separators(value: float, said: str) -> None:
    assert words.count(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(-4.785, "−4.8%"), (3.14, "+3.1%"), (0.0, "0.0%"), (-0.04, "−0.0%"), (123.45, "+123.5%")]
)
def test_percentages_have_one_decimal_a_sign_and_a_true_minus(value: float, said: str) -> None:
    assert words.percent(value) == said


@pytest.mark.parametrize(
    ("column", "heading"),
    [
        ("cost_per_young_person_gbp", "Cost per young person (£)"),
        ("reattended_percent", "Reattended (%)"),
        ("percent_of_known", "Percent of known"),
        ("percent", "Percent"),
        ("rate_per_100000", "Rate per 100,000"),
        ("ratio_to_england", "Ratio to England"),
        ("is_member_on_31_march", "Member on 31 March"),
        ("victims_age", "Victims age"),
    ],
)
def test_the_heading_of_a_column_is_english_and_ends_with_its_unit(column: str, heading: str) -> None:
    assert words.heading_of(column) == heading


def test_runs_of_months_are_joined_also_over_the_new_year() -> None:
    held = ["2023-12", "2024-01", "2024-02", "2023-05"]
    assert words.months(held) == "May 2023, December 2023 to February 2024"


def test_a_financial_year_runs_from_april_to_march() -> None:
    assert months_of_year("2023-24")[0] == "2023-04"
    assert months_of_year("2023-24")[8:10] == ("2023-12", "2024-01")
    assert months_of_year("2023-24")[-1] == "2024-03"
    assert words.period("1999-00") == "April 1999 to March 2000"


def test_the_year_before_crosses_the_century() -> None:
    assert year_before("2000-01") == "1999-00"
    with pytest.raises(ValueError, match="not a financial year"):
        year_before("2023-25")


def test_a_day_is_written_out() -> None:
    assert words.day(dt.date(2025, 6, 30)) == "30 June 2025"
    assert words.day("2025-04-02T06:10:00") == "2 April 2025"


def figure(**values: object) -> ProtectedFigure:
    return protected_figure(value=100.0, base_value=110.0, **values)


def test_a_change_whose_interval_holds_zero_is_no_clear_change_however_large() -> None:
    said = headline(figure(change=(-30.0, -52.0, 2.0)), "2022-23")
    assert said.large == "No clear change"


def test_a_change_without_an_interval_is_not_claimed() -> None:
    assert headline(figure(change_percent=-9.1), "2022-23").large == "100"


def test_an_interval_that_ends_at_zero_is_not_a_clear_change() -> None:
    assert headline(figure(change=(-5.0, -10.0, 0.0)), "2022-23").large == "No clear change"


@given(
    lower=st.floats(-99, 200),
    upper=st.floats(-99, 200),
    status=st.sampled_from(["complete", "incomplete", "not available"]),
)
def test_the_large_words_claim_a_change_only_for_a_complete_figure_whose_interval_leaves_out_zero(
    lower: float, upper: float, status: str
) -> None:
    lower, upper = sorted((lower, upper))
    said = headline(figure(change=((lower + upper) / 2, lower, upper), status=status), "2022-23")
    claims = said.large.endswith("%")
    assert claims == (status == "complete" and (upper < 0 or lower > 0))
    if status != "complete":
        assert not any(character.isdigit() for character in said.large + said.below)


@pytest.mark.parametrize(("pounds", "said"), [(24143.0, "24,143"), (67.1, "67.10"), (0.0, "0"), (1e7, "10,000,000")])
def test_money_has_pence_only_where_there_are_any(pounds: float, said: str) -> None:
    assert words.money(pounds) == said
