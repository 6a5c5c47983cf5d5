"""The inbox: which of its files are new, which are complete, and which were received before.

Agencies do not signal when a file they drop is complete. A file counts as complete once two looks at it, some seconds
apart, find the same size, times and inode. What was received is remembered, so that a night with nothing new reads no
file. Recognising and storing files belongs to `receipt`.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.given_files import files_in, is_of_nobody
from vrp_pipeline.landing.receipt import Receipt, receive

# Seconds between the two looks.
QUIET_SECONDS = 5.0
# Size in bytes, time of last change and time of last change of the inode in nanoseconds, inode.
Look = tuple[int, ...]


@dataclass(frozen=True)
class Taken:
    """The outcome of receiving the inbox: a receipt for each new file, and the number of files still being written."""

    receipts: tuple[Receipt, ...]
    unfinished: int

    @property
    def received(self) -> int:
        """How many deliveries are new to the lake."""
        return sum(receipt.is_new for receipt in self.receipts)

    @property
    def known(self) -> int:
        """How many deliveries had been received before."""
        return sum(receipt.delivery is not None and not receipt.is_new for receipt in self.receipts)

    @property
    def refused(self) -> tuple[Receipt, ...]:
        """The files that were refused."""
        return tuple(receipt for receipt in self.receipts if receipt.refusal is not None)


def inbox_of(lake: Lake) -> Path:
    """Return the folder that agencies drop files in: VRP_INBOX, by default `inbox/` of the lake."""
    return Path(os.environ.get("VRP_INBOX") or lake.inbox)


def unread_folders(inbox: Path) -> list[Path]:
    """Return the folders of an inbox, itself included, whose files cannot be listed or reached; none if all is well.

    Of folders from which nothing is received, such as `lost+found`, `.snapshot` and `.ssh`, none has to be read.
    """
    unread: list[Path] = []
    for folder, below, _ in os.walk(inbox, onerror=lambda error: unread.append(Path(error.filename))):
        below[:] = [name for name in below if not is_of_nobody(Path(name, "file"))]
        if not os.access(folder, os.X_OK, effective_ids=True):
            unread.append(Path(folder))
    return sorted(set(unread))


def untaken(lake: Lake) -> dict[str, Look]:
    """Return the files of the inbox that were not received in their present state, by their path in it."""
    taken = _memory(lake)
    return {name: look for name, look in _looks(inbox_of(lake)).items() if taken.get(name) != list(look)}


def unchanged(before: Mapping[str, Look], after: Mapping[str, Look]) -> dict[str, Look]:
    """Return the files that two looks found alike, so that nobody wrote to them in between."""
    return {name: look for name, look in after.items() if before.get(name) == look}


def take(lake: Lake, seconds: float = QUIET_SECONDS, pause: Callable[[float], None] = time.sleep) -> Taken:
    """Receive the new and complete files of the inbox and remember them; a file that changes within `seconds` waits.

    A file that was received before and still lies there unchanged does not count as sent again, and the older of two
    files in one folder never replaces the newer. In a lake without this memory, such as a restored one, a file whose
    content was received before does not count as sent again either. Raises what `receive` raises, and remembers nothing
    then.
    """
    first = untaken(lake)
    if not first:
        return Taken((), 0)
    pause(seconds)
    folder = inbox_of(lake)
    looks, new = _looks(folder), untaken(lake)
    complete = unchanged(first, new)
    unfinished = new.keys() - complete.keys()
    if not complete:
        return Taken((), len(unfinished))
    known = {} if _memory_path(lake).exists() else _received_before(lake, folder, complete)
    lying = [folder / name for name in looks if name not in new or name in known]
    fresh = [folder / name for name in looks if name in complete and name not in known]
    receipts = (*known.values(), *receive(lake, fresh, beside=lying))
    now = _looks(folder)
    # A file without permission to read was refused unread: it stays new until it can be read.
    kept = {
        name: look
        for name, look in looks.items()
        if name not in unfinished and now.get(name) == look and os.access(folder / name, os.R_OK)
    }
    write_json(_memory_path(lake), kept)
    return Taken(receipts, len(unfinished))


def _received_before(lake: Lake, folder: Path, names: Iterable[str]) -> dict[str, Receipt]:
    """Return the receipts of those files, by name, whose content the ledger knows."""
    of_content = {delivery.sha256: delivery for delivery in all_deliveries(lake)}
    found: dict[str, Receipt] = {}
    for name in names:
        with suppress(OSError):  # `receive` says why it cannot be read
            if delivery := of_content.get(hash_of(folder / name)):
                found[name] = Receipt(folder / name, delivery)
    return found


def _looks(folder: Path) -> dict[str, Look]:
    if not folder.is_dir():
        return {}
    looks: dict[str, Look] = {}
    for path in files_in([folder]):
        try:
            found = path.stat()
        except FileNotFoundError:  # moved away since it was listed
            continue
        name = path.relative_to(folder).as_posix()
        looks[name] = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    return looks


def _memory(lake: Lake) -> dict[str, list[int]]:
    path = _memory_path(lake)
    if not path.exists():
        return {}
    content: dict[str, list[int]] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _memory_path(lake: Lake) -> Path:
    return lake.state / "inbox.json"
