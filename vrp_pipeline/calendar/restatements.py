"""What a restated month (or edition) holds beside what was delivered of it before.

The months of one delivery are compared with each other, so a filter that was left on, or a file of changes alone, shows
in none of them: each is as small as the next. Only the delivery before tells, by all months of both. Holds what follows
from the ledger and from decisions; how many rows a month may lose is in the suite.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import inf, sqrt

from vrp_pipeline.calendar.history import CHANCE, months_before, usual_rows
from vrp_pipeline.calendar.partitions import day_after
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.generated.month_expectations import KEEPS_ITS_ROWS
from vrp_pipeline.lake.decisions import Acceptance
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.standings import Standing

EVERYBODY = ""
# Who corrects a month with more rows than this many usual ones, after chance, takes out rows. Suites hold such a month
# for its volume at 1.25 to 2.5, by feed.
MOST_OF_USUAL = 1.6


@dataclass(frozen=True)
class Restatement:
    """What counts for a month, or of the `sender` that lost most, beside what was delivered before and counted then.

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
    """One delivery of a month and its rows of one sender."""

    delivery: Delivery
    rows: int


def restatements(
    feed: Feed, received: Sequence[Delivery], standings: Mapping[str, Standing], accepted: Iterable[Acceptance]
) -> dict[str, Restatement]:
    """Return for each month that was delivered before the sender that kept the smallest share of its rows.

    `received` are the deliveries of the feed from the oldest to the newest, and `standings` what of them counts. A
    delivery that lost too many rows is nothing to compare later ones with, unless somebody accepted it: else one held
    file would let its like pass. Nor is one with far more rows of a month than are usual.
    """
    least = feed.tolerances.least_of_restated
    if least is None or not feed.is_in_calendar:
        return {}
    decisions = _decisions(received, accepted)
    decided = _decided(received, decisions)
    most = _most_rows(standings)
    # By month and sender: the deliveries that later ones are compared with, and the newest beside the one before it.
    baselines: dict[tuple[str, str], list[_Came]] = {}
    newest: dict[tuple[str, str], tuple[Delivery, Restatement | None]] = {}
    for delivery in received:
        for sender, rows in _rows_by_sender(delivery).items():
            restated = _compared(
                feed, sender, delivery, rows, {month: baselines.get((month, sender), ()) for month in rows}
            )
            for month, count in rows.items():
                newest[month, sender] = (delivery, restated.get(month))
                is_usual = sender != EVERYBODY or count <= most.get(month, inf)
                is_sound = month not in restated or restated[month].kept >= least
                if is_usual and (is_sound or (month, sender, delivery.received_at) in decided):
                    baselines.setdefault((month, sender), []).append(_Came(delivery, count))
    judged = [
        (month, restated)
        for (month, sender), (delivery, restated) in newest.items()
        if restated
        and _is_judged(
            standings[month], delivery, decisions, is_decided=(month, sender, delivery.received_at) in decided
        )
    ]
    # The smallest share of a month comes last, and stays.
    judged.sort(key=lambda each: (each[1].kept, each[1].sender), reverse=True)
    return dict(judged)


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


def _decided(received: Sequence[Delivery], decisions: Mapping[str, set[datetime]]) -> set[tuple[str, str, datetime]]:
    """Return month, sender and moment of the deliveries whose number of rows a person has accepted.

    A decision is on the newest delivery of each sender at its time; a nil return is a declaration by itself.
    """
    newest: dict[str, dict[str, datetime]] = {}
    decided: set[tuple[str, str, datetime]] = set()
    for delivery in received:
        for sender, rows in _rows_by_sender(delivery).items():
            for month in rows:
                newest.setdefault(month, {})[sender] = delivery.received_at
                if delivery.nil is not None:
                    decided.add((month, sender, delivery.received_at))
        for month, moments in decisions.items():
            if delivery.received_at in moments:
                decided |= {(month, sender, at) for sender, at in newest.get(month, {}).items()}
    return decided


def _rows_by_sender(delivery: Delivery) -> dict[str, dict[str, int]]:
    """Return the rows of each month by sender; rows that name no sender are counted only where none is named."""
    found: dict[str, dict[str, int]] = {}
    for month, rows in delivery.partitions.items():
        named = {name: count for name, count in delivery.senders.get(month, {}).items() if name}
        for sender, count in (named or {EVERYBODY: rows}).items():
            found.setdefault(sender, {})[month] = count
    return found


def _is_judged(
    standing: Standing, delivery: Delivery, decisions: Mapping[str, set[datetime]], *, is_decided: bool
) -> bool:
    """Return whether a sender's newest delivery is judged as a restatement.

    It is while it counts and nobody has decided on it. It is too where a person decided on the month as it is now, so
    that the decision is shown. Once another sender delivers, this one is not judged again.
    """
    if standing.holds(delivery) is None or delivery.nil is not None:
        return False
    return not is_decided or standing.newest.received_at in decisions.get(standing.partition, ())


def _compared(
    feed: Feed, sender: str, delivery: Delivery, rows: Mapping[str, int], baselines: Mapping[str, Sequence[_Came]]
) -> dict[str, Restatement]:
    """Return the months of a delivery beside the newest of their `baselines`.

    Rows are counted over all months: a few copies in one of them are no loss. A month that only takes back what another
    delivery added has lost nothing, and neither has a delivery of which each month had just twice its rows: that came
    twice.
    """
    before = {month: known[-1] for month in rows if (known := _comparable(feed, month, baselines[month]))}
    before = {month: came for month, came in before.items() if came.rows}
    if not before:
        return {}
    came_twice = all(came.rows == 2 * rows[month] for month, came in before.items())
    kept = {
        month: came.rows
        if came_twice or _takes_back(feed, month, _Came(delivery, rows[month]), baselines[month])
        else min(came.rows, rows[month])
        for month, came in before.items()
    }
    total = sum(came.rows for came in before.values())
    # The events are the same, so nothing is left to chance; but in a month of two rows one may have been a mistake.
    share = (sum(kept.values()) + sqrt(total)) / total
    return {
        month: Restatement(
            sender,
            rows[month],
            came.rows,
            came.delivery.received_on,
            share if kept[month] < came.rows else (came.rows + sqrt(came.rows)) / came.rows,
        )
        for month, came in before.items()
    }


def _comparable(feed: Feed, month: str, baselines: Sequence[_Came]) -> Sequence[_Came]:
    """Return the deliveries of a month with which a later one is compared: of plans, none before the month was over."""
    if feed.holds_plans:
        return [came for came in baselines if came.delivery.received_on >= day_after(feed, month)]
    return baselines


def _takes_back(feed: Feed, partition: str, came: _Came, baselines: Sequence[_Came]) -> bool:
    """Return whether a delivery has the rows of an earlier one that was as complete as it can be."""
    least, over = feed.tolerances.least_of_restated or 0.0, day_after(feed, partition)
    return any(
        least * other.rows <= came.rows <= other.rows / least
        for other in baselines
        if other.rows and (other.delivery.received_on >= over or came.delivery.received_on < over)
    )
