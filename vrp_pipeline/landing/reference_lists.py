"""Checks of reference lists on receipt: with a list of other places, every figure of the partnership would read zero.

Single rows are checked by the suites.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.columns import Column
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import GeoJson
from vrp_pipeline.feeds.partnership import BOUNDING_BOX, DISTRICTS, POLICE_FORCE_AREA, SMALL_AREA_VINTAGE
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.refusal import RefusedError

# Great Britain in degrees: west, south, east, north. A list of the whole country is sound.
COUNTRY = (-9.0, 49.0, 2.5, 61.5)
IN_DEGREES = re.compile(r"CRS84|EPSG:(?:[\d.]*:)?4326\b|WGS ?(?:19)?84", re.IGNORECASE)
AREA_COLUMN = "district_code"
# A table of areas of several kinds, such as districts beside England, names at least one district of the partnership.
MIXED_AREA_COLUMN = "area_code"
# A table of police force areas names that of the partnership.
FORCE_COLUMN = "force_code"
# Columns of small areas. The first three characters of an ONS code name its country and kind (ONS, Register of
# Geographic Codes): E01 is a lower layer super output area in England, E02 a middle layer one, W01 one in Wales.
SMALL_AREA_COLUMNS = ("lsoa_code", "lsoa_2011_code", "lsoa_2021_code")
SMALL_AREA_KIND = "E01"
# The lists that say in which district each small area lies.
LOOKUPS = ("reference__small_areas", "reference__small_area_changes")
AREA_CODE = r"^[A-Z][0-9]{8}$"
# Positions of the shortest closed ring: a triangle, its first position repeated at its end (RFC 7946, 3.1.6).
SHORTEST_RING = 4


def check_reference(feed: Feed, path: Path) -> None:
    """Raise RefusedError if a reference list does not cover the partnership.

    A list of districts must name each of the partnership's, the first list as well as the next, and one of police force
    areas the partnership's; boundaries must be closed rings of longitudes and latitudes, some of them within the
    partnership; small areas must be of the vintage in use and, within its country, of no other kind.
    """
    _check_vintage(feed, path)
    _check_kind(feed, path)
    if isinstance(feed.format, GeoJson):
        _check_coordinates(path)
    for column in (AREA_COLUMN, MIXED_AREA_COLUMN):
        if column in feed.by_name and not _codes(feed, path, column) & set(DISTRICTS):
            raise RefusedError(
                path,
                "no code of the list is a district of the partnership.",
                "Download the list of England; the codes wanted are those of the seed partnership_districts.",
            )
    if FORCE_COLUMN in feed.by_name and POLICE_FORCE_AREA not in _codes(feed, path, FORCE_COLUMN):
        raise RefusedError(
            path,
            f"no code of the list is the partnership's police force area, {POLICE_FORCE_AREA}.",
            "Download the whole table of England and Wales.",
        )
    if AREA_COLUMN in feed.by_name:
        here = _codes(feed, path, AREA_COLUMN) & set(DISTRICTS)
        missing = set(DISTRICTS) - here
        if missing:
            names = ", ".join(f"{DISTRICTS[code]} ({code})" for code in sorted(missing))
            raise RefusedError(
                path,
                f"districts of the partnership are missing: {names}.",
                "Download the whole list; if a district has ended, change the seed partnership_districts first.",
            )


def check_areas(feed: Feed, path: Path, lookups: Mapping[str, Path]) -> None:
    """Raise RefusedError if a list of small areas lacks one of the partnership that a look-up of districts names.

    `lookups` holds the files of LOOKUPS that are known, by feed; without one nothing is judged. Where the list does not
    say whether its small areas are those of 2011 or of 2021 it must be whole by one of them.
    """
    named = [feed.by_name[name] for name in SMALL_AREA_COLUMNS if name in feed.by_name]
    for column in named:
        codes = _codes(feed, path, column.name)
        lacking = [
            {code: district for code, district in areas.items() if code not in codes}
            for lookup, file in sorted(lookups.items())
            if lookup != feed.name
            for areas in _areas_of_partnership(FEEDS[lookup], file, _vintage(column))
        ]
        missing = min(lacking, key=len, default={})
        if missing:
            counted = Counter(missing.values())
            places = ", ".join(f"{counted[code]:,} of {DISTRICTS[code]} ({code})" for code in sorted(counted))
            raise RefusedError(
                path,
                f"small areas of the partnership are missing: {places}.",
                "Download the whole list: it may be cut, or be of another vintage than the look-up of districts.",
            )


def _vintage(column: Column) -> str | None:
    """Return the vintage of the codes in a column of small areas, two digits; None where the contract names none."""
    if "{yy}" in column.header:
        return SMALL_AREA_VINTAGE
    found = re.search(r"20(\d\d)", f"{column.name} {column.header}")
    return found.group(1) if found else None


def _areas_of_partnership(lookup: Feed, path: Path, vintage: str | None) -> Iterator[Mapping[str, str]]:
    """Yield district by code of the partnership's small areas, for each column of a look-up of a vintage or of any."""
    for column in [lookup.by_name[name] for name in SMALL_AREA_COLUMNS if name in lookup.by_name]:
        if vintage in (None, _vintage(column)):
            areas: dict[str, str] = {}
            for table in read(lookup, path, columns=[column.name, AREA_COLUMN]):
                pairs = zip(table.texts[column.name].to_pylist(), table.texts[AREA_COLUMN].to_pylist(), strict=True)
                areas |= {str(code).strip(): str(district).strip() for code, district in pairs if code and district}
            yield {code: district for code, district in areas.items() if district in DISTRICTS}


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


