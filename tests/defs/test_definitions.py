"""The Dagster definitions: assets, partitions, jobs and schedules, written out so that no change goes unnoticed."""

from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

from vrp_pipeline.definitions import defs
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.bronze_schema import bronze_schema

FEED_KEYS = {f"{feed.agency}/{feed.table}" for feed in FEEDS.values()}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return defs()


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> Any:
    return definitions.resolve_asset_graph()


def keys(graph: Any) -> set[str]:
    return {"/".join(key.path) for key in graph.get_all_asset_keys()}


def test_every_feed_and_every_later_room_is_an_asset(graph: Any) -> None:
    assert keys(graph) >= FEED_KEYS
    assert keys(graph) >= {
        "pipeline/feed_calendar",
        "reference/small_area_grid",
        "stg_police__offences",
        "fct_serious_violence_incidents",
        "rpt_annual_metrics",
        "release",
        "annual_report",
    }


def test_dbt_reads_the_feeds_themselves_with_no_translation(graph: Any) -> None:
    for feed in FEEDS.values():
        staging = graph.get(dg.AssetKey(f"stg_{feed.agency}__{feed.table}"))
        assert dg.AssetKey([feed.agency, feed.table]) in staging.parent_keys


def test_whatever_reads_bronze_waits_for_all_feeds_so_that_a_backfill_builds_it_in_one_run(graph: Any) -> None:
    calendar = graph.get(dg.AssetKey(["pipeline", "feed_calendar"]))
    assert {"/".join(key.path) for key in calendar.parent_keys} == FEED_KEYS
    reading = {
        child
        for key in FEED_KEYS
        for child in graph.get(dg.AssetKey(key.split("/"))).child_keys
        if child != calendar.key
    }
    grid = dg.AssetKey(["reference", "small_area_grid"])
    assert len(reading) > len(FEED_KEYS)
    assert {key for key in reading if calendar.key not in graph.get(key).parent_keys} == {grid}, "of no feed of months"


def test_months_are_the_time_of_feeds_and_financial_years_that_of_reports(graph: Any) -> None:
    for feed in FEEDS.values():
        partitions = graph.get(dg.AssetKey([feed.agency, feed.table])).partitions_def
        assert (partitions is not None) == feed.is_monthly
        if partitions is not None:
            assert "2024-05" in partitions.get_partition_keys()
            assert partitions.get_partition_keys()[0] == "2022-04"
    years = graph.get(dg.AssetKey("annual_report")).partitions_def
    assert years is not None
    assert "2023" in years.get_partition_keys()


def test_every_asset_is_backfilled_in_a_single_run(graph: Any) -> None:
    single = dg.BackfillPolicy.single_run()
    assert {key for key in graph.materializable_asset_keys if graph.get(key).backfill_policy != single} == set()


def test_every_feed_has_its_suite_as_a_check_and_every_mart_its_dbt_tests(graph: Any) -> None:
    checked = {("/".join(key.asset_key.path), key.name) for key in graph.asset_check_keys}
    assert {(key, "meets_expectations") for key in FEED_KEYS} <= checked
    assert any(asset == "fct_serious_violence_incidents" and name.startswith("unique") for asset, name in checked)


def test_the_nightly_schedule_runs_at_two_in_london_and_is_on(definitions: dg.Definitions) -> None:
    schedule = definitions.get_schedule_def("nightly")
    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.execution_timezone == "Europe/London"
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def test_the_rebuild_follows_ingest_by_conditions_on_every_asset_after_it(
    definitions: dg.Definitions, graph: Any
) -> None:
    sensor = definitions.get_sensor_def("rebuild_after_ingest")
    assert isinstance(sensor, dg.AutomationConditionSensorDefinition)
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    following = {key for key in graph.materializable_asset_keys if graph.get(key).automation_condition is not None}
    after_feeds = {
        key for key in graph.materializable_asset_keys if "/".join(key.path) not in {*FEED_KEYS, "annual_report"}
    }
    assert following == after_feeds
    assert sensor.asset_selection.resolve(graph) == after_feeds


def test_every_asset_has_owners_kinds_a_group_of_the_flow_and_a_code_version(graph: Any) -> None:
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.owners, key
        assert all(owner.startswith("team:") for owner in node.owners)
        assert node.kinds, key
        assert node.group_name[0] in "1234567", key
        assert node.code_version, key


def test_a_feed_shows_the_columns_of_its_bronze_and_no_column_that_is_dropped(graph: Any) -> None:
    for feed in FEEDS.values():
        metadata = graph.get(dg.AssetKey([feed.agency, feed.table])).metadata
        shown = metadata["dagster/column_schema"].columns
        assert [(column.name, column.type) for column in shown] == [
            (field.name, str(field.type)) for field in bronze_schema(feed)
        ]
        assert all(column.description for column in shown), feed.name


def test_a_feed_is_stale_when_its_dates_say_so_and_reference_data_never(graph: Any) -> None:
    """By hand: A&E sends a month's extract within 31 days, so two of them lie at most 31 + 31 days apart."""
    policies = {feed: graph.get(dg.AssetKey([feed.agency, feed.table])).freshness_policy for feed in FEEDS.values()}
    assert {feed.name for feed, policy in policies.items() if policy} == {
        feed.name for feed in FEEDS.values() if feed.is_in_calendar
    }
    attendances = policies[FEEDS["health__emergency_attendances"]]
    assert attendances.fail_window.to_timedelta() == timedelta(days=62)
    assert attendances.warn_window.to_timedelta() == timedelta(days=31)
