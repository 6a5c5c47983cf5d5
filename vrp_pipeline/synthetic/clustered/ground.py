"""What all laws of the clustered world rest on: areas, places, people, and draws of days, points and persons."""

from dataclasses import dataclass

import numpy as np

from vrp_pipeline.synthetic.clustered.difficulty import Difficulty
from vrp_pipeline.synthetic.clustered.slips import NONE, Slip, Slips
from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.geography import CELL, SOUTH, WEST, Geography
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.places import Places
from vrp_pipeline.synthetic.world.streams import pick, pick_by

# Days vary beyond chance: weather, football, pay. Standard deviation of a day's rate. Assumption [P].
DAY_SPREAD = 0.10
# Share of victims who live in the district of the event; the rest live anywhere in the area. Assumption [P].
LIVE_NEARBY = 0.7
TRIES = 8  # candidates from whom one of the wanted age is chosen


@dataclass(frozen=True)
class Ground:
    """Areas, places and residents of one simulation, with its scale, difficulty and slips by feed."""

    areas: Geography
    where: Places
    residents: People
    scale: float
    difficulty: Difficulty
    slips: Slips

    def slip(self, feed: str) -> Slip:
        """Return the slip of a feed."""
        return self.slips.get(feed, NONE)


def days(rng: np.random.Generator, yearly: float, by_weekday: tuple[float, ...], second_year: float) -> np.ndarray:
    """Draw days since EPOCH of events: `yearly` in the first year, `second_year` times as many in the second."""
    every = np.arange(patterns.DAYS)
    weekday = np.array(by_weekday)[patterns.weekdays(every)] / np.mean(by_weekday)
    later = every >= int((patterns.SECOND_YEAR - patterns.EPOCH).astype(int))
    shape = 1 / DAY_SPREAD**2
    rate = weekday * np.where(later, second_year, 1.0) * rng.gamma(shape, 1 / shape, patterns.DAYS)
    return pick(rng, rate, int(rng.poisson(yearly / 365.25 * rate.sum())))


def at_hours(rng: np.random.Generator, day: np.ndarray, hours: tuple[float, ...]) -> np.ndarray:
    """Return minutes since EPOCH on the given days by relative rates of 24 hours."""
    hour = pick_by(rng, np.array([hours], float), np.zeros(len(day), int))
    return np.asarray(day * patterns.DAY_MINUTES + hour * 60 + rng.integers(0, 60, len(day)))


def near(
    rng: np.random.Generator, ground: Ground, place: np.ndarray, metres: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return points (metres, int64) up to `metres` from places; a point outside the small area moves to the place."""
    where = ground.where
    bearing, away = rng.uniform(0, 2 * np.pi, len(place)), metres * np.sqrt(rng.random(len(place)))
    easting = where.easting[place] + np.round(away * np.sin(bearing)).astype(np.int64)
    northing = where.northing[place] + np.round(away * np.cos(bearing)).astype(np.int64)
    stays = ground.areas.area_at(easting, northing) == where.area[place]
    return np.where(stays, easting, where.easting[place]), np.where(stays, northing, where.northing[place])


def centroids(areas: Geography) -> tuple[np.ndarray, np.ndarray]:
    """Return the point (metres, int64) that stands for each small area: the centre of its middle square."""
    first = np.searchsorted(areas.area_of_cell, np.arange(len(areas)))
    middle = areas.cells[first + np.bincount(areas.area_of_cell, minlength=len(areas)) // 2].astype(np.int64)
    return WEST + middle[:, 0] * CELL + CELL // 2, SOUTH + middle[:, 1] * CELL + CELL // 2


def persons(
    rng: np.random.Generator, ground: Ground, area: np.ndarray, minute: np.ndarray, ages: tuple[int, int]
) -> np.ndarray:
    """Return a resident (index) for each event in an area, if possible of one of the ages (both included)."""
    count, areas, residents = len(area), ground.areas, ground.residents
    of_district = np.searchsorted(areas.district, np.arange(areas.district.max() + 2))
    district = areas.district[area]
    chosen = np.zeros(count, np.int64)
    is_fit = np.zeros(count, bool)
    for _ in range(TRIES):
        nearby = of_district[district] + (
            rng.random(count) * (of_district[district + 1] - of_district[district])
        ).astype(np.int64)
        home = np.where(rng.random(count) < LIVE_NEARBY, nearby, rng.integers(0, len(areas), count))
        start = residents.first_of_area[home]
        person = start + (rng.random(count) * (residents.first_of_area[home + 1] - start)).astype(np.int64)
        chosen = np.where(is_fit, chosen, person)
        age = residents.ages(chosen, patterns.EPOCH + minute // patterns.DAY_MINUTES)
        is_fit = (age >= ages[0]) & (age <= ages[1])
    return chosen
