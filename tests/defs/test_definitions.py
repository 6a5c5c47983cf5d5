"""The Dagster definitions: assets, partitions, jobs and schedules, written out so that no change goes unnoticed."""

from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import take
from vrp_pipeline.definitions import defs
from vrp_pipeline.defs.schedules import RANGE_END, RANGE_START
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.paths import Lake

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


def test_the_nightly_schedule_asks_for_the_months_with_new_deliveries(definitions: dg.Definitions, lake: Lake) -> None:
    schedule = definitions.get_schedule_def("nightly")

    def requested() -> dg.RunRequest:
        context = dg.build_schedule_context(
            scheduled_execution_time=datetime(2024, 4, 4, 1, tzinfo=UTC), resources={"lake": lake}
        )
        (request,) = schedule.evaluate_tick(context).run_requests or ()
        return request

    # Nothing was received: the month of the night is requested, and the rebuild follows as always.
    assert (requested().tags[RANGE_START], requested().tags[RANGE_END]) == ("2024-04", "2024-04")
    take(lake, fixture_of("communities__events"))
    assert (requested().tags[RANGE_START], requested().tags[RANGE_END]) == ("2023-04", "2024-03")
    ops = requested().run_config["ops"]
    assert len(ops) == len(FEEDS)
    assert all(op["config"]["only_new"] for op in ops.values())


def test_the_transform_follows_ingest_whether_it_succeeded_or_held_a_month(definitions: dg.Definitions) -> None:
    for name in ("transform_after_ingest", "transform_after_held_ingest"):
        sensor = definitions.get_sensor_def(name)
        assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
        assert [target.job_name for target in sensor.targets] == ["transform"]
