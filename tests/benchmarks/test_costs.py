"""Measured costs of a process include those of its children."""

import os
import resource
import sys
from pathlib import Path

from tests.benchmarks.costs import Cost, measure

MIB = 2**20


def cost_of(script: str, tmp_path: Path) -> Cost:
    return measure([sys.executable, "-c", script], os.environ, tmp_path, tmp_path / "log")


def test_memory_and_processor_time_of_children_are_counted(tmp_path: Path) -> None:
    child = (
        "import time; held = b'x' * (300 << 20); end = time.process_time() + 0.4\nwhile time.process_time() < end: pass"
    )
    cost = cost_of(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)", tmp_path)
    assert cost.exit_code == 0
    # Until a child has executed its own program, the kernel counts the memory of the process it was forked from.
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert 300 * MIB <= cost.peak_bytes < 400 * MIB + own
    assert 0.4 <= cost.processor_seconds < 4


def test_waiting_takes_wall_seconds_and_no_processor_seconds(tmp_path: Path) -> None:
    cost = cost_of("import time; time.sleep(0.5)", tmp_path)
    assert cost.wall_seconds >= 0.5
    assert cost.processor_seconds < 0.4


def test_a_failure_is_told_with_what_was_printed(tmp_path: Path) -> None:
    cost = cost_of("import sys; print('the reason'); sys.exit(7)", tmp_path)
    assert cost.exit_code == 7
    assert (tmp_path / "log").read_text() == "the reason\n"
