"""How rivals share a record: the probability of each pair, given that a record belongs to one event.

Odds alone take every pair for the only one. Among all ways to give each group of records as many partners in the other
feed as it has people, the share of those with a pair is its probability; belief propagation approximates it. So a
crowded hour needs more evidence, and a rival that fits better elsewhere counts less. Records of one group (an
occurrence, a patient who came back) are no rivals, and a group of two people has room for two: one rival takes nothing
from a pair, and of two rivals only both together.

To have no partner at all weighs as much as it is usual, which is learnt with the probabilities: of patients who nearly
all have a crime, one with a single weak pair likely has that, and where few have one it is likely chance.
"""

from dataclasses import dataclass

import numpy as np

HALF_ROUNDS = 24
# Odds above this are certainty; larger ones would lose the others in rounding.
MOST_ODDS = 1e9
# A group of more people is taken for one of so many: further rivals take next to nothing.
MOST_ROOM = 8
# At least so many have no partner [P]: where all seemed to have one, any pair would be certain.
LEAST_ALONE = 0.1


@dataclass(frozen=True)
class Side:
    """One side of the pairs: the number of the group of each pair's record, and for how many people the group has room.

    `room` is the same for all pairs of a group.
    """

    group: np.ndarray
    room: np.ndarray


class Competition:
    """The pairs of two feeds, by the groups of their records."""

    def __init__(self, left: Side, right: Side) -> None:
        self._left, self._right = _Rivals(left, right), _Rivals(right, left)

    def share(self, odds: np.ndarray, seats: tuple[float, float]) -> np.ndarray:
        """Return the probability of each pair, from 0 to 1, beside its rivals and how usual it is to have a partner.

        `seats` is for how many people the records of both feeds have room, those without any pair included. The share
        of them that pairs leave empty is what it weighs to have no partner, on either side. Pairs fill no more seats
        than their odds claim by themselves: what a record shares among its partners is shared, and never more.
        """
        odds = np.minimum(odds, MOST_ODDS)
        free_left = free_right = np.ones_like(odds)
        weighed, most = odds, self._left.taken(_probability(odds))
        for _ in range(HALF_ROUNDS):
            left_now, right_now = self._left.free(weighed * free_right), self._right.free(weighed * free_left)
            # Half of each step, in logarithms, since whole ones swing to and fro where most pairs have many rivals.
            free_left, free_right = np.sqrt(free_left * left_now), np.sqrt(free_right * right_now)
            taken = min(most, self._left.taken(_probability(weighed * free_left * free_right)))
            alone = np.prod([max(LEAST_ALONE, 1 - taken / max(each, 1.0)) for each in seats])
            weighed = np.minimum(odds / alone, MOST_ODDS)
        return _probability(weighed * free_left * free_right)


def _probability(odds: np.ndarray) -> np.ndarray:
    return np.asarray(odds / (1 + odds))


class _Rivals:
    """The claims on each group of one side, one from each group of the other."""

    def __init__(self, own: Side, other: Side) -> None:
        claims, first, self._claim = np.unique(
            np.column_stack([own.group, other.group]), axis=0, return_index=True, return_inverse=True
        )
        self._claim = self._claim.ravel()
        _, begins, self._group = np.unique(claims[:, 0], return_index=True, return_inverse=True)
        rooms = np.clip(own.room[first], 1, MOST_ROOM)
        counts = np.diff(np.append(begins, len(claims)))
        # A group with no more claims than room has room for all of them.
        is_crowded = (rooms > 1) & (counts[self._group] > rooms)
        self._is_spacious = (rooms > 1) & ~is_crowded
        place = np.arange(len(claims)) - begins[self._group]
        self._crowded = [
            _Crowd(int(room), np.flatnonzero(is_crowded & (rooms == room)), self._group, place)
            for room in np.unique(rooms[is_crowded])
        ]

    def taken(self, probability: np.ndarray) -> float:
        """Return how many seats are taken in the mean, given the probability of each pair."""
        strongest = np.zeros(len(self._group))
        np.maximum.at(strongest, self._claim, probability)
        return float(strongest.sum())

    def free(self, odds: np.ndarray) -> np.ndarray:
        """Return how free the own group is for each pair, given the odds that each partner claims it with."""
        strongest = np.zeros(len(self._group))
        np.maximum.at(strongest, self._claim, odds)
        total = np.bincount(self._group, strongest)
        free = 1 / (1 + np.maximum(0.0, total[self._group] - strongest))
        free[self._is_spacious] = 1.0
        for crowd in self._crowded:
            free[crowd.claims] = crowd.free(strongest[crowd.claims])
        return np.asarray(free[self._claim])


class _Crowd:
    """The claims on groups with room for the same number of people, two or more, and more claims than that."""

    def __init__(self, room: int, claims: np.ndarray, group: np.ndarray, place: np.ndarray) -> None:
        self.room, self.claims = room, claims
        groups, self._row = np.unique(group[claims], return_inverse=True)
        self._column = place[claims]
        self._shape = (len(groups), int(self._column.max()) + 1)

    def free(self, odds: np.ndarray) -> np.ndarray:
        """Return the weight of all ways to seat the rivals that leave a place, by that of all ways to seat them.

        A way seats at most as many rivals as there is room and weighs the product of their odds: what those of k rivals
        weigh together is the elementary symmetric polynomial of degree k.
        """
        table = np.zeros(self._shape)
        table[self._row, self._column] = odds
        before = _seated(table, self.room)
        after = np.cumsum(_seated(table[:, ::-1], self.room)[::-1], axis=2)
        full = (before * after[:, :, ::-1]).sum(axis=2)
        left = (before[:, :, :-1] * after[:, :, -2::-1]).sum(axis=2)
        return np.asarray((left / full)[self._column, self._row])


def _seated(table: np.ndarray, room: int) -> np.ndarray:
    """Return the weights of seating 0 to `room` of the claims before each one: by claim, group and number seated."""
    groups, claims = table.shape
    found = np.zeros((claims, groups, room + 1))
    found[0, :, 0] = 1.0
    for number in range(1, claims):
        found[number] = found[number - 1]
        found[number, :, 1:] += table[:, number - 1, None] * found[number - 1, :, :-1]
    return found
