"""Fights on the way home from school: between 15:00 and 16:00 on school days, with several children.

That afternoons of school days have a peak of violence among children is common knowledge [K]; numbers are assumptions.
"""

import numpy as np

from vrp_pipeline.synthetic.agencies.suspensions import SHUT
from vrp_pipeline.synthetic.clustered import ground as grounds
from vrp_pipeline.synthetic.clustered.ground import Ground
from vrp_pipeline.synthetic.clustered.scenes import SCHOOL, Scenes, awareness, scenes
from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.places import KINDS
from vrp_pipeline.synthetic.world.streams import pick

# Scenes a year at full size (see night_life).
KNOWN, TREATED, HELPED = 650, 170, 20
SIZES = (0.30, 0.36, 0.22, 0.12)  # children harmed: 1, 2, 3, 4
SCHOOLS = 110
FULL_DETAIL_SCALE, LEAST_SCHOOLS = 0.2, 8
SECOND_YEAR = 1.05
WEEKDAYS = (1.0, 1.0, 1.0, 1.05, 1.15, 0.0, 0.0)
# Shares of the way home, the lunch break and the way to school: first minute of the day and length.
TIMES = ((15 * 60, 60, 0.82), (12 * 60 + 15, 60, 0.11), (8 * 60 + 20, 30, 0.07))
AROUND_METRES = 350


def build(ground: Ground, rng: np.random.Generator) -> list[Scenes]:
    """Return the fights of all school days."""
    total = KNOWN + TREATED + HELPED
    # Some 195 of 260 weekdays are school days: drawn at a higher rate and removed from the holidays.
    day = grounds.days(rng, total * ground.scale / _open_share(), WEEKDAYS, SECOND_YEAR)
    day = day[_is_open(day)]
    first, length, share = (np.array(column) for column in zip(*TIMES, strict=True))
    when = pick(rng, share, len(day))
    minute = day * patterns.DAY_MINUTES + first[when] + (rng.random(len(day)) * length[when]).astype(np.int64)
    school = _schools(ground, rng)
    place = school[rng.integers(0, len(school), len(day))]
    known, treated, helped = awareness(rng, len(day), KNOWN / total, TREATED / total)
    point = grounds.near(rng, ground, place, np.full(len(day), AROUND_METRES))
    return [
        scenes(
            SCHOOL, minute, place, point, size=1 + pick(rng, np.array(SIZES), len(day)), is_known=known,
            is_treated=treated, is_helped=helped,
        )
    ]  # fmt: skip


def _is_open(day: np.ndarray) -> np.ndarray:
    date = patterns.EPOCH + day
    is_open = patterns.weekdays(day) < 5
    for first, last in SHUT:
        is_open &= (date < np.datetime64(first)) | (date > np.datetime64(last))
    return np.asarray(is_open)


def _open_share() -> float:
    every = np.arange(patterns.DAYS)
    return float(np.mean(_is_open(every)[patterns.weekdays(every) < 5]))


def _schools(ground: Ground, rng: np.random.Generator) -> np.ndarray:
    """Return the places near which children fight: places of education, or any where there are too few."""
    wanted = max(LEAST_SCHOOLS, round(SCHOOLS * min(1.0, ground.scale / FULL_DETAIL_SCALE)))
    found = np.flatnonzero(ground.where.kind == KINDS.index("education"))
    return rng.permutation(found if len(found) >= LEAST_SCHOOLS else np.arange(len(ground.where.area)))[:wanted]
