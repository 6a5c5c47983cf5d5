"""What the SQL of a model selects, read without a database: its columns, its sources, the feeds it names."""

from collections.abc import Callable, Mapping

import sqlglot
from jinja2 import Environment, meta
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

DIALECT = "duckdb"


def columns_of(sql: str, sources: Mapping[str, list[str]]) -> list[str]:
    """The columns of a model's result in order, given the columns of its sources by `agency__table`."""
    schema: dict[str, object] = {source: dict.fromkeys(columns, "varchar") for source, columns in sources.items()}
    query = qualify(parsed(sql), schema=schema, dialect=DIALECT, quote_identifiers=False)
    assert isinstance(query, exp.Query)
    return list(query.named_selects)


def sources_of(sql: str) -> set[str]:
    """The tables a model reads that are not its own steps: sources as `agency__table`, models by their name."""
    tree = parsed(sql)
    steps = {step.alias for step in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table)} - steps


def texts_in(sql: str) -> set[str]:
    """The text literals of a model, as the names of feeds it lists."""
    return {literal.this for literal in parsed(sql).find_all(exp.Literal) if literal.is_string}


def parsed(sql: str) -> exp.Expr:
    """A model as a tree. Macros of the project stand as nulls: which columns there are does not hang on them."""
    environment = Environment(autoescape=False)  # noqa: S701 - SQL, no page
    macros = meta.find_undeclared_variables(environment.parse(sql)) - set(environment.globals)
    known: dict[str, Callable[..., str]] = {
        "source": lambda agency, table: f"{agency}__{table}",
        "ref": lambda model: model,
        "config": lambda **_: "",
    }
    rendered = environment.from_string(sql).render(dict.fromkeys(macros, lambda *_: "null") | known)
    return sqlglot.parse_one(rendered, read=DIALECT)
