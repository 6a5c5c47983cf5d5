"""What the catalogue shows of a dbt model beyond what dbt says of it: its place in the flow and who answers for it."""

import json
from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from vrp_pipeline.defs import catalogue
from vrp_pipeline.defs.automation import FOLLOWS_INGEST
from vrp_pipeline.defs.project import dbt_project

METRIC_PREFIXES = ("fct_metric_", "int_metric_", "rpt_")


class FlowTranslator(DagsterDbtTranslator):  # type: ignore[misc]
    """dbt models in the groups of the flow, with owners and tags, rebuilt whenever an ingest has ended."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The step of the flow in which a seed or model is built."""
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] == "seed":
            return catalogue.SEEDS
        if name.startswith("stg_"):
            return catalogue.STAGING
        if dbt_resource_props["unique_id"] in _BEFORE_LINKS:
            return catalogue.LINKAGE
        return catalogue.METRICS if name.startswith(METRIC_PREFIXES) else catalogue.MARTS

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Analysts answer for what analysts read, engineers for what stands before it."""
        read_by_analysts = dbt_resource_props["name"].startswith(("fct_", "dim_", "bridge_", "rpt_"))
        return [catalogue.ANALYSTS, catalogue.ENGINEERS] if read_by_analysts else [catalogue.ENGINEERS]

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """The tags dbt gives, and whether the table is part of a release."""
        released = dbt_resource_props["name"].startswith(("fct_", "dim_", "bridge_", "rpt_"))
        return {**super().get_tags(dbt_resource_props), "vrp/released": "yes" if released else "no"}

    def get_automation_condition(self, dbt_resource_props: Mapping[str, Any]) -> dg.AutomationCondition[Any]:  # noqa: ARG002
        """All models are rebuilt together: a release is of one moment."""
        return FOLLOWS_INGEST


def _upstream_of(unique_id: str) -> frozenset[str]:
    """The models a model rests on, and itself."""
    parents = json.loads(dbt_project.manifest_path.read_text(encoding="utf-8"))["parent_map"]
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        if (model := waiting.pop()) not in found:
            found.add(model)
            waiting += parents.get(model, [])
    return frozenset(found)


_BEFORE_LINKS = _upstream_of("model.vrp.int_event_records")
