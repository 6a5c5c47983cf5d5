"""A default in place of what is not known, and a program that rounds, leave possible values: history shows them."""

import math
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.support.deliveries import write_rows
from tests.support.hospitals import ATTENDANCES, attendance, deliver
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.bronze_schema import bronze_schema
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.validation.grain import MOST_FREQUENT, ROUND, VALUES, Grain, grain_metrics, grain_of

FIRE = FEEDS["fire__incidents"]


def calls(column: str, values: list[Any]) -> dict[str, int] | None:
    """What the calls of a month tell of a column."""
    rows = pa.Table.from_pylist([{column: value} for value in values], schema=bronze_schema(FIRE))
    return grain_of(FIRE, rows).get(column)


@pytest.mark.parametrize(
    ("column", "values", "most_frequent", "round_ones"),
    [
        ("first_pump_seconds", [300, 300, 305, 311, *range(401, 417)], 2, 3),  # 300 twice, 410
        ("call_time", [time(1, minute).isoformat() for minute in range(20)], 1, 1),
        ("called_at", [datetime(2024, 3, 1, hour, 0) for hour in range(20)], 1, 20),
    ],
)
def test_values_the_most_frequent_one_and_round_ones_are_counted(
    column: str, values: list[Any], most_frequent: int, round_ones: int
) -> None:
    assert calls(column, values) == {VALUES: 20, MOST_FREQUENT: most_frequent, ROUND: round_ones}


def test_degrees_are_round_in_hundredths() -> None:
    places = [{"injury_latitude": value} for value in (*[50.9] * 10, *[50.9123] * 5, *[50.95] * 5)]
    found = grain_of(ATTENDANCES, pa.Table.from_pylist(places, schema=bronze_schema(ATTENDANCES)))
    assert found["injury_latitude"] == {VALUES: 20, MOST_FREQUENT: 10, ROUND: 15}


def test_blanks_and_few_values_tell_nothing() -> None:
    assert calls("first_pump_seconds", [None] * 30 + [*range(19)]) is None


def grain(values: int, most_frequent: int, round_ones: int) -> Grain:
    return {"age": {VALUES: values, MOST_FREQUENT: most_frequent, ROUND: round_ones}}


def test_shares_are_told_beyond_what_is_usual_and_chance() -> None:
    # 5 of 100 are usual: 3·√(p(1 − p)/100) with p = (5 + 1)/102 is 0.070588. Of 100 round ones 10 are usual, and with
    # p = 11/102 it is 0.093055.
    found = grain_metrics(grain(100, 60, 90), [grain(100, 5, 10)] * 3)
    assert found["share_of_one_value"] == pytest.approx(0.60 - 0.05 - 0.070588, abs=1e-5)
    assert found["share_of_round"] == pytest.approx(0.90 - 0.10 - 0.093055, abs=1e-5)
    assert (found["rows_of_one_value"], found["rows_of_one_value_usual"], found["column_of_one_value"]) == (
        60,
        5,
        "age",
    )


@pytest.mark.parametrize("before", [[], [grain(100, 5, 10)] * 2, [{}] * 5])
def test_nothing_is_said_before_three_months_have_the_column(before: list[Grain]) -> None:
    assert math.isnan(float(grain_metrics(grain(100, 60, 90), before)["share_of_one_value"] or 0))


@pytest.mark.parametrize(("age", "told"), [("0", "60 rows have one and the same value of 'age_at_arrival'"), ("", "")])
def test_a_month_in_which_a_default_stands_for_every_age_is_held_and_one_with_blanks_by_its_blanks(
    lake: Lake, tmp_path: Path, age: str, told: str
) -> None:
    for place, month in enumerate(("2023-11", "2023-12", "2024-01", "2024-02", "2024-03")):
        rows = [
            attendance(month, "RHM01", 1 + number % 28, str(number))
            | {
                "Age_At_Arrival": age if month == "2024-03" else str(18 + (number * 7 + place * 13) % 60),
                "Arrival_Time": f"{(number * 7 + place) % 24:02d}:{(number * 11 + place * 17) % 60:02d}",
                "EC_Injury_Time": "",
                "EC_Injury_Date": "",
            }
            for number in range(60)
        ]
        deliver(lake, write_rows(tmp_path / f"{month}.csv", rows), f"2024-04-0{1 + place}")
    verdicts = {verdict.partition: verdict for verdict in ingest(lake, ATTENDANCES)}
    assert {month for month, verdict in verdicts.items() if verdict.status is Status.HELD} == {"2024-03"}
    assert told in verdicts["2024-03"].sentence
