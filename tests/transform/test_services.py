"""The staging models of searches, ambulance incidents, admissions and fires, against counts of the fixtures by hand."""

from shutil import rmtree

import duckdb
import pytest

from tests.conftest import fixture_of
from tests.support import bronze
from tests.support.deliveries import take
from tests.transform.conftest import Dbt, in_memory
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake

pytestmark = pytest.mark.xdist_group("dbt")

FEEDS_HERE = (
    "police__stop_and_searches",
    "health__ambulance_incidents",
    "health__admissions",
    "fire__incidents",
)


@pytest.fixture(scope="module")
def staged(workshop: tuple[Lake, Dbt]) -> duckdb.DuckDBPyConnection:
    """The four fixtures, ingested and staged, with the data tests of their models passed; in memory."""
    lake, dbt = workshop
    bronze.write_schemas(lake)
    for feed in FEEDS_HERE:
        take(lake, fixture_of(feed))
        ingest(lake, FEEDS[feed])
    models = [f"stg_{feed}" for feed in FEEDS_HERE]
    # Cautious indirect selection: only tests of these models alone, not those that join other feeds.
    without = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
    dbt("build", "--select", *models, *without)
    connection = in_memory(lake, *models)
    rmtree(lake.root)
    return connection


def ask(staged: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return staged.sql(sql).fetchall()


def test_searches_tell_gender_in_words_and_whether_they_have_a_place(staged: duckdb.DuckDBPyConnection) -> None:
    found = ask(
        staged,
        "select month, gender, count(*), count(*) filter (where has_place) from stg_police__stop_and_searches "
        "group by all order by all",
    )
    assert found == [
        (month, *rest)
        for month in ("2024-02", "2024-03")
        for rest in (("female", 1, 0), ("male", 3, 3), ("unknown", 1, 1))
    ]


def test_five_patients_count_and_one_age_is_unknown(staged: duckdb.DuckDBPyConnection) -> None:
    assert ask(
        staged,
        "select count(*) filter (where not is_stood_down), count(*) filter (where patient_age is null) "
        "from stg_health__ambulance_incidents",
    ) == [(5, 1)]


def test_the_protocol_of_a_determinant_has_no_leading_zero_and_pathways_has_none(
    staged: duckdb.DuckDBPyConnection,
) -> None:
    assert ask(
        staged,
        "select triage_system, triage_protocol, count(*) from stg_health__ambulance_incidents "
        "group by all order by all",
    ) == [("AMPDS", "27", 1), ("AMPDS", "4", 1), ("NHS Pathways", None, 4)]


def test_four_admissions_count_of_which_two_were_by_a_sharp_object(staged: duckdb.DuckDBPyConnection) -> None:
    assert ask(
        staged,
        "select assault_cause, count(*) from stg_health__admissions where is_counted_admission "
        "group by all order by all",
    ) == [("X99", 2), ("Y04", 1), (None, 1)]
    assert ask(staged, "select min(age_at_start), max(age_at_start) from stg_health__admissions") == [(0, 24)]
    assert ask(staged, "select assault_place_code, count(*) from stg_health__admissions group by all order by all") == [
        ("0", 1),
        ("4", 3),
        (None, 2),
    ]


def test_every_fire_incident_has_a_place_and_two_fires_were_set(staged: duckdb.DuckDBPyConnection) -> None:
    assert ask(
        staged,
        "select count(*), count(easting), count(*) filter (where is_exact_place_given), "
        "count(*) filter (where is_deliberate_fire), count(*) filter (where is_attack_on_firefighters) "
        "from stg_fire__incidents",
    ) == [(7, 7, 6, 2, 1)]
