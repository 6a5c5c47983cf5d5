"""The release asset: an immutable copy of the tested marts, which analysts can read during the next run."""

import dagster as dg

from vrp_pipeline.defs import catalogue
from vrp_pipeline.defs.automation import FOLLOWS_INGEST
from vrp_pipeline.defs.transform import dbt_after_links
from vrp_pipeline.defs.transient_faults import retried
from vrp_pipeline.lake.code_version import code_version
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.review.gone_records import forget_gone_records
from vrp_pipeline.release.provenance import provenance
from vrp_pipeline.release.releases import RELEASED_PREFIXES, make_release
from vrp_pipeline.release.unused import releases_kept, remove_unused


@dg.asset(
    key="release",
    deps=[key for key in dbt_after_links.keys if key.path[-1].startswith(RELEASED_PREFIXES)],
    group_name=catalogue.RELEASE,
    owners=[catalogue.ANALYSTS, catalogue.ENGINEERS],
    code_version=code_version(),
    automation_condition=FOLLOWS_INGEST,
    kinds={"parquet"},
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def release(lake: dg.ResourceParam[Lake]) -> dg.MaterializeResult[None]:
    """All marts and reports of one moment, immutable, with what they rest on. `vrp query` reads the current one."""
    kept = releases_kept()
    with retried():
        made = make_release(lake, provenance(lake))
        removed = remove_unused(lake, kept)
        forget_gone_records(lake)
    tables = made.manifest["tables"]
    return dg.MaterializeResult(
        metadata={
            "release": made.release_id,
            "removed": dg.MetadataValue.md("\n".join(f"- {name}" for name in removed) or "none"),
            "folder": dg.MetadataValue.path(str(made.path)),
            "tables": dg.MetadataValue.md(
                "\n".join(
                    ["| table | rows |", "| --- | --- |"]
                    + [f"| {name} | {table['rows']:,} |" for name, table in tables.items()]
                )
            ),
        }
    )
