"""Acceptance of a held month: a named person decides that it is published all the same, and gives the reason.

Holds the checks on a decision; storing it belongs to `lake.decisions`.
"""

from datetime import UTC, datetime

from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.lake.decisions import Acceptance, record
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.lake.verdicts import Status, read_verdict


class NothingHeldError(RuntimeError):
    """Raised if there is no held month to accept."""


class UnfoundedDecisionError(ValueError):
    """Raised if a decision lacks a person or a reason."""


def accept(
    lake: Lake, feed: Feed, partition: str, *, accepted_by: str, reason: str, now: datetime | None = None
) -> Acceptance:
    """Record that the held month (or edition) `partition` is accepted; the next run publishes it.

    The decision applies to the delivery that was validated and to its unmet expectations. Raises NothingHeldError if
    the month is not held, or if a newer delivery of it has not been ingested yet; UnfoundedDecisionError if the person
    or the reason is blank.
    """
    if not accepted_by.strip() or not reason.strip():
        raise UnfoundedDecisionError("a decision needs the name of a person and a reason")
    verdict = read_verdict(lake, feed, partition)
    if verdict is None or verdict.status is not Status.HELD:
        state = "was never judged" if verdict is None else "is published"
        raise NothingHeldError(f"{feed.name} {partition} {state}: only a held month can be accepted. See: vrp status")
    winner = newest_per_partition(lake, feed)[partition]
    if winner.delivery_id != verdict.delivery_id:
        raise NothingHeldError(
            f"{feed.name} {partition}: {winner.file_name} came after the delivery that is held. Run: vrp run"
        )
    acceptance = Acceptance(
        feed=feed.name,
        partition=partition,
        delivery_id=verdict.delivery_id,
        expectations=tuple(unmet.expectation for unmet in verdict.unmet_expectations if unmet.holds),
        accepted_by=" ".join(accepted_by.split()),
        accepted_at=(now or datetime.now(UTC)).astimezone(UTC),
        reason=" ".join(reason.split()),
    )
    record(lake, acceptance)
    return acceptance
