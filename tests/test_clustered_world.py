"""A delivery of the clustered world goes through the product like any other: received, counted, nothing held."""

import pyarrow.parquet as pq
import pytest

from tests.support.product import Product

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("clustered world")]

SCALE = "0.4"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    """Two years of the clustered world, received and run."""
    product = Product(tmp_path_factory.mktemp("clustered"))
    product.call("vrp", "sample", "--world", "clustered", "--scale", SCALE)
    product.call("vrp", "receive", product.lake.inbox)
    product.call("vrp", "run")  # exit code 0: no month needs a person
    return product


def test_no_month_of_the_clustered_world_is_held(product: Product) -> None:
    status = product.ask("select distinct status from fct_feed_months where financial_year in ('2022-23', '2023-24')")
    assert status == [("received",)]


def test_the_headline_is_that_of_the_clustered_truth(product: Product) -> None:
    truth = pq.read_table(product.lake.root / "truth" / "expected_counts.parquet").to_pylist()
    newest = max(row["as_of"] for row in truth if row["metric_id"] == "M1")
    for metric in ("M1", "M1b"):
        for year in ("2022-23", "2023-24"):
            (expected,) = [
                row["value"]
                for row in truth
                if (row["metric_id"], row["financial_year"], row["breakdown"]) == (metric, year, "all")
                and row["area_code"] == "E23000030"
                and row["as_of"] == newest
            ]
            assert product.metric(metric, year)["value"] == expected, (metric, year)
