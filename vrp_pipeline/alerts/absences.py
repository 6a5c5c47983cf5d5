"""Conditions of what did not come: feeds that are late, agencies that are silent, and deliveries that have stopped.

Each is told as widely as it is: the feeds of a silent agency are one event, and so are those of most agencies.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from vrp_pipeline.alerts.condition import LATE, SILENT, STOPPED, Condition, key_of
from vrp_pipeline.alerts.wording import counted, listed, touched
from vrp_pipeline.calendar.calendar_for_people import calendar_for_people
from vrp_pipeline.calendar.states import Row, is_overdue, state_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.inbox import inbox_of

_FEEDS_OF: dict[str, list[str]] = {}
for _feed in FEEDS.values():
    if _feed.is_in_calendar:
        _FEEDS_OF.setdefault(_feed.agency, []).append(_feed.name)

Overdue = dict[str, list[Row]]


def absent(lake: Lake, now: datetime) -> Iterator[Condition]:
    """Yield what is overdue: as one condition where more than half of the agencies have stopped, else by agency."""
    rows = calendar_for_people(lake, now=now)
    overdue = overdue_months(rows)
    if 2 * len(stopped_agencies(rows)) > len(_FEEDS_OF):
        yield _stopped(lake, overdue)
    else:
        yield from absent_by_agency(overdue)


def stopped_agencies(rows: Sequence[Row]) -> set[str]:
    """Return the agencies of which a feed owes a month later than all that came of it, by the rows of a calendar."""
    newest: dict[str, str] = {}
    for row in rows:
        if row["first_received_at"] is not None:
            newest[row["feed"]] = max(row["month"], newest.get(row["feed"], ""))
    return {
        FEEDS[feed].agency for feed, late in overdue_months(rows).items() if late[-1]["month"] > newest.get(feed, "")
    }


def absent_by_agency(overdue: Overdue) -> Iterator[Condition]:
    """Yield, of what `overdue_months` returns, a condition for each silent agency and for each other late feed."""
    for agency, feeds in _FEEDS_OF.items():
        if _is_silent(feeds, overdue):
            yield _silent(agency, feeds, overdue)
        else:
            yield from (_late(feed, overdue[feed]) for feed in feeds if feed in overdue)


def overdue_months(rows: Iterable[Row]) -> Overdue:
    """Return, of the rows of a calendar in order of month, the overdue months of each feed that has any."""
    found: Overdue = {}
    for row in rows:
        if is_overdue(row):
            found.setdefault(row["feed"], []).append(row)
    return found


def _stopped(lake: Lake, overdue: Overdue) -> Condition:
    agencies = {FEEDS[feed].agency for feed in overdue}
    since = {feed: rows[0]["month"] for feed, rows in overdue.items()}
    came = max((each.received_on for each in all_deliveries(lake) if each.feed in overdue), default=None)
    newest = f"the newest of their deliveries came on {came:%-d %B %Y}" if came else "none of them ever came"
    first_of = sorted(set(since.values()))
    named = "; ".join(f"from {month} {', '.join(feed for feed in since if since[feed] == month)}" for month in first_of)
    return Condition(
        STOPPED,
        "deliveries",
        # The months are no part of it: with thirteen feeds one becomes overdue every few days.
        state=" ".join(f"{feed}:{month}" for feed, month in sorted(since.items())),
        what=f"{len(overdue)} feeds of {len(agencies)} agencies are overdue, {newest}: {named}.",
        touches=touched(overdue),
        remedy=(
            f"ls -lt {inbox_of(lake)}   is anything there that was not received?",
            "Ask the agencies whether their exports and the transfer still run, then: vrp receive FILE… && vrp run",
            "vrp status   each feed and month; vrp receive --nil FEED MONTH where there was nothing to deliver",
        ),
        covers=tuple(
            key
            for agency, feeds in _FEEDS_OF.items()
            for key in (key_of(SILENT, agency), *(key_of(LATE, feed) for feed in feeds))
        ),
    )


def _is_silent(feeds: list[str], overdue: Overdue) -> bool:
    """Return whether nothing is complete of any of several feeds: each has a month of which no sender came."""
    return len(feeds) > 1 and all(any(state_of(row) == "overdue" for row in overdue.get(feed, ())) for feed in feeds)


def _silent(agency: str, feeds: list[str], overdue: Overdue) -> Condition:
    first = min(row["month"] for feed in feeds for row in overdue[feed])
    return Condition(
        SILENT,
        agency,
        state=" ".join(f"{feed}:{','.join(row['month'] for row in overdue[feed])}" for feed in feeds),
        what=f"Nothing is complete from {agency}: each of its {len(feeds)} feeds is overdue, from {first} on.",
        touches=touched(feeds),
        remedy=("Ask the agency whether its export still runs.", "vrp status", "vrp receive FILE… && vrp run"),
        covers=tuple(key_of(LATE, feed) for feed in feeds),
    )


def _late(feed: str, late: list[Row]) -> Condition:
    months = [row["month"] for row in late]
    partial = [row["month"] for row in late if state_of(row) == "partial"]
    some = f" Of {listed(partial)} some senders came." if partial else ""
    return Condition(
        LATE,
        feed,
        state=" ".join(f"{row['month']}/{row['missing_senders'] or ''}" for row in late),
        what=f"{counted(months)} of {feed} overdue: {listed(months)}.{some}",
        touches=touched([feed]),
        remedy=(
            f"vrp status --feed {feed}",
            "Ask the agency, then: vrp receive FILE… && vrp run",
            f'vrp receive --nil {feed} {months[0]} --reason "…"   if there was nothing to deliver',
        ),
    )
