"""The statistics of hot spots, as the models compute them in SQL, against esda, statsmodels, scipy and hand-work."""

import datetime as dt
import math
from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd
import pyproj
import pytest
from scipy import stats
from scipy.spatial import cKDTree
from statsmodels.stats.multitest import multipletests

from tests.support.hot_spots import Area, around, block, by_esda, named

pytestmark = pytest.mark.xdist_group("dbt")

Model = Callable[[str], str]


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(20230401)


@pytest.mark.parametrize("mean", [0.02, 0.3, 4.0])
def test_gi_star_equals_that_of_esda_to_a_billionth(model_sql: Model, chance: np.random.Generator, mean: float) -> None:
    # A coast: a third of the hexagons is not of the area, so that many have fewer than six neighbours.
    hexagons = [place for place in block(40, 30) if chance.random() > 1 / 3]
    counts = {place: int(chance.negative_binomial(0.5, 0.5 / (0.5 + mean))) for place in hexagons}
    found = Area(model_sql, hexagons).counts(counts)
    z = found["gi_star"].loc[[named(place) for place in hexagons]].to_numpy()
    assert np.abs(z - by_esda(hexagons, counts)).max() < 1e-9


def test_gi_star_of_seven_incidents_in_one_of_a_hundred_hexagons_is_what_the_formula_gives_by_hand(
    model_sql: Model,
) -> None:
    # Mean 7/100 = 0.07, variance 49/100 - 0.0049 = 0.4851. The hexagon and each neighbour have seven weights:
    # (7 - 7 x 0.07) / sqrt(0.4851 x 7 x 93 / 99) = 6.51 / 1.786041...
    found = Area(model_sql, block(10, 10)).counts({(5, 5): 7})["gi_star"]
    by_hand = 6.51 / math.sqrt(0.4851 * 7 * 93 / 99)
    assert [found[named(place)] for place in around((5, 5))] == pytest.approx([by_hand] * 7, abs=1e-12)
    far = (0 - 7 * 0.07) / math.sqrt(0.4851 * 7 * 93 / 99)
    assert found["2:2"] == pytest.approx(far, abs=1e-12)


def test_tails_of_the_normal_distribution_are_right_to_a_part_in_fifty_million_of_their_own_size(
    compiled: Callable[[str], str],
) -> None:
    places = np.concatenate([np.linspace(-6, 37, 700), [0.0, 7.071, 7.072]])
    frame = pd.DataFrame({"z": places})
    connection = duckdb.connect()
    connection.register("places", frame)
    found = connection.sql(compiled("select z, {{ normal_upper_tail('z') }} as p from places")).df()
    assert found["p"].to_numpy() == pytest.approx(stats.norm.sf(found["z"]), rel=2e-8, abs=0)


def test_false_discoveries_are_controlled_over_all_hexagons_as_by_statsmodels(
    model_sql: Model, chance: np.random.Generator
) -> None:
    hexagons = block(40, 30)
    counts = {place: int(chance.poisson(0.3)) for place in hexagons} | dict.fromkeys(around((20, 15)), 9)
    found = Area(model_sql, hexagons).counts(counts)
    p_values = stats.norm.sf(found["gi_star"].to_numpy())
    expected = multipletests(p_values, method="fdr_bh")[1]
    assert found["adjusted_p_value"].to_numpy() == pytest.approx(expected, rel=2e-8, abs=1e-12)
    called = set(found.index[found["adjusted_p_value"] < 0.05])
    assert {named(place) for place in around((20, 15))} <= called
    assert len(called) < len(hexagons) / 20


def test_where_incidents_fall_anywhere_hardly_a_hexagon_is_called_a_hot_spot(
    model_sql: Model, chance: np.random.Generator
) -> None:
    hexagons = block(40, 30)
    area = Area(model_sql, hexagons)
    called = 0
    for _ in range(10):
        found = area.counts({place: int(chance.poisson(5)) for place in hexagons})
        called += int((found["adjusted_p_value"] < 0.05).sum())
    # Of 12,000; without the adjustment 600 would be.
    assert called < 24


@pytest.mark.parametrize(("hexagons", "is_published"), [(29, False), (30, True)])
def test_an_area_of_fewer_than_thirty_hexagons_has_counts_and_no_statistic(
    model_sql: Model, hexagons: int, is_published: bool
) -> None:
    found = Area(model_sql, block(hexagons, 1)).counts({(3, 0): 4})
    assert found["incidents"].sum() == 4
    assert found["gi_star"].notna().all() == is_published
    assert found["gi_star"].notna().any() == is_published
    assert found["adjusted_p_value"].notna().any() == is_published


