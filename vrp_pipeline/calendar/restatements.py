"""What a restated month (or edition) holds beside what was delivered of it before.

The months of one delivery are compared with each other, so a filter that was left on, or a file of changes alone, shows
in none of them: each is as small as the next. Only the delivery before tells. Holds what follows from the ledger and
from decisions; how many rows a month may lose is in the suite.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from vrp_pipeline.calendar.due_dates import last_month
from vrp_pipeline.calendar.months import month_after
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.feeds.generated.suites import KEEPS_ITS_ROWS
from vrp_pipeline.lake.decisions import Acceptance
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.standings import Standing

EVERYBODY = ""


@dataclass(frozen=True)
class Restatement:
    """What stands of a month, or of the `sender` that lost most, beside what was delivered before and stood then.

    `rows` and `rows_before` are numbers of rows as delivered, `delivered_before` the day on which the former came.
    """

    sender: str
    rows: int
    rows_before: int
    delivered_before: date

    @property
    def kept(self) -> float:
        """Share of the rows before that is left, with the square root of their number as room for corrections.

        The events are the same, so nothing is left to chance; but of two rows one may have been entered by mistake.
        """
        return (self.rows + sqrt(self.rows_before)) / self.rows_before


def restatements(
    feed: Feed, received: Sequence[Delivery], standings: Mapping[str, Standing], accepted: Iterable[Acceptance]
) -> dict[str, Restatement]:
    """Return for each month that was delivered before the sender that kept the smallest share of its rows.

    `received` are the deliveries of the feed from the oldest to the newest. A delivery that lost too many rows is
    nothing to compare later ones with, unless somebody accepted it: else one held file would let its like pass.
    """
    least = feed.tolerances.least_of_restated
    if least is None or not feed.is_in_calendar:
        return {}
    decided = {
        (decision.partition, decision.delivery_id.partition("~")[0])
        for decision in accepted
        if KEEPS_ITS_ROWS in decision.expectations
    }
    came: dict[str, dict[str, list[tuple[Delivery, int]]]] = {}
    for delivery in received:
        for partition, rows in delivery.partitions.items():
            of_sender = {name: count for name, count in delivery.senders.get(partition, {}).items() if name}
            for sender, count in of_sender.items() or [(EVERYBODY, rows)]:
                came.setdefault(partition, {}).setdefault(sender, []).append((delivery, count))
    found: dict[str, Restatement] = {}
    for partition in standings:
        last = last_month(feed, partition if feed.is_monthly else f"{partition}-03")
        over = date.fromisoformat(f"{month_after(last)}-01")
        judged = [
            restated
            for sender, deliveries in came[partition].items()
            if (restated := _restated(sender, deliveries, over, least, partition, decided)) is not None
        ]
        if judged:
            found[partition] = min(judged, key=lambda each: (each.kept, each.sender))
    return found


def _restated(
    sender: str,
    deliveries: Sequence[tuple[Delivery, int]],
    over: date,
    least: float,
    partition: str,
    decided: set[tuple[str, str]],
) -> Restatement | None:
    """Return the newest of a sender's deliveries of a month beside the newest sound one before; None without one.

    A delivery that only takes back what another added, once the month was over, has lost nothing.
    """
    stood: list[tuple[Delivery, int]] = []
    restated = None
    for delivery, rows in deliveries:
        restated = None
        if stood and stood[-1][1]:
            before, rows_before = stood[-1]
            restated = Restatement(sender, rows, rows_before, before.received_on)
            takes_back = any(
                least * then <= rows <= then / least for other, then in stood if then and other.received_on >= over
            )
            if takes_back:
                restated = Restatement(sender, max(rows, rows_before), rows_before, before.received_on)
        if restated is None or restated.kept >= least or (partition, delivery.delivery_id) in decided:
            stood.append((delivery, rows))
    return restated
