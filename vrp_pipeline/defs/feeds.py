"""One asset per feed: materialising it ingests the selected months; its checks are the feed's suite and calendar.

Only months that were published are recorded as materialised. A held month fails the check of its feed, but neither
the step nor the run: downstream assets use the last good month, or the gap. A month that was not received stays missing
in the UI, as in the lake. docs/dagster-states.md shows how the UI displays each state.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from vrp_pipeline.defs import catalogue
from vrp_pipeline.defs.calendar_checks import arrival_checks, arrival_specs
from vrp_pipeline.defs.partitions import months
from vrp_pipeline.defs.preview import bronze_preview, reasons_table, unmet_expectations_table, verdicts_table
from vrp_pipeline.defs.transient_faults import retried
from vrp_pipeline.erasure.people import apply_erasures
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict, current_verdicts

CHECK = "meets_expectations"


class FeedConfig(dg.Config):
    """Which of the selected months to ingest."""

    only_new: bool = False
    """Skip months whose newest delivery was judged already by the present contract and suite."""


def feed_asset(feed: Feed) -> dg.AssetsDefinition:
    """Return the asset of one feed."""

    @dg.asset(
        key=[feed.agency, feed.table],
        # The lists of areas come first: other feeds are judged district by district. They are no upstream assets, as a
        # list of which nothing new came would have its dependents skipped.
        op_tags={"dagster/priority": "0" if feed.is_in_calendar else "1"},
        group_name=catalogue.group_of(feed),
        owners=catalogue.owners_of(feed),
        tags={"vrp/cadence": feed.cadence.name.lower(), "vrp/agency": feed.agency},
        code_version=catalogue.code_version(feed),
        freshness_policy=catalogue.freshness_policy(feed),
        description=f"**{feed.title}.** {feed.description}\n\nSource: {feed.source}.",
        partitions_def=months if feed.is_monthly else None,
        backfill_policy=dg.BackfillPolicy.single_run(),
        kinds={"python", "parquet", "greatexpectations"},
        # Dagster cannot say of one partition of a run that it failed or was left out (dagster-io/dagster 17836, 18020):
        # an output stands for the whole range. Where a month is missing nothing is yielded, and the months that were
        # published are logged one by one.
        output_required=False,
        check_specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=[feed.agency, feed.table],
                description=f"No month of the feed is held: each meets the suite expectations/{feed.name}.json.",
            ),
            *arrival_specs(feed),
        ],
        metadata={
            "format": type(feed.format).__name__,
            "cadence": feed.cadence.value,
            "due": f"{feed.due_days} days after the end of the period",
            "natural_key": ", ".join(feed.natural_key),
            "dagster/column_schema": catalogue.column_schema(feed),
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
        with retried():
            apply_erasures(lake, feed)
            verdicts = ingest(lake, feed, wanted)
        _tell(context, verdicts)
        yield from _report(context, lake, feed, selected, verdicts)

    return materialise


def _tell(context: dg.AssetExecutionContext, verdicts: Sequence[Verdict]) -> None:
    """Log what was held as an error each, and the rest in one message: every message is a write to the event log."""
    for verdict in verdicts:
        if verdict.status is Status.HELD:
            context.log.error(verdict.sentence)
    if rest := [verdict.sentence for verdict in verdicts if verdict.status is not Status.HELD]:
        context.log.info("\n".join(rest))


def _report(
    context: dg.AssetExecutionContext,
    lake: Lake,
    feed: Feed,
    selected: Sequence[str] | None,
    verdicts: Sequence[Verdict],
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    published = [verdict for verdict in verdicts if verdict.status is Status.PUBLISHED]
    is_whole = bool(published) and len(published) == len(verdicts)
    if selected is None and is_whole:
        _log(context, lake, feed, published[:-1])
        # An output, unlike an event, lets what is downstream in the same run go on.
        yield dg.MaterializeResult(metadata=_metadata(lake, feed, published[-1]))
    elif is_whole and {verdict.partition for verdict in published} >= set(selected or []):
        for verdict in published:
            context.add_asset_metadata(_metadata(lake, feed, verdict), partition_key=verdict.partition)
        yield dg.MaterializeResult()
    else:
        _log(context, lake, feed, published)
    # After the months: the UI calls a check "not evaluated" that is older than the newest materialisation.
    yield _check(lake, feed)
    yield from arrival_checks(lake, feed)
    if missing := sorted(set(selected or []) - {verdict.partition for verdict in verdicts}):
        context.log.warning(f"{feed.name}: nothing new was ingested for {', '.join(missing)}.")


def _log(context: dg.AssetExecutionContext, lake: Lake, feed: Feed, published: Sequence[Verdict]) -> None:
    """Record months (or editions) as materialised, one by one."""
    for verdict in published:
        context.log_event(
            dg.AssetMaterialization(
                [feed.agency, feed.table],
                partition=verdict.partition if feed.is_monthly else None,
                metadata=_metadata(lake, feed, verdict),
            )
        )


def _check(lake: Lake, feed: Feed) -> dg.AssetCheckResult:
    """Return the check over the verdicts of all months, so that ingesting one month hides no other held month."""
    current = current_verdicts(lake, feed)
    held = [verdict for verdict in current if verdict.status is Status.HELD]
    return dg.AssetCheckResult(
        check_name=CHECK,
        passed=not held,
        severity=dg.AssetCheckSeverity.ERROR,
        description=" ".join(map(_what_to_do, held)) or f"{len(current)} months judged, none held.",
        metadata={
            "held_months": ", ".join(verdict.partition for verdict in held) or "none",
            # The UI sorts by name: why a month is held stands before the table of all months, which is long.
            "unmet_expectations": unmet_expectations_table(held or current),
            "verdicts": verdicts_table(current),
            # Of all months, so that the plot over time shows growth and no selection.
            "rows_published": sum(verdict.rows_published for verdict in current),
            "rows_in_quarantine": sum(verdict.rows_quarantined for verdict in current),
            **_data_docs(lake, feed),
            **{
                f"quarantine {verdict.partition}": dg.MetadataValue.path(
                    lake.quarantine_partition(feed, verdict.partition)
                )
                for verdict in held
            },
        },
    )


def _what_to_do(verdict: Verdict) -> str:
    return (
        f"{verdict.sentence} Ask the agency for a corrected file, or count it all the same: "
        f'vrp accept {verdict.feed} {verdict.partition} --reason "…"'
    )


def _data_docs(lake: Lake, feed: Feed) -> dict[str, dg.PathMetadataValue]:
    """Return the path of the Data Docs page on the feed's newest ingest; {} before the first ingest."""
    page = lake.data_docs_page(feed)
    return {"data_docs": dg.MetadataValue.path(page)} if page.exists() else {}


def _metadata(lake: Lake, feed: Feed, verdict: Verdict) -> dict[str, Any]:
    return {
        "dagster/partition_row_count": verdict.rows_published,
        "rows_in_quarantine": verdict.rows_quarantined,
        "delivery": verdict.file_name,
        **({"quarantine_reasons": reasons_table(verdict)} if verdict.rows_per_reason else {}),
        "preview": bronze_preview(lake, feed, verdict.partition),
        **({"accepted": _decision(verdict.acceptance)} if verdict.acceptance else {}),
        **_data_docs(lake, feed),
    }


def _decision(acceptance: Mapping[str, Any]) -> str:
    return f"{acceptance['accepted_by']}: {acceptance['reason']}"


feed_assets = [feed_asset(feed) for feed in FEEDS.values()]
