"""Senders of a feed: who is expected for each month (or quarter, term, year), and who has not delivered it.

A month in which one of several hospitals stopped sending looks like a month with fewer injuries. So a sender that
delivered in any of the three months before is expected, and stays missing until it delivers again, declares a nil
return, or a named person says that it has ended. A named person may also accept one month without it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vrp_pipeline.lake.decisions import Acceptance
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.standings import Standing

MONTHS_BEFORE = 3
# In a file of several senders, one without rows may have had nothing to deliver. By chance a sender with twelve rows a
# month has none in one month of 160,000 (e^-12); all feeds together have some thousand months of senders a year.
ROWS_BEYOND_CHANCE = 12
# A file with one sender is that sender's own, unless it has so few rows that the others may have had none in it.
ROWS_OF_OWN_FILE = 4


@dataclass(frozen=True)
class SendersOfSpan:
    """The senders that delivered a span of months, and those that were expected and did not.

    `excused` are those without which the span was accepted: expected, but not missing.
    """

    delivered: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    excused: frozenset[str] = frozenset()

    @property
    def sentence(self) -> str | None:
        """Return who is missing in words (`2 of 3 senders; RHM not received`); None if nobody is."""
        if not self.missing:
            return None
        of = len(self.delivered) + len(self.missing)
        return f"{len(self.delivered)} of {of} senders; {', '.join(sorted(self.missing))} not received"


def expectation_of(sender: str) -> str:
    """Return the name under which a decision lists a sender that is missing from its month."""
    return f"sender {sender} delivered"


def continuation_of(sender: str) -> str:
    """Return the name under which a decision lists a sender that has ended."""
    return f"sender {sender} still delivers"


def senders_by_span(
    spans: Sequence[str], span_of: Mapping[str, str], standings: Mapping[str, Standing], accepted: Iterable[Acceptance]
) -> dict[str, SendersOfSpan]:
    """Return who delivered and who is missing for each span, in the order of `spans`.

    `span_of` gives the span of each partition. `accepted` are the decisions on the feed. One that names a missing
    sender holds for its span and the deliveries it was made on: in the next span the sender is expected as before. One
    that says that a sender has ended holds from its span on, until the sender delivers again.
    """
    rows = _rows_by_span(span_of, standings)
    ended: dict[str, set[str]] = {}
    excused: dict[str, set[str]] = {}
    for decision in accepted:
        span = span_of.get(decision.partition, decision.partition)
        ended.setdefault(span, set()).update(decision.expectations)
        standing = standings.get(decision.partition)
        if standing is not None and standing.delivery_id == decision.delivery_id:
            excused.setdefault(span, set()).update(decision.expectations)
    found: dict[str, SendersOfSpan] = {}
    awaited: set[str] = set()
    gone: set[str] = set()
    for number, span in enumerate(spans):
        came = rows.get(span, {}).keys()
        before = [rows.get(earlier, {}) for earlier in spans[max(number - MONTHS_BEFORE, 0) : number]]
        expected = {sender for of_span in before for sender in of_span if _is_beyond_chance(sender, before)} | awaited
        gone = (gone - came) | {sender for sender in expected if continuation_of(sender) in ended.get(span, ())}
        awaited = expected - came - gone
        without = {sender for sender in awaited if expectation_of(sender) in excused.get(span, ())}
        found[span] = SendersOfSpan(frozenset(came), frozenset(awaited - without), frozenset(without))
    return found


@dataclass
class _Delivered:
    """What one sender delivered in one span: rows, and whether in a file of its own."""

    rows: int = 0
    alone: bool = False


def _rows_by_span(span_of: Mapping[str, str], standings: Mapping[str, Standing]) -> dict[str, dict[str, _Delivered]]:
    found: dict[str, dict[str, _Delivered]] = {}
    alone: dict[str, bool] = {}
    for partition, standing in standings.items():
        of_span = found.setdefault(span_of[partition], {})
        for share in standing.shares:
            is_alone = alone.setdefault(share.delivery.delivery_id, _has_one_sender(share.delivery))
            for sender in filter(None, share.senders or ()):
                delivered = of_span.setdefault(sender, _Delivered())
                delivered.rows += share.delivery.rows_of(partition, [sender])
                delivered.alone |= is_alone
    return found


def _has_one_sender(delivery: Delivery) -> bool:
    return len(delivery.named_senders) == 1 and delivery.rows >= ROWS_OF_OWN_FILE


def _is_beyond_chance(sender: str, before: Sequence[Mapping[str, _Delivered]]) -> bool:
    """Return whether chance cannot explain that a sender has no rows: it sends its own files, or usually many rows."""
    since = before[next(number for number, of_span in enumerate(before) if sender in of_span) :]
    own = [of_span[sender] for of_span in since if sender in of_span]
    return any(each.alone for each in own) or sum(each.rows for each in own) >= ROWS_BEYOND_CHANCE * len(since)
