"""Deliveries that count in only one of two releases: why figures differ where no single crime explains it.

A delivery counts in the months that use it and are not held. The manifest of a release lists both.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from vrp_pipeline.calendar.months import months_of_year
from vrp_pipeline.calendar.partitions import partition_of
from vrp_pipeline.feeds import FEEDS

NEEDED_FEEDS = "bridge_metric_feeds.parquet"


@dataclass(frozen=True)
class ChangedDelivery:
    """A delivery that counts now and did not, or no longer counts: its months of the year and the metrics that need it.

    Reference data have no months, because any figure may use them. `why` says why the delivery no longer counts,
    without naming a file; it is "" for one that counts now.
    """

    feed: str
    file_name: str
    received_on: str
    months: tuple[str, ...]
    metrics: tuple[str, ...]
    why: str = ""


def deliveries_since(before: Path, after: Path, financial_year: str) -> list[ChangedDelivery]:
    """Return the deliveries that count for months of the year in a release folder and do not in another, by feed.

    A month with two deliveries (of two senders) is listed for each. Raises FileNotFoundError without a manifest.
    """
    earlier, later = _Counted(before), _Counted(after)
    needed = _metrics_by_feed(after)
    return _sorted(
        _changed(each, months, needed)
        for each in later.deliveries
        if (months := _of_year(each["feed"], later.own(each) - earlier.of_content(each), financial_year))
    )


def deliveries_no_longer(before: Path, after: Path, financial_year: str) -> list[ChangedDelivery]:
    """Return the deliveries that count for months of the year in a release folder and not in a later one, by feed.

    A delivery that no longer counts for different reasons in different months is listed once per reason. One that still
    counts with fewer rows lost them by an erasure; its months are those of both releases. Raises FileNotFoundError
    without a manifest.
    """
    earlier, later = _Counted(before), _Counted(after)
    needed = _metrics_by_feed(before)
    found = []
    for each in earlier.deliveries:
        reasons: dict[str, set[str]] = {}
        now = later.of_content(each)
        for partition in earlier.own(each) - now:
            reasons.setdefault(later.why_not(each, partition), set()).add(partition)
        if now and (lost := later.rows_lost(each)):
            reasons[f"{lost:,} of its rows erased"] = now & earlier.own(each)
        for why, partitions in reasons.items():
            if months := _of_year(each["feed"], partitions, financial_year):
                found.append(_changed(each, months, needed, why))
    return _sorted(found)


class _Counted:
    """What a manifest says of deliveries: the months (or editions) in which each counts, and why it does not."""

    def __init__(self, release: Path) -> None:
        manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
        self.deliveries: list[dict[str, Any]] = list(manifest.get("deliveries", ()))
        self._held = set(manifest.get("held", ()))

    @cached_property
    def _partitions_counted(self) -> dict[tuple[str, str], set[str]]:
        """The partitions in which any row counts, by feed and content; a file received twice is one content."""
        found: dict[tuple[str, str], set[str]] = {}
        for each in self.deliveries:
            found.setdefault((each["feed"], each["delivery_id"]), set()).update(each["months"])
        return found

    def own(self, delivery: dict[str, Any]) -> set[str]:
        """Return the partitions in which a delivery of this manifest counts."""
        return {partition for partition in delivery["months"] if not self._is_held(delivery["feed"], partition)}

    def of_content(self, delivery: dict[str, Any]) -> set[str]:
        """Return the partitions in which the content of a delivery, of this manifest or another, counts."""
        feed = delivery["feed"]
        counted = self._partitions_counted.get((feed, delivery["delivery_id"]), set())
        return {partition for partition in counted if not self._is_held(feed, partition)}

    def why_not(self, delivery: dict[str, Any], partition: str) -> str:
        """Return why a delivery does not count in a partition."""
        feed, content = delivery["feed"], delivery["delivery_id"]
        if partition in self._partitions_counted.get((feed, content), ()):
            return "held now"
        others = [each for each in self.deliveries if each["feed"] == feed and partition in each["months"]]
        if others:
            newest = max(str(each["received_at"]) for each in others)[:10]
            return f"replaced by that of {newest}" + (", which is held" if self._is_held(feed, partition) else "")
        return "counted no more" if (feed, content) in self._partitions_counted else "gone from the lake"

    def rows_lost(self, delivery: dict[str, Any]) -> int:
        """Return how many rows a delivery of another release has lost since; 0 if either release does not say."""
        for each in self.deliveries:
            if all(each[key] == delivery[key] for key in ("feed", "delivery_id", "received_at")):
                return max(0, int(delivery.get("rows", 0)) - int(each.get("rows", 0)))
        return 0

    def _is_held(self, feed: str, partition: str) -> bool:
        return f"{feed} {partition}" in self._held


def _of_year(feed: str, partitions: Iterable[str], financial_year: str) -> set[str]:
    """Return the partitions that figures of a year rest on: its months, its yearly return, or any edition of a list."""
    if feed.startswith("reference__"):
        return set(partitions)
    declared, months = FEEDS.get(feed), months_of_year(financial_year)
    return {month if declared is None else partition_of(declared, month) for month in months} & set(partitions)


def _changed(
    delivery: dict[str, Any], partitions: set[str], needed: dict[str, set[str]], why: str = ""
) -> ChangedDelivery:
    feed = delivery["feed"]
    months = () if feed.startswith("reference__") else tuple(sorted(partitions))
    metrics = tuple(sorted(needed.get(feed, ())))
    return ChangedDelivery(feed, delivery["file_name"], str(delivery["received_at"])[:10], months, metrics, why)


def _sorted(found: Iterable[ChangedDelivery]) -> list[ChangedDelivery]:
    return sorted(found, key=lambda each: (each.feed, each.received_on, each.file_name, each.why))


def _metrics_by_feed(release: Path) -> dict[str, set[str]]:
    """Return the metrics that need each feed; empty if the release holds no table of them."""
    found: dict[str, set[str]] = {}
    if (release / NEEDED_FEEDS).is_file():
        with duckdb.connect() as connection:
            query = "select feed, metric_id from read_parquet($path)"
            for feed, metric in connection.execute(query, {"path": str(release / NEEDED_FEEDS)}).fetchall():
                found.setdefault(feed, set()).add(metric)
    return found
