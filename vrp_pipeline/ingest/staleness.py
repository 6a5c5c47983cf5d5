"""Staleness: what a verdict depends on, and which months must therefore be ingested again.

A verdict depends on the delivery, the suite, the code that reads and validates, the key, the decision on the month, the
profiles of the earlier months, and what was delivered of the month before. While none of these changes, ingesting again
would change nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path

from vrp_pipeline.calendar.history import months_before
from vrp_pipeline.calendar.restatements import Restatement
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.geography.districts import Districts
from vrp_pipeline.identifiers.pseudonyms import load_key
from vrp_pipeline.ingest.store import FeedStore
from vrp_pipeline.lake.decisions import Acceptance
from vrp_pipeline.lake.paths import EXPECTATIONS, Lake
from vrp_pipeline.lake.standings import Standing, standings
from vrp_pipeline.lake.verdicts import Status, Verdict
from vrp_pipeline.validation.profiles import Profile, digest, profiles_before, watched_columns
from vrp_pipeline.validation.slices import basis

# Packages whose code decides which rows of a month reach bronze, beside the contracts in `feeds`.
PACKAGES = ("lake", "calendar", "landing", "geography", "validation", "identifiers", "ingest")


class Fingerprints:
    """Digests of everything that the verdicts on the months of a feed depend on.

    `districts` are those of places, by which the rows of the feed are sliced, if any of its slices asks for them.
    """

    def __init__(self, feed: Feed, districts: Districts | None) -> None:
        self._of_every_month = hashlib.sha256(_code_digest())
        self._of_every_month.update((EXPECTATIONS / f"{feed.name}.json").read_bytes())
        self._of_every_month.update(hashlib.sha256(b"fingerprint|" + load_key()).digest())
        self._of_every_month.update(basis(feed, districts))

    def of(
        self,
        standing: Standing,
        acceptance: Acceptance | None,
        before: Sequence[Profile],
        restated: Restatement | None,
    ) -> str:
        """Return the digest (16 hexadecimal digits) for a month: its deliveries, the decision, its history."""
        whole = self._of_every_month.copy()
        for share in standing.shares:
            # A file that came twice has the same content under another id, which its rows in bronze carry.
            whole.update(f"{share.delivery.stored_sha256}|{share.delivery.delivery_id}|".encode())
            whole.update(json.dumps(sorted(share.senders) if share.senders is not None else None).encode())
            whole.update(json.dumps(share.delivery.nil, sort_keys=True).encode())
        whole.update(json.dumps(acceptance.to_dict() if acceptance else None, sort_keys=True).encode())
        whole.update(digest(before))
        whole.update(repr(astuple(restated) if restated else None).encode())
        return whole.hexdigest()[:16]


def stale_partitions(lake: Lake, feed: Feed) -> list[str]:
    """Return the months without a verdict, or whose verdict does not match its current inputs.

    Ingesting a month again may change its profile, so the months that are compared with it are stale too.
    """
    store = FeedStore(lake, feed)
    received = store.received()
    current = standings(feed, received)
    verdicts = store.verdicts(current)
    profiles = profiles_of(verdicts, current)
    restatements = store.restatements(received, current)
    fingerprints = Fingerprints(feed, store.districts())
    watches_drift = bool(watched_columns(feed)) or feed.totals is not None
    stale: list[str] = []
    for partition, standing in current.items():
        verdict = verdicts.get(partition)
        follows = watches_drift and not set(months_before(partition, current)).isdisjoint(stale)
        before = profiles_before(partition, current, profiles)
        if (
            follows
            or verdict is None
            or verdict.fingerprint
            != fingerprints.of(standing, store.acceptance(standing), before, restatements.get(partition))
            or (verdict.status is Status.PUBLISHED and not store.has_bronze(partition))
        ):
            stale.append(partition)
    return stale


def profiles_of(verdicts: Mapping[str, Verdict], standings: Mapping[str, Standing]) -> dict[str, Profile]:
    """Return the profile of each month whose newest delivery has been ingested."""
    return {
        partition: Profile.from_dict(verdict.profile)
        for partition, verdict in verdicts.items()
        if verdict.delivery_id == standings[partition].delivery_id
    }


@lru_cache(maxsize=1)
def _code_digest() -> bytes:
    package = Path(__file__).resolve().parents[1]
    whole = hashlib.sha256()
    for name in ("feeds", *PACKAGES):
        for module in sorted((package / name).rglob("*.py")):
            whole.update(module.relative_to(package).as_posix().encode() + module.read_bytes())
    return whole.digest()
