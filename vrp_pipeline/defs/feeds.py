"""One asset per feed: its materialisation is ingesting the selected months, its checks the feed's suite and calendar.

Only months that were published are recorded as materialised. A month that was held fails the check and the step;
one that was not received stays missing in the UI, as it is in the lake.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from vrp_pipeline.defs.calendar_checks import arrival_checks, arrival_specs
from vrp_pipeline.defs.partitions import months
from vrp_pipeline.defs.preview import bronze_preview, unmet_expectations_table, verdicts_table
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.progress import progress_of
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict, current_verdicts

CHECK = "meets_expectations"


class FeedConfig(dg.Config):
    """Which of the selected months to ingest."""

    only_new: bool = False
    """Skip months whose newest delivery was judged already by the present contract and suite."""


def feed_asset(feed: Feed) -> dg.AssetsDefinition:
    """The asset of one feed."""

    @dg.asset(
        key=[feed.agency, feed.table],
        group_name=feed.agency,
        description=f"**{feed.title}.** {feed.description}\n\nSource: {feed.source}.",
        partitions_def=months if feed.is_monthly else None,
        backfill_policy=dg.BackfillPolicy.single_run(),
        kinds={"parquet", "greatexpectations"},
        # Nothing is yielded for a run in which a month is missing: Dagster would mark the whole range as there.
        output_required=False,
        check_specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=[feed.agency, feed.table],
                description=f"The suite expectations/{feed.name}.json holds for every selected month.",
            ),
            *arrival_specs(feed),
        ],
        metadata={
            "format": type(feed.format).__name__,
            "cadence": feed.cadence.value,
            "natural_key": ", ".join(feed.natural_key),
            "dagster/column_schema": dg.TableSchema(
                [dg.TableColumn(column.name, column.type.value, column.description) for column in feed.columns]
            ),
        },
    )
    def materialise(
        context: dg.AssetExecutionContext, config: FeedConfig, lake: dg.ResourceParam[Lake]
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
        selected = list(context.partition_keys) if feed.is_monthly else None
        wanted = selected
        if config.only_new:
            stale = stale_partitions(lake, feed)
            wanted = [partition for partition in stale if selected is None or partition in selected]
        verdicts = ingest(lake, feed, wanted, progress_of(feed.name))
        for verdict in verdicts:
            context.log.log("ERROR" if verdict.status is Status.HELD else "INFO", verdict.sentence)
        yield from _report(context, lake, feed, selected, verdicts)

    return materialise


def _report(
    context: dg.AssetExecutionContext,
    lake: Lake,
    feed: Feed,
    selected: Sequence[str] | None,
    verdicts: Sequence[Verdict],
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    held = [verdict for verdict in verdicts if verdict.status is Status.HELD]
    published = [verdict for verdict in verdicts if verdict.status is Status.PUBLISHED]
    yield _check(lake, feed, selected)
    yield from arrival_checks(lake, feed)
    if not held and {verdict.partition for verdict in published} >= set(selected or [""]):
        for verdict in published:
            context.add_asset_metadata(_metadata(lake, feed, verdict), partition_key=verdict.partition)
        yield dg.MaterializeResult()
    else:
        for verdict in published:
            context.log_event(
                dg.AssetMaterialization(
                    [feed.agency, feed.table],
                    partition=verdict.partition if feed.is_monthly else None,
                    metadata=_metadata(lake, feed, verdict),
                )
            )
    if missing := sorted(set(selected or []) - {verdict.partition for verdict in verdicts}):
        context.log.warning(f"{feed.name}: nothing new was ingested for {', '.join(missing)}.")
    if held:
        raise dg.Failure(
            description=" ".join(verdict.sentence for verdict in held),
            metadata={"months": verdicts_table(held), "unmet_expectations": unmet_expectations_table(held)},
            allow_retries=False,
        )


def _check(lake: Lake, feed: Feed, selected: Sequence[str] | None) -> dg.AssetCheckResult:
    """The current verdicts of all selected months, whether they were judged in this run or before."""
    current = current_verdicts(lake, feed, selected)
    held = [verdict for verdict in current if verdict.status is Status.HELD]
    return dg.AssetCheckResult(
        check_name=CHECK,
        passed=not held,
        description=" ".join(verdict.sentence for verdict in held) or f"{len(current)} months judged, none held.",
        metadata={
            "months": verdicts_table(current),
            "unmet_expectations": unmet_expectations_table(current),
            "rows_published": sum(verdict.rows_published for verdict in current),
            "rows_in_quarantine": sum(verdict.rows_quarantined for verdict in current),
            **_data_docs(lake, feed),
        },
    )


def _data_docs(lake: Lake, feed: Feed) -> dict[str, dg.PathMetadataValue]:
    """Where Great Expectations' page on the feed's newest ingest is; nothing before the first."""
    page = lake.data_docs_page(feed)
    return {"data_docs": dg.MetadataValue.path(page)} if page.exists() else {}


def _metadata(lake: Lake, feed: Feed, verdict: Verdict) -> dict[str, Any]:
    return {
        "dagster/partition_row_count": verdict.rows_published,
        "rows_in_quarantine": verdict.rows_quarantined,
        "delivery": verdict.file_name,
        "quarantine_reasons": verdicts_table([verdict]),
        "preview": bronze_preview(lake, feed, verdict.partition),
        **_data_docs(lake, feed),
    }


feed_assets = [feed_asset(feed) for feed in FEEDS.values()]
