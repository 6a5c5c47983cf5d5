"""All conditions of a lake, in the order in which they are told.

A file that cannot be read silences the conditions that are read from it, and no other: that is told as one itself.
"""

import traceback
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from vrp_pipeline.alerts.absences import absent
from vrp_pipeline.alerts.condition import (
    CLOCK,
    DAMAGED,
    DISK,
    DRAFT,
    HELD,
    INBOX,
    LATE,
    REFUSED,
    SILENT,
    STALE,
    STOPPED,
    UNREAD,
    Condition,
    Limits,
)
from vrp_pipeline.alerts.feed_conditions import held, refused
from vrp_pipeline.alerts.lake_conditions import (
    damaged_release,
    full_disk,
    stale_release,
    unpublished_drafts,
    unreadable_inbox,
    wrong_clock,
)
from vrp_pipeline.lake.paths import PROJECT, Lake

# What a damaged or half-restored file of the lake leads to.
DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError)


def conditions_of(lake: Lake, now: datetime, limits: Limits, *, is_released: Callable[[], bool]) -> list[Condition]:
    """Return the conditions of the lake. `is_released` answers whether the current release rests on all received.

    Failed runs are known to Dagster alone; `defs` adds them. Raises NoLakeError if its folder is missing.
    """
    lake.must_exist()
    readers: dict[tuple[str, ...], Callable[[], Iterable[Condition]]] = {
        (CLOCK,): lambda: wrong_clock(lake, now),
        (HELD,): lambda: held(lake),
        (LATE, SILENT, STOPPED): lambda: absent(lake, now),
        (REFUSED,): lambda: refused(lake, now),
        (INBOX,): lambda: unreadable_inbox(lake),
        (STALE,): lambda: stale_release(lake, now, limits, is_released=is_released()),
        (DAMAGED,): lambda: damaged_release(lake),
        (DISK,): lambda: full_disk(lake, limits),
        (DRAFT,): lambda: unpublished_drafts(lake, now, limits),
    }
    return [condition for kinds, reader in readers.items() for condition in _read(kinds, reader)]


def unread_kinds(conditions: Iterable[Condition]) -> set[str]:
    """Return the kinds of which nobody knows whether they are over."""
    return {kind for each in conditions if each.kind == UNREAD for kind in each.subject.split(",")}


def _read(kinds: tuple[str, ...], reader: Callable[[], Iterable[Condition]]) -> Iterator[Condition]:
    try:
        yield from list(reader())
    except DAMAGE as error:
        # The text of an error may quote a value; where it arose does not. The line is told and is no part of the state:
        # an update moves it.
        own = PROJECT / "vrp_pipeline"
        ours = [each for each in traceback.extract_tb(error.__traceback__) if Path(each.filename).is_relative_to(own)]
        file = Path(ours[-1].filename).name if ours else "unknown"
        place = f"{file}, line {ours[-1].lineno}" if ours else file
        subject = ",".join(kinds)
        yield Condition(
            UNREAD,
            subject,
            state=f"{type(error).__name__} {file}",
            what=f"Whether anything is {' or '.join(kinds)} cannot be told: {type(error).__name__} in {place}.",
            touches="Alerts of this kind are neither told nor told as over until it can.",
            remedy=("vrp status   which may name the file", "vrp run   which builds again what can be"),
        )
