"""What a verdict rests on, and so which months must be judged again.

A verdict rests on the delivery, the suite, the code that reads and judges, the key, what a person decided about the
month, and the profiles of the months before it. While none of these changes, judging again would change nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.ingest.facts import HISTORY_MONTHS
from vrp_pipeline.ingest.profiles import Profile, digest, watched_columns
from vrp_pipeline.ingest.pseudonyms import load_key
from vrp_pipeline.lake.decisions import Acceptance, acceptance_of
from vrp_pipeline.lake.paths import EXPECTATIONS, Lake
from vrp_pipeline.lake.verdicts import Status, Verdict, read_verdict
from vrp_pipeline.landing.ledger import Delivery, newest_per_part


def parts_to_refresh(lake: Lake, feed: Feed) -> list[str]:
    """The months whose verdict, if any, does not rest on what is known now.

    A month that is judged again may change its profile, so the months that are compared with it follow.
    """
    winners = newest_per_part(lake, feed)
    profiles = known_profiles(lake, feed, winners)
    watches = bool(watched_columns(feed))
    stale: list[str] = []
    for part in winners:
        before = months_before(part, winners)
        if (watches and set(before) & set(stale)) or not _is_current(lake, feed, part, winners, profiles):
            stale.append(part)
    return stale


def known_profiles(lake: Lake, feed: Feed, winners: Mapping[str, Delivery]) -> dict[str, Profile]:
    """The profile of each month whose newest delivery has been judged."""
    verdicts = {part: read_verdict(lake, feed, part) for part in winners}
    return {
        part: verdict.profile
        for part, verdict in verdicts.items()
        if verdict is not None and verdict.delivery_id == winners[part].delivery_id
    }


def months_before(part: str, winners: Mapping[str, Delivery]) -> list[str]:
    """The up to twelve received months before `part`, in order."""
    return [month for month in sorted(winners) if month < part][-HISTORY_MONTHS:]


def profiles_before(part: str, winners: Mapping[str, Delivery], profiles: Mapping[str, Profile]) -> list[Profile]:
    """The profiles a month is compared with."""
    return [profiles[month] for month in months_before(part, winners) if month in profiles]


def fingerprint(feed: Feed, delivery: Delivery, acceptance: Acceptance | None, before: Sequence[Profile]) -> str:
    """All that a verdict rests on, in sixteen hexadecimal digits."""
    basis = hashlib.sha256(_code_digest())
    basis.update(delivery.sha256.encode())
    basis.update((EXPECTATIONS / f"{feed.name}.json").read_bytes())
    basis.update(hashlib.sha256(b"fingerprint|" + load_key()).digest())
    basis.update(json.dumps(acceptance.to_dict() if acceptance else None, sort_keys=True).encode())
    basis.update(digest(before))
    return basis.hexdigest()[:16]


def _is_current(
    lake: Lake, feed: Feed, part: str, winners: Mapping[str, Delivery], profiles: Mapping[str, Profile]
) -> bool:
    verdict: Verdict | None = read_verdict(lake, feed, part)
    if verdict is None:
        return False
    delivery = winners[part]
    acceptance = acceptance_of(lake, feed, part, delivery.delivery_id)
    if verdict.fingerprint != fingerprint(feed, delivery, acceptance, profiles_before(part, winners, profiles)):
        return False
    return verdict.status is Status.HELD or lake.bronze_part(feed, part).exists()


@lru_cache(maxsize=1)
def _code_digest() -> bytes:
    package = Path(__file__).resolve().parents[1]
    whole = hashlib.sha256()
    for room in ("feeds", "landing", "ingest", "lake"):
        for module in sorted((package / room).rglob("*.py")):
            whole.update(module.relative_to(package).as_posix().encode() + module.read_bytes())
    return whole.digest()
