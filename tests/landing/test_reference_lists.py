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


def opened(document: Document) -> None:
    document["features"][0]["geometry"]["coordinates"][0].pop()


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
        (opened, "rings that are not closed"),
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


@pytest.mark.parametrize(
    ("feed", "codes", "said"),
    [
        ("reference__population", ["W01000001", "S01000001"], "none of them is one"),
        ("reference__census_population", ["E01900001", "E02900001"], "E02 are areas of another kind"),
        ("reference__small_area_changes", ["E92000001"], "E92 are areas of another kind"),
        ("reference__boundaries", ["E05900001"], "E05 are areas of another kind"),
    ],
)
def test_a_list_of_another_kind_of_area_is_refused(tmp_path: Path, feed: str, codes: list[str], said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        check_reference(FEEDS[feed], with_codes(tmp_path, feed, codes), None)


def test_small_areas_of_other_countries_beside_those_of_the_partnership_are_sound(tmp_path: Path) -> None:
    path = with_codes(tmp_path, "reference__census_population", ["E01900001", "W01000001", "S01000001"])
    check_reference(FEEDS["reference__census_population"], path, None)


def with_codes(folder: Path, feed: str, codes: list[str]) -> Path:
    """Write the fixture of a feed of small areas with its record once for each code."""
    source = fixture_of(feed)
    path, text = folder / source.name, source.read_text("utf-8")
    if source.suffix == ".geojson":
        document = json.loads(text)
        (feature,) = document["features"]
        document["features"] = [json.loads(json.dumps(feature).replace("E01900001", code)) for code in codes]
        text = json.dumps(document)
    else:
        headings, record = text.splitlines()
        text = "\n".join([headings, *(record.replace("E01900001", code) for code in codes)]) + "\n"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("feed", ["reference__districts", "reference__census_age_sex", "reference__small_areas"])
def test_a_list_without_a_district_of_the_partnership_is_refused(tmp_path: Path, feed: str) -> None:
    path = tmp_path / fixture_of(feed).name
    path.write_text(fixture_of(feed).read_text("utf-8").replace("E06000045", "E06000001"), "utf-8")
    with pytest.raises(RefusedError, match="no code of the list is a district of the partnership"):
        check_reference(FEEDS[feed], path, None)


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
