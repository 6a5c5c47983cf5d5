"""Candidate pairs and their patterns on columns are those that SQL finds day by day and row by row."""

from collections import Counter
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.event_pairs_in_sql import patterns_in_sql
from tests.support.event_records import attendance, crime, table
from vrp_pipeline.linkage.events import near
from vrp_pipeline.linkage.events.comparisons import FEED_PAIRS, Candidates, FeedPair, compare, prepare
from vrp_pipeline.linkage.events.inputs import (
    ADMISSIONS,
    AMBULANCE,
    EMERGENCY,
    FIRE,
    LINKAGE_INPUTS,
    POLICE,
    linkage_inputs,
)
from vrp_pipeline.linkage.events.rates import TIME

FEEDS = (POLICE, POLICE, POLICE, EMERGENCY, EMERGENCY, AMBULANCE, AMBULANCE, ADMISSIONS, FIRE)


def records(seed: int, count: int, days: int) -> pa.Table:
    """Records of all feeds at random in so many days of two towns; anything may be blank, and much is on an edge."""
    random = np.random.default_rng(seed)

    def blank(values: np.ndarray, share: float) -> list[object]:
        return [None if random.random() < share else value for value in values.tolist()]

    feeds = random.choice(FEEDS, count)
    begins = random.integers(27_000_000, 27_000_000 + days * 1440, count) // 5 * 5
    widths = random.choice([0, 30, 60, 61, 180, 720, 721, 1440, 2880, 4320, 7 * 1440, 7 * 1440 + 1], count)
    known = begins + widths + random.choice([-5, 0, 60, 180, 181, 480, 1440, 2880, 5000], count)
    east, north = 440 + random.choice([0, 0.1, 0.15, 0.3, 1, 2, 5, 9.9, 10, 15], count), 110 + random.random(count)
    places = random.random(count) < 0.6
    homes = random.random(count) < 0.5
    fire = (feeds == FIRE) | ((feeds == POLICE) & (random.random(count) < 0.1))
    kinds = np.where(fire, "fire", random.choice(["assault", "penetrating", "other weapon"], count))
    columns = {
        "unique_id": [f"r{number}" for number in range(count)],
        "feed": feeds.tolist(),
        "agency": [feed.partition("__")[0] for feed in feeds.tolist()],
        "agency_incident": blank(random.choice(["i1", "i2", "i3", "i4"], count), 0.7),
        "minute_from": begins,
        "minute_until": begins + widths,
        "known_from": known,
        "known_until": known,
        "east_km": [value if told else None for value, told in zip(east.tolist(), places, strict=True)],
        "north_km": [value if told else None for value, told in zip(north.tolist(), places, strict=True)],
        "home_east_km": [value + 0.5 if told else None for value, told in zip(east[::-1].tolist(), homes, strict=True)],
        "home_north_km": [value if told else None for value, told in zip(north[::-1].tolist(), homes, strict=True)],
        "kind": kinds.tolist(),
        "is_fire": fire,
        "age": blank(random.choice([0, 15, 16, 20, 21, 26, 31, 32, 99], count), 0.2),
        "sex": blank(random.choice(["female", "male"], count), 0.2),
        "nhs_number": [
            number if feed in (EMERGENCY, AMBULANCE, ADMISSIONS) else None
            for number, feed in zip(blank(random.choice(["n1", "n2", "n3"], count), 0.6), feeds.tolist(), strict=True)
        ],
    }
    return pa.table([pa.array(columns[field.name], field.type) for field in LINKAGE_INPUTS], schema=LINKAGE_INPUTS)


def pairs_of(found: Candidates) -> list[tuple[int, int, int]]:
    return sorted(pair for piece in found.pieces for pair in zip(*(column.tolist() for column in piece), strict=True))


