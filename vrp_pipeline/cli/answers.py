"""Output of query results and revisions, for people or programs."""

import csv
import json
import math
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import duckdb

from vrp_pipeline.calendar.months import month_after
from vrp_pipeline.release.releases import Release
from vrp_pipeline.report.counts.revisions import AS_IT_STANDS, AS_PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vrp_pipeline.release.deliveries_since import ChangedDelivery
    from vrp_pipeline.report.counts.revisions import Step, TableChange

ROWS_SHOWN = 100
LINE = 120


def print_answer(answer: duckdb.DuckDBPyRelation | None, form: str) -> None:
    """Print the first rows of a result as a table, or all of them as CSV or JSON.

    A statement without a result prints nothing. Raises duckdb.Error, before anything is printed, if it fails. In JSON,
    NaN and infinity are null, and columns that share a name are numbered.
    """
    if answer is None:
        return
    if form == "table":
        answer.show(max_rows=ROWS_SHOWN, max_width=200)
        return
    # DuckDB evaluates a query while its rows are read. All are read first, so that a failing query prints nothing.
    rows = answer.fetchall()
    if form == "json":
        keys = _distinct(answer.columns)
        mark = "["
        for row in rows:
            sys.stdout.write(f"{mark}{_json(dict(zip(keys, row, strict=True)))}")
            mark = ", "
        sys.stdout.write("[]\n" if mark == "[" else "]\n")
        return
    writer = csv.writer(sys.stdout)
    writer.writerow(answer.columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)


def print_tables(connection: duckdb.DuckDBPyConnection, release: Release) -> None:
    """Print each table of a release: rows, what it holds, and each column with its type and meaning."""
    lines = [f"Release {release.release_id} in {release.path}"]
    held = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    for name, table in release.manifest["tables"].items():
        if name not in held:  # the tier that is read does not have it
            continue
        # Counted here, because a tier may hold fewer rows than the manifest says.
        ((rows,),) = connection.execute(f'select count(*) from "{name}"').fetchall()  # noqa: S608
        lines += ["", f"{name}  ({rows:,} rows)", *_wrapped(table.get("description", ""), "  ")]
        columns = connection.execute(f'describe "{name}"').fetchall()
        width = max(len(column) for column, *_ in columns)
        for column, column_type, *_ in columns:
            meaning = table.get("columns", {}).get(column, "")
            label = f"  {column:<{width}}  {column_type.lower():<9}  "
            first, *more = _wrapped(meaning, " " * len(label)) or [""]
            lines += [label + first.strip(), *more]
    sys.stdout.write("\n".join(lines) + "\n")


def print_revisions(steps: "Sequence[Step]") -> None:
    """Print for each metric how the exact count behind the published one changed into the current one."""
    lines = ["", "Exact counts, for the partnership alone: the publication prints them rounded."]
    for step in steps:
        if step.step == AS_PUBLISHED:
            lines += ["", f"{step.metric_id} {step.financial_year}"]
        is_count = step.step in (AS_PUBLISHED, AS_IT_STANDS)
        shown = f"{step.change:,}" if is_count else f"{step.change:+,}" if step.change else f"({step.crimes:,})"
        lines.append(f"  {step.step:<56}{shown:>10}")
    sys.stdout.write("\n".join(lines[1:]) + "\n")


def print_table_changes(changes: "Sequence[TableChange]") -> None:
    """Print the tables of figures that differ for other reasons than the crimes explained one by one."""
    if not changes:
        sys.stdout.write("\nNo other figure of the year differs between the two releases.\n")
        return
    lines = ["", "Other rows of the year that differ, which are not explained crime by crime"]
    for each in changes:
        name = f"{each.table}, {each.metric_id}" if each.metric_id else each.table
        lines.append(f"  {name:<56}{each.rows:>10,}")
    sys.stdout.write("\n".join(lines) + "\n")


def print_changed_deliveries(new: "Sequence[ChangedDelivery]", no_longer: "Sequence[ChangedDelivery]") -> None:
    """Print the deliveries that count only now or no longer, and the metrics that may differ as a result."""
    headings = (
        "Deliveries that count now and did not in that version, and the measures that need them",
        "Deliveries that counted in that version and do not now, and the measures that need them",
    )
    lines: list[str] = []
    for heading, found in zip(headings, (new, no_longer), strict=True):
        lines += ["", heading] if found else []
        for each in found:
            metrics = ", ".join(each.metrics) or ("any" if each.feed.startswith("reference__") else "context figures")
            why = f" ({each.why})" if each.why else ""
            lines.append(f"  {each.feed}{_span(each.months)}, received on {each.received_on}{why}: {metrics}")
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _span(months: "Sequence[str]") -> str:
    """Return months as a list of runs without a gap: ` 2023-04, 2023-06 to 2023-09`; "" for none."""
    runs: list[list[str]] = []
    for month in months:
        if runs and len(month) == len("YYYY-MM") and month == month_after(runs[-1][-1]):
            runs[-1].append(month)
        else:
            runs.append([month])
    told = ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)
    return f" {told}" if told else ""


def _distinct(names: "Sequence[str]") -> list[str]:
    """Return the names with a number appended to each repetition, because JSON keeps one value per name."""
    taken, found = set(names), []
    for name in names:
        key, number = name, 1
        while key in found or (number > 1 and key in taken):
            key, number = f"{name}_{number}", number + 1
        found.append(key)
    return found


def _json(value: Any) -> str:
    return json.dumps(_representable(value), default=str, ensure_ascii=False, allow_nan=False)


def _representable(value: Any) -> Any:
    """Return the value in a form that JSON can hold: no NaN, no infinity, and text as keys."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _representable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_representable(each) for each in value]
    return value


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, LINE, initial_indent=indent, subsequent_indent=indent)


def _harmless(cell: Any) -> Any:
    """Return the cell, with text that a spreadsheet would evaluate as a formula made plain text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
