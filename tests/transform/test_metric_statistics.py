"""Limits of counts, funnels, false discoveries and charts of months, as the models compute them, and statsmodels."""

from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.rates import confint_poisson

from vrp_pipeline.lake.paths import DBT_PROJECT
from vrp_pipeline.street_patterns.charts import xmr_chart

pytestmark = pytest.mark.xdist_group("dbt")

YEAR = "2023-24"
KEYS = {"metric_id": "M3", "financial_year": YEAR, "geography_level": "district", "breakdown": "all", "category": "all"}
TEXTS = ("metric_name", "area_name", "unit", "interval_method", "statement", "definition_version")
NUMBERS = (
    *("value", "base_value", "change_percent", "change_lower", "change_upper", "completeness_percent"),
    *("unknown_code_rows", "unlocated_rows", "quarantined_rows", "adjusted_p_value", "victims"),
)


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(20240401)


def rates_of(model_sql: Callable[[str], str], years: pd.DataFrame, residents: list[int]) -> pd.DataFrame:
    """`rpt_metric_rates` of the given rows; districts are numbered, and `residents` are theirs."""
    codes = [f"D{number:02}" for number in range(len(residents))]
    full = years.assign(
        **{name: None for name in TEXTS if name not in years},
        **{name: np.nan for name in NUMBERS if name not in years},
        status="complete",
    )
    connection = duckdb.connect()
    for name, frame in {
        "annual_metrics__years": full.drop(columns="dispersion", errors="ignore"),
        "fct_metric_years": full.assign(dispersion=years.get("dispersion", 1.0))[[*KEYS, "area_code", "dispersion"]],
        "int_residents": pd.DataFrame(
            {
                "district_code": codes,
                "age_group": "all",
                "edition": 2021,
                "population": "Census",
                "residents": residents,
            }
        ),
        "partnership_districts": pd.DataFrame({"district_code": codes, "csp_code": codes, "force_code": "F"}),
        "small_count_pairs": full.dropna(subset=["value", "base_value"])[["value", "base_value"]],
        "fct_feed_months": pd.DataFrame({"as_of": [pd.Timestamp("2024-07-15").date()]}),
    }.items():
        connection.register(f"{name}_rows", frame)
        connection.execute(f"create table {name} as from {name}_rows")
    for name in TEXTS:
        connection.execute(f"alter table annual_metrics__years alter {name} type varchar")
    tests = model_sql("annual_metrics__small_count_tests").replace("fct_metric_years", "small_count_pairs")
    connection.execute(f"create table annual_metrics__small_count_tests as {tests}")
    return connection.sql(model_sql("rpt_metric_rates")).df()


def districts(values: list[int], **columns: object) -> pd.DataFrame:
    """A row of years for each district."""
    codes = [f"D{number:02}" for number in range(len(values))]
    return pd.DataFrame({**KEYS, "area_code": codes, "value": values} | columns)


def test_limits_of_a_count_are_exact_below_ten_and_byars_from_there(compiled: Callable[[str], str]) -> None:
    counts = pd.DataFrame({"n": [*range(60), 150, 1000, 20000]})
    connection = duckdb.connect()
    connection.register("counts", counts)
    sql = compiled("select n, {{ poisson_lower('n') }} as low, {{ poisson_upper('n') }} as high from counts order by n")
    found = connection.sql(sql).df()
    low, high = confint_poisson(found["n"].to_numpy(), 1, method="exact-c")
    few = found["n"] < 10
    assert found["low"][few].to_numpy() == pytest.approx(np.nan_to_num(low[few]), rel=1e-12)
    assert found["high"][few].to_numpy() == pytest.approx(high[few], rel=1e-12)
    # Byar's method is an approximation: of the exact limits it is within a part in three hundred from ten on.
    assert found["low"][~few].to_numpy() == pytest.approx(low[~few], rel=1 / 300)
    assert found["high"][~few].to_numpy() == pytest.approx(high[~few], rel=1 / 300)


