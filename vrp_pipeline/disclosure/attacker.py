"""An attacker who has everything that is published: the least and greatest count each hidden cell can have.

The attacker knows the rules, what is printed, every relation, and the versions before. What relations tell one at a
time is worked out first (`propagation`); for cells that relations join in a ring integer programmes follow
(`programmes`).
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vrp_pipeline.disclosure.programmes import ContradictionError, Group, Search, search
from vrp_pipeline.disclosure.propagation import Sums, places
from vrp_pipeline.disclosure.rules import Shown
from vrp_pipeline.disclosure.tables import Position, Relation

# A cell is pinned if its greatest and least possible counts differ by less: then it is known to within one.
NARROWEST = 2
# The range of a change that is known to be none.
NO_CHANGE = (0, 0)


class PinnedCellError(ValueError):
    """Hidden counts of the publication could be worked out to within one: those at the positions `pinned`."""

    def __init__(self, message: str, pinned: tuple[Position, ...] = ()) -> None:
        super().__init__(message)
        self.pinned = pinned


@dataclass(frozen=True)
class Attack:
    """What the attacker found: for each cell attacked, two counts between which it may be anything or nothing.

    Both are possible. They are the least and the greatest where they are less than `NARROWEST` apart, in the cells with
    the narrowest range, and so in a cell attacked alone; in others, further ones may be possible.
    """

    ranges: Mapping[Position, tuple[float, float]] = field(default_factory=dict)

    @property
    def pinned(self) -> tuple[Position, ...]:
        """The cells known to within one, in order. A change known to be none tells of nobody and is left out."""
        return tuple(sorted(p for p, (least, greatest) in self._telling.items() if greatest - least < NARROWEST))

    @property
    def narrowest(self) -> float | None:
        """The smallest difference between greatest and least possible count; None if nothing was attacked."""
        return min((greatest - least for least, greatest in self._telling.values()), default=None)

    @property
    def _telling(self) -> dict[Position, tuple[float, float]]:
        return {position: found for position, found in self.ranges.items() if found != NO_CHANGE}

    def refuse_pinned(self) -> None:
        """Raise PinnedCellError naming the cells that are pinned, never their values."""
        if self.pinned:
            named = "; ".join(str(position) for position in self.pinned[:5])
            more = f" and {len(self.pinned) - 5} more" if len(self.pinned) > 5 else ""
            raise PinnedCellError(
                f"Nothing was published: a hidden count could be worked out to within one from everything published"
                f" together. {named}{more}. Join the category or area with another, or leave the table out.",
                self.pinned,
            )


class Attacker:
    """All cells and relations of a publication, to be attacked with one thing shown of a cell after another."""

    def __init__(self, cells: Iterable[Position], relations: Iterable[Relation]) -> None:
        kept = list(relations)
        self._place = places(cells, kept)
        self._places = np.array(list(self._place.values()), np.intp)
        self._sums = Sums.of(kept, self._place)
        self._component = self._sums.components()

    def attack(self, shown: Mapping[Position, Shown], targets: Collection[Position]) -> Attack:
        """Attack the cells `targets`, given what is shown of every cell.

        Raises ValueError if what is shown contradicts a relation, because then the description is wrong.
        """
        wanted = np.array(sorted({self._place[target] for target in targets}), np.intp)
        least, greatest = self._shown(shown)
        sums = self._sums.with_cells(np.isin(self._component, self._component[wanted]))
        least, greatest, is_settled = sums.tightened(least, greatest)
        if (odd := np.flatnonzero(least > greatest)).size:
            raise ValueError(self._contradiction(int(odd[0])))
        exact = {int(at): (float(least[at]), float(greatest[at])) for at in wanted}
        hunts = [
            _Hunt(search(group), {at: number for number, at in enumerate(cells) if at in exact})
            for group, cells in _groups(sums.without_known(least, greatest), least, greatest, wanted)
            if not (is_settled and group.is_tree)
        ]
        for hunt in hunts:
            try:
                hunt.settle(NARROWEST)
            except ContradictionError as error:
                raise ValueError(self._contradiction(next(iter(hunt.numbers)))) from error
            for at in hunt.numbers:
                del exact[at]
        _find_narrowest(hunts, exact.values())
        possible = exact | {at: hunt.found.possible(number) for hunt in hunts for at, number in hunt.numbers.items()}
        return Attack({target: possible[self._place[target]] for target in targets})

    def _shown(self, shown: Mapping[Position, Shown]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the bounds that are shown of each place, of which several cells may be equal."""
        ends = np.array([(shown[cell].least, shown[cell].greatest) for cell in self._place], float).reshape(-1, 2)
        least, greatest = np.full(self._sums.size, -math.inf), np.full(self._sums.size, math.inf)
        np.maximum.at(least, self._places, ends[:, 0])
        np.minimum.at(greatest, self._places, ends[:, 1])
        return least, greatest

    def _contradiction(self, place: int) -> str:
        where = next(cell for cell, at in self._place.items() if at == place)
        return f"What is shown around {where} contradicts itself: the description of the tables is wrong."


