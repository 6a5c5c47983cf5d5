"""Rivals share a record: probabilities against all ways to pair the records, counted by hand and by an oracle."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from vrp_pipeline.linkage.events.competition import MOST_ODDS, Side, share


def side(*groups: int, room: int = 1) -> Side:
    return Side(np.array(groups), np.full(len(groups), room))


def test_a_pair_without_rivals_has_the_probability_of_its_odds() -> None:
    assert share(np.array([3.0]), side(0), side(1)) == pytest.approx([0.75])


def test_two_equal_rivals_share_what_one_would_have() -> None:
    # One patient and two crimes, odds 3 each. Ways: no pair (1), the first (3), the second (3). Each has 3 of 7.
    assert share(np.array([3.0, 3.0]), side(0, 0), side(1, 2)) == pytest.approx([3 / 7, 3 / 7])


def test_a_rival_that_fits_better_elsewhere_takes_little() -> None:
    # Patients a and b, crimes p and q; odds a-p 4, b-p 1, b-q 9. Ways: none 1, a-p 4, b-p 1, b-q 9, a-p with b-q 36:
    # a-p has 40 of 51, b-p 1, b-q 45.
    found = share(np.array([4.0, 1.0, 9.0]), side(0, 1, 1), side(2, 2, 3))
    assert found == pytest.approx([40 / 51, 1 / 51, 45 / 51], abs=1e-6)


def test_two_victims_of_one_crime_are_no_rivals() -> None:
    found = share(np.array([3.0, 3.0]), side(0, 0), side(1, 1, room=2))
    assert found == pytest.approx([0.75, 0.75])


def test_one_rival_takes_nothing_from_a_pair_where_there_is_room_for_two() -> None:
    # Two patients and a crime with two victims, odds 3 and 12: each patient is alone with a victim of the crime.
    found = share(np.array([3.0, 12.0]), side(1, 2), side(0, 0, room=2))
    assert found == pytest.approx([3 / 4, 12 / 13])


def test_of_three_patients_two_find_room_with_the_two_victims_of_a_crime() -> None:
    # Odds 1, 2 and 4. Ways: none 1; one of them 1 + 2 + 4 = 7; two of them 2 + 4 + 8 = 14: together 22. The first is in
    # 1 + 2 + 4 = 7 of them, the second in 2 + 2 + 8 = 12, the third in 4 + 4 + 8 = 16.
    found = share(np.array([1.0, 2.0, 4.0]), side(1, 2, 3), side(0, 0, 0, room=2))
    assert found == pytest.approx([7 / 22, 12 / 22, 16 / 22])


@given(
    odds=some.lists(some.floats(1e-3, 1e9), min_size=1, max_size=7),
    room=some.integers(1, 9),
)
@settings(max_examples=200, deadline=None)
def test_a_group_shares_its_room_as_counting_all_ways_says(odds: list[float], room: int) -> None:
    names = range(len(odds))
    ways = {
        chosen: float(np.prod([odds[name] for name in chosen]))
        for number in range(min(room, len(odds)) + 1) for chosen in combinations(names, number)
    }  # fmt: skip
    whole = sum(ways.values())
    by_counting = [sum(weight for chosen, weight in ways.items() if name in chosen) / whole for name in names]
    found = share(np.array(odds), side(*names), side(*([99] * len(odds)), room=room))
    assert found == pytest.approx(by_counting, rel=1e-6)


def test_odds_beyond_certainty_lose_no_other_pair() -> None:
    found = share(np.array([1e30, 1e30, 1.0]), side(1, 2, 3), side(0, 0, 0, room=2))
    assert found[2] == pytest.approx(2 / MOST_ODDS, rel=1e-6)
