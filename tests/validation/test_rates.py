"""A rate is that of its own count and population, and lies between its limits."""

import math

import pyarrow as pa
import pytest

from vrp_pipeline.feeds.contract.quantities import Rates
from vrp_pipeline.validation.rates import rate_metrics

RATES = Rates("rate", "lower", "upper", "count", "population", per=100_000)
# 80 in 200,000 are 40 for 100,000; standardised by age they may be 44.
RIGHT = {"rate": 44.0, "lower": 35.0, "upper": 55.0, "count": 80.0, "population": 200_000.0}


def unfounded(**changes: float | None) -> tuple[float, float]:
    row = {**RIGHT, **changes}
    found = rate_metrics(RATES, pa.table({name: pa.array([value], pa.float64()) for name, value in row.items()}))
    return found["rows_of_unfounded_rates"], found["share_of_unfounded_rates"]


def test_a_standardised_rate_may_differ_from_the_crude_one() -> None:
    assert unfounded() == (0.0, 0.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"rate": 0.44, "lower": 0.35, "upper": 0.55},
        {"rate": 35.0, "lower": 44.0},
        {"rate": 80.0, "count": 44.0},
        {"count": 200_000.0, "population": 80.0},
        {"population": 66_667.0},
        {"rate": 88.0},
    ],
    ids=["for 1,000", "its lower limit", "its count", "count and population", "a population of one year", "twice"],
)
def test_a_rate_that_the_others_of_its_row_contradict_is_counted(changes: dict[str, float]) -> None:
    assert unfounded(**changes) == (1.0, 1.0)


def test_a_row_without_one_of_the_numbers_is_not_judged() -> None:
    for name in RIGHT:
        rows, share = unfounded(**{name: None})
        assert rows == 0.0
        assert math.isnan(share)
    assert math.isnan(unfounded(population=0.0)[1])
