"""Guarantees of the models on lakes written by hand; whole builds run every data test of the project."""

import json
from pathlib import Path

import duckdb
import pyproj
import pytest

from tests.support import bronze, notebook, partnership
from tests.support.residences import mixed_columns
from tests.support.semantic_metrics import DeclaredMetrics, compare_with_reports
from tests.transform.conftest import Dbt, build_whole, in_memory
from vrp_pipeline.feeds.partnership import POLICE_FORCE_AREA
from vrp_pipeline.lake.paths import Lake

pytestmark = pytest.mark.xdist_group("dbt")

WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
EVENT_RECORD_COLUMNS = [
    "metric_id",
    "metric_name",
    "financial_year",
    "geography_level",
    "area_code",
    "area_name",
    "breakdown",
    "category",
    "unit",
    "value",
    "base_value",
    "change_percent",
    "change_lower",
    "change_upper",
    "interval_method",
    "statement",
    "status",
    "definition_version",
    "as_of",
    "completeness_percent",
    "unknown_code_rows",
    "unlocated_rows",
    "quarantined_rows",
    "adjusted_p_value",
    "victims",
]


@pytest.fixture(scope="module")
def nothing_delivered(workshop: tuple[Lake, Dbt]) -> dict[str, int]:
    """Rows per table after building a lake in which only the columns of the feeds are known."""
    lake, dbt = workshop
    bronze.write_schemas(lake)
    build_whole(lake, dbt, *WITHOUT_UNIT_TESTS)
    with duckdb.connect(str(lake.warehouse), read_only=True) as connection:
        tables = [name for (name,) in connection.sql("select table_name from duckdb_tables()").fetchall()]
        return {name: connection.sql(f"select count(*) from {name}").fetchall()[0][0] for name in tables}


@pytest.fixture(scope="module")
def complete(workshop: tuple[Lake, Dbt]) -> duckdb.DuckDBPyConnection:
    """The warehouse of the partnership with every month received, in memory."""
    lake, dbt = workshop
    partnership.write(lake)
    build_whole(lake, dbt)
    return in_memory(lake)


