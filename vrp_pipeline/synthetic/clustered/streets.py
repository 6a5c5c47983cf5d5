"""Violence that clusters nowhere, incidents beyond the border, and every crime that no health service learns of.

Other crimes have the volumes of the offence table and plain hours: they fill the force's extract, and none of them is
judged.
"""

import numpy as np

from vrp_pipeline.synthetic.clustered import ground as grounds
from vrp_pipeline.synthetic.clustered.ground import Ground
from vrp_pipeline.synthetic.clustered.scenes import ELSEWHERE, OTHER, STREET, Scenes, awareness, scenes
from vrp_pipeline.synthetic.world.geography import CELL, COLUMNS, ROWS, SOUTH, WEST
from vrp_pipeline.synthetic.world.offences import OFFENCES
from vrp_pipeline.synthetic.world.streams import pick

# Scenes a year at full size (see night_life).
KNOWN, TREATED, HELPED = 11_100, 1_130, 200
# Patients hurt beyond the border and treated here; no crime of theirs is recorded by this force.
ELSEWHERE_TREATED = 320
TWO_VICTIMS = 0.05
SECOND_YEAR, OTHER_SECOND_YEAR = 0.97, 0.99
WEEKDAYS = (0.95, 0.95, 1.0, 1.0, 1.1, 1.05, 0.95)
HOURS = (0.5, 0.3, 0.25, 0.2, 0.15, 0.15, 0.25, 0.4, 0.55, 0.6, 0.7, 0.8, 0.9, 0.9, 1.0, 1.2, 1.3, 1.4, 1.4, 1.4, 1.3,
         1.2, 1.0, 0.8)  # fmt: skip
FLAT = (1.0,) * 24
AROUND_METRES = 60
BEYOND_METRES = 15_000  # how far beyond the frame of the area, but not to the south: there is the sea
# Assaults follow the laws of clusters; every other offence is another crime. Affray and the like stay there too.
ASSAULTS = ("00101", "00401", "00200", "00501", "00801", "00806", "00857", "00859", "10501")


def build(ground: Ground, rng: np.random.Generator) -> list[Scenes]:
    """Return the scenes of the streets, beyond the border and of other crimes."""
    total, where = KNOWN + TREATED + HELPED, ground.where
    minute = grounds.at_hours(rng, grounds.days(rng, total * ground.scale, WEEKDAYS, SECOND_YEAR), HOURS)
    count = len(minute)
    place = pick(rng, np.sqrt(where.weight), count)
    known, treated, helped = awareness(rng, count, KNOWN / total, TREATED / total)
    street = scenes(
        STREET, minute, place, grounds.near(rng, ground, place, np.full(count, AROUND_METRES)),
        size=1 + (rng.random(count) < TWO_VICTIMS).astype(int), is_known=known, is_treated=treated, is_helped=helped,
    )  # fmt: skip
    return [street, _elsewhere(ground, rng), *_other_crimes(ground, rng)]


def _elsewhere(ground: Ground, rng: np.random.Generator) -> Scenes:
    days = grounds.days(rng, ELSEWHERE_TREATED * ground.scale, WEEKDAYS, SECOND_YEAR)
    minute = grounds.at_hours(rng, days, HOURS)
    point = _beyond(ground, rng, len(minute))
    # The place is the one in the area that stands for the hospital patients come to.
    place = pick(rng, ground.where.weight, len(minute))
    return scenes(ELSEWHERE, minute, place, point, is_known=False, is_treated=True)


def _beyond(ground: Ground, rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points outside every small area, within reach of the hospitals; see BEYOND_METRES."""
    easting, northing = np.zeros(count, np.int64), np.zeros(count, np.int64)
    is_wanted = np.ones(count, bool)
    while is_wanted.any():
        x = rng.integers(WEST - BEYOND_METRES, WEST + COLUMNS * CELL + BEYOND_METRES, count)
        y = rng.integers(SOUTH + ROWS * CELL // 2, SOUTH + ROWS * CELL + BEYOND_METRES, count)
        easting, northing = np.where(is_wanted, x, easting), np.where(is_wanted, y, northing)
        is_wanted = ground.areas.area_at(easting, northing) >= 0
    return easting, northing


def _other_crimes(ground: Ground, rng: np.random.Generator) -> list[Scenes]:
    found = []
    for number, offence in enumerate(OFFENCES):
        if offence.code in ASSAULTS:
            continue
        day = grounds.days(rng, offence.yearly * ground.scale, WEEKDAYS, OTHER_SECOND_YEAR)
        minute = grounds.at_hours(rng, day, FLAT if offence.rhythm == "round" else HOURS)
        place = ground.where.draw(rng, offence.setting, len(day))
        point = grounds.near(rng, ground, place, np.full(len(day), AROUND_METRES))
        found.append(scenes(OTHER, minute, place, point, offence=number))
    return found
