"""Every way to launch in Dagster's web interface, driven as a person drives it.

The runs wait in the queue, and one rebuild follows them all.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.browser import keep_picture, launch, page_of
from tests.support.dagster_services import Services, running, wait_for
from vrp_pipeline.cli.simulated_inbox import fill
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.acceptance import accept
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.lake.verdicts import held_verdicts
from vrp_pipeline.landing.given_files import SIMULATED, files_in
from vrp_pipeline.landing.receipt import receive
from vrp_pipeline.release.integrity import misfits
from vrp_pipeline.release.releases import current_release

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("services")]
HELD = "2023-03"
UNFINISHED = {"QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING"}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A small partnership as received, in which a month of ambulance incidents has twenty times its rows."""
    folder = tmp_path_factory.mktemp("ui")
    lake, inbox = Lake(folder / "lake"), folder / "inbox"
    fill(inbox, folder / "truth", scale=0.02, seed=20230401, progress=lambda *_: None)
    sent = inbox / f"ambulance_violence_{HELD}.csv"
    listed = json.loads((inbox / SIMULATED).read_text(encoding="utf-8"))
    moment = listed["delivered"][hash_of(sent)]
    headings, *rows = sent.read_text(encoding="utf-8").splitlines(keepends=True)
    assert headings.startswith("incident_number,")
    many = [f"{copy}{row}" for copy in range(20) for row in rows]
    sent.write_text("".join([headings, *many]), encoding="utf-8")
    listed["sha256"].append(hash_of(sent))
    listed["delivered"][hash_of(sent)] = moment
    (inbox / SIMULATED).write_text(json.dumps(listed), encoding="utf-8")
    for receipt in receive(lake, files_in([inbox])):
        assert receipt.refusal is None, receipt.refusal
    return lake


@pytest.fixture(scope="module")
def services(lake: Lake) -> Iterator[Services]:
    code = PROJECT / "vrp_pipeline" / "definitions.py"
    with running(lake.root.parent / "home", code, {"VRP_DATA_LAKE": str(lake.root)}) as found:
        yield found


@pytest.fixture(scope="module")
def page(services: Services) -> Iterator[Any]:
    with page_of(services.url) as page:
        yield page


@pytest.fixture(scope="module")
def launched(services: Services, page: Any, lake: Lake) -> list[dict[str, Any]]:
    """The runs that came of each way to launch, when all have ended and the rebuild has followed."""
    launch(page, "/assets/health/ambulance_incidents", "2023-01")
    launch(page, "/locations/vrp/asset-groups/1_police", "[2023-01...2023-03]")
    launch(page, "/locations/vrp/jobs/ingest", "[2023-02...2023-04]")
    launch(page, "/asset-groups", "All")
    keep_picture(page, "lineage")

    def quiet() -> list[dict[str, Any]] | None:
        runs = services.runs()
        rebuilt = [run for run in runs if _follows(run)]
        is_done = rebuilt and not any(run["status"] in UNFINISHED for run in runs)
        return runs if is_done and not _open_backfills(services) else None

    return wait_for(quiet, "the rebuild after all launches", patience=900)


def test_every_launch_succeeds_though_a_month_is_held_and_fewer_rebuilds_follow_than_were_launched(
    launched: list[dict[str, Any]], lake: Lake
) -> None:
    assert {run["status"] for run in launched} == {"SUCCESS"}
    tags = [{tag["key"]: tag["value"] for tag in run["tags"]} for run in launched]
    of_one_month = [found for found in tags if found.get("dagster/partition") == "2023-01"]
    ranges = {found.get("dagster/asset_partition_range_start") for found in tags}
    assert len(of_one_month) == 1, "one feed, one month, from its page"
    assert {"2022-04", "2023-01", "2023-02"} <= ranges, "everything, a group, and the job"
    # One, where all of them wait in the queue; the first may have ended before the last was pressed.
    rebuilds = sum(map(_follows, launched))
    assert 1 <= rebuilds < len(launched) - rebuilds
    assert current_release(lake).manifest["tables"]
    held = {(verdict.feed, verdict.partition) for verdict in held_verdicts(lake)}
    assert ("health__ambulance_incidents", HELD) in held


