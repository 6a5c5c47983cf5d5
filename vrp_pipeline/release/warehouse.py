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
        counted = connection.execute("select table_name, estimated_size from duckdb_tables()").fetchall()
    return {name: int(rows) for name, rows in counted}


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
