"""The figures as files: `metrics.csv` for people and spreadsheets, `metrics.parquet` for programs; and `revisions.csv`.

The CSV follows the [Tabular data standard 2023]: RFC 4180, UTF-8, one header row, CRLF. Cells that a spreadsheet
would run as a formula are escaped; the Parquet file holds the text unchanged.
"""

import csv
import io
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.report.content.protected import SCHEMA, ProtectedFigure, ProtectedStep
from vrp_pipeline.report.tables.published_tables import PublishedTable
from vrp_pipeline.report.words import CONFIDENTIAL

# First characters that spreadsheets treat as the start of a formula (docs/privacy.md#files-that-attack).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
REVISION_COLUMNS = ("financial_year", "metric_id", "step", "change", "crimes")


def metrics_csv(figures: Iterable[ProtectedFigure]) -> bytes:
    """Return the figures as CSV in the given order; None becomes an empty cell."""
    return _csv(SCHEMA.names, ([cell(getattr(figure, name)) for name in SCHEMA.names] for figure in figures))


def table_csv(table: PublishedTable) -> bytes:
    """Return a published table as CSV in the same form."""
    return _csv([column.name for column in table.columns], ([cell(value) for value in row] for row in table.rows))


def read_cells(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a published CSV as text by column, without the apostrophes that `cell` put before text."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    return [{name: text_of(held) for name, held in row.items()} for row in rows]


def metrics_parquet(figures: Iterable[ProtectedFigure]) -> bytes:
    """Return the figures as Parquet with `SCHEMA`."""
    sink = pa.BufferOutputStream()
    pq.write_table(table_of(figures), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def table_of(figures: Iterable[ProtectedFigure]) -> pa.Table:
    """Return the figures as a table with `SCHEMA`, in the given order."""
    return pa.Table.from_pylist([{name: getattr(figure, name) for name in SCHEMA.names} for figure in figures], SCHEMA)


def revisions_csv(steps: Iterable[ProtectedStep]) -> bytes:
    """Return the steps of a revision as CSV; a hidden number is the mark [c]."""
    rows: list[list[object]] = []
    for step in steps:
        # A negative number is not a formula, so its minus sign is not escaped.
        numbers = (CONFIDENTIAL if number is None else number for number in (step.change, step.crimes))
        rows.append([cell(step.financial_year), cell(step.metric_id), cell(step.step), *numbers])
    return _csv(REVISION_COLUMNS, rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def cell(value: object) -> str:
    """Return one value as CSV text; text that a spreadsheet would run gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    text = value if isinstance(value, str) else str(value)
    # Text that begins with apostrophes before such a character gets one more, so that `text_of` gives it back.
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def text_of(written: str) -> str:
    """Return the text of a cell of a published CSV: what `cell` was given."""
    is_escaped = written.startswith("'") and written.lstrip("'").startswith(FORMULA_STARTS)
    return written[1:] if is_escaped else written
