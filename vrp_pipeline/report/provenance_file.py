"""The file `provenance.json` of a publication: what each figure is derived from, so that it can be reproduced.

Holds no timestamps, no paths and no text that people type (names of files, reasons of decisions). The same release
gives the same bytes.
"""

from dataclasses import asdict
from typing import Any

from vrp_pipeline.report.evidence import RECEIVED
from vrp_pipeline.report.figures import Figure
from vrp_pipeline.report.reading import Reading


def provenance(reading: Reading, files: dict[str, str], content: str) -> dict[str, Any]:
    """Return the content of `provenance.json`.

    `files` maps each published file to its SHA-256; `content` is the fingerprint by which a later publication is
    recognised as equal.
    """
    evidence = reading.evidence
    return {
        "financial_year": reading.financial_year,
        "base_year": reading.base_year,
        "release": reading.release_id,
        "as_of": reading.as_of.isoformat(),
        "is_simulated": reading.is_simulated,
        "code_version": reading.code_version,
        "content_sha256": content,
        "files": files,
        "definitions": [
            {
                "definition_id": definition.definition_id,
                "version": definition.version,
                "name": definition.name,
                "evidence": definition.evidence,
                "source": definition.source,
                "effective_from": definition.effective_from,
            }
            for definition in evidence.definitions
        ],
        "deliveries": [
            {
                "delivery_id": delivery.delivery_id,
                "feed": delivery.feed,
                "use": delivery.use,
                "sha256": delivery.sha256,
                "received_on": delivery.received_on,
                "rows": delivery.rows,
                "months": list(delivery.months),
            }
            for delivery in evidence.deliveries
        ],
        "accepted": [asdict(accepted) for accepted in evidence.accepted],
        "rows": {feed: dict(steps) for feed, steps in evidence.rows.items()},
        "reached": dict(evidence.reached),
        "figures": [_rests_on(reading, figures) for figures in _by_metric(reading)],
    }


def _by_metric(reading: Reading) -> list[list[Figure]]:
    by_metric: dict[str, list[Figure]] = {}
    for figure in reading.figures:
        by_metric.setdefault(figure.metric_id, []).append(figure)
    return list(by_metric.values())


def _rests_on(reading: Reading, figures: list[Figure]) -> dict[str, Any]:
    metric_id = figures[0].metric_id
    evidence = reading.evidence
    return {
        "metric_id": metric_id,
        "metric_name": figures[0].metric_name,
        "rows_in_metrics_csv": len(figures),
        "rows_not_complete": sum(not figure.is_known for figure in figures),
        "definition_versions": sorted({figure.definition_version or "none" for figure in figures}),
        "feeds": {
            feed: {
                year: {
                    "received": [m.month for m in evidence.months(feed, year) if m.status == RECEIVED],
                    "missing": {m.month: m.status for m in evidence.months(feed, year) if m.status != RECEIVED},
                }
                for year in (reading.base_year, reading.financial_year)
            }
            for feed in evidence.needed_by(metric_id)
        },
        "deliveries": [delivery.delivery_id for delivery in evidence.deliveries_for(metric_id)],
    }
