"""Event records written by hand, in the columns of int_event_records that linkage reads."""

import datetime as dt
from typing import Any

import pyarrow as pa

POLICE, EMERGENCY = "police__offences", "health__emergency_attendances"
AMBULANCE, ADMISSIONS, FIRE = "health__ambulance_incidents", "health__admissions", "fire__incidents"
SCHEMA = pa.schema(
    [
        ("event_record_id", pa.string()),
        ("agency", pa.string()),
        ("feed", pa.string()),
        ("agency_incident", pa.string()),
        ("occurred_from", pa.timestamp("us")),
        ("occurred_until", pa.timestamp("us")),
        ("occurred_precision", pa.string()),
        ("reported_at", pa.timestamp("us")),
        ("easting", pa.int32()),
        ("northing", pa.int32()),
        ("is_default_place", pa.bool_()),
        ("lsoa_code", pa.string()),
        ("residence_lsoa_code", pa.string()),
        ("kind", pa.string()),
        ("has_victim", pa.bool_()),
        ("victim_age", pa.int32()),
        ("victim_sex", pa.string()),
        ("pseudonym", pa.string()),
        ("pseudonym_kind", pa.string()),
    ]
)
# A corner of a town, in metres of the British National Grid.
HERE = {"easting": 442_000, "northing": 112_000}
SOMEBODY = {"victim_age": 23, "victim_sex": "male"}


def at(text: str) -> dt.datetime:
    """A time of the first weekend of May 2023: '6 22:40' is ten forty in the evening of Saturday."""
    day, _, clock = text.partition(" ")
    return dt.datetime.fromisoformat(f"2023-05-{int(day):02d} {clock or '00:00'}:00")


def crime(
    name: str, when: str, *, until: str | None = None, occurrence: str | None = None, **told: Any
) -> dict[str, Any]:
    """A police crime, by default of somebody here."""
    precision = "between two times" if until else "time"
    return _report(POLICE, name, at(when), at(until or when), precision, at(when), occurrence or name, told)


def attendance(name: str, injured: str, arrived: str, *, nhs: str | None = None, **told: Any) -> dict[str, Any]:
    """An assault attendance; an injury time of midnight is a default, as int_event_records marks it."""
    precision = "day" if injured.endswith("00:00") else "time"
    told = {"pseudonym": nhs, **told}
    return _report(EMERGENCY, name, at(injured), at(arrived), precision, at(arrived), None, told)


def call(name: str, when: str, *, nhs: str | None = None, incident: str | None = None, **told: Any) -> dict[str, Any]:
    """A patient of an ambulance call."""
    told = {"pseudonym": nhs, **told}
    return _report(AMBULANCE, name, None, at(when), "before the call", at(when), incident or name, told)


def admission(name: str, day: str, *, nhs: str | None = None, **told: Any) -> dict[str, Any]:
    """An admission, of which only the day is known and never the place."""
    told = {"pseudonym": nhs, "easting": None, "northing": None, **told}
    return _report(ADMISSIONS, name, None, at(f"{day} 23:59"), "before arrival", at(f"{day} 00:00"), None, told)


def table(*records: dict[str, Any]) -> pa.Table:
    """The records as linkage reads them."""
    return pa.Table.from_pylist(list(records), schema=SCHEMA)


def _report(
    feed: str, name: str, start: dt.datetime | None, end: dt.datetime, precision: str, reported: dt.datetime,
    occurrence: str | None, told: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    agency = feed.partition("__")[0]
    return {
        "event_record_id": name,
        "agency": agency,
        "feed": feed,
        "agency_incident": occurrence,
        "occurred_from": start,
        "occurred_until": end,
        "occurred_precision": precision,
        "reported_at": reported,
        "is_default_place": False,
        "kind": "assault",
        "has_victim": True,
        "pseudonym_kind": "nhs_number" if agency == "health" else "police_person",
        **HERE,
        **SOMEBODY,
        **told,
    }
