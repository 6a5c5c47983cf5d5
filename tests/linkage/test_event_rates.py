"""The lake's own numbers: what chance brings, and how often a record has a partner, against counts by hand."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.support.event_records import EMERGENCY, POLICE, at, attendance, crime, table
from vrp_pipeline.linkage.events.comparisons import Candidates, Counts, FeedPair, compare, prepare
from vrp_pipeline.linkage.events.inputs import linkage_inputs
from vrp_pipeline.linkage.events.levels import SIZES, levels_of
from vrp_pipeline.linkage.events.model import EVENT_MODEL
from vrp_pipeline.linkage.events.rates import Rates, chance, estimate, rates_of, uninformed
from vrp_pipeline.linkage.events.within_rates import estimate_within
from vrp_pipeline.linkage.models.files import load


def counted(*records: dict[str, Any]) -> Counts:
    with duckdb.connect() as connection:
        connection.register("inputs", linkage_inputs(table(*records)))
        return compare(connection, FeedPair(EMERGENCY, POLICE), prepare(connection))[0]


def later(record: dict[str, Any], name: str, minutes: int, **told: Any) -> dict[str, Any]:
    """The record so many minutes later."""
    moved = {
        column: record[column] + dt.timedelta(minutes=minutes)
        for column in ("occurred_from", "occurred_until", "reported_at")
        if record[column] is not None
    }
    return {**record, **moved, "event_record_id": name, "agency_incident": name, **told}


def weekly(crimes: Iterable[int], attendances: Iterable[int]) -> list[dict[str, Any]]:
    """A crime and an attendance on the Saturdays of these weeks."""
    return [
        *(later(crime("p", "6 22:00"), f"p{week}", week * 7 * 1440) for week in crimes),
        *(later(attendance("e", "6 22:40", "6 23:50"), f"e{week}", week * 7 * 1440) for week in attendances),
    ]


def test_pairs_by_chance_are_counted_on_records_shifted_by_seven_and_nine_weeks() -> None:
    # One crime and one attendance on each of 40 Saturdays: 40 candidates. Shifted by 7 weeks 33 of them meet the crime
    # of another Saturday, by 9 weeks 31, and as many the other way.
    found = counted(*weekly(range(40), range(40)))
    assert (found.pairs.sum(), found.by_chance.sum(), found.exposed.sum()) == (40, 128, 128)
    assert found.shifts == 128 / 40
    brought, _ = chance(found, uninformed())
    # The prior is worth 30 records, and knows nothing of the 15 levels of age and sex and the 4 of kind.
    by_hand = 40 * 128 / (128 + 30) * (128 + 30 / 15) / (128 + 30) * (128 + 30 / 4) / (128 + 30)
    assert brought.sum() == pytest.approx(by_hand, rel=0.01)


def test_a_lake_of_six_weeks_counts_chance_on_every_week_that_it_has() -> None:
    # By one week 5 of 6 meet another Saturday, by two 4, ... by five one, and as many the other way.
    found = counted(*weekly(range(6), range(6)))
    assert (found.pairs.sum(), found.by_chance.sum(), found.exposed.sum(), found.shifts) == (6, 30, 30, 5)
    assert found.tells_chance


def test_of_twenty_weeks_all_shifts_of_a_season_are_counted_since_four_leave_too_few() -> None:
    # 7 and 9 weeks meet 2 x (13 + 11) / 20 = 2.4 times; all of 1 to 13 weeks 2 x (19 + 18 + ... + 7) = 338 in all.
    found = counted(*weekly(range(20), range(20)))
    assert (found.by_chance.sum(), found.exposed.sum(), found.shifts) == (338, 338, 16.9)


def test_beside_a_feed_that_has_just_joined_only_records_within_its_reach_meet_chance() -> None:
    # Crimes of the last 5 of 40 weeks. Five attendances can meet them. Moved on by each of 1 to 13 weeks five others
    # do, and moved back by 1, 2, 3 and 4 weeks 4, 3, 2 and 1.
    found = counted(*weekly(range(35, 40), range(40)))
    assert (found.records.sum(), found.by_chance.sum(), found.exposed.sum()) == (5, 75, 75)
    assert found.shifts == 15


def test_a_gap_of_a_feed_neither_counts_as_exposure_nor_as_within_reach() -> None:
    # Crimes of the first and the last 3 of 40 weeks. Moved by k weeks either way 3 attendances meet one of the far
    # end, and 3 - k one of the near end: 2 x (13 x 3 + 2 + 1) = 84.
    found = counted(*weekly([0, 1, 2, 37, 38, 39], range(40)))
    assert (found.records.sum(), found.by_chance.sum(), found.exposed.sum(), found.shifts) == (6, 84, 84, 14)


def test_a_feed_with_a_record_every_five_weeks_has_no_gaps() -> None:
    # Crimes of weeks 0, 5, … 35 reach the attendances of weeks 0 to 35. Of 40 attendances 33 and 29 lie among them once
    # moved by 7 weeks, 31 and 27 moved by 9: 120, 3.33 for each of the 36.
    found = counted(*weekly(range(0, 40, 5), range(40)))
    assert (found.records.sum(), found.exposed.sum()) == (36, 120)
    assert found.shifts == pytest.approx(120 / 36)


@pytest.mark.parametrize(("weeks", "is_learnt"), [(1, False), (2, False), (3, True)])
def test_rates_are_those_of_the_stored_model_until_three_weeks_are_there(weeks: int, is_learnt: bool) -> None:
    prior = rates_of(load(EVENT_MODEL)["feeds"][f"{EMERGENCY}|{POLICE}"])
    found = counted(*weekly(range(weeks), range(weeks)))
    assert found.tells_chance == is_learnt
    rates, _ = estimate(found, prior)
    assert np.array_equal(rates.partners, prior.partners) != is_learnt
    assert all(np.array_equal(rates.shares[name], prior.shares[name]) for name in prior.shares) != is_learnt


def test_within_a_feed_too_short_to_learn_from_no_pattern_has_odds() -> None:
    with duckdb.connect() as connection:
        twice = [
            {**record, "event_record_id": f"{number}{record['event_record_id']}", "agency_incident": None}
            for record in weekly([], range(3))
            for number in range(2)
        ]
        connection.register("inputs", linkage_inputs(table(*twice)))
        found = compare(connection, FeedPair(EMERGENCY, EMERGENCY), prepare(connection))[0]
    assert found.pairs.sum() == 6
    assert found.tells_chance
    assert estimate_within(found, uninformed())[1].max() > 0
    assert estimate_within(replace(found, shifts=1.0), uninformed())[1].max() == 0


def test_of_a_dense_lake_fewer_records_are_compared_with_shifted_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    # 40 crimes in 274 days: near the 40 attendances lie 40 · 40 / 274 · 3 days · 4 shifts = 70 shifted ones. Where 23
    # are enough, every third record is taken, counting both feeds, the attendance first: those of the Saturdays 2, 5, …
    # 38, which meet 2 + 2 + 3 + 7 · 4 + 3 + 2 + 2 crimes.
    monkeypatch.setattr("vrp_pipeline.linkage.events.comparisons.SAMPLED_PAIRS", 23)
    found = counted(*weekly(range(40), range(40)))
    assert (found.pairs.sum(), found.by_chance.sum(), found.exposed.sum()) == (40, 42, 42)


def test_the_share_with_a_partner_is_learnt_where_half_of_the_patients_are_known_to_police() -> None:
    # 40 weeks with 50 crimes and 20 attendances each, spread at random over times and 20 km. Ten of the 20 patients are
    # victims of a crime of the same time, place, age and sex; nothing else is alike but by chance.
    random = np.random.default_rng(3)
    records = []
    for number in range(2_000):
        minute = int(random.integers(0, 40 * 7 * 1440))
        told = {
            "easting": 430_000 + int(random.integers(0, 20_000)), "northing": 100_000 + int(random.integers(0, 20_000)),
            "victim_age": int(random.integers(15, 60)), "victim_sex": ("male", "female")[number % 2],
        }  # fmt: skip
        records.append(later(crime("p", "6 22:03"), f"p{number}", minute, **told))
        if number < 400:
            records.append(later(attendance("e", "6 22:03", "6 23:50"), f"e{number}", minute, **told))
        elif number < 800:
            minute = int(random.integers(0, 40 * 7 * 1440))
            told |= {"easting": 430_000 + int(random.integers(0, 20_000)), "victim_age": int(random.integers(15, 60))}
            records.append(later(attendance("e", "6 22:03", "6 23:50"), f"e{number}", minute, **told))
    found = counted(*records)
    rates, odds = estimate(found, uninformed())
    share = (rates.partners * found.records.sum(axis=1)).sum() / found.records.sum()
    assert share == pytest.approx(0.5, abs=0.03)
    likely = found.pairs[odds > 1].sum()
    assert 395 <= likely <= 410


def test_an_hour_without_records_brings_nothing_by_chance_but_the_prior() -> None:
    found = counted(crime("p", "6 22:40"), attendance("e", "6 22:40", "6 23:50"))
    assert found.exposed.sum() == 0
    assert at("6 22:40") == dt.datetime(2023, 5, 6, 22, 40)
    rates, odds = estimate(found, uninformed())
    assert odds[0] > 1
    assert rates.partners.max() < 0.3


def test_the_rates_are_those_of_expectation_maximisation_pattern_by_pattern() -> None:
    random = np.random.default_rng(11)
    codes = np.unique(random.integers(0, np.prod(list(SIZES.values())), 400))
    shape = (SIZES["stratum"], SIZES["person"])
    counts = Counts(
        feeds=FeedPair(EMERGENCY, POLICE),
        codes=codes,
        levels=levels_of(codes),
        pairs=random.poisson(3, len(codes)).astype(float),
        by_chance=random.poisson(2, len(codes)).astype(float),
        records=1 + random.poisson(5, shape).astype(float),
        exposed=random.poisson(9, shape).astype(float),
        shifts=4.0,
        right_per_day=40.0,
    )
    prior = rates_of(load(EVENT_MODEL)["feeds"][f"{EMERGENCY}|{POLICE}"])
    rates, odds = estimate(counts, prior)
    by_hand, odds_by_hand = expectation_maximisation(counts, prior)
    assert rates.partners == pytest.approx(by_hand["partners"], rel=1e-9)
    for name, shares in rates.shares.items():
        assert shares == pytest.approx(by_hand[name], rel=1e-9), name
    assert odds == pytest.approx(odds_by_hand, rel=1e-9)


def expectation_maximisation(counts: Counts, prior: Rates) -> tuple[dict[str, np.ndarray], list[float]]:
    """The rates and odds of patterns, one at a time: what is known of the left record says by which shares it goes."""
    brought, _ = chance(counts, prior)
    found = {"partners": prior.partners, **prior.shares}

    def shares_of(pattern: np.ndarray) -> dict[str, tuple[int, int]]:
        stratum, person, time, place, age_sex, kind, number = pattern.tolist()
        age_told, sex, kind_told = person // 9 > 0, person // 3 % 3, person % 3
        places = 0 if stratum <= 3 else 1 if stratum <= 6 else 2
        untold = (0 if age_told else 2) + (1 if sex == 2 else 0)
        return {
            "time": (0, time), "place": (places, place), "age_sex": (untold, age_sex), "kind": (kind_told, kind),
            "number": (0, number),
        }  # fmt: skip

    def rate(pattern: np.ndarray) -> float:
        stratum, person = pattern[:2].tolist()
        each = [found[name][cell] for name, cell in shares_of(pattern).items()]
        return float(counts.records[stratum, person] * found["partners"][stratum] * np.prod(each))

    for _ in range(60):
        sums = {name: 30 * values for name, values in [("partners", prior.partners), *prior.shares.items()]}
        for pattern, pairs, by_chance in zip(counts.levels, counts.pairs, brought, strict=True):
            of_event = rate(pattern)
            matched = pairs * of_event / (of_event + by_chance) if pairs else 0.0
            sums["partners"][pattern[0]] += matched
            for name, cell in shares_of(pattern).items():
                sums[name][cell] += matched
        partners = sums.pop("partners") / (counts.records.sum(axis=1) + 30)
        found = {name: np.maximum(each / each.sum(axis=1, keepdims=True), 1e-4) for name, each in sums.items()}
        found["partners"] = partners
    return found, [rate(pattern) / by_chance for pattern, by_chance in zip(counts.levels, brought, strict=True)]


def test_of_the_candidates_those_of_the_wanted_patterns_are_selected() -> None:
    codes = np.array([3, 70, 31_751_999])
    first = tuple(np.array(column, dtype=np.int32) for column in ([1, 2, 3], [7, 8, 9], [70, 3, 31_751_999]))
    second = tuple(np.array(column, dtype=np.int32) for column in ([4], [6], [3]))
    left, right, place = Candidates([first, second]).select(codes, np.array([True, False, True]))  # type: ignore[list-item]
    assert (left.tolist(), right.tolist(), place.tolist()) == ([2, 3, 4], [8, 9, 6], [0, 2, 0])


def test_pairs_within_a_feed_are_of_one_patient_where_a_number_is_shared_and_of_two_where_there_are_two() -> None:
    alike = attendance("e", "6 22:40", "6 23:50", nhs="n")
    with duckdb.connect() as connection:
        records = [
            later(
                record, f"{record['event_record_id']}{week}", week * 7 * 1440, pseudonym=f"{record['pseudonym']}{week}"
            )
            for week in range(40)
            for record in (alike, later(alike, "again", 300), later(alike, "other", 5, victim_age=40, pseudonym="m"))
        ]
        connection.register("inputs", linkage_inputs(table(*records)))
        counts = compare(connection, FeedPair(EMERGENCY, EMERGENCY), prepare(connection))[0]
    _, odds, same_patient = estimate_within(counts, uninformed())
    number, met = counts.levels[:, -1], counts.pairs > 0
    assert same_patient[met & (number == 1)] == pytest.approx(1.0, abs=1e-3)
    assert same_patient[met & (number == 2)] == pytest.approx(0.0, abs=2e-3)
    assert set(number[met]) == {1, 2}
    assert len(odds) == len(same_patient)
