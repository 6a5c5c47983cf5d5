"""Retention: months of a feed that are older than its period are removed from landing and everything derived from it.

An expired month is removed from its deliveries too, so it reads as not received and never as zero. The length of a
period is set in `calendar.retention_periods`.
"""

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from vrp_pipeline.calendar.retention_periods import REFUSED, periods
from vrp_pipeline.erasure.redacted_files import finish_redactions, left_beside
from vrp_pipeline.erasure.redaction import forget_months, months_put_aside
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.atomic import waiting_for_zone
from vrp_pipeline.lake.audit import record
from vrp_pipeline.lake.erasures import note_removal
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import REFUSAL, Lake


def expired(lake: Lake, today: date) -> dict[str, list[str]]:
    """Return the expired months (or editions) of each feed, in order.

    They include months of rows that a delivery holds outside the months it covers.
    """
    lake, kept = lake.present, periods()
    found: dict[str, list[str]] = {}
    for feed in FEEDS.values():
        months = sorted(
            {
                month
                for delivery in deliveries(lake, feed)
                for month in (*delivery.partitions, *months_put_aside(lake, feed, delivery))
            }
        )
        if over := [month for month in months if kept[feed.name].is_over_for(feed, month, today)]:
            found[feed.name] = over
    return found


def expired_refusals(lake: Lake, today: date) -> list[Path]:
    """Return the folders of refused files whose period is over."""
    period = periods()[REFUSED]
    folders = [path.parent for path in lake.refused.glob(f"*/{REFUSAL}")]
    return [
        path for path in folders if period.is_over(f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y-%m}", today)
    ]


def left_by_killed_calls(lake: Lake) -> list[Path]:
    """Return the files beside deliveries that a killed removal left there."""
    return [path for feed in FEEDS.values() for path in left_beside(lake.present, feed)]


def retain(lake: Lake, today: date) -> Mapping[str, list[str]]:
    """Remove what has expired, log it, and return the removed months of each feed.

    A run rebuilds what is derived from bronze, and removes the releases made before.
    """
    lake = lake.present
    found, refusals = expired(lake, today), expired_refusals(lake, today)
    with waiting_for_zone(lake.root, "landing", lambda _: None):
        for feed in FEEDS.values():
            finish_redactions(lake, feed)
        if found:
            note_removal(lake)
        for name, months in found.items():
            record(lake, "retain", feed=name, months=months)
            _remove_months(lake, FEEDS[name], months)
        if refusals:
            record(lake, "retain", refused=len(refusals))
            for folder in refusals:
                shutil.rmtree(folder)
        if found:
            # Again, because of a release that was made meanwhile.
            note_removal(lake)
    return found


def _remove_months(lake: Lake, feed: Feed, months: Sequence[str]) -> None:
    """Remove months of a feed from every zone.

    What is derived goes first: a month is found to be over by its delivery, so that a call that was killed is finished
    by the next.
    """
    for month in months:
        for path in (
            lake.verdict_partition(feed, month),
            lake.quarantine_partition(feed, month),
            lake.bronze_partition(feed, month),
        ):
            shutil.rmtree(path.parent, ignore_errors=True)
    for delivery in deliveries(lake, feed):
        forget_months(lake, feed, delivery, set(months))
