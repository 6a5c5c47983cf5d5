"""Nil returns: a named person declares that there was nothing to deliver, stored as a delivery without rows.

What a document proves by itself is told by `nil_documents`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from vrp_pipeline.calendar.months import MONTH, span_of
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.feeds.partnership import FIRST_MONTH, TIME_ZONE
from vrp_pipeline.lake.atomic import holding_zone, to_json
from vrp_pipeline.lake.audit import record
from vrp_pipeline.lake.ledger import ID_LENGTH, Delivery
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import Standing
from vrp_pipeline.landing.known_deliveries import KnownDeliveries
from vrp_pipeline.landing.senders import sender_name
from vrp_pipeline.landing.storing import store_text


class UnfoundedNilError(ValueError):
    """Raised if a nil return lacks a person, a reason, a sender, or a month that can be without rows."""


def receive_nil(
    lake: Lake,
    feed: Feed,
    month: str,
    *,
    declared_by: str,
    reason: str,
    senders: Sequence[str] = (),
    now: datetime | None = None,
) -> Delivery:
    """Record that there was nothing to deliver for `month` (and its quarter or term): a delivery without rows.

    `declared_by` names the person who decides it, `reason` says what it rests on. In a feed with several senders,
    `senders` are those who had nothing. Raises UnfoundedNilError if the declaration is incomplete, the month cannot be
    without rows or rows of it count; LookingBackError in a lake as of a past day.
    """
    lake.must_be_present()
    names = [sender_name(feed, sender) for sender in senders]
    months = _months_covered(feed, month, names, by=declared_by, reason=reason, now=now)
    with holding_zone(lake.root, "landing"):
        known = KnownDeliveries(lake)
        _require_no_rows(feed, known.standings(feed), months, names)
        declared = {"declared_by": " ".join(declared_by.split()), "reason": " ".join(reason.split())}
        received_at = known.after_all((now or datetime.now(UTC)).astimezone(UTC))
        content = to_json({**declared, "feed": feed.name, "months": months, "senders": names, "at": str(received_at)})
        sha256 = hashlib.sha256(content.encode()).hexdigest()
        delivery = Delivery(
            delivery_id=sha256[:ID_LENGTH],
            feed=feed.name,
            file_name=f"nil return {months[-1]}.json",
            sha256=sha256,
            bytes=len(content.encode()),
            received_at=received_at,
            partitions=dict.fromkeys(months, 0),
            rows_without_partition=0,
            is_simulated=False,
            senders={each: dict.fromkeys(names, 0) for each in months} if feed.sender else {},
            nil=declared,
        )
        store_text(lake, delivery, content)
    record(lake, "receive", feed=delivery.feed, delivery=delivery.delivery_id, rows=0)
    return delivery


def _require_no_rows(
    feed: Feed, standings: Mapping[str, Standing], months: Sequence[str], senders: Sequence[str]
) -> None:
    """Raise UnfoundedNilError if rows count for one of the months, in a feed with several senders rows of these."""
    for month in months:
        files = [
            share.delivery.file_name
            for share in (standings[month].shares if month in standings else ())
            if (share.rows if share.senders is None else share.delivery.rows_of(month, share.senders & {*senders}))
        ]
        if files:
            raise UnfoundedNilError(
                f"{feed.name} {month} has rows from {files[-1]}: a nil return cannot replace them. "
                "Ask for the month again if they are wrong."
            )


def _months_covered(
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
