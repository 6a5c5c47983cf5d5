"""Columns of a staging model, parsed from its SQL without a database: unchanged from bronze, or derived."""

from collections.abc import Callable

import sqlglot
from jinja2 import Environment, meta
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.merge_subqueries import merge_subqueries
from sqlglot.optimizer.qualify import qualify

from vrp_pipeline.feeds.bronze_schema import bronze_schema
from vrp_pipeline.feeds.contract.feed import Feed

DIALECT = "duckdb"
# The name of the source in the rendered SQL.
BRONZE = "bronze"


def columns_of(feed: Feed, sql: str) -> dict[str, str | None]:
    """Return the columns of the feed's model in order, each with its bronze column, or None if it is derived.

    Raises ValueError if the model selects a column that the contract does not have, or cannot be parsed.
    """
    bronze = [*bronze_schema(feed).names, feed.partition_name]
    try:
        query = qualify(
            sqlglot.parse_one(_rendered(sql), read=DIALECT),
            schema={BRONZE: dict.fromkeys(bronze, "varchar")},
            dialect=DIALECT,
            quote_identifiers=False,
        )
    except SqlglotError as error:
        raise ValueError(f"stg_{feed.name}.sql does not fit the contract of {feed.name}: {error}") from error
    merged = merge_subqueries(query).find(exp.Select)
    origins = {each.alias_or_name: each.unalias() for each in merged.expressions} if merged else {}
    return {
        name: origin.name if isinstance(origin, exp.Column) and origin.name in bronze else None
        for name, origin in origins.items()
    }


def _rendered(sql: str) -> str:
    """Return plain SQL with nulls in place of macros: the result of a macro is a derived column in any case."""
    environment = Environment(autoescape=False)  # noqa: S701 - SQL, no page
    macros = meta.find_undeclared_variables(environment.parse(sql)) - set(environment.globals)
    nulls: dict[str, Callable[..., str]] = dict.fromkeys(macros, lambda *_: "null")
    return environment.from_string(sql).render(nulls | {"source": lambda *_: BRONZE})
