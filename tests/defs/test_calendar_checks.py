"""The calendar in Dagster: a warning for overdue months, and the months of each feed as a table."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from tests.calendar.test_feed_calendar import ATTENDANCES, attendances, deliver
from vrp_pipeline.calendar.feed_calendar import calendar
from vrp_pipeline.calendar.months import months_between
from vrp_pipeline.defs.calendar_checks import ARRIVES, arrival_checks, months_by_state
from vrp_pipeline.defs.feeds import feed_asset, feed_assets
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.partnership import FIRST_MONTH
from vrp_pipeline.lake.paths import Lake


def checked(lake: Lake, month: str) -> Any:
    """The check as a run of the asset records it."""
    result = dg.materialize(
        [feed_asset(ATTENDANCES)],
        partition_key=month,
        resources={"lake": lake},
        instance=dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}),
    )
    (found,) = [check for check in result.get_asset_check_evaluations() if check.check_name == ARRIVES]
    return found


@pytest.fixture
def complete(lake: Lake, tmp_path: Path) -> Lake:
    """April 2022 to June 2022, each of them in time; July came on 20 August and nothing is due before 1 October."""
    for month, moment in zip(
        months_between(FIRST_MONTH, "2022-07"), ("2022-05-20", "2022-06-20", "2022-07-20", "2022-08-20"), strict=True
    ):
        deliver(lake, attendances(tmp_path, month, 4), f"{moment} 09:00")
    return lake


def test_every_feed_that_tells_of_months_is_checked_for_arrival_and_no_other() -> None:
    with_check = {key.asset_key.path[-1] for asset in feed_assets for key in asset.check_keys if key.name == ARRIVES}
    assert with_check == {feed.table for feed in FEEDS.values() if feed.is_in_calendar}


def test_a_feed_of_which_no_month_is_overdue_passes(complete: Lake) -> None:
    found = checked(complete.as_of("2022-08-20"), "2022-07")
    assert found.passed
    assert found.metadata["months_waiting"].value == 3, "this run ingested July alone"
    assert found.metadata["months_received"].value == 1
    table = found.metadata["calendar"].md_str
    assert table.splitlines()[2].startswith("| 2022-08 | · not due | 2022-10-01 |")


def test_an_overdue_month_is_a_warning_that_names_it_and_fails_no_run(complete: Lake, tmp_path: Path) -> None:
    deliver(complete, attendances(tmp_path, "2022-09", 4), "2022-10-02 09:00")
    found = checked(complete.as_of("2022-10-02"), "2022-09")
    assert not found.passed
    assert found.severity is dg.AssetCheckSeverity.WARN
    assert found.description == "Overdue: 2022-08. Ask the agency."


def test_if_everybody_stops_every_month_up_to_today_is_overdue(complete: Lake) -> None:
    (found,) = arrival_checks(complete, ATTENDANCES)
    assert not found.passed
    # The newest delivery came in August 2022; by the clock the months since are overdue too.
    assert "2022-08, 2022-09, 2022-10" in str(found.description)
    assert "2022-07" not in str(found.description)


def test_reference_data_has_no_calendar_to_keep(lake: Lake) -> None:
    assert arrival_checks(lake, FEEDS["reference__districts"]) == []


def test_every_month_is_in_one_state(complete: Lake) -> None:
    rows = calendar(complete, [ATTENDANCES]).to_pylist()
    assert sum(months_by_state(rows).values()) == len(rows) == 5
