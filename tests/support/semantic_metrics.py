"""A small reader of dbt's semantic manifest: simple metrics by financial year, in SQL made from what is declared."""

import json
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment

AGGREGATES = {"sum": "sum({})", "sum_boolean": "sum(case when {} then 1 else 0 end)"}


class DeclaredMetrics:
    """The metrics that `dbt parse` wrote down in `semantic_manifest.json`."""

    def __init__(self, manifest: Path) -> None:
        content: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        self.metrics: dict[str, dict[str, Any]] = {metric["name"]: metric for metric in content["metrics"]}
        self._measures = {
            measure["name"]: (model, measure) for model in content["semantic_models"] for measure in model["measures"]
        }

    def by_year(self, name: str, warehouse: duckdb.DuckDBPyConnection) -> dict[str, float | None]:
        """The value of a simple metric for each financial year its model has rows of."""
        metric = self.metrics[name]
        model, measure = self._measures[metric["type_params"]["measure"]["name"]]
        expressions = {each["name"]: each["expr"] or each["name"] for each in model["dimensions"]}
        dimensions = Environment(autoescape=False)  # noqa: S701 - SQL, no page
        conditions = [
            dimensions.from_string(each["where_sql_template"]).render(
                Dimension=lambda path: f"({expressions[path.split('__')[-1]]})"
            )
            for each in (metric["filter"] or {"where_filters": []})["where_filters"]
        ]
        aggregate = AGGREGATES[measure["agg"]].format(measure["expr"])
        found = warehouse.sql(
            f"select financial_year, {aggregate} from {model['node_relation']['alias']} "
            f"where {' and '.join(f'({each})' for each in conditions) or 'true'} group by financial_year"
        )
        return dict(found.fetchall())
