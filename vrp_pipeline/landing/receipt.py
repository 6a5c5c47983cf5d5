"""Receipt of files: each is identified, put in order with the others of its call, and stored unchanged or refused."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.atomic import holding_zone, sweep
from vrp_pipeline.lake.audit import record
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.given_files import digests_of, simulator_note
from vrp_pipeline.landing.identification import GivenFile, RecognisedFile, identify
from vrp_pipeline.landing.known_deliveries import KnownDeliveries
from vrp_pipeline.landing.order import in_order
from vrp_pipeline.landing.reference_lists import LOOKUPS, check_areas
from vrp_pipeline.landing.refusal import RefusedError, refusing_as, refusing_unreadable
from vrp_pipeline.landing.refused_files import RefusedFiles
from vrp_pipeline.landing.storing import store_file


class FutureReceiptError(ValueError):
    """Raised if the day of receipt lies in the future."""


@dataclass(frozen=True)
class Receipt:
    """The result of receiving one file for one feed: a delivery (new, or received before) or a refusal.

    `notes` are sentences about what the file holds and the delivery leaves out. `superseded_by` is the newest of the
    deliveries that replaced rows of a known one.
    """

    path: Path
    delivery: Delivery | None = None
    is_new: bool = False
    refusal: RefusedError | None = None
    notes: tuple[str, ...] = ()
    superseded_by: Delivery | None = None


def receive(
    lake: Lake,
    files: Iterable[Path],
    now: datetime | None = None,
    *,
    received_on: date | None = None,
    beside: Iterable[Path] = (),
) -> Iterator[Receipt]:
    """Receive each file and yield its result as soon as it is known, once for each feed it delivers.

    Files given together are ordered by the newest month they cover; two of the same month and sender by their time of
    change, and where that is the same both are refused (see `order.in_order`). `now` is the time of receipt, by
    default the present. `received_on` is the date of receipt of past deliveries that enter the ledger late; simulated
    files have their own. Files `beside` were received before and still lie there: none of them is sent again, and no
    older file replaces one of them. Raises FutureReceiptError if that date lies in the future, LookingBackError in a
    lake as of a past day, ZoneBusyError if another process is receiving.
    """
    lake.must_be_present()
    present = (now or datetime.now(UTC)).astimezone(UTC)
    if received_on is not None and received_on > present.astimezone(TIME_ZONE).date():
        raise FutureReceiptError(f"{received_on} has not come yet: give the day on which the file really came.")
    with holding_zone(lake.root, "landing"):
        sweep(lake.landing)
        deliveries = KnownDeliveries(lake)
        call = _Call(lake, deliveries, RefusedFiles(lake), digests_of(beside))
        by_default = deliveries.after_all(present)
        recognised: list[RecognisedFile] = []
        for path in files:
            try:
                with refusing_unreadable(path):
                    given = _given_file(path, received_on, by_default)
            except RefusedError as refusal:
                yield Receipt(path, refusal=refusal)
                continue
            call.given.add(given.sha256)
            for found in identify(given, deliveries):
                match found:
                    case RecognisedFile():
                        recognised.append(found)
                    case Delivery():
                        yield Receipt(path, found)
                    case RefusedError():
                        yield call.refused(given, found)
        yield from call.received(recognised)


def _given_file(path: Path, received_on: date | None, by_default: datetime) -> GivenFile:
    sha256 = hash_of(path)
    note = simulator_note(path, sha256)
    received_at = _noon_of(received_on) if received_on else note.received_at or by_default
    return GivenFile(path, sha256, received_at, note.is_simulated)


def _noon_of(day: date) -> datetime:
    """Return noon in London in UTC, which lies on the same date in all time zones of Europe and the Americas."""
    return datetime.combine(day, time(12), TIME_ZONE).astimezone(UTC)


@dataclass(frozen=True)
class _Call:
    """One call of `receive`. `given` are the digests of its files and of those that lie beside them."""

    lake: Lake
    deliveries: KnownDeliveries
    refused_files: RefusedFiles
    given: set[str]

    def refused(self, file: GivenFile, refusal: RefusedError) -> Receipt:
        """Keep a refused file and return its receipt."""
        self.refused_files.keep(file.path, file.sha256, refusal)
        return Receipt(file.path, refusal=refusal)

    def received(self, recognised: Sequence[RecognisedFile]) -> Iterator[Receipt]:
        """Store the files that are new arrivals, in order, and yield the receipt of each file."""
        lookups = _lookups(self.lake, self.deliveries, recognised)
        known = [_known(self.deliveries, file, self.given) for file in recognised]
        yield from filter(None, known)
        arriving = [file for file, receipt in zip(recognised, known, strict=True) if receipt is None]
        for file, contested in in_order(arriving):
            yield self._stored(file, lookups) if contested is None else self.refused(file.given, contested)

    def _stored(self, file: RecognisedFile, lookups: Mapping[str, Path]) -> Receipt:
        """Store a recognised file and return its receipt."""
        before = self.deliveries.of_file(file.sha256)
        known = before.get(file.feed)
        if known is not None and known != file.known:  # it was given twice, under two names
            return Receipt(file.path, known)
        if known is None and (refusal := _refusal_of_areas(file, lookups)) is not None:
            return self.refused(file.given, refusal)
        try:
            with refusing_as(file.feed), refusing_unreadable(file.path):
                delivery = self._delivery(file)
                store_file(self.lake, delivery, file.path, beside=known or next(iter(before.values()), None))
        except RefusedError as refusal:
            return Receipt(file.path, refusal=refusal)
        self.deliveries.add(delivery)
        record(self.lake, "receive", feed=delivery.feed, delivery=delivery.delivery_id, rows=delivery.rows)
        return Receipt(file.path, delivery, is_new=True, notes=file.covered.notes)

    def _delivery(self, file: RecognisedFile) -> Delivery:
        return Delivery(
            delivery_id=self.deliveries.next_id(file.sha256, file.feed),
            feed=file.feed,
            file_name=file.path.name,
            sha256=file.sha256,
            bytes=file.path.stat().st_size,
            received_at=self.deliveries.take_moment(file.received_at),
            partitions=file.covered.partitions,
            rows_without_partition=file.covered.rows_without_partition,
            is_simulated=file.is_simulated,
            senders=file.covered.senders,
            without_partition=file.covered.without_partition,
        )


def _known(deliveries: KnownDeliveries, file: RecognisedFile, given: Collection[str]) -> Receipt | None:
    """Return the receipt of a known file, None for a new one and for a known one that is a new arrival.

    One that was replaced since was sent again because it counts. Not so where the file that replaced it is given too (a
    folder that is received every night holds both), or came at a later time.
    """
    if file.known is None:
        return None
    over = deliveries.replaced_by(file.known)
    if any(winner.received_at < file.received_at for winner in over if winner.sha256 not in given):
        return None
    return Receipt(file.path, file.known, superseded_by=over[-1] if over else None)


def _refusal_of_areas(file: RecognisedFile, lookups: Mapping[str, Path]) -> RefusedError | None:
    """Return why a reference list lacks small areas of the partnership, as far as the look-ups tell."""
    if FEEDS[file.feed].agency == "reference":
        try:
            with refusing_as(file.feed), refusing_unreadable(file.path):
                check_areas(FEEDS[file.feed], file.path, lookups)
        except RefusedError as refusal:
            return refusal
    return None


def _lookups(lake: Lake, deliveries: KnownDeliveries, recognised: Sequence[RecognisedFile]) -> Mapping[str, Path]:
    """Return the file of the newest edition of each look-up of districts, of this call or received before, by feed."""
    found: dict[str, Path] = {}
    for feed in LOOKUPS:
        given = [
            (max(file.covered.partitions), file.received_at, file.path) for file in recognised if file.feed == feed
        ]
        held = [(max(each.partitions), each.received_at, each.path(lake)) for each in deliveries.of_feed(FEEDS[feed])]
        if given or held:
            found[feed] = max([*given, *held])[-1]
    return found
