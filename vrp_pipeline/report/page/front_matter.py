"""The front matter of a version: programme, time of publication, correction, commentary. It holds no figures."""

import datetime as dt
from dataclasses import dataclass

from vrp_pipeline.report.approval.programme import Programme
from vrp_pipeline.report.commentary.texts import Passage


@dataclass(frozen=True)
class FrontMatter:
    """The front matter of one version. `publish_at` is None if a draft is published as soon as it is approved.

    `correction` says what was wrong in the previous version.
    """

    programme: Programme
    publish_at: dt.datetime | None = None
    correction: str | None = None
    commentary: tuple[Passage, ...] = ()
