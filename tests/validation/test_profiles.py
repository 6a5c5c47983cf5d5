from collections.abc import Callable
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.validation.drift import drift, spread_metrics
from vrp_pipeline.validation.labels import BLANK, measures_of
from vrp_pipeline.validation.profiles import Profile, profile_of

STREET = FEEDS["police__street_crimes"]
KEY = b"k" * 32


def rows(**columns: list[object]) -> pa.Table:
    return pa.table(columns)


def test_a_profile_counts_agreed_codes_and_blanks_and_shows_no_other_value() -> None:
    given_rows = rows(
        record_id=["1", "2", "3", "4"],
        crime_type=["Robbery", "Robbery", None, "Mr Example Person"],
        longitude=[-1.4, None, None, None],
        latitude=[50.9, None, None, None],
    )
    profile = profile_of(STREET, given_rows, KEY)
    hidden = next(label for label in profile.columns["crime_type"] if label.startswith("#"))
    assert profile.columns["crime_type"] == {"Robbery": 2, BLANK: 1, hidden: 1}
    assert "Example" not in str(profile.stored)
    assert profile.columns["longitude"] == {BLANK: 3, "(given)": 1}


def test_a_profile_is_read_back_from_a_verdict_as_it_was_counted() -> None:
    profile = Profile(
        {"kind": {"a": 2}},
        {"age": {"23": 2}},
        {"district": {"Havant": 1, "blank": 1}},
        {"": {"01": 2}, "RHM01": {"01": 1}},
    )
    assert profile.stored == {
        "kind": {"a": 2},
        "spread of age": {"23": 2},
        "slices by district": {"Havant": 1, "blank": 1},
        "days of ": {"01": 2},
        "days of RHM01": {"01": 1},
    }
    assert Profile.from_dict(profile.stored) == profile


def test_the_same_shares_are_no_drift() -> None:
    month = {"kind": {"a": 700, "b": 300}}
    assert drift(month, [month] * 12)["shift_of_kind"] == 0.0


def test_a_miscoded_category_moves_the_shares_by_what_was_miscoded() -> None:
    # 300 of 1,000 rows were b and are c now: half the sum of |0.3| + |0.3| is 0.3. Chance, by hand: the size is
    # 1 / (1/1000 + 1/12000) = 923.08; √(0.21/923.08) = 0.015083 for each of a and b, × √(2/π)/2 = 0.012035 together;
    # 3 / (2 √923.08) = 0.049371. So 0.3 − 0.061406.
    usual = {"kind": {"a": 700, "b": 300}}
    shift = drift({"kind": {"a": 700, "c": 300}}, [usual] * 12)["shift_of_kind"]
    assert shift == pytest.approx(0.238594, abs=1e-5)


def test_one_bad_month_among_twelve_does_not_become_usual() -> None:
    usual, bad = {"kind": {"a": 700, "b": 300}}, {"kind": {"z": 1000}}
    assert drift(usual, [usual] * 11 + [bad])["shift_of_kind"] == 0.0


def test_blanks_above_the_usual_share_are_positive_and_below_it_negative() -> None:
    usual = {"place": {BLANK: 100, "(given)": 900}}
    assert drift({"place": {BLANK: 500, "(given)": 500}}, [usual] * 12)["blanks_of_place"] == pytest.approx(
        0.4 - 3 * 0.00992, abs=1e-3
    )
    assert drift({"place": {BLANK: 0, "(given)": 1000}}, [usual] * 12)["blanks_of_place"] < 0


def test_a_column_without_history_is_not_judged() -> None:
    facts = drift({"kind": {"a": 5}}, [])
    assert facts["shift_of_kind"] != facts["shift_of_kind"]


@given(st.lists(st.integers(1, 400), min_size=2, max_size=8), st.integers(3, 12))
def test_drift_stays_between_its_bounds(counts: list[int], months: int) -> None:
    usual = {"kind": {str(n): count for n, count in enumerate(counts)}}
    turned = {"kind": {str(n): count for n, count in enumerate(reversed(counts))}}
    facts = drift(turned, [usual] * months)
    assert 0.0 <= facts["shift_of_kind"] <= 1.0
    assert -1.0 <= facts["blanks_of_kind"] <= 1.0


def test_small_months_drawn_from_the_usual_shares_are_not_called_drift() -> None:
    import numpy as np

    chance = np.random.default_rng(7)
    names = ["a", "b", "c", "d"]
    past = [
        {"kind": dict(zip(names, chance.multinomial(30, [0.4, 0.3, 0.2, 0.1]).tolist(), strict=True))}
        for _ in range(12)
    ]
    called = 0
    for _ in range(500):
        month = {"kind": dict(zip(names, chance.multinomial(30, [0.4, 0.3, 0.2, 0.1]).tolist(), strict=True))}
        called += drift(month, past)["shift_of_kind"] > 0.05
    assert called <= 5, "at most one in a hundred"


def test_times_are_counted_by_hour_and_numbers_by_size() -> None:
    assert measures_of(pa.array(["23:59", "00:00"])).to_pylist() == ["23 h", "00 h"]
    assert measures_of(pa.array([datetime(2024, 3, 4, 7, 59)], pa.timestamp("us"))).to_pylist() == ["07 h"]
    ages = measures_of(pa.array([-1, 0, 23, 127, 128, 255, 256])).to_pylist()
    assert ages == ["below 0", "0", "23", "127", "128 and over", "128 and over", "256 and over"]
    assert measures_of(pa.array([0.5, 99.99, 45_000.0])).to_pylist() == ["0", "99", "32768 and over"]


@pytest.mark.parametrize(
    ("change", "least"),
    [
        (lambda age: age // 5 * 5, 0.6),  # ages rounded down to five years
        (lambda age: age * 0, 0.8),
        (lambda age: age * 12, 0.6),  # months for years
        (lambda age: age, 0.0),
    ],
)
def test_ages_in_other_units_or_bands_move_most_of_the_rows(change: Callable[[int], int], least: float) -> None:
    drawn = np.random.default_rng(7)

    def month(change: Callable[[int], int]) -> dict[str, dict[str, int]]:
        ages = pa.array([change(int(age)) for age in drawn.gamma(4, 9, 1_500)], pa.int32())
        counted = pc.value_counts(measures_of(ages)).to_pylist()
        return {"patient_age": {pair["values"]: pair["counts"] for pair in counted}}

    spread = spread_metrics(month(change), [month(lambda age: age) for _ in range(12)])["spread_of_patient_age"]
    assert spread >= least
    assert least or spread == 0.0


def test_a_measure_is_judged_by_months_with_enough_rows_alone() -> None:
    month = {"patient_age": {"23": 40}}
    assert spread_metrics(month, [month] * 3)["spread_of_patient_age"] == 0.0
    for few in ([month] * 2 + [{"patient_age": {}}] * 10, []):
        assert np.isnan(spread_metrics(month, few)["spread_of_patient_age"])
    assert np.isnan(spread_metrics({"patient_age": {}}, [month] * 3)["spread_of_patient_age"])


def test_values_that_are_rare_in_most_months_count_together() -> None:
    # Of 60 ages each month has ten others: none is usual, and a month of ten more is no drift.
    months = [{"patient_age": {str(10 * part + n): 4 for n in range(10)}} for part in range(6)]
    assert spread_metrics(months[5], months[:5])["spread_of_patient_age"] == 0.0
