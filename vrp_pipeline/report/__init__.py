"""The annual report: from one immutable release to a frozen, numbered publication anybody can open.

`publish` is the door. The room reads a release and writes `published/`; it computes no figure.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vrp_pipeline.report.publication import Publication


def publish(
    release: Path, published: Path, financial_year: str, *, progress: Callable[[str], None] | None = None
) -> "Publication":
    """Publish the report of `financial_year` ('2023-24') from the folder of a release, below `published`.

    Writes `published/<financial year>/v<N>/` with annual_report.html, metrics.csv, metrics.parquet and
    provenance.json, and from version 2 on revisions.csv: why the figures differ from the version before. Where the
    newest version already says the same, nothing is written and that version is returned with `is_new` False.
    `progress` is told each step in words.

    Raises UnknownFinancialYearError (a ValueError) naming the years the release holds, ReleaseContentError if the
    release holds what may not be published, and ZoneBusyError if another process is publishing.
    """
    from vrp_pipeline.report.publication import publish as publish_now

    return publish_now(release, published, financial_year, progress=progress)
