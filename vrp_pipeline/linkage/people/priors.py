"""How many pairs of records of two kinds are of one person, learnt from the lake at hand.

A stored model has one share for all pairs. But a probation record and a youth justice record are of one person far
oftener than any two records are, since both services know few people and some of them are the same; in a larger lake
two records are of one person less often. Expectation maximisation from the stored share corrects both: what the
comparisons are worth stays as stored, and only how common matches are follows the lake.
"""

from collections import Counter
from itertools import combinations_with_replacement

import numpy as np
import pyarrow as pa

ROUNDS = 30
# What the stored share weighs against the lake: as many pairs of one person as this.
PRIOR_PAIRS = 10.0


def weights_of_kinds(
    kinds: pa.Array, left: np.ndarray, right: np.ndarray, weight: np.ndarray, share: float
) -> np.ndarray:
    """Return match weights (bits) of scored pairs under the share of matches of their two kinds.

    `kinds` are the kinds of all records that are compared; `left` and `right` the kinds of each pair, `weight` its
    match weight under the stored `share` of pairs that are of one person.
    """
    counts = Counter(kinds.to_pylist())
    odds = np.exp2(weight) * (1 - share) / share
    adjusted = weight.copy()
    for one, other in combinations_with_replacement(sorted(counts), 2):
        of = ((left == one) & (right == other)) | ((left == other) & (right == one))
        if of.any():
            possible = counts[one] * counts[other] if one != other else counts[one] * (counts[one] - 1) / 2
            of_kinds = _share(odds[of], possible, share)
            adjusted[of] = np.log2(odds[of] * of_kinds / (1 - of_kinds))
    return adjusted


def _share(odds: np.ndarray, possible: float, stored: float) -> float:
    """Return the share of `possible` pairs that are of one person, given the odds of comparison of the scored ones."""
    share = stored
    for _ in range(ROUNDS):
        matched = odds * share / (1 - share + odds * share)
        share = (float(matched.sum()) + PRIOR_PAIRS) / (possible + PRIOR_PAIRS / stored)
    return share
