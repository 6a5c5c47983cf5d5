"""A reference list that fits no place of the partnership is refused before it counts."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.partnership import DISTRICTS
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
        for feature in document["features"]:
            (ring,) = feature["geometry"]["coordinates"]
            feature["geometry"]["coordinates"] = [[[x + east, y + north] for x, y in ring]]

    return change


def one_moved(east: float, north: float) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        one = {"features": document["features"][-1:]}
        moved(east, north)(one)

    return change


def declared(name: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["crs"] = {"type": "name", "properties": {"name": name}}

    return change


def opened(document: Document) -> None:
    document["features"][0]["geometry"]["coordinates"][0].pop()


def emptied(document: Document) -> None:
    for feature in document["features"]:
        feature["geometry"] = None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (moved(400_000, 100_000), "no longitude before latitude"),
        (one_moved(400_000, 100_000), "no longitude before latitude"),
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
        check_reference(BOUNDARIES, boundaries(tmp_path / "x.geojson", change))


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
    check_reference(BOUNDARIES, boundaries(tmp_path / "x.geojson", change))


def test_small_areas_of_another_vintage_are_named(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text(fixture_of("reference__small_areas").read_text("utf-8").replace("LSOA21", "LSOA11"), "utf-8")
    with pytest.raises(RefusedError, match="those of 2011, not of 2021"):
        check_reference(FEEDS["reference__small_areas"], path)


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
        check_reference(FEEDS[feed], with_codes(tmp_path, feed, codes))


def test_small_areas_of_other_countries_beside_those_of_the_partnership_are_sound(tmp_path: Path) -> None:
    path = with_codes(tmp_path, "reference__census_population", ["E01900001", "W01000001", "S01000001"])
    check_reference(FEEDS["reference__census_population"], path)


def with_codes(folder: Path, feed: str, codes: list[str]) -> Path:
    """Write the fixture of a feed of small areas with its first record once for each code."""
    source = fixture_of(feed)
    path, text = folder / source.name, source.read_text("utf-8")
    if source.suffix == ".geojson":
        document = json.loads(text)
        feature, *_ = document["features"]
        document["features"] = [json.loads(json.dumps(feature).replace("E01900001", code)) for code in codes]
        text = json.dumps(document)
    else:
        headings, record, *_ = text.splitlines()
        # The districts of a list of changes are all there, under the first code.
        others = [f"{codes[0]},x,{codes[0]},x,U,{code},x" for code in DISTRICTS] if "LAD22CD" in headings else []
        text = "\n".join([headings, *(record.replace("E01900001", code) for code in codes), *others]) + "\n"
    path.write_text(text, "utf-8")
    return path


WITH_DISTRICTS = (
    "reference__districts", "reference__census_age_sex", "reference__small_areas", "reference__small_area_changes",
)  # fmt: skip
OF_SMALL_AREAS = (
    "reference__boundaries", "reference__population", "reference__census_population", "reference__deprivation",
)  # fmt: skip


@pytest.mark.parametrize("feed", WITH_DISTRICTS)
def test_a_list_without_a_district_of_the_partnership_is_refused(tmp_path: Path, feed: str) -> None:
    path = tmp_path / fixture_of(feed).name
    headings, *records = fixture_of(feed).read_text("utf-8").splitlines()
    elsewhere = re.sub("E0[67]0000[489].", "E06000001", records[0])
    path.write_text(f"{headings}\n{elsewhere}\n", "utf-8")
    with pytest.raises(RefusedError, match="no code of the list is a district of the partnership"):
        check_reference(FEEDS[feed], path)


@pytest.mark.parametrize("feed", WITH_DISTRICTS)
def test_the_first_list_that_lacks_a_district_of_the_partnership_is_refused(
    lake: Lake, tmp_path: Path, feed: str
) -> None:
    (refused,) = receive(lake, [without(tmp_path, feed, "E07000088", "E01900008")])
    assert "districts of the partnership are missing: Gosport (E07000088)." in str(refused.refusal)


@pytest.mark.parametrize("feed", OF_SMALL_AREAS)
@pytest.mark.parametrize("lookup", ["reference__small_areas", "reference__small_area_changes"])
def test_the_first_list_of_small_areas_that_lacks_those_of_a_district_is_refused_once_the_districts_are_known(
    lake: Lake, tmp_path: Path, feed: str, lookup: str
) -> None:
    cut = without(tmp_path, feed, "E07000088", "E01900008")
    together = {receipt.path: str(receipt.refusal or "") for receipt in receive(lake, [cut, fixture_of(lookup)])}
    assert "small areas of the partnership are missing: 1 of Gosport (E07000088)." in together[cut]
    assert together[fixture_of(lookup)] == ""
    (later,) = receive(lake, [cut])
    assert "1 of Gosport" in str(later.refusal)
    (whole,) = receive(lake, [fixture_of(feed)])
    assert (whole.refusal, whole.is_new) == (None, True)


def test_a_cut_list_of_small_areas_that_names_every_district_is_refused_beside_the_whole_list_of_changes(
    lake: Lake, tmp_path: Path
) -> None:
    whole = fixture_of("reference__small_area_changes").read_text("utf-8")
    changes = tmp_path / "changes.csv"
    changes.write_text(whole + "E01900099,Gosport S002A,E01900099,Gosport S002A,U,E07000088,Gosport\n", "utf-8")
    receipts = {each.path: each for each in receive(lake, [changes, fixture_of("reference__small_areas")])}
    assert "1 of Gosport" in str(receipts[fixture_of("reference__small_areas")].refusal)
    assert receipts[changes].is_new


def test_population_by_the_small_areas_of_2011_or_of_2021_is_whole_by_either(lake: Lake, tmp_path: Path) -> None:
    headings, *records = fixture_of("reference__small_area_changes").read_text("utf-8").splitlines()
    renamed = [record.replace("E01900014", "E01950014", 1) for record in records]
    changes, older = tmp_path / "changes.csv", tmp_path / "sape_mid2020.csv"
    changes.write_text("\n".join([headings, *renamed]) + "\n", "utf-8")
    newer = fixture_of("reference__population")
    older.write_text(newer.read_text("utf-8").replace("E01900014", "E01950014"), "utf-8")
    receipts = [*receive(lake, [changes, newer]), *receive(lake, [older])]
    assert [receipt.refusal for receipt in receipts] == [None] * 3
    (boundaries,) = receive(lake, [without(tmp_path, "reference__boundaries", "-", "E01900014")])
    assert "1 of Winchester (E07000094)" in str(boundaries.refusal)


def without(folder: Path, feed: str, district: str, small_area: str) -> Path:
    """Write the fixture of a feed without the records of a district or of a small area."""
    source = fixture_of(feed)
    path = folder / source.name
    if source.suffix == ".geojson":
        document = json.loads(source.read_text("utf-8"))
        document["features"] = [each for each in document["features"] if small_area not in json.dumps(each)]
        path.write_text(json.dumps(document), "utf-8")
    else:
        lines = source.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if district not in line and small_area not in line), "utf-8")
    return path


def test_a_list_that_lacks_a_district_of_the_list_before_is_refused_and_the_old_one_stays(
    lake: Lake, tmp_path: Path
) -> None:
    whole = fixture_of("reference__districts")
    cut, other = without(tmp_path, "reference__districts", "E06000044", "-"), tmp_path / "other.csv"
    elsewhere = "E06000001,Hartlepool,E22000058,Hartlepool,E23000013,Cleveland\n"
    other.write_text(whole.read_text("utf-8") + elsewhere, "utf-8")
    assert [receipt.refusal for receipt in receive(lake, [whole])] == [None]
    (refused,) = receive(lake, [cut])
    assert "Portsmouth (E06000044)" in str(refused.refusal)
    assert [receipt.refusal for receipt in receive(lake, [other])] == [None]
