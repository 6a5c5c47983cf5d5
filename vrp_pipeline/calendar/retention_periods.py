"""Retention periods: for how many months the rows of each feed are kept, from a file of the partnership's settings.

No agency is expected to deliver an older month. Removing older rows belongs to `erasure.retention`.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vrp_pipeline.calendar.months import month_number
from vrp_pipeline.calendar.partitions import months_in
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.paths import PROJECT

REFUSED = "refused"


class RetentionPeriodsError(ValueError):
    """Raised if the file of periods cannot be read or holds an invalid period."""


@dataclass(frozen=True)
class Period:
    """The number of whole months for which rows are kept after their own month (0: for ever), and the reason for it."""

    months: int
    reason: str

    def is_over(self, month: str, today: date) -> bool:
        """Return whether the period of rows of a month is over."""
        return self.months > 0 and month_number(f"{today:%Y-%m}") - month_number(month) > self.months

    def is_over_for(self, feed: Feed, partition: str, today: date) -> bool:
        """Return whether the period of a partition is over, counted from its last month."""
        return self.is_over(months_in(feed, partition)[-1], today)


def retention_file() -> Path:
    """Return the file of periods: VRP_RETENTION_FILE, by default `deploy/retention.toml` of this checkout."""
    return Path(os.environ.get("VRP_RETENTION_FILE") or PROJECT / "deploy" / "retention.toml")


def periods() -> dict[str, Period]:
    """Return the period of each feed, and of refused files. Raises RetentionPeriodsError, naming the file.

    Reference data tell of nobody and are kept for ever unless a period is given.
    """
    path = retention_file()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        default, own = _period(content["default"]), content.get("feeds", {})
        found = {
            feed.name: _period(own[feed.name])
            if feed.name in own
            else Period(0, "reference data")
            if feed.agency == "reference"
            else default
            for feed in FEEDS.values()
        }
        found[REFUSED] = _period(content[REFUSED])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RetentionPeriodsError(
            f"{path} cannot be read as periods of retention ({type(error).__name__}). Each needs months and a reason."
        ) from error
    if unknown := set(own) - set(FEEDS):
        raise RetentionPeriodsError(f"{path}: no feed is called {', '.join(sorted(unknown))}.")
    return found


def _period(content: Mapping[str, object]) -> Period:
    months, reason = content["months"], content["reason"]
    if not isinstance(months, int) or isinstance(months, bool) or months < 0 or not str(reason).strip():
        raise ValueError
    return Period(months, str(reason))
