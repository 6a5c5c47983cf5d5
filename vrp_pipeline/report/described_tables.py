"""The description of the further tables: every count with its position, and what a reader knows of them together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from vrp_pipeline.disclosure import EXACT, Cell, Position, Shown, Tables
from vrp_pipeline.report.counted_tables import CountedTable
from vrp_pipeline.report.metrics_files import read_cells
from vrp_pipeline.report.table_forms import FORMS, HARM_AND_COST, PROFILE, PROGRAMMES, TableForm

Pairs = tuple[tuple[str, str], ...]
# Whole of a partition that no row states.
WHOLE = "all"


def counted_position(form: TableForm, key: Iterable[str], column: str) -> Position:
    """Return where a count of a table stands."""
    return Position(f"{form.name}.csv", (*key, column))


def add_counted_table(tables: Tables, table: CountedTable) -> None:
    """Add the counts of a table and what is known of them within it."""
    form = table.form
    for row in table.rows:
        for column, count in row.counts.items():
            tables.add(counted_position(form, row.key, column), Cell(count, form.rules[column]))
    for column in form.rules:
        if form.rules[column] is EXACT:
            continue
        for name, whole in form.wholes.items():
            _add_wholes(tables, table, column, name, whole)
        if form.partition:
            _add_partition(tables, table, column, form.partition)
        if form.nested and column in {each for pair in form.parts for each in pair}:
            _add_nested(tables, table, column, *form.nested)
    for row in table.rows:
        for whole, part in form.parts:
            at = counted_position(form, row.key, whole), counted_position(form, row.key, part)
            _add_part(tables, *at, counted_position(form, row.key, f"{whole} less {part}"))


def relate_to_figures(tables: Tables, metrics: Mapping[tuple[str, str, str], Position]) -> None:
    """Relate what a table and the figures both count; `metrics` has those by metric, year and column."""
    for at in list(tables.cells):
        found = _same_as(at)
        if found is not None and found in metrics:
            tables.relate([(at, 1), (metrics[found], -1)])


def printed_before(previous: Path, is_withheld: bool) -> Iterable[tuple[Position, Shown]]:
    """Yield the protected counts of the further tables of a version, as a reader takes them."""
    for form in FORMS:
        path = previous / f"{form.name}.csv"
        for row in read_cells(path.read_bytes()) if path.is_file() else ():
            hidden = (row.get("confidential") or "").split(", ")
            for column, rule in form.rules.items():
                at = counted_position(form, (row[name] for name in form.key), column)
                if rule is not EXACT and row.get(column):
                    yield at, rule.bounds(int(float(row[column])))
                elif column in hidden:
                    yield at, Shown(None, 0, float("inf")) if is_withheld else rule.bounds(None)


def _add_wholes(tables: Tables, table: CountedTable, column: str, name: str, whole: str) -> None:
    place = table.form.key.index(name)
    groups: dict[tuple[str, ...], dict[str, Position]] = defaultdict(dict)
    for row in table.rows:
        others = row.key[:place] + row.key[place + 1 :]
        groups[others][row.key[place]] = counted_position(table.form, row.key, column)
    for members in groups.values():
        parts = [at for value, at in members.items() if value != whole]
        if whole in members and parts:
            tables.add_total(members[whole], parts)


def _add_partition(tables: Tables, table: CountedTable, column: str, partition: tuple[str, str]) -> None:
    """Add the whole that the parts of every breakdown add up to; it is printed nowhere in the table."""
    places = [table.form.key.index(name) for name in partition]
    groups: dict[tuple[str, ...], dict[str, list[tuple[Position, int | None]]]] = defaultdict(lambda: defaultdict(list))
    for row in table.rows:
        others = tuple(value for number, value in enumerate(row.key) if number not in places)
        at = counted_position(table.form, row.key, column)
        groups[others][row.key[places[0]]].append((at, row.counts[column]))
    for others, breakdowns in groups.items():
        counts = [count for _, count in next(iter(breakdowns.values()))]
        known = None if None in counts else sum(count or 0 for count in counts)
        whole = counted_position(table.form, (*others, WHOLE, WHOLE), column)
        tables.add(whole, Cell(known, table.form.rules[column], is_printed=False))
        for parts in breakdowns.values():
            tables.add_total(whole, [at for at, _ in parts])


def _add_nested(tables: Tables, table: CountedTable, column: str, name: str, pairs: Pairs) -> None:
    """Say that the rows of one value are among those of another; what is left is one too, named 'a less b'."""
    place = table.form.key.index(name)
    keys = {row.key for row in table.rows}
    for wider, narrower in pairs:
        rest = f"{wider} less {narrower}"
        for key in sorted(keys):
            ends = [(*key[:place], value, *key[place + 1 :]) for value in (wider, narrower, rest)]
            at = [counted_position(table.form, each, column) for each in ends]
            if key[place] == narrower and at[0] in tables.cells:
                _add_part(tables, *at)


def _add_part(tables: Tables, whole: Position, part: Position, rest: Position) -> None:
    """Say that a count is part of another, and that the rest is as sensitive as both."""
    one, two = tables.cells[whole], tables.cells[part]
    known = one.count is not None and two.count is not None
    count = (one.count or 0) - (two.count or 0) if known else None
    if count is not None and count < 0:
        return
    tables.add(rest, Cell(count, one.rule, is_printed=False))
    tables.add_total(whole, [part, rest])


def _same_as(at: Position) -> tuple[str, str, str] | None:
    """Return the metric, year and column of the figure that counts the same, if there is one."""
    year, *about = at.cell
    return {
        (f"{PROFILE.name}.csv", "crimes", WHOLE, WHOLE, "value"): ("M1", year, "value"),
        (f"{PROFILE.name}.csv", "victims", WHOLE, WHOLE, "value"): ("M1", year, "victims"),
        (f"{PROFILE.name}.csv", "crimes", "weapon", "firearm", "value"): ("M5", year, "value"),
        (f"{HARM_AND_COST.name}.csv", "all", "crimes"): ("M1b", year, "value"),
        (f"{PROGRAMMES.name}.csv", "all", "all", "events"): ("M9", year, "value"),
    }.get((at.table, *about))
