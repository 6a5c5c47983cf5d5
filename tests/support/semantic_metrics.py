"""MetricFlow, dbt's own semantic layer, asked for the declared metrics by financial year.

MetricFlow reads what `dbt parse` wrote down and writes the SQL; the tables are those of a connection.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlClient, SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

YEAR = "financial_year"


class _DuckDbDialect:
    """What MetricFlow asks of a client to write SQL for an engine; the SQL runs elsewhere."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


class DeclaredMetrics:
    """The metrics of a `semantic_manifest.json`, each with the identifier of the report that has it too."""

    def __init__(self, manifest: Path) -> None:
        declared = parse_manifest_from_dbt_generated_manifest(manifest.read_text(encoding="utf-8"))
        self._lookup = SemanticManifestLookup(declared)
        self.metric_ids: dict[str, str] = {
            metric.name: metric.config.meta["metric_id"] for metric in declared.metrics if metric.config
        }

    @cached_property
    def _engine(self) -> MetricFlowEngine:
        return MetricFlowEngine(self._lookup, cast("SqlClient", _DuckDbDialect()))

    def sql_by_year(self, name: str) -> str:
        """The SQL MetricFlow writes for a metric by financial year; tables by their plain names."""
        (year,) = [
            dimension.dunder_name
            for dimension in self._engine.simple_dimensions_for_metrics([name])
            if dimension.name == YEAR
        ]
        request = MetricFlowQueryRequest.create(metric_names=[name], group_by_names=[year])
        sql: str = self._engine.explain(request).sql_statement.sql
        return sql.replace('"warehouse"."main".', "")


# Where the reports tell each metric of the whole area, by its identifier and the end of its name.
REPORTED = {
    "M6": "select financial_year, sum(people) from rpt_people_known group by 1",
    # The year of the newest month: April belongs to the year that begins with it.
    "M8": "select strftime(start, '%Y-') || strftime(start + interval 1 year, '%y'), {part} from "
    "(select date_trunc('year', cast(last_month || '-01' as date) - interval 3 month) as start, * "
    "from rpt_hot_spot_area)",
    "M10": "select financial_year, count(*) filter (is_member_on_31_march) from rpt_partner_agencies group by 1",
    "M11": "select financial_year, {part} from rpt_programmes where programme_code = 'all' and age_group = 'all'",
    "M12": "select financial_year, {part} from rpt_all_source_incidents where geography_level = 'force'",
    "M13": "select financial_year, harm_days from rpt_harm_and_cost "
    "where geography_level = 'force' and victims_age = 'all'",
    "M14": "select financial_year, cost_gbp from rpt_harm_and_cost "
    "where geography_level = 'force' and victims_age = 'all'",
    "M15": "select financial_year, cast(round(sum(value) * 12 / 100) as integer) from rpt_annual_metrics "
    "where metric_id = 'M15' and breakdown = 'feed' group by 1",
}
BY_MONTH = (
    "select financial_year, case when status = 'complete' then value end from rpt_metric_rates "
    "where metric_id = '{metric_id}' and geography_level = 'force' and {part}"
)
PARTS = {
    "hot_spot_incidents": "located_incidents",
    "hexagons": "hexagons",
    "hexagons_holding_a_quarter": "hexagons_holding_25",
    "hexagons_holding_half": "hexagons_holding_50",
    "percent_of_hexagons_holding_a_quarter": "percent_of_hexagons_holding_25",
    "percent_of_hexagons_holding_half": "percent_of_hexagons_holding_50",
    "hexagons_with_incidents": "hexagons_with_incidents",
    "percent_of_used_hexagons_holding_a_quarter": "percent_of_used_hexagons_holding_25",
    "percent_of_used_hexagons_holding_half": "percent_of_used_hexagons_holding_50",
    "hot_spots": "hot_spots",
    "programme_referrals": "referrals",
    "programme_referrals_accepted": "accepted",
    "programme_referrals_engaged": "engaged",
    "programme_referrals_completed": "completed",
    "all_source_incidents": "incidents",
    "all_source_incidents_at_least": "lower_incidents",
    "all_source_incidents_at_most": "upper_incidents",
}


def compare_with_reports(
    declared: DeclaredMetrics, ask: Callable[[str], list[tuple[Any, ...]]]
) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    """What MetricFlow's SQL answers and what the reports say, by metric and financial year.

    Where one of them has no figure of a year, or no row at all, it has None. `ask` runs SQL on the tables of a release
    or warehouse.
    """
    compared: dict[tuple[str, str], tuple[float | None, float | None]] = {}
    for name, metric_id in declared.metric_ids.items():
        age = "breakdown = 'age' and category = 'under 25'" if name.endswith("_under_25") else "breakdown = 'all'"
        reported = REPORTED.get(metric_id, BY_MONTH).format(metric_id=metric_id, part=PARTS.get(name, age))
        found = dict(ask(declared.sql_by_year(name)))
        told = dict(ask(reported))
        compared |= {(name, year): (found.get(year), told.get(year)) for year in sorted({*found, *told})}
    return compared
