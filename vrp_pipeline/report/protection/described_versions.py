"""The description of versions that are already public: what a reader knows of their counts beside this one's."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vrp_pipeline.disclosure import EXACT, NHS, Cell, Position, Rule, Shown, Tables, rule_of
from vrp_pipeline.report.approval.versions import PROVENANCE
from vrp_pipeline.report.content.columns import KEY
from vrp_pipeline.report.content.protected import ALL_SOURCE_COUNTS
from vrp_pipeline.report.content.table_forms import FORMS
from vrp_pipeline.report.protection.described_tables import counted_position
from vrp_pipeline.report.protection.positions import (
    METRICS,
    PUBLIC_UNITS,
    a_year_earlier,
    figure_position,
    source_position,
)
from vrp_pipeline.report.tables.metrics_files import read_cells

# Columns of a figure that count rows whatever the figure counts, and those that count beside its value.
COUNTS_OF_ROWS = ("unknown_code_rows", "quarantined_rows")
BESIDE_VALUES = ("victims", "unlocated_rows", *COUNTS_OF_ROWS)


def add_version(tables: Tables, version: Path, release_id: str, *, since: str) -> None:
    """Add the numbers that a version shows, and their differences from this version as targets of the attack.

    `since` names the version. Two versions of one release have equal counts, which a reader can see from their
    provenance; then cells that this version does not print are added too, because others may be equal to them.
    """
    provenance = json.loads((version / PROVENANCE).read_text(encoding="utf-8"))
    is_same_release = provenance.get("release") == release_id
    for at, before in _printed_in(version, provenance):
        old = tables.add(position_before(since, at), Cell(None, printed_before=before))
        if is_same_release:
            _relate_same(tables, at, old, before)
        now = tables.cells.get(at)
        if before is None or now is None or now.count is None or (before.greatest == 0 and now.count == 0):
            continue
        changed = tables.add(
            Position(f"change since {since} in {at.table}", at.cell),
            Cell(None, is_printed=False, is_difference=True),
        )
        tables.relate([(at, 1), (old, -1), (changed, -1)])
    if is_same_release:
        for at, before in _narrowest(_printed_beside_figures(version, provenance)).items():
            old = tables.add(position_before(since, at), Cell(None, printed_before=before))
            _relate_same(tables, at, old, before)


def _narrowest(printed: Iterable[tuple[Position, Shown]]) -> dict[Position, Shown]:
    """Return what a reader knows of each count from all places that print it."""
    found: dict[Position, Shown] = {}
    for at, shown in printed:
        held = found.get(at, shown)
        number = shown.number if held.number is None else held.number
        found[at] = Shown(number, max(held.least, shown.least), min(held.greatest, shown.greatest))
    return found


def _relate_same(tables: Tables, at: Position, old: Position, before: Shown | None) -> None:
    """State that a cell is equal in two versions of one release, unless another rule printed its number."""
    if before is None:
        return
    now = tables.cells.get(at)
    if now is None or not (now.is_printed or now.count is not None):
        tables.add(at, Cell(None, is_printed=False))
        tables.relate([(at, 1), (old, -1)])
    elif now.count is not None and before.least <= now.count <= before.greatest:
        tables.relate([(at, 1), (old, -1)])


def position_before(since: str, at: Position) -> Position:
    """Return the position of a cell in the version named `since`."""
    return Position(f"{since} of {at.table}", at.cell)


def _printed_in(version: Path, provenance: Mapping[str, Any]) -> Iterable[tuple[Position, Shown | None]]:
    """Yield the counts of people in the metrics.csv of a version as a reader understands them, None if unknown.

    A version made before disclosure control printed true counts.
    """
    control = provenance.get("disclosure") or {}
    is_withheld = bool(control.get("withheld"))
    for row in read_cells((version / METRICS).read_bytes()):
        if row["unit"] in PUBLIC_UNITS:
            continue
        rule = rule_of(row["geography_level"]) if control else EXACT
        base = provenance.get("base_year")
        key = (row["geography_level"], row["area_code"], row["breakdown"] or "all")
        earlier = a_year_earlier(row["breakdown"], row["category"]) or ""
        ends = (("value", row["financial_year"], row["category"]), ("base_value", base, earlier))
        for column, year, category in ends:
            at = Position(METRICS, (row["metric_id"], str(year), *key, category, "value"))
            if row[column]:
                yield at, rule.bounds(int(float(row[column])))
            elif column in (row.get("confidential") or "").split(", "):
                yield at, _hidden(rule, is_withheld=is_withheld)
            elif column == "value":
                yield at, None
    yield from _counted_in(version, is_withheld=is_withheld)


def _printed_beside_figures(version: Path, provenance: Mapping[str, Any]) -> Iterable[tuple[Position, Shown]]:
    """Yield the counts that a version prints beside the values of its figures: victims, rows, and all sources."""
    control = provenance.get("disclosure") or {}
    is_withheld = bool(control.get("withheld"))
    for row in read_cells((version / METRICS).read_bytes()):
        key = (*(row[name] for name in KEY[:4]), row["breakdown"] or "all", row["category"])
        rule = rule_of(row["geography_level"]) if row["unit"] not in PUBLIC_UNITS else EXACT
        for column in BESIDE_VALUES:
            of_column = NHS if column in COUNTS_OF_ROWS else rule
            if shown := _as_read(row, column, of_column if control else EXACT, is_withheld=is_withheld):
                yield figure_position((*key, column)), shown
    path = version / "all_source_incidents.csv"
    for row in read_cells(path.read_bytes()) if path.is_file() else ():
        for column in ALL_SOURCE_COUNTS:
            if shown := _as_read(row, column, NHS if control else EXACT, is_withheld=is_withheld):
                yield source_position(row["financial_year"], column), shown


def _as_read(row: Mapping[str, str], column: str, rule: Rule, *, is_withheld: bool) -> Shown | None:
    """Return what a reader knows of a cell of a published table; None if it is empty."""
    if row.get(column):
        return rule.bounds(int(float(row[column])))
    hidden = (row.get("confidential") or "").split(", ")
    return _hidden(rule, is_withheld=is_withheld) if column in hidden else None


def _counted_in(version: Path, *, is_withheld: bool) -> Iterable[tuple[Position, Shown]]:
    """Yield the protected counts of the further tables of a version, as a reader understands them."""
    for form in FORMS:
        path = version / f"{form.name}.csv"
        for row in read_cells(path.read_bytes()) if path.is_file() else ():
            hidden = (row.get("confidential") or "").split(", ")
            for column, rule in form.rules.items():
                at = counted_position(form, (row[name] for name in form.key), column)
                if rule is not EXACT and row.get(column):
                    yield at, rule.bounds(int(float(row[column])))
                elif column in hidden:
                    yield at, _hidden(rule, is_withheld=is_withheld)


def _hidden(rule: Rule, *, is_withheld: bool) -> Shown:
    """Return what a reader knows of a hidden count: that it is small or, if some are withheld, not even that."""
    return Shown(None, 0, float("inf")) if is_withheld else rule.bounds(None)
