"""Conditions of the feeds: months that are held or overdue, agencies that are silent, files that were refused.

Read from verdicts, the calendar and refusals. Those of the lake as a whole are in `lake_conditions`.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from vrp_pipeline.alerts.condition import HELD, LATE, REFUSED, SILENT, Condition, key_of
from vrp_pipeline.calendar.calendar_for_people import calendar_for_people
from vrp_pipeline.calendar.states import Row, is_overdue, state_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.paths import DBT_PROJECT, REFUSAL, Lake
from vrp_pipeline.lake.verdicts import Verdict, held_verdicts

# A refusal is news for a week; the file is kept for longer.
REFUSED_FOR = timedelta(days=7)


def held(lake: Lake) -> Iterator[Condition]:
    """One condition for each feed with held months."""
    for feed, grouped in groupby(held_verdicts(lake), key=attrgetter("feed")):
        verdicts = list(grouped)
        months = [verdict.partition for verdict in verdicts]
        yield Condition(
            HELD,
            feed,
            state=" ".join(f"{verdict.partition}/{verdict.delivery_id}" for verdict in verdicts),
            what=f"{_counted(months)} of {feed} held: {_listed(map(_why, verdicts))}.",
            touches=_touched([feed]) + " The last good rows of each month stay.",
            remedy=(
                f"vrp status --feed {feed}",
                "vrp receive CORRECTED_FILE && vrp run",
                f'vrp accept {feed} {months[0]} --reason "…" && vrp run',
            ),
        )


def absent(lake: Lake, now: datetime) -> Iterator[Condition]:
    """One condition for each feed with overdue months; a single one for an agency of which every feed has some."""
    rows = calendar_for_people(lake, now=now)
    overdue: dict[str, list[Row]] = {}
    for row in rows:
        if is_overdue(row):
            overdue.setdefault(row["feed"], []).append(row)
    agencies = dict.fromkeys(feed.agency for feed in FEEDS.values() if feed.is_in_calendar)
    for agency in agencies:
        feeds = [feed.name for feed in FEEDS.values() if feed.agency == agency and feed.is_in_calendar]
        if all(any(state_of(row) == "overdue" for row in overdue.get(feed, ())) for feed in feeds) and len(feeds) > 1:
            first = min(row["month"] for feed in feeds for row in overdue[feed])
            yield Condition(
                SILENT,
                agency,
                state=" ".join(f"{feed}:{','.join(row['month'] for row in overdue[feed])}" for feed in feeds),
                what=f"Nothing is complete from {agency}: each of its {len(feeds)} feeds is overdue, from {first} on.",
                touches=_touched(feeds),
                remedy=("Ask the agency whether its export still runs.", "vrp status", "vrp receive FILE… && vrp run"),
                covers=tuple(key_of(LATE, feed) for feed in feeds),
            )
            continue
        for feed in feeds:
            if late := overdue.get(feed):
                months = [row["month"] for row in late]
                partial = [row["month"] for row in late if state_of(row) == "partial"]
                some = f" Of {_listed(partial)} some senders came." if partial else ""
                yield Condition(
                    LATE,
                    feed,
                    state=" ".join(f"{row['month']}/{row['missing_senders'] or ''}" for row in late),
                    what=f"{_counted(months)} of {feed} overdue: {_listed(months)}.{some}",
                    touches=_touched([feed]),
                    remedy=(
                        f"vrp status --feed {feed}",
                        "Ask the agency, then: vrp receive FILE… && vrp run",
                        f'vrp receive --nil {feed} {months[0]} --reason "…"   if there was nothing to deliver',
                    ),
                )


def refused(lake: Lake, now: datetime) -> Iterator[Condition]:
    """One condition for the files refused within a week, by the folder that keeps each with its reason.

    It changes when one of them comes again as it was.
    """
    times: dict[str, int] = {}
    for path in sorted(lake.refused.glob(f"[!.]*/{REFUSAL}")):
        with suppress(FileNotFoundError):  # removed since it was listed, as by `vrp retain`
            if abs(now.timestamp() - path.stat().st_mtime) < REFUSED_FOR.total_seconds():
                times[path.parent.name] = int(json.loads(path.read_text(encoding="utf-8")).get("times", 1))
    if folders := list(times):
        again = sum(count > 1 for count in times.values())
        yield Condition(
            REFUSED,
            "files",
            state=" ".join(f"{folder}/{count}" if count > 1 else folder for folder, count in times.items()),
            what=f"{len(folders)} file{'s' * (len(folders) > 1)} refused within a week"
            f"{f', {again} of them again as they had come before' if again else ''}.",
            touches="Nothing of them was received; their months stay as they were.",
            remedy=tuple(f"cat {lake.refused / folder}/{REFUSAL}" for folder in folders[:5]),
        )


def _why(verdict: Verdict) -> str:
    # Names of expectations are ours; their reasons may quote the agreed value that is missing.
    return f"{verdict.partition} (unmet: {', '.join(sorted(set(verdict.holding)))})"


def _counted(months: list[str]) -> str:
    return "1 month" if len(months) == 1 else f"{len(months)} months"


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found) if len(found) <= 6 else f"{', '.join(found[:5])} and {len(found) - 5} more"


def _touched(feeds: Iterable[str]) -> str:
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
