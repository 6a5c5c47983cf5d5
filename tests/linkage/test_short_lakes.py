"""A lake of a few weeks is linked as carefully as a long one, or says that it is too short: worlds with their truth."""

import datetime as dt

import pyarrow.compute as pc
import pytest

from tests.support.event_worlds import START, Law, World, world
from vrp_pipeline.linkage.events.links import Linked, link_events
from vrp_pipeline.linkage.events.within import WITHIN_RULES
from vrp_pipeline.linkage.link_status import CERTAIN, LINKED

BUSY = Law(incidents=12_000, blank=(0.3, 0.3, 0.3))


@pytest.fixture(scope="module")
def year() -> World:
    """A year of 33 incidents a day."""
    return world(BUSY, 7)


def first(year: World, days: int, joined: tuple[str, int] | None = None) -> World:
    """The first days of the year; of a feed that has just joined only its last days of these."""
    until = START + dt.timedelta(days=days)
    known = year.records["occurred_until"]
    kept = pc.less(known, until)
    if joined:
        feed, last = joined
        is_late = pc.greater_equal(known, until - dt.timedelta(days=last))
        kept = pc.and_(kept, pc.or_(pc.not_equal(year.records["feed"], feed), is_late))
    records = year.records.filter(kept)
    names = records["event_record_id"].to_pylist()
    return World(records, {name: year.incident_of[name] for name in names}, year.victim_of)


def precision_and_bias(found: World, linked: Linked) -> tuple[float, float]:
    """The share of links that are right, and by how much the expected total differs from the truth, as a share."""
    links = [row for row in linked.links.to_pylist() if row["link_status"] in (CERTAIN, LINKED)]
    right = sum(found.incident_of[row["left_record_id"]] == found.incident_of[row["right_record_id"]] for row in links)
    return right / len(links), sum(linked.incidents["expected_incidents"].to_pylist()) / found.total - 1


@pytest.mark.parametrize("days", [24, 45])
def test_a_short_lake_is_not_linked_to_rubble(year: World, days: int) -> None:
    found = first(year, days)
    precision, bias = precision_and_bias(found, link_events(found.records))
    assert precision >= 0.93
    assert abs(bias) <= 0.04


@pytest.mark.parametrize("days", [8, 16])
def test_a_lake_too_short_to_learn_from_misses_links_but_makes_few_wrong_ones(year: World, days: int) -> None:
    # The rates are those of a world of other laws. Learnt rates took 13 % from the total where no shift met a record.
    found = first(year, days)
    precision, bias = precision_and_bias(found, link_events(found.records))
    assert precision >= 0.93
    assert -0.02 <= bias <= 0.25


@pytest.mark.parametrize("feed", ["police__offences", "health__emergency_attendances"])
def test_a_feed_that_has_just_joined_is_linked_as_well_as_the_others(year: World, feed: str) -> None:
    found = first(year, 300, (feed, 30))
    precision, bias = precision_and_bias(found, link_events(found.records))
    assert precision >= 0.93
    assert abs(bias) <= 0.04


def test_in_less_than_three_weeks_only_numbers_join_records_of_one_feed(year: World) -> None:
    linked = link_events(first(year, 12).records)
    own = [row for row in linked.links.to_pylist() if row["left_feed"] == row["right_feed"]]
    assert own
    assert {row["rule"] for row in own} <= set(WITHIN_RULES)
    assert max(linked.shifts.values()) < 2
