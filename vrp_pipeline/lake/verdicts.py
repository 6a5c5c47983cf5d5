"""Verdicts: what was decided about the newest delivery of each month, and why.

Holds the record of a verdict and its storage. `ingest` writes verdicts; the calendar, releases and the command line
read them. Evaluating expectations belongs to `validation`.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.lake.paths import Lake


def exceeds(share: float, tolerance: float) -> bool:
    """Return whether a share of rows exceeds the tolerance; 1e-9 allows for floating-point error."""
    return share > tolerance + 1e-9


class Status(StrEnum):
    """Whether a delivered month was published or held."""

    PUBLISHED = "published"
    HELD = "held"


@dataclass(frozen=True)
class UnmetExpectation:
    """An expectation of the suite that a month did not meet: how often, in which rows, and the remedy.

    `share` and `tolerance` are fractions of the rows evaluated; `holds` says whether the month is held for it.
    """

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
    """The validation result of one month of one delivery, or of several deliveries that count for it together.

    rows_read = rows_published + rows_quarantined; a held month publishes none. `fingerprint` identifies all inputs of
    the verdict: while it is unchanged, validating again gives the same result. `profile` counts the values of the
    columns watched for drift. `acceptance` is the decision by which a month with unmet expectations is published, if
    any. `delivery_ids` names the deliveries judged, by time of receipt; `delivery_id` stands for all of them.
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
    delivery_ids: tuple[str, ...] = ()

    @property
    def holding(self) -> list[str]:
        """The unmet expectations that hold the month."""
        return [unmet.expectation for unmet in self.unmet_expectations if unmet.holds]

    @property
    def sentence(self) -> str:
        """The verdict in one sentence for people."""
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
    """Store the verdict on its month, replacing the previous one."""
    write_json(lake.verdict_partition(feed, verdict.partition), asdict(verdict))


def read_verdict(lake: Lake, feed: Feed, partition: str) -> Verdict | None:
    """Return the verdict on a month, or None if the month has never been validated."""
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
    content["delivery_ids"] = tuple(content.get("delivery_ids", ()))
    return Verdict(**content)


def judged_partitions(lake: Lake, feed: Feed) -> list[str]:
    """Return the months of a feed that have a verdict, in order."""
    return sorted(path.parent.name.partition("=")[2] for path in lake.verdicts_of(feed).glob("*/verdict.json"))


def current_verdicts(lake: Lake, feed: Feed, partitions: Collection[str] | None = None) -> list[Verdict]:
    """Return the verdicts on a feed's months, in order of month; limited to `partitions` if given."""
    judged = (partition for partition in judged_partitions(lake, feed) if partitions is None or partition in partitions)
    return [verdict for partition in judged if (verdict := read_verdict(lake, feed, partition))]


def accepted_verdicts(lake: Lake) -> list[Verdict]:
    """Return the verdicts of all months published by decision, by feed and month."""
    return [verdict for verdict in _all_verdicts(lake) if verdict.acceptance is not None]


def held_verdicts(lake: Lake) -> list[Verdict]:
    """Return the verdicts of all held months, by feed and month."""
    return [verdict for verdict in _all_verdicts(lake) if verdict.status is Status.HELD]


def _all_verdicts(lake: Lake) -> Iterator[Verdict]:
    return (verdict for feed in FEEDS.values() for verdict in current_verdicts(lake, feed))
