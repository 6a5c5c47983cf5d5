"""The confidence interval of a change, as the models compute it in SQL, against statsmodels and scipy."""

import math
from collections.abc import Callable, Sequence

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.proportion import proportion_confint

from vrp_pipeline.disclosure.rules import NHS
from vrp_pipeline.report.content.changes import measured, measured_of_shown

pytestmark = pytest.mark.xdist_group("dbt")

QUESTION = """
with add_years as (
    select
        pair,
        sum(current_month) as current_year,
        sum(base_month) as base_year,
        {{ dispersion('current_month', 'base_month') }} as dispersion
    from months
    group by pair
)
select
    {{ interval_method('current_year', 'base_year') }},
    dispersion,
    {{ change_lower('current_year', 'base_year', 'dispersion') }},
    {{ change_upper('current_year', 'base_year', 'dispersion') }},
    {{ change_p_value('current_year', 'base_year', 'dispersion') }}
from add_years
order by pair
"""

Answer = tuple[str, float, float, float, float]
AskMany = Callable[[np.ndarray], list[Answer]]
Ask = Callable[[Sequence[int], Sequence[int]], Answer]


@pytest.fixture(scope="module")
def ask_many(compiled: Callable[[str], str]) -> AskMany:
    """Method, dispersion, lower and upper limit (%), p-value of each pair in an array (pairs, 2 years, 12 months)."""
    sql = compiled(QUESTION)
    connection = duckdb.connect()

    def answers(pairs: np.ndarray) -> list[Answer]:
        months = pd.DataFrame(
            {
                "pair": np.repeat(np.arange(len(pairs)), 12),
                "current_month": pairs[:, 0].ravel(),
                "base_month": pairs[:, 1].ravel(),
            }
        )
        connection.register("months", months)
        return connection.sql(sql).fetchall()

    return answers


@pytest.fixture(scope="module")
def ask(ask_many: AskMany) -> Ask:
    """The same for the months of this year and of the base year."""
    return lambda current, base: ask_many(np.array([[current, base]], dtype="int32"))[0]


