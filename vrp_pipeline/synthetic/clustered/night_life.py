"""Violence of the night-time economy: a few dozen venues, Friday and Saturday nights, single assaults and brawls.

Single premises, clusters of them, and the hour and day of the week matter most ([Newton and Hirschfield 2009]); five of
76 venues had a third of the mentions in [Cardiff venues 2013]. The numbers are assumptions [P].
"""

import numpy as np

from vrp_pipeline.synthetic.clustered import ground as grounds
from vrp_pipeline.synthetic.clustered.ground import Ground
from vrp_pipeline.synthetic.clustered.scenes import BRAWL, NIGHT, Scenes, awareness, scenes
from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.places import KINDS
from vrp_pipeline.synthetic.world.streams import pick

# Scenes a year at full size. With the other laws they give the police some 37,000 assaults and the departments some
# 7,000 patients a year (docs/methods.md#levels), of whom 41 % are known to police ([Gray 2017]).
KNOWN, TREATED, HELPED = 9_500, 1_250, 220
# A brawl harms two to eight people; more than half are known to police.
BRAWLS = 300
BRAWL_SIZES = (0.42, 0.26, 0.14, 0.08, 0.05, 0.03, 0.02)  # of 2, 3, … 8
BRAWL_KNOWN = 0.55
TWO_VICTIMS = 0.08
SECOND_YEAR = 1.03

VENUES = 48  # "a few dozen" places
FULL_DETAIL_SCALE = 0.2  # below it there are fewer small areas, and so fewer venues
LEAST_VENUES = 14
AT_VENUES = 0.8
VENUE_RANK_POWER = 0.7
OUTSIDE_METRES, ON_THE_WAY_METRES, ON_THE_WAY = 40, 180, 0.15
# Relative rates of the nights that start on Monday … Sunday, and of the hours from 20:00 to 05:59.
NIGHTS = (0.30, 0.32, 0.45, 0.70, 2.50, 3.10, 0.60)
HOURS = (0.35, 0.55, 0.90, 1.20, 1.50, 1.45, 1.35, 1.00, 0.35, 0.10)
FIRST_HOUR = 20


def build(ground: Ground, rng: np.random.Generator) -> list[Scenes]:
    """Return the single assaults and the brawls of all nights."""
    venues, weight = _venues(ground, rng)
    yearly = (KNOWN + TREATED + HELPED) * ground.scale
    minute = _nights(rng, yearly)
    place, point = _places(ground, rng, venues, weight, len(minute))
    known, treated, helped = awareness(
        rng, len(minute), KNOWN / (KNOWN + TREATED + HELPED), TREATED / (KNOWN + TREATED + HELPED)
    )
    single = scenes(
        NIGHT, minute, place, point, size=1 + (rng.random(len(minute)) < TWO_VICTIMS).astype(int),
        is_known=known, is_treated=treated, is_helped=helped,
    )  # fmt: skip
    minute = _nights(rng, BRAWLS * ground.scale)
    place, point = _places(ground, rng, venues, weight, len(minute))
    size = 2 + pick(rng, np.array(BRAWL_SIZES), len(minute))
    brawls = scenes(
        BRAWL, minute, place, point, size=size, is_known=rng.random(len(minute)) < BRAWL_KNOWN, is_treated=True
    )
    return [single, brawls]


def _nights(rng: np.random.Generator, yearly: float) -> np.ndarray:
    """Return minutes of a night each; the first days of a night after midnight belong to the night before."""
    night = grounds.days(rng, yearly, NIGHTS, SECOND_YEAR)
    hour = FIRST_HOUR + pick(rng, np.array(HOURS), len(night))
    minute = night * patterns.DAY_MINUTES + hour * 60 + rng.integers(0, 60, len(night))
    return np.asarray(np.minimum(minute, patterns.DAYS * patterns.DAY_MINUTES - 1))


def _venues(ground: Ground, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the venues (places) and their weights: licensed premises nearest the town, more in larger districts."""
    where, areas = ground.where, ground.areas
    residents = np.array([district.residents for district in DISTRICTS], float)
    wanted = max(LEAST_VENUES, round(VENUES * min(1.0, ground.scale / FULL_DETAIL_SCALE)))
    count = np.maximum(1, np.round(wanted * residents**1.5 / (residents**1.5).sum())).astype(int)
    chosen: list[int] = []
    for number, facts in enumerate(DISTRICTS):
        fit = np.flatnonzero((areas.district[where.area] == number) & (where.kind == KINDS.index("licensed premises")))
        if not len(fit):
            fit = np.flatnonzero(areas.district[where.area] == number)
        away = np.hypot(where.easting[fit] - facts.town[0], where.northing[fit] - facts.town[1])
        chosen += fit[np.argsort(away, kind="stable")[: count[number]]].tolist()
    venues = rng.permutation(np.array(chosen))
    return venues, (1.0 + np.arange(len(venues))) ** -VENUE_RANK_POWER


def _places(
    ground: Ground, rng: np.random.Generator, venues: np.ndarray, weight: np.ndarray, count: int
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return a place for each scene and the point at which it happens: at the venue, or on the way home."""
    anywhere = pick(rng, np.ones(len(ground.where.area)), count)
    at_venue = rng.random(count) < AT_VENUES
    place = np.where(at_venue, venues[pick(rng, weight, count)], anywhere)
    reach = np.where(rng.random(count) < ON_THE_WAY, ON_THE_WAY_METRES, OUTSIDE_METRES)
    return place, grounds.near(rng, ground, place, reach)
