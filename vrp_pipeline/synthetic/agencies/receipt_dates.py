"""Simulated dates of receipt: each file arrives some days before it is due, a few arrive late.

Derived from the feed of a file and the newest month in it; the content of files is drawn elsewhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import Edition, MonthOf
from vrp_pipeline.synthetic.world.streams import stream

# Shares and days are assumptions [P]: no source gives the punctuality of the agencies.
LATE_SHARE = 0.06
DAYS_LATE = (3, 25)
DAYS_EARLY = (1, 6)
MONTH_BETWEEN_ISSUES = timedelta(days=30)
DAY_IN_NAME = re.compile(r"\d{4}-\d{2}-\d{2}")
MONTH_IN_NAME = re.compile(r"(?<![\d-])\d{4}-(?:0[1-9]|1[0-2])(?![\d-])")


@dataclass(frozen=True)
class Sent:
    """A simulated file: its hash and name, the feed it delivers and the newest month or edition in it."""

    sha256: str
    file_name: str
    feed: Feed
    newest: str


def newest_in_name(name: str) -> str | None:
    """Return the newest month in the name of a simulated file; None if the file must be read for it."""
    found = MONTH_IN_NAME.search(name)
    return found.group() if found else None


def arrivals(files: Iterable[Sent], seed: int) -> dict[str, datetime]:
    """Return the time of receipt (UTC) of each file by its hash; equal files and seed give equal times.

    Files of a restating feed arrive in the given order, so that of two issues of a month the later one is also received
    later; a second issue of one month neither waits for nor delays other months. Reference data arrive on the day
    before the first delivery, whatever their edition.
    """
    rng = stream(seed, "arrivals")
    listed = list(files)
    latest: dict[tuple[str, str], tuple[str, datetime]] = {}
    found: dict[str, datetime] = {}
    for file in listed:
        early, late = int(rng.integers(*DAYS_EARLY)), int(rng.integers(*DAYS_LATE))
        is_late, minute = rng.random() < LATE_SHARE, int(rng.integers(0, 240))
        if _is_reference(file.feed):
            continue
        day = _usual_day(file, early, late if is_late else 0)
        moment = datetime.combine(_working_day(day), time(6), UTC) + timedelta(minutes=minute)
        series = (file.feed.name, "" if _restates(file.feed) else file.newest)
        newest, before = latest.get(series, ("", datetime.min.replace(tzinfo=UTC)))
        if newest == file.newest:
            moment = max(moment, before + MONTH_BETWEEN_ISSUES)
        found[file.sha256] = max(moment, before + timedelta(hours=1))
        latest[series] = (file.newest, found[file.sha256])
    first = min(found.values(), default=datetime(2022, 4, 1, 9, tzinfo=UTC))
    reference = [file.sha256 for file in listed if _is_reference(file.feed)]
    return found | {sha256: first - timedelta(days=1) for sha256 in reference}


def _usual_day(file: Sent, early: int, late: int) -> date:
    """Return the day after the extraction date in the file name, if any; else a day shortly before it is due."""
    if in_name := DAY_IN_NAME.search(file.file_name):
        return date.fromisoformat(in_name.group()) + timedelta(days=1)
    end = _end_of_span(file.feed, file.newest)
    days = max(file.feed.due_days - early, 1) if not late else file.feed.due_days + late
    return end + timedelta(days=days)


def _end_of_span(feed: Feed, newest: str) -> date:
    """Return the last day of the month, quarter, term or year of return that contains `newest`."""
    if isinstance(feed.period, Edition):
        year, month = int(newest[:4]), 3
    else:
        year, month = int(newest[:4]), int(newest[5:])
        ends = feed.period.span_ends if isinstance(feed.period, MonthOf) else ()
        while ends and month not in ends:
            year, month = year + month // 12, month % 12 + 1
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _restates(feed: Feed) -> bool:
    """Return whether a delivery restates months before its newest."""
    return not isinstance(feed.period, MonthOf) or feed.period.restates > 1


def _is_reference(feed: Feed) -> bool:
    return isinstance(feed.period, Edition) and not feed.period.covers_financial_year


def _working_day(day: date) -> date:
    """Return the day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day
