"""What a clerical review says of the links: precision and recall with intervals, and how far two reviewers agree.

Each stratum counts by how many pairs it has (stratified estimator). Recall is that among pairs in one incident and
other scored ones: a pair below the threshold of plausibility is in no stratum. Pairs of which people are unsure, or
disagree, are left out and counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from vrp_pipeline.lake.link_reviews import NO, UNSURE, YES, Decision, Sample, Stratum

_95_PERCENT = 1.96
# With fewer decisions the half pairs that are added would make the result [P].
FEWEST_DECIDED = 30
# Strata of which nothing is decided count as half right; with more of the pairs that half would make the result [P].
MOST_UNDECIDED = 0.05


@dataclass(frozen=True)
class Share:
    """An estimated share with its 95 % interval, from 0 to 1."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Agreement:
    """How far two people agree on pairs that both decided: the share, and Cohen's kappa (None if undefined)."""

    people: tuple[str, str]
    pairs: int
    share: float
    kappa: float | None


@dataclass(frozen=True)
class Review:
    """Result of a review.

    `precision` and `recall` are None if too few pairs are decided, linked or of one event, or too many are in strata of
    which no pair is decided: `strata_undecided`.
    """

    drawn: int
    decided: int
    open_to_doubt: int
    precision: Share | None
    recall: Share | None
    agreements: tuple[Agreement, ...]
    strata_undecided: tuple[Stratum, ...]


def reviewed(sample: Sample, decisions: Sequence[Decision]) -> Review:
    """Return what the decisions about a sample say; each person has at most one on each pair."""
    said: defaultdict[int, set[str]] = defaultdict(set)
    for decision in decisions:
        said[decision.pair].add(decision.decision)
    agreed = {pair: next(iter(words)) for pair, words in said.items() if len(words) == 1}
    counts = np.zeros((len(sample.strata), 2), dtype=int)
    for pair, word in agreed.items():
        if word in (YES, NO):
            counts[sample.pairs[pair - 1].stratum, 0 if word == YES else 1] += 1
    decided = int(counts.sum())
    precision, recall = estimate(sample.strata, counts) if decided >= FEWEST_DECIDED else (None, None)
    agreed_on = tuple(agreements(decisions))
    undecided = tuple(stratum for stratum, said_of in zip(sample.strata, counts, strict=True) if not said_of.any())
    return Review(len(sample.pairs), decided, len(said) - decided, precision, recall, agreed_on, undecided)


def estimate(strata: Sequence[Stratum], counts: np.ndarray) -> tuple[Share | None, Share | None]:
    """Return precision and recall. `counts` has a row for each stratum: pairs of one event, and of two.

    The variance of a share is that of a beta distribution with half a pair of either kind added, so that four of four
    are no certainty; a stratum without decisions has a share of one half, and no figure rests on strata that hold over
    a twentieth of its pairs and have none. The variance of recall, a ratio, is linearised.
    """
    pairs = np.array([stratum.pairs for stratum in strata], dtype=float)
    is_linked = np.array([stratum.is_linked for stratum in strata], dtype=float)
    decided = counts.sum(axis=1)
    share = np.where(decided > 0, counts[:, 0] / np.maximum(decided, 1), 0.5)
    one, two = counts[:, 0] + 0.5, counts[:, 1] + 0.5
    variance = (1 - decided / pairs) * one * two / ((one + two) ** 2 * (one + two + 1))
    linked, right, true = (pairs * is_linked).sum(), (pairs * is_linked * share).sum(), (pairs * share).sum()
    precision = None
    if linked and _is_decided(pairs * is_linked, decided):
        precision = _share(right / linked, (pairs / linked) ** 2 * is_linked * variance)
    if not true or not _is_decided(pairs, decided):
        return precision, None
    recall = right / true
    return precision, _share(recall, (pairs / true * (is_linked - recall)) ** 2 * variance)


def _is_decided(pairs: np.ndarray, decided: np.ndarray) -> bool:
    return bool(pairs[decided == 0].sum() <= MOST_UNDECIDED * pairs.sum())


def _share(value: float, variances: np.ndarray) -> Share:
    half = _95_PERCENT * float(np.sqrt(variances.sum()))
    return Share(float(value), max(0.0, float(value) - half), min(1.0, float(value) + half))


def agreements(decisions: Iterable[Decision]) -> list[Agreement]:
    """Return the agreement of each two people who decided the same pairs, in order of their names."""
    by_person: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for decision in decisions:
        by_person[decision.decided_by][decision.pair] = decision.decision
    found = []
    for one, other in combinations(sorted(by_person), 2):
        both = sorted(by_person[one].keys() & by_person[other].keys())
        if both:
            said = [(by_person[one][pair], by_person[other][pair]) for pair in both]
            found.append(Agreement((one, other), len(both), *_agreement(said)))
    return found


def _agreement(said: Sequence[tuple[str, str]]) -> tuple[float, float | None]:
    """Return the share of equal words, and how far it exceeds what the words of each person bring by chance (kappa)."""
    share = sum(one == other for one, other in said) / len(said)
    first, second = Counter(one for one, _ in said), Counter(other for _, other in said)
    by_chance = sum(first[word] * second[word] for word in (YES, NO, UNSURE)) / len(said) ** 2
    return share, (share - by_chance) / (1 - by_chance) if by_chance < 1 else None
