"""Metadata of a dbt model in the catalogue that dbt does not provide: group, owners, release tag, automation."""

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
    """Gives each dbt model its group, owners and tags, and the condition that rebuilds it after an ingest."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the group of a seed or model: the step of the flow in which it is built."""
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] == "seed":
            return catalogue.SEEDS
        if name.startswith("stg_"):
            return catalogue.STAGING
        if dbt_resource_props["unique_id"] in _BEFORE_LINKS:
            return catalogue.LINKAGE
        return catalogue.METRICS if name.startswith(METRIC_PREFIXES) else catalogue.MARTS

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Return the owners: analysts and engineers for tables that analysts read, engineers alone for those before."""
        read_by_analysts = dbt_resource_props["name"].startswith(("fct_", "dim_", "bridge_", "rpt_"))
        return [catalogue.ANALYSTS, catalogue.ENGINEERS] if read_by_analysts else [catalogue.ENGINEERS]

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the tags of the dbt model, and whether its table is part of a release."""
        released = dbt_resource_props["name"].startswith(("fct_", "dim_", "bridge_", "rpt_"))
        return {**super().get_tags(dbt_resource_props), "vrp/released": "yes" if released else "no"}

    def get_automation_condition(self, dbt_resource_props: Mapping[str, Any]) -> dg.AutomationCondition[Any]:  # noqa: ARG002
        """Return one condition for all models: a release shows the lake at one moment."""
        return FOLLOWS_INGEST


def _upstream_of(unique_id: str) -> frozenset[str]:
    """Return a model and everything upstream of it."""
    parents = json.loads(dbt_project.manifest_path.read_text(encoding="utf-8"))["parent_map"]
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        if (model := waiting.pop()) not in found:
            found.add(model)
            waiting += parents.get(model, [])
    return frozenset(found)


_BEFORE_LINKS = _upstream_of("model.vrp.int_event_records")
