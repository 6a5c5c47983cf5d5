"""Linked records that disagree throughout cast a doubt on a feed, counted by hand."""

import pyarrow as pa

from tests.support.event_records import AMBULANCE, EMERGENCY, attendance, call, table
from vrp_pipeline.linkage.events.agreement import (
    agreement,
    doubts,
    too_few_numbers,
    too_few_places,
    too_many_partners,
    too_short,
)
from vrp_pipeline.linkage.events.inputs import linkage_inputs
from vrp_pipeline.linkage.events.zone import EventLinksSummary

BOTH = "health ambulance_incidents and health emergency_attendances"


def told(wrong: int, **error: object) -> dict[str, float]:
    """The agreement of 60 calls with their attendances, of which the first `wrong` have the error."""
    numbers = range(60)
    calls = [call(f"c{number}", "6 22:49") for number in numbers]
    patients = [
        attendance(f"e{number}", "6 22:40", "6 23:50", nhs=f"n{number}") | (error if number < wrong else {})
        for number in numbers
    ]
    links = pa.table(
        {
            "left_record_id": [f"c{number}" for number in numbers],
            "right_record_id": [f"e{number}" for number in numbers],
            "left_feed": [AMBULANCE] * 60,
            "right_feed": [EMERGENCY] * 60,
            "link_status": ["linked"] * 60,
        }
    )
    return agreement(linkage_inputs(table(*calls, *patients)), links)


def test_ages_three_years_off_in_every_record_are_a_doubt() -> None:
    (sentence,) = doubts(told(60, victim_age=26))
    assert sentence == (
        f"Links are in doubt: only 0% of linked pairs of {BOTH} have ages within a year;"
        " a clock, a grid or a form may have changed."
    )


def test_places_three_kilometres_off_and_blank_ages_are_a_doubt() -> None:
    assert len(doubts(told(60, easting=445_000))) == 1
    (sentence,) = doubts(told(60, victim_age=None))
    assert sentence.startswith("Links are in doubt: only 0% of records of health emergency_attendances have an age;")


def test_a_third_of_records_that_disagree_is_none() -> None:
    found = told(20, victim_age=26)
    assert found[f"linked pairs of {BOTH} have ages within a year"] == round(40 / 60, 4)
    assert doubts(found) == []


def test_records_with_dozens_of_partners_cast_a_doubt_and_those_of_a_fight_do_not() -> None:
    (sentence,) = too_many_partners(
        {"health__emergency_attendances|police__offences": 63.0, "health__ambulance_incidents|police__offences": 1.4}
    )
    assert "63 of its own event" in sentence
    assert "health emergency_attendances and police offences" in sentence


def test_where_more_than_a_quarter_of_patients_have_no_number_the_total_may_be_too_high() -> None:
    assert too_few_numbers(told(15, pseudonym=None)) == []
    (sentence,) = too_few_numbers(told(16, pseudonym=None))
    assert sentence == (
        "The total of incidents may be too high: 73% of records of health emergency_attendances have an NHS number;"
        " who comes back without one is counted again."
    )
    assert doubts(told(60, pseudonym=None)) == [], "one sentence tells it"


def test_feeds_with_too_few_weeks_in_common_are_named_with_what_that_means() -> None:
    shifts = {"health__emergency_attendances|police__offences": 1.1, "fire__incidents|police__offences": 3.7}
    (sentence,) = too_short(shifts)
    assert sentence == (
        "The lake is too short to learn from: it takes three weeks of records of both feeds to tell pairs of one event"
        " from chance. Until then links are made by rates learnt elsewhere, records of one feed are joined by an NHS"
        " number alone, and the total of incidents may be too high by up to a fifth"
        " (health emergency_attendances and police offences)."
    )
    assert too_short({"fire__incidents|police__offences": 3.7}) == []


def test_where_more_than_half_of_the_attendances_have_no_place_the_lower_bound_may_be_too_high() -> None:
    assert too_few_places(told(30, easting=None, northing=None)) == []
    found = told(31, easting=None, northing=None)
    (sentence,) = too_few_places(found)
    assert sentence == (
        "The lower bound of incidents may be too high: 48% of records of health emergency_attendances have a place;"
        " victims of one event who come without one are counted apart."
    )
    assert doubts(found) == [], "one sentence tells it"


def test_the_summary_of_the_links_warns_of_a_lower_bound_that_does_not_hold() -> None:
    found = told(60, easting=None, northing=None)
    counts = {"records": 120, "incidents": 60, "fewest_incidents": 60, "most_incidents": 60, "attendances": 60}
    summary = EventLinksSummary(
        model_version="m",
        pairs={},
        attendances_known_to_police=24,
        agreement=found,
        partners={},
        shifts={},
        fingerprint="",
        **counts,
    )
    assert [sentence.partition(":")[0] for sentence in summary.warnings] == [
        "The lower bound of incidents may be too high"
    ]