def test_byars_limits_are_those_of_its_formula_by_hand(compiled: Callable[[str], str]) -> None:
    # 410 (1 - 1/3690 - 1.959964 / (3 sqrt 410))^3 = 371.27, 411 (1 - 1/3699 + 1.959964 / (3 sqrt 411))^3 = 451.67.
    ((low, high),) = duckdb.sql(compiled("select {{ poisson_lower('410') }}, {{ poisson_upper('410') }}")).fetchall()
    assert (round(low, 2), round(high, 2)) == (371.27, 451.67)


# Test data of [PHEindicatormethods 2024]: events by five years of age in two areas of the same residents, and the rate
# and limits it prints for them.
STANDARDISED_RESIDENTS = [
    *(636, 558, 609, 543, 384, 594, 669, 843, 660, 576, 606, 522, 426, 273, 300, 288, 153, 123, 207),
]
STANDARDISED = {
    "big": (
        [127, 25, 18, 21, 12, 27, 48, 27, 29, 32, 32, 34, 45, 65, 38, 68, 74, 82, 91],
        (10430.247991469423, 9717.709067985681, 11178.94091547925),
    ),
    "small": ([12, 4, 3, 2, 3, 4, 8, 2, 2, 3, 4, 5, 6, 8, 5, 6, 5, 5, 4],
              (1103.212025300104, 877.455767536709, 1367.0882227251795)),
}  # fmt: skip


@pytest.mark.parametrize("area", STANDARDISED)
def test_a_standardised_rate_and_its_limits_are_those_of_the_published_example(
    compiled: Callable[[str], str], area: str
) -> None:
    events, printed = STANDARDISED[area]
    weights = pd.read_csv(DBT_PROJECT / "seeds" / "standard_population.csv")["weight"]
    assert (len(weights), weights.sum()) == (19, 100_000)
    bands = pd.DataFrame({"events": events, "people": STANDARDISED_RESIDENTS, "weight": weights})
    connection = duckdb.connect()
    connection.register("bands", bands)
    measures = ("standardised_rate", "standardised_lower", "standardised_upper")
    calls = ", ".join(f"1e5 * ({{{{ {name}('events', 'people', 'weight') }}}})" for name in measures)
    (found,) = connection.sql(compiled(f"select {calls} from bands")).fetchall()
    assert found == pytest.approx(printed, rel=1e-12)


@pytest.mark.parametrize("scatter", [0.0, 0.4])
def test_the_funnel_is_that_of_numpy_and_statsmodels(
    model_sql: Callable[[str], str], chance: np.random.Generator, scatter: float
) -> None:
    residents = chance.integers(40_000, 250_000, 14)
    counts = chance.poisson(residents * 0.002 * np.exp(chance.normal(0, scatter, 14)))
    counts[3] *= 3
    found = rates_of(model_sql, districts(counts.tolist()), residents.tolist()).sort_values("area_code")
    expected = residents * counts.sum() / residents.sum()
    z = 2 * (np.sqrt(counts) - np.sqrt(expected))
    drawn_in = np.clip(z, np.sort(z)[1], np.sort(z)[-2])  # a tenth of fourteen is one at either end
    phi = max(1.0, float(np.mean(drawn_in**2)))
    q = multipletests(2 * stats.norm.sf(np.abs(z) / np.sqrt(phi)), method="fdr_bh")[1]
    assert found["expected_value"].to_numpy() == pytest.approx(expected, abs=0.051)
    assert found["funnel_dispersion"].to_numpy() == pytest.approx(np.full(14, phi), abs=5.1e-5)
    assert found["funnel_q_value"].to_numpy() == pytest.approx(q, abs=5.1e-5)
    said = np.where(q >= 0.05, "as expected", np.where(z > 0, "above", "below"))
    said = np.full(14, "too scattered") if phi > 10 else said
    assert found["funnel_position"].tolist() == said.tolist()
    limits = (
        np.maximum(0, np.sqrt(expected) + np.outer([-1, 1], stats.norm.ppf(0.975) * np.full(14, phi**0.5) / 2)) ** 2
    )
    assert pytest.approx(limits, abs=0.051) == found[["funnel_lower", "funnel_upper"]].to_numpy().T


