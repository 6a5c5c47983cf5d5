"""The ledger of deliveries: what was received, when, for which feed, and which months it covers.

Each delivery is one immutable folder in `landing` that holds the file as received and `delivery.json`. The ledger is
read from those folders and stored nowhere else, so it cannot disagree with the files. Which deliveries count for a
month follows from it in `lake.standings`; receiving a file belongs to `landing.receipt`.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.paths import Lake

RECORD = "delivery.json"
# Hexadecimal digits of a file's SHA-256 in the id of its delivery.
ID_LENGTH = 16
# What is left of a file from which rows were erased; erased from again, it stands under another number.
REDACTED, REDACTED_AGAIN = "redacted.parquet", "redacted-{times}.parquet"


class WithoutMonth(StrEnum):
    """Why a row belongs to no partition of its delivery, in the order in which it is told."""

    UNDATED = "undated"
    OTHER_MONTH = "other month"
    AHEAD = "ahead"
    MALFORMED = "malformed"


@dataclass(frozen=True)
class Delivery:
    """One received file, for one feed. `partitions` gives the number of rows of each month (or edition) it covers.

    A file that delivers several feeds is one delivery per feed, with the same id and different times of receipt.
    `received_at` is unique in a lake and orders deliveries: of two that cover a month, the later replaces the whole
    month, or, in a feed with several senders, the rows of its own senders. `senders` gives the rows of each partition
    by sender, "" standing for rows that name none; {} in a feed without senders. `without_partition` gives the rows
    without a partition by cause (`WithoutMonth`). `nil` names the person who declared that there was nothing to
    deliver, and the reason. `erased` says how many `rows` of people were erased from it, how many `times`, and the
    `sha256` of what is left; `sha256` stays that of the file as received, and all other numbers are of what is left.
    """

    delivery_id: str
    feed: str
    file_name: str
    sha256: str
    bytes: int
    received_at: datetime
    partitions: dict[str, int]
    rows_without_partition: int
    is_simulated: bool
    senders: dict[str, dict[str, int]] = field(default_factory=dict)
    without_partition: dict[str, int] = field(default_factory=dict)
    nil: dict[str, str] | None = None
    erased: dict[str, Any] | None = None

    @property
    def stored_sha256(self) -> str:
        """SHA-256 of the file that landing holds: the one received, or what is left of it."""
        return str(self.erased["sha256"]) if self.erased else self.sha256

    @property
    def rows(self) -> int:
        """Number of rows of the delivery that belong to its feed."""
        return sum(self.partitions.values()) + self.rows_without_partition

    def rows_of(self, partition: str, senders: Iterable[str]) -> int:
        """Return the rows of some senders in a partition."""
        return sum(self.senders.get(partition, {}).get(sender, 0) for sender in senders)

    def rows_put_aside(self, cause: WithoutMonth) -> int:
        """Return the rows that belong to no partition for a cause; a delivery that records no causes has undated rows.

        Deliveries recorded before the causes were told only the sum.
        """
        if not self.without_partition and cause is WithoutMonth.UNDATED:
            return self.rows_without_partition
        return self.without_partition.get(cause, 0)

    @property
    def named_senders(self) -> set[str]:
        """The senders that any row of the delivery names."""
        return {sender for rows in self.senders.values() for sender in rows if sender}

    @property
    def received_on(self) -> date:
        """The date of receipt in London."""
        return self.received_at.astimezone(TIME_ZONE).date()

    @property
    def folder_name(self) -> str:
        """Name of the delivery's folder in landing: sorts by time of receipt and ends with the content's id."""
        return f"{self.received_at:%Y%m%dT%H%M%S%f}-{self.delivery_id}"

    def path(self, lake: Lake) -> Path:
        """Return the path of the file as received, or of what is left of it."""
        return lake.deliveries_of(FEEDS[self.feed]) / self.folder_name / self.stored_name

    @property
    def times_erased(self) -> int:
        """How often rows were erased from the file. Erased from before this was counted is erased from once."""
        return int(self.erased.get("times", 1)) if self.erased else 0

    @property
    def stored_name(self) -> str:
        """The name of the file that landing holds: the one received, or what is left of it."""
        if self.times_erased > 1:
            return REDACTED_AGAIN.format(times=self.times_erased)
        return REDACTED if self.erased else self.file_name

    def to_dict(self) -> dict[str, object]:
        """Return the delivery as stored in the ledger."""
        return {**asdict(self), "received_at": self.received_at.isoformat()}


def deliveries(lake: Lake, feed: Feed) -> list[Delivery]:
    """Return all deliveries of a feed known to the lake, oldest first; as of a past day, those received by its end."""
    records = (_read(path) for path in lake.deliveries_of(feed).glob(f"[0-9]*/{RECORD}"))
    known = (delivery for delivery in records if lake.knows(delivery.received_at))
    return sorted(known, key=lambda delivery: delivery.received_at)


def all_deliveries(lake: Lake) -> list[Delivery]:
    """Return the deliveries of all feeds, oldest first."""
    found = [delivery for feed in FEEDS.values() for delivery in deliveries(lake, feed)]
    return sorted(found, key=lambda delivery: delivery.received_at)


def _read(path: Path) -> Delivery:
    content = json.loads(path.read_text(encoding="utf-8"))
    # Landing is immutable: deliveries recorded before the fields were renamed keep the old names.
    for before, now in (("parts", "partitions"), ("rows_without_part", "rows_without_partition")):
        if before in content:
            content[now] = content.pop(before)
    content["received_at"] = datetime.fromisoformat(content["received_at"])
    return Delivery(**content)
