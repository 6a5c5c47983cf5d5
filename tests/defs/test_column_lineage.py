"""Column lineage on request: what a column of a model is made from. The warehouse stays readable afterwards."""

import dagster as dg
import duckdb
import pytest
from dagster_dbt import DbtCliResource

from tests.conftest import fixture_of
from tests.support.deliveries import take
from vrp_pipeline.calendar.feed_calendar import write_calendar
from vrp_pipeline.defs.project import dbt_project
from vrp_pipeline.defs.resources import LakeResource
from vrp_pipeline.defs.transform import ModelsConfig, dbt_before_links
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ensure_schemas, ingest
from vrp_pipeline.lake.paths import Lake

CHOSEN = dg.AssetKey("int_police_crime_rows")
NEEDED = ["stg_police__offences", "stg_pipeline__feed_calendar", "int_deliveries"]


@pytest.mark.nightly
def test_a_column_tells_what_it_is_made_from_where_it_is_asked_for_and_nights_do_not_ask(lake: Lake) -> None:
    assert not ModelsConfig().column_lineage
    take(lake, fixture_of("police__offences"))
    ingest(lake, FEEDS["police__offences"])
    ensure_schemas(lake)
    write_calendar(lake)
    result = dg.materialize(
        [dbt_before_links],
        selection=[CHOSEN, *map(dg.AssetKey, NEEDED)],
        resources={"lake": LakeResource(root=str(lake.root)), "dbt": DbtCliResource(project_dir=dbt_project)},
        run_config={"ops": {"dbt_before_links": {"config": {"column_lineage": True}}}},
    )
    events = result.asset_materializations_for_node("dbt_before_links")
    (event,) = (event for event in events if event.asset_key == CHOSEN)
    schema, lineage = (event.metadata[f"dagster/column_{what}"].value for what in ("schema", "lineage"))
    assert isinstance(schema, dg.TableSchema)
    assert {column.name: column.type for column in schema.columns}["record_id"] == "VARCHAR"
    assert isinstance(lineage, dg.TableColumnLineage)
    sources = {(source.asset_key.path[-1], source.column_name) for source in lineage.deps_by_column["record_id"]}
    assert ("stg_police__offences", "record_id") in sources
    with duckdb.connect(str(lake.warehouse), read_only=True) as warehouse:
        assert warehouse.execute("select count(*) from stg_police__offences").fetchone() is not None
