"""Candidate pairs: records of two feeds whose intervals overlap or lie near each other, piece by piece.

Records of the right feed are sorted by when their interval begins, apart by its width, so that those near a record of
the left feed stand in a row. The pairs are made and compared in pieces that fit a processor's cache, so that memory
does not depend on how many there are. What rules a pair out is here, how alike it is in `levels`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vrp_pipeline.linkage.events.levels import NEAR_MINUTES, NOT_TOLD, Records, Rules, gaps, kilometres, patterns

# Pairs that are compared at a time, before any is ruled out.
PIECE = 1 << 17
# Intervals of up to so many minutes are sought together: the wider the widest, the more pairs are made in vain.
WIDTHS = (0, 60, 240, 720, 1440, 2880, 4320)
MOST_KILOMETRES = 10
MOST_YEARS = 10


@dataclass(frozen=True)
class _Row:
    """Records of the right feed in order of the beginning: their places, beginnings, and the widest of them."""

    places: np.ndarray
    begins: np.ndarray
    widest: int
    is_fire: bool


class Neighbours:
    """The records of the right feed, ready to be sought by those of the left."""

    def __init__(self, right: Records, rules: Rules) -> None:
        self._right, self._rules = right, rules
        # Feeds without numbers of patients rule no pair out by them.
        self._may_rule_out = rules.is_within or rules.is_of_patients or right.has_numbers
        width = np.searchsorted(WIDTHS, right.w)
        self._rows = [
            self._row(np.flatnonzero((width == each) & (right.is_fire == is_fire)), is_fire=bool(is_fire))
            for is_fire in np.unique(right.is_fire)
            for each in np.unique(width[right.is_fire == is_fire])
        ]

    def _row(self, places: np.ndarray, *, is_fire: bool) -> _Row:
        places = places[np.argsort(self._right.f[places], kind="stable")]
        return _Row(places, self._right.f[places], int(self._right.w[places].max()), is_fire)

    def pairs(self, left: Records) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Yield pieces of the pairs: the numbers (`Records.i`) of both ends and the pattern, each int32.

        Within a feed each pair comes from both its ends, since a level may depend on which record is on the left.
        """
        for row in self._rows:
            sought = np.flatnonzero(left.is_fire == row.is_fire)
            first = np.searchsorted(row.begins, left.f[sought] - NEAR_MINUTES - row.widest)
            last = np.searchsorted(row.begins, left.u[sought] + NEAR_MINUTES, side="right")
            counts = last - first
            ends = np.cumsum(counts)
            begin = 0
            while begin < len(sought):
                done = ends[begin - 1] if begin else 0
                end = max(int(np.searchsorted(ends, done + PIECE, side="right")), begin + 1)
                some = counts[begin:end]
                before = ends[begin:end] - some - done
                of_left = np.repeat(sought[begin:end], some)
                of_right = row.places[np.arange(len(of_left)) + np.repeat(first[begin:end] - before, some)]
                yield self._compared(left, (of_left, of_right))
                begin = end

    def _compared(
        self, left: Records, rows: tuple[np.ndarray, np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        right = self._right
        # Nearly all pairs that are made are near in time (99 in 100), so both measures are of all of them.
        gap, apart = gaps(left, right, rows), kilometres(left, right, rows)
        # A place that is not told is nowhere too far away.
        rows, gap, apart = _kept((gap <= NEAR_MINUTES) & ~(apart > MOST_KILOMETRES), rows, gap, apart)
        if self._may_rule_out:
            rows, gap, apart = _kept(self._may_be_one(left, rows), rows, gap, apart)
        return left.i[rows[0]], right.i[rows[1]], patterns(left, right, rows, gap, apart, self._rules)

    def _may_be_one(self, left: Records, rows: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        (of_left, of_right), right = rows, self._right
        if self._rules.is_within:
            # Records of one incident are joined. Those that share a number follow the rules of `within`, but tell what
            # a patient who came back looks like.
            occurrence, another = left.incident[of_left], right.incident[of_right]
            return np.asarray(
                (left.i[of_left] != right.i[of_right]) & ((occurrence == 0) | (another == 0) | (occurrence != another))
            )
        one, other = left.nhs[of_left], right.nhs[of_right]
        allowed = (one == 0) | (other == 0) | (one == other)
        if self._rules.is_of_patients:
            # A patient of another sex and more than ten years older is another one, however few the look-alikes are.
            sex, other_sex = left.sex[of_left], right.sex[of_right]
            age, other_age = left.age[of_left], right.age[of_right]
            allowed &= ~(
                (sex != other_sex) & (sex != NOT_TOLD) & (other_sex != NOT_TOLD)
                & (np.abs(age - other_age) > MOST_YEARS) & (age >= 0) & (other_age >= 0)
            )  # fmt: skip
        return np.asarray(allowed)


def _kept(mask: np.ndarray, rows: tuple[np.ndarray, np.ndarray], *measured: np.ndarray) -> tuple:  # type: ignore[type-arg]
    if mask.all():
        return (rows, *measured)
    # Taking by places is several times as fast as by a mask, whose next value no processor can foresee.
    kept = np.flatnonzero(mask)
    return ((rows[0].take(kept), rows[1].take(kept)), *(each.take(kept) for each in measured))
