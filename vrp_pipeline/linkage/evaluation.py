"""Pairwise evaluation shared by both linkages: precision, recall, F1 and required levels.

How pairs are counted against the simulated truth is in `events.evaluation` and `people.evaluation`.
"""

from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa


class NoTruthError(RuntimeError):
    """The lake holds no simulated truth to evaluate against."""


@dataclass(frozen=True)
class Level:
    """A required level of a measure, the measured value, and whether the level is met."""

    name: str
    required: str
    measured: str
    is_met: bool


@dataclass(frozen=True)
class Pairs:
    """Counts of predicted, true and correctly predicted pairs. A rate with a zero denominator is None."""

    predicted: int
    true: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of the predicted pairs that are true, from 0 to 1."""
        return self.right / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """Share of the true pairs that are predicted, from 0 to 1."""
        return self.right / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall, from 0 to 1."""
        return 2 * self.right / (self.predicted + self.true) if self.predicted + self.true else None

    def to_dict(self) -> dict[str, Any]:
        """Return counts and rates as a dictionary, rates rounded to four decimals."""
        rates = {name: getattr(self, name) for name in ("precision", "recall", "f1")}
        return asdict(self) | {name: None if rate is None else round(rate, 4) for name, rate in rates.items()}


def at_least(name: str, measured: float | None, required: float, digits: int = 3) -> Level:
    """Require a rate of at least `required`; a rate that cannot be measured (None) does not meet it."""
    shown = "none" if measured is None else f"{measured:.{digits}f}"
    return Level(name, f"at least {required:g}", shown, measured is not None and measured >= required)


def count_by_link_status(links: pa.Table) -> dict[str, int]:
    """Count the pairs of a table of links by `link_status`."""
    counted = links["link_status"].value_counts().to_pylist()
    return {row["values"]: row["counts"] for row in sorted(counted, key=lambda row: str(row["values"]))}
