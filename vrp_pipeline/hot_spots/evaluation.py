"""How well rankings of hexagons foretell where the incidents of later months are.

The months held out are the newest; every ranking sees only those before. Each names a share of the area, and is judged
by the hit rate (the share of later incidents in it) and the predictive efficiency index PEI (that as a share of what
the best choice of as many hexagons would have had) ([Hunt 2016]). Hexagons are of equal area, so a share of hexagons is
one of area. The predictive accuracy index ([Chainey 2008]) rises as the area shrinks and is not given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vrp_pipeline.calendar.months import month_number
from vrp_pipeline.hot_spots.rankings import Ground, rankings

SHARES = (0.01, 0.02, 0.05)
OURS, LAST_YEAR = "count", "last year's count"
TRAINING_MONTHS = 36
# 97.5 % points of Student's t with 1 to 11 degrees of freedom; with more months held out the last, a little too wide.
STUDENT_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201)

Floats = npt.NDArray[np.float64]


class TooFewMonthsError(RuntimeError):
    """Raised if no month is left to rank by, or to hold out."""


@dataclass(frozen=True)
class Happened:
    """What happened in each hexagon: `counts` and `harm` have the shape (months, hexagons), months in their order.

    `months` are those received, as YYYY-MM.
    """

    months: Sequence[str]
    counts: Floats
    harm: Floats


@dataclass(frozen=True)
class Score:
    """How one ranking does at one share of the area; rates from 0 to 1."""

    ranking: str
    share_of_area: float
    hexagons: int
    hit_rate: float
    pei: float


@dataclass(frozen=True)
class Gain:
    """The hit rate of the count less that of last year's count, with its 95 % interval over the months held out."""

    share_of_area: float
    difference: float
    lower: float
    upper: float

    @property
    def verdict(self) -> str:
        """Whether the ranking is better, worse, or no better than last year's count."""
        if self.lower > 0:
            return "better"
        return "worse" if self.upper < 0 else "no better"


@dataclass(frozen=True)
class HotSpotEvaluation:
    """All scores, the gain over last year's count, and what they rest on."""

    events: str
    trained_on: list[str]
    last_year: list[str]
    held_out: list[str]
    hexagons: int
    incidents_trained_on: int
    incidents_held_out: int
    scores: list[Score]
    gains: list[Gain]

    @property
    def verdict(self) -> str:
        """One sentence that says whether the ranking is worth more than last year's count."""
        if self.trained_on == self.last_year:
            return (
                "The ranking by count is no better than last year's count: both rest on the same months, because the "
                "release holds none before."
            )
        better = [f"{gain.share_of_area:.0%}" for gain in self.gains if gain.verdict == "better"]
        worse = [f"{gain.share_of_area:.0%}" for gain in self.gains if gain.verdict == "worse"]
        if not better:
            told = "The ranking by count is no better than last year's count"
            return f"{told}, and worse at {' and '.join(worse)} of the area." if worse else f"{told} at any share."
        return f"The ranking by count is better than last year's count at {' and '.join(better)} of the area."

    def to_dict(self) -> dict[str, Any]:
        """Everything, for programs."""
        gains = [asdict(gain) | {"verdict": gain.verdict} for gain in self.gains]
        return asdict(self) | {"gains": gains, "verdict": self.verdict}


def evaluate_hot_spots(ground: Ground, happened: Happened, *, events: str, held_out: int = 12) -> HotSpotEvaluation:
    """Rank by the months before the newest `held_out` calendar months, at most 36 of them, and score on those.

    Raises TooFewMonthsError if no received month is left on either side, or nothing happened there.
    """
    numbers = np.array([month_number(month) for month in happened.months])
    first = numbers.max(initial=0) - held_out + 1
    tested = numbers >= first
    trained = (numbers < first) & (numbers >= first - TRAINING_MONTHS)
    last_year = trained & (numbers >= first - 12)
    if not (happened.counts[trained].sum() and happened.counts[tested].sum()):
        raise TooFewMonthsError(
            f"{len(happened.months)} months of {events} are received, too few to hold out {held_out} and rank by those "
            "before. Hold out fewer: --held-out 4"
        )
    later = happened.counts[tested]
    named = rankings(ground, happened.counts[trained], happened.harm[trained], happened.counts[last_year])
    chosen = {
        share: {name: share_chosen(scores, size_of(share, ground.size)) for name, scores in named.items()}
        for share in SHARES
    }
    return HotSpotEvaluation(
        events=events,
        trained_on=_named(happened.months, trained),
        last_year=_named(happened.months, last_year),
        held_out=_named(happened.months, tested),
        hexagons=ground.size,
        incidents_trained_on=int(happened.counts[trained].sum()),
        incidents_held_out=int(later.sum()),
        scores=[
            _scored(name, share, weights, later.sum(axis=0))
            for share in SHARES
            for name, weights in chosen[share].items()
        ],
        gains=[_gain(share, chosen[share], later) for share in SHARES],
    )


def size_of(share: float, hexagons: int) -> int:
    """Return how many hexagons a share of the area is, at least one."""
    return max(1, round(share * hexagons))


def share_chosen(scores: Sequence[float] | Floats | tuple[Floats, ...], size: int) -> Floats:
    """Return the part of each hexagon, 0 to 1, that the `size` of the highest scores take in.

    `scores` is one array, or several of which the later ones decide among equals. What is equal in all shares what is
    left, as a choice at random would on average: no order of names can flatter a ranking.
    """
    keys = np.atleast_2d(np.array(scores, dtype=float))
    order = np.lexsort(-keys[::-1])
    ordered = keys[:, order]
    boundary = ordered[:, size - 1 : size]
    equal = (ordered == boundary).all(axis=0)
    weights = np.zeros(keys.shape[1])
    weights[order[:size]] = 1.0
    weights[order[equal]] = (size - np.flatnonzero(equal)[0]) / equal.sum()
    return weights


def _scored(name: str, share: float, weights: Floats, later: Floats) -> Score:
    size = size_of(share, len(later))
    hits = float(weights @ later)
    best = float(np.sort(later)[::-1][:size].sum())
    return Score(name, share, size, hit_rate=hits / float(later.sum()), pei=hits / best)


def _gain(share: float, chosen: Mapping[str, Floats], later: Floats) -> Gain:
    """The gain with the interval of a ratio of sums over months: incidents of one month are not independent."""
    extra, totals = later @ (chosen[OURS] - chosen[LAST_YEAR]), later.sum(axis=1)
    difference = float(extra.sum() / totals.sum())
    months = len(later)
    if months == 1:
        return Gain(share, difference, -1.0, 1.0)
    squares = float(((extra - difference * totals) ** 2).sum())
    half = STUDENT_T[min(months - 1, len(STUDENT_T)) - 1] * (months / (months - 1) * squares) ** 0.5 / totals.sum()
    return Gain(share, difference, difference - float(half), difference + float(half))


def _named(months: Sequence[str], chosen: npt.NDArray[np.bool_]) -> list[str]:
    return [month for month, is_chosen in zip(months, chosen, strict=True) if is_chosen]
