"""Maps as inline SVG: outlines and hexagons, without tiles, scripts or anything loaded.

Shades say how many incidents a hexagon has, and the number on it is its rank, so nothing is told by colour alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from markupsafe import Markup, escape

from vrp_pipeline.geography.hexagons import hexagon_shapes
from vrp_pipeline.hot_spots.places import HotSpots, Place

WIDE, NARROW = 880, 344  # pixels: the text column of the page, and a 375 px phone less its margins
# From few to many incidents; the darkest has 9.6:1 against white.
SHADES = ("#fbe3d0", "#f4b183", "#d9713c", "#8f2d0c")
INK, GREY, PALE = "#0b0c0c", "#636b73", "#f3f4f5"
LEAST_METRES = 2600.0


@dataclass(frozen=True)
class View:
    """A part of the grid drawn at `width` pixels: from `left` and `top`, `metres` wide."""

    left: float
    top: float
    metres: float
    width: int
    height: int

    @property
    def scale(self) -> float:
        """Pixels to a metre."""
        return self.width / self.metres

    def at(self, easting: float, northing: float) -> tuple[float, float]:
        """Pixels of a point."""
        return (easting - self.left) * self.scale, (self.top - northing) * self.scale

    @property
    def box(self) -> Any:
        """What is seen, as a polygon."""
        return shapely.box(self.left, self.top - self.height / self.scale, self.left + self.metres, self.top)


def shade_steps(places: Sequence[Place]) -> list[int]:
    """Return the least counts of the second, third and fourth shade: a hexagon in 2, 10 and 50 reaches them."""
    counts = np.sort([place.row["incidents"] for place in places])
    return [max(2, int(np.quantile(counts, share))) for share in (0.5, 0.9, 0.98)]


def overview(spots: HotSpots, width: int) -> Markup:
    """Draw the whole area: outlines of its districts, and a dot for each place of the list."""
    left, bottom, right, top = shapely.total_bounds(np.array(list(spots.outlines.values())))
    margin = 0.02 * (right - left)
    metres = right - left + 2 * margin
    view = View(left - margin, top + margin, metres, width, round((top - bottom + 2 * margin) * width / metres))
    parts = [_outline(view, shape, "district", simplify=150) for shape in spots.outlines.values()]
    parts += [_dot(view, place, spots.places[0].row["incidents"]) for place in reversed(spots.shown)]
    labels = Labels(view, size=14 if width == WIDE else 11)
    parts += [labels.put(name, *_middle(shape), "place-name") for name, shape in _largest_first(spots.outlines)]
    parts.append(_scale_bar(view))
    return _svg(view, parts, f"Map of the area with its districts and {len(spots.shown)} places marked")


def close_up(spots: HotSpots, group: Sequence[Place], steps: Sequence[int]) -> Markup:
    """Draw the surroundings of places near one another: every hexagon with an incident, those of the list with rank."""
    easting, northing = np.array([place.middle for place in group]).T
    metres = max(LEAST_METRES, np.ptp(easting) + 1400, (np.ptp(northing) + 1000) / 0.8)
    view = View(
        float(easting.max() + easting.min() - metres) / 2,
        float(northing.max() + northing.min() + 0.8 * metres) / 2,
        float(metres),
        NARROW,
        round(0.8 * NARROW),
    )
    seen = [place for place in spots.places if view.box.contains(shapely.Point(place.middle))]
    ranks = {place.rank for place in group}
    parts = [_outline(view, shape, "district", simplify=0) for shape in spots.outlines.values()]
    parts += [_hexagon(view, place, steps, is_listed=place.rank in ranks) for place in seen]
    parts += [_outline(view, shape, "ward", simplify=0) for shape in spots.wards.values()]
    labels = Labels(view, size=11)
    for place in group:
        labels.keep_free(*view.at(*place.middle), 12, 10)
    inside = {ward: shapely.intersection(shape, view.box) for (_, ward), shape in spots.wards.items() if ward}
    named = {ward: shape for ward, shape in inside.items() if shape.area > 0.04 * view.box.area}
    parts += [labels.put(ward, *_middle(shape), "ward-name") for ward, shape in _largest_first(named)]
    parts += [_rank(view, place) for place in reversed(group)]
    parts.append(_scale_bar(view))
    return _svg(view, parts, f"Map of {len(group)} places about {group[0].row['hexagon_name']}")


def shade_of(incidents: int, steps: Sequence[int]) -> str:
    """The shade of a count."""
    return SHADES[sum(incidents >= step for step in steps)]


def _outline(view: View, shape: Any, kind: str, simplify: float) -> Markup:
    if not shape.intersects(view.box):
        return Markup("")
    drawn = shapely.simplify(shapely.intersection(shape, view.box.buffer(view.metres / 20)), simplify)
    path = "".join(_ring(view, ring) for part in _polygons(drawn) for ring in (part.exterior, *part.interiors))
    return Markup('<path class="{}" d="{}"/>').format(kind, path)


def _ring(view: View, ring: Any) -> str:
    points = (view.at(*point) for point in shapely.get_coordinates(ring))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _polygons(shape: Any) -> Iterable[Any]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]


def _hexagon(view: View, place: Place, steps: Sequence[int], *, is_listed: bool) -> Markup:
    across, up = (int(axis) for axis in place.row["hexagon"].split(":"))
    (shape,) = hexagon_shapes([across], [up])
    told = f"{place.rank}: {place.row['hexagon_name']}, {place.row['incidents']} incidents"
    return Markup('<path class="{}" fill="{}" d="{}"><title>{}</title></path>').format(
        "listed" if is_listed else "hexagon", shade_of(place.row["incidents"], steps), _ring(view, shape.exterior), told
    )


def _dot(view: View, place: Place, most: int) -> Markup:
    x, y = view.at(*place.middle)
    radius = (3 if view.width == NARROW else 5) + 6 * (place.row["incidents"] / most) ** 0.5
    told = f"{place.rank}: {place.row['hexagon_name']}"
    return Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"><title>{}</title></circle>').format(
        x, y, radius, told
    )


def _rank(view: View, place: Place) -> Markup:
    x, y = view.at(*place.middle)
    return Markup('<text class="rank" x="{:.1f}" y="{:.1f}">{}</text>').format(x, y + 4.5, place.rank)


class Labels:
    """Names on a map, none over another or over what is kept free; a name without room is left out."""

    def __init__(self, view: View, size: int) -> None:
        """Begin with a view without names, at a font size in pixels."""
        self._view, self._size = view, size
        # The bar and its words stand in the lower left corner.
        self._taken = [(0.0, view.height - 26.0, 0.42 * view.width, float(view.height))]

    def keep_free(self, x: float, y: float, half_width: float, half_height: float) -> None:
        """Let no name come over a part of the map, given by its middle in pixels."""
        self._taken.append((x - half_width, y - half_height, x + half_width, y + half_height))

    def put(self, name: str, easting: float, northing: float, kind: str) -> Markup:
        """Draw a name as near to a point as there is room."""
        x, y = self._view.at(easting, northing)
        # Liberation Sans takes about 0.53 of its size for a letter.
        half = 0.53 * self._size * len(name) / 2 + 2
        x = min(max(x, half), self._view.width - half)
        for shift in (0, 1, -1, 2, -2, 3, -3):
            middle = y + 1.2 * shift * self._size
            box = (x - half, middle - 0.6 * self._size, x + half, middle + 0.6 * self._size)
            if self._is_free(box):
                self._taken.append(box)
                return Markup('<text class="{}" font-size="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(
                    kind, self._size, x, middle + 0.35 * self._size, name
                )
        return Markup("")

    def _is_free(self, box: tuple[float, float, float, float]) -> bool:
        left, top, right, bottom = box
        inside = top >= 0 and bottom <= self._view.height and left >= 0 and right <= self._view.width
        return inside and not any(
            left < other[2] and right > other[0] and top < other[3] and bottom > other[1] for other in self._taken
        )


def _largest_first(shapes: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(shapes.items(), key=lambda named: -named[1].area)


def _middle(shape: Any) -> tuple[float, float]:
    """A point well inside the largest part of a shape."""
    largest = max(_polygons(shape), key=lambda part: part.area)
    point = shapely.maximum_inscribed_circle(largest, tolerance=50).coords[0]
    return float(point[0]), float(point[1])


def _scale_bar(view: View) -> Markup:
    metres = next(size for size in (500, 1000, 2000, 5000, 10000) if size * view.scale >= 60 or size == 10000)
    length, y = metres * view.scale, view.height - 12
    told = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    return Markup(
        '<path class="bar" d="M10 {y}v6h{length:.1f}v-6"/>'
        '<text class="bar-text" x="{x:.1f}" y="{low}">{told}, north is up</text>'
    ).format(y=y - 6, length=length, x=16 + length, low=y, told=told)


def _svg(view: View, parts: Iterable[Markup], alternative: str) -> Markup:
    return Markup('<svg role="img" aria-label="{}" viewBox="0 0 {} {}">{}</svg>').format(
        escape(alternative), view.width, view.height, Markup("").join(parts)
    )
