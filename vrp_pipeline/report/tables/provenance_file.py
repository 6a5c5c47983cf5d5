"""The file `provenance.json` of a publication: what each figure is derived from, so that it can be reproduced.

Counts of rows are protected like those of the page. Holds no timestamps, no paths and no text that people type (names
of files, reasons of decisions). The same release gives the same bytes.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from vrp_pipeline.disclosure.rules import Shown
from vrp_pipeline.report.content.evidence import RECEIVED
from vrp_pipeline.report.content.protected import ProtectedFigure, ProtectedReading
from vrp_pipeline.report.words import CONFIDENTIAL


def provenance(reading: ProtectedReading, files: dict[str, str], content: str) -> dict[str, Any]:
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
                "rows": _number(reading.counts.deliveries.get((delivery.feed, delivery.delivery_id))),
                "months": list(delivery.months),
            }
            for delivery in evidence.deliveries
        ],
        "accepted": [asdict(accepted) for accepted in evidence.accepted],
        "rows": {
            feed: {step: _number(rows) for step, rows in steps.items()} for feed, steps in reading.counts.rows.items()
        },
        "reached": {what: _number(rows) for what, rows in reading.counts.reached.items()},
        "disclosure": {"rule": reading.rule, **_public(reading.disclosure)},
        "figures": [_rests_on(reading, figures) for figures in _by_metric(reading)],
    }


def _public(summary: Mapping[str, int | float | None]) -> dict[str, int | bool | float | None]:
    """Return the part of the attack's result that may be published: the rest is derived from true counts.

    Whether any cell was withheld is needed to attack the next version together with this one.
    """
    told = {name: summary[name] for name in ("cells", "hidden", "rounded", "pinned") if name in summary}
    return {**told, "withheld": bool(summary.get("withheld"))}


def _number(held: Shown | None) -> int | str | None:
    """Return a protected count, the mark [c] where it is hidden, None where it was not recorded."""
    return None if held is None else CONFIDENTIAL if held.number is None else held.number


def _by_metric(reading: ProtectedReading) -> list[list[ProtectedFigure]]:
    by_metric: dict[str, list[ProtectedFigure]] = {}
    for figure in reading.figures:
        by_metric.setdefault(figure.metric_id, []).append(figure)
    return list(by_metric.values())


def _rests_on(reading: ProtectedReading, figures: list[ProtectedFigure]) -> dict[str, Any]:
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
