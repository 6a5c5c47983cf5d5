"""Receiving files: each is guarded, hashed, recognised and stored unchanged, or refused and kept with the reason."""

import errno
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.atomic import creating_directory, holding_zone, sweep, to_json, write_json
from vrp_pipeline.lake.audit import record
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import RECORD, Delivery, all_deliveries
from vrp_pipeline.lake.paths import REFUSAL, Lake
from vrp_pipeline.lake.standings import standings
from vrp_pipeline.landing.archive import is_left_behind
from vrp_pipeline.landing.coverage import CAUSES, Before, Coverage, coverage
from vrp_pipeline.landing.guard import is_zip
from vrp_pipeline.landing.nil_returns import UnfoundedNilError, months_without_rows
from vrp_pipeline.landing.order import in_order
from vrp_pipeline.landing.recognition import recognise
from vrp_pipeline.landing.reference_lists import LOOKUPS, check_areas, check_reference
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.senders import sender_name

ID_LENGTH = 16
# Lists the simulated files of a folder, so that simulated data cannot pass as real data.
SIMULATED = "simulated.json"
# Nothing is taken from a folder that holds this file: whoever fills it is not done, or was killed.
UNFINISHED = ".unfinished"


class FutureReceiptError(ValueError):
    """Raised if the day of receipt lies in the future."""


@dataclass(frozen=True)
class Receipt:
    """The result of receiving one file for one feed: a delivery (new, or received before) or a refusal.

    `notes` are sentences about what the file holds and the delivery leaves out. `beaten_by` is the newest delivery that
    replaced rows of a known one and was not given in the same call.
    """

    path: Path
    delivery: Delivery | None = None
    is_new: bool = False
    refusal: RefusedError | None = None
    notes: tuple[str, ...] = ()
    beaten_by: Delivery | None = None


@dataclass(frozen=True)
class _Simulated:
    """Whether a file was written by the simulator, and its simulated time of receipt."""

    is_listed: bool = False
    moment: datetime | None = None


@dataclass(frozen=True)
class _Recognised:
    path: Path
    sha256: str
    feed: str
    covered: Coverage
    moment: datetime
    is_simulated: bool
    again: Delivery | None = None


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Return the given files and those in the given folders, without hidden files and the simulator's list.

    What operating systems and spreadsheet programs leave in a folder (`Thumbs.db`, `~$events.xlsx`) is left out too,
    and all of a folder that holds `.unfinished`: whoever fills it is not done.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            open_folders = {mark.parent for mark in path.rglob(UNFINISHED)}
            found += sorted(
                file
                for file in path.rglob("*")
                if file.is_file()
                and not is_left_behind(str(file.relative_to(path)))
                and open_folders.isdisjoint(file.parents)
            )
        else:
            found.append(path)
    return [path for path in found if not path.name.startswith(".") and path.name != SIMULATED]


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
        ledger = _Ledger(lake)
        present = max([present, *(moment + timedelta(microseconds=1) for moment in ledger.taken)])
        recognised: list[_Recognised] = []
        given = _digests(beside)
        for path in files:
            try:
                with _own_trouble(path):
                    sha256 = hash_of(path)
                    simulated = _simulated(path, sha256)
            except RefusedError as refusal:
                yield Receipt(path, refusal=refusal)
                continue
            given.add(sha256)
            moment = _moment_on(received_on) if received_on else simulated.moment or present
            for found in _looked_into(path, sha256, moment, ledger, is_simulated=simulated.is_listed):
                match found:
                    case _Recognised():
                        recognised.append(found)
                    case Delivery():
                        yield Receipt(path, found)
                    case RefusedError():
                        _keep_refused(lake, ledger, path, sha256, found)
                        yield Receipt(path, refusal=found)
        yield from _arrived(lake, ledger, recognised, given)


def _digests(files: Iterable[Path]) -> set[str]:
    """Return the hashes of those files that are there and can be read."""
    found: set[str] = set()
    for path in files:
        with suppress(OSError):
            found.add(hash_of(path))
    return found