def change_limits(value: int, base: int) -> tuple[float, float]:
    """Limits of the change in per cent from those of scipy for the share of the second year."""
    limits = stats.binomtest(value, value + base).proportion_ci(0.95, method="exact")
    low, high = (100 * (share / (1 - share) - 1) for share in (limits.low, limits.high))
    return low, high


def test_changes_of_few_events_have_the_exact_conditional_test_of_scipy(
    model_sql: Callable[[str], str], chance: np.random.Generator
) -> None:
    value, base = chance.poisson(20, 40), chance.poisson(35, 40)
    value[:4], base[:4] = [0, 99, 4000, 150], [5, 900, 98, 160]
    found = rates_of(model_sql, districts(value.tolist(), base_value=base.astype(float), unit="crimes"), [1000] * 40)
    found = found.sort_values("area_code")
    expected = [stats.binomtest(int(n), int(n + m), 0.5).pvalue for n, m in zip(value, base, strict=True)]
    exact = np.minimum(value, base) < 100
    assert exact.tolist()[:4] == [True, True, True, False]
    assert found["exact_p_value"].notna().tolist() == exact.tolist()
    assert found["exact_p_value"][exact].to_numpy() == pytest.approx(np.array(expected)[exact], abs=5.1e-5)
    limits = [change_limits(int(n), int(m)) for n, m in zip(value[exact], base[exact], strict=True)]
    assert found.loc[exact, ["exact_change_lower", "exact_change_upper"]].to_numpy() == pytest.approx(
        np.array(limits), abs=0.0501
    )
    assert found.loc[~exact, "exact_change_lower"].isna().all()
    # However small it is, nothing is called a fall or a rise by it.
    assert min(expected) < 0.001
    assert (found["verdict"] == "not published").all()


def test_fewer_than_eight_areas_have_no_funnel(model_sql: Callable[[str], str]) -> None:
    found = rates_of(model_sql, districts([20] * 7), [1000] * 7)
    assert found["funnel_position"].isna().all()
    assert found["rate_per_1000"].tolist() == [20.0] * 7


def test_a_district_without_population_is_in_no_funnel_and_has_no_rate(model_sql: Callable[[str], str]) -> None:
    years = pd.concat([districts([30] * 9), districts([500]).assign(area_code="nowhere")])
    found = rates_of(model_sql, years, [1000] * 9).set_index("area_code")
    assert found["expected_value"].drop("nowhere").tolist() == [30.0] * 9
    assert found["rate_per_1000"].isna().tolist() == [code == "nowhere" for code in found.index]
    assert found.loc["nowhere", "why_no_rate"] == "no population"


def test_figures_of_the_force_are_judged_together_but_published_ones_alone(model_sql: Callable[[str], str]) -> None:
    metrics = ["M1", "M1c", "M1b", "M2b", "M3", "M5"]
    base, value = np.full(6, 1000.0), np.array([900.0, 900.0, 900.0, 1002.0, 998.0, 1005.0])
    years = pd.DataFrame(
        {**KEYS, "geography_level": "force", "area_code": "F", "metric_id": metrics, "value": value, "base_value": base}
    ).assign(dispersion=1.0, change_percent=0.1 * (value - base), change_lower=-20.0, change_upper=-0.5)
    found = rates_of(model_sql, years, [1000]).set_index("metric_id").loc[metrics]
    statistic = np.abs(np.log(value / base)) / np.sqrt(1 / value + 1 / base)
    p = 2 * stats.t.sf(statistic, 11)
    together = [1, 3, 4, 5]
    q = multipletests(p[together], method="fdr_bh")[1]
    assert found["false_discovery_p_value"].iloc[together].to_numpy() == pytest.approx(q, abs=5.1e-5)
    assert found.loc[["M1", "M1b"], "false_discovery_p_value"].isna().all()
    # Each interval was given as below zero; alone M1c would be called, together with three others it is not.
    assert p[1] < 0.05 <= q[0]
    assert found["verdict"].tolist() == ["fell", "no clear change", "fell", *["no clear change"] * 3]


