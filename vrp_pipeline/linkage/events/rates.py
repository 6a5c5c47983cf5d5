"""Rates of patterns among pairs of one event and among pairs by chance, and the probability they give a pair.

A Fellegi-Sunter model with rates in place of shares: `nu` is how many records of the other feed a record meets with a
pattern by chance, `mu` how many of its own event. The odds of a pair are mu / nu. Chance is counted on pairs shifted by
weeks, so it follows the volume and density of the lake; `mu` is estimated by expectation maximisation among the
candidates. A stored model is the prior of both, worth a few records, and speaks alone in a lake too small to learn
from.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from vrp_pipeline.linkage.events.comparisons import Counts
from vrp_pipeline.linkage.events.levels import NEAR_MINUTES, SIZES

STRATUM, PERSON, TIME, PLACE, AGE_SEX, KIND, NUMBER = range(len(SIZES))
_S, _D, _T, _P, _A, _K, _N = SIZES.values()
# What the stored model weighs against the lake: as many records as this.
PRIOR_RECORDS = 30.0
ROUNDS = 60
# How far chance in a cell of time and place may lie from what both bring apart, as the shape of a gamma distribution: a
# cell of one pair weighs that half [P].
SHAPE = 1.0
# The least share of a level among pairs of one event: an error absent from the data may still occur.
LEAST_SHARE = 1e-4


@dataclass(frozen=True)
class Rates:
    """Rates of one pair of feeds.

    `shares` maps a comparison to the shares of its levels among pairs of one event, `chance` to those among pairs by
    chance; `partners` is how many records of its event a left record has in the right feed, by stratum.
    """

    partners: np.ndarray
    shares: dict[str, np.ndarray]
    chance: dict[str, np.ndarray]

    def to_dict(self) -> dict[str, Any]:
        """Return the rates as plain lists for a model file. A prior may be coarse: times and places stand apart."""
        chance = dict(self.chance)
        joint = chance.pop("time_place").reshape(_S, _T, _P)
        chance |= {"time": joint.sum(axis=2), "place": joint.sum(axis=1)}
        return {
            "partners": _rounded(self.partners),
            "shares": {name: _rounded(values) for name, values in self.shares.items()},
            "chance": {name: _rounded(values) for name, values in chance.items()},
        }


def _rounded(values: np.ndarray) -> Any:
    return np.array([float(f"{value:.3g}") for value in values.ravel()]).reshape(values.shape).tolist()


def rates_of(stored: dict[str, Any]) -> Rates:
    """Return the rates of a model file."""
    by_chance = {name: np.array(values) for name, values in stored["chance"].items()}
    time, place = by_chance.pop("time"), by_chance.pop("place")
    by_chance["time_place"] = (time[:, :, None] * place[:, None, :]).reshape(_S, _T * _P)
    shares = {name: np.array(values) for name, values in stored["shares"].items()}
    return Rates(np.array(stored["partners"]), shares, by_chance)


_SHAPES = {"time": (1, _T), "place": (3, _P), "age_sex": (4, _A), "kind": (3, _K), "number": (1, _N)}


def uninformed() -> Rates:
    """Return rates that know nothing: the start of training a model from a lake."""
    gap, delay = np.array([8, 8, 6, 6, 4, 3, 1, 0.2, 0.5]), np.array([0.7, 0.15, 0.1, 0.05])
    time = np.concatenate([
        np.outer(gap, delay).ravel(), [8, 3, 2, 1], [0.5, 1.5, 1.5, 1, 1, 3, 2, 1, 1], 0.5 * delay, [2, 2]
    ])  # fmt: skip
    place = np.array([8, 6, 5, 4, 2, 0.5, 0.2, 5, 4, 3, 1, 1, 1, 4])
    age_sex = np.array([20, 0.6, 2, 5, 0.2, 0.5, 2, 0.1, 0.2, 1, 0.2, 0.1, 3, 0.2, 0.3])
    kind, number = np.array([4, 4, 3, 0.3]), np.array([6, 4, 0.2])
    start = {"time": time, "place": place, "age_sex": age_sex, "kind": kind, "number": number}
    return Rates(
        np.full(_S, 0.2),
        {name: np.tile(start[name] / start[name].sum(), (shape[0], 1)) for name, shape in _SHAPES.items()},
        {
            "time_place": np.full((_S, _T * _P), 1 / (_T * _P)),
            "age_sex": np.full((_D, _A), 1 / _A),
            "kind": np.full((3, _K), 1 / _K),
            "number": np.array([[1 - 2e-5, 1e-5, 1e-5]]),
            "per_right_record": np.full(_S, 1e-3),
        },
    )


def chance(counts: Counts, prior: Rates) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return how many candidates of each pattern chance brings, and the shares among pairs by chance to store."""
    levels, met = counts.levels, counts.by_chance
    stratum, person = levels[:, STRATUM], levels[:, PERSON]
    where = levels[:, TIME] * _P + levels[:, PLACE]
    exposed = counts.exposed.sum(axis=1)
    days = 1 + 2 * NEAR_MINUTES / 1440
    expected = PRIOR_RECORDS * counts.right_per_day * days * prior.chance["per_right_record"]
    seen = np.zeros((_S, _T * _P))
    np.add.at(seen, (stratum, where), met)
    time_place = _smoothed_cells(seen + expected[:, None] * prior.chance["time_place"])
    rate = time_place / (exposed + PRIOR_RECORDS)[:, None]
    group = person % 3
    age_sex = _smoothed(person, levels[:, AGE_SEX], met, prior.chance["age_sex"])
    kind = _smoothed(group, levels[:, KIND], met, prior.chance["kind"])
    number = _smoothed(np.zeros_like(group), levels[:, NUMBER], met, prior.chance["number"], 1.0)
    records = counts.records[stratum, person]
    brought = (
        records * rate[stratum, where] * age_sex[person, levels[:, AGE_SEX]] * kind[group, levels[:, KIND]]
        * number[0, levels[:, NUMBER]]
    )  # fmt: skip
    total = time_place.sum(axis=1)
    per_right = total / (exposed + PRIOR_RECORDS) / max(counts.right_per_day * days, 1e-9)
    return brought, {
        "time_place": time_place / total[:, None], "age_sex": age_sex, "kind": kind, "number": number,
        "per_right_record": per_right,
    }  # fmt: skip