def even(total: int) -> list[int]:
    """Twelve months that add up to `total`, as even as they can be."""
    return [total // 12 + (number < total % 12) for number in range(12)]


def regression_limits(current: Sequence[int], base: Sequence[int]) -> tuple[float, float, float]:
    """Dispersion and limits of the year effect in count ~ year + month, with dispersion at least 1."""
    is_current = np.repeat([1.0, 0.0], 12)
    design = np.column_stack([is_current, np.tile(np.eye(12), (2, 1))])
    fit = sm.GLM(np.concatenate([current, base]), design, family=sm.families.Poisson()).fit(scale="X2", tol=1e-12)
    phi = max(1.0, fit.scale)
    half = stats.t.ppf(0.975, fit.df_resid) * fit.bse[0] * math.sqrt(phi / fit.scale)
    return phi, 100 * math.expm1(fit.params[0] - half), 100 * math.expm1(fit.params[0] + half)


counts_of_a_month = st.integers(min_value=1, max_value=3000)
year = st.lists(counts_of_a_month, min_size=12, max_size=12)


@pytest.mark.filterwarnings("ignore:Perfect separation")  # equal years: the fit is exact and still right
@settings(max_examples=40)
@given(current=year, base=year)
def test_large_counts_have_the_interval_of_a_quasi_poisson_regression(
    ask: Ask, current: list[int], base: list[int]
) -> None:
    assume(min(sum(current), sum(base)) >= 100)
    method, dispersion, lower, upper, _ = ask(current, base)
    expected = regression_limits(current, base)
    assert method == "quasi-Poisson"
    assert (dispersion, lower, upper) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@settings(max_examples=60)
@given(current=st.integers(0, 400), base=st.integers(50, 400))
def test_small_counts_have_wilsons_interval_carried_over_to_the_ratio(ask: Ask, current: int, base: int) -> None:
    # At the level at which the normal quantile is that of t with the 11 degrees of freedom of the dispersion.
    assume(min(current, base) < 100)
    method, _, lower, upper, _ = ask(even(current), even(base))
    alpha = 2 * stats.norm.sf(stats.t.ppf(0.975, 11))
    low, high = proportion_confint(current, current + base, alpha=alpha, method="wilson")
    assert method == "conditional score"
    assert (lower, upper) == pytest.approx(
        (100 * (low / (1 - low) - 1), 100 * (high / (1 - high) - 1)), rel=1e-9, abs=1e-9
    )


months_of_few = st.lists(st.integers(0, 12), min_size=12, max_size=12)


@settings(max_examples=60)
@given(current=months_of_few, base=months_of_few)
def test_small_counts_that_scatter_have_the_interval_of_a_score_test_with_that_variance(
    ask: Ask, current: list[int], base: list[int]
) -> None:
    # Inverted by root finding: the share p at which (x - n p)^2 = t^2 phi n p (1 - p).
    x, n = sum(current), sum(current) + sum(base)
    assume(0 < x < n and min(x, n - x) < 100)
    table = np.array([current, base])
    table = table[:, table.sum(axis=0) > 0]
    phi = max(1.0, stats.chi2_contingency(table, correction=False).statistic / 11) if table.shape[1] > 1 else 1.0
    t = stats.t.ppf(0.975, 11)

    def distance(p: float) -> float:
        return float((x - n * p) ** 2 - t**2 * phi * n * p * (1 - p))

    low, high = optimize.brentq(distance, 0, x / n, xtol=1e-14), optimize.brentq(distance, x / n, 1, xtol=1e-14)
    _, dispersion, lower, upper, _ = ask(current, base)
    assert dispersion == pytest.approx(phi, rel=1e-9)
    assert (1 + lower / 100, 1 + upper / 100) == pytest.approx((low / (1 - low), high / (1 - high)), rel=1e-6)


@settings(max_examples=60)
@given(current=st.lists(st.integers(0, 300), min_size=12, max_size=12), base=year)
def test_the_p_value_of_no_change_is_that_of_students_t_on_11_degrees_of_freedom(
    ask: Ask, current: list[int], base: list[int]
) -> None:
    x, y = sum(current), sum(base)
    assume(x > 0)
    _, phi, _, _, p_value = ask(current, base)
    statistic = (
        math.log(x / y) / math.sqrt(phi * (1 / x + 1 / y)) if min(x, y) >= 100 else ((x - y) / math.sqrt(phi * (x + y)))
    )
    assert p_value == pytest.approx(2 * stats.t.sf(abs(statistic), 11), rel=1e-6, abs=1e-12)


@settings(max_examples=60)
@given(current=st.lists(st.integers(0, 60), min_size=12, max_size=12), base=year)
def test_a_report_computes_from_two_counts_what_the_models_do(ask: Ask, current: list[int], base: list[int]) -> None:
    x, y = sum(current), sum(base)
    assume(x > 0)
    method, dispersion, lower, upper, p_value = ask(current, base)
    found = measured(x, y, dispersion)
    assert found.method == method
    # Rounded to 0.1.
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=0.05 + 1e-9)
    assert found.p_value == pytest.approx(p_value, rel=1e-6, abs=1e-12)


@settings(max_examples=40)
@given(current=year, base=year)
def test_the_interval_holds_the_change_and_turns_round_with_the_years(
    ask: Ask, current: list[int], base: list[int]
) -> None:
    _, _, lower, upper, _ = ask(current, base)
    _, _, lower_back, upper_back, _ = ask(base, current)
    assert lower <= 100 * (sum(current) / sum(base) - 1) <= upper
    assert (1 + lower / 100) * (1 + upper_back / 100) == pytest.approx(1, rel=1e-9)
    assert (1 + upper / 100) * (1 + lower_back / 100) == pytest.approx(1, rel=1e-9)


