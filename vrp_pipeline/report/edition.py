"""What surrounds the figures of one version: programme, release time, correction, commentary. It holds no figure."""

import datetime as dt
from dataclasses import dataclass

from vrp_pipeline.report.commentary import Passage
from vrp_pipeline.report.programme import Programme


@dataclass(frozen=True)
class Edition:
    """One edition of a publication. `release_at` is None where a draft is published as soon as it is approved.

    `correction` tells what was wrong in the version before.
    """

    programme: Programme
    release_at: dt.datetime | None = None
    correction: str | None = None
    commentary: tuple[Passage, ...] = ()
