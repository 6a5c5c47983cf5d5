"""The evidence behind the figures: feed calendar, definitions, deliveries and accepted months of a release.

Only the data classes and how they are read; wording is in `words` and `page`. Row counts are in `reading`, because they
are protected before they are published.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vrp_pipeline.calendar.partitions import partition_of
from vrp_pipeline.feeds import FEEDS

RECEIVED = "received"
# The use of a delivery: its rows are counted, it serves to place or class rows, or a newer delivery replaced it.
COUNTED, REFERENCE, SUPERSEDED = "counted", "reference data", "superseded"
REFERENCE_AGENCY = "reference"


@dataclass(frozen=True)
class FeedMonth:
    """One month of a feed: `status` is received, held, not received or not due."""

    feed: str
    month: str
    financial_year: str
    status: str
    delivery_id: str | None = None


@dataclass(frozen=True)
class Definition:
    """One version of a definition. `label` is how figures name it; `kinds` maps each tier to its offence codes."""

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
    """One received file; `use` says what for; `months` are the months of its rows that the report uses.

    The name of the file is left out, because people type it and it may contain a name.
    """

    delivery_id: str
    use: str = COUNTED
    feed: str | None = None
    sha256: str | None = None
    received_on: str | None = None
    months: tuple[str, ...] = ()


@dataclass(frozen=True)
class Accepted:
    """A month that failed expectations and is counted because a named person accepted it.

    The person and reason are kept only in the partnership's decisions: both are free text, and reports may be public.
    """

    feed: str
    month: str
    expectations: tuple[str, ...]
    accepted_on: str


@dataclass(frozen=True)
class Description:
    """The dbt descriptions of a table of the release and its columns."""

    table: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Evidence:
    """Everything a release says about the sources of its figures, for a financial year and the year before."""

    feed_months: tuple[FeedMonth, ...]
    definitions: tuple[Definition, ...]
    deliveries: tuple[Delivery, ...]
    accepted: tuple[Accepted, ...] = ()
    needed_feeds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    descriptions: Mapping[str, Description] = field(default_factory=dict)

    def feeds(self) -> tuple[str, ...]:
        """The feeds of the calendar, in calendar order."""
        return tuple(dict.fromkeys(entry.feed for entry in self.feed_months))

    def needed_by(self, metric_id: str) -> tuple[str, ...]:
        """Return the feeds whose months the metric needs; every feed if the release names none."""
        return self.needed_feeds.get(metric_id, self.feeds())

    def months(self, feed: str, financial_year: str) -> tuple[FeedMonth, ...]:
        """Return the months of a feed in a financial year, from April."""
        wanted = (m for m in self.feed_months if m.feed == feed and m.financial_year == financial_year)
        return tuple(sorted(wanted, key=lambda entry: entry.month))

    def definition(self, label: str | None) -> Definition | None:
        """Return the definition version named by a figure, or None if the release does not describe it."""
        return next((found for found in self.definitions if found.label == label), None)

    @property
    def superseded(self) -> tuple[Delivery, ...]:
        """The deliveries of which no row counts any more."""
        return tuple(delivery for delivery in self.deliveries if delivery.use == SUPERSEDED)

    def accepted_for(self, metric_id: str, feed: str | None = None) -> tuple[str, ...]:
        """Return the months a metric counts by decision: of all feeds it needs, or of `feed` only."""
        needed = (feed,) if feed is not None else self.needed_by(metric_id)
        return tuple(sorted({month.month for month in self.accepted if month.feed in needed}))

    def deliveries_for(self, metric_id: str) -> tuple[Delivery, ...]:
        """Return the deliveries whose months the metric needs."""
        needed = self.needed_by(metric_id)
        return tuple(delivery for delivery in self.deliveries if delivery.feed in needed and delivery.use == COUNTED)


def feed_months_of(rows: Iterable[Mapping[str, Any]], financial_years: Iterable[str]) -> tuple[FeedMonth, ...]:
    """Read the calendar of the given financial years from rows of `fct_feed_months`."""
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


def needed_feeds_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return the feeds each metric needs, in the order of the contracts, from the rows of `bridge_metric_feeds`."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["metric_id"], []).append(row["feed"])
    return {metric_id: tuple(sorted(feeds, key=place_among_feeds)) for metric_id, feeds in found.items()}


def place_among_feeds(feed: str) -> tuple[int, str]:
    """Return a key that sorts feeds in the order of their contracts, and feeds without a contract last, by name."""
    declared = list(FEEDS)
    return (declared.index(feed) if feed in declared else len(declared), feed)


def definitions_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Definition, ...]:
    """Read definition versions from rows of `dim_definition`."""
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
    """Return the deliveries behind the given months, then reference data, then superseded deliveries.

    Deliveries without any of these months (held, or of other years) are omitted. A delivery that is in the calendar but
    not in the manifest is kept with only its id, so that the gap is visible.
    """
    feed_months = tuple(feed_months)
    # One archive may deliver several feeds, so a delivery is identified by feed and file.
    described = {(entry.get("feed"), entry["delivery_id"]): entry for entry in manifest_entries}
    standing: dict[tuple[str, str], list[FeedMonth]] = {}
    for month in feed_months:
        if month.delivery_id and month.status == RECEIVED:
            standing.setdefault((month.feed, month.delivery_id), []).append(month)
    for (feed, delivery_id), entry in described.items():
        if feed in FEEDS and FEEDS[feed].sender:
            # A month with several senders consists of several deliveries, of which the calendar names the newest.
            rests = [
                month
                for month in feed_months
                if (month.feed, month.status) == (feed, RECEIVED)
                and partition_of(FEEDS[feed], month.month) in entry.get("months", ())
            ]
            if rests:
                standing[feed, delivery_id] = rests
    used = [
        _delivery(delivery_id, COUNTED, feed, described.get((feed, delivery_id), {}), [m.month for m in months])
        for (feed, delivery_id), months in standing.items()
    ]
    others = {about: entry for about, entry in described.items() if about not in standing}
    reference = [
        _delivery(delivery_id, REFERENCE, feed, entry)
        for (feed, delivery_id), entry in others.items()
        if _is_reference(feed) and entry.get("months")
    ]
    superseded = [
        _delivery(delivery_id, SUPERSEDED, feed, entry)
        for (feed, delivery_id), entry in others.items()
        if not entry.get("months")
    ]
    in_order = (
        sorted(part, key=lambda d: (d.feed or "", d.months, d.received_on or "", d.delivery_id))
        for part in (used, reference, superseded)
    )
    return tuple(delivery for part in in_order for delivery in part)


def descriptions_of(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Description]:
    """Read the descriptions of tables from a manifest that has them."""
    return {
        name: Description(held["description"], held.get("columns", {}))
        for name, held in tables.items()
        if held.get("description")
    }


def accepted_of(
    manifest_entries: Iterable[Mapping[str, Any]], feed_months: Iterable[FeedMonth]
) -> tuple[Accepted, ...]:
    """Return the acceptance decisions on the given months."""
    shown = {(month.feed, month.month) for month in feed_months}
    found = (
        Accepted(
            feed=entry["feed"],
            month=entry["partition"],
            expectations=tuple(entry["expectations"]),
            accepted_on=entry["accepted_at"][:10],
        )
        for entry in manifest_entries
        if (entry["feed"], entry["partition"]) in shown
    )
    return tuple(sorted(found, key=lambda accepted: (accepted.feed, accepted.month)))


def _delivery(
    delivery_id: str, use: str, feed: str | None, entry: Mapping[str, Any], months: Iterable[str] = ()
) -> Delivery:
    received = _text(entry.get("received_at"))
    return Delivery(
        delivery_id=delivery_id,
        use=use,
        feed=entry.get("feed", feed),
        sha256=entry.get("sha256"),
        received_on=received[:10] if received else None,
        months=tuple(sorted(months)),
    )


def _is_reference(feed: str | None) -> bool:
    return (feed or "").split("__")[0] == REFERENCE_AGENCY


def _text(value: dt.date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, dt.date) else value
