"""Acceptance of a held month: a named person decides, with a reason, that it is published all the same.

Holds the checks on a decision; storing it belongs to `lake.decisions`.
"""

from collections.abc import Collection
from datetime import UTC, datetime

from vrp_pipeline.calendar.arrivals import arrivals
from vrp_pipeline.calendar.months import months_between
from vrp_pipeline.calendar.partitions import last_month
from vrp_pipeline.calendar.senders import SendersOfSpan, continuation_of, expectation_of
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.partnership import FIRST_MONTH
from vrp_pipeline.lake import audit
from vrp_pipeline.lake.decisions import Acceptance, acceptances_of, record
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.lake.verdicts import Status, read_verdict
from vrp_pipeline.landing.nil_documents import HOW_TO_SEND_NIL
from vrp_pipeline.landing.senders import sender_name


class NothingHeldError(RuntimeError):
    """Raised if there is no held month to accept."""


class UnfoundedDecisionError(ValueError):
    """Raised if a decision lacks a person or a reason."""


def accept(
    lake: Lake,
    feed: Feed,
    partition: str,
    *,
    accepted_by: str,
    reason: str,
    ended: Collection[str] = (),
    now: datetime | None = None,
) -> Acceptance:
    """Record that the held month (or edition) `partition` is accepted; the next run publishes it.

    The decision applies to the deliveries that were validated and to their unmet expectations. In a feed with several
    senders the month also counts without those that are missing from it; in the next month they are expected again.
    Only the missing senders that are named as `ended` are expected no more, until they deliver again.

    Raises NothingHeldError if the month is not held and no sender is missing, or if a newer delivery of it has not been
    ingested yet; UnfoundedDecisionError if the person or the reason is blank, the month has no rows, or a sender that
    ended is not missing from it; UnknownSenderError if it is no sender of the feed.
    """
    if not accepted_by.strip() or not reason.strip():
        raise UnfoundedDecisionError("a decision needs the name of a person and a reason")
    verdict = read_verdict(lake, feed, partition)
    senders = _senders(lake, feed, partition) if verdict else SendersOfSpan()
    gone = _ended(feed, partition, senders, ended)
    if verdict is None or not (senders.missing or gone or verdict.status is Status.HELD):
        state = "was never judged" if verdict is None else "is published"
        raise NothingHeldError(f"{feed.name} {partition} {state}: only a held month can be accepted. See: vrp status")
    if not verdict.rows_read:
        raise UnfoundedDecisionError(
            f"{feed.name} {partition} has no rows, and accepted it would count as zero. {HOW_TO_SEND_NIL}"
        )
    newest = newest_per_partition(lake, feed)[partition]
    if newest.delivery_id != verdict.delivery_id:
        raise NothingHeldError(
            f"{feed.name} {partition}: {newest.file_name} came after the delivery that is held. Run: vrp run"
        )
    acceptance = Acceptance(
        feed=feed.name,
        partition=partition,
        delivery_id=verdict.delivery_id,
        expectations=(
            *verdict.holding,
            *(expectation_of(sender) for sender in sorted(senders.missing - gone)),
            *(continuation_of(sender) for sender in sorted(gone)),
        ),
        accepted_by=" ".join(accepted_by.split()),
        accepted_at=(now or datetime.now(UTC)).astimezone(UTC),
        reason=" ".join(reason.split()),
    )
    record(lake, acceptance)
    audit.record(lake, "accept", feed=feed.name, partition=partition, delivery=acceptance.delivery_id)
    return acceptance


def _senders(lake: Lake, feed: Feed, partition: str) -> SendersOfSpan:
    """Return the senders that were expected for a month (or edition): who delivered it and who did not."""
    if feed.sender is None:
        return SendersOfSpan()
    last = last_month(feed, partition)
    return arrivals(lake, feed).senders(months_between(FIRST_MONTH, last), acceptances_of(lake, feed))[last]


def _ended(feed: Feed, partition: str, senders: SendersOfSpan, ended: Collection[str]) -> set[str]:
    """Return the senders that a person declares to have ended, in one spelling."""
    names = {sender_name(feed, sender) for sender in ended}
    if there := names - senders.missing - senders.excused:
        raise UnfoundedDecisionError(
            f"{', '.join(sorted(there))} is not missing from {feed.name} {partition}, so it cannot have ended by then. "
            "See: vrp status"
        )
    return names
