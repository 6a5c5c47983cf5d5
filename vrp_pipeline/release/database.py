"""The database of a release: its tables in one DuckDB file, with what each table and column means.

It holds tables instead of views, because a view would contain the path of the Parquet files, and clients open the file
from any directory, also as a copy. It is derived from the Parquet files beside it. A rebuild reproduces those byte for
byte; a DuckDB file contains a random identifier, so two files with equal tables differ in their headers.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from vrp_pipeline.release.tiers import DATABASES, FULL, partner_rows

DATABASE = DATABASES[FULL]
# Only in the database: the id of the release, for clients that open it by the path that follows the newest one.
ABOUT = "release_info"
_ABOUT_COLUMNS = {
    "release_id": "Name of the release: its as-of date and a digest of its content",
    "as_of": "Day of the newest delivery the release knows",
    "is_simulated": "Whether any delivery behind it is simulated",
    "code_version": "Digest of the code and the models that made it",
    "tier": "Access tier of the database: full or partner",
}


def write_databases(folder: Path, release_id: str, manifest: Mapping[str, Any]) -> None:
    """Write the database of each access tier of the release whose Parquet files are in `folder`."""
    write_database(folder, release_id, manifest)
    for tier, tables in manifest.get("tiers", {}).items():
        write_database(folder, release_id, manifest, tier, tables)


def write_database(
    folder: Path,
    release_id: str,
    manifest: Mapping[str, Any],
    tier: str = FULL,
    tables: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write the database of one tier; `manifest` describes its tables, `tables` names them with their columns.

    Without `tables` it holds all of them, whole.
    """
    with duckdb.connect(":memory:") as connection:
        # The oldest format DuckDB still writes is read by every client since version 0.10.
        connection.execute(f"attach {literal(folder / DATABASES[tier])} as made (storage_version 'v0.10.2')")
        connection.execute("begin")
        for name, table in manifest["tables"].items():
            if tables is None or name in tables:
                _table(connection, folder / f"{name}.parquet", table, None if tables is None else tables[name])
        connection.execute(
            f'create table made."{ABOUT}" as select ? as release_id, ? as as_of, ? as is_simulated, ? as code_version, '
            "? as tier",
            [release_id, str(manifest["as_of"]), manifest.get("is_simulated"), manifest.get("code_version"), tier],
        )
        _comment(connection, ABOUT, {"description": "The release itself. Grain: one row.", "columns": _ABOUT_COLUMNS})
        connection.execute("commit")
        connection.execute("checkpoint made")
        connection.execute("detach made")


def _table(
    connection: duckdb.DuckDBPyConnection, parquet: Path, table: Mapping[str, Any], columns: Sequence[str] | None
) -> None:
    """Make a table of a Parquet file with its comments; of a tier its `columns` and rows alone."""
    held, rest = "*", ""
    if columns is not None:
        # Sorted anew, because the order of the full rows would reveal something of the columns left out.
        held = ", ".join(f'"{column}"' for column in columns)
        rest = f" where {partner_rows(parquet.stem)} order by all"
        table = {**table, "columns": {name: m for name, m in table.get("columns", {}).items() if name in columns}}
    source = f"read_parquet({literal(parquet)})"
    connection.execute(f'create table made."{parquet.stem}" as select {held} from {source}{rest}')  # noqa: S608
    _comment(connection, parquet.stem, table)


def literal(text: object) -> str:
    """Return `text` as a string literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def _comment(connection: duckdb.DuckDBPyConnection, name: str, table: Mapping[str, Any]) -> None:
    connection.execute(f'comment on table made."{name}" is {literal(table.get("description", ""))}')
    for column, meaning in table.get("columns", {}).items():
        connection.execute(f'comment on column made."{name}"."{column}" is {literal(meaning)}')