class _Ledger:
    """The deliveries of a lake while files are received: what is known of each file, and what stands after each."""

    def __init__(self, lake: Lake) -> None:
        self._of_feed: dict[str, list[Delivery]] = {}
        self._of_file: dict[str, dict[str, Delivery]] = {}
        self._arrivals: Counter[tuple[str, str]] = Counter()
        self.taken: set[datetime] = set()
        self.refused: set[str] = set()  # in this call: a file may be refused for several feeds
        for delivery in all_deliveries(lake):
            self.add(delivery)

    def add(self, delivery: Delivery) -> None:
        """Add a delivery."""
        self.taken.add(delivery.received_at)
        self._of_feed.setdefault(delivery.feed, []).append(delivery)
        self._of_feed[delivery.feed].sort(key=lambda each: each.received_at)
        self._of_file.setdefault(delivery.sha256, {})[delivery.feed] = delivery
        self._arrivals[delivery.sha256, delivery.feed] += 1

    def of_feed(self, feed: Feed) -> list[Delivery]:
        """Return the deliveries of a feed by time of receipt."""
        return self._of_feed.get(feed.name, [])

    def of_file(self, sha256: str) -> dict[str, Delivery]:
        """Return the newest delivery of a file for each feed."""
        return dict(self._of_file.get(sha256, {}))

    def id_of(self, sha256: str, feed: str) -> str:
        """Return the id of the next delivery of a file; a file that comes again has its number behind the id."""
        number = self._arrivals[sha256, feed] + 1
        return sha256[:ID_LENGTH] if number == 1 else f"{sha256[:ID_LENGTH]}-{number}"

    def before(self, feed: Feed) -> Before:
        """Return the senders from whom each partition of a feed was received; "" in a feed without senders."""
        found: dict[str, set[str]] = {}
        for delivery in self._of_feed.get(feed.name, []):
            for partition in delivery.partitions:
                found.setdefault(partition, set()).update(delivery.senders.get(partition, {""}))
        return found

    def winners_over(self, delivery: Delivery) -> list[Delivery]:
        """Return the later deliveries that replaced any part of a delivery, by time of receipt."""
        feed = FEEDS[delivery.feed]
        over: dict[datetime, Delivery] = {}
        for partition, standing in standings(feed, self._of_feed[feed.name]).items():
            if partition not in delivery.partitions:
                continue
            mine = standing.holds(delivery)
            senders = delivery.senders.get(partition)
            if mine is None or (senders is not None and mine.senders is not None and set(senders) - mine.senders):
                lost = set(senders or ()) - set((mine.senders if mine else None) or ())
                for share in standing.shares:
                    later = share.delivery.received_at > delivery.received_at
                    if later and (share.senders is None or not lost - {""} or share.senders & lost):
                        over[share.delivery.received_at] = share.delivery
        return [over[moment] for moment in sorted(over)]


def _again(path: Path, delivery: Delivery, moment: datetime) -> _Recognised:
    causes = {cause: rows for cause in CAUSES if (rows := delivery.rows_put_aside(cause))}
    covered = Coverage(delivery.partitions, causes, delivery.senders)
    return _Recognised(path, delivery.sha256, delivery.feed, covered, moment, delivery.is_simulated, again=delivery)


def _arrived(
    lake: Lake, ledger: _Ledger, recognised: Sequence[_Recognised], given: Collection[str]
) -> Iterator[Receipt]:
    """Store the files that are new arrivals, in order, and yield the receipt of each file."""
    lookups = _lookups(lake, ledger, recognised)
    known = [_known(ledger, file, given) for file in recognised]
    yield from filter(None, known)
    arriving = [file for file, receipt in zip(recognised, known, strict=True) if receipt is None]
    for file, contested in in_order(arriving):
        if contested is not None:
            _keep_refused(lake, ledger, file.path, file.sha256, contested)
            yield Receipt(file.path, refusal=contested)
        else:
            yield _received(lake, ledger, file, lookups)


def _known(ledger: _Ledger, file: _Recognised, given: Collection[str]) -> Receipt | None:
    """Return the receipt of a known file, None for a new one and for a known one that is a new arrival.

    One that was replaced since was sent again because it counts. Not so where the file that replaced it is given too (a
    folder that is received every night holds both), or came at a later time.
    """
    if file.again is None:
        return None
    over = ledger.winners_over(file.again)
    if any(winner.received_at < file.moment for winner in over if winner.sha256 not in given):
        return None
    return Receipt(file.path, file.again, beaten_by=over[-1] if over else None)


def _received(lake: Lake, ledger: _Ledger, file: _Recognised, lookups: Mapping[str, Path]) -> Receipt:
    """Store a recognised file and return its receipt."""
    before = ledger.of_file(file.sha256)
    known = before.get(file.feed)
    if known is not None and known != file.again:  # it was given twice, under two names
        return Receipt(file.path, known)
    if known is None and (refusal := _refusal_of_areas(file, lookups)) is not None:
        _keep_refused(lake, ledger, file.path, file.sha256, refusal)
        return Receipt(file.path, refusal=refusal)
    moment = _free_moment(file.moment, ledger.taken)
    try:
        with _own_trouble(file.path):
            delivery = _store(
                lake,
                file,
                moment,
                delivery_id=ledger.id_of(file.sha256, file.feed),
                beside=known or next(iter(before.values()), None),
            )
    except RefusedError as refusal:
        return Receipt(file.path, refusal=refusal)
    ledger.add(delivery)
    record(lake, "receive", feed=delivery.feed, delivery=delivery.delivery_id, rows=delivery.rows)
    return Receipt(file.path, delivery, is_new=True, notes=file.covered.notes)


