"""Writing so that stopping at any moment breaks nothing: write beside, make it durable, then rename.

A reader sees the old file or the new one, never a part. What a killed writer leaves behind begins with a dot
and ends in `.partial`; no reader matches it, and `sweep` removes it before the next write.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class ZoneBusyError(RuntimeError):
    """Another process is writing to the zone."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; when the block ends well, it atomically becomes `path`."""
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
    """Yield a folder beside `path` to fill; when the block ends well, it atomically becomes `path`.

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


def write_json(path: Path, content: Any) -> None:
    """Atomically write `content` as JSON with sorted keys, so that equal content gives equal bytes."""
    with replacing(path) as partial:
        partial.write_text(to_json(content), encoding="utf-8")


def to_json(content: Any) -> str:
    """Stable, readable JSON text."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def sweep(folder: Path) -> None:
    """Remove what killed writers left below `folder`. Call it only while holding the zone."""
    for partial in folder.rglob(".*.partial"):
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)


@contextmanager
def holding_zone(root: Path, zone: str) -> Iterator[None]:
    """Be the one writer of `zone` in the lake at `root` for the length of the block.

    The lock is the operating system's and dies with the process, so a killed run never blocks the next.
    Raises ZoneBusyError at once if another process holds it.
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


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
