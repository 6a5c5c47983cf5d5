"""After a held month or a killed run, readers keep the last good state and no figure reads as a fall."""

import signal
import time
from pathlib import Path

import pytest
from dagster import AssetKey, AssetRecordsFilter

from tests.support.deliveries import rows_of, write_rows
from tests.support.product import Product
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.release.row_accounts import accounts

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("holding")]


@pytest.fixture(scope="module")
def product(finished: Product, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """All fixtures received, ingested and released once."""
    return finished.copied_to(tmp_path_factory.mktemp("holding") / "product")


def test_a_held_month_makes_the_year_incomplete_and_never_a_fall(product: Product, tmp_path: Path) -> None:
    """The run that finds the faulty delivery is also killed once on its way."""
    rows = [{**row, "crime_status": "live"} for row in rows_of("police__offences") if row["date_recorded"] > "2024-03"]
    product.call("vrp", "receive", write_rows(tmp_path / "weekly.csv", rows))
    last_good = product.release.release_id

    run = product.start("vrp", "run")
    while "weekly.csv" not in product.lake.verdict_partition(FEEDS["police__offences"], "2024-03").read_text():
        assert run.poll() is None, run.communicate()
        time.sleep(0.2)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert product.release.release_id == last_good
    assert product.metric("M1", "2023-24")["value"] == 54, "readers still see the last good state"

    text = product.call("vrp", "run", exit_code=3)
    assert "police__offences 2024-03" in text
    assert not list(product.lake.root.rglob(".*.partial"))
    row = product.metric("M1", "2023-24")
    assert (row["value"], row["change_percent"]) == (None, None)
    assert row["status"] == "incomplete"
    assert "2024-03" in row["statement"]
    assert product.metric("M1", "2022-23")["value"] == 60
    assert all(account.balances for account in accounts(product.lake))
    assert "H" in product.call("vrp", "status", exit_code=3)
    # What is said, without the path of the page.
    published, _, _ = product.call("vrp", "publish", "2023-24").partition("Draft ")
    assert "54" not in published
    assert "−" not in published
    # Dagster keeps the good month of the first run, and has no materialisation of the held one.
    with product.instance() as instance:
        materialised = AssetRecordsFilter(asset_key=AssetKey(["police", "offences"]), asset_partitions=["2024-03"])
        assert len(instance.fetch_materializations(materialised, limit=10).records) == 1