@pytest.fixture(scope="module")
def gap(workshop: tuple[Lake, Dbt], complete: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The metrics after the police month of August 2023 was lost, with the seeds and links of the complete build."""
    lake, dbt = workshop
    partnership.lose_a_police_month(lake, "2023-08")
    dbt("run", "--select", "+rpt_annual_metrics")
    return in_memory(lake)


@pytest.fixture(scope="module")
def recoded(workshop: tuple[Lake, Dbt], gap: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The partnership with every month received, but woundings of 2023-24 under a code that no list knows."""
    lake, dbt = workshop
    partnership.write(lake)
    partnership.recode_wounding(lake, 2023)
    build_whole(lake, dbt, *WITHOUT_UNIT_TESTS)
    return in_memory(lake)


@pytest.fixture(scope="module")
def nowhere(workshop: tuple[Lake, Dbt], recoded: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The partnership with every month received, but no crime of 2023-24 lies where a list of places knows it."""
    lake, dbt = workshop
    partnership.write(lake)
    partnership.lose_places(lake, 2023)
    build_whole(lake, dbt, *WITHOUT_UNIT_TESTS)
    return in_memory(lake)


def tables_of(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the models that are tables; seeds are not among them."""
    found = warehouse.sql(
        "select table_name from duckdb_tables() where regexp_matches(table_name, '^(int|fct|dim|bridge|rpt)_')"
    )
    return [name for (name,) in found.fetchall()]


def figure(warehouse: duckdb.DuckDBPyConnection, metric: str, year: str, **where: str) -> dict[str, object]:
    """One row of the annual metrics: by default the force's, undivided."""
    wanted = {"geography_level": "force", "breakdown": "all", "category": "all"} | where
    condition = " and ".join(f"{column} = '{value}'" for column, value in wanted.items())
    found = warehouse.sql(
        f"from rpt_annual_metrics where metric_id = '{metric}' and financial_year = '{year}' and {condition}"
    )
    (row,) = found.fetchall()
    return dict(zip(found.columns, row, strict=True))


@pytest.mark.nightly
def test_a_lake_to_which_nothing_was_delivered_builds_and_publishes_nothing(nothing_delivered: dict[str, int]) -> None:
    assert nothing_delivered["fct_serious_violence_incidents"] == 0
    assert nothing_delivered["rpt_annual_metrics"] == 0
    assert nothing_delivered["dim_area"] == 14 + 12 + 1 + 5  # districts, partnerships, the force, unlocated


def test_every_staging_model_describes_exactly_the_columns_it_has(
    workshop: tuple[Lake, Dbt], complete: duckdb.DuckDBPyConnection
) -> None:
    lake, _ = workshop
    manifest = json.loads((lake.root.parent / "target" / "manifest.json").read_text(encoding="utf-8"))
    models = [node for node in manifest["nodes"].values() if node["name"].startswith("stg_") and "columns" in node]
    assert len(models) > 24
    with duckdb.connect(str(lake.warehouse), read_only=True) as connection:
        for model in models:
            columns = [name for name, *_ in connection.sql(f"describe {model['name']}").fetchall()]
            assert [name for name, column in model["columns"].items() if column["description"]] == columns


def test_the_report_has_the_agreed_columns_in_order(complete: duckdb.DuckDBPyConnection) -> None:
    assert complete.sql("from rpt_annual_metrics").columns == EVENT_RECORD_COLUMNS


def test_the_headline_equals_the_count_by_hand(complete: duckdb.DuckDBPyConnection) -> None:
    headline = figure(complete, "M1", "2023-24")
    assert (headline["value"], headline["base_value"], headline["change_percent"]) == (60, 72, -16.7)
    assert headline["interval_method"] == "conditional score"
    assert str(headline["statement"]).startswith("No clear change on 2022-23: 72 to 60 crimes (−16.7%")
    assert (headline["status"], headline["definition_version"]) == ("complete", "SV_HIOW v1")
    assert figure(complete, "M1b", "2023-24")["value"] == 48
    # Of the five crimes of a month one has two victims.
    assert (headline["victims"], figure(complete, "M9", "2023-24")["victims"]) == (72, None)


def test_the_first_year_has_no_change(complete: duckdb.DuckDBPyConnection) -> None:
    first = figure(complete, "M1", "2022-23")
    assert (first["value"], first["base_value"], first["change_percent"]) == (72, None, None)
    assert "2021-22 is before the first month" in str(first["statement"])


@pytest.mark.parametrize(
    ("district", "expected"), [("E06000044", 36), ("E06000045", 12), ("unlocated", 12), ("E07000084", 0)]
)
def test_districts_are_found_by_square_and_what_has_no_place_is_unlocated(
    complete: duckdb.DuckDBPyConnection, district: str, expected: int
) -> None:
    assert figure(complete, "M1", "2023-24", geography_level="district", area_code=district)["value"] == expected


def test_tiers_and_months_are_published_and_zero_is_filled_in(complete: duckdb.DuckDBPyConnection) -> None:
    assert figure(complete, "M1", "2023-24", breakdown="tier", category="weapon possession")["value"] == 12
    assert figure(complete, "M1", "2023-24", breakdown="tier", category="homicide")["value"] == 0
    # By hand: A is 00806, as F of the first year is; nothing is wounding, and no other offence of 8N was recorded.
    harm = figure(complete, "M1", "2023-24", breakdown="tier", category="actual bodily harm")
    assert (harm["value"], harm["base_value"]) == (12, 24)
    for tier in ("wounding without intent", "other or unspecified assault with injury"):
        assert figure(complete, "M1", "2023-24", breakdown="tier", category=tier)["value"] == 0
    month = figure(complete, "M1", "2023-24", breakdown="month", category="2024-03")
    assert (month["value"], month["base_value"], month["change_percent"]) == (5, 6, None)


def test_an_event_four_agencies_entered_counts_once(complete: duckdb.DuckDBPyConnection) -> None:
    assert figure(complete, "M9", "2023-24")["value"] == 24
    assert figure(complete, "M9", "2023-24", breakdown="event_type", category="workshop")["value"] == 12
    assert figure(complete, "M9", "2023-24", breakdown="event_type", category="school session")["value"] == 0
    assert figure(complete, "M9", "2023-24", geography_level="district", area_code="unlocated")["value"] == 12
    statement = str(figure(complete, "M9", "2023-24")["statement"])
    assert (
        statement == "24 in 2022-23 and 24 in 2023-24 (events): counts of work that is planned, so no change is judged."
    )


def test_people_known_by_age_have_no_number_where_the_year_is_not_complete(complete: duckdb.DuckDBPyConnection) -> None:
    # The ambulance trust and others delivered nothing.
    told = complete.sql(
        "select financial_year, age_group, people, people_of_several_agencies, is_complete, "
        "starts_with(statement, 'At least as many: incomplete without') from rpt_people_known_by_age order by all"
    ).fetchall()
    assert told == [
        (year, age_group, None, None, False, True)
        for year in ("2022-23", "2023-24")
        for age_group in ("all", "under 18", "under 25", "unknown")
    ]


def test_every_row_is_accounted_for_by_reason(complete: duckdb.DuckDBPyConnection) -> None:
    accounts = complete.sql(
        "select feed, destination, exclusion, sum(bronze_rows)::int from rpt_row_accounts group by all"
    ).fetchall()
    found = {(feed, reason if end == "excluded" else end): rows for feed, end, reason, rows in accounts}
    assert found == {
        ("police__offences", "incident"): 132 + 24 + 24,  # the crimes, second victims, and common assault
        ("police__offences", "cancelled"): 24,
        ("police__offences", "transferred"): 24,
        ("police__street_crimes", "street crime: context only, no offence code"): 72 + 9,
        ("health__emergency_attendances", "incident"): 72,
        ("health__emergency_attendances", "duplicate flag"): 24,
        ("health__emergency_attendances", "not an assault"): 24,
        ("communities__events", "event"): 144,
    }


def test_identical_street_crimes_that_are_separate_events_are_both_kept(complete: duckdb.DuckDBPyConnection) -> None:
    kept = complete.sql("select lsoa_code, crimes from fct_street_crimes_monthly where month = '2023-05' order by all")
    assert kept.fetchall() == [("E01900001", 2), ("unlocated", 1)]


def test_codes_of_both_vintages_in_one_file_become_small_areas_of_2021(complete: duckdb.DuckDBPyConnection) -> None:
    burglaries = complete.sql(
        "select district_code, lsoa_code, crimes from fct_street_crimes_monthly "
        "where crime_type = 'Burglary' order by all"
    )
    assert burglaries.fetchall() == [
        ("E06000044", "E01900001", 2),  # the part with the point of the split, and the point without a code
        ("E06000044", "unlocated", 1),  # the split whose point is elsewhere
        ("E06000045", "E01900002", 3),  # two merged codes and the one they became
        ("E06000045", "unlocated", 1),  # irregular
        ("unlocated", "unlocated", 2),  # unknown, and outside the partnership
    ]


def test_what_no_small_area_could_be_told_of_is_reported_apart(complete: duckdb.DuckDBPyConnection) -> None:
    accounts = complete.sql(
        "select placed_by, bronze_rows, rows_in_partnership, rows_outside, rows_unlocated from rpt_place_accounts "
        f"where feed = 'police__street_crimes' and month = '{partnership.MIXED_MONTH}' order by all"
    )
    assert accounts.fetchall() == [
        ("code", 4, 3, 1, 0),
        ("code of a merged area", 2, 2, 0, 0),
        ("code of a split area and point", 1, 1, 0, 0),
        ("irregular code", 1, 1, 0, 0),
        ("point", 1, 1, 0, 0),
        ("unknown code", 1, 0, 0, 1),
        ("unlocated", 1, 0, 0, 1),
        ("unresolved split", 1, 1, 0, 0),
    ]


def test_sums_over_the_areas_of_a_level_are_the_total(complete: duckdb.DuckDBPyConnection) -> None:
    for level, column in (("lsoa", "lsoa_code"), ("district", "district_code")):
        # Every month the same three patients come at one minute of the night after the same crimes, which is no chance:
        # they are linked, all three.
        for fact, total in (("fct_street_crimes_monthly", 81), ("fct_serious_violence_incidents", 156)):
            counted = "sum(crimes)" if fact == "fct_street_crimes_monthly" else "count(*)"
            found = complete.sql(
                f"select {counted} from {fact} join dim_area on {fact}.{column} = area_code "
                f"and geography_level = '{level}' and (vintage = 2021 or '{level}' <> 'lsoa')"
            )
            assert found.fetchall() == [(total,)]


def test_no_model_mixes_homes_with_places(workshop: tuple[Lake, Dbt], complete: duckdb.DuckDBPyConnection) -> None:
    lake, _ = workshop
    compiled = list((lake.root.parent / "target" / "compiled" / "vrp" / "models").rglob("*.sql"))
    assert {path.stem for path in compiled} >= set(tables_of(complete))
    mixed = {path.stem: mixed_columns(path.read_text(encoding="utf-8")) for path in compiled}
    assert {name: columns for name, columns in mixed.items() if columns} == {}


def test_a_home_is_placed_apart_from_scenes(complete: duckdb.DuckDBPyConnection) -> None:
    homes = complete.sql(
        "select residence_lsoa_2021_code, residence_district_code, placed_by, count(*) from int_row_residences "
        "where feed = 'health__emergency_attendances' group by all"
    )
    assert homes.fetchall() == [("E01900002", "E06000045", "code", 120)]


def test_a_home_is_never_the_place_of_an_attack(complete: duckdb.DuckDBPyConnection) -> None:
    # Every patient lives in E01900002; that places none of the three counted assaults of a month there.
    places = complete.sql(
        "select district_code, place_precision, count(*) from bridge_incident_records "
        "where agency = 'health' group by all order by all"
    ).fetchall()
    assert [row for row in places if row[0] == "E06000045"] == []
    assert ("unlocated", "unknown", 24) in places


def test_degrees_become_the_metres_that_the_survey_gives(complete: duckdb.DuckDBPyConnection) -> None:
    to_metres = pyproj.Transformer.from_crs(4326, 27700)
    found = complete.sql(
        "select distinct injury_latitude, injury_longitude, easting, northing from int_health_attendance_rows "
        "join int_row_places using (month, record_id) "
        "where feed = 'health__emergency_attendances' and easting is not null"
    ).fetchall()
    assert len(found) == len(partnership.SCENES)
    for latitude, longitude, easting, northing in found:
        # The seven-parameter transformation is accurate to 5 m; the squares are 100 m wide.
        assert (easting, northing) == pytest.approx(to_metres.transform(latitude, longitude), abs=5)


def test_a_missing_police_month_makes_the_year_incomplete_and_never_a_fall(gap: duckdb.DuckDBPyConnection) -> None:
    police = gap.sql(
        "select distinct status, value, base_value, change_percent, completeness_percent, statement "
        "from rpt_annual_metrics where metric_id in ('M1', 'M1b') "
        "and financial_year = '2023-24' and breakdown <> 'month'"
    ).fetchall()
    statement = "Incomplete, so no figure is given: Police recorded offences 2023-08 (not received)."
    assert police == [("incomplete", None, None, None, 91.7, statement)]


def test_the_months_that_were_received_keep_their_count_beside_the_gap(gap: duckdb.DuckDBPyConnection) -> None:
    missing = figure(gap, "M1", "2023-24", breakdown="month", category="2023-08")
    assert (missing["status"], missing["value"], missing["base_value"]) == ("incomplete", None, None)
    assert figure(gap, "M1", "2023-24", breakdown="month", category="2023-09")["value"] == 5


def test_a_gap_of_one_agency_leaves_the_figures_of_others(gap: duckdb.DuckDBPyConnection) -> None:
    assert figure(gap, "M9", "2023-24")["value"] == 24
    assert figure(gap, "M1", "2022-23")["value"] == 72
    completeness = figure(gap, "M15", "2023-24", breakdown="feed", category="police__offences")
    assert completeness["value"] == 91.7
    assert completeness["statement"] == "11 of 12 months received; missing 2023-08 (not received)."


def test_force_figures_carry_the_code_of_the_force(complete: duckdb.DuckDBPyConnection) -> None:
    codes = complete.sql("select distinct area_code from rpt_annual_metrics where geography_level = 'force'").fetchall()
    assert codes == [(POLICE_FORCE_AREA,)]


@pytest.mark.nightly
def test_crimes_under_a_code_no_list_knows_make_the_year_incomplete_and_never_a_fall(
    recoded: duckdb.DuckDBPyConnection,
) -> None:
    # By hand: 12 of the 60 crimes of 2023-24 carry 19601 instead of 00501, all in Southampton.
    said = "12 crimes of 2023-24 have an offence code that is not known and could belong here"
    for where in ({}, {"geography_level": "district", "area_code": "E06000045"}):
        held = figure(recoded, "M1", "2023-24", **where)
        assert (held["status"], held["value"], held["base_value"], held["change_percent"]) == (
            "incomplete",
            *[None] * 3,
        )
        assert held["statement"] == f"Incomplete, so no figure is given: {said}."
        assert (held["unknown_code_rows"], held["completeness_percent"]) == (12, 100.0)
    month = figure(recoded, "M1", "2023-24", breakdown="month", category="2023-09")
    assert (month["status"], month["value"], month["unknown_code_rows"]) == ("incomplete", None, 1)


@pytest.mark.nightly
def test_what_unknown_codes_cannot_change_stays_complete(recoded: duckdb.DuckDBPyConnection) -> None:
    assert figure(recoded, "M1", "2022-23")["value"] == 72
    assert figure(recoded, "M1", "2023-24", geography_level="district", area_code="unlocated")["value"] == 12
    assert figure(recoded, "M9", "2023-24")["value"] == 24


@pytest.mark.nightly
def test_places_no_list_knows_make_figures_by_district_incomplete_and_never_nought(
    nowhere: duckdb.DuckDBPyConnection,
) -> None:
    statuses = nowhere.sql(
        "select distinct area_code = 'unlocated', status, value, statement from rpt_annual_metrics "
        "where metric_id = 'M1' and financial_year = '2023-24' and geography_level <> 'force' order by all"
    ).fetchall()
    assert statuses[0] == (
        False,
        "incomplete",
        None,
        "Incomplete, so no figure is given: only 0.0% of the crimes of 2023-24 could be placed in an area.",
    )
    assert [row[:3] for row in statuses[1:]] == [(True, "complete", 60)]
    whole = figure(nowhere, "M1", "2023-24")
    assert (whole["status"], whole["value"], whole["unlocated_rows"]) == ("complete", 60, None)
    assert figure(nowhere, "M1", "2022-23", geography_level="district", area_code="E06000044")["value"] == 48


def test_metricflow_gives_the_figures_of_the_reports_for_each_declared_metric(
    workshop: tuple[Lake, Dbt], complete: duckdb.DuckDBPyConnection
) -> None:
    lake, _ = workshop
    declared = DeclaredMetrics(lake.root.parent / "target" / "semantic_manifest.json")
    compared = compare_with_reports(declared, lambda sql: complete.sql(sql).fetchall())
    assert [about for about, (found, told) in compared.items() if found != told] == []
    assert compared["serious_violence", "2023-24"] == (60, 60)
    assert compared["feed_months_received", "2023-24"] == (48, 48)
    assert {name for name, _ in compared} >= {
        "events_attended",
        "knife_enabled_violence_under_25",
        "harm",
    }
    assert compared["partner_agencies", "2023-24"] == (25, 25)
    # The window of M8 ends in March 2024, with the last month of the force.
    assert {year for name, year in compared if declared.metric_ids[name] == "M8"} == {"2023-24"}
    assert {f"M{number}" for number in range(1, 16)} <= {*declared.metric_ids.values(), "M7"}
    # Planted: a year with a missing month, and one of which too much could not be counted, have no figure.
    with duckdb.connect() as planted:
        planted.execute(
            "create table fct_metric_years as select 'M1' as metric_id, 'force' as geography_level, 'F' as area_code, "
            "'all' as breakdown, 'all' as category, financial_year, value, doubt from (values "
            "('2021-22', 90, 'unknown'), ('2022-23', null, null), ('2023-24', 100, null)"
            ") as years (financial_year, value, doubt)"
        )
        assert dict(planted.sql(declared.sql_by_year("serious_violence")).fetchall()) == {
            "2021-22": None,
            "2022-23": None,
            "2023-24": 100,
        }
    # What the annual report publishes of them stands in its own table too.
    published = complete.sql(
        "select metric_id, financial_year, value from rpt_annual_metrics "
        "where geography_level = 'force' and breakdown = 'all' and status = 'complete'"
    ).fetchall()
    told = {(declared.metric_ids[name], year): found for (name, year), (found, _) in compared.items()}
    assert len(published) > 5
    assert [row for row in published if told[row[0], row[1]] != row[2]] == []


def test_the_notebook_answers_as_counted_by_hand(complete: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "release.duckdb"
    complete.execute(f"attach '{path}' as released")
    for (name,) in complete.sql("select table_name from duckdb_tables() where database_name = 'memory'").fetchall():
        complete.execute(f"create table released.{name} as from memory.{name}")
    complete.execute("detach released")
    answers = notebook.run_on(path)
    # Five crimes of M1 a month in 2023-24 and six the year before; no table of other areas came.
    compared = answers["comparators"].query("comparator == 'own records'").set_index("financial_year")
    assert compared["crimes"].to_dict() == {"2022-23": 72, "2023-24": 60}
    assert set(compared["why_no_rate"]) == {"no population of the year"}
    # Of M3 one wounding with a blade a month, its victim of 30.
    knives = answers["success_measures"].query("metric_name.str.contains('Knife') and financial_year == '2023-24'")
    assert dict(zip(knives["category"], knives["value"], strict=True)) == {"all": 12.0, "under 25": 0.0}
    assert answers["partners"]["is_member_on_31_march"].sum() == 25
    # Five victims a month who are people, one of them of 24 and four of 30.
    ages = answers["ages"].query("financial_year == '2023-24' and unit == 'victims' and value > 0")
    assert dict(zip(ages["category"], ages["value"], strict=True)) == {"18-24": 12, "25 and over": 48}


def test_the_rates_say_of_a_published_metric_what_the_annual_metrics_say(complete: duckdb.DuckDBPyConnection) -> None:
    differing = complete.sql(
        "select count(*), count(*) filter (rates.statement is distinct from told.statement "
        "or rates.value is distinct from told.value or rates.status is distinct from told.status) "
        "from rpt_annual_metrics as told left join rpt_metric_rates as rates "
        "using (metric_id, financial_year, geography_level, area_code, breakdown, category) "
        "where told.breakdown not in ('month', 'feed')"
    ).fetchall()
    assert differing[0][0] > 50
    assert differing[0][1] == 0
    assert complete.sql("select distinct metric_id from rpt_annual_metrics order by 1").fetchall() == [
        ("M1",), ("M15",), ("M1b",), ("M9",)
    ]  # fmt: skip
