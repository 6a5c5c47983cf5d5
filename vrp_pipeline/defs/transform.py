"""Everything between ingest and release: inputs derived for dbt, dbt in two selections, and the linkage between them.

Not partitioned: the violence of a force area is rebuilt as a whole in seconds.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliResource, dbt_assets
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from vrp_pipeline.calendar.feed_calendar import write_calendar
from vrp_pipeline.calendar.states import STATES
from vrp_pipeline.defs import catalogue
from vrp_pipeline.defs.automation import FEED_KEYS, FOLLOWS_INGEST
from vrp_pipeline.defs.calendar_checks import months_by_state
from vrp_pipeline.defs.model_failures import failure_of
from vrp_pipeline.defs.project import dbt_project, dbt_reading
from vrp_pipeline.defs.transient_faults import retried
from vrp_pipeline.defs.translation import CALENDAR, FlowTranslator
from vrp_pipeline.geography.small_area_grid import write_small_area_grid
from vrp_pipeline.ingest.pipeline import ensure_schemas
from vrp_pipeline.lake.atomic import holding_zone
from vrp_pipeline.lake.code_version import code_version as package_version
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.events.zone import write_event_links
from vrp_pipeline.linkage.people.inputs import bronze_of_people, feeds_of_people, identities
from vrp_pipeline.linkage.people.zone import write_person_links
from vrp_pipeline.release.warehouse import LOCKED, columns_per_relation, rows_per_table

# Unit tests prove the code, not the data: `make test` runs them, and a night has nothing to learn from them. Without a
# full refresh a seed that gained a column fails in every lake that holds the older table.
BUILD = ["build", "--full-refresh", "--exclude-resource-type", "unit_test"]
# Nobody reads the manifest and results of a night, and all relations are listed where the first is built: 1.5 s less.
BUILD += ["--no-write-json", "--no-populate-cache"]
# Dagster reads dbt's events from the console; the file is for people. Text takes 0.01 ms an event, JSON 0.06, and a
# night has 11,000.
BUILD += ["--log-format-file", "debug"]
# dbt comes in two selections with the linkage between them.
BEFORE_LINKS = "+int_event_records"
EVENT_RECORDS = dg.AssetKey("int_event_records")
# A backfill of everything begins with a run of seeds and reference data. There dbt comes first: once the last feed is
# ingested, all is there that the rest is built on, and the backfill builds it in one run.
BEFORE_FEEDS = {"dagster/priority": "2"}
MATCHED = "matched_share_is_expected"


class ModelsConfig(dg.Config):
    """What a run of dbt reports beyond rows, columns and tests."""

    column_lineage: bool = False
    """Which columns each column is made from. Measured: 24 s for 35 models, so nights leave it out."""


@dg.asset(
    key=CALENDAR,
    # All of them: the schemas of all are written here, and what reads bronze waits for it.
    deps=sorted(FEED_KEYS),
    group_name=catalogue.STAGING,
    owners=[catalogue.ENGINEERS],
    code_version=package_version(),
    automation_condition=FOLLOWS_INGEST,
    kinds={"python", "parquet"},
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def feed_calendar(lake: dg.ResourceParam[Lake]) -> dg.MaterializeResult[None]:
    """The state of each feed and month: due, received, late, restated, held or overdue. Every metric depends on it."""
    with retried():
        ensure_schemas(lake)
        table = write_calendar(lake)
    rows = table.to_pylist()
    per_feed = {
        name: months_by_state([row for row in rows if row["feed"] == name])
        for name in dict.fromkeys(row["feed"] for row in rows)
    }
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": table.num_rows,
            "months": dg.MetadataValue.md(
                "\n".join(
                    [f"| feed | {' | '.join(STATES)} |", "| --- |" + " --- |" * len(STATES)]
                    + [f"| {name} | {' | '.join(map(str, counts.values()))} |" for name, counts in per_feed.items()]
                )
            ),
        }
    )


@dg.asset(
    key=["reference", "small_area_grid"],
    deps=[dg.AssetKey(["reference", "boundaries"])],
    op_tags={"dagster/priority": "1"},
    group_name=catalogue.STAGING,
    owners=[catalogue.ENGINEERS],
    code_version=package_version(),
    automation_condition=FOLLOWS_INGEST,
    kinds={"python", "parquet"},
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def small_area_grid(lake: dg.ResourceParam[Lake]) -> dg.MaterializeResult[None]:
    """The small area of each 100-metre square, with which dbt places points."""
    with retried(), holding_zone(lake.root, "bronze"):
        return dg.MaterializeResult(metadata={"dagster/row_count": write_small_area_grid(lake)})


@dbt_assets(  # type: ignore[untyped-decorator]
    manifest=dbt_project.manifest_path,
    project=dbt_project,
    dagster_dbt_translator=FlowTranslator(),
    select=BEFORE_LINKS,
    name="dbt_before_links",
    backfill_policy=dg.BackfillPolicy.single_run(),
    op_tags=BEFORE_FEEDS,
)
def dbt_before_links(
    context: dg.AssetExecutionContext, config: ModelsConfig, dbt: DbtCliResource, lake: dg.ResourceParam[Lake]
) -> Iterator[Any]:
    """Staging and everything up to int_event_records: one row per event record, before linkage."""
    # Only tests of these models alone: one that also reads a later model waits for it.
    yield from _built(context, config, dbt, lake, "cautious")


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            dg.AssetKey(["links", name]),
            deps=[EVENT_RECORDS],
            group_name=catalogue.LINKAGE,
            owners=[catalogue.ENGINEERS],
            code_version=package_version(),
            automation_condition=FOLLOWS_INGEST,
            kinds={"duckdb", "parquet"},
            description=description,
        )
        for name, description in (
            (
                "event_links",
                "Pairs of event records that may tell of one event, with probability and what became of each.",
            ),
            ("record_incidents", "The incident of each event record: the best estimate and both bounds."),
        )
    ],
    name="event_links",
    check_specs=[
        dg.AssetCheckSpec(
            MATCHED,
            asset=["links", "record_incidents"],
            description="Police know as many A&E assaults as published studies found, and linked records agree.",
        )
    ],
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def event_links(lake: dg.ResourceParam[Lake]) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Link the event records of police, health services and fire service with the model in git."""
    with retried():
        summary = write_event_links(lake)
    yield dg.MaterializeResult(
        asset_key=["links", "event_links"],
        metadata={
            "dagster/row_count": sum(summary.pairs.values()),
            "pairs": _table("link status", "pairs", summary.pairs),
            "model": summary.model_version,
        },
    )
    yield dg.MaterializeResult(
        asset_key=["links", "record_incidents"],
        metadata={
            "dagster/row_count": summary.records,
            "incidents": summary.incidents,
            "fewest incidents": summary.fewest_incidents,
            "most incidents": summary.most_incidents,
        },
    )
    matched = summary.matched_share
    yield dg.AssetCheckResult(
        check_name=MATCHED,
        asset_key=["links", "record_incidents"],
        passed=not summary.warnings,
        severity=dg.AssetCheckSeverity.WARN,
        description=" ".join(dict.fromkeys([matched.sentence, *summary.warnings])),
        metadata={"attendances": matched.attendances, "known to police": matched.known, "agreement": summary.agreement},
    )


