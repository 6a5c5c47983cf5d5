"""Staleness: what a verdict depends on, and so which months must be ingested again.

A verdict depends on the delivery, the suite, the code that reads and validates, the key, the decision on the month, and
the profiles of the earlier months. While none of these changes, ingesting again would change nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from vrp_pipeline.calendar.history import months_before
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.geography.districts import districts_of
from vrp_pipeline.ingest.pseudonyms import load_key
from vrp_pipeline.lake.decisions import Acceptance, acceptance_of
from vrp_pipeline.lake.paths import EXPECTATIONS, Lake
from vrp_pipeline.lake.standings import Standing, newest_per_partition
from vrp_pipeline.lake.verdicts import Status, Verdict, read_verdict
from vrp_pipeline.validation.profiles import Profile, digest, watched_columns
from vrp_pipeline.validation.slices import basis


def stale_partitions(lake: Lake, feed: Feed) -> list[str]:
    """Return the months without a verdict, or whose verdict does not match its current inputs.

    Ingesting a month again may change its profile, so the months that are compared with it are stale too.
    """
    current_deliveries = newest_per_partition(lake, feed)
    verdicts = {
        partition: verdict for partition in current_deliveries if (verdict := read_verdict(lake, feed, partition))
    }
    profiles = _profiles_of(verdicts, current_deliveries)
    watches_drift = bool(watched_columns(feed))
    slices = basis(feed, districts_of(lake) if feed.slices else None)
    stale: list[str] = []
    for partition in current_deliveries:
        follows = watches_drift and not set(months_before(partition, current_deliveries)).isdisjoint(stale)
        before = profiles_before(partition, current_deliveries, profiles)
        if follows or not _is_current(
            lake, feed, current_deliveries[partition], partition, verdicts.get(partition), before, slices
        ):
            stale.append(partition)
    return stale


def known_profiles(lake: Lake, feed: Feed, current_deliveries: Mapping[str, Standing]) -> dict[str, Profile]:
    """Return the profile of each month whose newest delivery has been ingested."""
    return _profiles_of(
        {partition: verdict for partition in current_deliveries if (verdict := read_verdict(lake, feed, partition))},
        current_deliveries,
    )


def profiles_before(
    partition: str, current_deliveries: Mapping[str, Standing], profiles: Mapping[str, Profile]
) -> list[Profile]:
    """Return the profiles that a month is compared with."""
    return [profiles[month] for month in months_before(partition, current_deliveries) if month in profiles]


def fingerprint(
    feed: Feed, standing: Standing, acceptance: Acceptance | None, before: Sequence[Profile], slices: bytes
) -> str:
    """Return a digest of everything a verdict depends on (16 hexadecimal digits); `slices` is `slices.basis`."""
    whole = hashlib.sha256(_code_digest())
    for share in standing.shares:
        # A file that came twice has the same content under another id, which its rows in bronze carry.
        whole.update(f"{share.delivery.sha256}|{share.delivery.delivery_id}|".encode())
        whole.update(json.dumps(sorted(share.senders) if share.senders is not None else None).encode())
        whole.update(json.dumps(share.delivery.nil, sort_keys=True).encode())
    whole.update((EXPECTATIONS / f"{feed.name}.json").read_bytes())
    whole.update(hashlib.sha256(b"fingerprint|" + load_key()).digest())
    whole.update(json.dumps(acceptance.to_dict() if acceptance else None, sort_keys=True).encode())
    whole.update(digest(before))
    whole.update(slices)
    return whole.hexdigest()[:16]


def _profiles_of(verdicts: Mapping[str, Verdict], current_deliveries: Mapping[str, Standing]) -> dict[str, Profile]:
    return {
        partition: verdict.profile
        for partition, verdict in verdicts.items()
        if verdict.delivery_id == current_deliveries[partition].delivery_id
    }


def _is_current(
    lake: Lake,
    feed: Feed,
    standing: Standing,
    partition: str,
    verdict: Verdict | None,
    before: Sequence[Profile],
    slices: bytes,
) -> bool:
    if verdict is None:
        return False
    acceptance = acceptance_of(lake, feed, partition, standing.delivery_id)
    if verdict.fingerprint != fingerprint(feed, standing, acceptance, before, slices):
        return False
    return verdict.status is Status.HELD or lake.bronze_partition(feed, partition).exists()


@lru_cache(maxsize=1)
def _code_digest() -> bytes:
    package = Path(__file__).resolve().parents[1]
    whole = hashlib.sha256()
    for room in ("feeds", "lake", "calendar", "landing", "geography", "validation", "ingest"):
        for module in sorted((package / room).rglob("*.py")):
            whole.update(module.relative_to(package).as_posix().encode() + module.read_bytes())
    return whole.digest()
