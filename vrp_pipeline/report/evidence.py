"""What the figures rest on: the feed calendar, the definitions, the deliveries and the manifest of the release.

Shapes and their reading only; how they are put into words stands in `words` and `page`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vrp_pipeline.calendar.due_dates import partition_of
from vrp_pipeline.feeds import FEEDS

RECEIVED = "received"

# The feeds whose months a metric needs; the dbt seed `feed_requirements`, which decides the figures' status, says
# the same and is not part of a release. A metric absent here is shown with every feed.
NEEDED_FEEDS: Mapping[str, tuple[str, ...]] = {
    "M1": ("police__offences",),
    "M1b": ("police__offences",),
    "M9": ("communities__events",),
    "M12": (
        "police__offences", "health__emergency_attendances", "health__ambulance_incidents", "health__admissions",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class FeedMonth:
    """One feed in one month: `status` is received, held, not received or not due."""

    feed: str
    month: str
    financial_year: str
    status: str
    delivery_id: str | None = None


@dataclass(frozen=True)
class Definition:
    """One version of a definition. `label` is what figures call it; `kinds` gives each tier with its offence codes."""

    label: str
    definition_id: str
    version: str
    name: str
    note: str | None = None
    kinds: tuple[str, ...] = ()
    effective_from: str | None = None
    evidence: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Delivery:
    """One file as received; `months` are those of its rows the report uses, empty for reference data."""

    delivery_id: str
    feed: str | None = None
    file_name: str | None = None
    sha256: str | None = None
    received_at: str | None = None
    rows: int | None = None
    months: tuple[str, ...] = ()


@dataclass(frozen=True)
class Accepted:
    """One month that did not meet expectations and is counted because a named person accepted it."""

    feed: str
    month: str
    expectations: tuple[str, ...]
    accepted_by: str
    accepted_at: str
    reason: str


@dataclass(frozen=True)
class Evidence:
    """Everything in a release about where figures come from, for a financial year and the year before."""

    feed_months: tuple[FeedMonth, ...]
    definitions: tuple[Definition, ...]
    deliveries: tuple[Delivery, ...]
    accepted: tuple[Accepted, ...] = ()
    rows: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    reached: Mapping[str, int] = field(default_factory=dict)

    def feeds(self) -> tuple[str, ...]:
        """Feeds in the calendar, in its order."""
        return tuple(dict.fromkeys(entry.feed for entry in self.feed_months))

    def needed_by(self, metric_id: str) -> tuple[str, ...]:
        """Feeds whose months the metric needs."""
        return NEEDED_FEEDS.get(metric_id, self.feeds())

    def months(self, feed: str, financial_year: str) -> tuple[FeedMonth, ...]:
        """The months of a feed in a financial year, April first."""
        wanted = (m for m in self.feed_months if m.feed == feed and m.financial_year == financial_year)
        return tuple(sorted(wanted, key=lambda entry: entry.month))

    def definition(self, label: str | None) -> Definition | None:
        """The definition version a figure names, if the release describes it."""
        return next((found for found in self.definitions if found.label == label), None)

    def deliveries_for(self, metric_id: str) -> tuple[Delivery, ...]:
        """The deliveries whose months the metric needs."""
        needed = self.needed_by(metric_id)
        return tuple(delivery for delivery in self.deliveries if delivery.feed in needed)


def feed_months_of(rows: Iterable[Mapping[str, Any]], financial_years: Iterable[str]) -> tuple[FeedMonth, ...]:
    """The calendar of the given financial years, from the rows of `fct_feed_months`."""
    wanted = set(financial_years)
    found = (
        FeedMonth(
            feed=row["feed"],
            month=row["month"],
            financial_year=row["financial_year"],
            status=row["status"],
            delivery_id=row.get("delivery_id"),
        )
        for row in rows
        if row["financial_year"] in wanted
    )
    return tuple(sorted(found, key=lambda entry: (entry.feed, entry.month)))


def definitions_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Definition, ...]:
    """Versions of definitions, from the rows of `dim_definition`."""
    found = (
        Definition(
            label=row["definition_version"],
            definition_id=row["definition_id"],
            version=str(row["version"]),
            name=row["name"],
            note=row.get("note"),
            kinds=tuple(filter(None, (row.get("tiers") or "").split("; "))),
            effective_from=_text(row.get("effective_from")),
            evidence=row.get("evidence"),
            source=row.get("source"),
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda definition: definition.label))


def deliveries_of(
    manifest_entries: Iterable[Mapping[str, Any]], feed_months: Iterable[FeedMonth]
) -> tuple[Delivery, ...]:
    """The deliveries that stand behind the given months, then the reference data.

    A delivery none of whose months stands (superseded, or of other years) is left out. One that the calendar
    names and the manifest does not describe is kept with its id alone, so that the gap can be seen.
    """
    feed_months = tuple(feed_months)
    # One archive may deliver several feeds: a delivery is named by its feed and its file.
    described = {(entry.get("feed"), entry["delivery_id"]): entry for entry in manifest_entries}
    standing: dict[tuple[str, str], list[FeedMonth]] = {}
    for month in feed_months:
        if month.delivery_id and month.status == RECEIVED:
            standing.setdefault((month.feed, month.delivery_id), []).append(month)
    for (feed, delivery_id), entry in described.items():
        if feed in FEEDS and FEEDS[feed].sender:
            # A month of several senders rests on several deliveries, of which the calendar names the newest.
            rests = [
                month
                for month in feed_months
                if (month.feed, month.status) == (feed, RECEIVED)
                and partition_of(FEEDS[feed], month.month) in entry.get("months", ())
            ]
            if rests:
                standing[feed, delivery_id] = rests
    used = [
        _delivery(delivery_id, feed, tuple(sorted(m.month for m in months)), described.get((feed, delivery_id), {}))
        for (feed, delivery_id), months in standing.items()
    ]
    reference = [
        _delivery(delivery_id, feed, (), entry)
        for (feed, delivery_id), entry in described.items()
        if not entry.get("months")
    ]
    by_feed = sorted(used, key=lambda d: (d.feed or "", d.months, d.delivery_id))
    return tuple(by_feed + sorted(reference, key=lambda d: (d.feed or "", d.delivery_id)))


def accepted_of(
    manifest_entries: Iterable[Mapping[str, Any]], feed_months: Iterable[FeedMonth]
) -> tuple[Accepted, ...]:
    """The decisions on the given months."""
    shown = {(month.feed, month.month) for month in feed_months}
    found = (
        Accepted(
            feed=entry["feed"],
            month=entry["partition"],
            expectations=tuple(entry["expectations"]),
            accepted_by=entry["accepted_by"],
            accepted_at=entry["accepted_at"],
            reason=entry["reason"],
        )
        for entry in manifest_entries
        if (entry["feed"], entry["partition"]) in shown
    )
    return tuple(sorted(found, key=lambda accepted: (accepted.feed, accepted.month)))


def _delivery(delivery_id: str, feed: str | None, months: tuple[str, ...], entry: Mapping[str, Any]) -> Delivery:
    return Delivery(
        delivery_id=delivery_id,
        feed=entry.get("feed", feed),
        file_name=entry.get("file_name"),
        sha256=entry.get("sha256"),
        received_at=_text(entry.get("received_at")),
        rows=entry.get("rows"),
        months=months,
    )


def _text(value: dt.date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, dt.date) else value
