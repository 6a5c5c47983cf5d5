"""Linkage of event records that are hard to tell apart or have missing values, each case worked by hand.

The committed model scores them; with so few records per case only the likelihood of each pair matters.
"""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.support.event_records import AMBULANCE, EMERGENCY, admission, attendance, call, crime, table
from vrp_pipeline.linkage.events.links import Linked, link_events
from vrp_pipeline.linkage.models.files import NoModelError


def linked(*records: dict[str, Any]) -> Linked:
    return link_events(table(*records))


def groups(found: Linked, column: str = "incident_id") -> set[frozenset[str]]:
    """The records of each incident."""
    together: dict[str, set[str]] = {}
    for row in found.incidents.to_pylist():
        together.setdefault(row[column], set()).add(row["event_record_id"])
    return {frozenset(records) for records in together.values()}


def sets(*names: Iterable[str]) -> set[frozenset[str]]:
    return {frozenset(each) for each in names}


def link_statuses(found: Linked) -> dict[frozenset[str], str]:
    return {
        frozenset((row["left_record_id"], row["right_record_id"])): row["link_status"]
        for row in found.links.to_pylist()
    }


def test_an_assault_that_three_services_saw_at_a_quiet_hour_is_one_incident_by_every_count() -> None:
    found = linked(crime("p", "6 22:40"), call("c", "6 22:49"), attendance("e", "6 22:40", "6 23:50"))
    assert groups(found) == sets(("p", "c", "e"))
    assert groups(found, "lower_incident_id") == sets(("p", "c", "e"))
    assert groups(found, "upper_incident_id") == sets(("p", "c", "e"))
    assert {row["incident_id"] for row in found.incidents.to_pylist()} == {"p"}, "named after the force's record"


def test_one_nhs_number_within_hours_is_certain() -> None:
    found = linked(
        call("c", "6 22:49", nhs="n1", easting=None, northing=None),
        attendance("e", "6 00:00", "6 23:50", nhs="n1", victim_age=None, easting=None, northing=None),
        admission("m", "7", nhs="n1", victim_age=24),
    )
    assert groups(found, "upper_incident_id") == sets(("c", "e", "m"))
    assert set(link_statuses(found).values()) == {"certain"}


def test_two_nhs_numbers_are_two_people_however_alike_they_are() -> None:
    found = linked(call("c", "6 22:49", nhs="n1"), attendance("e", "6 22:45", "6 23:50", nhs="n2"))
    assert groups(found, "lower_incident_id") == sets("c", "e")


def test_a_time_defaulted_to_midnight_is_a_day_and_still_linked() -> None:
    found = linked(crime("p", "6 22:40"), attendance("e", "6 00:00", "6 23:50"))
    assert groups(found) == sets(("p", "e"))


def test_a_time_rounded_to_the_hour_is_still_linked() -> None:
    found = linked(crime("p", "6 22:40"), attendance("e", "6 22:00", "6 23:50"))
    assert groups(found) == sets(("p", "e"))


def test_a_place_that_is_the_hospital_itself_or_a_police_station_is_no_place() -> None:
    station: dict[str, Any] = {"easting": 450_000, "northing": 105_000}
    hospital: dict[str, Any] = {"easting": 440_000, "northing": 115_000}
    told = (crime("p", "6 22:40", **station), attendance("e", "6 22:35", "6 23:50", **hospital))
    assert groups(linked(*told)) == sets("p", "e"), "twelve kilometres apart they are two"
    marked = tuple(record | {"is_default_place": True} for record in told)
    assert groups(linked(*marked)) == sets(("p", "e"))


def test_an_unknown_age_neither_links_nor_parts() -> None:
    found = linked(crime("p", "6 22:40"), attendance("e", "6 22:40", "6 23:50", victim_age=None))
    assert groups(found) == sets(("p", "e"))


def test_twins_hurt_together_are_two_people_in_one_incident() -> None:
    found = linked(
        crime("p1", "6 22:40", occurrence="fight"),
        crime("p2", "6 22:40", occurrence="fight"),
        attendance("e1", "6 22:40", "6 23:50"),
        attendance("e2", "6 22:40", "6 23:51"),
    )
    assert groups(found) == sets(("p1", "p2", "e1", "e2"))
    victims = groups(found, "victim_id")
    assert sorted(len(records) for records in victims) == [2, 2]
    assert all({name[0] for name in records} == {"p", "e"} for records in victims)


def test_five_people_hurt_in_one_fight_are_five_people_in_one_incident() -> None:
    ages = (19, 23, 28, 35, 47)
    found = linked(
        *(crime(f"p{age}", "6 22:40", occurrence="fight", victim_age=age) for age in ages),
        *(attendance(f"e{age}", "6 22:45", "6 23:50", victim_age=age) for age in ages),
    )
    assert len(groups(found)) == 1
    assert groups(found, "victim_id") == sets(*((f"p{age}", f"e{age}") for age in ages))


