"""Domestic violence: the same victim at the same home, again after days to weeks.

Many offend again within weeks, the more often the more incidents there were ([Morgan 2018]); the numbers are
assumptions [P].
"""

import numpy as np

from vrp_pipeline.synthetic.clustered import ground as grounds
from vrp_pipeline.synthetic.clustered.ground import Ground
from vrp_pipeline.synthetic.clustered.scenes import HOME, Scenes, awareness, scenes
from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.places import KINDS
from vrp_pipeline.synthetic.world.streams import pick

# Scenes a year at full size, repeats included (see night_life).
KNOWN, TREATED, HELPED = 12_800, 560, 110
AGAIN = 0.45  # the chance after each incident that another follows
GAP_MEDIAN_DAYS, GAP_SPREAD = 16.0, 1.0  # log-normal
MOST_INCIDENTS = 12
SECOND_YEAR = 0.96
WEEKDAYS = (0.9, 0.85, 0.9, 0.9, 1.05, 1.25, 1.2)
HOURS = (0.7, 0.4, 0.25, 0.15, 0.1, 0.1, 0.2, 0.5, 0.6, 0.5, 0.5, 0.5, 0.6, 0.5, 0.6, 0.7, 0.9, 1.1, 1.3, 1.5, 1.6, 1.7,
         1.5, 1.1)  # fmt: skip
FEMALE = 0.74  # share of victims
HOME_METRES = 300  # from the place that stands for the street
ADULT = 16


def build(ground: Ground, rng: np.random.Generator) -> list[Scenes]:
    """Return the domestic incidents of all households."""
    total = KNOWN + TREATED + HELPED
    mean = sum(AGAIN**n for n in range(MOST_INCIDENTS))
    first = grounds.days(rng, total * ground.scale / mean, WEEKDAYS, SECOND_YEAR)
    count = np.minimum(rng.geometric(1 - AGAIN, len(first)), MOST_INCIDENTS)
    household = np.repeat(np.arange(len(first)), count)
    gap = np.maximum(1, rng.lognormal(np.log(GAP_MEDIAN_DAYS), GAP_SPREAD, len(household)).astype(np.int64))
    is_first = np.diff(household, prepend=-1) > 0
    run = np.cumsum(np.where(is_first, 0, gap))
    day = first[household] + run - run[np.flatnonzero(is_first)][household]
    victim, place, point = _homes(ground, rng, first)
    minute = grounds.at_hours(rng, day, HOURS)
    inside = np.flatnonzero(day < patterns.DAYS)
    household, minute = household[inside], minute[inside]
    known, treated, helped = awareness(rng, len(minute), KNOWN / total, TREATED / total)
    return [
        scenes(
            HOME, minute, place[household], (point[0][household], point[1][household]), victim=victim[household],
            is_known=known, is_treated=treated, is_helped=helped,
        )
    ]  # fmt: skip


def _homes(
    ground: Ground, rng: np.random.Generator, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return the victim of each household, the place nearest to it and the point of its home."""
    where, residents = ground.where, ground.residents
    is_fit = residents.ages(np.arange(len(residents)), np.full(len(residents), patterns.EPOCH)) >= ADULT
    victim = pick(rng, np.where(is_fit, np.where(residents.is_female, FEMALE, 1 - FEMALE), 0.0), len(first))
    dwelling = np.flatnonzero(where.kind == KINDS.index("dwelling"))
    order = dwelling[np.argsort(where.area[dwelling], kind="stable")]
    home = residents.home[victim]
    start, end = np.searchsorted(where.area[order], home), np.searchsorted(where.area[order], home, side="right")
    # An area without a dwelling among its places has its homes near its first place.
    of_area = np.searchsorted(where.area, home)
    drawn = start + (rng.random(len(home)) * (end - start)).astype(np.int64)
    place = np.where(end > start, order[np.minimum(drawn, len(order) - 1)], of_area)
    return victim, place, grounds.near(rng, ground, place, np.full(len(place), HOME_METRES))
