"""Read-only access to the warehouse that dbt builds in."""

from pathlib import Path
from typing import Any

import duckdb


def rows_per_table(warehouse: Path) -> dict[str, int]:
    """Return the number of rows of each table built by dbt; {} without a warehouse.

    Views are left out, because counting their rows would execute them.
    """
    if not warehouse.exists():
        return {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        counted = {name: connection.execute(f'select count(*) from "{name}"').fetchone() for name in names}  # noqa: S608
    return {name: row[0] if row else 0 for name, row in counted.items()}


def descriptions(warehouse: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Return what dbt documents of each table: `description`, and `columns` by name in their order."""
    tables: dict[str, dict[str, Any]] = {
        name: {"description": comment or "", "columns": {}}
        for name, comment in warehouse.execute("select table_name, comment from duckdb_tables()").fetchall()
    }
    columns = "select table_name, column_name, comment from duckdb_columns() where not internal order by column_index"
    for table, column, comment in warehouse.execute(columns).fetchall():
        if table in tables:
            tables[table]["columns"][column] = comment or ""
    return tables


def columns_per_relation(warehouse: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Name, type and comment of each column of each table and view dbt has built; a comment may be blank."""
    if not warehouse.exists():
        return {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(
            "select table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns() "
            "where not internal order by table_name, column_index"
        ).fetchall()
    columns: dict[str, list[tuple[str, str, str]]] = {}
    for table, *column in found:
        columns.setdefault(table, []).append((column[0], column[1], column[2]))
    return columns
