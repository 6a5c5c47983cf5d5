"""Simulated small areas of the real districts: locations, populations, and lookup of the area of a point.

Each district is a set of 500 m squares of the British National Grid near its real centre and of its real size, divided
along a Hilbert curve into small areas of about equal population. The areas tile without overlap; their codes are in
ranges unused by ONS (its newest is E01035762), so they cannot be mistaken for real ones.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vrp_pipeline.synthetic.world.districts import DISTRICTS

CELL = 500  # metres
WEST, SOUTH, COLUMNS, ROWS = 405_000, 73_000, 180, 190  # the frame: all of Hampshire and the Isle of Wight
CELLS_PER_SQUARE_KM = 4
# Cells further from a centre than this many radii (of a circle of the district's area) belong to no district.
REACH = 1.25
ROUNDS_OF_FITTING = 15  # after which every district is within a few per cent of its real area
# Scale from which the real number of small areas is used, and the fewest areas a district has below it.
FULL_DETAIL_SCALE = 0.2
LEAST_AREAS = 3
FIRST_CODE = 1_900_001  # E01900001: unused
FIRST_CODE_2011 = 1_950_001
FIRST_WARD = 5_900_001
AREAS_PER_WARD = 8
AREAS_PER_NEIGHBOURHOOD = 5  # names run S001A … S001E, as MSOAs number their LSOAs
# Spread of population and of deprivation between areas of one district: the real coefficients of variation are about
# 0.2 (Census 2021) and 0.6 (IoD 2025).
POPULATION_SPREAD = 0.2
DEPRIVATION_SPREAD = 0.55
TOWN_PULL = 2.0  # population density falls by a factor of e to this power per district radius from the town


@dataclass(frozen=True)
class Geography:
    """The small areas. Arrays over areas have length n; `grid` (COLUMNS × ROWS, int32) is the area of each cell, or -1.

    `cells` (m × 2, int32) are the columns and rows of all cells in a district, `area_of_cell` (m) their areas.
    """

    codes: np.ndarray
    names: np.ndarray
    district: np.ndarray
    ward: np.ndarray
    residents: np.ndarray
    imd_score: np.ndarray
    cells: np.ndarray
    area_of_cell: np.ndarray
    grid: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)

    def area_at(self, easting: np.ndarray, northing: np.ndarray) -> np.ndarray:
        """Return the small area (index, or -1) of each point in metres of the British National Grid."""
        column = np.floor_divide(easting - WEST, CELL).astype(np.int64)
        row = np.floor_divide(northing - SOUTH, CELL).astype(np.int64)
        inside = (column >= 0) & (column < COLUMNS) & (row >= 0) & (row < ROWS)
        found = self.grid[np.where(inside, column, 0), np.where(inside, row, 0)]
        return np.where(inside, found, -1)


def build(scale: float, rng: np.random.Generator) -> Geography:
    """Return the small areas of all districts; below a `scale` of 0.2 fewer, but at least three per district."""
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(COLUMNS), np.arange(ROWS), indexing="ij"))
    owner = _owners(column, row)
    order = np.argsort(_hilbert(column, row), kind="stable")
    cells: list[np.ndarray] = []
    area_of_cell: list[np.ndarray] = []
    district: list[int] = []
    residents: list[int] = []
    for number, facts in enumerate(DISTRICTS):
        mine = order[owner[order] == number]
        people = _people_per_cell(column[mine], row[mine], number)
        count = _number_of_areas(facts.small_areas, scale, len(mine))
        area_of_cell.append(_chunks(people, count) + len(residents))
        cells.append(np.column_stack([column[mine], row[mine]]))
        district += [number] * count
        residents += _shares(facts.residents, rng.normal(1, POPULATION_SPREAD, count).clip(0.4), count)
    all_cells = np.vstack(cells).astype(np.int32)
    areas = np.concatenate(area_of_cell).astype(np.int32)
    grid = np.full((COLUMNS, ROWS), -1, dtype=np.int32)
    grid[all_cells[:, 0], all_cells[:, 1]] = areas
    districts = np.array(district)
    within = _position_within(districts)
    return Geography(
        codes=area_codes(FIRST_CODE, len(districts)),
        names=np.array(
            [
                f"{DISTRICTS[d].name} S{i // AREAS_PER_NEIGHBOURHOOD + 1:03d}{'ABCDE'[i % AREAS_PER_NEIGHBOURHOOD]}"
                for d, i in zip(districts, within, strict=True)
            ]
        ),
        district=districts,
        ward=np.cumsum(within % AREAS_PER_WARD == 0) - 1,
        residents=np.array(residents),
        imd_score=_deprivation(districts, rng),
        cells=all_cells,
        area_of_cell=areas,
        grid=grid,
    )


def area_codes(first: int, count: int, prefix: str = "E0") -> np.ndarray:
    """Return `count` codes of the official pattern: E and eight digits."""
    return np.array([f"{prefix}{number:07d}" for number in range(first, first + count)])


@lru_cache(maxsize=1)
def _centres() -> tuple[np.ndarray, np.ndarray]:
    centres = np.array([district.centre for district in DISTRICTS], dtype=float)
    radii = np.sqrt(np.array([district.square_km for district in DISTRICTS]) / np.pi) * 1000
    return centres, radii


def _owners(column: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return the district of each cell, or -1: the nearest centre in units of its radius, fitted until sizes agree."""
    centres, radii = _centres()
    middle = np.column_stack([WEST + (column + 0.5) * CELL, SOUTH + (row + 0.5) * CELL])
    distance = np.hypot(*(middle[:, None, :] - centres[None, :, :]).transpose(2, 0, 1)) / radii
    wanted = np.array([district.square_km for district in DISTRICTS]) * CELLS_PER_SQUARE_KM
    pull = np.ones(len(DISTRICTS))
    for _ in range(ROUNDS_OF_FITTING):
        scaled = distance / pull
        owner = np.where(scaled.min(axis=1) <= REACH, scaled.argmin(axis=1), -1)
        held = np.bincount(owner[owner >= 0], minlength=len(DISTRICTS))
        pull *= np.clip(wanted / np.maximum(held, 1), 0.5, 2.0) ** 0.4
    return owner


