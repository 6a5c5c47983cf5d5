"""Rivals share a record: probabilities against all ways to pair the records, counted by hand and by an oracle."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from vrp_pipeline.linkage.events.competition import MOST_ODDS, Competition, Side


def side(*groups: int, room: int = 1) -> Side:
    return Side(np.array(groups), np.full(len(groups), room))


# Where next to nobody has a partner, rivals alone count.
NEXT_TO_NONE = (np.inf, np.inf)


def share(odds: np.ndarray, left: Side, right: Side, seats: tuple[float, float] = NEXT_TO_NONE) -> np.ndarray:
    return Competition(left, right).share(odds, seats)


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
    # Half steps leave a ten-millionth of the way, in logarithms.
    assert found == pytest.approx(by_counting, rel=1e-4)


def test_odds_beyond_certainty_lose_no_other_pair() -> None:
    found = share(np.array([1e30, 1e30, 1.0]), side(1, 2, 3), side(0, 0, 0, room=2))
    assert found[2] == pytest.approx(2 / MOST_ODDS, rel=1e-6)


def test_where_a_quarter_of_patients_seem_to_have_a_crime_a_pair_is_worth_a_third_more_than_its_odds() -> None:
    # Two patients, of whom one has a pair with one of very many crimes, odds 1: by itself half a seat of two is taken.
    # Without a partner are 3 in 4, so the odds are 4 : 3.
    assert share(np.array([1.0]), side(0), side(9), (2, np.inf)) == pytest.approx([4 / 7], abs=1e-6)
    assert share(np.array([1.0]), side(0), side(9), (10**9, 10**9)) == pytest.approx([0.5], abs=1e-6)


def test_where_nearly_all_seem_to_have_a_partner_a_pair_is_still_not_certain() -> None:
    # One patient and one crime, odds 999: 0.1 of a seat is kept on either side, so odds of 99,900.
    (found,) = share(np.array([999.0]), side(0), side(9), (1, 1))
    assert found == pytest.approx(99_900 / 99_901)


@pytest.mark.parametrize("partners", [0.2, 0.5, 0.8])
def test_pairs_are_right_as_often_as_they_claim_however_many_have_a_partner(partners: float) -> None:
    # 6,000 patients and as many crimes. A pair of one event is near or far with one half each; by chance a patient
    # meets 0.3 crimes near and 1.5 far. The odds of a pair by itself are what both bring.
    rng = np.random.default_rng(20)
    number, near, far = 6_000, 0.3, 1.5
    true = np.flatnonzero(rng.random(number) < partners)
    is_near = rng.random(len(true)) < 0.5
    met = [rng.poisson(rate, number) for rate in (near, far)]
    left = np.concatenate([true, *(np.repeat(np.arange(number), each) for each in met)])
    right = np.concatenate([true, rng.integers(0, number, sum(each.sum() for each in met))])
    is_close = np.concatenate([is_near, np.repeat([True, False], [each.sum() for each in met])])
    odds = np.where(is_close, partners / 2 / near, partners / 2 / far)
    is_true = np.arange(len(left)) < len(true)
    room = np.ones(len(left), dtype=int)
    claimed = share(odds, Side(left, room), Side(number + right, room), (number, number))
    for low in np.arange(0, 1, 0.2):
        of = (claimed > low) & (claimed <= low + 0.2)
        if of.sum() > 300:
            assert claimed[of].mean() == pytest.approx(is_true[of].mean(), abs=0.05)
    assert claimed.sum() == pytest.approx(len(true), rel=0.05)