@dg.asset(
    key=["links", "person_records"],
    deps=[CALENDAR, *(dg.AssetKey([feed.agency, feed.table]) for feed in feeds_of_people())],
    group_name=catalogue.LINKAGE,
    owners=[catalogue.ENGINEERS],
    code_version=package_version(),
    automation_condition=FOLLOWS_INGEST,
    kinds={"splink", "parquet"},
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def person_links(lake: dg.ResourceParam[Lake]) -> dg.MaterializeResult[None]:
    """Which agencies' records are of one person, so that people known to several are counted once. No score of anybody.

    Names are read from the deliveries and compared as encodings in memory; what is kept are pseudonyms.
    """
    with retried():
        summary = write_person_links(lake, bronze_of_people(lake), lambda: identities(lake))
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": summary.records,
            "people": summary.people,
            **{f"records linked by {how}": count for how, count in summary.linked_by.items()},
            "pairs": _table("link status", "pairs", summary.pairs),
            "model": summary.model_version,
        }
    )


def _table(heading: str, counted: str, counts: Mapping[str, int]) -> dg.MarkdownMetadataValue:
    rows = "\n".join(f"| {name} | {count:,} |" for name, count in counts.items())
    return dg.MetadataValue.md(f"| {heading} | {counted} |\n| --- | --- |\n{rows}")


