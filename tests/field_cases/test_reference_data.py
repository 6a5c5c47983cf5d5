"""Reference data that does not fit: a zero that comes of the list and not of the world is never published."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.field_cases import deliveries as make
from tests.field_cases.pipeline import delivered, published_rows

BOUNDARIES = "reference__boundaries"
GRID = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
SQUARE: list[list[float]] = [[441600, 111600], [442600, 111600], [442600, 112600], [441600, 112600], [441600, 111600]]


def with_ring(ring: list[list[float]]) -> dict[str, Any]:
    content = make.boundaries()
    content["features"][0]["geometry"]["coordinates"] = [ring]
    return content


@pytest.mark.parametrize("declared", [True, False])
def test_boundaries_in_metres_are_refused_or_put_aside(tmp_path: Path, *, declared: bool) -> None:
    """b15.

    github.com/kanedata/find-that-postcode/issues/33
    """
    content = with_ring(SQUARE) | ({"crs": GRID} if declared else {})
    path = make.json_file(tmp_path / "boundaries.geojson", content)
    found = delivered(tmp_path / "lake", BOUNDARIES, path)
    assert found.accounts_for({path.name: 14})
    assert not found.published
    assert found.says("longitude", "EPSG:4326", "WGS", "27700", "degrees")


def test_boundaries_with_latitude_before_longitude_are_refused_or_put_aside(tmp_path: Path) -> None:
    """Of the kind of b15: the other order is as far from every crime as metres are."""
    ring = make.boundaries()["features"][0]["geometry"]["coordinates"][0]
    path = make.json_file(tmp_path / "boundaries.geojson", with_ring([[north, east] for east, north in ring]))
    found = delivered(tmp_path / "lake", BOUNDARIES, path)
    assert found.accounts_for({path.name: 14})
    assert not found.published


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_boundaries_that_say_they_are_in_degrees_are_read(tmp_path: Path, name: str) -> None:
    """Of the kind of b15, the sound member: a declaration by itself is no fault."""
    content = make.boundaries() | {"crs": {"type": "name", "properties": {"name": name}}}
    path = make.json_file(tmp_path / "boundaries.geojson", content)
    assert len(delivered(tmp_path / "lake", BOUNDARIES, path).published) == 14


@pytest.mark.parametrize("place", ["properties", "top"])
@pytest.mark.parametrize("areas", [1, 2])
def test_boundaries_cut_at_the_page_limit_of_the_service_are_refused(tmp_path: Path, place: str, areas: int) -> None:
    """b16, b16c.

    github.com/facebook/Rapid/issues/404

    ArcGIS writes the mark into the properties of the collection or beside them, by its version.
    """
    content = make.boundaries()
    content["features"] = content["features"][:areas]
    mark = {"exceededTransferLimit": True}
    path = make.json_file(
        tmp_path / "boundaries.geojson", content | ({"properties": mark} if place == "properties" else mark)
    )
    found = delivered(tmp_path / "lake", BOUNDARIES, path)
    assert path.name in found.refused
    assert found.published == []
    assert found.says("whole", "page", "limit", "exceededTransferLimit")


def test_boundaries_whose_service_says_that_they_are_whole_are_read(tmp_path: Path) -> None:
    """Of the kind of b16, the sound member: newer services write the mark with false."""
    path = make.json_file(
        tmp_path / "boundaries.geojson", make.boundaries() | {"properties": {"exceededTransferLimit": False}}
    )
    assert len(delivered(tmp_path / "lake", BOUNDARIES, path).published) == 14


def test_a_byte_order_mark_before_geojson_changes_nothing(tmp_path: Path) -> None:
    """b16b.

    github.com/mapbox/geojson-rewind/issues/17
    """
    path = make.json_file(tmp_path / "boundaries.geojson", make.boundaries(), mark=b"\xef\xbb\xbf")
    assert len(delivered(tmp_path / "lake", BOUNDARIES, path).published) == 14


@pytest.mark.parametrize(
    ("feed", "more"),
    [
        ("reference__small_areas", ("LSOA24NMW", "WD24NMW", "LAD24NMW", "ObjectId")),
        ("reference__districts", ("ObjectId",)),
        ("reference__districts", ("LAD24NMW", "FID")),
        ("reference__small_area_changes", ("LAD22NMW", "ObjectId")),
    ],
)
def test_the_columns_that_the_portal_adds_to_every_table_are_left_alone(
    tmp_path: Path, feed: str, more: tuple[str, ...]
) -> None:
    """b17.

    Headings as the Office for National Statistics publishes (idx 32486620544, 44483877913)
    """
    headings, *rows = make.fixture(feed).read_text("utf-8").splitlines()
    lines = [",".join([headings, *more]), *(",".join([row, *("1" for _ in more)]) for row in rows)]
    path = tmp_path / "lookup.csv"
    path.write_text("\ufeff" + "\n".join(lines) + "\n", "utf-8")
    expected = delivered(tmp_path / "expected", feed, make.fixture(feed))
    found = delivered(tmp_path / "lake", feed, path)
    assert found.refused == {}
    assert [_plain(row) for row in found.published] == [_plain(row) for row in expected.published] != []


def test_geojson_of_the_portal_with_its_own_columns_is_read(tmp_path: Path) -> None:
    """b17, in GeoJSON: FID, GlobalID and the area stand beside the code."""
    content = make.boundaries()
    content["features"][0]["properties"] |= {"FID": 1, "LSOA21NMW": "", "Shape__Area": 1.5, "GlobalID": "x"}
    lake = tmp_path / "lake"
    delivered(lake, BOUNDARIES, make.json_file(tmp_path / "boundaries.geojson", content))
    codes = [f"E019{number:05d}" for number in range(1, 15)]
    assert sorted(row["lsoa_code"] for row in published_rows(lake, BOUNDARIES)) == codes


def _plain(row: dict[str, Any]) -> str:
    return json.dumps(
        {name: cell for name, cell in row.items() if name not in ("delivery_id", "record_id")}, default=str
    )
