"""The annual report: a frozen, numbered publication made from one immutable release.

Belongs here: from a release to what is published, in this order: `counts` reads the true counts, `protection` alone
turns them into protected ones, `content` is what every writer below may read; `commentary` is what people write, `page`
and `tables` are what readers open, and `approval` decides when it is public. Does not: computing figures, which is done
by dbt, and releasing them. `draft` is the only way to content: it reads a release and writes `drafts/`; `approval.gate`
moves approved drafts to `published/`.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vrp_pipeline.lake.paths import Lake
    from vrp_pipeline.report.approval.drafts import Person
    from vrp_pipeline.report.publication import Publication


def draft(
    lake: "Lake",
    release: Path,
    financial_year: str,
    author: "Person",
    *,
    on: dt.date | None = None,
    correction: str | None = None,
    progress: Callable[[str], None] | None = None,
    now: dt.datetime | None = None,
) -> "Publication":
    """Draft the annual report of a financial year ('2023-24') from the folder of a release.

    Writes `drafts/<financial year>/v<N>/`: page, annex, tables and their descriptions, board packs, changes.json and
    provenance.json, and from version 2 on revisions.csv, which explains differences from the previous version. If the
    newest version or the draft has the same content, nothing is written and that is returned with `is_new` False;
    another content, day or correction, and a version of a neighbouring year that became public, replace the draft and
    its approvals. `on` is its day, by default that of the draft it replaces, else the next public one that is planned
    after `now` (by default the clock); `correction` tells what was wrong in the version before, by default as the draft
    it replaces does. `progress` receives each step as text.

    Raises UnknownFinancialYearError (a ValueError) naming the years in the release, ReleaseContentError if the release
    holds content that may not be published, PinnedCellError if a hidden count could be worked out from what would be
    published, CommentaryError or PersonalTextError for a text that people wrote, ProgrammeError for a wrong publication
    programme or a day that has passed, and ZoneBusyError if another process is drafting.
    """
    from vrp_pipeline.report.publication import draft as draft_now

    return draft_now(lake, release, financial_year, author, on=on, correction=correction, progress=progress, now=now)
