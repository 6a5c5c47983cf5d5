"""Erasure of people: their rows are found by a keyed pseudonym and removed from landing, bronze and quarantine.

A row belongs to a person if one of its columns holds their number. It is removed as a whole, with whatever it says
about others. A run rebuilds what is derived from bronze; which releases are removed is decided in `release.unused`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.erasure.redacted_files import columns_kept, finish_redactions
from vrp_pipeline.erasure.redaction import redact
from vrp_pipeline.erasure.rows import in_rows, in_texts
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.identifiers.person_numbers import person_numbers
from vrp_pipeline.identifiers.pseudonyms import load_key, pseudonyms
from vrp_pipeline.lake.atomic import waiting_for_zone
from vrp_pipeline.lake.audit import record as log
from vrp_pipeline.lake.audit import who
from vrp_pipeline.lake.bronze import write_month, write_parquet
from vrp_pipeline.lake.erasures import Erasure, are_applied, erasures, erasures_concerning, note_applied
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.readers import read


class NoSuchSubjectError(ValueError):
    """Raised if no feed has a kind of number, the number is not of that kind, or its service is missing."""


@dataclass(frozen=True)
class Removed:
    """How many rows were removed from the deliveries, from bronze and from quarantine."""

    deliveries: int
    bronze: int
    quarantine: int


def kinds() -> dict[str, bool]:
    """Return the kinds of number that identify people in feeds, and whether each is valid within one service only."""
    found = {kind: False for feed in FEEDS.values() for kind in feed.person_numbers.values()}
    for feed in FEEDS.values():
        for person in feed.people:
            kind = feed.person_numbers[person.key[-1]]
            found[kind] = found[kind] or len(person.key) > 1
    return dict(sorted(found.items()))


def subject(kind: str, number: str, within: str = "", now: datetime | None = None) -> Erasure:
    """Return the erasure of the person with a number; nothing is stored or removed yet.

    Raises NoSuchSubjectError, whose message never quotes the number.
    """
    known = kinds()
    if kind not in known:
        raise NoSuchSubjectError(f"'{kind}' is no kind of number. They are: {', '.join(known)}.")
    if known[kind] != bool(within):
        raise NoSuchSubjectError(
            f"a {kind} is a service's own number: name the service by its code, with --within."
            if known[kind]
            else f"a {kind} is the same everywhere: leave out --within."
        )
    found = person_numbers(pa.array([number.strip()], pa.string()), kind)
    if found.values.null_count:
        reason = found.faults[0][1] if found.faults else "is nobody's"
        raise NoSuchSubjectError(f"the number given as {kind} {reason}. Check it and type it again.")
    (pseudonym,) = pseudonyms(found.values, kind, load_key()).to_pylist()
    return Erasure(kind, pseudonym, within.strip().upper(), (now or datetime.now(UTC)).astimezone(UTC), who())


def rows_of(lake: Lake, erasure: Erasure) -> dict[str, int]:
    """Return the number of rows about a person in the deliveries of each feed; nothing is removed."""
    key = load_key()
    found = {
        feed.name: sum(
            int(in_texts(feed, table.texts, [erasure], key).sum())
            for delivery in deliveries(lake.present, feed)
            if not delivery.nil
            for table in read(feed, delivery.path(lake), columns=columns_kept(feed))
        )
        for feed in FEEDS.values()
        if erasure.concerns(feed)
    }
    return {name: rows for name, rows in found.items() if rows}


def remove(lake: Lake) -> Removed:
    """Remove the rows of all erased people from landing, bronze and quarantine; return how many were removed."""
    found = erasures(lake)
    feeds = [feed for feed in FEEDS.values() if any(erasure.concerns(feed) for erasure in found)]
    return Removed(
        sum(apply_erasures(lake, feed) for feed in feeds),
        sum(_filtered(lake.present, feed, "bronze", found) for feed in feeds),
        sum(_filtered(lake.present, feed, "quarantine", found) for feed in feeds),
    )


def apply_erasures(lake: Lake, feed: Feed) -> int:
    """Remove the rows of erased people from the deliveries of a feed; return how many were removed.

    Each delivery is searched once per list of erasures, so a call without new erasures or deliveries costs nothing. If
    the process is killed, each delivery is in its old or its new state, and the next call continues.
    """
    lake = lake.present
    found = erasures_concerning(lake, feed)
    if not found:
        return 0
    removed = 0
    with waiting_for_zone(lake.root, "landing", lambda _: None):
        finish_redactions(lake, feed)
        key = load_key()
        for delivery in deliveries(lake, feed):
            folder = delivery.path(lake).parent
            if delivery.nil or are_applied(found, folder):
                continue
            gone = redact(lake, feed, delivery, lambda texts: in_texts(feed, texts, found, key))
            if gone:
                log(lake, "erase", feed=feed.name, delivery=delivery.delivery_id, rows=gone)
            note_applied(found, folder)
            removed += gone
    return removed


def _filtered(lake: Lake, feed: Feed, zone: str, found: Sequence[Erasure]) -> int:
    """Remove the rows of these people from a feed's files in bronze or quarantine; return how many went."""
    key = load_key()
    removed = 0
    for path in sorted((lake.root / zone / feed.agency / feed.table).glob("*/*.parquet")):
        rows = pq.read_table(path, partitioning=None)
        theirs = in_rows(feed, rows, found, key)
        if theirs.any():
            write = write_month if zone == "bronze" else write_parquet
            write(rows.filter(pa.array(~theirs)), path)
            removed += int(theirs.sum())
    return removed
