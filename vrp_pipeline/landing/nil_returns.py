"""Nil returns: months in which there was nothing to deliver, proven by the document or declared by a named person.

A file without rows proves nothing: it may be a failed export. A document that names its own month does, and so does a
person who asked the agency. The declaration is stored as a delivery without rows, of the month and the sender.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from vrp_pipeline.calendar.months import MONTH, span_of
from vrp_pipeline.feeds.contract import Feed, Json, MonthOf
from vrp_pipeline.feeds.partnership import FIRST_MONTH, TIME_ZONE
from vrp_pipeline.landing.readers import documents

HOW_TO_SEND_NIL = (
    "Ask the agency whether there was nothing to deliver. If so, record the nil return: "
    'vrp receive --nil FEED YYYY-MM --reason "…".'
)


class UnfoundedNilError(ValueError):
    """Raised if a nil return lacks a person, a reason, a sender, or a month that can be without rows."""


def is_nil_document(feed: Feed, document: documents.Record) -> bool:
    """Return whether a JSON document of the feed names its month and has an empty list of records."""
    period, form = feed.period, feed.format
    return (
        isinstance(form, Json)
        and isinstance(period, MonthOf)
        and period.document_month is not None
        and document.get(form.records) == []
        and MONTH.fullmatch(documents.value_at(document, period.document_month) or "") is not None
    )


def month_named(feed: Feed, path: Path) -> str | None:
    """Return the month that a document of the feed names as its own, None if it names none."""
    if not isinstance(feed.format, Json) or not isinstance(feed.period, MonthOf) or not feed.period.document_month:
        return None
    named = documents.value_at(documents.document_of(path), feed.period.document_month) or ""
    return named if MONTH.fullmatch(named) else None


def month_of_document(feed: Feed, path: Path, received: date) -> list[str]:
    """Return the month (or span of months) that a document without records names; [] if it names none that is over."""
    if not isinstance(feed.format, Json) or not isinstance(feed.period, MonthOf):
        return []
    document = documents.document_of(path)
    if not is_nil_document(feed, document):
        return []
    month = documents.value_at(document, feed.period.document_month or "") or ""
    return span_of(month, feed.period.span_ends) if FIRST_MONTH <= month <= received.strftime("%Y-%m") else []


def months_without_rows(
    feed: Feed, month: str, senders: Sequence[str], *, by: str, reason: str, now: datetime | None = None
) -> list[str]:
    """Return the months that a declaration covers: the span (month, quarter, term) of `month`.

    Raises UnfoundedNilError if the declaration is incomplete or the month cannot be without rows.
    """
    this_month = (now or datetime.now(UTC)).astimezone(TIME_ZONE).strftime("%Y-%m")
    if not by.strip() or not reason.strip():
        raise UnfoundedNilError("a nil return needs the name of a person and a reason")
    if not isinstance(feed.period, MonthOf):
        raise UnfoundedNilError(f"{feed.name} is not delivered by months of its rows: no nil return is of it")
    if not MONTH.fullmatch(month) or not FIRST_MONTH <= month <= this_month:
        raise UnfoundedNilError(f"a nil return is of a month from {FIRST_MONTH} to {this_month}, written YYYY-MM")
    if feed.sender and not senders:
        raise UnfoundedNilError(f"{feed.name} has several senders: name who had nothing to deliver with --sender")
    if senders and not feed.sender:
        raise UnfoundedNilError(f"{feed.name} has one sender: leave out --sender")
    return [each for each in span_of(month, feed.period.span_ends) if each <= this_month]