def charted(months: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    """The months as the model of charts reads them: no year in doubt, no code unknown, no limit."""
    connection = duckdb.connect()
    connection.register("fct_metric_months", months.assign(unknown_code_rows=0))
    connection.execute(
        "create table fct_metric_years (metric_id varchar, geography_level varchar, area_code varchar,"
        " breakdown varchar, financial_year varchar, doubt varchar)"
    )
    connection.execute("create table completeness_limits (limit_id varchar, metric_id varchar, limit_value double)")
    return connection


def test_chart_limits_are_those_of_the_newest_36_months(
    model_sql: Callable[[str], str], chance: np.random.Generator
) -> None:
    months = [str(month) for month in pd.period_range("2020-04", "2024-03", freq="M")]
    values = chance.poisson(80, 48)
    values[20:28] = 95  # eight months on one side of the mean
    series = {"metric_id": "M1", "geography_level": "force", "area_code": "F", "breakdown": "all", "category": "all"}
    described = {"metric_name": "name", "unit": "crimes", "area_name": "Force", "definition_version": "D v1"}
    frame = pd.DataFrame(
        series | described | {"month": months, "financial_year": YEAR, "value": values, "missing": None}
    )
    connection = charted(frame)
    found = connection.sql(model_sql("rpt_metric_charts")).df().sort_values("month")
    newest = values[12:]
    reach = 2.66 * np.abs(np.diff(newest)).mean()
    assert found["month"].tolist() == months[12:]
    assert set(found["lower_limit"]) == {round(newest.mean() - reach, 2)}
    assert set(found["upper_limit"]) == {round(newest.mean() + reach, 2)}
    assert found["signal"].iloc[15] == "high for 8 months"
    within = found["value"].between(found["lower_limit"], found["upper_limit"])
    assert (within | found["signal"].str.endswith("the limits")).all()


def test_charts_of_street_crimes_are_those_of_the_metrics(model_sql: Callable[[str], str]) -> None:
    chance = np.random.default_rng(20240501)
    months = [str(month) for month in pd.period_range("2020-10", "2024-03", freq="M")]
    values = chance.poisson(60, 42).astype(float)
    values[20:30] = 75  # a run, and one month beyond the limits
    values[12], values[35] = np.nan, 150
    series = {"metric_id": "M", "geography_level": "force", "area_code": "F", "breakdown": "all", "category": "all"}
    described = {"metric_name": "name", "unit": "crimes", "area_name": "Force", "definition_version": "D v1"}
    frame = pd.DataFrame(series | described | {"month": months, "financial_year": "2023-24", "value": values})
    frame["missing"] = ["police: not received" if np.isnan(value) else None for value in values]
    told = charted(frame).sql(model_sql("rpt_metric_charts")).df().sort_values("month")
    chart = xmr_chart({month: None if np.isnan(n) else int(n) for month, n in zip(months, values, strict=True)})
    assert [month.month for month in chart] == told["month"].tolist()
    for name in ("centre", "lower_limit", "upper_limit"):
        assert [round(getattr(month, name), 2) for month in chart] == pytest.approx(told[name].tolist(), abs=0.011)
    assert [month.signal for month in chart] == told["signal"].tolist()
    assert {"above the limits", "high for 8 months", "not received"} <= set(told["signal"])


def test_a_mean_under_five_has_no_limits_and_no_signal(model_sql: Callable[[str], str]) -> None:
    # By hand: 35 months without an event and one with nine, a mean of 0.25: the range of two months would give limits
    # of 0.25 + 2.66 x 18 / 35 = 1.62 and call the nine.
    series = {"metric_id": "M4", "geography_level": "force", "area_code": "F", "breakdown": "all", "category": "all"}
    described = {"metric_name": "name", "unit": "victims", "area_name": "Force", "definition_version": "D v1"}
    months = [str(month) for month in pd.period_range("2021-04", "2024-03", freq="M")]
    values = [0] * 20 + [9] + [0] * 15
    frame = pd.DataFrame(
        series | described | {"month": months, "financial_year": YEAR, "value": values, "missing": None}
    )
    connection = charted(frame)
    found = connection.sql(model_sql("rpt_metric_charts")).df()
    assert set(found["signal"]) == {"too few events"}
    assert set(found["centre"]) == {0.25}
    assert found["upper_limit"].isna().all()
