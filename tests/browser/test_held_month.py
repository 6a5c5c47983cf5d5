"""A held month in Dagster's web interface: its failed check is opened, and the reasons of its rows are read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.browser import keep_picture, launch, page_of
from tests.support.dagster_services import Services, running, wait_for
from tests.support.deliveries import rows_of, write_rows
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.landing.receipt import receive

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("services")]
LOCATION = PROJECT / "tests" / "defs" / "states_location.py"
FEED = "/assets/police/offences"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A lake of one feed, of which March 2024 has five times its rows."""
    folder = tmp_path_factory.mktemp("held")
    lake = Lake(folder / "lake")
    rows = rows_of("police__offences")
    march = [row for row in rows if row["date_recorded"] >= "2024-03"]
    more = [
        {**row, "crime_reference": f"4424{copy}{number:06d}"} for copy in range(4) for number, row in enumerate(march)
    ]
    sent = write_rows(folder / "recorded_crime_extract_2024-04-03.csv", [*rows, *more])
    for receipt in receive(lake, [sent], datetime(2024, 4, 3, 9, tzinfo=UTC)):
        assert receipt.refusal is None
    with running(folder / "home", LOCATION, {"VRP_DATA_LAKE": str(lake.root)}) as found:
        yield found


@pytest.fixture(scope="module")
def page(services: Services) -> Iterator[Any]:
    with page_of(services.url) as page:
        yield page


def test_a_person_sees_that_a_month_is_held_why_and_what_to_type(services: Services, page: Any) -> None:
    launch(page, FEED, "[2024-01...2024-03]")

    def ended() -> dict[str, Any] | None:
        runs = services.runs()
        return runs[0] if runs and runs[0]["status"] in ("SUCCESS", "FAILURE") else None

    assert wait_for(ended, "the end of the backfill")["status"] == "SUCCESS", "a held month fails no run"

    page.goto(f"{FEED}?view=checks&checkDetail=meets_expectations")
    page.get_by_text("vrp accept police__offences 2024-03").first.wait_for()
    page.get_by_text("quarantine_reasons").first.wait_for()
    keep_picture(page, "held_month")
    assert page.get_by_text("Failed").first.is_visible()

    assert page.get_by_text("35 × month held, unmet: volume is not too large").is_visible(), "why its rows stay out"

    # Wide tables below it once cut off the sentence that says why, and what to type.
    said = page.get_by_text("vrp accept police__offences 2024-03").first.bounding_box()
    assert said["x"] + said["width"] <= page.viewport_size["width"]

    page.goto(f"{FEED}?view=partitions")
    page.get_by_text("Materialized (2)").first.wait_for()
    keep_picture(page, "months")
