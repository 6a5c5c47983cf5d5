"""Where incidents happened, as it may be published: hexagons of 2 km a side, and the outlines of districts.

The counts of the hexagons of 150 m, which are small, are summed to coarser ones; each hexagon of the area has a row,
even if nothing happened there. Counts are true, and only `protecting` may pass them on; outlines are public geography.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from vrp_pipeline.geography.hexagons import hexagon_middles, hexagon_shapes, hexagons_at, united
from vrp_pipeline.report.content.protected import Outline
from vrp_pipeline.report.content.table_forms import HEXAGONS, PUBLISHED_SIDE
from vrp_pipeline.report.counts.counted_tables import CountedRow, CountedTable

# Outlines follow the hexagons of 150 m; drawn outlines may deviate from them by this many metres.
OUTLINE_METRES = 300.0


def counted_hexagons(incidents: Iterable[Mapping[str, Any]], ground: Sequence[Mapping[str, Any]]) -> CountedTable:
    """Return the incidents by published hexagon from rows of `rpt_hot_spots` and `dim_hexagon`.

    A hexagon is named after the district and the ward of the small hexagon nearest to its middle.
    """
    incidents = list(incidents)
    counts: Counter[str] = Counter()
    for name, row in zip(_published(incidents), incidents, strict=True):
        counts[name] += row["incidents"]
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for name, row in zip(_published(ground), ground, strict=True):
        by_name.setdefault(name, []).append(row)
    rows = []
    for name, held in by_name.items():
        across, up = (int(axis) for axis in name.split(":"))
        easting, northing = hexagon_middles([across], [up], PUBLISHED_SIDE)[0]
        middle = min(held, key=lambda row: (row["easting"] - easting) ** 2 + (row["northing"] - northing) ** 2)
        words = {column: middle[column] or "" for column in HEXAGONS.words}
        rows.append(CountedRow((name,), {"incidents": counts[name]}, words))
    return CountedTable(HEXAGONS, tuple(sorted(rows, key=lambda row: row.key)))


def outlines(ground: Sequence[Mapping[str, Any]]) -> tuple[Outline, ...]:
    """Return the outlines of the districts from rows of `dim_hexagon`, neighbours with the same border."""
    import shapely

    axes = np.array([row["hexagon"].split(":") for row in ground], dtype=np.int64)
    whole = united(hexagon_shapes(axes[:, 0], axes[:, 1]), [row["district_name"] for row in ground])
    simple = shapely.coverage_simplify(np.array(list(whole.values())), OUTLINE_METRES)
    return tuple(
        Outline(name, tuple(_ring(part.exterior) for part in shapely.get_parts(shape)))
        for name, shape in zip(whole, simple, strict=True)
    )


def _published(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    points = hexagons_at([row["easting"] for row in rows], [row["northing"] for row in rows], PUBLISHED_SIDE)
    return [f"{across}:{up}" for across, up in points]


def _ring(ring: Any) -> tuple[tuple[float, float], ...]:
    return tuple((round(x), round(y)) for x, y in ring.coords)
