"""Chance is allowed for: whole where few rows are usual, and the error of a clear difference where many are."""

from math import sqrt

import pytest

from vrp_pipeline.validation.chance import ERROR_OF_CLEAR, LEAST_CLEAR, allowing_for_chance


@pytest.mark.parametrize(
    ("rows", "usual", "errors"),
    [
        (30, 100, 3.0),  # of few rows all of chance is allowed for, however far they are from the usual ones
        (180, 200, 3.0),  # 20 is less than 3 · √200 = 42.4
        (150, 200, ERROR_OF_CLEAR),  # 50 is more
        (250, 200, ERROR_OF_CLEAR),
        (9_000, 12_000, ERROR_OF_CLEAR),
    ],
)
def test_chance_is_allowed_for_whole_until_a_difference_is_clear(rows: int, usual: int, errors: float) -> None:
    most, fewest = allowing_for_chance(rows, usual, 3.0)
    assert (most - rows, rows - fewest) == pytest.approx((errors * sqrt(usual),) * 2)


def test_a_quarter_less_of_a_force_is_below_its_limit_and_a_quiet_february_of_a_small_town_is_not() -> None:
    # The force sends 0.8 of its usual crimes at least. Of a town with 282 usual crimes 221 are 0.78 of them.
    assert allowing_for_chance(9_000, 12_000, 3.0)[0] / 12_000 < 0.8
    assert allowing_for_chance(221, 282, 3.0)[0] / 282 > 0.8


def test_half_of_a_district_is_below_its_limit_from_the_least_clear_number_on() -> None:
    assert allowing_for_chance(LEAST_CLEAR // 2, LEAST_CLEAR, 4.2)[0] / LEAST_CLEAR < 0.7
