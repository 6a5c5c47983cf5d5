"""The cost of a process including its children: wall seconds, processor seconds and peak memory.

This module and those that start processes import nothing heavy: a forked child starts with its parent's memory, and the
kernel counts that into the child's peak.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Ten samples a second cost about 1 % of one core; the kernel's own peak covers processes that live shorter.
LOOK_EVERY_SECONDS = 0.1
# ru_maxrss is in KiB on Linux and in bytes on macOS (getrusage(2) of each).
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """Cost of a process and its children. `peak_bytes` is the memory of all of them together at the worst moment."""

    wall_seconds: float
    processor_seconds: float
    peak_bytes: int
    exit_code: int


def measure(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path, log: Path) -> Cost:
    """Run `command` in `folder`, write its output to `log`, and return its cost.

    The peak is the greater of two figures: the kernel's for the largest single process, and the resident memory of the
    process tree, sampled ten times a second where there is /proc. The second counts shared memory once per process, so
    it errs upwards.
    """
    with log.open("wb") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        watch = _Watch(process.pid)
        watch.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            watch.stop()
            if process.returncode is None:
                process.kill()
    return Cost(
        wall_seconds=wall,
        processor_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=max(usage.ru_maxrss * MAXRSS_UNIT, watch.peak_bytes),
        exit_code=process.returncode,
    )


class _Watch(threading.Thread):
    """Samples the resident memory of a process tree until stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.peak_bytes = 0

    def run(self) -> None:
        while not self._ended.wait(LOOK_EVERY_SECONDS):
            self.peak_bytes = max(self.peak_bytes, _resident_bytes(self._pid))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _resident_bytes(pid: int) -> int:
    """Return the resident memory of a process and its descendants; 0 if it has ended, or without /proc."""
    process = Path("/proc") / str(pid)
    try:
        pages = int((process / "statm").read_text().split()[1])
        children = [child for task in (process / "task").iterdir() for child in (task / "children").read_text().split()]
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(_resident_bytes(int(child)) for child in children)