def test_410_to_365_by_hand_is_no_clear_change(ask: Ask) -> None:
    # ln(365 / 410) = -0.116260; sqrt(1/365 + 1/410) = 0.071964; t(0.975, 11) = 2.200985.
    _, dispersion, lower, upper, _ = ask(even(365), even(410))
    assert dispersion == 1
    assert (lower, upper) == pytest.approx((-24.016, 4.303), abs=1e-3)


@pytest.mark.parametrize(("current", "method"), [(99, "conditional score"), (100, "quasi-Poisson")])
def test_the_method_changes_at_a_smaller_count_of_100(ask: Ask, current: int, method: str) -> None:
    assert ask(even(current), even(500))[0] == method
    assert ask(even(500), even(current))[0] == method


def test_months_that_scatter_more_widen_the_interval(ask: Ask) -> None:
    # Ten months of 10 and 10, then 33 after 11 and 11 after 33: X2 = 22, so the dispersion is 2.
    _, dispersion, lower, upper, _ = ask([10] * 10 + [33, 11], [10] * 10 + [11, 33])
    _, _, even_lower, even_upper, _ = ask(even(144), even(144))
    assert dispersion == pytest.approx(2)
    assert lower < even_lower < 0 < even_upper < upper


@pytest.mark.parametrize(("level", "scatter"), [(25.0, 1.0), (80.0, 4.0)])
def test_no_change_is_called_a_change_about_once_in_twenty(ask_many: AskMany, level: float, scatter: float) -> None:
    # 1,000 pairs of years without a change, seasonal and scattered: 5 % is 50 with a standard error of 6.9.
    rng = np.random.default_rng(20230401)
    season = np.broadcast_to(level * (1 + 0.2 * np.sin(np.arange(12))), (1000, 2, 12))
    pairs = rng.poisson(season) if scatter == 1 else rng.negative_binomial(season / (scatter - 1), 1 / scatter)
    called = sum(not lower < 0 < upper for _, _, lower, upper, _ in ask_many(pairs.astype("int32")))
    assert called <= 50 + 3 * 6.9


def test_a_printed_change_is_clear_only_if_it_is_so_for_every_count_that_is_printed_as_these() -> None:
    # 197 and 243 are printed as 195 and 245, whose upper limit is −1.7 %. That of the true counts is +0.1 %.
    true = measured(197, 243, 1.0)
    assert (true.percent, true.lower, true.upper) == (-18.9, -34.4, 0.1)
    printed = measured_of_shown(NHS.shown(197), NHS.shown(243), 1.0)
    assert printed is not None
    assert printed.percent == -20.4
    assert printed.lower <= true.lower
    assert printed.upper >= true.upper
    assert printed.p_value >= true.p_value


@pytest.mark.parametrize("current", range(300, 330, 7))
@pytest.mark.parametrize("base", range(52, 420, 23))
def test_the_interval_of_printed_counts_holds_that_of_the_true_ones(current: int, base: int) -> None:
    printed, true = measured_of_shown(NHS.shown(current), NHS.shown(base), 1.3), measured(current, base, 1.3)
    if printed is None:
        assert base < 53, "53 is printed as 55, which stands for 53 to 57"
        return
    assert printed.lower <= true.lower <= true.upper <= printed.upper
    assert printed.p_value >= true.p_value


@pytest.mark.parametrize(("base", "has_change"), [(47, False), (50, False), (52, False), (53, True), (60, True)])
def test_a_base_that_may_be_under_fifty_has_no_percentage(base: int, has_change: bool) -> None:
    assert (measured_of_shown(NHS.shown(200), NHS.shown(base), 1.0) is not None) is has_change


def test_two_counts_that_may_be_the_same_are_no_change() -> None:
    found = measured_of_shown(NHS.shown(100), NHS.shown(102), 1.0)
    assert found is not None
    assert (found.percent, found.p_value) == (0.0, 1.0)
