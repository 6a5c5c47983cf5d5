"""One-to-one assignment of scored event pairs: deterministic pairs first, then by descending match weight.

Belongs here: the rules that give each candidate pair its link status. Does not: scoring (`model`) or the grouping of
records into incidents (`links`). A record has at most one partner per other feed. A pair is refused where the chain of
links it completes would join two records of one feed, two NHS numbers, or two police occurrences. A pair whose match
weight is less than one bit above that of a competing pair is dropped, since either may be right. Dropped pairs are kept
with the reason.

Splink's own `cluster_using_single_best_links` is not enough. It accepts mutual best matches and allows at most one
record per source dataset in a cluster; that is its only constraint. It does not know an agency's own grouping of
records (a police occurrence has one record per victim, so one incident may rightly hold several records of a dataset),
it accepts a cluster with contradicting NHS numbers, and `ties_method` acts on exact ties alone, so a best link that
beats the runner-up by a hair is accepted. It also returns clusters only, without the reason a pair was refused.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from vrp_pipeline.linkage.disjoint_sets import DisjointSets
from vrp_pipeline.linkage.link_status import (
    CERTAIN,
    CONTRADICTS,
    HARDLY_BEST,
    LEAD_IN_BITS,
    LINKED,
    NOT_BEST,
    PLAUSIBLE,
    Pair,
)

# Pairs are linked from a match probability of one half; below it they are plausible and count for the lower bound only.
EVENT_LINK_PROBABILITY = 0.5
# Deterministic matching rule: two health records of one NHS number describe one event if both services became aware of
# it within this many minutes of each other.
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

    `occurrence` is the agency's own grouping of records, or None. `known_from` and `known_until` are minutes since 1970
    in local time, as in `inputs.LINKAGE_INPUTS`.
    """

    feed: str
    occurrence: str | None
    nhs_number: str | None
    known_from: int
    known_until: int

    def minutes_to(self, other: "EventRecord") -> int:
        """Return the minutes between the two times of becoming aware; 0 if the intervals overlap."""
        return max(0, self.known_from - other.known_until, other.known_from - self.known_until)


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
            if minutes <= SAME_PATIENT_MINUTES and not ends & taken:
                taken |= ends
                found.append(Pair(left, right, 1.0, float("inf"), SAME_NUMBER))
    return found


def assign(records: dict[str, EventRecord], pairs: Iterable[Pair]) -> list[tuple[Pair, str]]:
    """Return every pair with its link status: certain, linked, plausible, or the reason it was dropped.

    `records` maps each event record id to its record and must hold both ends of every pair. Pairs of the deterministic
    rule are included. The result is in order of decision: deterministic pairs, then descending match weight.
    """
    sure = certain_pairs(records)
    deterministic = {frozenset((pair.left, pair.right)) for pair in sure}
    scored = [pair for pair in pairs if frozenset((pair.left, pair.right)) not in deterministic]
    scored.sort(key=lambda pair: (-pair.weight, pair.left, pair.right))
    groups = _LinkedRecords(records)
    link_statuses = [(pair, CERTAIN if groups.join(pair) else CONTRADICTS) for pair in sure]
    rivals = _rivals(records, scored)
    taken: set[tuple[str, str]] = {end for pair, link_status in link_statuses if link_status == CERTAIN
                                   for end in _ends(records, pair)}  # fmt: skip
    for pair in scored:
        link_status = _link_status(records, pair, rivals, taken)
        if link_status == LINKED and not groups.join(pair):
            link_status = CONTRADICTS
        if link_status == LINKED:
            taken |= _ends(records, pair)
        link_statuses.append((pair, link_status))
    return link_statuses


def _link_status(
    records: dict[str, EventRecord], pair: Pair, rivals: dict[tuple[str, str], list[Pair]], taken: set[tuple[str, str]]
) -> str:
    ends = _ends(records, pair)
    if ends & taken:
        return NOT_BEST
    if pair.probability < EVENT_LINK_PROBABILITY:
        return PLAUSIBLE
    for end in sorted(ends):
        for rival in rivals[end]:
            if rival is pair or pair.weight - rival.weight >= LEAD_IN_BITS or rival.weight > pair.weight:
                continue
            if not _ends(records, rival) & taken and not _same_event(records, pair, rival, end[0], rivals):
                return HARDLY_BEST
    return LINKED


def _same_event(
    records: dict[str, EventRecord], pair: Pair, rival: Pair, shared: str, rivals: dict[tuple[str, str], list[Pair]]
) -> bool:
    """Return whether the choice between a pair and its rival is immaterial because both lead to one incident.

    This holds where both partners belong to one occurrence, and where the rival's record fits another record of the
    shared record's own occurrence as well (two victims of one occurrence with the same age and sex).
    """
    partner, rival_partner = (p.right if p.left == shared else p.left for p in (pair, rival))
    if _same_occurrence(records[partner], records[rival_partner]):
        return True
    alternatives = (
        (each, each.right if each.left == rival_partner else each.left)
        for each in rivals[(rival_partner, records[shared].feed)]
    )
    return any(
        end != shared and _same_occurrence(records[end], records[shared]) and rival.weight - each.weight < LEAD_IN_BITS
        for each, end in alternatives
    )


def _same_occurrence(one: EventRecord, other: EventRecord) -> bool:
    return one.occurrence is not None and (one.feed, one.occurrence) == (other.feed, other.occurrence)


def _ends(records: dict[str, EventRecord], pair: Pair) -> set[tuple[str, str]]:
    """Return the two slots a link occupies: one partner in the other record's feed, for either end."""
    return {(pair.left, records[pair.right].feed), (pair.right, records[pair.left].feed)}


def _rivals(records: dict[str, EventRecord], pairs: Sequence[Pair]) -> dict[tuple[str, str], list[Pair]]:
    found: defaultdict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        for end in _ends(records, pair):
            found[end].append(pair)
    return found


class _LinkedRecords:
    """Records linked so far, as disjoint sets of victims and of incidents. Refuses a join that contradicts them."""

    def __init__(self, records: dict[str, EventRecord]) -> None:
        self._people = DisjointSets()
        self._incidents = DisjointSets()
        self._feeds = {event_record_id: {record.feed} for event_record_id, record in records.items()}
        self._numbers = {event_record_id: {record.nhs_number} - {None} for event_record_id, record in records.items()}
        self._occurrences: dict[str, set[str]] = {}
        for event_record_id, record in records.items():
            whole = _occurrence_of(record) or event_record_id
            self._incidents.join(event_record_id, whole)
        for event_record_id, record in records.items():
            occurrences = self._occurrences.setdefault(self._incidents.root(event_record_id), set())
            if record.feed == "police__offences" and record.occurrence:
                occurrences.add(record.occurrence)

    def join(self, pair: Pair) -> bool:
        left, right = self._people.root(pair.left), self._people.root(pair.right)
        if left == right:
            return True
        if self._feeds[left] & self._feeds[right] or len(self._numbers[left] | self._numbers[right]) > 1:
            return False
        one, other = self._incidents.root(pair.left), self._incidents.root(pair.right)
        occurrences = self._occurrences[one] | self._occurrences[other]
        if one != other and len(occurrences) > 1:
            return False
        root = self._people.join(left, right)
        self._feeds[root] = self._feeds[left] | self._feeds[right]
        self._numbers[root] = self._numbers[left] | self._numbers[right]
        self._occurrences[self._incidents.join(one, other)] = occurrences
        return True


def _occurrence_of(record: EventRecord) -> str | None:
    return f"{record.feed}:occurrence:{record.occurrence}" if record.occurrence else None