@dbt_assets(  # type: ignore[untyped-decorator]
    manifest=dbt_project.manifest_path,
    project=dbt_project,
    dagster_dbt_translator=FlowTranslator(),
    exclude=BEFORE_LINKS,
    name="dbt_after_links",
    backfill_policy=dg.BackfillPolicy.single_run(),
    op_tags=BEFORE_FEEDS,
)
def dbt_after_links(
    context: dg.AssetExecutionContext, config: ModelsConfig, dbt: DbtCliResource, lake: dg.ResourceParam[Lake]
) -> Iterator[Any]:
    """Incidents, marts and reports, with their tests as checks."""
    yield from _built(context, config, dbt, lake, "buildable")


def _built(
    context: dg.AssetExecutionContext, config: ModelsConfig, dbt: DbtCliResource, lake: Lake, tests: str
) -> Iterator[Any]:
    """Yield the events of a dbt run in `lake`, with the tests that dbt selects by the indirect selection `tests`.

    The warehouse is locked while dbt runs, so events are collected and yielded with its rows and columns afterwards.
    """
    with dbt_reading(lake):
        run = dbt.cli([*BUILD, "--indirect-selection", tests], context=context, target_path=lake.dbt_target)
    events: list[Any] = []
    try:
        with retried():
            stream = run.stream()
            for event in stream.fetch_column_metadata() if config.column_lineage else stream:
                events.append(event)  # noqa: PERF402 - what came before a failure is kept
    except DagsterDbtCliRuntimeError as error:
        if failure := failure_of(str(error), lake):
            raise failure from error
        raise
    finally:
        if config.column_lineage and run.adapter is not None:
            # dbt's adapter read the columns in this process. While it has the warehouse open, nobody else reads it.
            run.adapter.cleanup_connections()
            run.adapter.connections.close_all_connections()
        rows, columns = _contents(lake)
        for event in events:
            yield _with_contents(event, rows, columns)


def _contents(lake: Lake) -> tuple[dict[str, int], dict[str, list[tuple[str, str, str]]]]:
    """Return rows by table and columns by relation; none while another process writes, for which dbt has failed too."""
    try:
        return rows_per_table(lake.warehouse), columns_per_relation(lake.warehouse)
    except duckdb.IOException as error:
        if LOCKED in str(error):
            return {}, {}
        raise


def _with_contents(event: Any, rows: Mapping[str, int], columns: Mapping[str, Sequence[tuple[str, str, str]]]) -> Any:
    if not isinstance(event, dg.Output):
        return event
    name = str(event.metadata.get("unique_id", dg.TextMetadataValue("")).value).rpartition(".")[2]
    metadata = dict(event.metadata)
    if name in rows:
        metadata["dagster/row_count"] = dg.MetadataValue.int(rows[name])
    if name in columns:
        found = [dg.TableColumn(column, kind, description or None) for column, kind, description in columns[name]]
        metadata["dagster/column_schema"] = dg.MetadataValue.table_schema(dg.TableSchema(found))
    return event.with_metadata(metadata)
