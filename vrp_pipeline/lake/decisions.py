"""Decisions: which held months a named person accepted, when and why.

Holds the record of a decision and its storage; checking that a decision is allowed belongs to `ingest.acceptance`.
Decisions cannot be rebuilt from other data, like landing and the keys. Each is one immutable file for one month of
one delivery and the expectations unmet at that time: a newer delivery, or another unmet expectation, needs a new
decision.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Verdict


@dataclass(frozen=True)
class Acceptance:
    """A decision to publish a held month. `expectations` are those that were unmet; `accepted_at` is in UTC."""

    feed: str
    partition: str
    delivery_id: str
    expectations: tuple[str, ...]
    accepted_by: str
    accepted_at: datetime
    reason: str

    def to_dict(self) -> dict[str, object]:
        """Return the decision as stored in the lake, in verdicts and in provenance."""
        return {**asdict(self), "accepted_at": self.accepted_at.isoformat()}

    def leaves(self, unmet: Iterable[str]) -> list[str]:
        """Return those of some unmet expectations that the decision is not on."""
        return [expectation for expectation in unmet if expectation not in self.expectations]

    @property
    def sentence(self) -> str:
        """The note on the decision in provenance and in the report's footnotes."""
        return (
            f"{self.feed} {self.partition} was accepted by {self.accepted_by} on {self.accepted_at:%Y-%m-%d}, "
            f"unmet: {'; '.join(self.expectations)}. Reason: {self.reason}"
        )


def record(lake: Lake, acceptance: Acceptance) -> None:
    """Store a decision beside any earlier ones."""
    folder = _folder(lake, FEEDS[acceptance.feed], acceptance.partition)
    write_json(folder / f"{acceptance.delivery_id}-{acceptance.accepted_at:%Y%m%dT%H%M%S%f}.json", acceptance.to_dict())


def acceptances_of(lake: Lake, feed: Feed) -> list[Acceptance]:
    """Return all decisions on the months of a feed that are known to the lake, whichever deliveries they are on."""
    paths = (lake.decisions / feed.agency / feed.table).glob("*/*.json")
    return [decision for path in sorted(paths) if lake.knows((decision := _read(path)).accepted_at)]


def newest_acceptances(decisions: Iterable[Acceptance]) -> dict[tuple[str, str], Acceptance]:
    """Return the newest of some decisions on each month of one delivery, by the month and the delivery's id."""
    by_time = sorted(decisions, key=lambda decision: decision.accepted_at)
    return {(decision.partition, decision.delivery_id): decision for decision in by_time}


def are_settled(decisions: Mapping[tuple[str, str], Acceptance], verdict: Verdict) -> bool:
    """Return whether the newest decisions on a feed cover everything that holds the month of a verdict."""
    decision = decisions.get((verdict.partition, verdict.delivery_id))
    return decision is not None and not decision.leaves(verdict.holding)


def _read(path: Path) -> Acceptance:
    content = json.loads(path.read_text(encoding="utf-8"))
    # Decisions are never rewritten: files written before the fields were renamed keep the old names.
    for before, now in (("part", "partition"), ("rules", "expectations")):
        if before in content:
            content[now] = content.pop(before)
    content["accepted_at"] = datetime.fromisoformat(content["accepted_at"])
    content["expectations"] = tuple(content["expectations"])
    return Acceptance(**content)


def _folder(lake: Lake, feed: Feed, partition: str) -> Path:
    return lake.decisions / feed.agency / feed.table / f"{feed.partition_name}={partition}"
