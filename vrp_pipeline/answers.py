"""Answers of a query, printed for a person or a program."""

import csv
import json
import sys
from typing import Any

import duckdb

from vrp_pipeline.lake.releases import Release

ROWS_SHOWN = 100


def print_answer(answer: duckdb.DuckDBPyRelation | None, form: str) -> None:
    """Print an answer as a table (the first rows), or whole as CSV or JSON. A statement without one prints nothing."""
    if answer is None:
        return
    names = answer.columns
    if form == "table":
        answer.show(max_rows=ROWS_SHOWN, max_width=200)
        return
    rows = answer.fetchall()
    if form == "json":
        json.dump([dict(zip(names, row, strict=True)) for row in rows], sys.stdout, default=str, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    writer = csv.writer(sys.stdout)
    writer.writerow(names)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)


def print_tables(connection: duckdb.DuckDBPyConnection, release: Release) -> None:
    """Print each table of a release with its rows and columns."""
    lines = [f"Release {release.release_id} in {release.path}", ""]
    for name, facts in release.manifest["tables"].items():
        columns = [row[0] for row in connection.execute(f'describe "{name}"').fetchall()]
        lines += [f"{name}  ({facts['rows']:,} rows)", f"    {', '.join(columns)}"]
    sys.stdout.write("\n".join(lines) + "\n")


def _harmless(cell: Any) -> Any:
    """Text that a spreadsheet would run as a formula, made plain text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
