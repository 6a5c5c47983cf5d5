"""Verdicts and bronze rows as tables for Dagster's UI. They hold no identifier, as bronze holds none."""

from collections.abc import Mapping, Sequence

import dagster as dg
import pyarrow.parquet as pq

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Verdict

PREVIEW_ROWS = 5


# Dagster shows no table narrower than its longest words, and what is wider cuts off the sentence above it, which says
# why a month is held and what to type. So headings are short, and a table repeats nothing that stands beside it.
def verdicts_table(verdicts: Sequence[Verdict]) -> dg.TableMetadataValue:
    """Return a table with a line per month, the newest first: rows read, rows in quarantine, and the reasons."""
    return _table(
        ("month", "status", "rows_read", "in_quarantine", "quarantine_reasons"),
        [
            {
                "month": verdict.partition,
                "status": verdict.status.value,
                "rows_read": verdict.rows_read,
                "in_quarantine": verdict.rows_quarantined,
                "quarantine_reasons": "; ".join(
                    f"{count:,} × {reason}" for reason, count in verdict.rows_per_reason.items()
                ),
            }
            for verdict in reversed(verdicts)
        ],
    )


def reasons_table(verdict: Verdict) -> dg.TableMetadataValue:
    """Return a table with a line per reason for which rows of a month are in quarantine."""
    return _table(
        ("rows", "reason"),
        [{"rows": count, "reason": reason} for reason, count in verdict.rows_per_reason.items()],
    )


def unmet_expectations_table(verdicts: Sequence[Verdict]) -> dg.TableMetadataValue:
    """Return a table with a line per unmet expectation and month, the newest first: share of rows, and the remedy."""
    return _table(
        ("month", "expectation", "unmet", "share", "holds", "rows", "what_to_do"),
        [
            {
                "month": verdict.partition,
                "expectation": unmet.expectation,
                "unmet": unmet.reason,
                "share": f"{unmet.share:.2%} ({unmet.tolerance:.2%} tolerated)",
                "holds": unmet.holds,
                "rows": ", ".join(str(row) for row in unmet.example_rows),
                "what_to_do": unmet.remedy,
            }
            for verdict in reversed(verdicts)
            for unmet in verdict.unmet_expectations
        ],
    )


def _table(columns: Sequence[str], records: Sequence[Mapping[str, str | int | bool]]) -> dg.TableMetadataValue:
    """Return a table whose columns are typed by their first record; every record has each of them."""
    types = {str: "string", int: "int", bool: "bool"}
    return dg.MetadataValue.table(
        [dg.TableRecord(record) for record in records],
        schema=dg.TableSchema(
            [dg.TableColumn(name, types[type(records[0][name])] if records else "string") for name in columns]
        ),
    )


def bronze_preview(lake: Lake, feed: Feed, partition: str) -> dg.MarkdownMetadataValue:
    """Return the first rows of a month in bronze as a table."""
    table = next(pq.ParquetFile(lake.bronze_partition(feed, partition)).iter_batches(PREVIEW_ROWS), None)
    if table is None:
        return dg.MetadataValue.md("no rows")
    names = [name for name in table.schema.names if name not in ("record_id", "delivery_id")][:12]
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    for row in table.select(names).to_pylist():
        cells = (str(value)[:32].replace("|", "/") if value is not None else "" for value in row.values())
        lines.append("| " + " | ".join(cells) + " |")
    return dg.MetadataValue.md("\n".join(lines))
