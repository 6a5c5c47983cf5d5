"""The annual report asset: drafted on request for a financial year from the current release."""

from collections.abc import Iterator

import dagster as dg

from vrp_pipeline.calendar.months import financial_year
from vrp_pipeline.defs import catalogue
from vrp_pipeline.defs.partitions import financial_years
from vrp_pipeline.lake.audit import login, record, who
from vrp_pipeline.lake.code_version import code_version
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.releases import current_release, must_be_whole
from vrp_pipeline.report import draft
from vrp_pipeline.report.approval.drafts import Person


@dg.asset(
    key="annual_report",
    deps=["release"],
    group_name=catalogue.PUBLICATION,
    owners=[catalogue.ANALYSTS, catalogue.ENGINEERS],
    code_version=code_version(),
    kinds={"html", "csv"},
    partitions_def=financial_years,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def annual_report(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake]
) -> Iterator[dg.MaterializeResult[None]]:
    """`drafts/<financial year>/v<N>/`: page, figures and provenance, published once two people approved them."""
    found = current_release(lake)
    must_be_whole(found)
    for start in context.partition_keys:
        publication = draft(lake, found.path, financial_year(f"{start}-04"), Person(who(), login()))
        if publication.is_new:
            record(
                lake,
                "draft",
                release=found.release_id,
                financial_year=publication.financial_year,
                version=publication.version,
            )
        context.log.info(f"{publication.path}: {publication.headline}")
        context.add_asset_metadata(
            {
                "release": found.release_id,
                "version": publication.version,
                "headline": publication.headline,
                "page": dg.MetadataValue.path(str(publication.path / "annual_report.html")),
            },
            partition_key=start,
        )
    yield dg.MaterializeResult()
