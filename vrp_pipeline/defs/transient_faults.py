"""Retries of a step after a transient fault: a lock held by another process, a disk or network share that is busy.

A delivery that came between the search for erased people and the ingest of its feed is searched by the repeated step.
Any other fault would occur again. A refused file or a held month is not a fault.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import duckdb

from vrp_pipeline.ingest.store import NotErasedError
from vrp_pipeline.lake.atomic import ZoneBusyError
from vrp_pipeline.release.warehouse import LOCKED

RETRIES = 5
SECONDS_BETWEEN = 15.0
# Busy, interrupted, timed out, and a handle that a network share dropped. A full disk does not empty itself.
TRANSIENT = {errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.ETIMEDOUT, errno.ESTALE, errno.ETXTBSY, errno.EDEADLK}


def is_transient(error: BaseException) -> bool:
    """Return whether the failed step may succeed if it is repeated unchanged."""
    if isinstance(error, ZoneBusyError | NotErasedError):
        return True
    if isinstance(error, duckdb.Error) or type(error).__module__.startswith("dagster_dbt."):
        return LOCKED in str(error)
    return isinstance(error, OSError) and error.errno in TRANSIENT


@contextmanager
def retried(seconds: float = SECONDS_BETWEEN) -> Iterator[None]:
    """Ask Dagster to repeat the step, up to five times, if the block fails with a transient fault."""
    try:
        yield
    except Exception as error:
        if is_transient(error):
            raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=seconds) from error
        raise
