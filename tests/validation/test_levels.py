"""A month whose quantities have another size than usual is held: another unit, or another column under the heading."""

import math

import pyarrow as pa
import pytest

from vrp_pipeline.feeds.contract.quantities import Level
from vrp_pipeline.validation.levels import level_metrics, levels_of

COST = (Level("cost_gbp"),)


def month(*values: float | None) -> dict[str, dict[str, int]]:
    return levels_of(COST, pa.table({"cost_gbp": pa.array(values, pa.float64())}))


def factor(now: dict[str, dict[str, int]], before: list[dict[str, dict[str, int]]]) -> float:
    return float(level_metrics(COST, now, before)["level_of_cost_gbp"] or math.nan)


def test_pounds_entered_as_pence_lie_beyond_chance_in_a_month_of_two_events() -> None:
    # ln 10 and ln 40 lie ln 2 from their mean, so every month adds 2 (ln 2)² to the squares and 1 to the freedom: the
    # deviation is ln 2 × √2 = 0.9803. Chance is 3 × 0.9803 × √(2/2 + 1/24) = 3.0015, and 100 / exp(3.0015) = 4.97.
    before = [month(10, 40)] * 12
    assert factor(month(1_000, 4_000), before) == pytest.approx(4.97, abs=0.01)
    assert factor(month(0.1, 0.4), before) == pytest.approx(4.97, abs=0.01)
    assert factor(month(10, 40), before) == 1.0


def test_the_two_levels_are_told_as_typical_values() -> None:
    # √(10 × 40) = 20 and √(1,000 × 4,000) = 2,000.
    told = level_metrics(COST, month(1_000, 4_000), [month(10, 40)] * 12)
    assert (told["level_of_cost_gbp_now"], told["level_of_cost_gbp_usual"]) == ("2e+03", "20")


def test_half_days_counted_as_days_show_in_a_large_month_and_are_chance_in_a_small_one() -> None:
    before = [month(*[2, 4, 8, 16] * 100)] * 12
    assert factor(month(*[1, 2, 4, 8] * 100), before) > 1.5
    assert factor(month(1, 8), before) == 1.0


def test_one_month_in_another_unit_does_not_move_what_is_usual() -> None:
    before = [month(10, 40)] * 4 + [month(1_000, 4_000)]
    assert level_metrics(COST, month(10, 40), before)["level_of_cost_gbp_usual"] == "20"


def test_blanks_and_noughts_have_no_size() -> None:
    assert month(None, 0.0) == {}
    assert month(10, None, 0.0, 40) == month(10, 40)


def test_without_values_or_history_nothing_is_said() -> None:
    for now, before in ((month(None), [month(10, 40)]), (month(10, 40), []), (month(10, 40), [month(None)])):
        assert math.isnan(factor(now, before))


def test_values_that_never_differed_may_differ_by_no_more_than_a_few() -> None:
    assert factor(month(1_000), [month(10)] * 12) > 1.5


def test_three_small_events_after_months_of_larger_ones_are_chance() -> None:
    # Staff present: three are usual. 3 × 0.35 × √(2/1) explains a factor of four in a single event, and in forty 1.3.
    before = [month(3, 3, 3, 4)] * 12
    assert factor(month(1), before) == 1.0
    assert factor(month(*[1] * 40), before) > 1.5