def _check_kind(feed: Feed, path: Path) -> None:
    """Raise RefusedError if codes of small areas are those of another country alone, or of larger areas among them.

    A code without the form of one is left to the suites, which put its row aside.
    """
    for name in SMALL_AREA_COLUMNS:
        if name not in feed.by_name:
            continue
        codes = _codes(feed, path, name)
        country = SMALL_AREA_KIND[0]
        of_kind = {code for code in codes if code.startswith(SMALL_AREA_KIND)}
        others = {code[:3] for code in codes - of_kind if code.startswith(country) and re.match(AREA_CODE, code)}
        if others or not of_kind:
            found = ", ".join(sorted(others)) if others else "none of them"
            raise RefusedError(
                path,
                f"the codes in '{feed.by_name[name].header}' must be small areas ({SMALL_AREA_KIND}): {found}"
                + (" are areas of another kind." if others else " is one."),
                "Download the list of lower layer super output areas (LSOA), without totals of larger areas.",
            )


def _check_coordinates(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    declared = json.dumps(document.get("crs")) if document.get("crs") else ""
    if declared and not IN_DEGREES.search(declared):
        raise _not_degrees(path, "declares another reference system than longitude and latitude (EPSG:4326)")
    geometries = [feature.get("geometry") for feature in document["features"]]
    points = [point for geometry in geometries for point in _points(geometry)]
    if not points:
        raise RefusedError(path, "no feature has a boundary.", "Export it with its geometry.")
    if not all(_is_within(point, COUNTRY) for point in points):
        raise _not_degrees(path, "holds coordinates that are no longitude before latitude of this country")
    if not any(_is_within(point, BOUNDING_BOX) for point in points):
        raise _not_degrees(path, "holds no place of the partnership by its longitudes and latitudes")
    open_rings = sum(_is_open(ring) for geometry in geometries for ring in _rings(geometry))
    if open_rings:
        raise RefusedError(
            path,
            f"its boundaries have rings that are not closed ({open_rings:,}).",
            "Export it again: the first position of a ring must be repeated at its end (RFC 7946).",
        )


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


def _rings(geometry: Any) -> Iterator[list[Any]]:
    """Yield the rings of a polygon or of several; other geometries have none."""
    match geometry:
        case {"type": "Polygon", "coordinates": [*rings]}:
            yield from rings
        case {"type": "MultiPolygon", "coordinates": [*polygons]}:
            for polygon in polygons:
                yield from polygon


def _is_open(ring: list[Any]) -> bool:
    return len(ring) < SHORTEST_RING or ring[0] != ring[-1]


def _is_within(point: list[float], box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return len(point) > 1 and west <= point[0] <= east and south <= point[1] <= north


def _codes(feed: Feed, path: Path, name: str) -> set[str]:
    found: set[str] = set()
    for table in read(feed, path, columns=[name]):
        found |= {str(code).strip() for code in pc.unique(table.texts[name]).drop_null().to_pylist()}
    return found
