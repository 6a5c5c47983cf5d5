"""The page and the GeoJSON of hot spots, made from a small release written by hand."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
import shapely
from click.testing import CliRunner
from pyproj import Transformer

from tests.support.hot_spots import block, named
from vrp_pipeline.cli import main
from vrp_pipeline.geography.hexagons import hexagon_shapes
from vrp_pipeline.hot_spots.files import write_hot_spots
from vrp_pipeline.hot_spots.places import NoHotSpotsError, Place, grid_reference, groups
from vrp_pipeline.release.database import DATABASE, write_database
from vrp_pipeline.release.releases import Release

MARK_UP = 'High <script>alert("1")</script> Street & Low Road'
# Hexagons of Portsmouth from 1560:450 on, in two wards.
HEXAGONS = [(1560 + across, 450 + up) for across, up in block(20, 12)]
TO_DEGREES = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def middle(place: tuple[int, int]) -> tuple[float, float]:
    return 150 * 3**0.5 * (place[0] + place[1] / 2), 225 * place[1]


def hot_spot(rank: int, place: tuple[int, int], incidents: int, **other: Any) -> dict[str, Any]:
    easting, northing = middle(place)
    longitude, latitude = TO_DEGREES.transform(easting, northing)
    return {
        "hot_spot_rank": rank, "hexagon": named(place), "hexagon_name": f"Place {rank}, Ward A", "street_names": None,
        "ward_name": "Ward A", "lsoa_code": "E01900001", "lsoa_name": "Portsmouth S001A", "district_code": "E06000044",
        "district_name": "Portsmouth", "easting": round(easting), "northing": round(northing),
        "latitude": round(latitude, 5), "longitude": round(longitude, 5), "months": 24, "incidents": incidents,
        "harm_days": 1460.0, "harm_rank": rank, "day_incidents": 1, "night_incidents": incidents - 1,
        "unknown_hour_incidents": 0, "weekend_night_incidents": 2, "busiest_hours": "23:00 to 02:59",
        "busiest_hours_incidents": 3, "last_year_incidents": incidents, "second_last_year_incidents": 0,
        "third_last_year_incidents": None, "last_year_months": 12, "second_last_year_months": 11,
        "third_last_year_months": 0, "trend": "rising", "whole_years": 2, "years_with_incidents": 1,
        "years_among_busiest": 1, "is_persistent": False, "incidents_around": incidents, "gi_star": 5.5,
        "p_value": 1e-8, "adjusted_p_value": 1e-5, "is_hot_spot": True, "near_repeat_pairs": 0,
        "expected_near_repeat_pairs": 0.0, "near_repeat_adjusted_p_value": None, "has_near_repeats": False,
        "evidence": "More than chance",
    } | other  # fmt: skip


AREA = {
    "area": "all", "first_month": "2022-04", "last_month": "2024-03", "months": 23, "missing_months": 1,
    "incidents": 40, "located_incidents": 36, "default_place_incidents": 1, "no_point_incidents": 3,
    "outside_incidents": 0, "beyond_incidents": 0, "unknown_setting_incidents": 0, "hexagons": 240,
    "hexagons_with_incidents": 3, "hexagons_holding_25": 1, "percent_of_hexagons_holding_25": 0.42,
    "percent_of_used_hexagons_holding_25": 33.3, "hexagons_holding_50": 1, "percent_of_hexagons_holding_50": 0.42,
    "percent_of_used_hexagons_holding_50": 33.3, "hot_spots": 3, "statistic_status": "published",
    "near_repeat_pairs": 0, "expected_near_repeat_pairs": 0.0,
}  # fmt: skip
SPOTS = [
    hot_spot(1, HEXAGONS[45], 30, hexagon_name=MARK_UP, street_names=MARK_UP),
    hot_spot(2, HEXAGONS[46], 5),
    hot_spot(3, HEXAGONS[239], 1, day_incidents=0, night_incidents=0, weekend_night_incidents=0, busiest_hours=None),
]


def written_release(folder: Path, spots: list[dict[str, Any]]) -> Release:
    folder.mkdir(parents=True)
    tables = {
        "rpt_hot_spots": spots or [SPOTS[0]],
        "rpt_hot_spot_area": [AREA],
        "dim_hexagon": [
            {
                "hexagon": named(place),
                "district_name": "Portsmouth",
                "ward_name": "Ward A" if place[0] < 1570 else "Ward B",
            }
            for place in HEXAGONS
        ],
    }
    connection = duckdb.connect()
    for name, rows in tables.items():
        source = folder / f"{name}.json"
        source.write_text(json.dumps(rows), encoding="utf-8")
        chosen = "where false" if name == "rpt_hot_spots" and not spots else ""
        connection.execute(
            f"copy (select * from read_json('{source}') {chosen}) to '{folder / name}.parquet' (format parquet)"
        )
        source.unlink()
    manifest = {
        "release": folder.name,
        "as_of": "2024-07-30",
        "tables": {name: {} for name in tables},
        "is_simulated": True,
    }
    write_database(folder, folder.name, manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Release(folder)


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return written_release(tmp_path / "lake" / "releases" / "2024-07-30-abc", SPOTS)


class Page(HTMLParser):
    """Tags, addresses and text of a page."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.words = ""
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href")]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_loads_nothing_runs_nothing_and_its_links_stay_on_it(release: Release, tmp_path: Path) -> None:
    page = Page(write_hot_spots(release, tmp_path / "out", top=50).page.read_text(encoding="utf-8"))
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert {address.lstrip("#") for address in page.addresses} <= set(page.ids)
    assert page.tags.count("svg") == 4  # the area for wide and for narrow screens, and two groups of places


