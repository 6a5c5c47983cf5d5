"""Where: hexagons of a publication are protected, drawn with their legend, and said in a table and as GeoJSON."""

import csv
import json
import re
from pathlib import Path

import pytest

from tests.report.conftest import html_of
from tests.support.further_tables import YEAR, places, write_tables
from tests.support.page_reader import PageReader
from tests.support.publications import publish
from tests.support.releases import row, write_release
from vrp_pipeline.report.publication import Publication


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """A publication with these places."""
    lake = tmp_path_factory.mktemp("lake")
    release = write_release(lake / "releases" / "r1", [row(financial_year=YEAR, value=100.0, base_value=90.0)])
    write_tables(release, **places())
    return publish(release, lake / "published", YEAR)


def test_every_hexagon_of_the_area_has_a_row_and_a_count_below_ten_is_hidden_nought_included(made: Publication) -> None:
    with (made.path / "hexagons.csv").open(encoding="utf-8", newline="") as file:
        held = {each["hexagon"]: (each["incidents"], each["confidential"]) for each in csv.DictReader(file)}
    assert held == {
        "160:50": ("25", ""),
        "161:50": ("10", ""),
        "162:50": ("", "incidents"),
        "163:50": ("", "incidents"),
    }


def test_geojson_holds_only_what_may_be_drawn(made: Publication) -> None:
    held = json.loads((made.path / "hotspots.geojson").read_text(encoding="utf-8"))
    assert held["description"].startswith("Simulated data. ")
    assert {each["id"]: each["properties"]["incidents"] for each in held["features"]} == {"160:50": 25, "161:50": 10}
    for each in held["features"]:
        (ring,) = each["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        assert len(ring) == 7


def test_the_map_says_in_words_what_it_shows(made: Publication) -> None:
    html = html_of(made.path)
    alternative = re.search(r'aria-label="(Map of the districts[^"]*)"', html)
    assert alternative is not None
    assert "Charles Dickens, Portsmouth: 25" in alternative[1]
    assert "April 2021 to March 2024" in html
    assert PageReader(html).row("hexagons with the most incidents", "Fratton")[1:] == ["Portsmouth", "10"]
    assert "fewer than ten (2 hexagons)" in html
    assert "Leesland" not in html


def test_nothing_is_told_by_colour_alone(made: Publication) -> None:
    # Of two shades in the legend each has a size of its own and its counts in words.
    legend = re.findall(r"scale\(([\d.]+)\)\" fill=\"(#\w+)\".*?<span>([\d, to]+) incidents", html_of(made.path))
    assert len({size for size, _, _ in legend}) == len({shade for _, shade, _ in legend}) == len(legend) == 2
    assert [said for _, _, said in legend] == ["10", "25"]


def test_a_release_without_places_has_neither_map_nor_file(tmp_path: Path) -> None:
    release = write_release(tmp_path / "releases" / "r1", [row(financial_year=YEAR, value=100.0, base_value=90.0)])
    made = publish(release, tmp_path / "published", YEAR)
    assert not (made.path / "hotspots.geojson").exists()
    assert 'id="where"' not in html_of(made.path)
