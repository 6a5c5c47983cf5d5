"""How rivals share a record: the probability of each pair, given that a record belongs to one event.

Odds alone take every pair for the only one. Among all ways to give each record at most one partner in the other feed,
the share of those with a pair is its probability; belief propagation approximates it. So a crowded hour needs more
evidence, and a rival that fits better elsewhere counts less. Records of one group (an occurrence, a patient who came
back) are no rivals, and a group of two has room for two.
"""

from dataclasses import dataclass

import numpy as np

ROUNDS = 12
# Odds above this are certainty; larger ones would lose the others in rounding.
MOST_ODDS = 1e9


@dataclass(frozen=True)
class Side:
    """One side of the pairs: the number of each pair's record, of its group, and how many records the group has."""

    record: np.ndarray
    group: np.ndarray
    room: np.ndarray


def share(odds: np.ndarray, left: Side, right: Side) -> np.ndarray:
    """Return the probability of each pair of two feeds, from 0 to 1. Pairs come in order of their records."""
    odds = np.minimum(odds, MOST_ODDS)
    if not len(odds):
        return odds
    by_left, by_right = _Rivals(left, right), _Rivals(right, left)
    free_left = free_right = np.ones_like(odds)
    for _ in range(ROUNDS):
        free_left, free_right = by_left.free(odds * free_right), by_right.free(odds * free_left)
    fair = odds * free_left * free_right
    return np.asarray(fair / (1 + fair))


class _Rivals:
    """The pairs of each record, by the group of the partner."""

    def __init__(self, own: Side, other: Side) -> None:
        _, self._record = np.unique(own.record, return_inverse=True)
        both = np.column_stack([self._record, other.group])
        groups, self._choice = np.unique(both, axis=0, return_inverse=True)
        self._choice = self._choice.ravel()
        self._record_of_choice = groups[:, 0]
        self._room = np.maximum(1, own.room)

    def free(self, claims: np.ndarray) -> np.ndarray:
        """Return how free the own record is for each pair, given what each partner claims."""
        strongest = np.zeros(len(self._record_of_choice))
        np.maximum.at(strongest, self._choice, claims)
        total = np.bincount(self._record_of_choice, strongest)
        rivals = np.maximum(0.0, total[self._record] - strongest[self._choice])
        return np.asarray(1 / (1 + rivals / self._room))
