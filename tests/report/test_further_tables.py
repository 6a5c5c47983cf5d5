"""Programmes, profile, money and agencies in a publication: protected, attacked together, and said on the page."""

import csv
from pathlib import Path

import pytest

from tests.report.conftest import html_of
from tests.support.further_tables import TABLES, YEAR, programme, release
from tests.support.page_reader import PageReader
from tests.support.publications import publish
from tests.support.releases import row
from vrp_pipeline.disclosure import protect
from vrp_pipeline.disclosure.rules import COST_TO_SOCIETY, HARM_DAYS
from vrp_pipeline.lake.paths import PROJECT
from vrp_pipeline.report.described import tables_of
from vrp_pipeline.report.publication import Publication
from vrp_pipeline.report.reading import read_release


def rows_of(version: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((version / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """The publication of the release above."""
    lake = tmp_path_factory.mktemp("lake")
    return publish(release(lake / "releases" / "r1"), lake / "published", YEAR)


def test_people_of_programmes_are_protected_and_money_and_events_are_exact(made: Publication) -> None:
    by_key = {(each["programme_code"], each["age_group"]): each for each in rows_of(made.path, "programmes")}
    assert (by_key["N", "all"]["referrals"], by_key["N", "all"]["cost_gbp"]) == ("60", "4000")
    assert (by_key["M", "all"]["referrals"], by_key["M", "all"]["people"]) == ("", "")
    assert "referrals" in by_key["M", "all"]["confidential"].split(", ")


def test_cost_for_each_young_person_rests_on_the_printed_number(made: Publication) -> None:
    # 4,000 pounds for 41 are 97.56 each, which would tell 41; printed are 40, so 100 pounds each.
    (row_of_n,) = [each for each in rows_of(made.path, "programmes") if each["programme_code"] == "N"][:1]
    assert row_of_n["cost_per_young_person_gbp"] == "100"
    page = PageReader(html_of(made.path))
    assert page.row("Programmes and their events", "N")[-2:] == ["£4,000", "£100"]


def test_a_share_of_the_profile_rests_on_the_printed_numbers(made: Publication) -> None:
    shares = {(each["breakdown"], each["category"]): each for each in rows_of(made.path, "violence_profile")}
    # 60 of 60 + 35 as printed; 60 of 97 would be 61.9 %.
    assert shares["domestic", "domestic"]["percent_of_known"] == "63.2"
    assert shares["domestic", "unknown"]["value"] == ""
    assert shares["domestic", "unknown"]["percent_of_known"] == ""


def test_harm_and_cost_are_rounded_and_stand_for_the_whole_area_alone(made: Publication) -> None:
    (held,) = rows_of(made.path, "harm_and_cost")
    assert (held["harm_days"], held["cost_gbp"]) == ("40000", "10000000")
    assert held["cost_with_unrecorded_gbp"] == "16000000"


def test_nobody_who_knows_all_other_crimes_can_count_homicides_out_of_harm_or_cost() -> None:
    for name, column, rule in (("harm_weights", "harm_days", HARM_DAYS), ("unit_costs", "cost_gbp", COST_TO_SOCIETY)):
        with (PROJECT / "dbt_project" / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            heaviest = max(float(each[column]) for each in csv.DictReader(file))
        # An interval of `base` holds at least three multiples of a weight of a third of it.
        assert rule.base >= 3 * heaviest, name


def test_the_expected_number_stands_with_its_interval_on_the_page_and_in_the_table(made: Publication) -> None:
    held = next(each for each in rows_of(made.path, "all_source_incidents") if each["financial_year"] == YEAR)
    assert [held[name] for name in ("expected_incidents", "expected_lower", "expected_upper")] == ["155", "140", "165"]
    assert held["attendances_known_to_police"] == "85"
    page = PageReader(html_of(made.path))
    assert "155 (140 to 165)" in page.row("Incidents of all sources", YEAR)


def test_members_on_31_march_are_counted_and_named_by_sector(made: Publication) -> None:
    html = html_of(made.path)
    assert "1 agencies were partners" not in html
    assert "One agency was a partner on 31 March 2024" in html
    assert "Alpha (all received)" in html
    assert "Beta (" not in html


def test_every_table_stands_in_the_workbook_and_the_descriptions(made: Publication) -> None:
    package = (made.path / "datapackage.json").read_text(encoding="utf-8")
    for name in ("programmes", "violence_profile", "harm_and_cost", "partner_agencies"):
        assert f'"{name}.csv"' in package


def test_who_did_not_engage_is_attacked_though_printed_nowhere(tmp_path: Path) -> None:
    tables = tables_of(read_release(release(tmp_path / "r1"), YEAR))
    left = [at for at in tables.sensitive() if at.cell[-1] == "accepted less engaged" and at.cell[1] == "M"]
    assert [tables.cells[at].count for at in left] == [3, 3]
    assert all(end - start >= 2 for start, end in protect(tables).attack.ranges.values())


def test_parts_of_a_breakdown_are_attacked_with_the_figure_they_add_up_to(tmp_path: Path) -> None:
    # Were 60 and 37 printed as they are, the 3 unknown would follow from the 100 crimes of M1.
    tables = tables_of(read_release(release(tmp_path / "r1"), YEAR))
    wholes = [r for r in tables.relations if {at.table for at, _ in r.terms} == {"metrics.csv", "violence_profile.csv"}]
    assert len(wholes) == 1
    unknown = next(at for at in tables.sensitive() if at.cell[1:4] == ("crimes", "domestic", "unknown"))
    least, greatest = protect(tables).attack.ranges[unknown]
    assert (least, greatest) == (1, 7)


def test_what_an_earlier_version_printed_of_programmes_is_attacked_too(tmp_path: Path) -> None:
    first = publish(release(tmp_path / "releases" / "r1"), tmp_path / "published", YEAR)
    later = [programme("all", "all", 62, 43), programme("all", "under 25", 62, 43)]
    reading = read_release(release(tmp_path / "releases" / "r2", rpt_programmes=later), YEAR)
    changes = [at for at in tables_of(reading, previous=first.path).sensitive() if "change since v1" in at.table]
    assert any("programmes.csv" in at.table and at.cell[-1] == "referrals" for at in changes)


def test_a_measure_of_few_events_has_no_parts(tmp_path: Path) -> None:
    about = {"financial_year": YEAR, "metric_id": "M3", "metric_name": "Knife-enabled violence", "residents": 1000}
    there = {"geography_level": "district", "area_code": "E07000090", "area_name": "Havant"}
    for whole, printed in ((97.0, False), (98.0, True)):
        rows = [row(**about, value=whole, base_value=120.0), row(**about | there, value=40.0, base_value=50.0)]
        held = [{**each, "residents": 1000} for each in rows]
        reading = read_release(release(tmp_path / f"r{whole}", rpt_metric_rates=held), YEAR)
        # 98 is printed as 100, and 97 as 95: what is left out tells no more than the printed number.
        assert any(figure.geography_level == "district" for figure in reading.figures) is printed


def test_crimes_with_victims_of_25_and_over_are_attacked_though_printed_nowhere(tmp_path: Path) -> None:
    # By hand: of 95 crimes 60 have a victim under 25 and 30 one of unknown age: 5 are left.
    (whole, *_) = TABLES["rpt_harm_and_cost"]
    parts = [whole | {"victims_age": age, "crimes": crimes} for age, crimes in (("under 25", 60), ("unknown", 30))]
    tables = tables_of(read_release(release(tmp_path / "r1", rpt_harm_and_cost=[whole, *parts]), YEAR))
    (left,) = [at for at in tables.sensitive() if at.cell[1:] == ("all less under 25 less unknown", "crimes")]
    assert tables.cells[left].count == 5
    least, greatest = protect(tables).attack.ranges[left]
    assert greatest - least >= 2
