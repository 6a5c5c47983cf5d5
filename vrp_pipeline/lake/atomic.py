"""Atomic, durable writes and the single-writer lock of a zone.

Every write goes to a temporary path beside its target, is flushed to disk and then renamed, so a reader sees the old
file or the new one and never a part. A killed writer leaves only names that begin with a dot and end in `.partial`;
no reader matches them, and `sweep` removes them before the next write. What is written is up to the caller.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

# The lock that a run or a removal holds from its first step to its last.
WRITER = "writer"
# How often a writer that waits looks again.
POLL_SECONDS = 0.5


class ZoneBusyError(RuntimeError):
    """Raised if another process is writing to the zone."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it replaces `path` atomically if the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        _make_durable(partial)
        partial.replace(path)
        _make_durable(path.parent)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def creating_directory(path: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `path`; it becomes `path` atomically if the block ends without an error.

    `path` must not exist yet: directories written this way are immutable.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        yield partial
        for file in sorted(partial.rglob("*")):
            if file.is_file():
                _make_durable(file)
        _make_durable(partial)
        partial.rename(path)
        _make_durable(path.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def remove_directory(path: Path) -> None:
    """Remove a folder atomically: a reader finds it whole or not at all. Call it while holding the zone."""
    gone = path.with_name(f".{path.name}.removed.partial")
    path.rename(gone)
    shutil.rmtree(gone)


def write_json(path: Path, content: Any) -> None:
    """Write `content` to `path` atomically as JSON with sorted keys; equal content gives equal bytes."""
    with replacing(path) as partial:
        partial.write_text(to_json(content), encoding="utf-8")


def to_json(content: Any) -> str:
    """Return `content` as indented JSON text with sorted keys and a final newline."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def sweep(folder: Path) -> None:
    """Remove the temporary files of killed writers below `folder`. Call it only while holding the zone."""
    for partial in folder.rglob(".*.partial"):
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)


@contextmanager
def holding_zone(root: Path, zone: str) -> Iterator[None]:
    """Hold the write lock of `zone` in the lake at `root` for the length of the block.

    The operating system releases the lock with the process, so a killed run never blocks the next one.
    Raises ZoneBusyError immediately if another process holds the lock.
    """
    root.mkdir(parents=True, exist_ok=True)
    lock = root / f".{zone}.lock"
    with lock.open("a+", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            raise ZoneBusyError(
                f"The {zone} of {root} is being written by process {holder}. Wait until it ends, then run this again."
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


@contextmanager
def waiting_for_zone(root: Path, zone: str, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the zone as `holding_zone` does, but wait for it; `tell` is called once with the holder's description."""
    told = False
    while True:
        with ExitStack() as held:
            try:
                held.enter_context(holding_zone(root, zone))
            except ZoneBusyError as busy:
                if not told:
                    tell(str(busy).partition(" Wait until")[0])
                    told = True
            else:
                yield
                return
        time.sleep(POLL_SECONDS)


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
