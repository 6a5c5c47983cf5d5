"""What Dagster's UI shows of a month in each state, asked as the UI asks, by GraphQL; see docs/dagster-states.md."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster_graphql.test.utils import define_out_of_process_context, execute_dagster_graphql

from tests.conftest import fixture_of
from tests.support.deliveries import take
from tests.support.extracts import OFFENCES, extract
from vrp_pipeline.calendar.feed_calendar import as_of
from vrp_pipeline.defs.feeds import feed_asset
from vrp_pipeline.defs.partitions import months_of
from vrp_pipeline.defs.resources import LakeResource
from vrp_pipeline.defs.schedules import RANGE_END, RANGE_START
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.acceptance import accept
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.landing.receipt import receive

pytestmark = pytest.mark.xdist_group("states")

LOCATION = Path(__file__).with_name("states_location.py")

ASK = """
{ assetNodeOrError(assetKey: {path: ["police", "offences"]}) { ... on AssetNode {
    assetPartitionStatuses { ... on TimePartitionStatuses { ranges { status startKey endKey } } }
    assetMaterializations(partitions: ["2024-03"], limit: 5) {
      metadataEntries { label ... on TextMetadataEntry { text } } }
    assetChecksOrError { ... on AssetChecks { checks { name executionForLatestMaterialization {
      status evaluation { success severity description metadataEntries { label
        ... on PathMetadataEntry { path } ... on TextMetadataEntry { text }
        ... on TableMetadataEntry { table { records } } } } } } } }
} } }
"""


class Shown:
    """What the UI shows of police/offences at one moment."""

    def __init__(self, node: dict[str, Any]) -> None:
        self.ranges = node["assetPartitionStatuses"]["ranges"]
        self.march = [
            {entry["label"]: entry.get("text") for entry in event["metadataEntries"]}
            for event in node["assetMaterializations"]
        ]
        self.checks = {
            check["name"]: check["executionForLatestMaterialization"] for check in node["assetChecksOrError"]["checks"]
        }

    def status_of(self, month: str) -> str:
        found = [found["status"] for found in self.ranges if found["startKey"] <= month <= found["endKey"]]
        return found[0] if found else "MISSING"

    @property
    def expectations(self) -> dict[str, Any]:
        execution = self.checks["meets_expectations"]
        assert execution is not None, "the UI would call the check 'not evaluated'"
        evaluation: dict[str, Any] = execution["evaluation"]
        return evaluation


class Ground:
    """A lake, an instance, and what is shown of them."""

    def __init__(self, folder: Path, instance: dg.DagsterInstance) -> None:
        self.folder, self.instance, self.lake = folder, instance, Lake(folder / "lake")

    def deliver(self, name: str, march: int, day: str) -> None:
        """The extract of all months to March 2024, which has `march` times its rows; without any for 0."""
        path = extract(self.folder, march, name)
        for receipt in receive(self.lake, [path], datetime.fromisoformat(f"{day} 09:00").replace(tzinfo=UTC)):
            assert receipt.refusal is None, receipt.refusal

    def ingest(self, first: str, last: str) -> dg.ExecuteInProcessResult:
        return dg.materialize(
            [feed_asset(OFFENCES)],
            resources={"lake": LakeResource(root=str(self.lake.root))},
            instance=self.instance,
            tags={RANGE_START: first, RANGE_END: last},
            raise_on_error=False,
        )

    def shown(self) -> Shown:
        with define_out_of_process_context(str(LOCATION), "defs", self.instance) as context:
            return Shown(execute_dagster_graphql(context, ASK).data["assetNodeOrError"])


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("states")
    with pytest.MonkeyPatch.context() as patch, dg.instance_for_test(temp_dir=str(folder)) as instance:
        patch.setenv("VRP_DATA_LAKE", str(folder / "lake"))
        yield Ground(folder, instance)


@pytest.fixture(scope="module")
def held(ground: Ground) -> tuple[dg.ExecuteInProcessResult, Shown]:
    """All months came in April 2024, March with five times its rows; nothing came for April."""
    ground.deliver("first.csv", 5, "2024-04-03")
    run = ground.ingest("2022-04", "2024-04")
    return run, ground.shown()


def test_a_held_month_fails_no_run_and_is_not_materialised(held: tuple[dg.ExecuteInProcessResult, Shown]) -> None:
    run, shown = held
    assert run.success
    assert shown.status_of("2024-02") == "MATERIALIZED"
    assert shown.status_of("2024-03") == "MISSING"


def test_the_check_of_a_feed_with_a_held_month_is_evaluated_failed_and_says_what_to_do(
    ground: Ground, held: tuple[dg.ExecuteInProcessResult, Shown]
) -> None:
    _, shown = held
    found = shown.expectations
    assert (found["success"], found["severity"]) == (False, "ERROR")
    assert "2024-03" in found["description"]
    assert "vrp accept police__offences 2024-03" in found["description"]
    metadata = {entry["label"]: entry for entry in found["metadataEntries"]}
    assert metadata["held_months"]["text"] == "2024-03"
    assert Path(metadata["data_docs"]["path"]) == ground.lake.data_docs_page(OFFENCES)
    assert Path(metadata["quarantine 2024-03"]["path"]).exists()
    # Dagster shows them in the order of their names: why a month is held before the verdicts on all months.
    assert sorted(metadata)[-2:] == ["unmet_expectations", "verdicts"]
    months = [row["month"] for row in map(json.loads, metadata["verdicts"]["table"]["records"])]
    assert months == sorted(months, reverse=True)
    assert months[0] == "2024-03"


def test_a_month_that_did_not_come_is_missing_and_the_months_of_a_lake_at_rest_end_with_the_newest_it_holds(
    ground: Ground, held: tuple[dg.ExecuteInProcessResult, Shown]
) -> None:
    _, shown = held
    assert as_of(ground.lake) == date(2024, 4, 3)
    assert months_of(ground.lake, date(2026, 1, 1)).get_last_partition_key() == "2024-03"
    in_use = months_of(ground.lake, date(2024, 6, 4))
    assert in_use.get_partition_keys(current_time=datetime(2024, 6, 4, tzinfo=UTC))[-2:] == ["2024-05", "2024-06"]
    assert shown.status_of("2024-03") == "MISSING", "it is held, and of no month before it"
    arrives = shown.checks["arrives_when_due"]["evaluation"]
    assert not arrives["success"], "by the clock April 2024 is long overdue, though nothing came since to tell"
    assert "2024-04" in arrives["description"]


def test_a_new_month_of_a_lake_in_use_appears_with_the_clock_though_no_code_is_loaded_again(tmp_path: Path) -> None:
    """By hand: May 2024 begins in London at 23:00 UTC of 30 April, as summer time has begun."""
    months = months_of(Lake(tmp_path), date(2024, 4, 30))
    before, after = datetime(2024, 4, 30, 22, 59, tzinfo=UTC), datetime(2024, 4, 30, 23, 1, tzinfo=UTC)
    assert months.get_partition_keys(current_time=before)[-1] == "2024-04"
    assert months.get_partition_keys(current_time=after)[-1] == "2024-05"


def test_ingesting_another_month_does_not_hide_the_held_one(ground: Ground, held: object) -> None:
    assert ground.ingest("2024-01", "2024-01").success
    assert not ground.shown().expectations["success"]


def test_an_accepted_month_is_materialised_with_the_decision_and_a_corrected_one_without(
    ground: Ground, held: object
) -> None:
    accept(ground.lake, OFFENCES, "2024-03", accepted_by="A Statistician", reason="football final")
    assert ground.ingest("2024-03", "2024-03").success
    accepted = ground.shown()
    assert accepted.status_of("2024-03") == "MATERIALIZED"
    assert accepted.march[0]["accepted"] == "A Statistician: football final"
    assert accepted.expectations["success"]

    ground.deliver("corrected.csv", 1, "2024-04-10")
    assert ground.ingest("2024-03", "2024-03").success
    corrected = ground.shown()
    assert "accepted" not in corrected.march[0]
    assert corrected.march[0]["delivery"] == "corrected.csv"
    assert corrected.status_of("2024-03") == "MATERIALIZED"
    assert corrected.expectations["success"]


def test_what_follows_a_feed_without_months_in_one_run_goes_on_if_it_was_ingested_and_not_if_nothing_came(
    lake: Lake,
) -> None:
    districts = FEEDS["reference__districts"]

    @dg.asset(deps=[[districts.agency, districts.table]])
    def follower() -> None: ...

    def ingested_with_what_follows() -> set[str]:
        run = dg.materialize(
            [feed_asset(districts), follower],
            resources={"lake": LakeResource(root=str(lake.root))},
            instance=dg.DagsterInstance.ephemeral(),
        )
        return {event.asset_key.to_user_string() for event in run.get_asset_materialization_events() if event.asset_key}

    lake.root.mkdir()
    assert ingested_with_what_follows() == set(), "nothing came"
    take(lake, fixture_of(districts.name))
    assert ingested_with_what_follows() == {"reference/districts", "follower"}


def test_the_page_of_states_tells_of_each_state() -> None:
    page = (PROJECT / "docs" / "dagster-states.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| ([a-z ]+) \|", page, flags=re.MULTILINE)
    assert {"published", "held", "missing", "not yet due", "accepted", "corrected"} <= set(told)
