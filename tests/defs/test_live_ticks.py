"""Schedules and sensors as the daemon ticks them: a file is dropped, and with nobody at the keyboard it is ingested."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import fixture_of
from tests.support.dagster_services import Services, running, wait_for
from tests.support.receivers import Posted, webhook
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import current_verdicts

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("services")]
LOCATION = Path(__file__).with_name("arrivals_location.py")
EVENTS = FEEDS["communities__events"]
DRY_RUN = """mutation ($at: Float!) { scheduleDryRun(timestamp: $at, selectorData: { scheduleName: "nightly",
    repositoryName: "__repository__", repositoryLocationName: "vrp" }) { ... on DryRunInstigationTick {
    evaluationResult { skipReason error { message } runRequests { runKey } } } } }"""


@pytest.fixture
def posted() -> Iterator[tuple[str, Posted]]:
    with webhook() as found:
        yield found


@pytest.fixture
def services(lake: Lake, tmp_path: Path, posted: tuple[str, Posted]) -> Iterator[Services]:
    lake.inbox.mkdir(parents=True)
    (tmp_path / "alerts.toml").write_text(f'[webhook]\nurl = "{posted[0]}"\n', encoding="utf-8")
    environment = {
        "VRP_DATA_LAKE": str(lake.root),
        "VRP_ALERTS": str(tmp_path / "alerts.toml"),
    }
    with running(tmp_path / "home", LOCATION, environment) as found:
        yield found


def night(services: Services) -> Any:
    """What a tick at two in the night of 28 March 2024 comes to."""
    answer = services.ask(DRY_RUN, at=1711591200.0)["scheduleDryRun"]["evaluationResult"]
    assert answer["error"] is None
    return answer


def test_a_file_that_is_dropped_is_ingested_and_one_that_is_broken_is_told(
    services: Services, lake: Lake, posted: tuple[str, Posted]
) -> None:
    assert "Nothing has been received" in night(services)["skipReason"]
    for name in ("events.xlsx", "the same.xlsx"):
        shutil.copyfile(fixture_of(EVENTS.name), lake.inbox / name)
    (lake.inbox / "broken.csv").touch()
    assert night(services)["runRequests"], "a night would receive it"

    wait_for(lambda: current_verdicts(lake, EVENTS) or None, "the ingest of what was dropped")
    assert len(all_deliveries(lake)) == 1, "the same file twice at once is one delivery"

    def ended() -> list[Any] | None:
        runs = services.runs()
        return runs if {run["status"] for run in runs} == {"SUCCESS"} else None

    assert sorted(run["jobName"] for run in wait_for(ended, "the end of the runs")) == ["ingest", "receive"]
    wait_for(lambda: any(body["key"] == "refused:files" for body in posted[1].bodies) or None, "the alert")
    assert night(services)["runRequests"], "what was ingested is not released yet"
