"""The annual report: a frozen, numbered publication made from one immutable release.

Belongs here: every step from a release to a publication. `counts` reads the true counts, `protection` alone turns them
into protected ones, `content` holds what every writer below may read; `commentary` is text by people, `page` and
`tables` are what readers open, and `approval` decides when a version becomes public. Does not belong here: computing
figures, which dbt does, and releasing them. `draft` is the only function that makes content: it reads a release and
writes `drafts/`; `approval.gate` moves approved drafts to `published/`.
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
    newest version or the draft has the same content, nothing is written and it is returned with `is_new` False. Other
    content, another day or correction, or a newly public version of a neighbouring year replace the draft and its
    approvals. `on` is the day of publication, by default that of the replaced draft, else the next planned public day
    after `now` (by default the clock). `correction` says what was wrong in the previous version, by default the text of
    the replaced draft. `progress` receives each step as text.

    Raises UnknownFinancialYearError (a ValueError) naming the years in the release, ReleaseContentError if the release
    holds content that may not be published, PinnedCellError if a hidden count could be worked out from what would be
    published, CommentaryError or PersonalTextError for a text that people wrote, ProgrammeError for a wrong publication
    programme or a day that has passed, and ZoneBusyError if another process is drafting.
    """
    from vrp_pipeline.report.publication import draft as draft_now

    return draft_now(lake, release, financial_year, author, on=on, correction=correction, progress=progress, now=now)
