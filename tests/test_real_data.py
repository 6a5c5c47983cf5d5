"""Real public data: per month exactly the Hampshire rows of the files; months not in the files are not received."""

import csv
import io
import json
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pyproj
import pytest
from scipy.spatial import cKDTree

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


VIOLENT = ("Violence and sexual offences", "Robbery", "Possession of weapons")


@pytest.fixture(scope="module")
def by_nearest_middle(product: Product, real_data: Path) -> dict[str, np.ndarray]:
    """Violent crimes of each hexagon by month, from the files: a hexagon is where no other's middle is nearer."""
    middles = np.array(product.ask("select easting, northing from dim_hexagon order by hexagon"), dtype=float)
    points: dict[str, list[tuple[float, float]]] = {}
    for path in sorted((real_data / "police").glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith("-hampshire-street.csv"):
                    text = io.TextIOWrapper(archive.open(name), encoding="utf-8")
                    for row in csv.DictReader(text):
                        if row["Crime type"] in VIOLENT and row["Longitude"]:
                            points.setdefault(name[:7], []).append((float(row["Longitude"]), float(row["Latitude"])))
    tree, to_metres = cKDTree(middles), pyproj.Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    counted = {}
    for month, found in points.items():
        metres, nearest = tree.query(np.column_stack(to_metres.transform(*np.array(found).T)))
        # A corner is 150 m from the middle.
        counted[month] = np.bincount(nearest[metres <= 150], minlength=len(middles))
    return counted


def test_the_ranking_of_real_street_crimes_foretells_what_counting_by_nearest_middle_says(
    product: Product, by_nearest_middle: dict[str, np.ndarray]
) -> None:
    found = json.loads(
        product.call("vrp", "evaluate", "hotspots", "--events", "street-crimes", "--held-out", "4", "--json")
    )
    assert found["held_out"] == ["2025-09", "2025-10", "2025-11", "2025-12"]
    assert len(found["trained_on"]) == 11
    before = np.sum([by_nearest_middle[month] for month in found["trained_on"]], axis=0)
    after = np.sum([by_nearest_middle[month] for month in found["held_out"]], axis=0)
    assert found["incidents_held_out"] == pytest.approx(after.sum(), rel=0.002)
    scores = {(score["ranking"], score["share_of_area"]): score for score in found["scores"]}
    for share in (0.01, 0.02, 0.05):
        size = round(share * len(before))
        # Points lie up to 5 m apart from pyproj's, and equal counts share what is left: a hundredth at most.
        hits = after[np.argsort(-before, kind="stable")[:size]].sum()
        assert scores["count", share]["hit_rate"] == pytest.approx(hits / after.sum(), abs=0.01)
        best = np.sort(after)[::-1][:size].sum()
        assert scores["count", share]["pei"] == pytest.approx(hits / best, abs=0.01)
        simpler = ("kernel density", "small area (LSOA)", "random")
        assert all(scores["count", share]["hit_rate"] > scores[name, share]["hit_rate"] for name in simpler)


def test_twelve_months_held_out_leave_the_count_no_better_than_last_year_s_and_it_says_so(product: Product) -> None:
    said = product.call("vrp", "evaluate", "hotspots", "--events", "street-crimes")
    assert "The ranking by count is no better than last year's count" in said


def test_street_crimes_alone_draw_no_hot_spots_of_serious_violence(product: Product) -> None:
    assert "the force's crimes are not received" in product.call("vrp", "hotspots", exit_code=1)
    assert not (product.lake.root / "hot_spots").exists()


def test_real_hexagons_are_named_by_real_streets(product: Product) -> None:
    ((hexagons, named),) = product.ask("select count(*), count(street_names) from dim_hexagon")
    # 3,840 km2 of 5.85 ha, and the parts of hexagons on the border and the coast.
    assert 65_000 < hexagons < 80_000
    assert named / hexagons > 0.5
    kinds = "Supermarket|Parking Area|Nightclub|Shopping Area|Petrol Station|Police Station|No Location"
    assert product.ask(f"select count(*) from dim_hexagon where regexp_matches(street_names, '{kinds}')") == [(0,)]
    busiest = product.ask(
        "select street_names from fct_street_crimes_by_hexagon inner join dim_hexagon using (hexagon) "
        "where crime_type = 'Violence and sexual offences' "
        "group by hexagon, street_names order by sum(crimes) desc limit 2"
    )
    # The street of Portsmouth's bars.
    assert any("Guildhall Walk" in streets for (streets,) in busiest)
