"""Two small years of a partnership with figures counted by hand.

Serious violence (recorded): 2022-23 has 6 crimes a month, 72; 2023-24 has 5, 60; each month one of them is weapon
possession. Beside them are cases that must not count. Portsmouth is the first square of the grid, Southampton the
second; one crime a month has no location.
"""

import datetime as dt
from typing import Any

from tests.support import bronze
from vrp_pipeline.lake.paths import Lake

ASSAULT, SELF_INFLICTED = "361269008", "276853009"
MONTHS = bronze.months_of(2022) + bronze.months_of(2023)
MIXED_MONTH = "2023-06"  # the month in which one file holds small area codes of both vintages
FEEDS = ("police__offences", "police__street_crimes", "health__emergency_attendances", "communities__events")

# Degrees and metres of equal points, one in each district and one in the sea south of the island.
SCENES = {"E06000044": (50.8003, -1.0909), "E06000045": (50.9047, -1.4044), "sea": (50.3, -1.3)}
# Centres of the two squares of the grid.
SQUARES = {"E06000044": (50.7969, -1.1493), "E06000045": (50.8886, -1.4320)}


def write(lake: Lake) -> None:
    """The whole partnership, every month received."""
    bronze.write_schemas(lake)
    bronze.write_calendar(lake, [bronze.calendar_row(feed, month) for feed in FEEDS for month in MONTHS])
    bronze.write_grid(lake, [(4600, 1000, "E01900001"), (4400, 1100, "E01900002")])
    bronze.write_rows(
        lake,
        "reference__small_areas",
        "2024",
        [
            {"lsoa_code": "E01900001", "lsoa_name": "Portsmouth S001A", "district_code": "E06000044"},
            {"lsoa_code": "E01900002", "lsoa_name": "Southampton S001A", "district_code": "E06000045"},
            {"lsoa_code": "E01900003", "lsoa_name": "Portsmouth S001B", "district_code": "E06000044"},
            {"lsoa_code": "E01900004", "lsoa_name": "Southampton S001B", "district_code": "E06000045"},
            {"lsoa_code": "E01000001", "lsoa_name": "City of London 001A", "district_code": "E09000001"},
        ],
    )
    bronze.write_rows(lake, "reference__small_area_changes", "2021", small_area_changes())
    for month in MONTHS:
        bronze.write_rows(lake, "police__offences", month, offences_of(month))
        bronze.write_rows(lake, "police__street_crimes", month, street_crimes_of(month))
        bronze.write_rows(lake, "health__emergency_attendances", month, attendances_of(month))
        bronze.write_rows(lake, "communities__events", month, events_of(month))


def small_area_changes() -> list[dict[str, Any]]:
    """One small area of 2011 was split, two merged, one is irregular, and one outside the partnership stayed."""
    changes = [
        ("E01950001", "E01900001", "S", "E06000044"),
        ("E01950001", "E01900003", "S", "E06000044"),
        ("E01950002", "E01900002", "M", "E06000045"),
        ("E01950003", "E01900002", "M", "E06000045"),
        ("E01950004", "E01900004", "X", "E06000045"),
        ("E01000001", "E01000001", "U", "E09000001"),
    ]
    names = ("lsoa_2011_code", "lsoa_2021_code", "change", "district_code")
    return [dict(zip(names, change, strict=True)) for change in changes]


def lose_a_police_month(lake: Lake, month: str) -> None:
    """The extract no longer covers `month`: its bronze is gone and the calendar says so."""
    bronze.parquet_of(lake, "police__offences", month).unlink()
    rows = [bronze.calendar_row(feed, each) for feed in FEEDS for each in MONTHS]
    for row in rows:
        if (row["feed"], row["month"]) == ("police__offences", month):
            row |= {"status": "not received", "delivery_id": None, "received_at": None}
    bronze.write_calendar(lake, rows)


def recode_wounding(lake: Lake, year: int) -> None:
    """From April of `year` every wounding (B, one a month, in Southampton) comes under a code that no list knows."""
    for month in bronze.months_of(year):
        rows = [
            row | ({"offence_code": "19601"} if row["offence_code"] == "00501" else {}) for row in offences_of(month)
        ]
        bronze.write_rows(lake, "police__offences", month, rows)


def lose_places(lake: Lake, year: int) -> None:
    """In `year` the lists of places know nowhere near a point of a crime, as with boundaries in another grid."""
    for month in bronze.months_of(year):
        rows = [row | {"easting": 100_050, "northing": 900_050} for row in offences_of(month)]
        bronze.write_rows(lake, "police__offences", month, rows)


