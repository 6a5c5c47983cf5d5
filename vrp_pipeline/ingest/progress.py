"""Reports ingest progress to the listener registered for the current context.

The listener is a context variable, because Dagster runs between a command and the ingest of a feed and takes no such
argument. Displaying progress belongs to the listener.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Called with the feed, the step, the months done and their number.
Listener = Callable[[str, str, int, int], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Report the progress of every ingest within the block to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def progress_of(feed: str) -> Callable[[str, int, int], None]:
    """Return the function to which the ingest of one feed reports: step, months done, number of months."""

    def report(step: str, done: int, total: int) -> None:
        listener = _listener.get()
        if listener is not None:
            listener(feed, step, done, total)

    return report
