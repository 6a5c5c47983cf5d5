"""One-to-one assignment of scored event pairs: deterministic pairs first, then by descending match probability.

Belongs here: the rules that give each candidate pair its link status. Does not: scoring (`model`) or the grouping of
records into incidents (`links`). A record has at most one partner per other feed, and may have several in its own
(`within`). A pair is refused where the chain of links it completes would join two NHS numbers of one person, two
records of one feed as one person, or two police occurrences. A pair that is likely by itself but shares its probability
with a rival is dropped, since either may be right. Dropped pairs are kept with the reason.

Splink's own `cluster_using_single_best_links` is not enough. It accepts mutual best matches and allows at most one
record per source dataset in a cluster; that is its only constraint. It does not know an agency's own grouping of
records (a police occurrence has one record per victim, so one incident may rightly hold several records of a dataset),
and it accepts a cluster with contradicting NHS numbers. It also returns clusters only, without the reason a pair was
refused.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import takewhile

import numpy as np
import pyarrow as pa

from vrp_pipeline.linkage.events.inputs import EMERGENCY
from vrp_pipeline.linkage.events.linked_records import EventRecord, LinkedRecords, Numbered, NumberedRecords
from vrp_pipeline.linkage.events.silence import Silence
from vrp_pipeline.linkage.events.within import SAME_PATIENT, WITHIN_PROBABILITY, WITHIN_RULES
from vrp_pipeline.linkage.link_status import (
    CERTAIN,
    CONTRADICTS,
    HARDLY_BEST,
    LINKED,
    NOT_BEST,
    PLAUSIBLE,
    Pair,
)

# Pairs are linked from a match probability of one half, and from a higher one where the probabilities of two feeds say
# that more than one link in thirty would be wrong: the required precision allows one pair in twenty, and a wrong link
# often brings another between the records linked to its ends. Expected totals (`expected`) count the pairs below by
# their probability. Too few links tell no share of wrong ones.
EVENT_LINK_PROBABILITY = 0.5
WRONG_LINKS = 1 / 30
FEWEST_PAIRS = 100
# The lower bound joins pairs from this probability, as far as they do not contradict each other or a link.
PLAUSIBLE_PROBABILITY = 0.2
# Deterministic matching rule: two health records of one NHS number describe one event if both services became aware of
# it, or tell of events, within this many minutes of each other.
SAME_PATIENT_MINUTES = 12 * 60
SAME_NUMBER = "same NHS number within 12 hours"

EVENT_LINKS = pa.schema(
    [
        ("left_record_id", pa.string()),
        ("right_record_id", pa.string()),
        ("left_feed", pa.string()),
        ("right_feed", pa.string()),
        ("match_probability", pa.float64()),
        ("match_weight", pa.float64()),
        ("rule", pa.string()),
        ("link_status", pa.string()),
        ("model_version", pa.string()),
    ]
)


def certain_pairs(records: dict[str, EventRecord]) -> list[Pair]:
    """Return the pairs of the deterministic matching rule: one NHS number, closest in time first.

    Each record gets at most one partner per other feed.
    """
    patients: defaultdict[str, list[str]] = defaultdict(list)
    for event_record_id, record in records.items():
        if record.nhs_number:
            patients[record.nhs_number].append(event_record_id)
    found = []
    for same in patients.values():
        near = sorted(
            (records[left].minutes_to(records[right]), left, right)
            for number, left in enumerate(same)
            for right in same[number + 1 :]
            if records[left].feed != records[right].feed
        )
        taken: set[tuple[str, str]] = set()
        for minutes, left, right in near:
            ends = {(left, records[right].feed), (right, records[left].feed)}
            if min(minutes) <= SAME_PATIENT_MINUTES and not ends & taken:
                taken |= ends
                found.append(Pair(left, right, 1.0, float("inf"), SAME_NUMBER))
    return found


def assign(
    records: dict[str, EventRecord], pairs: Iterable[Pair], within: Iterable[Pair] = ()
) -> list[tuple[Pair, str]]:
    """Return every pair with its link status: certain, linked, plausible, or the reason it was dropped.

    `records` maps each event record id to its record and must hold both ends of every pair. `within` are pairs of
    records of one feed. Pairs of the deterministic rule are included. The result is in order of decision: deterministic
    pairs, pairs within feeds, then descending probability. Pairs of two feeds have the probability that the silence of
    other records leaves them, who are linked to one of both as pairs alone say (`silence`).
    """
    numbered = NumberedRecords(records)
    certain = certain_pairs(records)
    deterministic = {frozenset((pair.left, pair.right)) for pair in certain}
    scored = sorted((pair for pair in pairs if frozenset((pair.left, pair.right)) not in deterministic), key=_order)
    by_rule, own = (numbered.pairs(each) for each in (certain, sorted(within, key=_order)))
    heard = sorted(map(_silence(records, numbered, by_rule, own, scored).heard, scored), key=_order)
    others = numbered.pairs(heard)
    likely = _decide(numbered, LinkedRecords(numbered), by_rule, own, _links_at_best(others), {})
    # A pair whose records are taken, or that contradicts a stronger link, is no link and so never a wrong one.
    least = least_probabilities(records, (pair for pair, link_status in likely if link_status == LINKED))
    return _decide(numbered, LinkedRecords(numbered), by_rule, own, others, least)


def _links_at_best(ordered: list[Numbered]) -> list[Numbered]:
    """Return of the pairs in order of probability those that may be links."""
    return list(takewhile(lambda each: each[0].probability >= EVENT_LINK_PROBABILITY, ordered))


def _silence(
    records: dict[str, EventRecord],
    numbered: NumberedRecords,
    certain: list[Numbered],
    own: list[Numbered],
    scored: list[Pair],
) -> Silence:
    """Return what records say by having no pair, where all pairs are linked that are likely by themselves."""
    groups = LinkedRecords(numbered)
    links = _links_at_best(numbered.pairs(scored))
    decided = _decide(numbered, groups, certain, own, links, {})
    return Silence(
        {name: str(groups.incident(number)) for number, name in enumerate(records)},
        {name: record.feed for name, record in records.items()},
        [*decided, *((pair, PLAUSIBLE) for pair in scored[len(links) :])],
    )


def _decide(
    numbered: NumberedRecords,
    groups: LinkedRecords,
    certain: list[Numbered],
    own: list[Numbered],
    scored: list[Numbered],
    least: dict[tuple[str, ...], float],
) -> list[tuple[Pair, str]]:
    """Return the link status of all pairs, in order, where pairs of two feeds are linked from the `least` probability.

    Of feeds that are not named it is the lowest one. `groups` are records not linked yet; those that are joined.
    """
    taken: set[int] = set()
    link_statuses = []
    for pair, left, right, _ in certain:
        link_status = CERTAIN if groups.join(left, right) else CONTRADICTS
        if link_status == CERTAIN:
            taken.update(numbered.ends(left, right))
        link_statuses.append((pair, link_status))
    for pair, left, right, feeds in own:
        link_status = _status_within(groups, pair, left, right, least.get(feeds, WITHIN_PROBABILITY))
        if link_status == CERTAIN:
            taken.update(numbered.ends(left, right))
        link_statuses.append((pair, link_status))
    for pair, left, right, feeds in scored:
        ends = numbered.ends(left, right)
        is_taken = ends[0] in taken or ends[1] in taken
        link_status = NOT_BEST if is_taken else _link_status(pair, least.get(feeds, EVENT_LINK_PROBABILITY))
        if link_status == LINKED and not groups.join(left, right):
            link_status = CONTRADICTS
        if link_status == LINKED:
            taken.update(ends)
        link_statuses.append((pair, link_status))
    return link_statuses


def _order(pair: Pair) -> tuple[float, float, str, str]:
    return (-pair.probability, -pair.weight, pair.left, pair.right)


def _status_within(groups: LinkedRecords, pair: Pair, left: int, right: int, least: float) -> str:
    if pair.probability < least:
        return PLAUSIBLE
    if not _join_within(groups, pair, left, right, least):
        return CONTRADICTS
    return CERTAIN if pair.rule in WITHIN_RULES else LINKED


def _join_within(groups: LinkedRecords, pair: Pair, left: int, right: int, least: float) -> bool:
    """Join a pair of one feed: as one patient if that is likelier than two victims, else as two.

    If they cannot be one patient, they must be two victims with the `least` probability.
    """
    if pair.same_patient >= SAME_PATIENT:
        if groups.join_patients(left, right):
            return True
        of_two = pair.probability * (1 - pair.same_patient)
        if of_two < least * (1 - pair.probability * pair.same_patient):
            return False
    return groups.join_incidents(left, right)


def least_probabilities(records: dict[str, EventRecord], links: Iterable[Pair]) -> dict[tuple[str, ...], float]:
    """Return the probability from which pairs of two feeds, or within one, stay linked, by the names of the feeds.

    `links` are the pairs that would be linked from the lowest probability.
    """
    found: defaultdict[tuple[str, ...], list[float]] = defaultdict(list)
    for pair in links:
        found[_feeds(records, pair)].append(pair.probability)
    lowest = {feeds: WITHIN_PROBABILITY if feeds[0] == feeds[1] else EVENT_LINK_PROBABILITY for feeds in found}
    return {feeds: _least_probability(np.array(each), lowest[feeds]) for feeds, each in found.items()}


def _least_probability(probabilities: np.ndarray, lowest: float) -> float:
    likely = np.sort(probabilities[probabilities >= lowest])[::-1]
    if len(likely) < FEWEST_PAIRS:
        return lowest
    wrong = np.cumsum(1 - likely) / np.arange(1, len(likely) + 1)
    # Equal probabilities are linked together or not at all.
    is_last = np.append(likely[1:] < likely[:-1], True)
    return float(np.min(likely[is_last & (wrong <= WRONG_LINKS)], initial=1.0))


def _feeds(records: dict[str, EventRecord], pair: Pair) -> tuple[str, ...]:
    return tuple(sorted((records[pair.left].feed, records[pair.right].feed)))


def fewest(
    records: dict[str, EventRecord],
    link_statuses: Iterable[tuple[Pair, str]],
    unseen: int = 0,
    may_be_returns: Iterable[tuple[str, str]] = (),
) -> list[tuple[str, str]]:
    """Return the pairs that the lower bound joins: all links, whatever is plausible beside them, and unseen returns.

    Of these the first of `may_be_returns` (an attendance and a later one) are joined, as many as are `unseen` beyond
    those that links and plausible pairs of attendances tell: each as much as it is likely to be of one patient. An
    attendance has one next before it and one next after it. All records must be in `records`.
    """
    numbered = NumberedRecords(records)
    groups, joined, taken, told = LinkedRecords(numbered), [], set[int](), 0.0
    link_statuses = list(link_statuses)
    companions = _Companions(pair for pair, _ in link_statuses)
    for wanted, least in (((CERTAIN, LINKED), 0.0), ((PLAUSIBLE, HARDLY_BEST), PLAUSIBLE_PROBABILITY)):
        likely = [pair for pair, link_status in link_statuses if link_status in wanted and pair.probability >= least]
        for pair, left, right, (feed, other_feed) in numbered.pairs(likely):
            if feed != other_feed:
                ends = numbered.ends(left, right)
                if taken.isdisjoint(ends) and _join_across(groups, left, right):
                    taken.update(ends)
                    joined.append((pair.left, pair.right))
                continue
            # A pair tells no return that is unseen if numbers or other pairs tell it already.
            is_news = feed == EMERGENCY and pair.rule not in WITHIN_RULES and not groups.are_one_patient(left, right)
            is_link = least < PLAUSIBLE_PROBABILITY
            if (is_link or companions.allow(pair)) and _join_within(groups, pair, left, right, least):
                joined.append((pair.left, pair.right))
                if not is_link:
                    companions.add(pair)
                told += pair.probability * pair.same_patient * is_news
    return joined + _unseen(numbered, groups, unseen - told, may_be_returns)


class _Companions:
    """Which records of one feed plausible pairs joined to which, so that one is not joined to those of many events.

    A record that tells nothing is plausibly of one event with everybody else, but of one only: those it is joined to
    must be pairs of each other.
    """

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._pairs = {frozenset((pair.left, pair.right)) for pair in pairs}
        self._joined: defaultdict[str, list[str]] = defaultdict(list)

    def allow(self, pair: Pair) -> bool:
        """Return whether all records that were joined to either end are pairs with the other."""
        return all(
            frozenset((companion, other)) in self._pairs
            for one, other in ((pair.left, pair.right), (pair.right, pair.left))
            for companion in self._joined[one]
        )

    def add(self, pair: Pair) -> None:
        """Note that the pair was joined."""
        self._joined[pair.left].append(pair.right)
        self._joined[pair.right].append(pair.left)


def _join_across(groups: LinkedRecords, left: int, right: int) -> bool:
    """Join a pair of two feeds: a victim whose records contradict each other may be two victims of the incident."""
    return groups.join_patients(left, right) or groups.join_incidents(left, right)


def _unseen(
    numbered: NumberedRecords, groups: LinkedRecords, left_over: float, may_be_returns: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Join the first attendances that may be returns and contradict nothing; return these pairs."""
    joined: list[tuple[str, str]] = []
    had_later, had_earlier = set[str](), set[str]()
    for earlier, later in may_be_returns:
        if left_over - len(joined) < 1:
            break
        if earlier in had_later or later in had_earlier:
            continue
        if groups.join_new_return(*numbered.numbers(earlier, later)):
            had_later.add(earlier)
            had_earlier.add(later)
            joined.append((earlier, later))
    return joined


def _link_status(pair: Pair, least: float) -> str:
    if pair.probability < least:
        return HARDLY_BEST if pair.probability < EVENT_LINK_PROBABILITY and pair.weight >= 0 else PLAUSIBLE
    return LINKED
