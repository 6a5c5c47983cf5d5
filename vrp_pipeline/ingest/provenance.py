"""What a release rests on: the deliveries, the accounts of their rows, and the code."""

from typing import Any

from vrp_pipeline.ingest.accounts import accounts
from vrp_pipeline.ingest.calendar import as_of
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.version import code_version
from vrp_pipeline.landing.ledger import all_deliveries, newest_per_part
from vrp_pipeline.feeds import FEEDS


class UnbalancedError(RuntimeError):
    """Rows were lost or doubled between receipt and bronze: nothing may be released."""


def provenance(lake: Lake) -> dict[str, Any]:
    """The part of a release's manifest that comes before dbt. Raises UnbalancedError if the row accounts do not balance."""
    kept = accounts(lake)
    if wrong := [account for account in kept if not account.balances]:
        raise UnbalancedError("; ".join(f"{account} does not balance" for account in wrong))
    received = all_deliveries(lake)
    winners = {feed.name: newest_per_part(lake, feed) for feed in FEEDS.values()}
    known_until = as_of(lake)
    return {
        "as_of": known_until.isoformat() if known_until else "empty",
        "is_simulated": any(delivery.is_simulated for delivery in received),
        "code_version": code_version(),
        "deliveries": [
            {
                "delivery_id": delivery.delivery_id,
                "feed": delivery.feed,
                "file_name": delivery.file_name,
                "sha256": delivery.sha256,
                "received_at": delivery.received_at.isoformat(),
                "is_simulated": delivery.is_simulated,
                "rows": delivery.rows,
                "months": [
                    part for part in delivery.parts if winners[delivery.feed][part].delivery_id == delivery.delivery_id
                ],
            }
            for delivery in received
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
