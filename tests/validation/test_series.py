"""A table of several years is held if its newest year does not go on from the year before, or the past is told anew."""

import math
from collections.abc import Callable

import pyarrow as pa
import pytest

from vrp_pipeline.feeds.contract.quantities import Series
from vrp_pipeline.validation.series import series_metrics, series_of

CRIMES = Series("offences", of="force_name", period="financial_year")
Table = dict[str, list[int]]
# Ten forces with 100, 110, …, 190 crimes in the first year, and one more each in the year after.
USUAL: Table = {"2021/22": list(range(100, 200, 10)), "2022/23": list(range(101, 201, 10))}


def figures(table: Table) -> dict[str, int]:
    rows = [(year, f"Force {number}", count) for year, counts in table.items() for number, count in enumerate(counts)]
    years, forces, counts = zip(*rows, strict=True)
    return series_of(CRIMES, pa.table({"financial_year": years, "force_name": forces, "offences": counts}))


def test_figures_are_summed_over_what_the_table_divides_a_year_and_area_into() -> None:
    quarters = pa.table(
        {
            "financial_year": ["2022/23"] * 3 + ["2023/24"],
            "force_name": ["Kent", "Kent", "Dorset", "Kent"],
            "offences": ["3", "4", "[x]", "-1"],
        }
    )
    # In thousandths; a mark is no figure, and crimes cancelled later may outnumber those recorded.
    assert series_of(CRIMES, quarters) == {"2022/23|Kent": 7_000, "2023/24|Kent": -1_000}


def test_the_newest_year_is_told_as_a_share_of_the_year_before() -> None:
    # 1,450 crimes in the one year and 1,460 in the next.
    found = series_metrics(figures(USUAL), {})
    assert found["newest_of_period"] == pytest.approx(1_460 / 1_450)
    assert (found["period_newest"], found["period_before"]) == ("2022/23", "2021/22")
    assert (found["share_of_same"], found["rows_of_same"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("change", "share"),
    [
        (lambda count: round(count / 1_000), 0.0),  # thousands
        (lambda count: 2 * count, 2_920 / 1_450),  # the percentages' column headed as counts, or two rows an area
        (lambda count: count // 2, 725 / 1_450),  # half a year: 50, 55 and so on to 95
    ],
    ids=["in thousands", "twice", "half a year"],
)
def test_a_newest_year_in_another_unit_or_of_another_length_does_not_go_on(
    change: Callable[[int], int], share: float
) -> None:
    table = USUAL | {"2022/23": [change(count) for count in USUAL["2022/23"]]}
    found = float(series_metrics(figures(table), {})["newest_of_period"] or 0)
    assert found == pytest.approx(share, abs=0.002)
    assert not CRIMES.least <= found <= CRIMES.most


def test_a_year_copied_from_the_year_before_has_its_figures() -> None:
    found = series_metrics(figures(USUAL | {"2022/23": USUAL["2021/22"]}), {})
    assert (found["newest_of_period"], found["share_of_same"], found["rows_of_same"]) == (1.0, 1.0, 10.0)


def test_years_that_moved_by_a_column_have_the_figures_of_the_year_beside_them_in_the_edition_before() -> None:
    # Each year has one crime more than the year before, so that nothing differs by a twentieth.
    years = [f"20{year}/{year + 1}" for year in range(18, 23)]
    table = {year: [count + number for count in range(100, 200, 10)] for number, year in enumerate(years)}
    moved = dict(zip(years[1:], list(table.values())[:-1], strict=True))
    found = series_metrics(figures(moved), {"2023": figures(table)})
    assert (found["share_of_revised"], found["share_of_moved"], found["rows_of_moved"]) == (0.0, 1.0, 40.0)
    assert series_metrics(figures(table), {"2023": figures(table)})["share_of_moved"] == 0.0


def test_figures_that_stay_from_year_to_year_have_not_moved() -> None:
    same = {"2021/22": USUAL["2021/22"], "2022/23": USUAL["2021/22"]}
    assert series_metrics(figures(same), {"2023": figures(same)})["share_of_moved"] == 0.0


def test_the_past_is_compared_with_the_newest_edition_before() -> None:
    # Three of ten figures of 2021/22 are a tenth larger; the corrections of the others, of one crime, are late records.
    later = [round(count * 1.1) for count in USUAL["2021/22"][:3]] + [count + 1 for count in USUAL["2021/22"][3:]]
    before = {"2022": figures({"2021/22": [5] * 10}), "2023": figures({"2021/22": USUAL["2021/22"]})}
    found = series_metrics(figures(USUAL | {"2021/22": later}), before)
    assert (found["share_of_revised"], found["rows_of_revised"], found["edition_before"]) == (0.3, 3.0, "2023")


def test_of_fewer_than_ten_areas_or_of_small_figures_nothing_is_said() -> None:
    few = {year: counts[:9] for year, counts in USUAL.items()}
    small = {year: [count - 60 for count in counts] for year, counts in USUAL.items()}
    for table in (few, small, {"2022/23": USUAL["2022/23"]}):
        assert math.isnan(float(series_metrics(figures(table), {})["newest_of_period"] or 0))


def parts(table: dict[str, dict[str, int]]) -> dict[str, int]:
    return {f"{year}|{code}": 1_000 * count for year, codes in table.items() for code, count in codes.items()}


@pytest.mark.parametrize(
    ("newest", "gone"),
    [
        ({"8N": 4_000, "5D": 800}, None),
        ({"8N": 4_000}, "5D"),
        ({"8N": 4_000, "5F": 800}, "5D"),
    ],
    ids=["all", "left out", "recoded"],
)
def test_a_code_that_the_newest_year_lacks_is_named(newest: dict[str, int], gone: str | None) -> None:
    codes = parts({"2021/22": {"8N": 4_000, "5D": 800, "1": 3}, "2022/23": newest})
    found = series_metrics(figures(USUAL), {}, codes)
    assert (found["rows_gone"], found["part_gone"]) == (float(gone is not None), gone)


def test_codes_that_exchanged_their_figures_are_told_by_how_far_they_moved() -> None:
    codes = parts({"2021/22": {"8N": 4_000, "5D": 800}, "2022/23": {"8N": 800, "5D": 4_000}})
    found = series_metrics(figures(USUAL), {}, codes)
    assert (found["change_of_code"], found["part_changed"]) == (5.0, "5D")


@pytest.mark.parametrize(
    "years",
    [
        ["Apr 2021 to Mar 2022", "Jan 2022 to Dec 2022"],
        ["2020/21 - 22/23", "2021/22 - 23/24"],
    ],
)
def test_periods_are_ordered_by_the_years_they_name(years: list[str]) -> None:
    table = dict(zip(reversed(years), (USUAL["2022/23"], USUAL["2021/22"]), strict=True))
    found = series_metrics(figures(table), {})
    assert (found["period_before"], found["period_newest"]) == tuple(years)
