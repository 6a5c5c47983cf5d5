"""The map of the publication: hexagons with protected counts over the outlines of districts, as chart and as GeoJSON.

The larger and darker a hexagon, the more incidents; on a wide screen it contains its number. A hexagon with a hidden
count is not drawn. The name of a district is placed where it covers least.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt
import numpy as np
import shapely

from vrp_pipeline.geography.hexagons import hexagon_middles, hexagon_shapes, ring_in_degrees
from vrp_pipeline.report import words
from vrp_pipeline.report.content.protected import Outline, ProtectedReading
from vrp_pipeline.report.content.table_forms import HEXAGONS, PUBLISHED_SIDE
from vrp_pipeline.report.page.drawing import INK, WIDE, YEAR_BEFORE, Drawing, drawn
from vrp_pipeline.report.page.map_labels import labels

# From few to many, each with the drawn share of its hexagon; white numbers are legible on the two darker shades.
SHADES = ("#fbe3d0", "#f4b183", "#b8501f", "#7a260a")
SIZES = (0.55, 0.7, 0.85, 1.0)
# Shares of the hexagons shown at which the next shade begins.
STEPS = (0.5, 0.8, 0.95)
ROWS_OF_TABLE = 10


@dataclass(frozen=True)
class PlaceCount:
    """A hexagon with its printed count: axial coordinates, and the ward and district of its centre."""

    across: int
    up: int
    count: int
    ward: str
    district: str


@dataclass(frozen=True)
class HexagonMap:
    """The map with its legend (shade, drawn share, counts in words) and the hexagons with the most incidents."""

    drawing: Drawing
    legend: tuple[tuple[str, float, str], ...]
    first: tuple[PlaceCount, ...]
    hidden: int


def places(reading: ProtectedReading) -> tuple[PlaceCount, ...]:
    """Return the hexagons with a printed count, those with most incidents first."""
    table = reading.tables.get(HEXAGONS.name)
    found = []
    for row in table.rows if table else ():
        count, (across, up) = row.number("incidents"), (int(axis) for axis in row.key[0].split(":"))
        if count is not None:
            found.append(PlaceCount(across, up, count, row.words["ward_name"], row.words["district_name"]))
    return tuple(sorted(found, key=lambda place: (-place.count, place.across, place.up)))


def hexagon_map(reading: ProtectedReading) -> HexagonMap | None:
    """Draw the map; None if no hexagon has a printed count."""
    shown = places(reading)
    if not shown:
        return None
    steps = [int(np.quantile([place.count for place in shown], share)) for share in STEPS]
    grades = [sum(place.count > step for step in steps) for place in shown]
    most = "; ".join(f"{_name(place)}: {words.count(place.count)}" for place in shown[:3])
    told = (
        f"Map of the districts, with their names and {len(shown)} hexagons of 2 km a side. The most incidents are in"
        f" {most}. The table below names the first ten, hexagons.csv all."
    )
    counts = [[place.count for place, grade in zip(shown, grades, strict=True) if grade == each] for each in range(4)]
    legend = tuple(
        (SHADES[grade], SIZES[grade], f"{words.count(min(held))} to {words.count(max(held))}" if min(held) < max(held)
         else words.count(held[0]))
        for grade, held in enumerate(counts)
        if held
    )  # fmt: skip
    drawing = drawn(lambda width: _map(shown, grades, reading.outlines, width), told)
    return HexagonMap(drawing, legend, shown[:ROWS_OF_TABLE], len(reading.tables[HEXAGONS.name].rows) - len(shown))


def geojson(reading: ProtectedReading) -> bytes | None:
    """Return the hexagons with a printed count as GeoJSON in WGS84 [RFC 7946]; None if there are none."""
    shown = places(reading)
    if not shown:
        return None
    axes = ([place.across for place in shown], [place.up for place in shown])
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "id": f"{place.across}:{place.up}",
            "geometry": {"type": "Polygon", "coordinates": [ring_in_degrees(shape)]},
            "properties": {"incidents": place.count, "ward": place.ward, "district": place.district},
        }
        for place, shape in zip(shown, hexagon_shapes(*axes, PUBLISHED_SIDE), strict=True)
    ]
    told = (
        f"{'Simulated data. ' if reading.is_simulated else ''}{HEXAGONS.title}. Counts are rounded to the nearest 5;"
        " hexagons with fewer than 10 are left out."
    )
    collection = {"type": "FeatureCollection", "description": told, "features": features}
    return (json.dumps(collection, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _map(shown: Sequence[PlaceCount], grades: Sequence[int], outlines: Sequence[Outline], width: int) -> alt.LayerChart:
    axes = ([place.across for place in shown], [place.up for place in shown])
    shapes = hexagon_shapes(*axes, PUBLISHED_SIDE, [SIZES[grade] * 0.97 for grade in grades])
    hexagons = [
        _feature([list(shape.exterior.coords)], shade=SHADES[grade])
        for shape, grade in zip(shapes, grades, strict=True)
    ]
    districts = [_feature([list(ring)]) for outline in outlines for ring in outline.rings]
    projection = {"type": "identity", "reflectY": True}
    layers: list[Any] = [
        alt.Chart(alt.InlineData(values=districts)).mark_geoshape(fill="#f3f4f5", stroke="#ffffff", strokeWidth=0),
        alt.Chart(alt.InlineData(values=hexagons))
        .mark_geoshape(stroke=INK, strokeWidth=0.4)
        .encode(fill=alt.Fill("properties.shade:N", scale=None)),
        alt.Chart(alt.InlineData(values=districts)).mark_geoshape(filled=False, stroke=YEAR_BEFORE, strokeWidth=0.7),
    ]
    if width == WIDE:
        layers.append(_numbers(shown, grades))
    layers += _names(outlines, list(shapes), width)
    height = round(width * _shape_of(tuple(outlines)))
    return alt.layer(*(layer.project(**projection) for layer in layers)).properties(width=width, height=height)


def _numbers(shown: Sequence[PlaceCount], grades: Sequence[int]) -> alt.Chart:
    middles = hexagon_middles([place.across for place in shown], [place.up for place in shown], PUBLISHED_SIDE)
    rows = [
        {"x": float(x), "y": float(y), "words": words.count(place.count), "ink": "#ffffff" if grade > 1 else INK}
        for (x, y), place, grade in zip(middles, shown, grades, strict=True)
    ]
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_text(fontSize=10, baseline="middle")
        .encode(
            longitude="x:Q",
            latitude="y:Q",
            text="words:N",
            color=alt.Color("ink:N", scale=None),
        )
    )


def _names(outlines: Sequence[Outline], hexagons: Sequence[shapely.Geometry], width: int) -> list[alt.Chart]:
    """Return the names of districts, with a halo so that they can be read on lines and hexagons."""
    if not outlines:
        return []
    size = 12 if width == WIDE else 10
    districts = [shapely.union_all([shapely.Polygon(ring) for ring in outline.rings]) for outline in outlines]
    west, _, east, _ = shapely.total_bounds(districts)
    placed = labels([outline.name for outline in outlines], districts, hexagons, size * (east - west) / width)
    rows = [{"x": label.x, "y": label.y, "name": list(label.lines)} for label in placed]
    names = alt.Chart(alt.InlineData(values=rows)).encode(longitude="x:Q", latitude="y:Q", text="name:N")
    # Several lines are centred by raising the first by half of the lines that follow it.
    lines = alt.ExprRef(f"-{(size + 1) / 2} * (isArray(datum.name) ? length(datum.name) - 1 : 0)")
    style = {"fontSize": size, "fontWeight": "bold", "baseline": "middle", "lineHeight": size + 1, "dy": lines}
    halo = names.mark_text(**style, stroke="#ffffff", strokeWidth=3, strokeJoin="round", color="#ffffff")
    return [halo, names.mark_text(**style, color=INK)]


@cache
def _shape_of(outlines: tuple[Outline, ...]) -> float:
    """Return the ratio of height to width of the outlines; 1 if there are none."""
    points = np.array([point for outline in outlines for ring in outline.rings for point in ring])
    if not points.size:
        return 1.0
    across, up = np.ptp(points, axis=0)
    return float(up / across)


def _feature(rings: list[list[Any]], **properties: str) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": rings}, "properties": properties}


def _name(place: PlaceCount) -> str:
    return f"{place.ward}, {place.district}" if place.ward else place.district
