"""The database of a release: its tables in one DuckDB file, with what each table and column means.

It holds tables, not views: a view would name the folder of the Parquet files, and a client opens the file from any
directory, also as a copy. It is derived from the Parquet files beside it, which a rebuild gives byte for byte; each
DuckDB file has an identifier of its own, so that two of equal tables differ in their headers.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

DATABASE = "release.duckdb"
# A table of the database alone: which release it is, for a client that opened it by the path that follows the newest.
ABOUT = "release_info"
_ABOUT_COLUMNS = {
    "release_id": "Name of the release: its as-of date and a digest of its content",
    "as_of": "Day of the newest delivery the release knows",
    "is_simulated": "Whether any delivery behind it is simulated",
    "code_version": "Digest of the code and the models that made it",
}


def write_database(folder: Path, release_id: str, manifest: Mapping[str, Any]) -> None:
    """Write the database of the release whose Parquet files are in `folder`; `manifest` describes its tables."""
    with duckdb.connect(":memory:") as connection:
        # The oldest format DuckDB still writes is read by every client since version 0.10.
        connection.execute(f"attach {literal(folder / DATABASE)} as made (storage_version 'v0.10.2')")
        connection.execute("begin")
        for name, table in manifest["tables"].items():
            parquet = literal(folder / f"{name}.parquet")
            connection.execute(f'create table made."{name}" as from read_parquet({parquet})')
            _comment(connection, name, table)
        connection.execute(
            f'create table made."{ABOUT}" as select ? as release_id, ? as as_of, ? as is_simulated, ? as code_version',
            [release_id, str(manifest["as_of"]), manifest.get("is_simulated"), manifest.get("code_version")],
        )
        _comment(connection, ABOUT, {"description": "The release itself. Grain: one row.", "columns": _ABOUT_COLUMNS})
        connection.execute("commit")
        connection.execute("checkpoint made")
        connection.execute("detach made")


def literal(text: object) -> str:
    """Return `text` as a string literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def _comment(connection: duckdb.DuckDBPyConnection, name: str, table: Mapping[str, Any]) -> None:
    connection.execute(f'comment on table made."{name}" is {literal(table.get("description", ""))}')
    for column, meaning in table.get("columns", {}).items():
        connection.execute(f'comment on column made."{name}"."{column}" is {literal(meaning)}')
