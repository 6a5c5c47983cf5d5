"""A reference list that fits no place of the partnership is refused before it counts."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.receipt import receive
from vrp_pipeline.landing.reference_lists import check_reference
from vrp_pipeline.landing.refusal import RefusedError

Document = dict[str, Any]
BOUNDARIES = FEEDS["reference__boundaries"]


def boundaries(path: Path, change: Callable[[Document], None]) -> Path:
    """Write the boundary fixture, changed."""
    document = json.loads(fixture_of("reference__boundaries").read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document), "utf-8")
    return path


def moved(east: float, north: float) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        (ring,) = document["features"][0]["geometry"]["coordinates"]
        document["features"][0]["geometry"]["coordinates"] = [[[x + east, y + north] for x, y in ring]]

    return change


def declared(name: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["crs"] = {"type": "name", "properties": {"name": name}}

    return change


def emptied(document: Document) -> None:
    document["features"][0]["geometry"] = None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (moved(400_000, 100_000), "no longitude before latitude"),
        (moved(52.3, -52.3), "no longitude before latitude"),
        (moved(0.0, 3.0), "holds no place of the partnership"),
        (declared("urn:ogc:def:crs:EPSG::27700"), "another reference system"),
        (declared("EPSG:3857"), "another reference system"),
        (emptied, "no feature has a boundary"),
    ],
)
def test_boundaries_that_fit_no_place_are_refused(
    tmp_path: Path, change: Callable[[Document], None], said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        check_reference(BOUNDARIES, boundaries(tmp_path / "x.geojson", change), None)


@pytest.mark.parametrize(
    "change",
    [
        moved(0, 0),
        declared("urn:ogc:def:crs:OGC:1.3:CRS84"),
        declared("urn:ogc:def:crs:EPSG::4326"),
        lambda document: document["features"].append(copy.deepcopy(document["features"][0])),
    ],
)
def test_boundaries_in_degrees_are_sound(tmp_path: Path, change: Callable[[Document], None]) -> None:
    check_reference(BOUNDARIES, boundaries(tmp_path / "x.geojson", change), None)


def test_small_areas_of_another_vintage_are_named(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text(fixture_of("reference__small_areas").read_text("utf-8").replace("LSOA21", "LSOA11"), "utf-8")
    with pytest.raises(RefusedError, match="those of 2011, not of 2021"):
        check_reference(FEEDS["reference__small_areas"], path, None)


def test_a_list_that_lacks_a_district_of_the_list_before_is_refused_and_the_old_one_stays(
    lake: Lake, tmp_path: Path
) -> None:
    headings, southampton = fixture_of("reference__districts").read_text("utf-8").splitlines()
    portsmouth = southampton.replace("E06000045", "E06000044").replace("Southampton", "Portsmouth")
    elsewhere = southampton.replace("E06000045", "E06000001").replace("Southampton", "Hartlepool")
    whole, cut, other = (tmp_path / name for name in ("whole.csv", "cut.csv", "other.csv"))
    whole.write_text("\n".join([headings, southampton, portsmouth, elsewhere]) + "\n", "utf-8")
    cut.write_text("\n".join([headings, southampton, elsewhere]) + "\n", "utf-8")
    other.write_text("\n".join([headings, southampton, portsmouth]) + "\n", "utf-8")
    assert [receipt.refusal for receipt in receive(lake, [whole])] == [None]
    (refused,) = receive(lake, [cut])
    assert "Portsmouth (E06000044)" in str(refused.refusal)
    assert [receipt.refusal for receipt in receive(lake, [other])] == [None]