def test_one_person_hurt_twice_in_a_night_is_two_incidents() -> None:
    found = linked(
        call("c1", "6 21:00", nhs="n"), attendance("e1", "6 20:50", "6 22:00", nhs="n"),
        call("c2", "7 02:00", nhs="n"), attendance("e2", "7 01:50", "7 03:30", nhs="n"),
    )  # fmt: skip
    assert groups(found) == sets(("c1", "e1"), ("c2", "e2"))


def test_a_crime_told_as_a_span_of_hours_is_linked_within_it() -> None:
    found = linked(crime("p", "6 20:00", until="7 00:30"), attendance("e", "6 22:40", "6 23:50"))
    assert groups(found) == sets(("p", "e"))


def test_when_the_force_recorded_the_crime_does_not_matter() -> None:
    late = crime("p", "6 22:40") | {"reported_at": crime("x", "28 09:00")["reported_at"]}
    assert groups(linked(late, attendance("e", "6 22:40", "6 23:50"))) == sets(("p", "e"))


def test_either_of_two_equal_crimes_may_be_right_so_neither_is_linked_but_both_stay_plausible() -> None:
    found = linked(crime("p1", "6 22:40"), crime("p2", "6 22:40"), attendance("e", "6 22:40", "6 23:50"))
    assert groups(found) == sets(("p1",), ("p2",), ("e",))
    # Two crimes are two incidents, whichever of them the patient belongs to.
    assert len(groups(found, "lower_incident_id")) == 2
    assert set(link_statuses(found).values()) == {"dropped: hardly beats the runner-up"}


def test_nobody_is_linked_over_days_or_across_the_county() -> None:
    found = linked(
        crime("p", "6 22:40"),
        attendance("later", "9 22:40", "9 23:50"),
        attendance("elsewhere", "6 22:40", "6 23:50", easting=470_000),
        attendance("other", "6 12:00", "6 13:00", victim_age=61, victim_sex="female"),
    )
    assert len(groups(found)) == 4


def test_what_harms_nobody_is_an_incident_of_its_own() -> None:
    carried = crime("k", "6 22:40", kind="penetrating", has_victim=False, victim_age=None, victim_sex=None)
    found = linked(carried, attendance("e", "6 22:40", "6 23:50"))
    assert groups(found, "lower_incident_id") == sets("k", "e")


def test_the_same_reports_give_the_same_links_in_any_order() -> None:
    records = [
        crime("p1", "6 22:40"), crime("p2", "6 22:50", victim_age=24), call("c", "6 22:49"),
        attendance("e1", "6 22:40", "6 23:50"), attendance("e2", "6 22:45", "6 23:55", victim_age=24),
    ]  # fmt: skip
    forwards, backwards = linked(*records), linked(*reversed(records))
    assert forwards.links.equals(backwards.links)
    assert forwards.incidents.equals(backwards.incidents)


@pytest.mark.parametrize("records", [(), (crime("p", "6 22:40"),)])
def test_where_there_is_nothing_to_compare_every_report_is_an_incident(records: tuple[dict[str, Any], ...]) -> None:
    found = linked(*records)
    assert (found.links.num_rows, found.incidents.num_rows) == (0, len(records))


def test_every_pair_says_by_which_model_and_rule_it_was_scored() -> None:
    (row,) = linked(call("c", "6 23:50"), attendance("e", "7 00:10", "7 00:40")).links.to_pylist()
    assert {row["left_feed"], row["right_feed"]} == {EMERGENCY, AMBULANCE}
    assert (row["model_version"], row["rule"], row["link_status"]) == ("events_v3", "times within an hour", "linked")


def test_a_model_that_is_not_there_is_named_with_the_command_that_makes_one() -> None:
    with pytest.raises(NoModelError, match=r"no model events_v99 .* vrp train events"):
        link_events(table(crime("p", "6 22:40")), version="events_v99")


def test_a_patient_without_any_pair_is_known_to_police_through_the_call_that_also_found_the_victim() -> None:
    # The second patient tells neither number nor age nor sex nor place, and of another time: no record is like it.
    found = linked(
        crime("p", "6 22:40"), call("c1", "6 22:45", incident="c"),
        call("c2", "20 03:00", incident="c", easting=None, northing=None, victim_age=None, victim_sex=None),
    )  # fmt: skip
    known = {row["event_record_id"]: row["known_to_police_probability"] for row in found.incidents.to_pylist()}
    assert known["c2"] == known["c1"] > 0.5