@pytest.mark.parametrize("feeds", FEED_PAIRS, ids=lambda feeds: feeds.name)
@settings(max_examples=8)
@given(seed=st.integers(0, 2**32 - 1), days=st.sampled_from([1, 9, 40]))
def test_pairs_and_patterns_are_those_of_the_oracle(feeds: FeedPair, seed: int, days: int) -> None:
    with duckdb.connect() as connection:
        connection.register("inputs", records(seed, 160, days))
        counts, found = compare(connection, feeds, prepare(connection))
        connection.execute("create temp table others as select * from records_compared where feed = ?", [feeds.right])
        pairs = pairs_of(found)
        assert pairs == patterns_in_sql(connection, feeds, 0)
        # Of fewer than eight months chance is counted on every shift of a season that meets the other feed.
        span = "(select min(f // 1440) as first, max(f // 1440) as last from others)"
        meeting = connection.execute(f"""
            select distinct weeks from (select unnest(range(-13, 14)) as weeks), records_compared as l, {span} as span
            where feed = ? and weeks <> 0 and l.f // 1440 - 7 * weeks between span.first and span.last
        """, [feeds.left]).fetchall()  # fmt: skip
        by_chance = Counter(
            pattern
            for weeks in {-9, -7, 7, 9} | {weeks for (weeks,) in meeting}
            for _, _, pattern in patterns_in_sql(connection, feeds, weeks * 7 * 1440)
        )
    numbers = zip(counts.pairs.tolist(), counts.by_chance.tolist(), strict=True)
    told = dict(zip(counts.codes.tolist(), numbers, strict=True))
    met = Counter(pattern for _, _, pattern in pairs)
    assert told == {code: (met[code], by_chance[code]) for code in met.keys() | by_chance.keys()}


def test_the_pieces_in_which_pairs_are_compared_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> list[tuple[int, int, int]]:
        with duckdb.connect() as connection:
            connection.register("inputs", records(5, 400, 9))
            _, pairs = compare(connection, FeedPair(EMERGENCY, POLICE), prepare(connection))
            return pairs_of(pairs)

    whole = found()
    monkeypatch.setattr(near, "PIECE", 7)
    assert found() == whole
    assert len(whole) > 1000


def level_of_time(one: dict[str, Any], other: dict[str, Any]) -> int | None:
    """The level of time of a pair of an attendance and a crime, or None if they are not compared."""
    with duckdb.connect() as connection:
        connection.register("inputs", linkage_inputs(table(one, other)))
        counts, found = compare(connection, FeedPair(EMERGENCY, POLICE), prepare(connection))
        codes = [pattern for _, _, pattern in pairs_of(found)]
        return int(counts.levels[counts.codes == codes[0], TIME][0]) if codes else None


def test_a_date_that_is_one_off_is_told_apart_by_who_came_at_once() -> None:
    # Hurt at 22:40 on Saturday and there at 23:50; the form says Friday. The next says so too and came on Sunday.
    hurt = crime("p", "6 22:40")
    soon, late = attendance("e", "5 22:40", "6 23:50"), attendance("e", "5 22:40", "7 23:50")
    before = attendance("e", "5 22:40", "6 20:00")
    # A gap of 24 hours is the last of nine; arrivals up to 3 hours later, 8 hours, later, and before the crime.
    assert [level_of_time(each, hurt) for each in (soon, late, before)] == [32, 34, 35]


def test_a_date_one_off_and_an_hour_that_was_rounded_are_still_compared() -> None:
    assert level_of_time(attendance("e", "5 22:00", "6 23:50"), crime("p", "6 22:55")) == 32
    assert level_of_time(attendance("e", "5 21:00", "6 23:50"), crime("p", "6 22:01")) is None


def test_a_patient_without_a_time_of_injury_was_hurt_likelier_an_hour_before_than_four() -> None:
    crimes = [crime("p", when) for when in ("6 23:10", "6 22:10", "6 21:10", "6 20:10", "6 19:10", "6 12:10")]
    # 40, 100, 160, 220, 280 and 700 minutes before the arrival.
    found = [level_of_time(attendance("e", "6 23:50", "6 23:50"), each) for each in crimes]
    assert found == [41, 42, 43, 44, 45, 46]


def test_a_crime_of_a_range_of_days_is_compared_by_how_long_that_is() -> None:
    hurt = attendance("e", "6 22:40", "6 23:50")
    ranges = [crime("p", when, until="7 09:00") for when in ("6 12:00", "5 12:00", "2 12:00")]
    # 21, 45 and 117 hours. The first was known before the attendance tells of it.
    assert [level_of_time(hurt, each) for each in ranges] == [40, 53, 54]
