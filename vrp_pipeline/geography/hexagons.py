"""Equal-area hexagons of the British National Grid as shapes: where a point lies, outlines of areas, and degrees.

Rows are placed in hexagons of 150 m by dbt (`dbt_project/macros/hexagons.sql`); this is for drawing and for coarser
ones. Coordinates are metres, axes of a hexagon are the axial ones of the macro.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import shapely

SIDE = 150.0


def hexagon_middles(across: npt.ArrayLike, up: npt.ArrayLike, side: float = SIDE) -> npt.NDArray[np.float64]:
    """Return easting and northing of the centres of hexagons at axial coordinates, of shape (hexagons, 2)."""
    x = side * 3**0.5 * (np.asarray(across) + np.asarray(up) / 2)
    return np.column_stack([x, side * 1.5 * np.asarray(up, dtype=float)])


def hexagon_shapes(
    across: npt.ArrayLike, up: npt.ArrayLike, side: float = SIDE, drawn: npt.ArrayLike = 1.0
) -> npt.NDArray[Any]:
    """Return the hexagons at axial coordinates as polygons; rounded to millimetres, so neighbours share corners.

    `drawn` makes each smaller about its centre: 1 is the whole hexagon.
    """
    import shapely

    middle = hexagon_middles(across, up, side)
    turns = np.radians(60 * np.arange(6) + 30)
    size = side * np.broadcast_to(np.asarray(drawn, dtype=float), (len(middle),))
    corners = middle[:, None, :] + size[:, None, None] * np.column_stack([np.cos(turns), np.sin(turns)])[None, :, :]
    found: npt.NDArray[Any] = shapely.polygons(np.round(corners, 3))
    return found


def hexagons_at(easting: npt.ArrayLike, northing: npt.ArrayLike, side: float) -> npt.NDArray[np.int64]:
    """Return the axial coordinates of the hexagons of a side in which points lie, of shape (points, 2)."""
    e, n = np.asarray(easting, dtype=float), np.asarray(northing, dtype=float)
    exact = np.column_stack([(e * 3**0.5 / 3 - n / 3) / side, n * 2 / 3 / side])
    cube = np.column_stack([exact[:, 0], -exact.sum(axis=1), exact[:, 1]])
    rounded = np.round(cube)
    # The axis that was rounded furthest follows from the two others, whose sum with it is 0.
    furthest = np.abs(rounded - cube).argmax(axis=1)
    rows = np.arange(len(cube))
    rounded[rows, furthest] -= rounded.sum(axis=1)
    return rounded[:, [0, 2]].astype(np.int64)


def united(shapes: npt.NDArray[Any], names: Sequence[Any]) -> "dict[Any, shapely.Geometry]":
    """Return the outline of the shapes of each name, by name in order."""
    import shapely

    by_name: dict[Any, list[int]] = {}
    for number, name in enumerate(names):
        by_name.setdefault(name, []).append(number)
    return {name: shapely.coverage_union_all(shapes[numbers]) for name, numbers in sorted(by_name.items())}


def ring_in_degrees(shape: Any) -> list[list[float]]:
    """Return the outer ring of a polygon as longitude and latitude (WGS84), as GeoJSON has it [RFC 7946]."""
    import shapely

    corners = shapely.get_coordinates(shape)
    longitude, latitude = _to_degrees().transform(corners[:, 0], corners[:, 1])
    return [[round(float(x), 6), round(float(y), 6)] for x, y in zip(longitude, latitude, strict=True)]


@cache
def _to_degrees() -> Any:
    """Return the transformation to WGS84; making it takes about as long as 300 hexagons."""
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
