"""Expected numbers of incidents and of records known to police, against sums by hand."""

import pytest

from vrp_pipeline.linkage.events.expected import expect
from vrp_pipeline.linkage.events.inputs import ADMISSIONS, AMBULANCE, EMERGENCY, POLICE
from vrp_pipeline.linkage.link_status import CERTAIN, CONTRADICTS, LINKED, PLAUSIBLE, Pair


def pair(left: str, right: str, probability: float) -> Pair:
    return Pair(left, right, probability, 5.0, "times within an hour")


def test_a_link_leaves_behind_what_it_may_be_wrong_by_and_a_pair_not_linked_takes_its_probability() -> None:
    feeds = {"e1": EMERGENCY, "e2": EMERGENCY, "p1": POLICE, "p2": POLICE}
    found = expect(
        {"e1": "p1", "p1": "p1", "e2": "e2", "p2": "p2"},
        feeds,
        [(pair("e1", "p1", 0.9), LINKED), (pair("e2", "p2", 0.3), PLAUSIBLE)],
    )
    assert found.incidents == pytest.approx({"e1": 0.1, "e2": -0.3})
    assert found.variance == pytest.approx({"e1": 0.09, "e2": 0.21})
    assert found.known_to_police == {"e1": 0.9, "e2": 0.3}


def test_the_victims_of_one_crime_make_an_attendance_no_better_known_than_the_likeliest_of_them() -> None:
    victims = {f"p{number}": "p0" for number in range(3)}
    found = expect(
        {"e": "e", **victims},
        {"e": EMERGENCY, **dict.fromkeys(victims, POLICE)},
        [(pair("e", name, 0.33), PLAUSIBLE) for name in victims],
    )
    assert found.known_to_police == {"e": 0.33}


@pytest.mark.parametrize("status", [LINKED, PLAUSIBLE])
def test_other_crimes_that_may_be_the_same_count_whether_or_not_one_is_linked(status: str) -> None:
    found = expect(
        {"e": "p1" if status == LINKED else "e", "p1": "p1", "p2": "p2"},
        {"e": EMERGENCY, "p1": POLICE, "p2": POLICE},
        [(pair("e", "p1", 0.55), status), (pair("e", "p2", 0.40), PLAUSIBLE)],
    )
    assert found.known_to_police == pytest.approx({"e": 0.95})


def test_a_pair_that_contradicts_a_stronger_link_makes_nothing_known() -> None:
    feeds = {"e": EMERGENCY, "p": POLICE}
    assert expect({"e": "e", "p": "p"}, feeds, [(pair("e", "p", 0.9), CONTRADICTS)]).known_to_police == {}


@pytest.mark.parametrize("own", [None, 0.30])
def test_a_weak_pair_of_its_own_makes_an_attendance_no_less_known_than_its_links_through_the_call(
    own: float | None,
) -> None:
    found = expect(
        dict.fromkeys("ecp", "p"),
        {"e": EMERGENCY, "c": AMBULANCE, "p": POLICE},
        [(pair("e", "c", 1.0), CERTAIN), (pair("c", "p", 0.97), LINKED)]
        + ([(pair("e", "p", own), PLAUSIBLE)] if own else []),
    )
    assert found.known_to_police == {"e": 0.97, "c": 0.97}


def test_each_link_on_the_way_to_the_police_may_be_wrong_and_the_best_way_counts() -> None:
    # Through the call 0.9 * 0.8 = 0.72; its own pair says 0.6.
    found = expect(
        dict.fromkeys("ecp", "p"),
        {"e": EMERGENCY, "c": AMBULANCE, "p": POLICE},
        [(pair("e", "c", 0.9), LINKED), (pair("c", "p", 0.8), LINKED), (pair("e", "p", 0.6), LINKED)],
    )
    assert found.known_to_police == pytest.approx({"e": 0.72, "c": 0.8})


def test_all_patients_of_one_call_are_as_known_as_the_one_who_is_linked() -> None:
    found = expect(
        dict.fromkeys(("c1", "c2", "p"), "p"),
        {"c1": AMBULANCE, "c2": AMBULANCE, "p": POLICE},
        [(pair("c1", "p", 0.7), LINKED)],
        [("c2", "c1")],
    )
    assert found.known_to_police == {"c1": 0.7, "c2": 0.7}


