"""Event records by numbers, and the sets of victims, patients and incidents that links make of them so far.

Belongs here: which joins contradict those made before. Does not: which pairs are tried, and in what order
(`assignment`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from vrp_pipeline.linkage.events.inputs import POLICE
from vrp_pipeline.linkage.link_status import Pair


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


# A pair with the numbers of both records and the names of their feeds, in alphabetical order.
Numbered = tuple[Pair, int, int, tuple[str, ...]]
NONE = -1
# A slot is one number: that of the record before that of the feed, of which there are five.
_FEED_BITS = 16


class NumberedRecords:
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

    def pairs(self, pairs: Iterable[Pair]) -> list[Numbered]:
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


class LinkedRecords:
    """Records linked so far, as disjoint sets of victims, patients and incidents. Refuses a join that contradicts them.

    A set of victims has at most one record of a feed. A set of patients has those of a patient who came back as well,
    and at most one NHS number; a set of incidents has at most one police occurrence.
    """

    def __init__(self, records: NumberedRecords) -> None:
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

    def incident(self, number: int) -> int:
        """Return the number that all records of the record's incident share."""
        return _root(self._incidents, number)

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
