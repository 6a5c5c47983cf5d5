"""The files of hot spots: a page that opens from disk, and GeoJSON for a map of one's own.

They lie in a folder named after the release they are made of. They are for the partnership and never published: counts
of places are small, and disclosure control has not seen them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vrp_pipeline.geography.hexagons import hexagon_shapes, ring_in_degrees
from vrp_pipeline.hot_spots.page import page_of
from vrp_pipeline.hot_spots.places import HotSpots, read_hot_spots
from vrp_pipeline.lake.atomic import replacing
from vrp_pipeline.release.releases import Release
from vrp_pipeline.release.sessions import open_release

PAGE, GEOJSON = "hot_spots.html", "hotspots.geojson"
NOT_FOR_PUBLICATION = "For the partnership only: counts of places are small and not protected against disclosure."


@dataclass(frozen=True)
class Written:
    """The files written, and how many places they hold."""

    page: Path
    geojson: Path
    places: int


def write_hot_spots(release: Release, folder: Path, *, top: int) -> Written:
    """Write page and GeoJSON of the `top` places of a release to `folder`/<release>/; equal content has equal bytes.

    Raises NoHotSpotsError if the release has none.
    """
    with open_release(release) as connection:
        spots = read_hot_spots(connection, top)
    home, manifest = folder / release.release_id, release.manifest
    for name, content in ((PAGE, page_of(spots, manifest)), (GEOJSON, geojson_of(spots, manifest))):
        with replacing(home / name) as partial:
            partial.write_text(content, encoding="utf-8")
    return Written(home / PAGE, home / GEOJSON, len(spots.shown))


def geojson_of(spots: HotSpots, manifest: Mapping[str, Any]) -> str:
    """Return the places as GeoJSON in WGS84 (RFC 7946), with the columns of `rpt_hot_spots` as properties."""
    axes = [[int(axis) for axis in place.row["hexagon"].split(":")] for place in spots.shown]
    shapes = hexagon_shapes([across for across, _ in axes], [up for _, up in axes])
    features: list[dict[str, Any]] = []
    for place, shape in zip(spots.shown, shapes, strict=True):
        features.append(
            {
                "type": "Feature",
                "id": place.row["hexagon"],
                "geometry": {"type": "Polygon", "coordinates": [ring_in_degrees(shape)]},
                "properties": {**place.row, "grid_reference": place.grid_reference},
            }
        )
    told = NOT_FOR_PUBLICATION + (" Simulated data." if manifest.get("is_simulated") else "")
    collection = {"type": "FeatureCollection", "description": told, "features": features}
    return json.dumps(collection, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
