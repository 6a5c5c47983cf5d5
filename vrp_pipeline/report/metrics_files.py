"""The figures as files: `metrics.csv` for people and spreadsheets, `metrics.parquet` for programs.

The CSV follows the [Tabular data standard 2023]: RFC 4180, UTF-8, one header row, CRLF. Cells that a spreadsheet
would run as a formula are escaped; the Parquet file holds the text unchanged.
"""

import csv
import io
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.report.figures import SCHEMA, Figure, table_of

# First characters that spreadsheets treat as the start of a formula (docs/privacy.md#files-that-attack).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def metrics_csv(figures: Iterable[Figure]) -> bytes:
    """Return the figures as CSV in the given order; None becomes an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(SCHEMA.names)
    for figure in figures:
        writer.writerow([cell(getattr(figure, name)) for name in SCHEMA.names])
    return text.getvalue().encode("utf-8")


def metrics_parquet(figures: Iterable[Figure]) -> bytes:
    """Return the figures as Parquet with `SCHEMA`."""
    sink = pa.BufferOutputStream()
    pq.write_table(table_of(figures), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def cell(value: object) -> str:
    """Return one value as CSV text; text that a spreadsheet would run gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    text = value if isinstance(value, str) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
