"""The least and greatest counts of cells that relations join in a ring, by as few integer programmes as tell them.

Every solution is a table that the attacker could believe, and shows of all cells at once which counts are possible. So
a programme is solved only for an end that no table reaches yet, and first for many ends together [Gleixner 2017].
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

# A cell that reaches the limit of its group has no greatest count. The solver does not tell a problem without a limit
# from one without an answer, so every cell has one: this, or so many times the greatest number that bounds any of the
# group, since costs in pounds are above it. Larger numbers than needed cost the solver precision.
_LIMIT, _TIMES = 10**8, 10
_SOLVED, _INFEASIBLE = 0, 2
# Ends are looked for together as long as each table settles this share of the cells that are left.
_SHARE = 0.1
# A table for many ends need not be the best, so the search for one ends sooner; that for a single end never does.
_TOGETHER = {"node_limit": 100, "mip_rel_gap": 0.01}
_ALONE = {"mip_rel_gap": 0}
# Groups of which the tables found are kept, some 300 kB each; a publication with four versions has about twenty.
_KEPT = 100


class ContradictionError(ValueError):
    """No table has the counts that are shown."""


@dataclass(frozen=True)
class Group:
    """Cells from `least` to `greatest`, and sums of them from `row_least` to `row_greatest`.

    Entry e says that row `rows[e]` has `factors[e]` times cell `cells[e]`. Names no cell, and equals every group with
    the same content, whatever publication it is part of.
    """

    least: tuple[float, ...]
    greatest: tuple[float, ...]
    rows: tuple[int, ...]
    cells: tuple[int, ...]
    factors: tuple[float, ...]
    row_least: tuple[float, ...]
    row_greatest: tuple[float, ...]

    @property
    def is_tree(self) -> bool:
        """Return whether the rows join the cells to a tree, with factors of 1 and -1.

        Then every count between tightened bounds is possible: it leaves each row of its cell a choice for the others,
        and no two rows meet again further on.
        """
        nodes = len(self.least) + len(self.row_least)
        return len(self.factors) == nodes - 1 and all(abs(factor) == 1 for factor in self.factors)


@lru_cache(maxsize=_KEPT)
def search(group: Group) -> "Search":
    """Return the search in a group, with all that was found in an equal one before."""
    return Search(group)


class Search:
    """Tables an attacker could believe of one group, found one by one, and what they tell of its cells.

    A cell is settled once two tables differ in it by `enough`, or its least and greatest possible counts are known.
    Methods raise ContradictionError if there is no table, and ValueError if the solver ends without an answer.
    """

    def __init__(self, group: Group) -> None:
        ends = [abs(end) for end in (*group.least, *group.greatest) if abs(end) < math.inf]
        self._tables = 0
        size, self._limit = len(group.least), max(_LIMIT, _TIMES * max(ends, default=0))
        # Of each cell by the sign of its end, 1 for the least: in any table, and in those found.
        self._ends = {1: np.array(group.least), -1: np.array(group.greatest)}
        self._seen = {1: np.full(size, math.inf), -1: np.full(size, -math.inf)}
        matrix = csr_array((group.factors, (group.rows, group.cells)), shape=(len(group.row_least), size))
        self._sums = LinearConstraint(matrix, np.array(group.row_least), np.array(group.row_greatest))
        self._bounds = Bounds(np.maximum(self._ends[1], -self._limit), np.minimum(self._ends[-1], self._limit))

    def settle_together(self, cells: Sequence[int], enough: float) -> None:
        """Settle as many of some cells as tables for all of them do."""
        left = self._unsettled(cells, enough)
        while len(left) > 1 and self._solve({cell: self._further(cell) for cell in left}, _TOGETHER):
            before, left = left, self._unsettled(left, enough)
            # The first table shows one count of each cell, so the second is the first that can settle any.
            if self._tables > 2 and len(before) - len(left) < _SHARE * len(before):
                break

    def settle(self, cell: int, enough: float) -> None:
        """Settle one cell."""
        for sign in (1, -1):
            if self._is_open(cell, sign, enough):
                self._solve({cell: sign}, _ALONE)
                self._ends[sign][cell] = self._end(cell, sign)

    def possible(self, cell: int) -> tuple[float, float]:
        """Return the least and greatest count of a cell in the tables found; infinite where only the limit ends it."""
        return self._end(cell, 1), self._end(cell, -1)

    def bounds(self, cell: int) -> tuple[float, float]:
        """Return what a cell has at least and at most in any table, found or not."""
        return float(self._ends[1][cell]), float(self._ends[-1][cell])

    def _unsettled(self, cells: Sequence[int], enough: float) -> list[int]:
        return [cell for cell in cells if any(self._is_open(cell, sign, enough) for sign in (1, -1))]

    def _is_open(self, cell: int, sign: int, enough: float) -> bool:
        least, greatest = self.possible(cell)
        return greatest - least < enough and self._end(cell, sign) != self._ends[sign][cell]

    def _end(self, cell: int, sign: int) -> float:
        seen = float(self._seen[sign][cell])
        return -sign * math.inf if -sign * seen >= self._limit else seen

    def _further(self, cell: int) -> int:
        """Return the sign of the end of a cell that is further from the tables found."""
        below, above = self._seen[1][cell] - self._ends[1][cell], self._ends[-1][cell] - self._seen[-1][cell]
        return 1 if below >= above else -1

    def _solve(self, signs: Mapping[int, int], options: Mapping[str, float]) -> bool:
        """Find a table with the least sum of cells of sign 1 less those of sign -1, and keep what it shows.

        Returns whether there is one within the limits of `options`.
        """
        objective = np.zeros(len(self._ends[1]))
        objective[list(signs)] = list(signs.values())
        found = milp(
            objective,
            integrality=np.ones(len(objective)),
            bounds=self._bounds,
            constraints=self._sums,
            options=dict(options),
        )
        if found.status == _INFEASIBLE:
            raise ContradictionError("No table has the counts that are shown.")
        is_found = found.x is not None and self._holds(table := np.round(found.x))
        if options is _ALONE and not (is_found and found.status == _SOLVED):
            raise ValueError(f"The attack ended without an answer: {found.message}")
        if is_found:
            self._tables += 1
            self._seen = {1: np.minimum(self._seen[1], table), -1: np.maximum(self._seen[-1], table)}
        return is_found

    def _holds(self, table: NDArray[np.float64]) -> bool:
        """Return whether whole numbers keep all bounds and sums; the solver keeps them but for a tolerance."""
        slack = (*self._bounds.residual(table), *self._sums.residual(table))
        return all((each >= 0).all() for each in slack)
