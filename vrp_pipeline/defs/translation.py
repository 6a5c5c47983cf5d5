"""What dbt does not know of its models: group, owners, release tag, automation, and what staging waits for."""

import json
from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

from vrp_pipeline.defs import catalogue
from vrp_pipeline.defs.automation import FEED_KEYS, FOLLOWS_INGEST
from vrp_pipeline.defs.project import dbt_project

CALENDAR = dg.AssetKey(["pipeline", "feed_calendar"])
METRIC_PREFIXES = ("fct_metric_", "int_metric_", "rpt_")


class FlowTranslator(DagsterDbtTranslator):  # type: ignore[misc]
    """Gives each dbt model its group, owners and tags, and the condition that rebuilds it after an ingest."""

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """Return the specification of a seed or model; one that reads bronze depends on the feed calendar too.

        The calendar writes the schemas of feeds that never came, without which their models fail. It follows all feeds,
        so a backfill builds the models in one run: otherwise it starts those of each feed as soon as that is ingested.
        """
        spec: dg.AssetSpec = super().get_asset_spec(manifest, unique_id, project)
        if FEED_KEYS.isdisjoint(dep.asset_key for dep in spec.deps):
            return spec
        return spec.replace_attributes(deps=[*spec.deps, CALENDAR])

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
