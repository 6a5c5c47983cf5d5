"""Verdicts and bronze rows as tables for Dagster's UI. They hold no identifier, as bronze holds none."""

from collections.abc import Sequence

import dagster as dg
import pyarrow.parquet as pq

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Verdict

PREVIEW_ROWS = 5


def verdicts_table(verdicts: Sequence[Verdict]) -> dg.TableMetadataValue:
    """Return a table with a line per month: rows read, published and quarantined, with the reasons."""
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "month": verdict.partition,
                    "status": verdict.status.value,
                    "delivery": verdict.file_name,
                    "rows_read": verdict.rows_read,
                    "rows_published": verdict.rows_published,
                    "rows_in_quarantine": verdict.rows_quarantined,
                    "quarantine_reasons": "; ".join(
                        f"{count:,} × {reason}" for reason, count in verdict.rows_per_reason.items()
                    ),
                }
            )
            for verdict in verdicts
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("month"),
                dg.TableColumn("status"),
                dg.TableColumn("delivery"),
                dg.TableColumn("rows_read", "int"),
                dg.TableColumn("rows_published", "int"),
                dg.TableColumn("rows_in_quarantine", "int"),
                dg.TableColumn("quarantine_reasons"),
            ]
        ),
    )


def unmet_expectations_table(verdicts: Sequence[Verdict]) -> dg.TableMetadataValue:
    """Return a table with a line per unmet expectation and month: share of rows, tolerance and remedy."""
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "month": verdict.partition,
                    "expectation": unmet.expectation,
                    "unmet": unmet.reason,
                    "share": f"{unmet.share:.2%}",
                    "tolerance": f"{unmet.tolerance:.2%}",
                    "holds_the_month": unmet.holds,
                    "rows": ", ".join(str(row) for row in unmet.example_rows),
                    "what_to_do": unmet.remedy,
                }
            )
            for verdict in verdicts
            for unmet in verdict.unmet_expectations
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("month"),
                dg.TableColumn("expectation"),
                dg.TableColumn("unmet"),
                dg.TableColumn("share"),
                dg.TableColumn("tolerance"),
                dg.TableColumn("holds_the_month", "bool"),
                dg.TableColumn("rows"),
                dg.TableColumn("what_to_do"),
            ]
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