def test_a_brawl_of_one_occurrence_and_one_call_is_expected_to_be_no_more_than_the_two_incidents_it_can_be() -> None:
    # Five victims of one crime and five patients of one call: one incident if the links hold, and 0.3 of another.
    crimes, calls = ([f"{feed}{number}" for number in range(5)] for feed in "pc")
    found = expect(
        dict.fromkeys([*crimes, *calls], "p0"),
        {**dict.fromkeys(crimes, POLICE), **dict.fromkeys(calls, AMBULANCE)},
        [(pair(call, crime, 0.7), LINKED) for call, crime in zip(calls, crimes, strict=True)],
        [(name, names[0]) for names in (crimes, calls) for name in names[1:]],
    )
    assert found.incidents == pytest.approx({"c0": 0.3})
    assert found.variance == pytest.approx({"c0": 0.21})


def test_what_may_be_wrong_stands_beside_the_record_of_health_on_whichever_side_it_is() -> None:
    found = expect({"a": "a", "e": "a"}, {"a": POLICE, "e": EMERGENCY}, [(pair("a", "e", 0.9), LINKED)])
    assert found.incidents == pytest.approx({"e": 0.1})


def test_two_incidents_become_one_only_once_with_the_likeliest_of_their_pairs() -> None:
    found = expect(
        {"e": "e", "c": "e", "p": "p"},
        {"e": EMERGENCY, "c": AMBULANCE, "p": POLICE},
        [(pair("e", "c", 1.0), CERTAIN), (pair("e", "p", 0.3), PLAUSIBLE), (pair("c", "p", 0.2), PLAUSIBLE)],
    )
    assert found.incidents == pytest.approx({"e": -0.3})


def test_a_pair_with_another_crime_is_right_only_as_far_as_the_links_to_the_own_crime_are_wrong() -> None:
    # Two calls, each linked to a crime with 0.8, may be one event with 0.5. That is so only if a link is wrong; both
    # are right with 0.64. Of 1 : 1 for the pair and 16 : 9 for the links, the pair alone has 0.5 * 0.36 of 0.68, the
    # ways in which not both are right.
    feeds = {"c1": AMBULANCE, "c2": AMBULANCE, "p1": POLICE, "p2": POLICE}
    found = expect(
        {"c1": "p1", "p1": "p1", "c2": "p2", "p2": "p2"},
        feeds,
        [(pair("c1", "p1", 0.8), LINKED), (pair("c2", "p2", 0.8), LINKED), (pair("c1", "c2", 0.5), PLAUSIBLE)],
    )
    assert found.incidents == pytest.approx({"c1": 0.2 - 0.5 * 0.36 / 0.68, "c2": 0.2})


def test_a_patient_whose_own_pairs_share_the_probability_takes_away_what_the_other_crime_is_left_with() -> None:
    found = expect(
        {"e": "p1", "p1": "p1", "p2": "p2"},
        {"e": EMERGENCY, "p1": POLICE, "p2": POLICE},
        [(pair("e", "p1", 0.6), LINKED), (pair("e", "p2", 0.4), PLAUSIBLE)],
    )
    # One link and another way: 0.4 of an incident is left behind by the first, and taken away by the second.
    assert found.incidents == pytest.approx({"e": 0.0})


def test_a_pair_of_which_the_linked_call_knows_nothing_takes_less_away() -> None:
    # No other links say how often a call is silent: half. Odds of 2 : 3 become 1 : 3.
    found = expect(
        {"e": "e", "c": "e", "p": "p"},
        {"e": EMERGENCY, "c": AMBULANCE, "p": POLICE},
        [(pair("e", "c", 1.0), CERTAIN), (pair("e", "p", 0.4), PLAUSIBLE)],
    )
    assert found.incidents == pytest.approx({"e": -0.25})


def test_an_admission_that_the_attendance_ties_to_one_crime_hardly_takes_another_away() -> None:
    # The pair is silent on the attendance's side (half: 2 : 3 becomes 1 : 3, 0.25), and the way to the own crime is
    # right with 0.95: 0.25 * 0.05 of 1 - 0.25 * 0.95.
    feeds = {"a": ADMISSIONS, "e": EMERGENCY, "p1": POLICE, "p2": POLICE}
    found = expect(
        {"a": "p1", "e": "p1", "p1": "p1", "p2": "p2"},
        feeds,
        [(pair("a", "e", 1.0), CERTAIN), (pair("e", "p1", 0.95), LINKED), (pair("a", "p2", 0.4), PLAUSIBLE)],
    )
    assert found.incidents == pytest.approx({"a": -0.25 * 0.05 / (1 - 0.25 * 0.95), "e": 0.05})
