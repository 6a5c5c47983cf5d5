"""A small slice of which half is missing is thin where its own months, and those of its kind, scatter no more."""

import pytest

from vrp_pipeline.validation.slice_extremes import extremes
from vrp_pipeline.validation.thin_slices import Thin, thin

LEAST = 20
# Twelve months of a hospital with 100 rows on average, of others with 50 on average: squares of deviations sum to
# 12 × 100 and 12 × 50, so each scatters 12/11 times as much as Poisson counts.
STEADY = [{"hospital": {"R1": 100 + sign * 10, "R2": 50 + sign * 7}} for sign in (1, -1) * 6]


def month(first: int, second: int = 50) -> dict[str, dict[str, int]]:
    return {"hospital": {"R1": first, "R2": second}}


def test_half_of_a_hundred_rows_is_missed_in_a_month() -> None:
    # Six judgements, at 1/2,400 each divided: reach 3.6; its error √(1.09 × 100 × 13/12) = 10.9. 100 − 50 = 50 > 39.
    assert list(thin(month(50), STEADY, LEAST)) == [Thin("hospital", "R1", 1, 50, 100.0)]
    lowest, _ = extremes(month(50), STEADY)
    assert lowest is not None
    assert (lowest.name, lowest.rows, lowest.usual, lowest.share) == ("hospital 'R1'", 50, 100.0, 0.5)


def test_three_quarters_of_a_hundred_rows_and_half_of_fifty_are_chance_in_a_month() -> None:
    assert list(thin(month(75), STEADY, LEAST)) == []
    assert list(thin(month(100, 25), STEADY, LEAST)) == []


def test_half_of_fifty_rows_is_missed_after_a_quarter() -> None:
    # 75 where 150 are usual; the error is √(1.09 × 150 × (1 + 3/10)) = 14.6, and 75 lie 5.1 of them below.
    before = [*STEADY[:10], month(100, 25), month(100, 24)]
    (found,) = thin(month(100, 25), before, LEAST)
    assert (found.label, found.months, found.rows, found.usual) == ("R2", 3, 74, 150.0)


def test_a_slice_that_always_scattered_is_not_thin() -> None:
    # 40 and 160 by turns scatter 36 × 12/11 times as much as Poisson counts.
    before = [month(rows) for rows in (40, 160) * 6]
    assert list(thin(month(40), before, LEAST)) == []


def test_one_slice_is_known_by_how_all_of_its_kind_scatter() -> None:
    # R1 is steady for once, but ten others of its kind have 40 and 160 by turns.
    others = {f"R{number}": 100 for number in range(2, 12)}
    before = [{"hospital": {"R1": 100, **dict.fromkeys(others, rows)}} for rows in (40, 160) * 6]
    assert list(thin({"hospital": {"R1": 50, **others}}, before, LEAST)) == []


@pytest.mark.parametrize("months", [0, 5])
def test_before_half_a_year_is_known_nothing_is_said(months: int) -> None:
    assert list(thin(month(50), STEADY[:months], LEAST)) == []


def test_a_quiet_season_is_not_thinner_than_the_one_before() -> None:
    # A quarter of 90, 60 and 90 came before: 0.8 of 240 are 192, and this one has 210 where 450 are usual.
    before = [month(rows) for rows in (150, 150, 90, 60, 90, 150, 150, 150, 150, 150, 70, 70)]
    assert list(thin(month(70), before, LEAST)) == []


def test_a_month_that_lost_a_slice_makes_none_of_the_two_after_it_thin() -> None:
    # 0 + 95 + 95 of 300 are 0.63, as if a third were missing in each.
    assert list(thin(month(95), [*STEADY[:10], month(0), month(95)], LEAST)) == []
