"""What was tried on the tables of a publication, and what the attacker learnt: the rule in force beside others.

Ways of publishing that are not in force are tried too, so that the choice of the rule and of its totals rests on
figures of this partnership: docs/decisions/0017.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vrp_pipeline.disclosure.attacker import PinnedCellError, attack
from vrp_pipeline.disclosure.protection import protect, shown_by_rule
from vrp_pipeline.disclosure.rules import EXACT, Shown
from vrp_pipeline.disclosure.tables import Position, Tables

UNKNOWN = Shown(None, 0, float("inf"))
# What a hidden count adds to a sum of rounded parts: the middle of 1 to 7.
HIDDEN_AS = 4


@dataclass(frozen=True)
class Trial:
    """One way of publishing: cells hidden, sensitive cells attacked and pinned, and the narrowest interval found.

    `total_error` is the largest difference of a printed total from the truth, None where totals are not printed;
    `contradictions` counts totals that would be printed with two different numbers.
    """

    name: str
    hidden: int
    attacked: int
    pinned: int
    narrowest: float | None
    total_error: int | None
    contradictions: int
    seconds: float


@dataclass(frozen=True)
class DisclosureEvaluation:
    """All trials on one publication; `is_safe` says whether the way in force lets nothing be found."""

    trials: tuple[Trial, ...]
    cells: int
    relations: int
    withheld: tuple[str, ...]
    is_safe: bool

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON; an interval without an end is null."""
        held = asdict(self)
        for trial in held["trials"]:
            trial["narrowest"] = None if trial["narrowest"] == float("inf") else trial["narrowest"]
        return held


def evaluate_disclosure(tables: Tables) -> DisclosureEvaluation:
    """Publish the tables in every way on trial, and attack each."""
    by_rule = {position: shown_by_rule(tables, position) for position in tables.cells}
    plain = {
        position: shown if cell.is_sensitive or not cell.is_printed or cell.count is None else EXACT.shown(cell.count)
        for (position, cell), shown in zip(tables.cells.items(), by_rule.values(), strict=True)
    }
    totals = _totals(tables)
    sums = {position: UNKNOWN if position in totals else shown for position, shown in by_rule.items()}
    errors, contradictions = _sums_of_parts(tables, totals, by_rule)
    trials = [
        _trial("1 to 7 hidden, all else exact", tables, plain, 0),
        _trial("NHS rule, totals as sums", tables, sums, errors, contradictions),
        _trial("NHS rule, totals rounded", tables, by_rule, _error(tables, totals, by_rule)),
    ]
    started = time.perf_counter()
    try:
        held = protect(tables)
    except PinnedCellError:
        return DisclosureEvaluation(tuple(trials), _printed(tables), len(tables.relations), (), False)
    in_force = Trial(
        "in force: that, and more withheld",
        int(held.summary()["hidden"] or 0),
        len(held.attack.ranges),
        len(held.attack.pinned),
        held.attack.narrowest,
        _error(tables, totals, held.shown),
        0,
        round(time.perf_counter() - started, 2),
    )
    withheld = tuple(str(position) for position in held.withheld)
    return DisclosureEvaluation((*trials, in_force), _printed(tables), len(tables.relations), withheld, True)


def _trial(
    name: str, tables: Tables, shown: Mapping[Position, Shown], total_error: int | None, contradictions: int = 0
) -> Trial:
    started = time.perf_counter()
    found = attack(shown, tables.relations, tables.sensitive())
    hidden = sum(shown[p].is_hidden and cell.count is not None for p, cell in tables.cells.items() if cell.is_printed)
    seconds = round(time.perf_counter() - started, 2)
    return Trial(
        name, hidden, len(found.ranges), len(found.pinned), found.narrowest, total_error, contradictions, seconds
    )


def _printed(tables: Tables) -> int:
    return sum(cell.is_printed for cell in tables.cells.values())


def _totals(tables: Tables) -> dict[Position, list[list[Position]]]:
    """Return the printed totals with the parts of each sum that gives them: first of a relation, others taken off."""
    found: dict[Position, list[list[Position]]] = {}
    for relation in tables.relations:
        (total, factor), *others = relation.terms
        parts = [position for position, _ in others]
        is_sum = factor == 1 and all(each == -1 for _, each in others) and relation.least == relation.greatest == 0
        if is_sum and len(parts) > 1 and all(tables.cells[p].is_printed for p in (total, *parts)):
            found.setdefault(total, []).append(parts)
    return found


def _error(tables: Tables, totals: Mapping[Position, Any], shown: Mapping[Position, Shown]) -> int | None:
    errors = [
        abs((shown[total].number or 0) - (tables.cells[total].count or 0))
        for total in totals
        if not shown[total].is_hidden
    ]
    return max(errors, default=None)


def _sums_of_parts(
    tables: Tables, totals: Mapping[Position, list[list[Position]]], shown: Mapping[Position, Shown]
) -> tuple[int | None, int]:
    errors, contradictions = [], 0
    for total, sums in totals.items():
        if tables.cells[total].count is None or any(tables.cells[p].count is None for parts in sums for p in parts):
            continue
        held = [sum(HIDDEN_AS if shown[p].is_hidden else shown[p].number or 0 for p in parts) for parts in sums]
        errors.append(max(abs(each - (tables.cells[total].count or 0)) for each in held))
        contradictions += len(set(held)) > 1
    return max(errors, default=None), contradictions
