"""The metrics that only the table of rates has, and the residents by whom rates are worked out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from vrp_pipeline.disclosure import NHS
from vrp_pipeline.report.content.columns import COMPLETE, KEY, figure_key
from vrp_pipeline.report.content.residents import Residents
from vrp_pipeline.report.counts.figures import Figure, figures_of
from vrp_pipeline.report.counts.release_files import table_of

RATES = "rpt_metric_rates"
# Parts of a metric with fewer events in the year or the year before are not published: most would be hidden [P].
FEWEST_FOR_PARTS = 100
# What is published of the metrics that only the table of rates has: geography level and breakdown.
FURTHER = (("force", "all"), ("force", "age"), ("district", "all"))


def rates_of(release: Path, manifest: dict[str, Any]) -> pa.Table:
    """Return the table of rates; an empty one for a release without it."""
    return table_of(release, RATES, manifest) if (release / f"{RATES}.parquet").is_file() else pa.table({})


def further_figures(rates: pa.Table, known: set[str]) -> tuple[Figure, ...]:
    """Return the metrics that only the table of rates has.

    Statements of complete figures quote true counts and are dropped; the others say why there is no figure.
    """
    rows = [
        {**row, "statement": None if row["status"] == COMPLETE else row["statement"]}
        for row in rates.to_pylist()
        if row["metric_id"] not in known and (row["geography_level"], row["breakdown"]) in FURTHER
    ]
    few = {(row["metric_id"], row["financial_year"]) for row in rows if _is_whole(row) and _is_of_few(row)}
    kept = [row for row in rows if _is_whole(row) or (row["metric_id"], row["financial_year"]) not in few]
    return figures_of(pa.Table.from_pylist(kept, rates.schema)) if kept else ()


def _is_whole(row: Mapping[str, Any]) -> bool:
    return (row["geography_level"], row["breakdown"]) == ("force", "all")


def _is_of_few(row: Mapping[str, Any]) -> bool:
    """Return whether a whole is too small for parts. Decided by printed numbers, so that it discloses nothing more."""
    known = [row[name] for name in ("value", "base_value") if row[name] is not None]
    return any((NHS.shown(int(value)).number or 0) < FEWEST_FOR_PARTS for value in known)


def residents_of(rates: pa.Table) -> dict[tuple[str, ...], Residents]:
    """Return the residents of each area by the key of its figure; none for a release without them."""
    if "residents" not in rates.column_names:
        return {}
    rows = rates.select([*KEY, "residents", "population"]).to_pylist()
    return {
        figure_key(row): Residents(row["residents"], row["population"]) for row in rows if row["residents"] is not None
    }
