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
class Finding:
    """One promise of the suite that was broken: how often, in which rows, and what to do about it."""

    rule: str
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
    columns watched for drift; `acceptance` is the decision by which a month that broke rules is counted all the same.
    """

    feed: str
    part: str
    status: Status
    delivery_id: str
    file_name: str
    rows_read: int
    rows_published: int
    rows_quarantined: int
    rows_per_reason: dict[str, int]
    findings: tuple[Finding, ...]
    fingerprint: str
    rules: tuple[str, ...]
    profile: dict[str, dict[str, int]] = field(default_factory=dict)
    acceptance: dict[str, Any] | None = None

    @property
    def sentence(self) -> str:
        """What a person needs to know first."""
        if self.status is Status.HELD:
            why = "; ".join(f"{finding.reason} ({finding.remedy})" for finding in self.findings if finding.holds)
            return f"{self.feed} {self.part} of {self.file_name} is held: {why}. The last good month stays."
        by_decision = f" Accepted by {self.acceptance['accepted_by']}." if self.acceptance else ""
        if not self.rows_quarantined:
            return f"{self.feed} {self.part}: {self.rows_published:,} rows published.{by_decision}"
        reasons = ", ".join(f"{count:,} × {reason}" for reason, count in self.rows_per_reason.items())
        return (
            f"{self.feed} {self.part}: {self.rows_published:,} rows published, "
            f"{self.rows_quarantined:,} in quarantine ({reasons}).{by_decision}"
        )


def write_verdict(lake: Lake, feed: Feed, verdict: Verdict) -> None:
    """Record the verdict on its month, in place of the one before."""
    write_json(lake.verdict_part(feed, verdict.part), asdict(verdict))


def read_verdict(lake: Lake, feed: Feed, part: str) -> Verdict | None:
    """The verdict on a month, or None if it was never judged."""
    path = lake.verdict_part(feed, part)
    if not path.exists():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    content["status"] = Status(content["status"])
    content["findings"] = tuple(
        Finding(**{**finding, "example_rows": tuple(finding["example_rows"])}) for finding in content["findings"]
    )
    content["rules"] = tuple(content["rules"])
    return Verdict(**content)


def judged_parts(lake: Lake, feed: Feed) -> list[str]:
    """The months of a feed that have a verdict, in order."""
    return sorted(path.parent.name.partition("=")[2] for path in lake.verdicts_of(feed).glob("*/verdict.json"))


def standing_verdicts(lake: Lake, feed: Feed, parts: Collection[str] | None = None) -> list[Verdict]:
    """The verdicts on a feed's months, in order; of `parts` alone where they are given."""
    judged = (part for part in judged_parts(lake, feed) if parts is None or part in parts)
    return [verdict for part in judged if (verdict := read_verdict(lake, feed, part))]


def accepted_verdicts(lake: Lake) -> list[Verdict]:
    """The verdicts of all months that are counted by decision, feed by feed in order of month."""
    return [verdict for verdict in _all_verdicts(lake) if verdict.acceptance is not None]


def held_verdicts(lake: Lake) -> list[Verdict]:
    """The verdicts of all months that are held, feed by feed in order of month."""
    return [verdict for verdict in _all_verdicts(lake) if verdict.status is Status.HELD]


def _all_verdicts(lake: Lake) -> Iterator[Verdict]:
    return (verdict for feed in FEEDS.values() for verdict in standing_verdicts(lake, feed))