@pytest.mark.parametrize("each", [0, 3])
def test_an_area_with_the_same_count_everywhere_has_no_statistic_and_no_hot_spot(model_sql: Model, each: int) -> None:
    hexagons = block(10, 10)
    found = Area(model_sql, hexagons).counts(dict.fromkeys(hexagons, each))
    assert found["incidents"].eq(each).all()
    assert found["gi_star"].isna().all()
    assert found["adjusted_p_value"].isna().all()


def test_one_hexagon_with_everything_makes_hot_itself_and_its_neighbours_alone(model_sql: Model) -> None:
    found = Area(model_sql, block(20, 20)).counts({(10, 10): 500})
    called = set(found.index[found["adjusted_p_value"] < 0.05])
    assert called == {named(place) for place in around((10, 10))}


def days(*offsets: float) -> list[str]:
    return [(dt.date(2022, 1, 1) + dt.timedelta(days=int(offset))).isoformat() for offset in offsets]


def test_near_repeats_are_pairs_in_one_or_two_touching_hexagons_and_fourteen_days(model_sql: Model) -> None:
    area = Area(model_sql, block(10, 10))
    # In 3:3 days 0, 14 and 100; beside it in 4:3 day 5; two hexagons off in 5:3 day 5.
    area.incidents([*(((3, 3), day) for day in days(0, 14, 100)), ((4, 3), days(5)[0]), ((5, 3), days(5)[0])])
    found = area.near_repeats()
    assert set(found.index) == {"3:3", "4:3", "5:3"}
    # 3:3: pairs 0-14, 0-100, 14-100 within and 0-5, 14-5, 100-5 to 4:3; soon are 0-14, 0-5, 14-5.
    assert found.loc[["3:3"], ["pairs", "pairs_soon", "pairs_within", "pairs_within_soon"]].to_numpy().tolist() == [
        [6, 3, 3, 1]
    ]
    assert found.loc[["4:3"], ["pairs", "pairs_soon", "pairs_within"]].to_numpy().tolist() == [[4, 3, 0]]
    assert found.loc[["5:3"], ["pairs", "pairs_soon", "pairs_within"]].to_numpy().tolist() == [[1, 1, 0]]
    # Of all ten pairs of days 0, 5, 5, 14, 100 six are at most 14 apart, all but those with day 100.
    assert found["expected_pairs_soon"].tolist() == pytest.approx((found["pairs"] * 0.6).tolist())


def test_the_leap_day_lies_between_the_28_of_february_and_the_1_of_march(model_sql: Model) -> None:
    area = Area(model_sql, block(10, 10))
    area.incidents([((3, 3), "2024-02-16"), ((3, 3), "2024-03-01"), ((6, 6), "2023-02-15"), ((6, 6), "2023-03-01")])
    assert area.near_repeats()["pairs_soon"].to_dict() == {"3:3": 1, "6:6": 1}
    area.incidents([((3, 3), "2024-02-15"), ((3, 3), "2024-03-01"), ((6, 6), "2024-02-29"), ((6, 6), "2024-02-29")])
    assert area.near_repeats()["pairs_soon"].to_dict() == {"3:3": 0, "6:6": 1}


def test_incidents_that_follow_one_another_are_flagged_and_independent_ones_are_not(
    model_sql: Model, chance: np.random.Generator
) -> None:
    hexagons = block(12, 12)
    area = Area(model_sql, hexagons)
    anywhere = [(hexagons[chance.integers(len(hexagons))], days(int(chance.integers(730)))[0]) for _ in range(1500)]
    planted = [((6, 6), days(90 * series + day)[0]) for series in range(8) for day in range(6)]
    area.incidents([*anywhere, *planted])
    found = area.near_repeats()
    called = set(found.index[found["adjusted_p_value"] < 0.05])
    assert "6:6" in called
    # The hexagons around share its pairs with it in part.
    assert called <= {named(place) for place in around((6, 6))}
    area.incidents(anywhere)
    assert (area.near_repeats()["adjusted_p_value"] < 0.05).sum() == 0


