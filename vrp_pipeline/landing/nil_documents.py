"""Nil documents: a document that names its month and holds no record proves that there was nothing to deliver.

A file without rows that names no month proves nothing: it may be a failed export. Then a person declares the nil return
(`nil_returns`).
"""

from datetime import date
from pathlib import Path

from vrp_pipeline.calendar.months import MONTH, span_of
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Json
from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.feeds.partnership import FIRST_MONTH
from vrp_pipeline.landing.readers import json_files, record_columns

HOW_TO_SEND_NIL = (
    "Ask the agency whether there was nothing to deliver. If so, record the nil return: "
    'vrp receive --nil FEED YYYY-MM --reason "…".'
)


def is_nil_document(feed: Feed, document: json_files.Record) -> bool:
    """Return whether a JSON document of the feed names its month and has an empty list of records."""
    period, form = feed.period, feed.format
    return (
        isinstance(form, Json)
        and isinstance(period, MonthOf)
        and period.document_month is not None
        and document.get(form.records) == []
        and MONTH.fullmatch(record_columns.value_at(document, period.document_month) or "") is not None
    )


def month_named(feed: Feed, path: Path) -> str | None:
    """Return the month that a document of the feed names as its own, None if it names none."""
    if not isinstance(feed.format, Json) or not isinstance(feed.period, MonthOf) or not feed.period.document_month:
        return None
    named = record_columns.value_at(json_files.document_of(path), feed.period.document_month) or ""
    return named if MONTH.fullmatch(named) else None


def month_of_document(feed: Feed, path: Path, received: date) -> list[str]:
    """Return the month (or span of months) that a document without records names; [] if it names none that is over."""
    if not isinstance(feed.format, Json) or not isinstance(feed.period, MonthOf):
        return []
    document = json_files.document_of(path)
    if not is_nil_document(feed, document):
        return []
    month = record_columns.value_at(document, feed.period.document_month or "") or ""
    return span_of(month, feed.period.span_ends) if FIRST_MONTH <= month <= received.strftime("%Y-%m") else []