def test_the_page_says_of_each_place_where_it_is_when_and_why(release: Release, tmp_path: Path) -> None:
    page = Page(write_hot_spots(release, tmp_path / "out", top=50).page.read_text(encoding="utf-8"))
    words = re.sub(r"\s+", " ", page.words)
    assert f"1. {MARK_UP}" in words
    assert "29 of 30 at night (18:00 to 05:59), 2 of them on Friday or Saturday night. " in words
    assert "Busiest 23:00 to 02:59: 3" in words
    assert "0 (of 11 months) → 30 by year, the oldest first: rising" in words
    assert "No hour is known" in words
    assert grid_reference(*middle(HEXAGONS[45])) in words
    assert "do not publish or pass on" in words
    assert "Simulated data. None of this happened" in words
    assert "One month between is not received" in words
    assert "36 of 40 incidents are in a hexagon. 3 have no point, 1 only a police station or hospital" in words


def test_geojson_holds_the_hexagons_of_the_list_in_degrees_about_their_centres(
    release: Release, tmp_path: Path
) -> None:
    written = write_hot_spots(release, tmp_path / "out", top=2)
    assert written.places == 2
    held = json.loads(written.geojson.read_text(encoding="utf-8"))
    assert held["description"].startswith("For the partnership only")
    assert held["description"].endswith("Simulated data.")
    assert [feature["properties"]["hot_spot_rank"] for feature in held["features"]] == [1, 2]
    for feature, spot in zip(held["features"], SPOTS, strict=False):
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.is_valid
        # RFC 7946: the outer ring runs against the clock.
        assert shape.exterior.is_ccw
        assert shape.centroid.distance(shapely.Point(spot["longitude"], spot["latitude"])) < 5e-5


def test_the_same_release_gives_the_same_bytes_and_what_stood_there_is_replaced(
    release: Release, tmp_path: Path
) -> None:
    first = write_hot_spots(release, tmp_path / "out", top=50)
    before = first.page.read_bytes(), first.geojson.read_bytes()
    again = write_hot_spots(release, tmp_path / "out", top=50)
    assert (again.page.read_bytes(), again.geojson.read_bytes()) == before
    assert sorted(path.name for path in first.page.parent.iterdir()) == ["hot_spots.html", "hotspots.geojson"]


def test_a_release_without_hot_spots_is_one_error_and_no_file(tmp_path: Path) -> None:
    empty = written_release(tmp_path / "empty", [])
    with pytest.raises(NoHotSpotsError, match="boundaries of small areas or the force's crimes are not received"):
        write_hot_spots(empty, tmp_path / "out", top=50)
    (empty.path / DATABASE).unlink()
    write_database(empty.path, "older", {"as_of": "2024-07-30", "tables": {}})
    with pytest.raises(NoHotSpotsError, match="Run: vrp run"):
        write_hot_spots(empty, tmp_path / "out", top=50)
    assert not (tmp_path / "out").exists()


def test_the_command_writes_beside_the_releases_and_never_among_them_or_what_is_published(
    release: Release, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    (lake / "releases" / "current.json").write_text(json.dumps({"release": release.release_id}), encoding="utf-8")
    before = {path: path.read_bytes() for path in lake.rglob("*") if path.is_file()}
    result = CliRunner().invoke(main, ["--lake", str(lake), "hotspots", "--top", "3"])
    assert result.exit_code == 0, result.output
    assert "Not for publication" in result.output
    after = {path: path.read_bytes() for path in lake.rglob("*") if path.is_file()}
    assert {path for path in after if after[path] != before.get(path)} == {
        lake / "audit" / "log.jsonl",
        *(lake / "hot_spots" / release.release_id / name for name in ("hot_spots.html", "hotspots.geojson")),
    }
    (entry,) = (lake / "audit" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(entry)["details"] == {"places": 3, "release": release.release_id, "is_elsewhere": False}
    assert not (lake / "published").exists()


@pytest.mark.parametrize(
    ("easting", "northing", "reference"),
    [
        # The example of the Ordnance Survey's guide, TG 51409 13177; Ben Nevis, NN 166 712; Portsmouth's Guildhall.
        (651409, 313177, "TG 514 131"),
        (216600, 771200, "NN 166 712"),
        (464000, 100300, "SU 640 003"),
        (464000, 99900, "SZ 640 999"),
    ],
)
def test_grid_references_are_those_of_the_ordnance_survey(easting: int, northing: int, reference: str) -> None:
    assert grid_reference(easting, northing) == reference


def test_hexagons_are_of_equal_area_and_share_their_corners() -> None:
    shapes = hexagon_shapes([across for across, _ in HEXAGONS], [up for _, up in HEXAGONS])
    assert [shape.area for shape in shapes] == pytest.approx([150**2 * 1.5 * 3**0.5] * len(shapes), rel=1e-4)
    assert shapely.coverage_is_valid(shapes)
    assert shapely.get_num_geometries(shapely.coverage_union_all(shapes)) == 1


def test_places_within_reach_of_one_another_share_a_map_even_over_others_between() -> None:
    # 0, 1.4 and 2.8 km on a line; the last 5 km away.
    line = [Place({"hot_spot_rank": rank, "easting": metres, "northing": 0}) for rank, metres in
            ((2, 0), (1, 2800), (3, 8000), (4, 1400))]  # fmt: skip
    assert [[place.rank for place in group] for group in groups(line)] == [[1, 2, 4], [3]]
