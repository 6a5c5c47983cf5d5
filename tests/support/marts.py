"""A warehouse with one mart, as dbt would leave it, for tests of releases."""

import duckdb

from vrp_pipeline.lake.paths import Lake

PROVENANCE = {"as_of": "2024-04-03"}


def build(lake: Lake, *rows: int) -> None:
    """Put the mart fct_events with these numbers into the warehouse, and a table that is not released."""
    lake.root.mkdir(exist_ok=True)
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.execute("create or replace table fct_events (number integer)")
        warehouse.executemany("insert into fct_events values (?)", [[row] for row in rows])
        warehouse.execute("create or replace table int_private as select 1 as secret")


def describe(lake: Lake) -> None:
    """Comment on the mart and its column, as dbt does with persist_docs."""
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.execute("comment on table fct_events is 'Events. Grain: one event''s row.'")
        warehouse.execute("comment on column fct_events.number is 'Number of the event'")
