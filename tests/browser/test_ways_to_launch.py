"""Dagster's web interface, driven as a person drives it: every way to launch, a held month, and why its rows stay out.

The runs wait in the queue and one rebuild follows them all. VRP_SCREENSHOTS names a folder for the pictures of docs/.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.dagster_services import Services, wait_for
from vrp_pipeline.cli.simulated_inbox import fill
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.landing.receipt import SIMULATED, files_in, hash_of, receive
from vrp_pipeline.release.releases import current_release

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("services")]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HELD = "2023-03"
UNFINISHED = {"QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING"}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A small partnership as received, in which each row of a month of ambulance incidents came twice."""
    folder = tmp_path_factory.mktemp("ui")
    lake, inbox = Lake(folder / "lake"), folder / "inbox"
    fill(inbox, folder / "truth", scale=0.02, seed=20230401, progress=lambda *_: None)
    sent = inbox / f"ambulance_violence_{HELD}.csv"
    listed = json.loads((inbox / SIMULATED).read_text(encoding="utf-8"))
    moment = listed["delivered"][hash_of(sent)]
    headings, *rows = sent.read_text(encoding="utf-8").splitlines(keepends=True)
    sent.write_text("".join([headings, *rows, *rows]), encoding="utf-8")
    listed["sha256"].append(hash_of(sent))
    listed["delivered"][hash_of(sent)] = moment
    (inbox / SIMULATED).write_text(json.dumps(listed), encoding="utf-8")
    for receipt in receive(lake, files_in([inbox])):
        assert receipt.refusal is None, receipt.refusal
    return lake


@pytest.fixture(scope="module")
def services(lake: Lake) -> Iterator[Services]:
    home = lake.root.parent / "home"
    home.mkdir()
    shutil.copyfile(PROJECT / ".dagster" / "dagster.yaml", home / "dagster.yaml")
    environment = {
        "VRP_DATA_LAKE": str(lake.root),
        "PYTHONPATH": os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")]),
    }
    found = Services(home, PROJECT / "vrp_pipeline" / "definitions.py", environment)
    try:
        found.start()
        yield found
    finally:
        found.stop()


@pytest.fixture(scope="module")
def page(services: Services) -> Iterator[Any]:
    """A page of Chromium, which is Debian's: nothing is downloaded."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900}, base_url=services.url)
        page.set_default_timeout(120_000)
        yield page
        browser.close()


def keep_picture(page: Any, name: str) -> None:
    if folder := os.environ.get("VRP_SCREENSHOTS"):
        page.wait_for_timeout(2000)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def launch(page: Any, path: str, months: str) -> None:
    """Press *Materialize* on a page, choose months (`All`, or a range as the box takes it) and launch."""
    page.goto(path)
    page.get_by_role("button", name="Materialize").first.click()
    if months == "All":
        page.get_by_role("button", name="All", exact=True).click()
    else:
        box = page.get_by_placeholder("ex: 2022-04")
        box.fill(months)
        box.press("Tab")
    page.get_by_role("button", name=re.compile(r"^Launch (backfill|1 run)$")).click()
    page.get_by_role("button", name=re.compile(r"^Launch")).wait_for(state="detached")


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


def test_every_launch_succeeds_though_a_month_is_held_and_one_rebuild_follows_them_all(
    launched: list[dict[str, Any]], lake: Lake
) -> None:
    assert {run["status"] for run in launched} == {"SUCCESS"}
    tags = [{tag["key"]: tag["value"] for tag in run["tags"]} for run in launched]
    of_one_month = [found for found in tags if found.get("dagster/partition") == "2023-01"]
    ranges = {found.get("dagster/asset_partition_range_start") for found in tags}
    assert len(of_one_month) == 1, "one feed, one month, from its page"
    assert {"2022-04", "2023-01", "2023-02"} <= ranges, "everything, a group, and the job"
    assert sum(map(_follows, launched)) == 1
    assert current_release(lake).manifest["tables"]


def test_the_check_of_a_held_month_says_on_its_page_what_to_type_and_why_its_rows_stay_out(
    launched: list[dict[str, Any]], page: Any
) -> None:
    page.goto("/assets/health/ambulance_incidents?view=checks&checkDetail=meets_expectations")
    page.get_by_text(f"vrp accept health__ambulance_incidents {HELD}").first.wait_for()
    keep_picture(page, "held_month")
    page.get_by_role("button", name=re.compile("Show Table", re.IGNORECASE)).first.click()
    page.get_by_text("quarantine_reasons").or_(page.get_by_text("what_to_do")).first.wait_for()
    keep_picture(page, "quarantine_reasons")


def test_the_months_of_a_feed_show_the_held_one_as_not_materialised(
    launched: list[dict[str, Any]], page: Any, services: Services
) -> None:
    page.goto("/assets/health/ambulance_incidents?view=partitions")
    page.get_by_text(HELD).first.wait_for()
    keep_picture(page, "months")
    page.goto("/runs?view=backfills")
    page.get_by_text("Completed").or_(page.get_by_text("Failed")).first.wait_for()
    keep_picture(page, "backfills")


def _follows(run: dict[str, Any]) -> bool:
    return any(tag["key"] == "dagster/from_automation_condition" for tag in run["tags"])


def _open_backfills(services: Services) -> bool:
    query = """{ partitionBackfillsOrError(limit: 20) { ... on PartitionBackfills { results { status } } } }"""
    found = services.ask(query)["partitionBackfillsOrError"]["results"]
    return any(each["status"] in ("REQUESTED", "CANCELING", "FAILING") for each in found)
