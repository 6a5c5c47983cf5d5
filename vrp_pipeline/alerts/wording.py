"""Wording that conditions of feeds share: counted months, short lists, and the figures that feeds touch."""

import csv
from collections.abc import Iterable
from functools import lru_cache

from vrp_pipeline.lake.paths import DBT_PROJECT


def counted(months: list[str]) -> str:
    """Return `1 month` or `3 months`."""
    return "1 month" if len(months) == 1 else f"{len(months)} months"


def listed(names: Iterable[str]) -> str:
    """Return up to six names, or five and how many more."""
    found = list(names)
    return ", ".join(found) if len(found) <= 6 else f"{', '.join(found[:5])} and {len(found) - 5} more"


def touched(feeds: Iterable[str]) -> str:
    """Return which figures read incomplete without months of these feeds."""
    wanted = set(feeds)
    metrics = [name for name, needed in _requirements().items() if needed & wanted]
    if not metrics:
        return "No published figure requires it; context figures read incomplete."
    return f"These figures read incomplete for the months: {'; '.join(metrics)}."


@lru_cache(maxsize=1)
def _requirements() -> dict[str, set[str]]:
    """Return the feeds that each metric requires, by the name of the metric."""
    seeds = DBT_PROJECT / "seeds"
    with (seeds / "metrics.csv").open(encoding="utf-8", newline="") as file:
        names = {row["metric_id"]: row["metric_name"] for row in csv.DictReader(file)}
    found: dict[str, set[str]] = {name: set() for name in names.values()}
    with (seeds / "feed_requirements.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[names[row["metric_id"]]].add(row["feed"])
    return found
