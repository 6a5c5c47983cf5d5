"""Real public data: per month exactly the Hampshire rows of the files; months not in the files are not received."""

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.support.product import Product

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("real data")]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Product:
    product = Product(tmp_path_factory.mktemp("real"))
    product.call("vrp", "receive", real_data / "police", real_data / "reference")
    product.call("vrp", "run", "--from", "2024-01", "--to", "2025-12")
    return product


@pytest.fixture(scope="module")
def in_the_files(real_data: Path) -> Counter[tuple[str, str]]:
    """Rows of the force by month and crime type, counted with the standard library alone."""
    counted: Counter[tuple[str, str]] = Counter()
    for path in sorted((real_data / "police").glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith("-hampshire-street.csv"):
                    text = io.TextIOWrapper(archive.open(name), encoding="utf-8")
                    counted.update((name[:7], row["Crime type"]) for row in csv.DictReader(text))
    return counted


def test_each_month_has_just_the_rows_that_are_in_the_files_by_crime_type(
    product: Product, in_the_files: Counter[tuple[str, str]]
) -> None:
    found = product.ask("select month, crime_type, sum(crimes) from fct_street_crimes_monthly group by 1, 2")
    assert {(month, kind): int(crimes) for month, kind, crimes in found} == dict(in_the_files)
    assert len({month for month, _, _ in found}) == 15


def test_months_that_are_not_in_the_files_are_not_received_and_have_no_rows(product: Product) -> None:
    statuses = dict(
        product.ask(
            "select month, status from fct_feed_months "
            "where feed = 'police__street_crimes' and month between '2024-01' and '2025-12'"
        )
    )
    missing = {"2025-08", *(f"2024-{month:02d}" for month in range(5, 13))}
    assert {month for month, status in statuses.items() if status == "not received"} == missing
    assert {status for month, status in statuses.items() if month not in missing} == {"received"}


def test_street_crimes_never_feed_the_headline(product: Product) -> None:
    for year in ("2023-24", "2024-25", "2025-26"):
        row = product.metric("M1", year)
        assert row["value"] is None
        assert row["status"] == "not available"
    assert product.ask("select count(*) from fct_serious_violence_incidents") == [(0,)]


def test_nearly_every_street_crime_is_in_one_of_the_fourteen_districts(product: Product) -> None:
    ((outside, crimes),) = product.ask(
        "select sum(crimes) filter (where area.district_code is null), sum(crimes) from fct_street_crimes_monthly "
        "left join dim_area as area on fct_street_crimes_monthly.lsoa_code = area.area_code "
        "and area.geography_level = 'lsoa' and area.vintage = '2021'"
    )
    # About one row in 1,600 lies outside.
    assert 1 / 3000 < (outside or 0) / crimes < 1 / 1000


def test_every_real_street_crime_is_placed_by_its_code(
    product: Product, in_the_files: Counter[tuple[str, str]]
) -> None:
    # All codes of these files are of 2021, so none is split, merged or irregular.
    found = product.ask(
        "select placed_by, sum(bronze_rows)::int from rpt_place_accounts "
        "where feed = 'police__street_crimes' group by 1"
    )
    assert found == [("code", sum(in_the_files.values()))]