def attack(shown: Mapping[Position, Shown], relations: Iterable[Relation], targets: Collection[Position]) -> Attack:
    """Attack the cells `targets` once, given what is shown of every cell and the relations between cells.

    Raises ValueError if what is shown contradicts a relation, because then the description is wrong.
    """
    return Attacker(shown, relations).attack(shown, targets)


@dataclass(frozen=True)
class _Hunt:
    """The search in one group: the places of the cells attacked in the publication, with their numbers in the group."""

    found: Search
    numbers: Mapping[int, int]

    def settle(self, enough: float) -> None:
        self.found.settle_together(list(self.numbers.values()), enough)
        for number in self.numbers.values():
            self.found.settle(number, enough)


def _find_narrowest(hunts: Iterable[_Hunt], exact: Iterable[tuple[float, float]]) -> None:
    """Settle each cell that could be narrower than any other, all being settled for NARROWEST."""
    left = [
        (hunt.found, number)
        for hunt in hunts
        for number in hunt.numbers.values()
        if hunt.found.possible(number) != NO_CHANGE
    ]
    widths = [_width(ends) for ends in exact if ends != NO_CHANGE] + [_width(each.bounds(at)) for each, at in left]
    narrowest = min(widths, default=0)
    for hunt in hunts:
        hunt.found.settle_together([number for each, number in left if each is hunt.found], narrowest)
    for each, number in sorted(left, key=lambda held: _width(held[0].possible(held[1]))):
        each.settle(number, narrowest)
        narrowest = min(narrowest, _width(each.bounds(number)))


def _width(ends: tuple[float, float]) -> float:
    return ends[1] - ends[0]


def _groups(
    sums: Sums, least: NDArray[np.float64], greatest: NDArray[np.float64], wanted: NDArray[np.intp]
) -> Iterable[tuple[Group, list[int]]]:
    """Yield the groups of unknown cells that rows join and of which one is wanted, with the places of their cells."""
    component = sums.components()
    of_entry = component[sums.cells]
    order = np.lexsort((sums.cells, sums.rows, of_entry))
    order = order[np.isin(of_entry[order], component[wanted])]
    for entries in np.split(order, np.flatnonzero(np.diff(of_entry[order])) + 1) if order.size else ():
        rows, row_of = np.unique(sums.rows[entries], return_inverse=True)
        cells, cell_of = np.unique(sums.cells[entries], return_inverse=True)
        group = Group(
            tuple(least[cells].tolist()),
            tuple(greatest[cells].tolist()),
            tuple(row_of.tolist()),
            tuple(cell_of.tolist()),
            tuple(sums.factors[entries].tolist()),
            tuple(sums.least[rows].tolist()),
            tuple(sums.greatest[rows].tolist()),
        )
        yield group, cells.tolist()
