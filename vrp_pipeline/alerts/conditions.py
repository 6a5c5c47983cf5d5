"""Conditions: the states of a lake that need a person, each with what it touches and what to type.

Read from verdicts, the calendar, refusals, the releases and the disk. Failed runs are known to Dagster alone; `defs`
adds them. How a condition becomes a message is in `messages`.
"""

import csv
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from vrp_pipeline.calendar.feed_calendar import calendar, today
from vrp_pipeline.calendar.states import Row, state_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import DBT_PROJECT, Lake
from vrp_pipeline.lake.verdicts import Verdict, held_verdicts
from vrp_pipeline.release.releases import POINTER

HELD, LATE, SILENT, REFUSED, STALE, DISK, FAILED = "held", "late", "silent", "refused", "stale", "disk", "failed"
# Kinds that are read from the lake; a condition of another kind is not over because the lake does not show it.
OF_THE_LAKE = frozenset({HELD, LATE, SILENT, REFUSED, STALE, DISK})
# A refusal is news for a week; the file is kept for longer.
REFUSED_FOR = timedelta(days=7)
RUNBOOK = "docs/runbook.md"


@dataclass(frozen=True)
class Condition:
    """A state that needs a person. `key` is its identity; it has changed when `state` has."""

    kind: str
    subject: str
    state: str
    what: str
    touches: str
    remedy: tuple[str, ...]

    @property
    def key(self) -> str:
        """The identity of the condition: its kind and what it is of."""
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True)
class Limits:
    """From when on the age of a release and the free space of a disk need a person."""

    release_hours: float = 24
    disk_free_share: float = 0.1


def conditions_of(lake: Lake, now: datetime, limits: Limits, *, is_released: bool) -> list[Condition]:
    """Return the conditions of the lake. `is_released`: whether the current release rests on all that was received."""
    return [
        *held(lake),
        *absent(lake, now),
        *refused(lake, now),
        *stale_release(lake, now, limits, is_released=is_released),
        *full_disk(lake, limits),
    ]


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
    rows = calendar(lake, None, today(lake, now)).to_pylist()
    overdue: dict[str, list[Row]] = {}
    for row in rows:
        if state_of(row) in ("overdue", "partial"):
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
    """One condition for the files refused within a week, by the folder that keeps each with its reason."""
    since = (now - REFUSED_FOR).timestamp()
    records = (path for path in lake.refused.glob("[!.]*/refusal.json") if path.stat().st_mtime > since)
    if folders := sorted(path.parent.name for path in records):
        yield Condition(
            REFUSED,
            "files",
            state=" ".join(folders),
            what=f"{len(folders)} file{'s' * (len(folders) > 1)} refused within a week.",
            touches="Nothing of them was received; their months stay as they were.",
            remedy=tuple(f"cat {lake.refused / folder}/refusal.json" for folder in folders[:5]),
        )


def stale_release(lake: Lake, now: datetime, limits: Limits, *, is_released: bool) -> Iterator[Condition]:
    """The condition that what was received long ago is in no release yet."""
    received = all_deliveries(lake)
    if is_released or not received:
        return
    pointer = lake.releases / POINTER
    limit = timedelta(hours=limits.release_hours)
    came = max(path.stat().st_mtime for path in lake.landing.glob("*/*/[0-9]*"))
    made = pointer.stat().st_mtime if pointer.exists() else 0.0
    newest = datetime.fromtimestamp(max(came, made), UTC)
    if now - newest < limit:
        return
    name = json.loads(pointer.read_text(encoding="utf-8"))["release"] if pointer.exists() else None
    yield Condition(
        STALE,
        "release",
        state=name or "none",
        what=f"No release has been made for {limits.release_hours:g} hours, although there is something to release.",
        touches=f"Analysts read {name}." if name else "Analysts have no release to read.",
        remedy=("vrp run", "Dagster: Runs, the newest run of the rebuild"),
    )


def full_disk(lake: Lake, limits: Limits) -> Iterator[Condition]:
    """The condition that the disk of the lake is nearly full; it changes with each halving of what is free."""
    usage = shutil.disk_usage(lake.root)
    share = usage.free / usage.total
    if share >= limits.disk_free_share:
        return
    step = 0
    while share < limits.disk_free_share / 2 ** (step + 1) and step < 5:
        step += 1
    yield Condition(
        DISK,
        "lake",
        state=str(step),
        what=f"The disk of the lake has {usage.free / 1e9:,.1f} GB free, {share:.0%} of it.",
        touches="A run that finds no room fails; what stood before still stands.",
        remedy=(f"du -sh {lake.root}/*", "vrp prune"),
    )


def _why(verdict: Verdict) -> str:
    # Names of expectations are ours; their reasons may quote the agreed value that is missing.
    broken = sorted({unmet.expectation for unmet in verdict.unmet_expectations if unmet.holds})
    return f"{verdict.partition} ({', '.join(broken)})"


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