def _looked_into(
    path: Path, sha256: str, moment: datetime, ledger: _Ledger, *, is_simulated: bool
) -> Iterator[_Recognised | Delivery | RefusedError]:
    """Yield what a file is, for each feed: its delivery that stands, what it would be as a new one, or its refusal."""
    before = ledger.of_file(sha256)
    replaced = [delivery for delivery in before.values() if ledger.winners_over(delivery)]
    for delivery in before.values():
        if delivery not in replaced:
            yield delivery
        elif not delivery.erased:
            yield _again(path, delivery, moment)
    # The record of a delivery from which rows were erased counts what is left, and the file holds them again. An
    # archive may hold members of a feed that was declared after its receipt.
    erased = {delivery.feed: delivery for delivery in replaced if delivery.erased}
    if not before or erased or is_zip(path):
        yield from _recognised(path, sha256, moment, ledger, erased, is_simulated=is_simulated)


def _recognised(
    path: Path,
    sha256: str,
    moment: datetime,
    ledger: _Ledger,
    again: Mapping[str, Delivery],
    *,
    is_simulated: bool,
) -> Iterator[_Recognised | RefusedError]:
    """Yield the coverage of a file for each feed for which it is not known, or the refusal of that feed.

    `again` are the deliveries of it, by feed, that are looked into anew all the same.
    """
    before = ledger.of_file(sha256)
    try:
        with _own_trouble(path):
            feeds = [feed for feed in recognise(path) if feed.name not in before or feed.name in again]
    except RefusedError as refusal:
        if not before or again:
            yield refusal
        return
    for feed in feeds:
        try:
            with _own_trouble(path):
                covered = coverage(feed, path, moment.astimezone(TIME_ZONE).date(), ledger.before(feed))
                if feed.agency == "reference":
                    check_reference(feed, path)
        except RefusedError as refusal:
            yield refusal
        else:
            known = again.get(feed.name)
            marked = is_simulated or (known is not None and known.is_simulated)
            yield _Recognised(path, sha256, feed.name, covered, moment, marked, known)


@contextmanager
def _own_trouble(path: Path) -> Iterator[None]:
    """Turn whatever a reader raises into the refusal of its file, so that the other files of a call go on.

    The exception's text is left out, as it may quote a row. A full disk or memory is no trouble of the file.
    """
    try:
        yield
    except (RefusedError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE):
            raise
        raise RefusedError(
            path,
            f"the file could not be read ({type(error).__name__}).",
            "Ask for it again, saved anew; if it fails again, report the fault with the kind of program that made it.",
        ) from error


def _refusal_of_areas(file: _Recognised, lookups: Mapping[str, Path]) -> RefusedError | None:
    """Return why a reference list lacks small areas of the partnership, as far as the look-ups tell."""
    if FEEDS[file.feed].agency == "reference":
        try:
            with _own_trouble(file.path):
                check_areas(FEEDS[file.feed], file.path, lookups)
        except RefusedError as refusal:
            return refusal
    return None


def _lookups(lake: Lake, ledger: _Ledger, recognised: Sequence[_Recognised]) -> Mapping[str, Path]:
    """Return the file of the newest edition of each look-up of districts, of this call or received before, by feed."""
    found: dict[str, Path] = {}
    for feed in LOOKUPS:
        given = [(max(file.covered.partitions), file.moment, file.path) for file in recognised if file.feed == feed]
        held = [(max(each.partitions), each.received_at, each.path(lake)) for each in ledger.of_feed(FEEDS[feed])]
        if given or held:
            found[feed] = max([*given, *held])[-1]
    return found


def _free_moment(wanted: datetime, taken: set[datetime]) -> datetime:
    """Return the first time from `wanted` on that no delivery has, and mark it as taken."""
    while wanted in taken:
        wanted += timedelta(microseconds=1)
    taken.add(wanted)
    return wanted


