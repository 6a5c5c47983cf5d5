"""The places of a map: hexagons as shapes, their numbers from the release, and how each is told.

Coordinates are metres of the British National Grid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from vrp_pipeline.geography.hexagons import hexagon_shapes, united

if TYPE_CHECKING:
    import shapely

# Places nearer to one another than this are drawn on one map.
NEAR = 1500.0


class NoHotSpotsError(RuntimeError):
    """Raised if a release holds no hot spots to draw."""


@dataclass(frozen=True)
class Place:
    """One row of `rpt_hot_spots`, by column."""

    row: dict[str, Any]

    @property
    def rank(self) -> int:
        """1 has the most incidents."""
        return int(self.row["hot_spot_rank"])

    @property
    def middle(self) -> tuple[float, float]:
        """Easting and northing of the centre."""
        return float(self.row["easting"]), float(self.row["northing"])

    @property
    def grid_reference(self) -> str:
        """National Grid reference of the centre to 100 m, as SU 662 019."""
        return grid_reference(*self.middle)


@dataclass(frozen=True)
class HotSpots:
    """The places of a release: `places` in the order of their rank, `outlines` by district, `wards` by name.

    `area` is the row of `rpt_hot_spot_area`; `places` are all, of which the first `top` are hot spots of the map.
    """

    area: dict[str, Any]
    places: list[Place]
    top: int
    outlines: "dict[str, shapely.Geometry]"
    wards: "dict[tuple[str, str], shapely.Geometry]"

    @property
    def shown(self) -> list[Place]:
        """The places of the list."""
        return self.places[: self.top]


def read_hot_spots(release: duckdb.DuckDBPyConnection, top: int) -> HotSpots:
    """Read the hot spots of a release. Raises NoHotSpotsError if there are none."""
    tables = {name for (name,) in release.execute("select table_name from duckdb_tables()").fetchall()}
    if not tables >= {"rpt_hot_spots", "rpt_hot_spot_area", "dim_hexagon"}:
        raise NoHotSpotsError("this release was made before there were hot spots. Run: vrp run")
    places = [Place(row) for row in _rows(release, "select * from rpt_hot_spots order by hot_spot_rank")]
    if not places:
        raise NoHotSpotsError(
            "this release has no incident of serious violence in public in a hexagon of the area: the boundaries of "
            "small areas or the force's crimes are not received."
        )
    hexagons = release.execute(
        "select split_part(hexagon, ':', 1)::int as across, split_part(hexagon, ':', 2)::int as up, district_name, "
        "coalesce(ward_name, '') as ward_name from dim_hexagon order by hexagon"
    ).fetchnumpy()
    (area,) = _rows(release, "select * from rpt_hot_spot_area")
    shapes = hexagon_shapes(np.asarray(hexagons["across"]), np.asarray(hexagons["up"]))
    districts = hexagons["district_name"].astype(str)
    wards = [*zip(districts, hexagons["ward_name"].astype(str), strict=True)]
    return HotSpots(area, places, top, united(shapes, list(districts)), united(shapes, wards))


def grid_reference(easting: float, northing: float) -> str:
    """Return the National Grid reference of a point to 100 m: the letters of its 100 km square and six digits."""
    east, north = int(easting // 100_000), int(northing // 100_000)
    letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
    first = letters[(19 - north) - (19 - north) % 5 + (east + 10) // 5]
    second = letters[(19 - north) * 5 % 25 + east % 5]
    return f"{first}{second} {int(easting % 100_000 // 100):03d} {int(northing % 100_000 // 100):03d}"


def groups(places: Sequence[Place]) -> list[list[Place]]:
    """Return the places in groups: two within 1,500 m of each other are in one, the group of the best rank first."""
    left, found = list(places), []
    while left:
        group, waiting = [], [left.pop(0)]
        while waiting:
            place = waiting.pop()
            group.append(place)
            near = [other for other in left if _metres(place, other) <= NEAR]
            left = [other for other in left if other not in near]
            waiting += near
        found.append(sorted(group, key=lambda each: each.rank))
    return found


def _metres(one: Place, other: Place) -> float:
    return float(np.hypot(one.middle[0] - other.middle[0], one.middle[1] - other.middle[1]))


def _rows(release: duckdb.DuckDBPyConnection, question: str) -> list[dict[str, Any]]:
    answer = release.execute(question)
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
