"""The description of the further tables: every count with its position, and the relations within each table."""

import math
from collections import defaultdict
from collections.abc import Iterable

from vrp_pipeline.disclosure import EXACT, Cell, Position, Tables
from vrp_pipeline.report.content.table_forms import TableForm
from vrp_pipeline.report.counts.counted_tables import CountedTable
from vrp_pipeline.report.protection.described_across import WHOLE

Pairs = tuple[tuple[str, str], ...]


def counted_position(form: TableForm, key: Iterable[str], column: str) -> Position:
    """Return the position of a count of a table."""
    return Position(f"{form.name}.csv", (*key, column))


def add_counted_table(tables: Tables, table: CountedTable) -> None:
    """Add the counts of a table and the relations between them."""
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


def _add_wholes(tables: Tables, table: CountedTable, column: str, name: str, whole: str) -> None:
    place = table.form.key.index(name)
    groups: dict[tuple[str, ...], dict[str, Position]] = defaultdict(dict)
    for row in table.rows:
        others = row.key[:place] + row.key[place + 1 :]
        groups[others][row.key[place]] = counted_position(table.form, row.key, column)
    for members in groups.values():
        parts = [at for value, at in members.items() if value != whole]
        if whole not in members or not parts:
            continue
        if column in table.form.distinct:
            # A person who took part in two programmes counts once in the total.
            tables.relate([*((at, 1) for at in parts), (members[whole], -1)], greatest=math.inf)
            for at in parts:
                tables.add_not_above(at, members[whole])
        else:
            tables.add_total(members[whole], parts)


def _add_partition(tables: Tables, table: CountedTable, column: str, partition: tuple[str, str]) -> None:
    """Add the total of the parts of every breakdown, which is not printed in the table."""
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
    """State that the rows of one value are part of another's; the remainder is a count too, named 'a less b'."""
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
    """State that a count is part of another, and that the remainder is as sensitive as both."""
    one, two = tables.cells[whole], tables.cells[part]
    known = one.count is not None and two.count is not None
    count = (one.count or 0) - (two.count or 0) if known else None
    if count is not None and count < 0:
        return
    tables.add(rest, Cell(count, one.rule, is_printed=False))
    tables.add_total(whole, [part, rest])