def test_a_backfill_of_a_job_ends_as_success_though_a_month_is_held_and_one_of_assets_as_failed_though_no_run_failed(
    launched: list[dict[str, Any]], services: Services
) -> None:
    """Dagster's issue 34219, which docs/operations.md tells of: once it is mended, this fails and the page can go."""
    group, job, everything = reversed(_backfills(services))
    assert (group["status"], job["status"]) == ("COMPLETED_SUCCESS", "COMPLETED_SUCCESS"), "the job has the held month"
    assert everything["status"] == "COMPLETED_FAILED"
    assert {run["status"] for run in launched} == {"SUCCESS"}
    # Of months, of seeds and lists of areas: what follows waits for the held month, and the rebuild for the backfill.
    assert len(_of_backfill(launched, everything["id"])) == 2


def test_the_page_of_backfills_shows_each_of_them(launched: list[dict[str, Any]], page: Any) -> None:
    page.goto("/runs?view=backfills")
    page.get_by_text("Success").first.wait_for()
    assert page.get_by_role("button", name="View", exact=True).or_(page.get_by_text("View", exact=True)).count() >= 3
    keep_picture(page, "backfills")


@pytest.mark.usefixtures("launched")
def test_a_backfill_that_is_cancelled_changes_nothing_and_the_next_one_is_complete_in_three_runs_and_makes_the_release(
    services: Services, page: Any, lake: Lake
) -> None:
    before = _bronze(lake), current_release(lake).manifest
    known = {run["runId"] for run in services.runs()}
    launch(page, "/asset-groups", "All")

    def at_work() -> bool:
        return any(run["runId"] not in known and run["status"] == "STARTED" for run in services.runs())

    wait_for(at_work, "the backfill at work")
    (backfill,) = [each for each in _backfills(services) if each["status"] == "REQUESTED"]
    cancel = "mutation ($id: String!) { cancelPartitionBackfill(backfillId: $id) { __typename } }"
    answer = services.ask(cancel, id=backfill["id"])
    assert answer["cancelPartitionBackfill"]["__typename"] == "CancelBackfillSuccess"

    def over() -> bool:
        return not any(run["status"] in UNFINISHED for run in services.runs()) and not _open_backfills(services)

    wait_for(over, "the end of what was cancelled")
    (ended,) = [each for each in _backfills(services) if each["id"] == backfill["id"]]
    assert ended["status"] == "CANCELED"
    # A run that ends before the daemon comes to cancel it has succeeded.
    assert {run["status"] for run in services.runs() if run["runId"] not in known} <= {"CANCELED", "SUCCESS"}
    assert misfits(current_release(lake).path) == []

    assert (_bronze(lake), current_release(lake).manifest) == before

    accept(lake, FEEDS["health__ambulance_incidents"], HELD, accepted_by="A Statistician", reason="counted by hand")
    known = {run["runId"] for run in services.runs()}
    launch(page, "/asset-groups", "All")
    ends = {"COMPLETED_SUCCESS", "COMPLETED_FAILED"}
    wait_for(lambda: _backfills(services)[0]["status"] in ends, "the backfill of everything", patience=900)
    newest = _backfills(services)[0]
    assert newest["status"] == "COMPLETED_SUCCESS"
    new = [run for run in services.runs() if run["runId"] not in known]
    assert {run["status"] for run in new} == {"SUCCESS"}
    assert len(_of_backfill(new, newest["id"])) == len(new) == 3, "and nobody rebuilds it again"
    assert held_verdicts(lake) == []
    assert current_release(lake).manifest != before[1]
    after = _bronze(lake)
    changed = {name for name, digest in before[0].items() if after.get(name) != digest}
    assert {name.split("/")[0] for name in changed} <= {"pipeline"}, "all but the calendar is ingested again as it was"


def _bronze(lake: Lake) -> dict[str, str]:
    """The files of bronze and their hashes."""
    return {path.relative_to(lake.bronze).as_posix(): hash_of(path) for path in lake.bronze.rglob("*.parquet")}


def _of_backfill(runs: list[dict[str, Any]], backfill: str) -> list[dict[str, Any]]:
    return [run for run in runs if {"key": "dagster/backfill", "value": backfill} in run["tags"]]


def _follows(run: dict[str, Any]) -> bool:
    return any(tag["key"] == "dagster/from_automation_condition" for tag in run["tags"])


def _backfills(services: Services) -> list[dict[str, Any]]:
    query = """{ partitionBackfillsOrError(limit: 20) { ... on PartitionBackfills { results { id status } } } }"""
    found: list[dict[str, Any]] = services.ask(query)["partitionBackfillsOrError"]["results"]
    return found


def _open_backfills(services: Services) -> bool:
    return any(each["status"] in ("REQUESTED", "CANCELING", "FAILING") for each in _backfills(services))
