"""Places of events: locations in the small areas, of which a few are persistent hot spots.

About twelve places per small area, as in the street crime archive (14,156 points in January to April 2024 for 1,231
areas). Weights fall within an area by rank (Zipf) and differ between areas so that the busiest hundredth of areas and
the median area are as far apart as in that archive.
"""

from dataclasses import dataclass

import numpy as np

from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import CELL, SOUTH, WEST, Geography
from vrp_pipeline.synthetic.world.streams import pick

PLACES_PER_AREA = 12
ZIPF = 0.8
# ln(82/31)/1.28: in the archive the area at the 90th percentile has 82 rows and the median area 31.
AREA_SPREAD = 0.75
DEPRIVATION_POWER = 0.9  # Southampton: 12.4 % of residents, 20.4 % of the archive's rows, 1.65 times the mean score
SCATTER_METRES = 40.0  # distance of a crime from the centre of its place; assumption of shape

KINDS = ("dwelling", "street", "licensed premises", "shop", "education", "health", "park", "transport", "other")
_KIND_SHARES = (0.34, 0.36, 0.06, 0.08, 0.03, 0.01, 0.05, 0.03, 0.04)
# Affinity of each kind of place for each setting of an offence. Assumptions of shape; 58.5 % of serious violence is
# published to be in public places ([Hello Rayo 2026]).
SETTINGS = {
    "violence": (1.1, 1.0, 3.2, 0.9, 1.2, 1.5, 0.8, 1.2, 0.9),
    "street": (0.15, 1.6, 1.6, 1.2, 0.7, 0.4, 1.5, 1.8, 0.8),
    "home": (2.4, 0.15, 0.2, 0.1, 0.3, 0.4, 0.1, 0.1, 0.6),
    "shop": (0.02, 0.1, 0.8, 8.0, 0.2, 0.2, 0.1, 0.6, 1.5),
    "health": (0.3, 0.6, 1.0, 0.4, 0.3, 30.0, 0.3, 0.6, 0.6),
}
_NAMES = ("Alder", "Beacon", "Brook", "Cedar", "Chalk", "Down", "Elm", "Fern", "Forge", "Heron", "Kiln", "Lark")
_STREETS = ("Road", "Street", "Lane", "Avenue", "Close", "Drive", "Way", "Gardens", "Crescent", "Mews", "Rise")
# How data.police.uk names points that are not streets ([data.police.uk 2026]).
_VENUES = {
    "licensed premises": "Nightclub",
    "shop": "Shopping Area",
    "park": "Park/Open Space",
    "transport": "Parking Area",
    "education": "Further/Higher Educational Building",
    "health": "Hospital",
}


@dataclass(frozen=True)
class Places:
    """Arrays over places: metres (int64), small area, kind (index into KINDS), weight and published name."""

    easting: np.ndarray
    northing: np.ndarray
    area: np.ndarray
    kind: np.ndarray
    weight: np.ndarray
    name: np.ndarray

    def draw(self, rng: np.random.Generator, setting: str, count: int) -> np.ndarray:
        """Return `count` places (indices) for events of a setting."""
        return pick(rng, self.weight * np.array(SETTINGS[setting])[self.kind], count)


def build(geography: Geography, rng: np.random.Generator) -> Places:
    """Return the places of all small areas, twelve in each, in descending order of weight."""
    areas = np.repeat(np.arange(len(geography)), PLACES_PER_AREA)
    rank = np.tile(np.arange(1, PLACES_PER_AREA + 1), len(geography))
    first_cell = np.searchsorted(geography.area_of_cell, np.arange(len(geography)))
    cells = np.bincount(geography.area_of_cell, minlength=len(geography))
    cell = geography.cells[first_cell[areas] + rng.integers(0, cells[areas])]
    mean_score = np.mean([district.imd_score for district in DISTRICTS])
    pressure = np.array([district.imd_score for district in DISTRICTS])[geography.district] / mean_score
    spread = rng.lognormal(0, AREA_SPREAD, len(geography))
    area_weight = geography.residents * pressure**DEPRIVATION_POWER * spread
    kind = pick(rng, np.array(_KIND_SHARES), len(areas))
    street = rng.integers(0, len(_NAMES) * len(_STREETS), len(areas))
    return Places(
        easting=WEST + cell[:, 0].astype(np.int64) * CELL + rng.integers(0, CELL, len(areas)),
        northing=SOUTH + cell[:, 1].astype(np.int64) * CELL + rng.integers(0, CELL, len(areas)),
        area=areas,
        kind=kind,
        weight=area_weight[areas] * rank**-ZIPF * rng.lognormal(0, 0.4, len(areas)),
        name=np.array(
            [
                _VENUES.get(KINDS[k]) or f"On or near {_NAMES[s % len(_NAMES)]} {_STREETS[s // len(_NAMES)]}"
                for k, s in zip(kind, street, strict=True)
            ]
        ),
    )


def scatter(
    rng: np.random.Generator, places: Places, geography: Geography, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return points (metres, int64) near the chosen places; a point outside its small area is moved to the place."""
    easting = places.easting[chosen] + np.round(rng.normal(0, SCATTER_METRES, len(chosen))).astype(np.int64)
    northing = places.northing[chosen] + np.round(rng.normal(0, SCATTER_METRES, len(chosen))).astype(np.int64)
    stays = geography.area_at(easting, northing) == places.area[chosen]
    return np.where(stays, easting, places.easting[chosen]), np.where(stays, northing, places.northing[chosen])
