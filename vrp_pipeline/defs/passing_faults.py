"""Retries of a step after a fault that passes by itself: a lock held by somebody, a disk or share that is busy.

Every other fault would fail again, and a refused file or a held month is no fault at all.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import duckdb

from vrp_pipeline.lake.atomic import ZoneBusyError
from vrp_pipeline.release.warehouse import LOCKED

RETRIES = 5
SECONDS_BETWEEN = 15.0
# Busy, interrupted, timed out, and a handle that a network share dropped. A full disk does not empty itself.
PASSING = {errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.ETIMEDOUT, errno.ESTALE, errno.ETXTBSY, errno.EDEADLK}


def passes(error: BaseException) -> bool:
    """Return whether what failed may succeed if it is tried again unchanged."""
    if isinstance(error, ZoneBusyError):
        return True
    if isinstance(error, duckdb.Error) or type(error).__module__.startswith("dagster_dbt."):
        return LOCKED in str(error)
    return isinstance(error, OSError) and error.errno in PASSING


@contextmanager
def retried(seconds: float = SECONDS_BETWEEN) -> Iterator[None]:
    """Have Dagster repeat the step, up to five times, if the block fails of a fault that passes."""
    try:
        yield
    except Exception as error:
        if passes(error):
            raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=seconds) from error
        raise
