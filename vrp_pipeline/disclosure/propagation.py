"""What relations tell of cells one at a time: bounds of whole numbers, tightened until no relation tightens any more.

It costs no programme, and leaves few cells for which one is needed [Belotti 2012].
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from vrp_pipeline.disclosure.tables import Position, Relation

# Bounds of contradicting relations may creep by one a round. To stop early leaves them wider, never wrong.
MOST_ROUNDS = 100


@dataclass(frozen=True, eq=False)
class Sums:
    """Relations as arrays. Entry e says that row `rows[e]` has `factors[e]` times cell `cells[e]`, once for each pair.

    The sum of row r is from `least[r]` to `greatest[r]`; there are `size` cells, in an order of the caller's.
    """

    size: int
    rows: NDArray[np.intp]
    cells: NDArray[np.intp]
    factors: NDArray[np.float64]
    least: NDArray[np.float64]
    greatest: NDArray[np.float64]

    @classmethod
    def of(cls, relations: Iterable[Relation], place: Mapping[Position, int]) -> "Sums":
        """Return relations as arrays, cells by their place, of which several may have the same.

        Terms of the same place are added up, and a sum that stands in several relations is kept once. Raises ValueError
        if a relation of nothing but the same place cannot hold.
        """
        ends: dict[tuple[tuple[int, int], ...], tuple[float, float]] = {}
        for relation in relations:
            added: dict[int, int] = {}
            for position, factor in relation.terms:
                added[place[position]] = added.get(place[position], 0) + factor
            terms = tuple(sorted((at, factor) for at, factor in added.items() if factor))
            if not terms and not relation.least <= 0 <= relation.greatest:
                raise ValueError(f"What is known of {relation.terms[0][0]} contradicts itself.")
            least, greatest = ends.get(terms, (-math.inf, math.inf))
            ends[terms] = max(least, relation.least), min(greatest, relation.greatest)
        ends.pop((), None)
        entries = np.array([(row, *term) for row, terms in enumerate(ends) for term in terms], float).reshape(-1, 3)
        rows, cells = entries[:, :2].T.astype(np.intp)
        bounds = np.array(list(ends.values()), float).reshape(-1, 2)
        return cls(max(place.values(), default=-1) + 1, rows, cells, entries[:, 2], bounds[:, 0], bounds[:, 1])

    def components(self) -> NDArray[np.intp]:
        """Return a number for each cell, the same for cells that relations join."""
        first = np.full(len(self.least), -1, np.intp)
        first[self.rows[::-1]] = self.cells[::-1]
        joins = csr_array((np.ones(len(self.rows)), (first[self.rows], self.cells)), shape=(self.size, self.size))
        return np.asarray(connected_components(joins, directed=False)[1], np.intp)

    def with_cells(self, kept: NDArray[np.bool_]) -> "Sums":
        """Return the rows of which a cell is one at which `kept` is true."""
        return self.with_rows(np.bincount(self.rows, kept[self.cells], len(self.least)) > 0)

    def with_rows(self, kept: NDArray[np.bool_]) -> "Sums":
        """Return the rows at which `kept` is true, numbered anew."""
        entries = kept[self.rows]
        rows = (np.cumsum(kept) - 1)[self.rows[entries]]
        ends = self.least[kept], self.greatest[kept]
        return Sums(self.size, rows, self.cells[entries], self.factors[entries], *ends)

    def without_known(self, least: NDArray[np.float64], greatest: NDArray[np.float64]) -> "Sums":
        """Return what the rows say of cells that are not known, without rows that bounds alone make true."""
        low, high = self._terms(least, greatest)
        total = np.bincount(self.rows, low, len(self.least)), np.bincount(self.rows, high, len(self.least))
        telling = self.with_rows((total[0] < self.least) | (total[1] > self.greatest))
        known = least == greatest
        entries = known[telling.cells]
        values = telling.factors[entries] * least[telling.cells[entries]]
        taken = np.bincount(telling.rows[entries], values, len(telling.least))
        left = telling.rows[~entries], telling.cells[~entries], telling.factors[~entries]
        return Sums(self.size, *left, telling.least - taken, telling.greatest - taken)

    def tightened(
        self, least: NDArray[np.float64], greatest: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
        """Return the bounds of all cells that the relations leave, and whether no further round would tighten them.

        Bounds are whole numbers or infinite. Where the relations contradict each other, the least of some cell may be
        above its greatest.
        """
        for _ in range(MOST_ROUNDS):
            low, high = self._terms(least, greatest)
            top = self.greatest[self.rows] - self._others(low)
            bottom = self.least[self.rows] + self._others(-high)
            rises = self.factors > 0
            with np.errstate(invalid="ignore"):
                lower = np.ceil(np.where(rises, bottom, top) / self.factors)
                upper = np.floor(np.where(rises, top, bottom) / self.factors)
            before = least, greatest
            least, greatest = least.copy(), greatest.copy()
            np.maximum.at(least, self.cells, lower)
            np.minimum.at(greatest, self.cells, upper)
            if np.array_equal(before[0], least) and np.array_equal(before[1], greatest):
                return least, greatest, True
            if (least > greatest).any():
                break
        return least, greatest, False

    def _terms(
        self, least: NDArray[np.float64], greatest: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the least and greatest of each entry: its factor times its cell."""
        one, other = self.factors * least[self.cells], self.factors * greatest[self.cells]
        return np.minimum(one, other), np.maximum(one, other)

    def _others(self, low: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each entry the sum of `low` over the others of its row; each is finite or minus infinity."""
        endless = np.isneginf(low)
        finite = np.where(endless, 0, low)
        sums = np.bincount(self.rows, finite, len(self.least))[self.rows] - finite
        others_endless = np.bincount(self.rows, endless, len(self.least))[self.rows] - endless
        return np.where(others_endless > 0, -np.inf, sums)


def places(cells: Iterable[Position], relations: Iterable[Relation]) -> dict[Position, int]:
    """Return a number for each cell, the same for cells that relations say are equal, whatever is shown of them."""
    order = {position: number for number, position in enumerate(sorted(cells))}
    equal = [
        [order[position] for position, _ in relation.terms]
        for relation in relations
        if sorted(factor for _, factor in relation.terms) == [-1, 1] and relation.least == relation.greatest == 0
    ]
    ends = np.array(equal, np.intp).reshape(-1, 2)
    joins = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(order), len(order)))
    return dict(zip(order, connected_components(joins, directed=False)[1].tolist(), strict=True))
