"""The alert on the share of A&E assaults linked to police, which needs no truth."""

import pyarrow as pa

from vrp_pipeline.linkage.events.matched_share import FEWEST, MatchedShare, matched_share


def test_the_share_adds_the_probabilities_that_police_know_each_attendance() -> None:
    # By hand: 0.9 + 0.6 + 0.4 of three attendances is 1.9, rounded 2; the crime and the call are not counted.
    feeds = {"p1": "police__offences", "c1": "health__ambulance_incidents"}
    feeds |= {f"e{number}": "health__emergency_attendances" for number in (1, 2, 3)}
    known = {"p1": 1.0, "c1": 0.5, "e1": 0.9, "e2": 0.6, "e3": 0.4}
    records = pa.table({"event_record_id": list(feeds), "feed": list(feeds.values())})
    linked = pa.table({"event_record_id": list(known), "known_to_police_probability": list(known.values())})
    assert matched_share(records, linked) == MatchedShare(attendances=3, known=2)


def test_a_share_outside_the_expected_band_is_an_alarm_that_names_what_to_look_at() -> None:
    for known in (0, 149, 601, 1000):
        found = MatchedShare(1000, known)
        assert not found.is_expected
        assert "vrp status" in found.sentence
    assert MatchedShare(1000, 149).sentence.startswith("14.9% of 1,000 A&E assaults are known to police")


def test_a_share_within_the_band_is_none() -> None:
    for known in (150, 410, 600):
        assert MatchedShare(1000, known).is_expected
        assert "vrp status" not in MatchedShare(1000, known).sentence


def test_a_handful_of_attendances_tells_nothing() -> None:
    assert MatchedShare(FEWEST - 1, 0).is_expected
    assert not MatchedShare(FEWEST, 0).is_expected
    assert MatchedShare(0, 0).is_expected
    assert MatchedShare(0, 0).share is None