def offences_of(month: str) -> list[dict[str, Any]]:
    """Five or six crimes that count, and one each that was cancelled, transferred, or is not serious violence."""
    day = dt.date.fromisoformat(f"{month}-15")

    def crime(name: str, code: str, **values: Any) -> dict[str, Any]:
        return {
            "crime_reference": f"{month}/{name}",
            "date_recorded": day,
            "committed_from": dt.datetime.combine(day, dt.time(22)),
            "offence_code": code,
            "crime_status": "active",
            "victim_type": "person",
            "victim_age": 30,
            "weapon_type": "none",
            "easting": 460050,
            "northing": 100099,
        } | values

    counted = [
        crime("A", "00806"),
        crime("A", "00806", victim_age=24),  # the second victim of the same crime
        crime("B", "00501", weapon_type="blade", easting=440000, northing=110000),
        crime("C", "03401", easting=None, northing=None),
        crime("D", "05601"),
        crime("E", "01026", victim_type="state", victim_age=None),
    ]
    if month < "2023-04":
        counted.append(crime("F", "00806"))
    return [
        *counted,
        crime("G", "00806", crime_status="cancelled"),
        crime("H", "00806", crime_status="transferred"),
        crime("I", "10501"),
    ]


def street_crimes_of(month: str) -> list[dict[str, Any]]:
    """Two wholly identical rows that are two events, and a robbery that must not enter the count."""
    asb: dict[str, Any] = {"crime_month": month, "lsoa_code": "E01900001", "crime_type": "Anti-social behaviour"}
    rows = [asb, asb, asb | {"crime_id": "0" * 64, "crime_type": "Robbery", "lsoa_code": None}]
    return rows + (burglaries_of_mixed_vintages() if month == MIXED_MONTH else [])


def burglaries_of_mixed_vintages() -> list[dict[str, Any]]:
    """One burglary for each way in which a code and a point can say where it was."""

    def burglary(code: str | None, square: str | None = None) -> dict[str, Any]:
        latitude, longitude = SQUARES[square] if square else (None, None)
        return {
            "crime_month": MIXED_MONTH,
            "crime_type": "Burglary",
            "lsoa_code": code,
            "latitude": latitude,
            "longitude": longitude,
        }

    return [
        burglary("E01950001", "E06000044"),  # split; the point lies in a part of it
        burglary("E01950001", "E06000045"),  # split; the point lies elsewhere
        burglary("E01950002"),  # merged, as is the next, into the third
        burglary("E01950003"),
        burglary("E01900002"),
        burglary("E01950004", "E06000045"),  # irregular
        burglary("W01000999", "E06000045"),  # in neither list
        burglary("E01000001"),  # outside the partnership
        burglary(None, "E06000044"),
    ]


def attendances_of(month: str) -> list[dict[str, Any]]:
    """Three assaults, one duplicate, one that is not an assault."""
    day = dt.date.fromisoformat(f"{month}-16")

    def attendance(name: str, scene: str | None, intent: str = ASSAULT, duplicate: str = "0") -> dict[str, Any]:
        latitude, longitude = SCENES[scene] if scene else (None, None)
        return {
            "attendance_id": f"{month}/{name}",
            "arrival_date": day,
            "arrival_time": "01:30:00",
            "injury_intent_snomed": intent,
            "duplicate_flag": duplicate,
            "injury_latitude": latitude,
            "injury_longitude": longitude,
            "residence_lsoa_code": "E01900002",
        }

    return [
        attendance("A", "E06000044"),
        attendance("B", "sea"),
        attendance("C", None),
        attendance("D", "E06000045", duplicate="1"),
        attendance("E", "E06000045", intent=SELF_INFLICTED),
    ]


def events_of(month: str) -> list[dict[str, Any]]:
    """One event four agencies entered, one online, and a planning meeting: two events attended."""
    at = dt.datetime.fromisoformat(f"{month}-10T10:00:00")
    event = {
        "starts_at": at,
        "event_type": "workshop",
        "status": "held",
        "provider_name": "No Limits",
        "venue_name": "Guildhall",
        "vru_staff_present": 1,
        "district_code": "E06000044",
    }
    entered = [
        event | {"event_id": f"{month}/{number}", "recorded_by_agency": agency}
        for number, agency in enumerate(("VRU", "Police", "NHS", "Council"))
    ]
    online = event | {
        "event_id": f"{month}/9",
        "venue_name": None,
        "district_code": None,
        "event_type": "community event",
        "recorded_by_agency": "VRU",
    }
    return [*entered, online, event | {"event_id": f"{month}/10", "event_type": "planning meeting"}]
