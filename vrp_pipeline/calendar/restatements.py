"""What a restated month (or edition) holds beside what was delivered of it before.

The months of one delivery are compared with each other, so a filter that was left on, or a file of changes alone, shows
in none of them: each is as small as the next. Only the delivery before tells, by all months of both. Holds what follows
from the ledger and from decisions; how many rows a month may lose is in the suite.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import inf, sqrt

from vrp_pipeline.calendar.due_dates import last_month
from vrp_pipeline.calendar.history import CHANCE, months_before, usual_rows
from vrp_pipeline.calendar.months import month_after
from vrp_pipeline.feeds.contract import Feed, MonthOf
from vrp_pipeline.feeds.generated.suites import KEEPS_ITS_ROWS
from vrp_pipeline.lake.decisions import Acceptance
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.standings import Standing

EVERYBODY = ""
# Who corrects a month with more rows than this many usual ones, after chance, takes out rows. Suites hold such a month
# for its volume at 1.25 to 2.5, by feed.
MOST_OF_USUAL = 1.6


@dataclass(frozen=True)
class Restatement:
    """What stands of a month, or of the `sender` that lost most, beside what was delivered before and stood then.

    `rows` and `rows_before` are numbers of rows as delivered, `delivered_before` the day on which the former came.
    `kept` is the share of rows that is left in all months that both deliveries hold and, with room for corrections,
    above 1 in a month that lost none.
    """

    sender: str
    rows: int
    rows_before: int
    delivered_before: date
    kept: float


@dataclass(frozen=True)
class _Came:
    """One delivery of a month and its rows of one sender; `is_decided` if a person stands for their number."""

    delivery: Delivery
    rows: int
    is_decided: bool


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
    decisions = _decisions(received, accepted)
    of_sender: dict[str, dict[str, list[_Came]]] = {}
    for sender, partition, came in _by_sender(received, decisions):
        of_sender.setdefault(sender, {}).setdefault(partition, []).append(came)
    judged = [
        found
        for sender, months in of_sender.items()
        for found in _newest(feed, sender, months, least, _most_rows(standings) if sender == EVERYBODY else {})
        # A delivery that came since the standings were read is judged by the next run.
        if found[0] in standings and _is_judged(standings[found[0]], found[1], decisions)
    ]
    worst: dict[str, Restatement] = {}
    for partition, _, restated in judged:
        if partition not in worst or (restated.kept, restated.sender) < (
            worst[partition].kept,
            worst[partition].sender,
        ):
            worst[partition] = restated
    return worst


def _most_rows(standings: Mapping[str, Standing]) -> dict[str, float]:
    """Return for each month with enough months before it the most rows that are not far beyond the usual."""
    found = {}
    for partition in standings:
        usual = usual_rows([standings[month].rows for month in months_before(partition, standings)])
        if usual is not None:
            found[partition] = MOST_OF_USUAL * usual + CHANCE * sqrt(usual)
    return found


def _decisions(received: Sequence[Delivery], accepted: Iterable[Acceptance]) -> dict[str, set[datetime]]:
    """Return by month when the deliveries came on which somebody decided that their number of rows is right."""
    moments = {delivery.delivery_id: delivery.received_at for delivery in received}
    found: dict[str, set[datetime]] = {}
    for decision in accepted:
        delivery_id = decision.delivery_id.partition("~")[0]
        if KEEPS_ITS_ROWS in decision.expectations and delivery_id in moments:
            found.setdefault(decision.partition, set()).add(moments[delivery_id])
    return found


def _by_sender(
    received: Sequence[Delivery], decisions: Mapping[str, set[datetime]]
) -> Iterator[tuple[str, str, _Came]]:
    """Yield each sender, month and delivery of it. A decision is on the newest delivery of each sender at its time."""
    moments: dict[tuple[str, str], list[datetime]] = {}
    rows_of: dict[tuple[str, str, datetime], tuple[Delivery, int]] = {}
    for delivery in received:
        for partition, rows in delivery.partitions.items():
            named = {name: count for name, count in delivery.senders.get(partition, {}).items() if name}
            for sender, count in named.items() or [(EVERYBODY, rows)]:
                moments.setdefault((sender, partition), []).append(delivery.received_at)
                rows_of[sender, partition, delivery.received_at] = (delivery, count)
    for (sender, partition), each in moments.items():
        decided = {max((at for at in each if at <= moment), default=None) for moment in decisions.get(partition, ())}
        for at in each:
            delivery, rows = rows_of[sender, partition, at]
            yield sender, partition, _Came(delivery, rows, at in decided or delivery.nil is not None)


def _is_judged(standing: Standing, came: _Came, decisions: Mapping[str, set[datetime]]) -> bool:
    """Return whether a sender's newest delivery stands and nobody decided on it, or on what stands as a whole.

    The latter is judged for the decision to be told. Once another sender delivers, nothing is asked of this one again.
    """
    if standing.holds(came.delivery) is None or came.delivery.nil is not None:
        return False
    return not came.is_decided or standing.newest.received_at in decisions.get(standing.partition, ())


def _newest(
    feed: Feed, sender: str, months: Mapping[str, Sequence[_Came]], least: float, most: Mapping[str, float]
) -> Iterator[tuple[str, _Came, Restatement]]:
    """Yield the newest delivery of each month of a sender beside the newest sound one before, where there is one.

    One with more than `most` rows of the month is not sound.
    """
    stood: dict[str, list[_Came]] = {}
    found: dict[str, tuple[_Came, Restatement | None]] = {}
    deliveries: dict[datetime, dict[str, _Came]] = {}
    for partition, each in months.items():
        for came in each:
            deliveries.setdefault(came.delivery.received_at, {})[partition] = came
    for _, delivered in sorted(deliveries.items()):
        restated = _compared(feed, sender, delivered, stood)
        for partition, came in delivered.items():
            found[partition] = (came, restated.get(partition))
            is_sound = came.rows <= most.get(partition, inf)
            if is_sound and (came.is_decided or partition not in restated or restated[partition].kept >= least):
                stood.setdefault(partition, []).append(came)
    yield from ((partition, came, restated) for partition, (came, restated) in found.items() if restated is not None)


def _compared(
    feed: Feed, sender: str, delivered: Mapping[str, _Came], stood: Mapping[str, Sequence[_Came]]
) -> dict[str, Restatement]:
    """Return the months of a delivery beside the newest of the deliveries of them that stood.

    Rows are counted over all months: a few copies in one of them are no loss. A month that only takes back what another
    delivery added has lost nothing, and neither has a delivery of which each month had just twice its rows: that came
    twice.
    """
    before = {partition: known[-1] for partition in delivered if (known := _comparable(feed, partition, stood))}
    before = {partition: came for partition, came in before.items() if came.rows}
    if not before:
        return {}
    came_twice = all(came.rows == 2 * delivered[partition].rows for partition, came in before.items())
    kept = {
        partition: came.rows
        if came_twice or _takes_back(feed, partition, delivered[partition], stood[partition])
        else min(came.rows, delivered[partition].rows)
        for partition, came in before.items()
    }
    total = sum(came.rows for came in before.values())
    # The events are the same, so nothing is left to chance; but in a month of two rows one may have been a mistake.
    share = (sum(kept.values()) + sqrt(total)) / total
    return {
        partition: Restatement(
            sender,
            delivered[partition].rows,
            came.rows,
            came.delivery.received_on,
            share if kept[partition] < came.rows else (came.rows + sqrt(came.rows)) / came.rows,
        )
        for partition, came in before.items()
    }


def _comparable(feed: Feed, partition: str, stood: Mapping[str, Sequence[_Came]]) -> list[_Came]:
    """Return the deliveries of a month with which a later one is compared: of plans, none before the month was over."""
    known = stood.get(partition, ())
    period = feed.period
    if isinstance(period, MonthOf) and feed.by_name[period.column].may_lie_ahead:
        return [came for came in known if came.delivery.received_on >= _over(feed, partition)]
    return list(known)


def _takes_back(feed: Feed, partition: str, came: _Came, stood: Sequence[_Came]) -> bool:
    """Return whether a delivery has the rows of an earlier one that was as complete as it can be."""
    least, over = feed.tolerances.least_of_restated or 0.0, _over(feed, partition)
    return any(
        least * other.rows <= came.rows <= other.rows / least
        for other in stood
        if other.rows and (other.delivery.received_on >= over or came.delivery.received_on < over)
    )


def _over(feed: Feed, partition: str) -> date:
    """Return the first day after a month (or after the year of an edition)."""
    last = last_month(feed, partition if feed.is_monthly else f"{partition}-03")
    return date.fromisoformat(f"{month_after(last)}-01")
