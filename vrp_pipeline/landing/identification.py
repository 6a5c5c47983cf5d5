"""Identification of a given file: for each feed, the delivery it already is, the one it would become, or its refusal.

Which feeds a file delivers is told by `recognition`, which months it covers by `coverage`. What becomes of the file is
decided in `receipt`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.ledger import Delivery, WithoutMonth
from vrp_pipeline.landing.coverage import Coverage, coverage
from vrp_pipeline.landing.guard import is_zip
from vrp_pipeline.landing.known_deliveries import KnownDeliveries
from vrp_pipeline.landing.recognition import recognise
from vrp_pipeline.landing.reference_lists import check_reference
from vrp_pipeline.landing.refusal import RefusedError, refusing_as, refusing_unreadable


@dataclass(frozen=True)
class GivenFile:
    """A file to receive, its content's SHA-256, and the time (UTC) at which it counts as received."""

    path: Path
    sha256: str
    received_at: datetime
    is_simulated: bool


@dataclass(frozen=True)
class RecognisedFile:
    """A given file as a delivery of one feed. `known` is its earlier delivery, if that was replaced since."""

    given: GivenFile
    feed: str
    covered: Coverage
    is_simulated: bool
    known: Delivery | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.given.path

    @property
    def sha256(self) -> str:
        """The SHA-256 of its content."""
        return self.given.sha256

    @property
    def received_at(self) -> datetime:
        """The time (UTC) at which it counts as received."""
        return self.given.received_at


def identify(given: GivenFile, deliveries: KnownDeliveries) -> Iterator[RecognisedFile | Delivery | RefusedError]:
    """Yield for each feed of a file its delivery that counts, what it would be as a new delivery, or its refusal."""
    before = deliveries.of_file(given.sha256)
    replaced = [delivery for delivery in before.values() if deliveries.replaced_by(delivery)]
    for delivery in before.values():
        if delivery not in replaced:
            yield delivery
        elif not delivery.erased:
            yield _as_recorded(given, delivery)
    # The record of a delivery from which rows were erased counts what is left, and the file holds them again. An
    # archive may hold members of a feed that was declared after its receipt.
    erased = {delivery.feed: delivery for delivery in replaced if delivery.erased}
    if not before or erased or is_zip(given.path):
        yield from _as_read(given, deliveries, erased)


def _as_recorded(given: GivenFile, delivery: Delivery) -> RecognisedFile:
    """Return a file whose coverage its earlier delivery records."""
    causes: dict[str, int] = {cause: rows for cause in WithoutMonth if (rows := delivery.rows_put_aside(cause))}
    covered = Coverage(delivery.partitions, causes, delivery.senders)
    return RecognisedFile(given, delivery.feed, covered, delivery.is_simulated, known=delivery)


def _as_read(
    given: GivenFile, deliveries: KnownDeliveries, erased: Mapping[str, Delivery]
) -> Iterator[RecognisedFile | RefusedError]:
    """Yield a file with the coverage read from it for each feed of which it is no delivery yet, or its refusal.

    Its `erased` deliveries, by feed, are read again all the same.
    """
    before = deliveries.of_file(given.sha256)
    try:
        with refusing_unreadable(given.path):
            feeds = [feed for feed in recognise(given.path) if feed.name not in before or feed.name in erased]
    except RefusedError as refusal:
        if not before or erased:
            yield refusal
        return
    for feed in feeds:
        try:
            with refusing_as(feed.name), refusing_unreadable(given.path):
                received_on = given.received_at.astimezone(TIME_ZONE).date()
                covered = coverage(feed, given.path, received_on, deliveries.senders_before(feed))
                if feed.agency == "reference":
                    check_reference(feed, given.path)
        except RefusedError as refusal:
            yield refusal
        else:
            known = erased.get(feed.name)
            is_simulated = given.is_simulated or (known is not None and known.is_simulated)
            yield RecognisedFile(given, feed.name, covered, is_simulated, known)
