"""The description of all counts of a publication, by which they are protected and attacked.

Every count of every published file has a position here, and every sum and difference a reader could form is a relation.
A count without a position cannot be printed: `disclosure.ProtectedTables` refuses it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

from vrp_pipeline.disclosure import NHS, Cell, Position, Rule, Tables
from vrp_pipeline.feeds import partnership
from vrp_pipeline.report.content.columns import UNLOCATED
from vrp_pipeline.report.counts.all_sources import AllSources
from vrp_pipeline.report.counts.figures import Figure, ReleaseContentError
from vrp_pipeline.report.counts.reading import Reading
from vrp_pipeline.report.counts.revisions import AS_IT_STANDS, AS_PUBLISHED, Step
from vrp_pipeline.report.protection.described_across import relate_across
from vrp_pipeline.report.protection.described_tables import add_counted_table
from vrp_pipeline.report.protection.described_versions import add_version, position_before
from vrp_pipeline.report.protection.positions import (
    METRICS,
    base_position,
    delivery_position,
    is_public_number,
    position,
    rows_position,
    rule_for,
    rule_for_rows,
    source_position,
    step_position,
)

# Columns of a figure that count something, beside `base_value`, which is the value of the year before.
COUNTED = ("value", "victims", "unknown_code_rows", "quarantined_rows")
# Pairs of metrics of which one is part of the other, so that their difference is a third, such as weapon possession.
DIFFERENCES = (("M1", "M1b"), ("M1b", "M1c"), ("M1", "M5"), ("M2b", "M2"))


def tables_of(
    reading: Reading, steps: Sequence[Step] = (), previous: Path | None = None, beside: Sequence[Path] = ()
) -> Tables:
    """Return the description of a publication: figures, all sources, row counts, revisions and earlier public versions.

    `previous` is the folder of the newest published version, `beside` has those before it and those of other financial
    years that print one of the two years. Raises ReleaseContentError for a value that is no count.
    """
    tables = Tables()
    for figure in reading.figures:
        _add_figure(tables, figure, reading.base_year)
    for figure in reading.base_figures:
        if figure.breakdown == "month":
            _add(tables, position(figure), figure.value, rule_for(figure), figure)
    _relate_figures(tables)
    for year in reading.all_sources:
        _add_all_sources(tables, year)
    for table in reading.counted:
        add_counted_table(tables, table)
    _add_row_counts(tables, reading)
    if previous is not None:
        _add_version(tables, previous, reading, since=previous.name)
    for version in beside:
        _add_version(tables, version, reading, since=f"{version.name} of {version.parent.name}")
    # Numbers printed by versions of the same release are equal to cells of this one.
    relate_across(tables)
    _add_steps(tables, reading, steps, previous)
    return tables


def _add_figure(tables: Tables, figure: Figure, base_year: str) -> None:
    rule = rule_for(figure)
    for column in COUNTED:
        if column == "value" and is_public_number(figure):
            continue
        of_column = NHS if column.endswith("_rows") else rule
        _add(tables, position(figure, column), getattr(figure, column), of_column, figure)
    _add(tables, position(figure, "unlocated_rows"), figure.unlocated_rows, rule, figure)
    if is_public_number(figure):
        return
    base = base_position(figure, base_year)
    if base not in tables.cells:
        _add(tables, base, figure.base_value, rule, figure)
    elif _count(figure.base_value, figure) != tables.cells[base].count:
        raise ReleaseContentError(f"{' / '.join(figure.key)} has two counts for {base_year}. Nothing was published.")


def _add(tables: Tables, at: Position, number: float | None, rule: Rule, figure: Figure) -> None:
    count = _count(number, figure)
    if at in tables.cells and tables.cells[at].count is None and count is not None:
        del tables.cells[at]  # a month of the year before is printed in its own row, even if this year's row lacks it
    if at not in tables.cells or count is not None:
        tables.add(at, Cell(count, rule))


def _count(number: float | None, figure: Figure) -> int | None:
    if number is None:
        return None
    if number < 0 or not float(number).is_integer():
        raise ReleaseContentError(
            f"{' / '.join(figure.key)} ({figure.unit}) is not a count, and no rule of disclosure control says how"
            " it may be published. Nothing was published."
        )
    return int(number)


def _relate_figures(tables: Tables) -> None:
    """Relate totals to parts by area and by breakdown, and metrics to those they contain."""
    by_area: dict[tuple[str, ...], dict[tuple[str, str], Position]] = defaultdict(dict)
    by_breakdown: dict[tuple[str, ...], dict[tuple[str, str], Position]] = defaultdict(dict)
    for at, cell in tables.cells.items():
        metric, year, level, area, breakdown, category, column = at.cell
        # Row counts of feeds need not add up, which can be checked only where they are known.
        if column == "unlocated_rows" or (column.endswith("_rows") and cell.count is None):
            continue
        by_area[metric, year, breakdown, category, column][level, area] = at
        by_breakdown[metric, year, level, area, column][breakdown, category] = at
    for areas in by_area.values():
        _relate_areas(tables, areas)
    for parts in by_breakdown.values():
        whole = next((at for (breakdown, _), at in parts.items() if breakdown == "all"), None)
        for kind in {breakdown for breakdown, _ in parts} - {"all"}:
            if whole is not None:
                tables.add_total(whole, [at for (breakdown, _), at in parts.items() if breakdown == kind])
    for larger, smaller in DIFFERENCES:
        _relate_difference(tables, larger, smaller)
    _relate_unlocated(tables)


def _relate_areas(tables: Tables, areas: dict[tuple[str, str], Position]) -> None:
    whole = next((at for (level, _), at in areas.items() if level == "force"), None)
    for kind in {level for level, _ in areas} - {"force"}:
        if whole is not None:
            tables.add_total(whole, [at for (level, _), at in areas.items() if level == kind])
    for csp, districts in partnership.COMMUNITY_SAFETY_PARTNERSHIPS.items():
        members = [areas["district", district] for district in districts if ("district", district) in areas]
        if ("csp", csp) in areas and len(members) == len(districts):
            tables.add_total(areas["csp", csp], members)


def _relate_difference(tables: Tables, larger: str, smaller: str) -> None:
    """Add the difference of two metrics in every cell that both have; categories of only one metric are parts of it."""
    alone: dict[tuple[tuple[str, ...], str], list[Position]] = defaultdict(list)
    shared: set[tuple[tuple[str, ...], str]] = set()
    differences: dict[tuple[str, ...], Position] = {}
    for at in [at for at in tables.cells if at.cell[0] == larger]:
        other = Position(at.table, (smaller, *at.cell[1:]))
        about, breakdown = at.cell[1:4] + at.cell[6:], at.cell[4]
        if other not in tables.cells:
            alone[about, breakdown].append(at)
            continue
        shared.add((about, breakdown))
        one, two = tables.cells[at], tables.cells[other]
        known = one.count is not None and two.count is not None
        count = (one.count or 0) - (two.count or 0) if known else None
        if count is not None and count < 0:
            continue
        derived = Position(at.table, (f"{larger} less {smaller}", *at.cell[1:]))
        tables.add(derived, Cell(count, one.rule, is_printed=False))
        tables.add_total(at, [other, derived])
        if breakdown == "all":
            differences[about] = derived
    for (about, breakdown), parts in alone.items():
        # Nothing is known about a breakdown that the smaller metric does not have.
        if about in differences and (about, breakdown) in shared:
            tables.add_total(differences[about], parts)


def _relate_unlocated(tables: Tables) -> None:
    """The unlocated rows of a figure are the count of the area 'unlocated' of its level."""
    for at in [at for at in tables.cells if at.cell[6] == "unlocated_rows"]:
        metric, year, level, _, breakdown, category, _ = at.cell
        counted = Position(at.table, (metric, year, level, UNLOCATED, breakdown, category, "value"))
        if counted in tables.cells:
            tables.add_total(counted, [at])


def _add_all_sources(tables: Tables, year: AllSources) -> None:
    at = {}
    for column in (field.name for field in fields(year)):
        number = getattr(year, column)
        if column not in ("financial_year", "status", "missing", "doubt", "unknown_to_police_percent"):
            at[column] = tables.add(source_position(year.financial_year, column), Cell(number))
    tables.add_not_above(at["lower_incidents"], at["incidents"])
    tables.add_not_above(at["incidents"], at["upper_incidents"])
    for lower, upper in pairwise(("expected_lower", "expected_incidents", "expected_upper")):
        tables.add_not_above(at[lower], at[upper])
    tables.add_not_above(at["attendances_known_to_police"], at["emergency_attendances"])
    known = (year.incidents or 0) - (year.unknown_to_police or 0) if year.is_known else None
    derived = source_position(year.financial_year, "known to police")
    tables.add(derived, Cell(known, is_printed=False))
    tables.add_total(at["incidents"], [at["unknown_to_police"], derived])
    tables.add_not_above(derived, at["police_crimes"])


def _add_version(tables: Tables, version: Path, reading: Reading, *, since: str) -> None:
    """Add a version that is already public, and the sums formed by its figures."""
    add_version(tables, version, reading.release_id, since=since)
    figures = position_before(since, Position(METRICS, ())).table
    held = Tables({at: cell for at, cell in tables.cells.items() if at.table == figures and at.cell[-1] == "value"})
    _relate_figures(held)
    tables.cells |= held.cells
    tables.relations += held.relations


def _add_row_counts(tables: Tables, reading: Reading) -> None:
    held = reading.row_counts
    delivered: dict[str, list[Position]] = defaultdict(list)
    for (feed, delivery_id), rows in held.deliveries.items():
        at = tables.add(delivery_position(feed, delivery_id), Cell(rows, rule_for_rows(feed)))
        delivered[feed or ""].append(at)
    for feed, steps in held.rows.items():
        at_step = {
            step: tables.add(rows_position(feed, step), Cell(rows, rule_for_rows(feed))) for step, rows in steps.items()
        }
        if read := at_step.get("read"):
            tables.add_total(read, [at for step, at in at_step.items() if step != "read"])
            if delivered[feed]:
                tables.add_total(read, delivered[feed])
    for what, rows in held.reached.items():
        tables.add(rows_position("reached", what), Cell(rows))


def _add_steps(tables: Tables, reading: Reading, steps: Sequence[Step], previous: Path | None) -> None:
    by_metric: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_metric[step.metric_id].append(step)
        tables.add(step_position(step), Cell(step.crimes))
    for metric, held in by_metric.items():
        ends = {step.step: step_position(step) for step in held if step.step in (AS_PUBLISHED, AS_IT_STANDS)}
        effects = [(step_position(s), 1 if s.change > 0 else -1) for s in held if s.step not in ends and s.change]
        if len(ends) == 2 and all(step.change is not None for step in held):
            tables.relate([(ends[AS_IT_STANDS], 1), (ends[AS_PUBLISHED], -1), *((at, -sign) for at, sign in effects)])
        figure = reading.figure(metric)
        if figure is None:
            continue
        if AS_IT_STANDS in ends:
            tables.add_total(position(figure), [ends[AS_IT_STANDS]])
        published = position_before(previous.name, position(figure)) if previous is not None else None
        if AS_PUBLISHED in ends and published in tables.cells and tables.cells[published].printed_before:
            tables.add_total(published, [ends[AS_PUBLISHED]])
