"""What surrounds the figures of a version: programme, time of publication, correction, commentary. No figure."""

import datetime as dt
from dataclasses import dataclass

from vrp_pipeline.report.approval.programme import Programme
from vrp_pipeline.report.commentary.texts import Passage


@dataclass(frozen=True)
class FrontMatter:
    """The surroundings of one version. `publish_at` is None where a draft is published as soon as it is approved.

    `correction` tells what was wrong in the version before.
    """

    programme: Programme
    publish_at: dt.datetime | None = None
    correction: str | None = None
    commentary: tuple[Passage, ...] = ()
