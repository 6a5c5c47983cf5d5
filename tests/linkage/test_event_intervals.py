"""Times as they are known: every event record has the interval in which its event may have happened."""

import datetime as dt
from typing import Any

import pytest

from tests.support.event_records import admission, at, attendance, call, crime, table
from vrp_pipeline.linkage.events.inputs import linkage_inputs
from vrp_pipeline.linkage.events.links import link_events


def interval(record: dict[str, Any], *others: dict[str, Any]) -> tuple[dt.datetime, dt.datetime]:
    """The interval of the first record, given all."""
    (row,) = (
        row for row in linkage_inputs(table(record, *others)).to_pylist()
        if row["unique_id"] == record["event_record_id"]
    )  # fmt: skip
    start = dt.datetime(1970, 1, 1)
    return start + dt.timedelta(minutes=row["minute_from"]), start + dt.timedelta(minutes=row["minute_until"])


@pytest.mark.parametrize(
    ("record", "earliest", "latest"),
    [
        (crime("p", "6 22:40"), "6 22:40", "6 22:40"),
        (crime("p", "5 18:00", until="8 08:00"), "5 18:00", "8 08:00"),
        (call("c", "6 22:49"), "6 22:19", "6 22:49"),
        (attendance("e", "6 22:40", "6 23:50"), "6 22:40", "6 22:40"),
        # Midnight is the default of emergency departments: some time of that day, before the patient came.
        (attendance("e", "6 00:00", "6 23:50"), "6 00:00", "6 23:50"),
        (attendance("e", "6 00:00", "8 09:00"), "6 00:00", "7 00:00"),
        # Nobody is hurt in the minute of arriving: the clerk wrote down the arrival.
        (attendance("e", "6 23:50", "6 23:50"), "5 23:50", "6 23:50"),
        # Admitted on the seventh: hurt on that day or in the two days before.
        (admission("m", "7"), "5 23:59", "7 23:59"),
    ],
)
def test_a_record_covers_the_time_in_which_its_event_may_have_happened(
    record: dict[str, Any], earliest: str, latest: str
) -> None:
    assert interval(record) == (at(earliest), at(latest))


def crimes(hour: str, count: int) -> list[dict[str, Any]]:
    return [crime(f"{hour}-{number}", f"{1 + number % 28} {hour}:00") for number in range(count)]


def test_a_noon_written_far_more_often_than_eleven_and_one_is_a_day() -> None:
    # Hours are rounded in this force too: 10 crimes at eleven, 12 at one. 40 at noon is over three times as many.
    rounded = [*crimes("11", 10), *crimes("13", 12)]
    noon = crime("p", "6 12:00")
    assert interval(noon, *crimes("12", 39), *rounded) == (at("6"), at("7"))
    assert interval(crime("q", "6 11:00"), *crimes("12", 39), *rounded) == (at("6 11:00"), at("6 11:00"))


def test_a_noon_as_frequent_as_its_neighbours_is_noon() -> None:
    noon = crime("p", "6 12:00")
    assert interval(noon, *crimes("12", 29), *crimes("11", 10), *crimes("13", 12)) == (at("6 12:00"), at("6 12:00"))
    assert interval(noon, *crimes("12", 9)) == (at("6 12:00"), at("6 12:00")), "ten times are too few to tell"


def test_a_man_of_70_is_not_the_girl_of_17_whom_the_ambulance_met_though_nobody_else_was_about() -> None:
    man = attendance("e", "6 22:00", "6 22:10", victim_age=70, victim_sex="male", easting=None, northing=None)
    girl = call("c", "6 20:00", victim_age=17, victim_sex="female")
    incidents = link_events(table(man, girl)).incidents.to_pylist()
    assert len({row["incident_id"] for row in incidents}) == 2
