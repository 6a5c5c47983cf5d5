"""The rankings that are compared: ours, and the simpler ones it has to beat."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

# Metres. The quartic kernel, wide enough for two rings of hexagons, whose middles are 260 m apart.
BANDWIDTH = 600.0
SPACING = 150.0 * 3**0.5
NEIGHBOURS = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1))

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Scores = tuple[Floats, ...]


@dataclass(frozen=True)
class Ground:
    """The hexagons of the area: axial coordinates `across` and `up`, and the small area of each as a number from 0."""

    across: Integers
    up: Integers
    small_area: Integers

    @property
    def size(self) -> int:
        """The number of hexagons."""
        return len(self.across)

    @cached_property
    def _places(self) -> tuple[Integers, Integers]:
        keys = _keys(self.across, self.up)
        order = np.argsort(keys)
        return keys[order], order

    def shifted(self, values: Floats, across: int, up: int) -> tuple[Floats, Floats]:
        """Values of the hexagon so many steps away from each, 0 beyond the area; and 1 where there is one, else 0."""
        keys, order = self._places
        wanted = _keys(self.across + across, self.up + up)
        found = np.minimum(np.searchsorted(keys, wanted), self.size - 1)
        inside = keys[found] == wanted
        return np.where(inside, values[order[found]], 0.0), inside.astype(float)


def rankings(ground: Ground, counts: Floats, harm: Floats, last_year: Floats) -> dict[str, Scores]:
    """Scores of each hexagon by name, the highest first choice; arrays have the shape (months, hexagons).

    `count` is the rank of `rpt_hot_spots`: harm decides among equals. `small area` gives each hexagon what its LSOA has
    per hexagon, so that large ones gain nothing by their size.
    """
    total = counts.sum(axis=0)
    return {
        "count": (total, harm.sum(axis=0)),
        "Gi*": (gi_star(ground, total),),
        "last year's count": (last_year.sum(axis=0),),
        "kernel density": (kernel_density(ground, total),),
        "small area (LSOA)": (_by_small_area(ground, total),),
        "random": (np.zeros(ground.size),),
    }


def gi_star(ground: Ground, counts: Floats) -> Floats:
    """Gi* of each hexagon, itself and its neighbours weighing one each ([Ord and Getis 1995]); 0 if all are equal."""
    around, weights = _summed([ground.shifted(counts, *step) for step in NEIGHBOURS])
    variance = float(np.mean(counts**2) - np.mean(counts) ** 2)
    spread = np.sqrt(variance * weights * (ground.size - weights) / max(ground.size - 1, 1))
    z: Floats = np.divide(around - counts.mean() * weights, spread, out=np.zeros(ground.size), where=spread > 0)
    return z


def kernel_density(ground: Ground, counts: Floats) -> Floats:
    """Quartic kernel of the counts about the middles of hexagons, up to a constant."""
    density = np.zeros(ground.size)
    reach = int(BANDWIDTH / SPACING * 2 / 3**0.5) + 1
    for across in range(-reach, reach + 1):
        for up in range(-reach, reach + 1):
            metres = SPACING * (across**2 + across * up + up**2) ** 0.5
            if metres < BANDWIDTH:
                density += (1 - (metres / BANDWIDTH) ** 2) ** 2 * ground.shifted(counts, across, up)[0]
    return density


def _by_small_area(ground: Ground, counts: Floats) -> Floats:
    incidents = np.bincount(ground.small_area, weights=counts)
    rate: Floats = (incidents / np.maximum(np.bincount(ground.small_area), 1))[ground.small_area]
    return rate


def _summed(pairs: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    return np.sum([values for values, _ in pairs], axis=0), np.sum([inside for _, inside in pairs], axis=0)


def _keys(across: Integers, up: Integers) -> Integers:
    return across.astype(np.int64) * 1_000_000 + up
