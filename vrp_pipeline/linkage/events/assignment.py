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
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vrp_pipeline.linkage.events.inputs import EMERGENCY, POLICE
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
# that more than one link in twenty-five would be wrong: the required precision allows one pair in twenty. Expected
# totals (`expected`) count the pairs below by their probability. Too few links tell no share of wrong ones.
EVENT_LINK_PROBABILITY = 0.5
WRONG_LINKS = 0.04
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


@dataclass(frozen=True)
class EventRecord:
    """The fields of an event record that the assignment uses.

    `occurrence` is the agency's own grouping of records, or None. The times are minutes since 1970 in local time, as in
    `inputs.LINKAGE_INPUTS`.
    """

    feed: str
    occurrence: str | None
    nhs_number: str | None
    known_from: int
    known_until: int
    minute_from: int
    minute_until: int

    def minutes_to(self, other: "EventRecord") -> tuple[int, int]:
        """Return the minutes between the two events, and between the two times of becoming aware.

        Either is 0 where the intervals overlap.
        """
        return (
            max(0, self.minute_from - other.minute_until, other.minute_from - self.minute_until),
            max(0, self.known_from - other.known_until, other.known_from - self.known_until),
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
    pairs, pairs within feeds, then descending probability.
    """
    numbered = _NumberedRecords(records)
    certain = certain_pairs(records)
    deterministic = {frozenset((pair.left, pair.right)) for pair in certain}
    scored = sorted((pair for pair in pairs if frozenset((pair.left, pair.right)) not in deterministic), key=_order)
    by_rule, own, others = (numbered.pairs(each) for each in (certain, sorted(within, key=_order), scored))
    likely = _decide(numbered, by_rule, own, others, {})
    # A pair whose records are taken, or that contradicts a stronger link, is no link and so never a wrong one.
    least = least_probabilities(records, (pair for pair, link_status in likely if link_status == LINKED))
    return _decide(numbered, by_rule, own, others, least)


# A pair with the numbers of both records and the names of their feeds, in alphabetical order.
_Numbered = tuple[Pair, int, int, tuple[str, ...]]


def _decide(
    numbered: "_NumberedRecords",
    certain: list[_Numbered],
    own: list[_Numbered],
    scored: list[_Numbered],
    least: dict[tuple[str, ...], float],
) -> list[tuple[Pair, str]]:
    """Return the link status of all pairs, in order, where pairs of two feeds are linked from the `least` probability.

    Of feeds that are not named it is the lowest one.
    """
    groups = _LinkedRecords(numbered)
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


def _status_within(groups: "_LinkedRecords", pair: Pair, left: int, right: int, least: float) -> str:
    if pair.probability < least:
        return PLAUSIBLE
    if not _join_within(groups, pair, left, right, least):
        return CONTRADICTS
    return CERTAIN if pair.rule in WITHIN_RULES else LINKED


def _join_within(groups: "_LinkedRecords", pair: Pair, left: int, right: int, least: float) -> bool:
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
    numbered = _NumberedRecords(records)
    groups, joined, taken, told = _LinkedRecords(numbered), [], set[int](), 0.0
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


def _join_across(groups: "_LinkedRecords", left: int, right: int) -> bool:
    """Join a pair of two feeds: a victim whose records contradict each other may be two victims of the incident."""
    return groups.join_patients(left, right) or groups.join_incidents(left, right)


def _unseen(
    numbered: "_NumberedRecords", groups: "_LinkedRecords", left_over: float, may_be_returns: Iterable[tuple[str, str]]
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


NONE = -1
# A slot is one number: that of the record before that of the feed, of which there are five.
_FEED_BITS = 16


class _NumberedRecords:
    """Records by numbers in the order given: whole numbers are compared and joined five times as fast as names.

    `feed` is a power of two for each feed, `patient` the number of the NHS number, `police` that of the police
    occurrence, NONE where there is none; `occurrence` is the first record of the same occurrence.
    """

    def __init__(self, records: dict[str, EventRecord]) -> None:
        self._number = {name: number for number, name in enumerate(records)}
        self._feeds = [record.feed for record in records.values()]
        feeds: dict[str, int] = {}
        patients: dict[str, int] = {}
        occurrences: dict[tuple[str, str], int] = {}
        self.feed = [feeds.setdefault(record.feed, 1 << len(feeds)) for record in records.values()]
        self.patient = [
            patients.setdefault(record.nhs_number, len(patients)) if record.nhs_number else NONE
            for record in records.values()
        ]
        self.occurrence = [
            occurrences.setdefault((record.feed, record.occurrence), number) if record.occurrence else number
            for number, record in enumerate(records.values())
        ]
        self.police = [
            first if record.feed == POLICE and record.occurrence else NONE
            for first, record in zip(self.occurrence, records.values(), strict=True)
        ]

    def pairs(self, pairs: Iterable[Pair]) -> list[_Numbered]:
        """Return the pairs with the numbers of their records and the names of their feeds."""
        numbers = [(pair, self._number[pair.left], self._number[pair.right]) for pair in pairs]
        named = {(one, other): (one, other) if one < other else (other, one)
                 for one in set(self._feeds) for other in set(self._feeds)}  # fmt: skip
        return [(pair, left, right, named[self._feeds[left], self._feeds[right]]) for pair, left, right in numbers]

    def numbers(self, left: str, right: str) -> tuple[int, int]:
        """Return the numbers of two records."""
        return self._number[left], self._number[right]

    def ends(self, left: int, right: int) -> tuple[int, int]:
        """Return the two slots a link occupies: one partner in the other record's feed, for either end."""
        return left << _FEED_BITS | self.feed[right], right << _FEED_BITS | self.feed[left]


class _LinkedRecords:
    """Records linked so far, as disjoint sets of victims, patients and incidents. Refuses a join that contradicts them.

    A set of victims has at most one record of a feed. A set of patients has those of a patient who came back as well,
    and at most one NHS number; a set of incidents has at most one police occurrence.
    """

    def __init__(self, records: _NumberedRecords) -> None:
        self._victims, self._patients = list(range(len(records.feed))), list(range(len(records.feed)))
        self._incidents = list(records.occurrence)
        self._feeds, self._number, self._police = list(records.feed), list(records.patient), list(records.police)

    def join(self, left: int, right: int) -> bool:
        """Join two records of one victim, of different feeds."""
        one, other = _root(self._victims, left), _root(self._victims, right)
        if one == other:
            return True
        if self._feeds[one] & self._feeds[other] or not self.join_patients(left, right):
            return False
        self._victims[other] = one
        self._feeds[one] |= self._feeds[other]
        return True

    def join_patients(self, left: int, right: int) -> bool:
        """Join two records of one patient, who may have several of a feed."""
        one, other = _root(self._patients, left), _root(self._patients, right)
        if one == other:
            return True
        number, another = self._number[one], self._number[other]
        if (number != another and NONE not in (number, another)) or not self.join_incidents(left, right):
            return False
        self._patients[other] = one
        self._number[one] = max(number, another)
        return True

    def are_one_patient(self, left: int, right: int) -> bool:
        """Return whether two records were joined as those of one patient."""
        return _root(self._patients, left) == _root(self._patients, right)

    def join_new_return(self, left: int, right: int) -> bool:
        """Join two records of one patient; return False also where they are of one incident already."""
        is_one = _root(self._incidents, left) == _root(self._incidents, right)
        return not is_one and self.join_patients(left, right)

    def join_incidents(self, left: int, right: int) -> bool:
        """Join the incidents of two records and say nothing about the people."""
        one, other = _root(self._incidents, left), _root(self._incidents, right)
        if one == other:
            return True
        occurrence, another = self._police[one], self._police[other]
        if occurrence != another and NONE not in (occurrence, another):
            return False
        self._incidents[other] = one
        self._police[one] = max(occurrence, another)
        return True


def _root(parents: list[int], number: int) -> int:
    """Return the representative of the set of a number, and shorten the way to it."""
    while parents[number] != number:
        parents[number] = number = parents[parents[number]]
    return number
