"""What it says that records linked to one end of a pair have no pair with the other, counted by hand on few links."""

import pytest

from vrp_pipeline.linkage.events.inputs import AMBULANCE, EMERGENCY, POLICE
from vrp_pipeline.linkage.events.silence import Silence
from vrp_pipeline.linkage.link_status import CERTAIN, LINKED, PLAUSIBLE, Pair


def pair(left: str, right: str) -> Pair:
    return Pair(left, right, 0.4, 5.0, "times within an hour")


def lake(met: int, silent: int) -> Silence:
    """Attendances linked to a call and a crime, of which some calls have a pair with the crime; one is not linked."""
    statuses = []
    incident_of = {"e": "e", "c": "e", "p": "p"}
    for number in range(met + silent):
        e, c, p = (f"{feed}{number}" for feed in "ecp")
        incident_of |= dict.fromkeys((e, c, p), p)
        statuses += [(pair(e, c), CERTAIN), (pair(e, p), LINKED)] + ([(pair(c, p), PLAUSIBLE)] if number < met else [])
    feeds = {"e": EMERGENCY, "c": AMBULANCE, "p": POLICE}
    statuses += [(pair("e", "c"), CERTAIN), (pair("e", "p"), PLAUSIBLE)]
    return Silence(incident_of, {name: feeds[name[0]] for name in incident_of}, statuses)


def test_calls_that_seldom_are_silent_of_the_own_crime_speak_against_one_of_which_they_are() -> None:
    # Of 18 calls of linked attendances none is silent, with half a prior of two: 1 in 20.
    assert lake(18, 0).against(pair("e", "p")) == pytest.approx(1 / 20)


def test_calls_that_mostly_are_silent_of_the_own_crime_say_little() -> None:
    # 15 of 18 are silent: 16 in 20.
    assert lake(3, 15).against(pair("e", "p")) == pytest.approx(16 / 20)


def test_a_pair_whose_records_have_no_others_is_worth_what_it_was() -> None:
    assert lake(18, 0).against(pair("c", "p")) == pytest.approx(1.0)
    found = Silence({"e": "e", "p": "p"}, {"e": EMERGENCY, "p": POLICE}, [(pair("e", "p"), PLAUSIBLE)])
    assert found.against(pair("e", "p")) == 1.0