def test_the_chance_of_near_repeats_is_that_of_shuffled_days(model_sql: Model, chance: np.random.Generator) -> None:
    # 40 incidents in one hexagon among 400 elsewhere: the days of all are shuffled 4,000 times.
    places = [(5, 5)] * 40 + [(20 + 3 * (number % 20), 3 * (number // 20)) for number in range(400)]
    when = chance.integers(0, 730, len(places))
    when[:12] = np.repeat(chance.integers(0, 700, 6), 2) + np.tile([0, 5], 6)
    area = Area(model_sql, [*block(10, 10), *dict.fromkeys(places[40:])])
    area.incidents((place, days(day)[0]) for place, day in zip(places, when, strict=True))
    found = area.near_repeats().loc["5:5"]
    shuffled = [pairs_soon(chance.permutation(when)[:40]) for _ in range(4000)]
    assert found["pairs_soon"] == pairs_soon(when[:40])
    assert found["expected_pairs_soon"] == pytest.approx(np.mean(shuffled), rel=0.02)
    by_shuffling = np.mean(np.array(shuffled) >= found["pairs_soon"])
    # Pairs of one hexagon are not quite independent, so Poisson is the shuffling's tail to a few hundredths.
    assert found["p_value"] == pytest.approx(by_shuffling, abs=0.05)


def pairs_soon(when: np.ndarray) -> int:
    """Pairs at most 14 days apart."""
    apart = np.abs(np.subtract.outer(when, when))
    return int((apart[np.triu_indices(len(when), 1)] <= 14).sum())


def test_the_tail_of_poisson_is_within_a_four_hundredth_of_the_exact_one(compiled: Callable[[str], str]) -> None:
    counts = pd.DataFrame(
        [(count, mean) for count in range(60) for mean in np.geomspace(0.01, 90, 60)], columns=["n", "mean"]
    )
    connection = duckdb.connect()
    connection.register("counts", counts)
    found = connection.sql(compiled("select n, mean, {{ poisson_upper_tail('n', 'mean') }} as p from counts")).df()
    exact = stats.poisson.sf(found["n"] - 1, found["mean"])
    assert np.abs(found["p"] - exact).max() < 0.0025


def test_the_centre_in_degrees_is_within_five_metres_of_where_pyproj_puts_it(model_sql: Model) -> None:
    # From the Channel Islands' latitude to Shetland, across the width of the grid.
    easting, northing = (axis.ravel() for axis in np.meshgrid(np.arange(1e5, 6.6e5, 3e4), np.arange(0, 1.2e6, 3e4)))
    frame = pd.DataFrame({"easting": easting, "northing": northing})
    frame["hexagon"] = frame.index.astype(str)
    connection = duckdb.connect()
    connection.register("int_hexagons", frame)
    found = connection.sql(model_sql("int_hexagon_degrees")).df().set_index("hexagon").loc[frame["hexagon"]]
    longitude, latitude = pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True).transform(
        easting, northing
    )
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(longitude, latitude, found["longitude"], found["latitude"])
    assert metres.max() < 5


def test_a_square_counts_for_the_hexagon_whose_middle_is_nearest(model_sql: Model) -> None:
    squares = pd.DataFrame(
        [(east, north, "E01900001", "E06000044") for east in range(4600, 4640) for north in range(1000, 1040)],
        columns=["easting_100m", "northing_100m", "lsoa_code", "district_code"],
    )
    connection = duckdb.connect()
    connection.register("int_places", squares)
    found = connection.sql(model_sql("int_hexagons")).df()
    middles = squares[["easting_100m", "northing_100m"]].to_numpy() * 100.0 + 50
    metres, nearest = cKDTree(found[["easting", "northing"]].to_numpy()).query(middles)
    # A corner lies 150 m from the middle, the middle of a side 130 m.
    assert metres.max() <= 150
    assert np.bincount(nearest, minlength=len(found)).tolist() == found["squares"].tolist()


def test_expected_near_repeats_of_the_area_are_the_same_in_any_order_of_the_rows(
    model_sql: Model, chance: np.random.Generator
) -> None:
    rows = pd.DataFrame(
        {
            "pairs": 3,
            "pairs_within": 2,
            "pairs_soon": 1,
            "pairs_within_soon": 0,
            "expected_pairs_soon": chance.random(400),
        }
    )
    # As doubles, sums of these rows differ in their last digit by the order.
    doubles = {rows.sample(frac=1, random_state=seed)["expected_pairs_soon"].cumsum().iloc[-1] for seed in range(20)}
    assert len(doubles) > 1
    connection = duckdb.connect()
    connection.execute(
        "create table hot_spots__hexagons as "
        "select 'a' as hexagon, 1 as incidents, 0e0 as gi_star, 1e0 as adjusted_p_value;"
        "create table hot_spots__incidents as select 'located' as place_status;"
        "create table hot_spots__window as select '2023-04' as month, 1 as year_back, true as is_received;"
    )
    found = set()
    for seed in range(20):
        connection.register("hot_spots__near_repeats", rows.sample(frac=1, random_state=seed))
        found.add(connection.sql(model_sql("rpt_hot_spot_area")).df()["expected_near_repeat_pairs"].item())
    # Half of five pairs, of which a third is expected soon.
    assert len(found) == 1
    assert found.pop() == pytest.approx(math.fsum(rows["expected_pairs_soon"]) * 5 / 6, abs=1e-9)
