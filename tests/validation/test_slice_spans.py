"""A small slice that has no row in several months together is gone, though chance may leave it none in one of them."""

import pytest

from vrp_pipeline.validation.slice_extremes import extremes
from vrp_pipeline.validation.slice_spans import gone

LEAST = 20


def months(*counts: int) -> list[dict[str, dict[str, int]]]:
    return [{"hospital": {"R1": count, "R2": 300} if count else {"R2": 300}} for count in counts]


def test_eight_rows_a_month_are_gone_after_a_quarter_without_any() -> None:
    # 3 × 8 = 24 usual. Ten months before are 10/3 quarters: (10/13)^(10/3 × 24) = 7.7e-10.
    before = months(*[8] * 10, 0, 0)
    (found,) = gone({"hospital": {"R2": 300}}, before, LEAST)
    assert (found.slicing, found.label, found.months, found.usual) == ("hospital", "R1", 3, 24.0)
    lowest, _ = extremes({"hospital": {"R2": 300}}, before)
    assert lowest is not None
    assert (lowest.name, lowest.rows, lowest.usual, lowest.share) == ("hospital 'R1' in 3 months", 0, 24.0, 0.0)


def test_four_rows_a_month_are_gone_after_half_a_year_and_not_before() -> None:
    # Half a year has 24, a quarter 12: too few.
    assert [each.months for each in gone({"hospital": {"R2": 300}}, months(*[4] * 7, *[0] * 5), LEAST)] == [6]
    assert list(gone({"hospital": {"R2": 300}}, months(*[4] * 8, *[0] * 4), LEAST)) == []


@pytest.mark.parametrize(
    "before",
    [
        months(*[8] * 11, 0),  # two months of a quarter without a row
        months(*[8] * 10, 0, 1),  # a row in one of the months
        months(*[3] * 10, 0, 0),  # nine usual in a quarter
        months(*[0] * 5, *[16] * 5, 0, 0),  # in half of the months: a season
        months(8, 8, 0, 0),  # nothing to compare with
    ],
    ids=["too short", "still there", "too few", "a season", "no history"],
)
def test_what_may_be_chance_or_a_season_is_not_gone(before: list[dict[str, dict[str, int]]]) -> None:
    assert list(gone({"hospital": {"R2": 300}}, before, LEAST)) == []


def test_a_slice_with_a_row_is_there() -> None:
    assert list(gone({"hospital": {"R1": 1, "R2": 300}}, months(*[8] * 10, 0, 0), LEAST)) == []
