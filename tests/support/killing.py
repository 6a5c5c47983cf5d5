"""Killing the calling process between two of its writes, as a crash might."""

import os
import signal
from pathlib import Path


def die_before(step: str, done: int) -> None:
    """Let `Path.<step>` (`replace` for files, `rename` for folders) put `done` things in place, then kill."""
    put_in_place = getattr(Path, step)
    count = 0

    def counted(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count > done:
            os.kill(os.getpid(), signal.SIGKILL)
        placed: Path = put_in_place(self, target)
        return placed

    setattr(Path, step, counted)


def descendants(process: int) -> dict[int, str]:
    """The processes that a process started, and those that they did, with their command lines."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The second field is the name in brackets, which may hold spaces; the parent is the second after it.
            parents[int(status.parent.name)] = int(status.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
    found: dict[int, str] = {}
    below = {process}
    while below:
        below = {child for child, parent in parents.items() if parent in below} - found.keys()
        for child in below:
            try:
                found[child] = _command_line(Path(f"/proc/{child}"))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def started_with(setting: str) -> dict[int, str]:
    """The processes whose environment has a setting (`NAME=value`), also where their parents are gone.

    By process, with their command lines.
    """
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if setting.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = _command_line(folder)
        except (FileNotFoundError, ProcessLookupError, PermissionError):  # it ended meanwhile, or is not ours
            continue
    return found


def _command_line(folder: Path) -> str:
    return (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
