"""Receipt of files: each is guarded, hashed, recognised and stored unchanged, or refused and kept with the reason.

Reading the ledger belongs to `lake.ledger`, finding the months covered to `coverage`.
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.atomic import creating_directory, holding_zone, sweep, to_json
from vrp_pipeline.lake.ledger import RECORD, Delivery, all_deliveries, newest_per_partition
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.archive import is_left_behind
from vrp_pipeline.landing.coverage import Coverage, coverage
from vrp_pipeline.landing.guard import is_zip
from vrp_pipeline.landing.recognition import recognise
from vrp_pipeline.landing.reference_lists import check_reference
from vrp_pipeline.landing.refusal import RefusedError

ID_LENGTH = 16
# Lists the simulated files of a folder, so that simulated data cannot pass as real data.
SIMULATED = "simulated.json"


class FutureReceiptError(ValueError):
    """Raised if the day of receipt lies in the future."""


@dataclass(frozen=True)
class Receipt:
    """The result of receiving one file for one feed: a delivery (new, or received before) or a refusal.

    `notes` are sentences about what the file holds and the delivery leaves out.
    """

    path: Path
    delivery: Delivery | None = None
    is_new: bool = False
    refusal: RefusedError | None = None
    notes: tuple[str, ...] = ()


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

    @property
    def order(self) -> tuple[datetime, str, str, str]:
        """Time of receipt, then newest month, so that the later of two extracts is also the later delivery."""
        return self.moment, max(self.covered.partitions), self.path.name, self.feed


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Return the given files and those in the given folders, without hidden files and the simulator's list.

    What operating systems and spreadsheet programs leave in a folder (`Thumbs.db`, `~$events.xlsx`) is left out too.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                file for file in path.rglob("*") if file.is_file() and not is_left_behind(str(file.relative_to(path)))
            )
        else:
            found.append(path)
    return [path for path in found if not path.name.startswith(".") and path.name != SIMULATED]


def receive(
    lake: Lake, files: Iterable[Path], now: datetime | None = None, *, received_on: date | None = None
) -> Iterator[Receipt]:
    """Receive each file and yield its result as soon as it is known, once for each feed it delivers.

    Files given together are ordered by the newest month they cover, then by name. `now` is the time of receipt, by
    default the present. `received_on` is the date of receipt of past deliveries that enter the ledger late; simulated
    files have their own. Raises FutureReceiptError if that date lies in the future, LookingBackError in a lake as of a
    past day, ZoneBusyError if another process is receiving.
    """
    lake.must_be_present()
    present = (now or datetime.now(UTC)).astimezone(UTC)
    if received_on is not None and received_on > present.astimezone(TIME_ZONE).date():
        raise FutureReceiptError(f"{received_on} has not come yet: give the day on which the file really came.")
    with holding_zone(lake.root, "landing"):
        sweep(lake.landing)
        known: dict[str, dict[str, Delivery]] = {}
        for delivery in all_deliveries(lake):
            known.setdefault(delivery.sha256, {})[delivery.feed] = delivery
        taken = {delivery.received_at for of_file in known.values() for delivery in of_file.values()}
        present = max([present, *(moment + timedelta(microseconds=1) for moment in taken)])
        recognised: list[_Recognised] = []
        for path in files:
            try:
                with _own_trouble(path):
                    sha256 = hash_of(path)
                    simulated = _simulated(path, sha256)
            except RefusedError as refusal:
                yield Receipt(path, refusal=refusal)
                continue
            before = known.get(sha256, {})
            yield from (Receipt(path, delivery) for delivery in before.values())
            # An archive may hold members of a feed that was declared after its receipt.
            if before and not is_zip(path):
                continue
            moment = _moment_on(received_on) if received_on else simulated.moment or present
            for found in _recognised(lake, path, sha256, moment, before, is_simulated=simulated.is_listed):
                if isinstance(found, _Recognised):
                    recognised.append(found)
                else:
                    _keep_refused(lake, path, sha256, found)
                    yield Receipt(path, refusal=found)
        for file in sorted(recognised, key=lambda file: file.order):
            yield _receipt_of(lake, file, known.setdefault(file.sha256, {}), taken)


def _receipt_of(lake: Lake, file: _Recognised, of_file: dict[str, Delivery], taken: set[datetime]) -> Receipt:
    """Store a recognised file for its feed, unless it is stored already."""
    is_new = file.feed not in of_file
    if is_new:
        moment = _free_moment(file.moment, taken)
        try:
            with _own_trouble(file.path):
                of_file[file.feed] = _store(lake, file, moment, beside=next(iter(of_file.values()), None))
        except RefusedError as refusal:
            return Receipt(file.path, refusal=refusal)
    return Receipt(file.path, of_file[file.feed], is_new=is_new, notes=file.covered.notes)


def _recognised(
    lake: Lake, path: Path, sha256: str, moment: datetime, before: Collection[str], *, is_simulated: bool
) -> Iterator[_Recognised | RefusedError]:
    """Yield the coverage of a file for each feed not in `before`, or the refusal of that feed."""
    try:
        with _own_trouble(path):
            feeds = [feed for feed in recognise(path) if feed.name not in before]
    except RefusedError as refusal:
        if not before:
            yield refusal
        return
    for feed in feeds:
        try:
            with _own_trouble(path):
                covered = coverage(feed, path, moment.astimezone(TIME_ZONE).date())
                if feed.agency == "reference":
                    check_reference(feed, path, _before(lake, feed))
        except RefusedError as refusal:
            yield refusal
        else:
            yield _Recognised(path, sha256, feed.name, covered, moment, is_simulated)


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


def _before(lake: Lake, feed: Feed) -> Path | None:
    """Return the stored file of the newest edition of a feed, if there is one."""
    newest = newest_per_partition(lake, feed)
    return newest[max(newest)].path(lake) if newest else None


def _free_moment(wanted: datetime, taken: set[datetime]) -> datetime:
    """Return the first time from `wanted` on that no delivery has, and mark it as taken."""
    while wanted in taken:
        wanted += timedelta(microseconds=1)
    taken.add(wanted)
    return wanted


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _store(lake: Lake, file: _Recognised, received_at: datetime, beside: Delivery | None) -> Delivery:
    """Store a file for a feed; if it is already stored for another (`beside`), as a hard link to the same bytes."""
    delivery = Delivery(
        delivery_id=file.sha256[:ID_LENGTH],
        feed=file.feed,
        file_name=file.path.name,
        sha256=file.sha256,
        bytes=file.path.stat().st_size,
        received_at=received_at,
        partitions=file.covered.partitions,
        rows_without_partition=file.covered.rows_without_partition,
        is_simulated=file.is_simulated,
    )
    with creating_directory(delivery.path(lake).parent) as folder:
        stored = folder / delivery.file_name
        if beside is None:
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


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # not every file system supports hard links
        shutil.copyfile(source, target)


def _keep_refused(lake: Lake, path: Path, sha256: str, refusal: RefusedError) -> None:
    folder = lake.refused / sha256[:ID_LENGTH]
    if folder.exists():
        return
    with creating_directory(folder) as partial:
        shutil.copyfile(path, partial / path.name)
        reason = {"file_name": path.name, "problem": refusal.problem, "remedy": refusal.remedy, "sha256": sha256}
        (partial / "refusal.json").write_text(to_json(reason), encoding="utf-8")


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
