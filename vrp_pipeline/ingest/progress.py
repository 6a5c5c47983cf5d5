"""Reports ingest progress to the listener registered for the current context.

The listener is a context variable, because Dagster runs between a command and the ingest of a feed and takes no such
argument. Displaying progress belongs to the listener.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from vrp_pipeline.feeds.contract.feed import Feed

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


def report_progress(feed: Feed, step: str, done: int, total: int) -> None:
    """Report to the registered listener, if there is one, how many of the months of a run a step has done."""
    listener = _listener.get()
    if listener is not None:
        listener(feed.name, step, done, total)
