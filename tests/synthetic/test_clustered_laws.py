"""What happens in the clustered world follows its own laws: clusters, repeats, brawls, and events beyond the border."""

import numpy as np
import pytest

from vrp_pipeline.synthetic.clustered import night_life, world
from vrp_pipeline.synthetic.clustered.difficulty import LEVELS
from vrp_pipeline.synthetic.clustered.harms import ClusteredHarms
from vrp_pipeline.synthetic.clustered.scenes import BRAWL, ELSEWHERE, HOME, KINDS, NIGHT, SCHOOL
from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.offences import IS_SERIOUS

SCALE, SEED = 0.2, 5


@pytest.fixture(scope="module")
def built() -> world.Clustered:
    return world.build(SCALE, SEED, LEVELS["base"], {})


@pytest.fixture(scope="module")
def harms(built: world.Clustered) -> ClusteredHarms:
    assert isinstance(built.harms, ClusteredHarms)
    return built.harms


def test_a_few_dozen_places_hold_most_of_the_violence_of_the_night(harms: ClusteredHarms) -> None:
    at_night = np.isin(harms.kind, (NIGHT, BRAWL))
    hits = np.sort(np.unique(harms.place[at_night], return_counts=True)[1])[::-1]
    assert hits[: night_life.VENUES].sum() / at_night.sum() > 0.7


def test_most_violence_of_the_night_falls_on_two_nights_between_ten_and_four(harms: ClusteredHarms) -> None:
    minute = harms.minute[harms.kind == NIGHT]
    night = patterns.weekdays((minute - 6 * 60) // patterns.DAY_MINUTES)
    hour = minute // 60 % 24
    # Five of eight on those nights, five of six of their hours: half of it, in a fourteenth of the week's hours.
    assert np.mean(np.isin(night, (4, 5)) & ((hour >= 22) | (hour < 4))) > 0.5


def test_a_domestic_victim_is_a_victim_again_at_the_same_home_after_days_to_weeks(harms: ClusteredHarms) -> None:
    home = np.flatnonzero(harms.kind == HOME)
    order = home[np.lexsort((harms.minute[home], harms.northing[home], harms.easting[home], harms.victim[home]))]
    same_home = (np.diff(harms.victim[order]) == 0) & (np.diff(harms.easting[order]) == 0)
    assert 0.30 < same_home.mean() < 0.50  # 0.45 follow, some of them after the end
    gaps = np.diff(harms.day[order])[same_home]
    assert 8 < np.median(gaps) < 25
    assert gaps.min() >= 0


def test_a_brawl_hurts_two_to_eight_people_and_police_know_of_half(harms: ClusteredHarms) -> None:
    mine = harms.kind == BRAWL
    incident, size = np.unique(harms.incident[mine], return_counts=True)
    assert size.max() <= 8
    assert {2, 3, 4, 5} <= set(size.tolist())
    known = np.unique(harms.incident[mine & harms.known_to_police])
    assert 0.45 < len(known) / len(incident) < 0.65


def test_children_fight_between_three_and_four_on_days_of_school(built: world.Clustered, harms: ClusteredHarms) -> None:
    mine = np.flatnonzero(harms.kind == SCHOOL)
    hour = harms.minute[mine] // 60 % 24
    assert 0.75 < np.mean(hour == 15) < 0.90
    assert set(patterns.weekdays(harms.day[mine]).tolist()) <= {0, 1, 2, 3, 4}
    august = (patterns.EPOCH + harms.day[mine]).astype("datetime64[M]").astype(str)
    assert not {"2022-08", "2023-08"} & set(august.tolist())
    age = built.victims.ages(harms.victim[mine], patterns.EPOCH + harms.day[mine])
    assert np.mean((age >= 11) & (age <= 16)) > 0.55  # the nearest of eight candidates are taken, fitting or not
    assert np.bincount(np.unique(harms.incident[mine], return_counts=True)[1])[2:].sum() > 0


def test_patients_cross_the_border_both_ways(built: world.Clustered, harms: ClusteredHarms) -> None:
    beyond = harms.kind == ELSEWHERE
    assert (built.areas.area_at(harms.easting, harms.northing)[beyond] == -1).all()
    assert (built.areas.area_at(harms.easting, harms.northing)[~beyond] >= 0).all()
    assert not harms.known_to_police[beyond].any()
    assert 0.02 < beyond[harms.attends].mean() < 0.08
    treated = harms.attends | harms.is_treated_elsewhere
    assert 0.04 < harms.is_treated_elsewhere[treated & ~beyond].mean() < 0.08


def test_two_in_five_patients_are_known_to_police(harms: ClusteredHarms) -> None:
    known = np.isin(harms.incident, np.unique(harms.incident[harms.known_to_police]))
    assert 0.37 < known[harms.attends].mean() < 0.46  # 41 % in South Wales


def test_volumes_are_those_of_the_first_world(built: world.Clustered, harms: ClusteredHarms) -> None:
    years = 2
    assert len(built.crime) / years / SCALE == pytest.approx(160_000, rel=0.05)
    assert IS_SERIOUS[built.crime.offence].sum() / years / SCALE == pytest.approx(24_000, rel=0.06)
    assert harms.attends.sum() / patterns.YEARS / SCALE == pytest.approx(7_000, rel=0.1)
    assert set(harms.kind.tolist()) == set(range(len(KINDS)))


def test_crimes_are_recorded_late_above_all_those_at_home_and_at_school(
    built: world.Clustered, harms: ClusteredHarms
) -> None:
    late = built.crime.recorded - harms.day[built.crime.harm]
    kind = harms.kind[built.crime.harm]
    assert late.min() >= 0
    assert late.max() <= 90
    assert np.mean(late[kind == HOME] > 7) > 2 * np.mean(late[kind == BRAWL] > 7)
    assert np.mean(late[kind == SCHOOL] == 0) < np.mean(late[kind == NIGHT] == 0)
    # Of one event all crimes are recorded on one day.
    first = np.unique(harms.incident[built.crime.harm], return_inverse=True)[1]
    low, high = np.full(first.max() + 1, 10**6), np.zeros(first.max() + 1)
    np.minimum.at(low, first, built.crime.recorded)
    np.maximum.at(high, first, built.crime.recorded)
    assert (low == high).all()


def test_what_happened_does_not_depend_on_how_carelessly_it_is_recorded(harms: ClusteredHarms) -> None:
    hard = world.build(SCALE, SEED, LEVELS["hard"], {}).harms
    assert np.array_equal(hard.minute, harms.minute)
    assert np.array_equal(hard.victim, harms.victim)
    assert np.array_equal(hard.attends, harms.attends)
