"""The positions of district names on a map: in or beside their district, covering as little else as possible.

Belongs here: the choice of a position for each name. Does not: drawing outlines, hexagons and names.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely

# Width of a bold letter and height of a line, in units of the font size.
LETTER, LINE = 0.64, 1.15
# Positions tried along each side of the bounding box of a district, widened by the size of its name.
TRIED = 21
# Weight of the share of a name that covers a number, covers another name, is in another district, is outside its own.
ON_HEXAGON, ON_NAME, ELSEWHERE, OUTSIDE = 8.0, 20.0, 4.0, 1.0


class Label(NamedTuple):
    """A name in lines, and its centre in the units of the map."""

    lines: tuple[str, ...]
    x: float
    y: float


def labels(
    names: Sequence[str], districts: Sequence[shapely.Geometry], hexagons: Sequence[shapely.Geometry], size: float
) -> tuple[Label, ...]:
    """Return a label for each district; districts with the least room are placed first.

    `size` is the font size in the units of the map. Equal input gives equal positions.
    """
    drawn = shapely.union_all(hexagons)
    taken: list[shapely.Geometry] = []
    found: dict[int, Label] = {}
    for number in sorted(range(len(names)), key=lambda each: (districts[each].area, names[each])):
        lines = in_lines(names[number])
        half = (LETTER * size * max(map(len, lines)) / 2, LINE * size * len(lines) / 2)
        own = districts[number]
        others = shapely.union_all([district for at, district in enumerate(districts) if at != number])
        x, y = _middles(own, half)
        boxes = shapely.box(x - half[0], y - half[1], x + half[0], y + half[1])
        costs = (
            ON_HEXAGON * _share(boxes, drawn)
            + ON_NAME * _share(boxes, shapely.union_all(taken))
            + ELSEWHERE * _share(boxes, others)
            + OUTSIDE * (1 - _share(boxes, own))
            + shapely.distance(boxes, own) / (half[0] + half[1])
        )
        best = int(np.argmin(np.round(costs, 6)))
        taken.append(boxes[best])
        found[number] = Label(lines, float(x[best]), float(y[best]))
    return tuple(found[number] for number in range(len(names)))


def in_lines(name: str) -> tuple[str, ...]:
    """Break a name of more than ten letters between the words that leave the shortest lines."""
    words = name.split()
    breaks = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min(breaks, key=lambda lines: max(map(len, lines))) if len(name) > 10 and breaks else (name,)


def _middles(district: shapely.Geometry, half: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    west, south, east, north = district.bounds
    across = np.linspace(west - 1.2 * half[0], east + 1.2 * half[0], TRIED)
    up = np.linspace(south - 1.2 * half[1], north + 1.2 * half[1], TRIED)
    x, y = np.meshgrid(across, up)
    return x.ravel(), y.ravel()


def _share(boxes: np.ndarray, of: shapely.Geometry) -> np.ndarray:
    """Return the share of each box that overlaps a geometry."""
    return np.asarray(shapely.area(shapely.intersection(boxes, of)) / shapely.area(boxes))
