"""The area beside England: only what the Home Office's tables hold, a refused year said, and no more than they show."""

import csv
from pathlib import Path

import pytest

from tests.report.conftest import html_of
from tests.support.comparators import comparator, rows
from tests.support.further_tables import YEAR, release, write_tables
from tests.support.page_reader import PageReader
from tests.support.publications import publish
from vrp_pipeline.report.content.comparators import against_england, comparators_of, newest_quarter_year, notes, of_year
from vrp_pipeline.report.page import headings


@pytest.mark.parametrize(
    ("own", "england", "stands"),
    [
        (9.5, 9.0, "above"),
        (9.5, 9.4, "like"),
        (9.5, 9.6, "like"),
        (9.5, 9.8, "below"),
        (9.5, None, None),
        (None, 9.0, None),
    ],
)
def test_the_area_is_above_england_only_if_its_interval_leaves_englands_rate_out(
    own: float | None, england: float | None, stands: str | None
) -> None:
    held = [each for each in comparators_of(rows(own, england), YEAR) if each.financial_year == YEAR]
    assert against_england(held) == stands


def test_the_heading_never_takes_offences_with_a_knife_for_recorded_crime() -> None:
    knives = [each | {"metric_id": "M3", "metric_name": "Knives"} for each in rows(9.5, 9.0)]
    unknown = rows(9.5, None, why_no_rate="of recorded crime")
    held = of_year(comparators_of([*knives, *unknown], YEAR), YEAR)
    assert against_england(held["M3"]) == "above"
    assert headings.of_comparison(held) == "Beside England and similar forces"
    assert headings.of_comparison({"M3": held["M3"]}) == "Beside England and similar forces"


def test_what_the_table_of_knives_lacks_is_told_of_it_alone_and_its_edition_apart() -> None:
    lacking = [
        each | {"metric_id": "M3", "metric_name": "Knives", "edition": 2025}
        for each in rows(9.5, None, why_no_rate="x")
    ]
    held = of_year(comparators_of([*lacking, *rows(9.5, 9.0)], YEAR), YEAR)
    every = [row for each in held.values() for row in each]
    assert notes(every) == ("Knives, England: x",)
    assert (newest_quarter_year(every), newest_quarter_year(every, of_knives=True)) == (2024, 2025)


def test_own_records_single_forces_and_later_years_are_left_out() -> None:
    assert [each.comparator for each in comparators_of(rows(9.5, 9.0), YEAR)] == [
        "own area", "most similar forces", "England",
    ]  # fmt: skip


def test_without_a_table_of_the_home_office_nothing_is_compared() -> None:
    assert comparators_of([comparator("own area", None, edition=None, why_no_rate="no table has the year")], YEAR) == ()


def test_a_reader_finds_the_rates_on_the_page_and_in_the_tables(tmp_path: Path) -> None:
    made = release(tmp_path / "releases" / "r1")
    why = "only a part of the year was counted by Devon and Cornwall"
    write_tables(made, rpt_comparators=rows(9.5, None, why_no_rate=why, break_reason="a new crime system"))
    version = publish(made, tmp_path / "published", YEAR).path
    page = PageReader(html_of(version))
    caption = "Recorded crimes per 1,000 residents by tables of the Home Office"
    assert page.row(caption, "Serious violence excluding weapon possession") == [
        "Serious violence excluding weapon possession",
        "9.50 (9.30 to 9.70)",
        "9.10 (8.90 to 9.30)",
        "Not given",
        "Not given",
    ]
    assert f"England: {why}." in page.text
    assert "England, a break in the series: a new crime system." in page.text
    assert "(newest quarter in 2024)" in page.text
    with (version / "comparators.csv").open(encoding="utf-8", newline="") as file:
        held = {row["comparator"]: row for row in csv.DictReader(file)}
    assert (held["own area"]["rate_per_1000"], held["England"]["rate_per_1000"]) == ("9.5", "")
    assert held["England"]["why_no_rate"] == why
    assert '"comparators.csv"' in (version / "datapackage.json").read_text(encoding="utf-8")
