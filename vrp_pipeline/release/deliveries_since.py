"""Deliveries that count in one release and did not in an earlier one: why figures differ that no crime explains."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from vrp_pipeline.calendar.months import months_of_year

NEEDED_FEEDS = "bridge_metric_feeds.parquet"


@dataclass(frozen=True)
class NewDelivery:
    """A delivery that counts by now: its months of the year, and the metrics that need its feed.

    Reference data belong to no month and have none; every figure may rest on them.
    """

    feed: str
    file_name: str
    received_on: str
    months: tuple[str, ...]
    metrics: tuple[str, ...]


def deliveries_since(before: Path, after: Path, financial_year: str) -> list[NewDelivery]:
    """Return the deliveries that stand in months of the year in a release folder and do not in another, by feed.

    A month of two deliveries, as of two senders, is told of each. Raises FileNotFoundError without a manifest.
    """
    year = set(months_of_year(financial_year))
    earlier = {(each["feed"], each["delivery_id"], month) for each in _deliveries(before) for month in each["months"]}
    needed = _metrics_by_feed(after)
    found = []
    for each in _deliveries(after):
        new = [month for month in each["months"] if (each["feed"], each["delivery_id"], month) not in earlier]
        is_reference = each["feed"].startswith("reference__")
        months = tuple(month for month in new if month in year)
        if months or (is_reference and new):
            metrics = tuple(sorted(needed.get(each["feed"], ())))
            found.append(NewDelivery(each["feed"], each["file_name"], str(each["received_at"])[:10], months, metrics))
    return sorted(found, key=lambda each: (each.feed, each.received_on, each.file_name))


def _deliveries(release: Path) -> list[dict[str, Any]]:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    return list(manifest.get("deliveries", ()))


def _metrics_by_feed(release: Path) -> dict[str, set[str]]:
    """Return the metrics that need each feed; empty if the release holds no table of them."""
    found: dict[str, set[str]] = {}
    if (release / NEEDED_FEEDS).is_file():
        with duckdb.connect() as connection:
            query = "select feed, metric_id from read_parquet($path)"
            for feed, metric in connection.execute(query, {"path": str(release / NEEDED_FEEDS)}).fetchall():
                found.setdefault(feed, set()).add(metric)
    return found
