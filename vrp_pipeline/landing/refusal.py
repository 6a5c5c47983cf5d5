"""Refusal of a file: the problem, its place in the file, and the remedy.

Why a file is refused is decided where it is read. What is kept of it belongs to `refused_files`.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Faults of the machine, which no other file would escape: a full disk or quota, or too many open files.
FAULTS_OF_THE_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE)


class RefusedError(ValueError):
    """A file that cannot be received. The message names the file, the place in it and the remedy, never a value.

    `feed` is the name of the feed that it would be of, where that is known.
    """

    feed: str | None = None

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        self.file_name = path.name
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{path.name}: {problem} {remedy}")


@contextmanager
def refusing_as(feed: str) -> Iterator[None]:
    """Name the feed in each refusal that is raised within."""
    try:
        yield
    except RefusedError as refusal:
        refusal.feed = refusal.feed or feed
        raise


@contextmanager
def refusing_unreadable(path: Path) -> Iterator[None]:
    """Turn any exception of a reader into the refusal of its file, so that the other files of a call are received.

    The exception's text is left out, as it may quote a row. Exhausted memory and FAULTS_OF_THE_MACHINE are raised as
    they are.
    """
    try:
        yield
    except (RefusedError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FAULTS_OF_THE_MACHINE:
            raise
        raise RefusedError(
            path,
            f"the file could not be read ({type(error).__name__}).",
            "Ask for it again, saved anew; if it fails again, report the fault with the kind of program that made it.",
        ) from error
