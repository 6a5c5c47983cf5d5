"""Rankings of hexagons judged on months they have not seen: scores by hand, ties, and what is said plainly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.support.hot_spots import around, block, by_esda
from vrp_pipeline.hot_spots.evaluation import (
    SHARES,
    Happened,
    HotSpotEvaluation,
    TooFewMonthsError,
    evaluate_hot_spots,
    share_chosen,
)
from vrp_pipeline.hot_spots.rankings import Ground, gi_star, kernel_density, rankings

# 100 hexagons: 1, 2 and 5 % are one, two and five. Ten small areas of ten.
PLACES = block(10, 10)
MONTHS = [f"{year}-{month:02d}" for year in (2020, 2021, 2022, 2023) for month in range(1, 13)]


def ground(places: list[tuple[int, int]] = PLACES) -> Ground:
    across, up = np.array(places).T
    return Ground(across, up, small_area=np.arange(len(places)) // 10)


def happened(counts: np.ndarray, months: list[str] = MONTHS) -> Happened:
    return Happened(months, counts, np.zeros_like(counts))


def score(found: HotSpotEvaluation, ranking: str, share: float) -> tuple[float, float]:
    (one,) = [each for each in found.scores if each.ranking == ranking and each.share_of_area == share]
    return one.hit_rate, one.pei


def test_hit_rate_and_pei_are_what_counting_by_hand_gives() -> None:
    counts = np.zeros((48, 100))
    # Before: 30 in hexagon 7, 20 in 8 and 10 in 9; in the year held out 4, 10, 5, and 1 in hexagon 50.
    counts[0, [7, 8, 9]] = 30, 20, 10
    counts[47, [7, 8, 9, 50]] = 4, 10, 5, 1
    found = evaluate_hot_spots(ground(), happened(counts), events="any", held_out=12)
    assert found.incidents_held_out == 20
    # Month 0 is the first of the 36 before the year held out.
    assert score(found, "count", 0.01) == pytest.approx((4 / 20, 4 / 10))
    assert score(found, "count", 0.02) == pytest.approx((14 / 20, 14 / 15))
    # Hexagons 7, 8 and 9, and two of the 97 without an incident, of which one has one.
    assert score(found, "count", 0.05) == pytest.approx(((19 + 2 / 97) / 20, (19 + 2 / 97) / 20))


@pytest.mark.parametrize("share", SHARES)
def test_a_choice_at_random_has_its_share_of_the_area(share: float) -> None:
    counts = np.random.default_rng(1).poisson(0.4, (48, 100)).astype(float)
    hit_rate, _ = score(evaluate_hot_spots(ground(), happened(counts), events="any"), "random", share)
    assert hit_rate == pytest.approx(share)


def test_what_is_held_out_never_reaches_a_ranking() -> None:
    counts = np.zeros((48, 100))
    counts[20:36, 3] = 1
    counts[36:, 60] = 5
    found = evaluate_hot_spots(ground(), happened(counts), events="any", held_out=12)
    assert {each.ranking: each.hit_rate for each in found.scores if each.share_of_area == 0.01} == pytest.approx(
        dict.fromkeys(("count", "Gi*", "last year's count", "kernel density", "small area (LSOA)"), 0.0)
        | {"random": 0.01}
    )


def test_three_years_beat_the_last_one_where_places_last_and_a_year_is_noise() -> None:
    chance = np.random.default_rng(3)
    rates = chance.gamma(0.3, 1.0, 2000) * 0.1
    counts = chance.poisson(rates, (48, 2000)).astype(float)
    found = evaluate_hot_spots(ground(block(50, 40)), happened(counts), events="any", held_out=12)
    assert "better than last year's count at" in found.verdict
    assert {gain.verdict for gain in found.gains} == {"better"}


def test_a_ranking_worse_than_last_year_s_count_is_said_to_be_no_better() -> None:
    counts = np.zeros((48, 100))
    # What was busy for two years moved elsewhere a year ago and stayed there.
    counts[:24, :5] = 9
    counts[24:, 50:55] = 4
    found = evaluate_hot_spots(ground(), happened(counts), events="any", held_out=12)
    assert found.verdict == (
        "The ranking by count is no better than last year's count, and worse at 1% and 2% and 5% of the area."
    )


def test_a_ranking_on_the_last_year_alone_is_said_to_be_no_better_because_it_is_the_same() -> None:
    counts = np.random.default_rng(1).poisson(0.4, (24, 100)).astype(float)
    found = evaluate_hot_spots(ground(), happened(counts, MONTHS[:24]), events="any", held_out=12)
    assert found.trained_on == found.last_year == MONTHS[:12]
    assert found.verdict.startswith("The ranking by count is no better than last year's count: both rest on the same")


def test_the_interval_of_the_gain_is_that_of_a_ratio_of_sums_over_months() -> None:
    counts = np.zeros((48, 100))
    counts[:24, 0], counts[24:36, 1] = 9, 10
    # Of ten incidents a month one, two or three are where three years say and none where the last year says.
    for month in range(36, 48):
        counts[month, [0, 50]] = 1 + month % 3, 9 - month % 3
    (gain, *_) = evaluate_hot_spots(ground(), happened(counts), events="any", held_out=12).gains
    assert gain.difference == pytest.approx(0.2)
    half = stats.t.ppf(0.975, 11) * np.std([0.1, 0.2, 0.3] * 4, ddof=1) / np.sqrt(12)
    assert (gain.lower, gain.upper) == pytest.approx((0.2 - half, 0.2 + half), abs=1e-4)
    (alone, *_) = evaluate_hot_spots(ground(), happened(counts[:37], MONTHS[:37]), events="any", held_out=1).gains
    assert alone.verdict == "no better"


def test_months_that_are_not_received_are_neither_ranked_by_nor_held_out() -> None:
    months = [month for month in MONTHS if month not in ("2022-05", "2023-08")]
    found = evaluate_hot_spots(ground(), happened(np.ones((46, 100)), months), events="any", held_out=12)
    assert len(found.trained_on) == 35
    assert len(found.held_out) == 11


@pytest.mark.parametrize(("months", "held_out"), [([], 12), (MONTHS[:12], 12), (MONTHS[:3], 60)])
def test_too_few_months_are_one_error_with_the_remedy(months: list[str], held_out: int) -> None:
    with pytest.raises(TooFewMonthsError, match=r"Hold out fewer: --held-out"):
        evaluate_hot_spots(ground(), happened(np.ones((len(months), 100)), months), events="any", held_out=held_out)


@given(
    scores=st.lists(st.integers(0, 4), min_size=1, max_size=30),
    size=st.integers(1, 30),
)
def test_a_choice_takes_in_its_size_never_less_of_a_higher_score_and_equals_alike(scores: list[int], size: int) -> None:
    size = min(size, len(scores))
    weights = share_chosen((np.array(scores, dtype=float),), size)
    assert weights.sum() == pytest.approx(size)
    by_score = {score: {round(weight, 12) for weight in weights[np.array(scores) == score]} for score in set(scores)}
    assert all(len(found) == 1 for found in by_score.values())
    ordered = [next(iter(by_score[score])) for score in sorted(by_score, reverse=True)]
    assert ordered == sorted(ordered, reverse=True)


def test_a_later_key_decides_among_equals_alone() -> None:
    weights = share_chosen((np.array([2.0, 5.0, 2.0, 1.0]), np.array([1.0, 0.0, 9.0, 99.0])), 2)
    assert weights.tolist() == [0, 1, 1, 0]


def test_gi_star_of_the_evaluation_is_that_of_esda() -> None:
    chance = np.random.default_rng(4)
    places = [place for place in block(30, 20) if chance.random() > 0.3]
    counts = {place: float(chance.poisson(0.5)) for place in places}
    found = gi_star(ground(places), np.array([counts[place] for place in places]))
    assert np.abs(found - by_esda(places, counts)).max() < 1e-9


def test_the_kernel_is_quartic_and_reaches_two_rings() -> None:
    counts = np.zeros(100)
    counts[PLACES.index((5, 5))] = 2
    density = dict(zip(PLACES, kernel_density(ground(), counts), strict=True))
    assert density[5, 5] == pytest.approx(2)
    # Middles of touching hexagons are 150 √3 = 259.8 m apart: (1 - 259.8² / 600²)² = (1 - 0.1875)².
    assert [density[place] for place in around((5, 5))[1:]] == pytest.approx([2 * 0.8125**2] * 6)
    assert density[7, 5] == pytest.approx(2 * 0.25**2)
    assert density[8, 5] == 0


def test_a_small_area_counts_by_the_hexagon_it_has() -> None:
    small = Ground(np.arange(4), np.zeros(4, dtype=int), small_area=np.array([0, 0, 0, 1]))
    counts = np.array([[3.0, 0.0, 0.0, 2.0]])
    (rate,) = rankings(small, counts, counts, counts)["small area (LSOA)"]
    assert rate.tolist() == [1, 1, 1, 2]
