"""The description of all counts of a publication: each cell once, and what a reader knows of cells together.

The protector and the attacker both work from it, so that neither can forget a table. It holds true counts and never
leaves the process.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vrp_pipeline.disclosure.rules import NHS, Rule, Shown


@dataclass(frozen=True, order=True)
class Position:
    """Where a cell stands: the table, and its row and column in words. Names no value."""

    table: str
    cell: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.table}: {' / '.join(part for part in self.cell if part)}"


@dataclass(frozen=True)
class Cell:
    """One true count, or None where it is not known to anybody.

    A cell that is not `is_printed` can be worked out from others, such as weapon possession in a district from serious
    violence with and without it; it is as sensitive as a printed one. `printed_before` is what an earlier version,
    which stays public, lets a reader derive; then `count` is not used. `is_difference` marks a change between two
    versions, which may be below 0 and must not be found out whatever it is.
    """

    count: int | None
    rule: Rule = NHS
    is_printed: bool = True
    printed_before: Shown | None = None
    is_difference: bool = False

    @property
    def possible(self) -> tuple[float, float]:
        """Return the least and greatest count the cell can have, as far as anybody knows."""
        if self.printed_before is not None:
            return self.printed_before.least, self.printed_before.greatest
        return (-math.inf, math.inf) if self.count is None else (self.count, self.count)

    @property
    def is_sensitive(self) -> bool:
        """Return whether the cell must not be found out: it is hidden for its own sake."""
        return self.is_difference or (self.count is not None and self.count > 0 and self.rule.hides(self.count))


@dataclass(frozen=True)
class Relation:
    """What everybody knows of cells: the sum of coefficient times count is from `least` to `greatest`."""

    terms: tuple[tuple[Position, int], ...]
    least: float = 0
    greatest: float = 0


@dataclass
class Tables:
    """All cells of a publication by position, and the relations between them."""

    cells: dict[Position, Cell] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)

    def add(self, position: Position, cell: Cell) -> Position:
        """Add a cell. Raises ValueError if another count stands there already."""
        if self.cells.setdefault(position, cell) != cell:
            raise ValueError(f"{position} has two counts.")
        return position

    def add_total(self, total: Position, parts: Iterable[Position]) -> None:
        """Say that parts add up to a total."""
        self.relate([(total, 1), *((part, -1) for part in parts)])

    def add_not_above(self, lower: Position, upper: Position) -> None:
        """Say that one cell is never above another."""
        self.relate([(upper, 1), (lower, -1)], greatest=float("inf"))

    def relate(self, terms: Iterable[tuple[Position, int]], least: float = 0, greatest: float = 0) -> None:
        """Add a relation, unless it cannot hold: an attacker who believed it would learn nothing true.

        An earlier version whose parts do not add up as this one's do shows it in what it printed.
        """
        relation = Relation(tuple(terms), least, greatest)
        lowest = highest = 0.0
        for position, factor in relation.terms:
            ends = [factor * end for end in self.cells[position].possible]
            lowest, highest = lowest + min(ends), highest + max(ends)
        if lowest <= greatest and highest >= least:
            self.relations.append(relation)

    def sensitive(self) -> Mapping[Position, Cell]:
        """Return the cells that must not be found out."""
        return {position: cell for position, cell in self.cells.items() if cell.is_sensitive}
