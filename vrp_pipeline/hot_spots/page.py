"""The page of hot spots: one self-contained file with maps and a list, from a template."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from vrp_pipeline.hot_spots import drawing
from vrp_pipeline.hot_spots.places import HotSpots, Place, groups

MONTHS_OF_A_YEAR = 12


def page_of(spots: HotSpots, manifest: Mapping[str, Any]) -> str:
    """Return the page of the hot spots of a release with this manifest, as HTML without script or anything loaded."""
    steps = drawing.shade_steps(spots.places)
    environment = Environment(
        loader=PackageLoader("vrp_pipeline.hot_spots"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"month": month_in_words, "number": lambda number: f"{number:,}"}
    return environment.get_template("hot_spots.html.j2").render(
        area=spots.area,
        places=spots.shown,
        overview={"wide": drawing.overview(spots, drawing.WIDE), "narrow": drawing.overview(spots, drawing.NARROW)},
        maps=[
            {"title": _title(group), "map": drawing.close_up(spots, group, steps), "places": group}
            for group in groups(spots.shown)
        ],
        legend=_legend(steps),
        when=when,
        years=years,
        is_simulated=bool(manifest.get("is_simulated")),
        release=manifest.get("release", ""),
        as_of=manifest.get("as_of", ""),
    )


def month_in_words(month: str) -> str:
    """'2023-05' as 'May 2023'."""
    return dt.date.fromisoformat(f"{month}-01").strftime("%B %Y")


def when(place: Place) -> str:
    """The times of day of a place in a sentence."""
    row = place.row
    known = row["day_incidents"] + row["night_incidents"]
    told = f"{row['night_incidents']} of {known} at night (18:00 to 05:59)" if known else "No hour is known"
    if row["weekend_night_incidents"]:
        told += f", {row['weekend_night_incidents']} of them on Friday or Saturday night"
    if row["busiest_hours"]:
        told += f". Busiest {row['busiest_hours']}: {row['busiest_hours_incidents']}"
    return told


def years(place: Place) -> str:
    """The counts by year of a place, the oldest first, and its trend."""
    row = place.row
    told = " → ".join(
        _of_months(row[f"{year}_incidents"], row[f"{year}_months"])
        for year in ("third_last_year", "second_last_year", "last_year")
        if row[f"{year}_incidents"] is not None
    )
    return f"{told} by year, the oldest first: {row['trend']}"


def _of_months(incidents: int, months: int) -> str:
    if months == MONTHS_OF_A_YEAR:
        return str(incidents)
    return f"{incidents} (of {months} {'month' if months == 1 else 'months'})"


def _title(group: list[Place]) -> str:
    first = group[0].row
    name = first["ward_name"] or first["lsoa_name"] or first["district_name"]
    return str(name) if first["district_name"] in str(name) else f"{name}, {first['district_name']}"


def _legend(steps: list[int]) -> list[tuple[str, str]]:
    starts = [1, *steps]
    ends = [*(step - 1 for step in steps), None]
    named = [
        f"{start} and more" if end is None else str(start) if end == start else f"{start} to {end}"
        for start, end in zip(starts, ends, strict=True)
    ]
    return [
        (shade, name)
        for shade, name, start, end in zip(drawing.SHADES, named, starts, ends, strict=True)
        if end is None or end >= start
    ]
