"""The private warehouse dbt builds in, as far as others may look into it."""

from pathlib import Path

import duckdb


def rows_per_table(warehouse: Path) -> dict[str, int]:
    """Rows of each table dbt has built; empty where it has built nothing. Views are not counted: it would run them."""
    if not warehouse.exists():
        return {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        counted = connection.execute("select table_name, estimated_size from duckdb_tables()").fetchall()
    return {name: int(rows) for name, rows in counted}
