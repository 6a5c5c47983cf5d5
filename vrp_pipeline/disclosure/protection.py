"""The protector: from true counts to what may be shown of them, so that the attacker pins nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from vrp_pipeline.disclosure.attacker import NARROWEST, Attack, Attacker
from vrp_pipeline.disclosure.rules import Shown
from vrp_pipeline.disclosure.tables import Position, Relation, Tables

# Withholding ends sooner: each turn withholds a cell, and a publication with so many is not worth reading.
MOST_WITHHELD = 20
# How many relations away from a pinned cell another is withheld for it.
RINGS = 4
# How many cells of a ring are tried, smallest first: each takes tens of milliseconds.
MOST_TRIED = 60


@dataclass(frozen=True)
class ProtectedTables:
    """What may be shown of every cell, without any true count. Made by `protect` alone.

    `attack` is what an attacker finds; `withheld` are cells hidden only because another could be worked out from them.
    """

    shown: Mapping[Position, Shown]
    printed: frozenset[Position]
    attack: Attack
    withheld: tuple[Position, ...] = ()

    def __getitem__(self, position: Position) -> Shown:
        """Return a printed cell. Raises KeyError for one that is not in the description: it may not be printed."""
        if position not in self.printed:
            raise KeyError(f"{position} is not in the description of the publication, so it may not be printed.")
        return self.shown[position]

    def summary(self) -> dict[str, int | float | None]:
        """Return how many cells are printed, hidden, withheld and rounded, and the narrowest interval found."""
        cells = [self.shown[position] for position in self.printed]
        narrowest = self.attack.narrowest
        return {
            "cells": len(cells),
            "hidden": sum(cell.is_hidden and cell.greatest < float("inf") for cell in cells) + len(self.withheld),
            "withheld": len(self.withheld),
            "rounded": sum(not cell.is_hidden and cell.greatest > cell.least for cell in cells),
            "attacked": len(self.attack.ranges),
            "attacked_not_printed": sum(position not in self.printed for position in self.attack.ranges),
            "pinned": len(self.attack.pinned),
            "narrowest_interval": narrowest,
        }


def protect(tables: Tables, most_withheld: int = MOST_WITHHELD) -> ProtectedTables:
    """Show every cell by its rule, and withhold up to so many further ones while the attacker pins a hidden cell.

    Raises PinnedCellError if withholding does not help, because earlier versions or public counts pin the cell.
    """
    shown = {position: shown_by_rule(tables, position) for position in tables.cells}
    printed = frozenset(position for position, cell in tables.cells.items() if cell.is_printed)
    targets = tables.sensitive()
    attacker = Attacker(tables.cells, tables.relations)
    found = attacker.attack(shown, targets)
    withheld: list[Position] = []
    while found.pinned and len(withheld) < most_withheld:
        chosen = _withholding(attacker, tables, shown, found.pinned[0])
        if chosen is None:
            break
        shown[chosen] = Shown(None, 0, float("inf"))
        withheld.append(chosen)
        found = attacker.attack(shown, targets)
    found.refuse_pinned()
    return ProtectedTables(shown, printed, found, tuple(withheld))


def shown_by_rule(tables: Tables, position: Position) -> Shown:
    """Return what a reader has of a cell by its own rule alone, printed or not."""
    cell = tables.cells[position]
    if cell.printed_before is not None:
        return cell.printed_before
    if cell.is_difference:
        return Shown(None, -float("inf"), float("inf"))
    if cell.count is None or not cell.is_printed:
        return Shown(None, 0, float("inf"))
    return cell.rule.shown(cell.count)


def _withholding(
    attacker: Attacker, tables: Tables, shown: Mapping[Position, Shown], pinned: Position
) -> Position | None:
    """Return the smallest cell whose withholding frees a pinned one, else the largest nearby; None if there is none.

    Smallest, because a total is read by more people than its parts. Where no cell alone frees it, several totals pin it
    together, and the largest is the first of them. Nearer cells come before those further relations away.
    """
    seen = {pinned}
    rings: list[list[Position]] = []
    for _ in range(RINGS):
        ring = _beside(tables.relations, seen) - seen
        seen |= ring
        rings.append([each for each in ring if _may_be_withheld(tables, shown, each)])
    for usable in rings:
        for position in sorted(usable, key=lambda each: (tables.cells[each].count or 0, each))[:MOST_TRIED]:
            tried = attacker.attack({**shown, position: Shown(None, 0, float("inf"))}, [pinned])
            least, greatest = tried.ranges[pinned]
            if greatest - least >= NARROWEST:
                return position
    counts = {position: tables.cells[position].count or 0 for some in rings for position in some}
    nearest = next((known for some in rings if (known := [each for each in some if counts[each]])), [])
    return max(nearest, key=lambda each: (counts[each], each), default=None)


def _may_be_withheld(tables: Tables, shown: Mapping[Position, Shown], position: Position) -> bool:
    cell = tables.cells[position]
    return (
        cell.is_printed
        and cell.rule.hidden_up_to >= 0
        and cell.printed_before is None
        and cell.count is not None
        and not shown[position].is_hidden
    )


def _beside(relations: list[Relation], positions: set[Position]) -> set[Position]:
    found = set()
    for relation in relations:
        members = {position for position, _ in relation.terms}
        if members & positions:
            found |= members
    return found