def _smoothed_cells(seen: np.ndarray) -> np.ndarray:
    """Return the pairs by chance of each stratum by time and place, none of them nought because it was not met.

    A lake has more cells than pairs by chance in the near ones. Cells that happened to stay empty would promise certain
    odds to just those pairs that happened to fall into them, so each is drawn towards what time and place bring apart
    from each other, as far as it says little itself (Gamma-Poisson shrinkage, [DuMouchel 1999]).
    """
    cells = seen.reshape(_S, _T, _P)
    total = cells.sum(axis=(1, 2), keepdims=True)
    apart = cells.sum(axis=2, keepdims=True) * cells.sum(axis=1, keepdims=True) / np.maximum(total, 1e-300)
    drawn = apart * (cells + SHAPE) / (apart + SHAPE)
    return np.asarray(drawn * total / np.maximum(drawn.sum(axis=(1, 2), keepdims=True), 1e-300)).reshape(seen.shape)


def _smoothed(
    group: np.ndarray, level: np.ndarray, counts: np.ndarray, prior: np.ndarray, weight: float = PRIOR_RECORDS
) -> np.ndarray:
    """Return shares of levels by group, with the prior worth `weight` pairs."""
    places = group * prior.shape[1] + level
    return shares_of(weight * prior + np.bincount(places, counts, minlength=prior.size).reshape(prior.shape))