def _people_per_cell(column: np.ndarray, row: np.ndarray, number: int) -> np.ndarray:
    facts = DISTRICTS[number]
    _, radii = _centres()
    away = np.hypot(WEST + (column + 0.5) * CELL - facts.town[0], SOUTH + (row + 0.5) * CELL - facts.town[1])
    crowded = len(column) < CELLS_PER_SQUARE_KM * facts.small_areas
    return np.ones(len(column)) if crowded else np.exp(-TOWN_PULL * away / radii[number])


def _number_of_areas(real: int, scale: float, cells: int) -> int:
    wanted = round(real * min(1.0, scale / FULL_DETAIL_SCALE))
    return min(max(wanted, LEAST_AREAS), cells)


def _chunks(people: np.ndarray, count: int) -> np.ndarray:
    """Return the chunk (0 … count-1) of each cell along the curve: about equal population, no chunk empty."""
    reached = np.cumsum(people) / people.sum()
    starts = np.searchsorted(reached, np.arange(count) / count)
    starts = np.maximum.accumulate(starts - np.arange(count)) + np.arange(count)
    starts = np.minimum(starts, len(people) - count + np.arange(count))
    starts[0] = 0
    return np.searchsorted(starts, np.arange(len(people)), side="right") - 1


def _shares(total: int, weights: np.ndarray, count: int) -> list[int]:
    """Return whole numbers in proportion to `weights` that add up to `total`."""
    edges = np.round(np.cumsum(weights) / weights.sum() * total).astype(int)
    return np.diff(edges, prepend=0).tolist() if count else []


def _position_within(districts: np.ndarray) -> np.ndarray:
    starts = np.searchsorted(districts, np.arange(len(DISTRICTS)))
    return np.asarray(np.arange(len(districts)) - starts[districts])


def _deprivation(districts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    means = np.array([district.imd_score for district in DISTRICTS])
    spread = rng.lognormal(-(DEPRIVATION_SPREAD**2) / 2, DEPRIVATION_SPREAD, len(districts))
    return np.asarray(np.round(np.clip(means[districts] * spread, 0.5, 80.0), 3))


def _hilbert(column: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return the position of each cell along a Hilbert curve over 256 × 256 cells, which keeps neighbours together."""
    x, y = column.copy(), row.copy()
    position = np.zeros_like(x)
    side = 128
    while side:
        right, upper = ((x & side) > 0).astype(x.dtype), ((y & side) > 0).astype(y.dtype)
        position += side * side * ((3 * right) ^ upper)
        flipped = (upper == 0) & (right == 1)
        x, y = np.where(flipped, 255 - x, x), np.where(flipped, 255 - y, y)
        x, y = np.where(upper == 0, y, x), np.where(upper == 0, x, y)
        side //= 2
    return position
