"""Checks of reference lists at receipt: a list that fits no place of the partnership makes zeros that look true.

Whether single rows are sound is checked by the suites.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from vrp_pipeline.feeds.contract import Feed, GeoJson
from vrp_pipeline.feeds.partnership import BOUNDING_BOX, DISTRICTS, SMALL_AREA_VINTAGE
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.refusal import RefusedError

# Great Britain in degrees: west, south, east, north. A list of the whole country is sound.
COUNTRY = (-9.0, 49.0, 2.5, 61.5)
IN_DEGREES = re.compile(r"CRS84|EPSG:(?:[\d.]*:)?4326\b|WGS ?(?:19)?84", re.IGNORECASE)
AREA_COLUMN = "district_code"


def check_reference(feed: Feed, path: Path, before: Path | None) -> None:
    """Raise RefusedError if a reference list cannot be that of the partnership.

    `before` is the list received last. A district of the partnership that it names must not be missing now; boundaries
    must be longitudes and latitudes, some of them within the partnership; small areas must be of the vintage in use.
    """
    _check_vintage(feed, path)
    if isinstance(feed.format, GeoJson):
        _check_coordinates(path)
    if AREA_COLUMN in feed.by_name and before is not None:
        missing = (_districts(feed, before) - _districts(feed, path)) & set(DISTRICTS)
        if missing:
            names = ", ".join(f"{DISTRICTS[code]} ({code})" for code in sorted(missing))
            raise RefusedError(
                path,
                f"districts that the list before named are missing: {names}.",
                "Download the whole list; if a district has ended, change the seed partnership_districts first.",
            )


def _check_vintage(feed: Feed, path: Path) -> None:
    if not any(column.header == "LSOA{yy}CD" for column in feed.columns):
        return
    with path.open("rb") as file:
        beginning = file.read(2**16).decode("utf-8", "replace")
    found = re.search(r"LSOA(\d\d)CD", beginning, re.IGNORECASE)
    if found and found.group(1) != SMALL_AREA_VINTAGE:
        raise RefusedError(
            path,
            f"the small areas are those of 20{found.group(1)}, not of 20{SMALL_AREA_VINTAGE}.",
            f"Download the list of 20{SMALL_AREA_VINTAGE}, to which all places are brought.",
        )


def _check_coordinates(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    declared = json.dumps(document.get("crs")) if document.get("crs") else ""
    if declared and not IN_DEGREES.search(declared):
        raise _not_degrees(path, "declares another reference system than longitude and latitude (EPSG:4326)")
    points = [point for feature in document["features"] for point in _points(feature.get("geometry"))]
    if not points:
        raise RefusedError(path, "no feature has a boundary.", "Export it with its geometry.")
    if not all(_is_within(point, COUNTRY) for point in points):
        raise _not_degrees(path, "holds coordinates that are no longitude before latitude of this country")
    if not any(_is_within(point, BOUNDING_BOX) for point in points):
        raise _not_degrees(path, "holds no place of the partnership by its longitudes and latitudes")


def _not_degrees(path: Path, what: str) -> RefusedError:
    return RefusedError(path, f"the file {what}.", "Export it in degrees, longitude first (EPSG:4326, WGS84).")


def _points(geometry: Any) -> Iterator[list[float]]:
    pending = [geometry.get("coordinates"), geometry.get("geometries")] if isinstance(geometry, dict) else []
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            pending.append(part.get("coordinates"))
        elif isinstance(part, list) and part and isinstance(part[0], int | float):
            yield part
        elif isinstance(part, list):
            pending += part


def _is_within(point: list[float], box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return len(point) > 1 and west <= point[0] <= east and south <= point[1] <= north


def _districts(feed: Feed, path: Path) -> set[str]:
    found: set[str] = set()
    for table in read(feed, path, columns=[AREA_COLUMN]):
        found |= {str(code).strip() for code in pc.unique(table.texts[AREA_COLUMN]).to_pylist()}
    return found