def shares_of(counts: np.ndarray) -> np.ndarray:
    """Return counts as shares of the sum of their row."""
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def estimate(counts: Counts, prior: Rates) -> tuple[Rates, np.ndarray]:
    """Return the rates of this lake and the odds of each pattern, by expectation maximisation from the prior."""
    brought, by_chance = chance(counts, prior)
    levels, by_stratum = counts.levels, counts.records.sum(axis=1)
    records = counts.records[levels[:, STRATUM], levels[:, PERSON]]
    # A pattern that chance alone brought has no pair that could be of one event.
    met = np.flatnonzero(counts.pairs)
    pairs, chances, exposed = counts.pairs[met], np.maximum(brought[met], 1e-300), records[met]
    cells = Cells(levels[met])
    partners, shares = prior.partners, prior.shares
    for _ in range(ROUNDS if counts.tells_chance else 0):
        of_event = exposed * cells.rates(partners, shares)
        found, levels_found = cells.sums(pairs * of_event / (of_event + chances))
        partners = (found + PRIOR_RECORDS * prior.partners) / (by_stratum + PRIOR_RECORDS)
        shares = {
            name: np.maximum(shares_of(levels_found[name] + PRIOR_RECORDS * prior.shares[name]), LEAST_SHARE)
            for name in shares
        }
    of_event = records * Cells(levels).rates(partners, shares)
    return Rates(partners, shares, by_chance), of_event / np.maximum(brought, 1e-300)


# A level may depend on what the left record does not tell: shares are kept apart by its group, here of each stratum.
_PLACE_GROUP = np.array([0] * 4 + [1] * 3 + [2] * 3)
_UNTOLD, _KIND_GROUPS = 4, 3


class Cells:
    """Patterns by the cells that rates are kept by, in two parts of a few thousand cells each.

    The first part is stratum, time and place, the second what is told of the person, age and sex, kind and number: two
    tables are read for each pattern where one for each comparison would take three times as long.
    """

    def __init__(self, levels: np.ndarray) -> None:
        kind, sex, age = levels[:, PERSON] % 3, levels[:, PERSON] // 3 % 3, levels[:, PERSON] // 9
        untold = 2 * (age == 0) + (sex == 2)
        self._first = (levels[:, STRATUM] * _T + levels[:, TIME]) * _P + levels[:, PLACE]
        second = (untold * _A + levels[:, AGE_SEX]) * _KIND_GROUPS + kind
        self._second = (second * _K + levels[:, KIND]) * _N + levels[:, NUMBER]

    def rates(self, partners: np.ndarray, shares: dict[str, np.ndarray]) -> np.ndarray:
        """Return how many partners with its pattern a record has, for each pattern."""
        first = partners[:, None, None] * shares["time"][0][:, None] * shares["place"][_PLACE_GROUP][:, None, :]
        second = shares["age_sex"][:, :, None, None, None] * shares["kind"][:, :, None] * shares["number"][0]
        return np.asarray(first.ravel()[self._first] * second.ravel()[self._second])

    def sums(self, values: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return the sums of the values of patterns by stratum, and by the levels of each comparison."""
        first = np.bincount(self._first, values, minlength=_S * _T * _P).reshape(_S, _T, _P)
        second = np.bincount(self._second, values, minlength=_UNTOLD * _A * _KIND_GROUPS * _K * _N)
        second = second.reshape(_UNTOLD, _A, _KIND_GROUPS, _K, _N)
        places = np.zeros((3, _P))
        np.add.at(places, _PLACE_GROUP, first.sum(axis=1))
        return first.sum(axis=(1, 2)), {
            "time": first.sum(axis=(0, 2))[None],
            "place": places,
            "age_sex": second.sum(axis=(2, 3, 4)),
            "kind": second.sum(axis=(0, 1, 4)),
            "number": second.sum(axis=(0, 1, 2, 3))[None],
        }
