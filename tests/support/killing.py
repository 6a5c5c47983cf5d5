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
