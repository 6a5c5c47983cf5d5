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
from vrp_pipeline.ingest.pseudonyms import load_key
from vrp_pipeline.lake.decisions import Acceptance, acceptance_of
from vrp_pipeline.lake.paths import EXPECTATIONS, Lake
from vrp_pipeline.lake.standings import Standing, newest_per_partition
from vrp_pipeline.lake.verdicts import Status, Verdict, read_verdict
from vrp_pipeline.validation.profiles import Profile, digest, watched_columns


def stale_partitions(lake: Lake, feed: Feed) -> list[str]:
    """Return the months without a verdict, or whose verdict does not match its current inputs.

    Ingesting a month again may change its profile, so the months that are compared with it are stale too.
    """
    winners = newest_per_partition(lake, feed)
    verdicts = {partition: verdict for partition in winners if (verdict := read_verdict(lake, feed, partition))}
    profiles = _profiles_of(verdicts, winners)
    watches = bool(watched_columns(feed))
    stale: list[str] = []
    for partition in winners:
        follows = watches and not set(months_before(partition, winners)).isdisjoint(stale)
        before = profiles_before(partition, winners, profiles)
        if follows or not _is_current(lake, feed, winners[partition], partition, verdicts.get(partition), before):
            stale.append(partition)
    return stale


def known_profiles(lake: Lake, feed: Feed, winners: Mapping[str, Standing]) -> dict[str, Profile]:
    """Return the profile of each month whose newest delivery has been ingested."""
    return _profiles_of(
        {partition: verdict for partition in winners if (verdict := read_verdict(lake, feed, partition))}, winners
    )


def profiles_before(partition: str, winners: Mapping[str, Standing], profiles: Mapping[str, Profile]) -> list[Profile]:
    """Return the profiles that a month is compared with."""
    return [profiles[month] for month in months_before(partition, winners) if month in profiles]


def fingerprint(feed: Feed, standing: Standing, acceptance: Acceptance | None, before: Sequence[Profile]) -> str:
    """Return a digest of everything a verdict depends on (16 hexadecimal digits)."""
    basis = hashlib.sha256(_code_digest())
    for share in standing.shares:
        # A file that came twice has the same content under another id, which its rows in bronze carry.
        basis.update(f"{share.delivery.sha256}|{share.delivery.delivery_id}|".encode())
        basis.update(json.dumps(sorted(share.senders) if share.senders is not None else None).encode())
        basis.update(json.dumps(share.delivery.nil, sort_keys=True).encode())
    basis.update((EXPECTATIONS / f"{feed.name}.json").read_bytes())
    basis.update(hashlib.sha256(b"fingerprint|" + load_key()).digest())
    basis.update(json.dumps(acceptance.to_dict() if acceptance else None, sort_keys=True).encode())
    basis.update(digest(before))
    return basis.hexdigest()[:16]


def _profiles_of(verdicts: Mapping[str, Verdict], winners: Mapping[str, Standing]) -> dict[str, Profile]:
    return {
        partition: verdict.profile
        for partition, verdict in verdicts.items()
        if verdict.delivery_id == winners[partition].delivery_id
    }


def _is_current(
    lake: Lake, feed: Feed, standing: Standing, partition: str, verdict: Verdict | None, before: Sequence[Profile]
) -> bool:
    if verdict is None:
        return False
    acceptance = acceptance_of(lake, feed, partition, standing.delivery_id)
    if verdict.fingerprint != fingerprint(feed, standing, acceptance, before):
        return False
    return verdict.status is Status.HELD or lake.bronze_partition(feed, partition).exists()


@lru_cache(maxsize=1)
def _code_digest() -> bytes:
    package = Path(__file__).resolve().parents[1]
    whole = hashlib.sha256()
    for room in ("feeds", "lake", "calendar", "landing", "validation", "ingest"):
        for module in sorted((package / room).rglob("*.py")):
            whole.update(module.relative_to(package).as_posix().encode() + module.read_bytes())
    return whole.digest()
