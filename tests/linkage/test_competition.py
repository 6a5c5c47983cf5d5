"""Rivals share a record: probabilities against all ways to pair the records, counted by hand."""

import numpy as np
import pytest

from vrp_pipeline.linkage.events.competition import Side, share


def side(*records: int, groups: tuple[int, ...] | None = None, room: int = 1) -> Side:
    return Side(np.array(records), np.array(groups or records), np.full(len(records), room))


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
    found = share(np.array([3.0, 3.0]), side(0, 0), side(1, 2, groups=(1, 1), room=2))
    assert found == pytest.approx([0.75, 0.75])
