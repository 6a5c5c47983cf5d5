"""Programmes, profile, money and agencies in a publication: protected, attacked together, and said on the page."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.report.conftest import html_of
from tests.support.further_tables import HARM, KNOWN, PROFILE, TABLES, YEAR, profile, programme, release, write_tables
from tests.support.page_reader import PageReader
from tests.support.publications import publish
from tests.support.releases import row, write_release
from vrp_pipeline.disclosure import Tables, attack, protect
from vrp_pipeline.disclosure.protection import shown_by_rule
from vrp_pipeline.disclosure.rules import COST_TO_SOCIETY, HARM_DAYS
from vrp_pipeline.lake.paths import PROJECT
from vrp_pipeline.report.counts.reading import read_release
from vrp_pipeline.report.protection.described import tables_of
from vrp_pipeline.report.publication import Publication

pytestmark = pytest.mark.xdist_group("further tables")


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


def test_a_sheet_says_where_its_counts_follow_other_limits_than_the_notes(made: Publication) -> None:
    book = CalamineWorkbook.from_path(made.path / "tables.xlsx")
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    (harm,) = [rows for rows in sheets if "harm and cost" in str(rows[0][0])]
    told = [cells[0] for cells in harm]
    assert "Harm days without homicides: 1 to 9,999 is confidential, others are rounded to the nearest 20,000." in told
    assert not any("rounded to the nearest 5" in str(line) for line in told)
    page = html_of(made.path)
    assert "rounded to 20,000 days and £10 million; the last column is 1.6 times the cost shown" in page


def test_a_share_of_a_confidential_count_is_marked_as_confidential_too(made: Publication) -> None:
    book = CalamineWorkbook.from_path(made.path / "tables.xlsx")
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    (profiled,) = [rows for rows in sheets if "Who and where" in str(rows[0][0])]
    shares = {tuple(cells[2:4]): cells[4:] for cells in profiled if cells[0] == YEAR}
    assert shares["domestic", "unknown"] == ["[c]", "[c]"]
    # Known, but not part of those of whom it is known.
    assert shares["setting", "unknown"] == [10, "[z]"]


def test_a_share_of_the_profile_rests_on_the_printed_numbers(made: Publication) -> None:
    shares = {(each["breakdown"], each["category"]): each for each in rows_of(made.path, "violence_profile")}
    # 60 of 60 + 35 as printed; 60 of 97 would be 61.9 %.
    assert shares["domestic", "domestic"]["percent_of_known"] == "63.2"
    assert shares["domestic", "unknown"]["value"] == ""
    assert shares["domestic", "unknown"]["percent_of_known"] == ""


def test_people_known_are_printed_by_age_rounded_and_never_by_agency(made: Publication) -> None:
    printed = rows_of(made.path, "people_known")
    held = {each["age_group"]: (each["people"], each["people_of_several_agencies"]) for each in printed}
    # 4 and 6 are hidden for their own sake. Nobody of unknown age is known to several.
    assert held["all"] == ("410", "65")
    assert held["under 25"] == ("150", "30")
    assert held["under 18"] == ("50", "")
    assert held["unknown"] == ("", "0")
    page = PageReader(html_of(made.path)).text
    assert "Agencies knew 150 people under 25" in page
    assert "Two agencies or more knew 30 of them" in page


def test_a_year_of_people_that_is_not_complete_prints_no_number(tmp_path: Path) -> None:
    unknown = [each | {"people": None, "people_of_several_agencies": None} for each in KNOWN]
    made = publish(release(tmp_path / "r1", rpt_people_known_by_age=unknown), tmp_path / "published", YEAR)
    assert "Agencies knew" not in PageReader(html_of(made.path)).text


def test_harm_and_cost_are_rounded_and_stand_for_the_whole_area_alone(made: Publication) -> None:
    (held,) = rows_of(made.path, "harm_and_cost")
    assert (held["harm_days_without_homicides"], held["cost_without_homicides_gbp"]) == ("40000", "10000000")
    assert held["cost_without_homicides_with_unrecorded_gbp"] == "16000000"
    assert not {"harm_days", "cost_gbp"} & held.keys()


def test_homicides_cannot_be_counted_out_of_days_and_pounds_and_the_printed_kinds(tmp_path: Path) -> None:
    # Two homicides among 158 crimes, all other kinds printed: with sums over all crimes a reader finds the two.
    kinds = {"homicide": 2, "actual bodily harm": 120, "robbery": 36}
    about = {"metric_id": "M1b", "metric_name": "Serious violence without possession", "financial_year": YEAR}
    of_kinds = [row(**about, breakdown="tier", category=kind, value=float(count)) for kind, count in kinds.items()]
    figures = [row(financial_year=YEAR, value=158.0), row(**about, value=158.0), *of_kinds]
    sums = {"harm_days": 67_890.0, "harm_days_without_homicides": 56_940.0}
    sums |= {"cost_gbp": 8_529_000.0, "cost_without_homicides_gbp": 2_093_520.0}
    made = write_release(tmp_path / "releases" / "r1", figures)
    write_tables(made, rpt_harm_and_cost=[HARM[0] | sums | {"crimes": 158}])
    version = publish(made, tmp_path / "published", YEAR).path
    assert possible_homicides(version, kinds) == (1, 7)


def possible_homicides(version: Path, kinds: Iterable[str]) -> tuple[int, int]:
    """The least and greatest number of homicides, as a reader finds them who has the public weights and the files."""
    days = {"homicide": 5475, "actual bodily harm": 365, "robbery": 365}
    pounds = {"homicide": 3_217_740, "actual bodily harm": 14_050, "robbery": 11_320}
    names = list(kinds)
    printed = {each["category"]: each["value"] for each in rows_of(version, "metrics") if each["breakdown"] == "tier"}
    bounds = [(int(printed[each]) - 2, int(printed[each]) + 2) if printed[each] else (1, 7) for each in names]
    (sums,) = rows_of(version, "harm_and_cost")
    limits, weights = [], []
    for name in {"harm_days", "harm_days_without_homicides", "cost_gbp", "cost_without_homicides_gbp"} & sums.keys():
        of_column, base = (days, 20_000) if name.startswith("harm") else (pounds, 10_000_000)
        limits.append((int(sums[name]) - base / 2, int(sums[name]) + base / 2) if sums[name] else (1, base / 2))
        weights.append([0 if each == "homicide" and "without" in name else of_column[each] for each in names])
    assert weights, "the file has no sum at all"
    goal = [float(each == "homicide") for each in names]
    rule = LinearConstraint(weights, *zip(*limits, strict=True))
    about = {"integrality": [1] * len(names), "bounds": Bounds(*zip(*bounds, strict=True)), "constraints": rule}
    found = [milp([sign * each for each in goal], **about).fun * sign for sign in (1, -1)]
    return round(found[0]), round(found[1])


def test_a_crime_of_the_heaviest_kind_left_weighs_a_fiftieth_of_the_rounding() -> None:
    seeds = PROJECT / "dbt_project" / "seeds"
    members = {"Violence with injury", "Violence without injury", "Robbery", "Arson"}
    burglary = {"Residential burglary", "Non-residential burglary"}
    for name, column, rule in (("harm_weights", "harm_days", HARM_DAYS), ("unit_costs", "cost_gbp", COST_TO_SOCIETY)):
        with (seeds / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            held = [each for each in csv.DictReader(file) if each["offence_subgroup"] in members | burglary]
        assert rule.base >= 50 * max(float(each[column]) for each in held), name


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
    for name in ("programmes", "violence_profile", "people_known", "harm_and_cost", "partner_agencies"):
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


def test_people_who_took_part_in_two_programmes_do_not_tell_how_many_each_engaged(tmp_path: Path) -> None:
    # 7 engaged in each programme, one of them in both: 13. Printed as 15, which is 13 or more, two hidden counts of at
    # most 7 would be 6 or 7 each.
    programmes = [
        programme(code, age_group, referrals, engaged, people=people, people_engaged=people_engaged, **about)
        for code, referrals, engaged, people, people_engaged, about in (
            ("all", 44, 18, 38, 13, {"events": 3, "contacts": 120, "cost_gbp": 4000.0}),
            ("N", 22, 9, 20, 7, {"events": 3, "contacts": 120, "cost_gbp": 4000.0}),
            ("M", 22, 9, 20, 7, {"events": 0, "contacts": 0, "cost_gbp": 0.0}),
        )
        for age_group in ("all", "under 25")
    ]
    made = publish(release(tmp_path / "releases" / "r1", rpt_programmes=programmes), tmp_path / "published", YEAR)
    for age_group in ("all", "under 25"):
        held = {
            line["programme_code"]: line["people_engaged"]
            for line in rows_of(made.path, "programmes")
            if line["age_group"] == age_group
        }
        assert held == {"all": "", "N": "", "M": ""}


def test_what_an_earlier_version_printed_of_programmes_is_attacked_too(tmp_path: Path) -> None:
    first = publish(release(tmp_path / "releases" / "r1"), tmp_path / "published", YEAR)
    later = [programme("all", "all", 62, 43), programme("all", "under 25", 62, 43)]
    reading = read_release(release(tmp_path / "releases" / "r2", rpt_programmes=later), YEAR)
    changes = [at for at in tables_of(reading, previous=first.path).sensitive() if "change since v1" in at.table]
    assert any("programmes.csv" in at.table and at.cell[-1] == "referrals" for at in changes)


def test_a_measure_of_few_events_has_no_parts(tmp_path: Path) -> None:
    about = {
        "financial_year": YEAR,
        "metric_id": "M3",
        "metric_name": "Knife-enabled violence",
        "residents": 1000,
        "population": "Census 2021",
    }
    there = {"geography_level": "district", "area_code": "E07000090", "area_name": "Havant"}
    for whole, printed in ((97.0, False), (98.0, True)):
        rows = [row(**about, value=whole, base_value=120.0), row(**about | there, value=40.0, base_value=50.0)]
        held = [{**each, "residents": 1000, "population": "Census 2021"} for each in rows]
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


def harm(age: str, crimes: int, **counts: int) -> dict[str, Any]:
    """One row of `rpt_harm_and_cost` for the whole area."""
    return HARM[0] | {"victims_age": age, "crimes": crimes, **counts}


def test_crimes_with_young_victims_are_attacked_with_the_victims_of_these_ages(tmp_path: Path) -> None:
    # 28 crimes are printed as 30, so 28 or more; 22 victims of 10 to 17 as 20, so at most 22; so the 7 hidden victims
    # under 10 are at least 6. By hand: 28 - 22.
    ages = {"0-9": 7, "10-17": 22, "18-24": 30, "25 and over": 42}
    victims = [profile(count, "victims", "age", band) for band, count in ages.items()]
    rows = [harm("all", 95), harm("under 25", 57), harm("under 18", 28)]
    made = release(tmp_path / "r1", rpt_violence_profile=[*PROFILE, *victims], rpt_harm_and_cost=rows)
    tables = tables_of(read_release(made, YEAR))
    youngest = next(at for at in tables.sensitive() if at.cell[1:4] == ("victims", "age", "0-9"))
    shown = {at: shown_by_rule(tables, at) for at in tables.cells}
    assert attack(shown, tables.relations, [youngest]).ranges[youngest] == (6, 7)
    least, greatest = protect(tables).attack.ranges[youngest]
    assert greatest - least >= 2


def test_crimes_that_could_not_be_placed_have_no_deprivation_fifth(tmp_path: Path) -> None:
    nowhere = {"geography_level": "district", "area_code": "unlocated", "area_name": "Unlocated"}
    figures = [row(financial_year=YEAR, value=100.0), row(financial_year=YEAR, value=12.0, **nowhere)]
    figures.append(row(financial_year=YEAR, value=12.0, **(nowhere | {"geography_level": "csp"})))
    made = write_release(tmp_path / "r1", figures)
    fifths = [profile(88, "crimes", "deprivation", "1"), profile(12, "crimes", "deprivation", "unknown")]
    write_tables(made, rpt_violence_profile=fifths)
    tables = tables_of(read_release(made, YEAR))
    assert equal(tables, ("violence_profile.csv", "deprivation"), ("metrics.csv", "district"))
    assert equal(tables, ("metrics.csv", "csp"), ("metrics.csv", "district"))


def test_crimes_without_weight_are_the_aggravated_burglaries(tmp_path: Path) -> None:
    about = {"metric_id": "M1b", "metric_name": "Serious violence without possession", "financial_year": YEAR}
    figures = [row(financial_year=YEAR, value=100.0), row(**about, value=95.0)]
    figures.append(row(**about, breakdown="tier", category="aggravated burglary", value=11.0))
    made = write_release(tmp_path / "r1", figures)
    write_tables(made, rpt_harm_and_cost=[harm("all", 95, crimes_without_weight=11)])
    tables = tables_of(read_release(made, YEAR))
    assert equal(tables, ("harm_and_cost.csv", "crimes_without_weight"), ("metrics.csv", "aggravated burglary"))


def test_admissions_of_all_sources_are_those_of_the_further_measure(tmp_path: Path) -> None:
    about = {"metric_id": "M2b", "metric_name": "Admissions", "financial_year": YEAR}
    figures = [row(financial_year=YEAR, value=100.0), row(**about, value=20.0)]
    made = write_release(tmp_path / "r1", figures)
    write_tables(made, rpt_all_source_incidents=TABLES["rpt_all_source_incidents"])
    assert equal(tables_of(read_release(made, YEAR)), ("annual_report.html", "admissions"), ("metrics.csv", "M2b"))


def equal(tables: Tables, *ends: tuple[str, str]) -> bool:
    """Whether a relation says that two cells count the same, each given by its table and one word of its position."""
    pairs = [[at for at, _ in each.terms] for each in tables.relations if len(each.terms) == 2 and each.greatest == 0]
    named = [
        sorted((at.table, word) for at in pair for table, word in ends if at.table == table and word in at.cell)
        for pair in pairs
    ]
    return sorted(ends) in named


def test_a_release_from_before_sums_without_homicides_prints_no_harm_and_cost(tmp_path: Path) -> None:
    older = {name: value for name, value in HARM[0].items() if "without_homicides" not in name}
    made = release(tmp_path / "releases" / "r1", rpt_harm_and_cost=[older])
    assert not (publish(made, tmp_path / "published", YEAR).path / "harm_and_cost.csv").exists()
