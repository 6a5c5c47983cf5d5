"""How often `fct_metric_years` takes a change for one of recording: where it was none, and where it was nothing else.

Pairs of years are simulated: crimes by month are Poisson, each has a knife by chance, and each is blank by chance.
"""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import pytest

from vrp_pipeline.calendar.months import months_of_year

pytestmark = pytest.mark.xdist_group("dbt")

PAIRS = 1_000
YEARS = ("2022-23", "2023-24")


@dataclass(frozen=True)
class World:
    """Expected crimes, and the shares with a knife and without a word of the weapon, in two years."""

    crimes: tuple[float, float]
    knives: tuple[float, float]
    blanks: tuple[float, float]


def judged(model_sql: Callable[[str], str], world: World) -> pd.DataFrame:
    """The second years of `PAIRS` areas, each judged alone, with what stands beside them: the clear change, -1 to 1."""
    chance = np.random.default_rng(20240401)
    months, flags = [], []
    for year, crimes, knives, blanks in zip(YEARS, world.crimes, world.knives, world.blanks, strict=True):
        counts = chance.poisson(crimes / 12, (PAIRS, 12))
        unknown = chance.binomial(counts, blanks)
        known_knives = chance.binomial(counts - unknown, knives)
        for place, month in enumerate(months_of_year(year)):
            months.append(pd.DataFrame({"month": month, "financial_year": year, "value": known_knives[:, place]}))
        totals = {"crimes": counts.sum(axis=1), "unknown_crimes": unknown.sum(axis=1)}
        flags.append(pd.DataFrame({"financial_year": year, **totals}))
    numbers = dict.fromkeys(("unknown_code_rows", "quarantined_rows", "victims"), 0)
    texts = {"metric_name": "name", "unit": "crimes", "definition_version": "D v1"}
    connection = duckdb.connect()
    of_months: dict[str, str | int] = {**texts, **numbers, "area_name": "", "feeds_needed": 1, "feeds_received": 1}
    of_flags: dict[str, str | int] = {}
    for name, frames, columns in (
        ("fct_metric_months", months, of_months),
        ("int_weapon_flags", flags, of_flags),
    ):
        keys = {"metric_id": "M3", "geography_level": "force", "breakdown": "all", "category": "all"}
        rows = pd.concat([each.assign(area_code=[f"F{n}" for n in range(PAIRS)]) for each in frames])
        connection.register("rows_of", rows.assign(**keys, **columns))
        connection.execute(f"create table {name} as select *, null::varchar as missing from rows_of")
    connection.execute("create table completeness_limits (limit_id varchar, metric_id varchar, limit_value double)")
    found = connection.sql(model_sql("fct_metric_years")).df()
    assert len(found) == 2 * PAIRS
    second = found[found["financial_year"] == YEARS[1]]
    # By hand as docs/methods.md#intervals has it, for counts of 100 and more.
    change = np.log(second["value"] / second["base_value"])
    error = np.sqrt(second["dispersion"] * (1 / second["value"] + 1 / second["base_value"]))
    return second.assign(clear=np.where(np.abs(change) > 2.200985 * error, np.sign(change), 0))


# A fall that is true: of a quarter of the share with a knife while a fifth more crimes are recorded, in a large force
# and in one where the fall is near the least that is told. Blanks grow with the crimes.
@pytest.mark.parametrize(
    "world",
    [
        World((20_000, 24_000), (0.3, 0.225), (0.1, 0.1)),
        World((20_000, 24_000), (0.3, 0.225), (0.5, 0.5)),
        World((2_000, 2_400), (0.3, 0.21), (0.3, 0.3)),
    ],
)
def test_a_true_fall_is_doubted_by_chance_alone_when_more_crimes_bring_as_many_more_blanks(
    model_sql: Callable[[str], str], world: World
) -> None:
    """Shares that are alike differ by 1.96 standard errors in 5 % of years; few of these hang on the difference."""
    second = judged(model_sql, world)
    fell = second[second["clear"] < 0]
    assert len(fell) > 0.4 * PAIRS
    assert fell["doubt"].notna().mean() <= 0.05
    assert fell["base_doubt"].notna().mean() <= 0.05


def test_nine_in_ten_falls_and_rises_that_only_blanks_made_are_caught(model_sql: Callable[[str], str]) -> None:
    """Nothing changed but the share of blanks, from 10 to 20 % or back: 2,160 knives read as 1,920."""
    rising = judged(model_sql, World((8_000, 8_000), (0.3, 0.3), (0.1, 0.2)))
    fell = rising[rising["clear"] < 0]
    assert len(fell) > 0.9 * PAIRS
    assert fell["doubt"].notna().mean() >= 0.9
    assert fell["base_doubt"].isna().all(), "the year after told more, not less"
    back = judged(model_sql, World((8_000, 8_000), (0.3, 0.3), (0.2, 0.1)))
    rose = back[back["clear"] > 0]
    assert len(rose) > 0.9 * PAIRS
    assert rose["base_doubt"].notna().mean() >= 0.9
    assert rose["doubt"].isna().all(), "the year before told less"


def test_a_rise_that_blanks_hide_is_no_unchanged_year(model_sql: Callable[[str], str]) -> None:
    """A third more crimes with a knife, but blanks grew from 10 to 32.5 %: 2,160 and again 2,160 read as no change."""
    second = judged(model_sql, World((8_000, 32_000 / 3), (0.3, 0.3), (0.1, 0.325)))
    unchanged = second[second["clear"] == 0]
    assert len(unchanged) > 0.9 * PAIRS
    assert unchanged["doubt"].notna().mean() >= 0.9
