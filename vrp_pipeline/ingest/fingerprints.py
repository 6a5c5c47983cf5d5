"""Fingerprints: digests of everything that a verdict depends on, by which a verdict that is out of date is told.

A verdict depends on the delivery, the suite, the code that reads and validates, the key, the decision on the month, the
profiles of the earlier months, and what was delivered of the month before. While none of these changes, ingesting again
would change nothing.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path

from vrp_pipeline.calendar.restatements import Restatement
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.geography.districts import Districts
from vrp_pipeline.identifiers.pseudonyms import load_key
from vrp_pipeline.lake.decisions import Acceptance
from vrp_pipeline.lake.paths import EXPECTATIONS
from vrp_pipeline.lake.standings import Standing
from vrp_pipeline.validation.profiles import Profile, digest
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


@lru_cache(maxsize=1)
def _code_digest() -> bytes:
    package = Path(__file__).resolve().parents[1]
    whole = hashlib.sha256()
    for name in ("feeds", *PACKAGES):
        for module in sorted((package / name).rglob("*.py")):
            whole.update(module.relative_to(package).as_posix().encode() + module.read_bytes())
    return whole.digest()
