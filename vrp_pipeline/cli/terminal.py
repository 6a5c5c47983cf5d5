"""The terminal during a run: progress bars on it, and the output of libraries in a log."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def progress_bars() -> Iterator["Progress"]:
    """Yield progress bars on a separate handle of the terminal, visible while other output goes to a log."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with terminal() as handle:
        console = Console(file=handle, width=None if handle.isatty() else 160)
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        ) as bars:
            yield bars


class BarPerStep:
    """A listener of a run that shows a bar for each feed, and one for each step of Dagster.

    Steps run one after another: when the next begins, the clock of the previous one stops.
    """

    def __init__(self, bars: "Progress") -> None:
        self._bars = bars
        self._shown: dict[str, TaskID] = {}

    def __call__(self, feed: str, step: str, done: int, total: int) -> None:
        """Show the progress of a feed: its step, and how many of its months are done."""
        name = feed if total else f"{feed}: {step}"
        if name not in self._shown:
            self.end()
            self._shown[name] = self._bars.add_task(feed, total=None)
        self._bars.update(self._shown[name], description=f"{feed}: {step}", completed=done, total=total or None)

    def end(self) -> None:
        """Mark every bar that was started as complete."""
        for task in self._bars.tasks:
            if not task.finished:
                reached = max(task.completed, 1)
                self._bars.update(task.id, completed=reached, total=reached)


@contextmanager
def output_in(log: Path) -> Iterator[None]:
    """Redirect standard output and error to `log`; a handle of the terminal opened before stays usable."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with log.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
            os.close(saved[0])
            os.close(saved[1])


def terminal() -> TextIO:
    """Return a separate handle of the current standard error, which remains the terminal while output is redirected."""
    return os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8")
