"""Read-only access to the warehouse that dbt builds in, and the lock under which a lake is written."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from vrp_pipeline.lake.atomic import POLL_SECONDS, WRITER, waiting_for_zone
from vrp_pipeline.lake.paths import Lake

# DuckDB's message, which dbt repeats, when another process has the warehouse open.
LOCKED = "Could not set lock on file"
# At full size dbt ends within two minutes. A process that has the warehouse open for longer is not a killed run's dbt.
PATIENCE_SECONDS = 600.0


@contextmanager
def writing(lake: Lake, tell: Callable[[str], None], patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock of the lake for the block; `tell` is called once for each process this has to wait for.

    The lock of a killed run is released at once, but its dbt is a separate process that goes on building. This waits
    for it too, up to `patience` seconds.
    """
    with waiting_for_zone(lake.root, WRITER, tell):
        until = time.monotonic() + patience
        told = False
        while is_being_written(lake.warehouse) and time.monotonic() < until:
            if not told:
                tell(f"The dbt of a run that was killed is still at work in {lake.warehouse}.")
                told = True
            time.sleep(POLL_SECONDS)
        yield


def is_being_written(warehouse: Path) -> bool:
    """Return whether another process has the warehouse open for writing."""
    if not warehouse.exists():
        return False
    try:
        duckdb.connect(str(warehouse), read_only=True).close()
    except duckdb.IOException as error:
        return LOCKED in str(error)
    except duckdb.Error:  # damaged, which dbt will report
        return False
    return False


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
    """Return the documentation of each table: its `description`, and that of its `columns` by name, in order."""
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
    """Return name, type and comment of each column of the tables and views in the warehouse; a comment may be blank."""
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
