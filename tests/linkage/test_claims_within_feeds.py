"""What pairs of one feed without a shared number claim is what they reach, on worlds whose laws no model has seen."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.support.event_worlds import BLANK_30, CROWDED_NIGHTS, LAWS, Law, World, world
from vrp_pipeline.linkage.events.evaluation import MODEL_ERROR
from vrp_pipeline.linkage.events.links import link_events
from vrp_pipeline.linkage.events.within import WITHIN_RULES
from vrp_pipeline.linkage.link_status import LINKED

NOBODY_RETURNS_OR_IS_HURT_BESIDE_ANOTHER = replace(BLANK_30, victims=(1.0, 0.0, 0.0), returns=0.0)


def claims(found: World) -> list[tuple[float, bool, str]]:
    """The probability of each pair within a feed that no rule joins, whether it is right, and its link status."""
    return [
        (
            row["match_probability"],
            found.incident_of[row["left_record_id"]] == found.incident_of[row["right_record_id"]],
            row["link_status"],
        )
        for row in link_events(found.records).links.to_pylist()
        if row["left_feed"] == row["right_feed"] and row["rule"] not in WITHIN_RULES
    ]


def mean(values: Iterable[float]) -> float:
    several = list(values)
    return sum(several) / len(several)


@pytest.mark.parametrize("seed", range(2))
def test_where_no_two_records_of_a_feed_are_of_one_event_hardly_any_are_linked(seed: int) -> None:
    # Ten strata that each expected some were 5 to 8 of 3,000 records, at a mean probability of 0.96.
    assert sum(status == LINKED for _, _, status in claims(world(NOBODY_RETURNS_OR_IS_HURT_BESIDE_ANOTHER, seed))) <= 2


@pytest.mark.nightly
@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_links_within_emergency_attendances_are_right_as_often_as_they_claim(law: Law) -> None:
    linked = [claim for seed in range(3) for claim in claims(world(law, seed)) if claim[2] == LINKED]
    assert len(linked) > 100
    assert mean(right for _, right, _ in linked) == pytest.approx(mean(each for each, _, _ in linked), abs=0.04)


@pytest.mark.nightly
@pytest.mark.parametrize("victims", [(1.0, 0.0, 0.0), (0.84, 0.11, 0.05)])
def test_pairs_that_are_not_linked_claim_no_more_than_they_reach(victims: tuple[float, float, float]) -> None:
    law = replace(BLANK_30, victims=victims)
    doubtful = [claim for seed in range(3) for claim in claims(world(law, seed)) if claim[2] != LINKED]
    assert len(doubtful) > 100
    assert mean(each for each, _, _ in doubtful) <= mean(right for _, right, _ in doubtful) + 0.04


HARD_LAWS = {
    **LAWS,
    "patients return up to many times": replace(BLANK_30, blank=(0.4,) * 3, returns=0.05, again=0.67),
    "no homes, and patients return": replace(BLANK_30, blank=(0.4,) * 3, returns=0.05, again=0.67, home_blank=1.0),
    "crowded nights, no homes, and patients return": replace(
        CROWDED_NIGHTS, victims=(0.96, 0.03, 0.01), blank=(0.4,) * 3, returns=0.05, again=0.67, home_blank=1.0
    ),
    "crowded nights of one victim each": replace(CROWDED_NIGHTS, victims=(1.0, 0.0, 0.0), blank=(0.3,) * 3),
}


@pytest.mark.nightly
@pytest.mark.parametrize("law", HARD_LAWS.values(), ids=HARD_LAWS)
def test_the_total_lies_within_its_interval_and_its_bounds(law: Law) -> None:
    found = [world(law, seed) for seed in range(3)]
    outside = []
    for each in found:
        incidents = link_events(each.records).incidents
        expected, variance = (sum(incidents[name].to_pylist()) for name in ("expected_incidents", "expected_variance"))
        numbers = zip(
            *(each.records[name].to_pylist() for name in ("feed", "agency_incident", "event_record_id")), strict=True
        )
        apart = len({(feed, number or name) for feed, number, name in numbers})
        half = (1.96**2 * variance + (MODEL_ERROR * (apart - expected)) ** 2) ** 0.5
        lower, upper = (len(incidents[name].unique()) for name in ("lower_incident_id", "upper_incident_id"))
        if abs(expected - each.total) > half or not lower <= each.total <= upper:
            outside.append((each.total, expected, half, lower, upper))
    assert outside == []
