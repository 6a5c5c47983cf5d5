"""How many attendances police are expected to know is how many they know, on worlds whose laws no model has seen."""

from dataclasses import replace

import pytest

from tests.support.event_records import EMERGENCY, POLICE
from tests.support.event_worlds import BLANK_30, CROWDED_NIGHTS, LAWS, Law, world
from vrp_pipeline.linkage.events.links import link_events

# Before it was told how usual a partner is, the first was 4.4 points too low and the last 4.8.
EXPECTED_LAWS = {
    **LAWS,
    "no places": replace(BLANK_30, place_blank=1.0),
    "crowded nights of one victim each": replace(CROWDED_NIGHTS, victims=(1.0, 0.0, 0.0), blank=(0.3,) * 3),
}


@pytest.mark.parametrize("law", EXPECTED_LAWS.values(), ids=EXPECTED_LAWS)
def test_as_many_attendances_are_expected_to_be_known_to_police_as_are(law: Law) -> None:
    found = world(law, 0)
    feed_of = dict(zip(found.records["event_record_id"].to_pylist(), found.records["feed"].to_pylist(), strict=True))
    known = {found.incident_of[name] for name, feed in feed_of.items() if feed == POLICE}
    attendances = {name for name, feed in feed_of.items() if feed == EMERGENCY}
    share = sum(found.incident_of[name] in known for name in attendances) / len(attendances)
    incidents = link_events(found.records).incidents
    expected = sum(
        probability
        for name, probability in zip(
            incidents["event_record_id"].to_pylist(), incidents["known_to_police_probability"].to_pylist(), strict=True
        )
        if name in attendances
    )
    assert expected / len(attendances) == pytest.approx(share, abs=0.03)
