"""The columns a staging model selects, read from its SQL without a database, and which of them are bronze unchanged."""

from collections.abc import Callable
from dataclasses import dataclass, field

import sqlglot
from jinja2 import Environment, meta
from sqlglot import exp

BRONZE = "bronze"


@dataclass
class _Columns:
    """Columns by name with the bronze column each is, or None; `of_bronze` where all others of bronze come too."""

    named: dict[str, str | None] = field(default_factory=dict)
    of_bronze: bool = False

    def bronze_column(self, name: str) -> str | None:
        return self.named.get(name, name if self.of_bronze else None)


def columns_of(sql: str) -> dict[str, str | None]:
    """The columns of a staging model in order, each with the bronze column it is unchanged, or None if it is derived.

    Raises ValueError if the model's columns cannot be told from its SQL: it ends in `*` of bronze.
    """
    query = sqlglot.parse_one(_rendered(sql), read="duckdb")
    parts = {part.alias: part.this for part in query.find_all(exp.CTE)}
    columns = _selected(query, parts)
    if columns.of_bronze:
        raise ValueError("a staging model lists its columns: it may not end in all columns of bronze")
    return columns.named


def _rendered(sql: str) -> str:
    """Plain SQL. What a macro makes of a column is no longer the column, so a null in its place serves as well."""
    environment = Environment(autoescape=False)  # noqa: S701 - SQL, no page
    macros = meta.find_undeclared_variables(environment.parse(sql)) - set(environment.globals)
    nulls: dict[str, Callable[..., str]] = dict.fromkeys(macros, lambda *_: "null")
    return environment.from_string(sql).render(nulls | {"source": lambda *_: BRONZE})


def _selected(query: exp.Expr, parts: dict[str, exp.Expr]) -> _Columns:
    table = query.find(exp.Table)
    if not isinstance(query, exp.Select) or table is None:
        raise ValueError("a staging model is made of selects from one table each")
    if table.name in parts:
        before = _selected(parts[table.name], {name: part for name, part in parts.items() if name != table.name})
    else:
        before = _Columns(of_bronze=True)
    for pivot in table.args.get("pivots") or ():
        before.named |= {identifier.name: None for identifier in pivot.find_all(exp.Identifier)}
    columns = _Columns()
    for selected in query.expressions:
        if isinstance(selected, exp.Star):
            columns.named |= before.named
            columns.of_bronze = before.of_bronze
        else:
            origin = selected.unalias()
            unchanged = isinstance(origin, exp.Column)
            columns.named[selected.alias_or_name] = before.bronze_column(origin.name) if unchanged else None
    return columns
