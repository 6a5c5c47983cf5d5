"""A release of 100 crimes with every further table: programmes, profile, money, agencies, M12 and places, by hand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.support.releases import row, write_release
from vrp_pipeline.geography.hexagons import hexagon_middles, hexagons_at
from vrp_pipeline.report.content.table_forms import PUBLISHED_SIDE

YEAR = "2023-24"


def programme(code: str, age_group: str, referrals: int, engaged: int, **counts: Any) -> dict[str, Any]:
    """One row of `rpt_programmes`: all referred are accepted and different people, none is followed up."""
    about = {"financial_year": YEAR, "programme_code": code, "age_group": age_group}
    numbers = {"referrals": referrals, "accepted": referrals, "engaged": engaged, "completed": engaged}
    people = {"people": referrals, "people_engaged": engaged, "followed_up": 0, "reattended": 0}
    of_events = dict.fromkeys(("events", "contacts", "events_without_attendance", "cost_gbp", "events_without_cost"))
    return about | numbers | people | of_events | counts


def profile(value: int, *about: str, year: str = YEAR) -> dict[str, Any]:
    """One row of `rpt_violence_profile`."""
    unit, breakdown, category = about
    return {"financial_year": year, "unit": unit, "breakdown": breakdown, "category": category, "value": value}


def agency(name: str, sector: str, is_member: bool) -> dict[str, Any]:
    """One row of `rpt_partner_agencies`."""
    about = {"financial_year": YEAR, "agency_id": name.lower(), "agency_name": name, "sector": sector}
    return about | {
        "is_member_on_31_march": is_member,
        "delivered": "all received",
        "feed_months_due": 12,
        "feed_months_received": 12,
    }


PROGRAMMES = [
    programme("all", "all", 63, 43, events=3, contacts=120, cost_gbp=4000.0),
    programme("all", "under 25", 63, 43),
    programme("N", "all", 58, 41, events=3, contacts=120, cost_gbp=4000.0),
    programme("N", "under 25", 58, 41),
    programme("M", "all", 5, 2, events=0, contacts=0, cost_gbp=0.0),
    programme("M", "under 25", 5, 2),
]
PROFILE = [
    profile(60, "crimes", "domestic", "domestic"),
    profile(37, "crimes", "domestic", "not domestic"),
    profile(3, "crimes", "domestic", "unknown"),
    profile(88, "crimes", "setting", "street"),
    profile(12, "crimes", "setting", "unknown"),
]
HARM = [
    {"geography_level": level, "financial_year": YEAR, "victims_age": "all", "crimes": 95}
    | {"harm_days": 46_720.5, "harm_days_without_homicides": 30_295.5, "crimes_without_weight": 0}
    | {"cost_gbp": 18_123_456.0, "cost_without_homicides_gbp": 8_470_236.0, "crimes_without_cost": 0}
    for level in ("force", "district")
]
KNOWN = [
    {"financial_year": YEAR, "age_group": age_group, "people": people, "people_of_several_agencies": several}
    for age_group, people, several in (("all", 412, 63), ("under 25", 149, 31), ("under 18", 52, 4), ("unknown", 6, 0))
]
EXPECTED = {"financial_year": YEAR, "geography_level": "force", "emergency_attendances": 200}
EXPECTED |= {"expected_incidents": 153.4, "expected_lower": 141.2, "expected_upper": 166.8}
EXPECTED |= {"known_to_police_percent": 41.8, "known_to_police_lower": 30.0, "known_to_police_upper": 50.0}
SOURCES = {"financial_year": YEAR, "geography_level": "force", "status": "complete", "incidents": 150}
SOURCES |= {"lower_incidents": 140, "upper_incidents": 160, "unknown_to_police": 60, "police_crimes": 90}
SOURCES |= {"unknown_to_police_percent": 40.0, "ambulance_calls": 30, "emergency_attendances": 200, "admissions": 20}
SOURCES |= {"missing": None}
TABLES: Mapping[str, list[dict[str, Any]]] = {
    "rpt_programmes": PROGRAMMES,
    "rpt_violence_profile": PROFILE,
    "rpt_harm_and_cost": HARM,
    "rpt_people_known_by_age": KNOWN,
    "rpt_partner_agencies": [agency("Alpha", "health", True), agency("Beta", "police", False)],
    "rpt_all_source_incidents": [SOURCES],
    "rpt_all_source_expected": [EXPECTED],
}
# Centres of four published hexagons with their ward, district and incidents, each in two small hexagons.
PLACES = {
    (160, 50): ("Charles Dickens", "Portsmouth", (12, 11)),
    (161, 50): ("Fratton", "Portsmouth", (6, 4)),
    (162, 50): ("Leesland", "Gosport", (5, 4)),
    (163, 50): ("Alverstoke", "Gosport", (0, 0)),
}


def small_hexagons() -> list[tuple[dict[str, Any], int]]:
    """Rows of `dim_hexagon` with their incidents: the one in the middle of each published hexagon, and the next."""
    found = []
    for axes, (ward, district, counts) in PLACES.items():
        middle = hexagon_middles([axes[0]], [axes[1]], PUBLISHED_SIDE)[0]
        across, up = hexagons_at([middle[0]], [middle[1]], 150.0)[0]
        for shift, incidents in enumerate(counts):
            easting, northing = hexagon_middles([across + shift], [up])[0]
            where = {"hexagon": f"{across + shift}:{up}", "easting": round(easting), "northing": round(northing)}
            found.append((where | {"ward_name": ward, "district_name": district}, incidents))
    return found


def places() -> dict[str, list[dict[str, Any]]]:
    """The tables of the release that the map rests on."""
    held = small_hexagons()
    spots = [where | {"incidents": incidents} for where, incidents in held if incidents]
    area = {"first_month": "2021-04", "last_month": "2024-03"}
    return {"dim_hexagon": [where for where, _ in held], "rpt_hot_spots": spots, "rpt_hot_spot_area": [area]}


def write_tables(folder: Path, **tables: list[dict[str, Any]]) -> None:
    """Add tables of the release to its folder."""
    for name, rows in tables.items():
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")


def release(folder: Path, **tables: list[dict[str, Any]]) -> Path:
    """A release of 100 crimes with the further tables; `tables` replaces or adds some."""
    made = write_release(folder, [row(financial_year=YEAR, value=100.0, base_value=90.0, victims=101.0)])
    write_tables(made, **{**TABLES, **tables})
    return made
