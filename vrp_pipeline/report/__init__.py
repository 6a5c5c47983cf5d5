"""The annual report: a frozen, numbered publication made from one immutable release.

Belongs here: reading a release, describing its counts for disclosure control, charts, page, figures as files,
provenance and revisions. Does not: computing figures, which is done by dbt, and releasing them. `publish` is the only
entry point; the package reads a release and writes `published/`. `reading`, `figures`, `all_sources` and `revisions`
hold true counts; `protecting` alone turns them into the protected ones that every other module writes.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vrp_pipeline.report.publication import Publication


def publish(
    release: Path, published: Path, financial_year: str, *, progress: Callable[[str], None] | None = None
) -> "Publication":
    """Publish the annual report of a financial year ('2023-24') from the folder of a release, below `published`.

    Writes `published/<financial year>/v<N>/` with annual_report.html, metrics.csv, metrics.parquet and provenance.json,
    and from version 2 on revisions.csv, which explains differences from the previous version. If the newest version has
    the same content, nothing is written and that version is returned with `is_new` False. `progress` receives each step
    as text.

    Raises UnknownFinancialYearError (a ValueError) naming the years in the release, ReleaseContentError if the release
    holds content that may not be published, PinnedCellError if a hidden count could be worked out from what would be
    published, and ZoneBusyError if another process is publishing.
    """
    from vrp_pipeline.report.publication import publish as publish_now

    return publish_now(release, published, financial_year, progress=progress)
