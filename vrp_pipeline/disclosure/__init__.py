"""Disclosure control: what a publication may show of its counts, and an attacker who tries to work out the rest.

Belongs here: rules, the description of a publication's counts, their protection, and the attack on it. Does not: which
counts a report prints, which `report.protection` says, and how they are worded. `protect` is the way in: its result is
the only thing a writer of published files may read.
"""

from vrp_pipeline.disclosure.attacker import Attack, PinnedCellError, attack
from vrp_pipeline.disclosure.protection import ProtectedTables, protect
from vrp_pipeline.disclosure.rules import EXACT, NHS, SMALL_AREAS, Rule, Shown, rule_of
from vrp_pipeline.disclosure.tables import Cell, Position, Relation, Tables

__all__ = [
    "EXACT",
    "NHS",
    "SMALL_AREAS",
    "Attack",
    "Cell",
    "PinnedCellError",
    "Position",
    "ProtectedTables",
    "Relation",
    "Rule",
    "Shown",
    "Tables",
    "attack",
    "protect",
    "rule_of",
]