def _store(
    lake: Lake, file: _Recognised, received_at: datetime, *, delivery_id: str, beside: Delivery | None
) -> Delivery:
    """Store a file for a feed; if it is already stored for another (`beside`), as a hard link to the same bytes."""
    delivery = Delivery(
        delivery_id=delivery_id,
        feed=file.feed,
        file_name=file.path.name,
        sha256=file.sha256,
        bytes=file.path.stat().st_size,
        received_at=received_at,
        partitions=file.covered.partitions,
        rows_without_partition=file.covered.rows_without_partition,
        is_simulated=file.is_simulated,
        senders=file.covered.senders,
        without_partition=file.covered.without_partition,
    )
    with creating_directory(delivery.path(lake).parent) as folder:
        stored = folder / delivery.file_name
        if beside is None or beside.erased:
            shutil.copyfile(file.path, stored)
        else:
            _link_or_copy(beside.path(lake), stored)
        if hash_of(stored) != delivery.sha256:
            raise RefusedError(
                file.path,
                "the file changed while it was being received.",
                "Wait until it is complete, then receive it again.",
            )
        (folder / RECORD).write_text(to_json(delivery.to_dict()), encoding="utf-8")
    return delivery


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
    without rows or rows of it stand; LookingBackError in a lake as of a past day.
    """
    lake.must_be_present()
    names = [sender_name(feed, sender) for sender in senders]
    months = months_without_rows(feed, month, names, by=declared_by, reason=reason, now=now)
    with holding_zone(lake.root, "landing"):
        ledger = _Ledger(lake)
        found = standings(feed, ledger.of_feed(feed))
        for each in months:
            rows = [
                share.delivery.file_name
                for share in (found[each].shares if each in found else ())
                if (share.rows if share.senders is None else share.delivery.rows_of(each, share.senders & {*names}))
            ]
            if rows:
                raise UnfoundedNilError(
                    f"{feed.name} {each} has rows from {rows[-1]}: a nil return cannot replace them. "
                    "Ask for the month again if they are wrong."
                )
        declared = {"declared_by": " ".join(declared_by.split()), "reason": " ".join(reason.split())}
        present = max(
            [(now or datetime.now(UTC)).astimezone(UTC), *(known + timedelta(microseconds=1) for known in ledger.taken)]
        )
        content = to_json({**declared, "feed": feed.name, "months": months, "senders": names, "at": str(present)})
        sha256 = hashlib.sha256(content.encode()).hexdigest()
        delivery = Delivery(
            delivery_id=sha256[:ID_LENGTH],
            feed=feed.name,
            file_name=f"nil return {months[-1]}.json",
            sha256=sha256,
            bytes=len(content.encode()),
            received_at=present,
            partitions=dict.fromkeys(months, 0),
            rows_without_partition=0,
            is_simulated=False,
            senders={each: dict.fromkeys(names, 0) for each in months} if feed.sender else {},
            nil=declared,
        )
        with creating_directory(delivery.path(lake).parent) as folder:
            (folder / delivery.file_name).write_text(content, encoding="utf-8")
            (folder / RECORD).write_text(to_json(delivery.to_dict()), encoding="utf-8")
    record(lake, "receive", feed=delivery.feed, delivery=delivery.delivery_id, rows=0)
    return delivery


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # not every file system supports hard links
        shutil.copyfile(source, target)


def _keep_refused(lake: Lake, ledger: _Ledger, path: Path, sha256: str, refusal: RefusedError) -> None:
    """Keep a refused file with the reason. One that is kept already came again, which its record tells."""
    folder = lake.refused / sha256[:ID_LENGTH]
    reason = {"problem": refusal.problem, "remedy": refusal.remedy, "sha256": sha256}
    if sha256 in ledger.refused:
        return
    ledger.refused.add(sha256)
    if folder.exists():
        before = json.loads((folder / REFUSAL).read_text(encoding="utf-8"))
        write_json(folder / REFUSAL, {**before, **reason, "times": before.get("times", 1) + 1})
        return
    with creating_directory(folder) as partial:
        shutil.copyfile(path, partial / path.name)
        (partial / REFUSAL).write_text(to_json({**reason, "file_name": path.name, "times": 1}), encoding="utf-8")


def _moment_on(day: date) -> datetime:
    """Return noon in London in UTC, which lies on the same date in all time zones of Europe and the Americas."""
    return datetime.combine(day, time(12), TIME_ZONE).astimezone(UTC)


def _simulated(path: Path, sha256: str) -> _Simulated:
    """Return what the simulator's list beside a file says about it."""
    listing = path.with_name(SIMULATED)
    if not listing.exists():
        return _Simulated()
    content = json.loads(listing.read_text(encoding="utf-8"))
    if sha256 not in content["sha256"]:
        return _Simulated()
    moment = content.get("delivered", {}).get(sha256)
    return _Simulated(is_listed=True, moment=datetime.fromisoformat(moment).astimezone(UTC) if moment else None)
