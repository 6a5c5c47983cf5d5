"""Rates of pairs of one feed that are of one event, of two kinds: a patient who came back, and another victim.

Both kinds mixed would agree in anything by halves: who comes back has the age, sex and home of the first record but may
come a day later, another victim was hurt at the same time and place but is anybody. So each kind has rates of its own,
estimated together by expectation maximisation. NHS numbers tell them apart where both are written: a shared one makes a
patient who came back, two of them two victims. What is learnt of those is what pairs without a number are judged by.

How many records have such a partner is one rate of the whole lake for each kind. A prior in each stratum invents pairs
where there are none: 0.2 partners for each of 30 records in ten strata are 60.
"""

import numpy as np

from vrp_pipeline.linkage.events.comparisons import Counts
from vrp_pipeline.linkage.events.rates import (
    LEAST_SHARE,
    PERSON,
    PRIOR_RECORDS,
    ROUNDS,
    STRATUM,
    Cells,
    Rates,
    chance,
    shares_of,
    uninformed,
)

# Partners of either kind that a record is thought to have before a lake tells: one in fifty [P].
PRIOR_PARTNERS = 0.02
# Levels of the comparison of numbers: not both told, the same one, two different ones.
SHARED = 1
_NUMBER_OF_BACK, _NUMBER_OF_OTHER = np.array([[0.3, 0.7, 1e-6]]), np.array([[0.3, 1e-6, 0.7]])
# No more partners of its own event than this has a record of the same feed, in the mean.
MOST_PARTNERS = 1.0


def estimate_within(counts: Counts, prior: Rates) -> tuple[Rates, np.ndarray, np.ndarray]:
    """Return the rates of both kinds together and the odds of each pattern, as `rates.estimate` does.

    The third is, for each pattern, the share of the patients who came back among its pairs of one event.
    """
    brought, by_chance = chance(counts, prior)
    records = counts.records[counts.levels[:, STRATUM], counts.levels[:, PERSON]]
    met = np.flatnonzero(counts.pairs)
    pairs, chances, exposed = counts.pairs[met], np.maximum(brought[met], 1e-300), records[met]
    cells, of_lake = Cells(counts.levels[met]), counts.records.sum()
    priors = _priors(counts, prior, by_chance)
    kinds = [(PRIOR_PARTNERS, shares) for shares in priors]
    for _ in range(ROUNDS):
        of_kinds = [exposed * cells.rates(_in_all_strata(partners), shares) for partners, shares in kinds]
        total = chances + sum(of_kinds)
        kinds = [
            _learnt(cells.sums(pairs * of_kind / total), of_lake, shares)
            for of_kind, shares in zip(of_kinds, priors, strict=True)
        ]
    every = Cells(counts.levels)
    back, other = (every.rates(_in_all_strata(partners), shares) for partners, shares in kinds)
    same_patient = back / np.maximum(back + other, 1e-300)
    if not counts.tells_chance:
        return _together(kinds, by_chance), np.zeros(len(counts.codes)), same_patient
    of_event = records * (back + other)
    return _together(kinds, by_chance), of_event / np.maximum(brought, 1e-300), same_patient


_Kind = tuple[float, dict[str, np.ndarray]]


def _learnt(found: tuple[np.ndarray, dict[str, np.ndarray]], of_lake: float, prior: dict[str, np.ndarray]) -> _Kind:
    by_stratum, levels = found
    partners = (by_stratum.sum() + PRIOR_RECORDS * PRIOR_PARTNERS) / (of_lake + PRIOR_RECORDS)
    shares = {name: shares_of(levels[name] + PRIOR_RECORDS * prior[name]) for name in prior}
    # A number is either shared or not; other comparisons may err in ways that this lake has not shown.
    return min(float(partners), MOST_PARTNERS), {
        name: each if name == "number" else np.maximum(each, LEAST_SHARE) for name, each in shares.items()
    }


def _priors(
    counts: Counts, prior: Rates, by_chance: dict[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the shares of levels thought likely of who came back, and of another victim."""
    # Another victim is of any age and sex: as pairs by chance are, by what the left record does not tell.
    age, sex = np.arange(len(by_chance["age_sex"])) // 9, np.arange(len(by_chance["age_sex"])) // 3 % 3
    untold = 2 * (age == 0) + (sex == 2)
    weights = counts.records.sum(axis=0) + 1e-9
    anybody = np.array(
        [np.average(by_chance["age_sex"][untold == each], axis=0, weights=weights[untold == each]) for each in range(4)]
    )
    back = prior.shares | {"age_sex": uninformed().shares["age_sex"], "number": _NUMBER_OF_BACK}
    return back, prior.shares | {"age_sex": anybody, "number": _NUMBER_OF_OTHER}


def _in_all_strata(partners: float) -> np.ndarray:
    return np.full(_STRATA, partners)


_STRATA = len(uninformed().partners)


def _together(kinds: list[_Kind], by_chance: dict[str, np.ndarray]) -> Rates:
    partners = [of for of, _ in kinds]
    shares = {name: np.average([of[name] for _, of in kinds], axis=0, weights=partners) for name in kinds[0][1]}
    return Rates(_in_all_strata(sum(partners)), shares, by_chance)
