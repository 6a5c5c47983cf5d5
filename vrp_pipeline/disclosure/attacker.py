"""An attacker who has everything that is published: the least and greatest count each hidden cell can have.

Two integer programmes for each hidden cell, over all cells that relations join with it. The attacker knows the rules,
what is printed, every relation, and the versions before.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from vrp_pipeline.disclosure.rules import Shown
from vrp_pipeline.disclosure.tables import Position, Relation

# A cell is pinned if its greatest and least possible counts differ by less: then it is known to within one.
NARROWEST = 2
# A cell that reaches the limit of its group has no greatest count. The solver does not tell a problem without a limit
# from one without an answer, so every cell has one: this, or so many times the greatest number that bounds any of the
# group, since costs in pounds are above it. Larger numbers than needed cost the solver precision.
_LIMIT, _TIMES = 10**8, 10
_INFEASIBLE = 2


class PinnedCellError(ValueError):
    """Hidden counts of the publication could be worked out to within one: those at the positions `pinned`."""

    def __init__(self, message: str, pinned: tuple[Position, ...] = ()) -> None:
        super().__init__(message)
        self.pinned = pinned


@dataclass(frozen=True)
class Attack:
    """What the attacker found: for each cell attacked, its least and greatest possible count."""

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
        return {position: found for position, found in self.ranges.items() if found != (0, 0)}

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


def attack(shown: Mapping[Position, Shown], relations: Iterable[Relation], targets: Collection[Position]) -> Attack:
    """Attack the cells `targets`, given what is shown of every cell and the relations between cells.

    Raises ValueError if what is shown contradicts a relation, because then the description is wrong.
    """
    wanted = set(targets)
    ranges: dict[Position, tuple[float, float]] = {}
    for cells, joined in _components(shown, relations):
        if here := sorted(wanted & cells):
            ranges |= _attack_component(shown, sorted(cells), joined, here)
    return Attack(ranges)


def attack_again(
    found: Attack,
    shown: Mapping[Position, Shown],
    relations: Iterable[Relation],
    targets: Collection[Position],
    changed: Position,
) -> Attack:
    """Return what the attacker finds once another thing is shown of one cell; `found` holds for cells apart from it."""
    wanted = set(targets)
    cells, joined = next(group for group in _components(shown, relations) if changed in group[0])
    here = sorted(wanted & cells)
    return Attack({**found.ranges, **(_attack_component(shown, sorted(cells), joined, here) if here else {})})


def _attack_component(
    shown: Mapping[Position, Shown], cells: list[Position], relations: list[Relation], targets: list[Position]
) -> dict[Position, tuple[float, float]]:
    place = {position: number for number, position in enumerate(cells)}
    ends = (abs(end) for cell in cells for end in (shown[cell].least, shown[cell].greatest))
    limit = max(_LIMIT, _TIMES * max((end for end in ends if end < math.inf), default=0))
    bounds = Bounds(
        [max(shown[cell].least, -limit) for cell in cells], [min(shown[cell].greatest, limit) for cell in cells]
    )
    constraints = []
    if relations:
        rows, columns, factors = zip(
            *((row, place[cell], factor) for row, rel in enumerate(relations) for cell, factor in rel.terms),
            strict=True,
        )
        matrix = csr_array((factors, (rows, columns)), shape=(len(relations), len(cells)), dtype=float)
        constraints = [LinearConstraint(matrix, [r.least for r in relations], [r.greatest for r in relations])]
    found = {}
    for target in targets:
        least = _extreme(place[target], len(cells), 1, bounds, constraints, target)
        greatest = _extreme(place[target], len(cells), -1, bounds, constraints, target)
        found[target] = (_unlimited(least, limit), _unlimited(greatest, limit))
    return found


def _unlimited(end: float, limit: float) -> float:
    """Return an end of a range, infinite where only the limit of the solver ends it."""
    return math.copysign(math.inf, end) if abs(end) >= limit else end


def _extreme(
    at: int, size: int, sign: int, bounds: Bounds, constraints: list[LinearConstraint], target: Position
) -> float:
    """Return the least (`sign` 1) or greatest (-1) count of the cell at a place; its limit where nothing else does."""
    objective = np.zeros(size)
    objective[at] = sign
    solved = milp(objective, integrality=np.ones(size), bounds=bounds, constraints=constraints)
    if solved.status == _INFEASIBLE:
        raise ValueError(f"What is shown around {target} contradicts itself: the description of the tables is wrong.")
    if solved.x is None:
        raise ValueError(f"The attack on {target} ended without an answer: {solved.message}")
    return float(round(solved.x[at]))


def _components(
    shown: Mapping[Position, Shown], relations: Iterable[Relation]
) -> list[tuple[set[Position], list[Relation]]]:
    """Return the cells in groups that no relation joins, each with its relations."""
    kept = list(relations)
    place = {position: number for number, position in enumerate(shown)}
    ends = [(place[relation.terms[0][0]], place[position]) for relation in kept for position, _ in relation.terms[1:]]
    firsts, others = zip(*ends, strict=True) if ends else ((), ())
    joins = csr_array((np.ones(len(ends)), (firsts, others)), shape=(len(place), len(place)))
    _, group_of = connected_components(joins, directed=False)
    cells: dict[int, set[Position]] = defaultdict(set)
    joined: dict[int, list[Relation]] = defaultdict(list)
    for position, number in place.items():
        cells[group_of[number]].add(position)
    for relation in kept:
        joined[group_of[place[relation.terms[0][0]]]].append(relation)
    return [(found, joined[group]) for group, found in cells.items()]
