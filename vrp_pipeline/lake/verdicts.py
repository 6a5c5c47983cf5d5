"""Verdicts: what was decided about the newest delivery of each month, and why.

Written by `ingest`, read by everyone who must know whether a month may be counted.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.lake.paths import Lake


def exceeds(share: float, tolerance: float) -> bool:
    """Whether a share of rows is more than is tolerated; both are fractions that add up inexactly."""
    return share > tolerance + 1e-9


class Status(StrEnum):
    """What became of a delivered month."""

    PUBLISHED = "published"
    HELD = "held"


@dataclass(frozen=True)
class UnmetExpectation:
    """One expectation of the suite that was not met: how often, in which rows, and what to do about it."""

    expectation: str
    reason: str
    remedy: str
    rows: int
    share: float
    tolerance: float
    holds: bool
    example_rows: tuple[int, ...] = ()
    warning: bool = False


@dataclass(frozen=True)
class Verdict:
    """The judgement on one month of one delivery.

    Rows read = rows published + rows quarantined; a held month publishes none. `fingerprint` names all that the
    verdict rests on: while it is unchanged, judging again would change nothing. `profile` counts the values of the
    columns watched for drift; `acceptance` is the decision by which a month that did not meet expectations is counted all the same.
    """

    feed: str
    partition: str
    status: Status
    delivery_id: str
    file_name: str
    rows_read: int
    rows_published: int
    rows_quarantined: int
    rows_per_reason: dict[str, int]
    unmet_expectations: tuple[UnmetExpectation, ...]
    fingerprint: str
    expectations: tuple[str, ...]
    profile: dict[str, dict[str, int]] = field(default_factory=dict)
    acceptance: dict[str, Any] | None = None

    @property
    def sentence(self) -> str:
        """What a person needs to know first."""
        if self.status is Status.HELD:
            why = "; ".join(f"{unmet.reason} ({unmet.remedy})" for unmet in self.unmet_expectations if unmet.holds)
            return f"{self.feed} {self.partition} of {self.file_name} is held: {why}. The last good month stays."
        by_decision = f" Accepted by {self.acceptance['accepted_by']}." if self.acceptance else ""
        if not self.rows_quarantined:
            return f"{self.feed} {self.partition}: {self.rows_published:,} rows published.{by_decision}"
        reasons = ", ".join(f"{count:,} × {reason}" for reason, count in self.rows_per_reason.items())
        return (
            f"{self.feed} {self.partition}: {self.rows_published:,} rows published, "
            f"{self.rows_quarantined:,} in quarantine ({reasons}).{by_decision}"
        )


def write_verdict(lake: Lake, feed: Feed, verdict: Verdict) -> None:
    """Record the verdict on its month, in place of the one before."""
    write_json(lake.verdict_partition(feed, verdict.partition), asdict(verdict))


def read_verdict(lake: Lake, feed: Feed, partition: str) -> Verdict | None:
    """The verdict on a month, or None if it was never judged."""
    path = lake.verdict_partition(feed, partition)
    if not path.exists():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    content["status"] = Status(content["status"])
    content["unmet_expectations"] = tuple(
        UnmetExpectation(**{**unmet, "example_rows": tuple(unmet["example_rows"])})
        for unmet in content["unmet_expectations"]
    )
    content["expectations"] = tuple(content["expectations"])
    return Verdict(**content)


def judged_partitions(lake: Lake, feed: Feed) -> list[str]:
    """The months of a feed that have a verdict, in order."""
    return sorted(path.parent.name.partition("=")[2] for path in lake.verdicts_of(feed).glob("*/verdict.json"))


def current_verdicts(lake: Lake, feed: Feed, partitions: Collection[str] | None = None) -> list[Verdict]:
    """The verdicts on a feed's months, in order; of `partitions` alone where they are given."""
    judged = (partition for partition in judged_partitions(lake, feed) if partitions is None or partition in partitions)
    return [verdict for partition in judged if (verdict := read_verdict(lake, feed, partition))]


def accepted_verdicts(lake: Lake) -> list[Verdict]:
    """The verdicts of all months that are counted by decision, feed by feed in order of month."""
    return [verdict for verdict in _all_verdicts(lake) if verdict.acceptance is not None]


def held_verdicts(lake: Lake) -> list[Verdict]:
    """The verdicts of all months that are held, feed by feed in order of month."""
    return [verdict for verdict in _all_verdicts(lake) if verdict.status is Status.HELD]


def _all_verdicts(lake: Lake) -> Iterator[Verdict]:
    return (verdict for feed in FEEDS.values() for verdict in current_verdicts(lake, feed))
