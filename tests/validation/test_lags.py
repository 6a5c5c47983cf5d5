"""Two times of a row lie an hour further apart where one of them is in UTC in summer: the month is held."""

import math

import pyarrow as pa
import pytest

from vrp_pipeline.feeds.contract.quantities import Lag
from vrp_pipeline.validation.lags import QUARTER, TENTH, TWO_FIFTHS, VALUES, lag_metrics, lags_of

VISITS = (Lag(("injury_date", "injury_time"), ("arrived_at",)),)


def visits(*minutes: int) -> dict[str, dict[str, int]]:
    """A month of visits, each so many minutes after ten in the evening of 9 June."""
    start = 1_717_970_400_000_000  # 2024-06-09T22:00 in microseconds
    return lags_of(
        VISITS,
        pa.table(
            {
                "injury_date": pa.array([19_883] * len(minutes), pa.int32()).cast(pa.date32()),
                "injury_time": pa.array(["22:00:00"] * len(minutes), pa.string()),
                "arrived_at": pa.array([start + each * 60_000_000 for each in minutes], pa.timestamp("us")),
            }
        ),
    )


def test_quantiles_are_those_of_the_minutes_across_midnight() -> None:
    # 0, 2, …, 200 minutes: a tenth of them at most 20, a quarter 50, two fifths 80.
    assert visits(*range(0, 201, 2)) == {"arrived_at": {VALUES: 101, TENTH: 20, QUARTER: 50, TWO_FIFTHS: 80}}


@pytest.mark.parametrize("hour", [60, -60])
def test_an_hour_too_many_or_too_few_lies_beyond_chance(hour: int) -> None:
    # The density is 0.3 over 60 minutes: the error is √(0.25 × 0.75) × 60/0.3 × √(2/101 + 1/1,212) = 12.4382, and
    # 60 − 3 × 12.4382 = 22.69.
    found = lag_metrics(VISITS, visits(*range(hour, hour + 201, 2)), [visits(*range(0, 201, 2))] * 12)
    assert found["lag_of_arrived_at"] == pytest.approx(22.69, abs=0.01)
    assert float(found["lag_of_arrived_at"] or 0) > VISITS[0].most
    assert (found["lag_of_arrived_at_now"], found["lag_of_arrived_at_usual"]) == (f"{50 + hour:,}", "50")


def test_a_few_minutes_are_chance() -> None:
    now = visits(*range(20, 221, 2))
    assert lag_metrics(VISITS, now, [visits(*range(0, 201, 2))] * 12)["lag_of_arrived_at"] == 0.0


def test_few_rows_and_a_first_month_tell_nothing() -> None:
    assert visits(*range(19)) == {}
    for now, before in ((visits(), [visits(*range(30))]), (visits(*range(30)), [])):
        assert math.isnan(float(lag_metrics(VISITS, now, before)["lag_of_arrived_at"] or 0))
