"""The provenance of a release: its deliveries, their row accounts, and the version of the code."""

from typing import Any

from vrp_pipeline.calendar.feed_calendar import as_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.code_version import code_version
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.lake.verdicts import accepted_verdicts, held_verdicts
from vrp_pipeline.release.row_accounts import accounts


class UnbalancedError(RuntimeError):
    """Raised if rows were lost or duplicated between receipt and bronze; nothing may then be released."""


def provenance(lake: Lake) -> dict[str, Any]:
    """Return the manifest of a release without its tables. Raises UnbalancedError if a feed's rows do not balance."""
    kept = accounts(lake)
    if wrong := [account for account in kept if not account.balances]:
        raise UnbalancedError("; ".join(f"{account} does not balance" for account in wrong))
    received = all_deliveries(lake)
    current_deliveries = {feed.name: newest_per_partition(lake, feed) for feed in FEEDS.values()}
    known_until = as_of(lake)
    months = [
        [partition for partition in delivery.partitions if current_deliveries[delivery.feed][partition].holds(delivery)]
        for delivery in received
    ]
    current = [delivery for delivery, standing in zip(received, months, strict=True) if standing]
    return {
        "as_of": known_until.isoformat() if known_until else "empty",
        # Superseded deliveries count in no figure. Public lists may be real beside simulated records, and a nil return,
        # which a person can declare in any lake, holds no record.
        "is_simulated": any(delivery.is_simulated for delivery in current),
        "has_real_records": any(
            delivery.rows > 0 and not delivery.is_simulated and FEEDS[delivery.feed].agency != "reference"
            for delivery in current
        ),
        "code_version": code_version(),
        "held": list(held_months(lake)),
        "accepted": [verdict.acceptance for verdict in accepted_verdicts(lake)],
        "deliveries": [
            {
                "delivery_id": delivery.delivery_id,
                "feed": delivery.feed,
                "file_name": delivery.file_name,
                "sha256": delivery.sha256,
                "received_at": delivery.received_at.isoformat(),
                "is_simulated": delivery.is_simulated,
                "rows": delivery.rows,
                "months": standing,
            }
            for delivery, standing in zip(received, months, strict=True)
        ],
        "rows": {
            account.feed: {
                "read": account.received - account.waiting,
                "bronze": account.bronze,
                "quarantine": account.quarantine,
                "superseded": account.superseded,
            }
            for account in kept
        },
    }


def held_months(lake: Lake) -> tuple[str, ...]:
    """Return the months whose newest delivery is held, as `police__offences 2023-05`."""
    return tuple(f"{verdict.feed} {verdict.partition}" for verdict in held_verdicts(lake))
