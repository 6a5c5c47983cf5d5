"""Pairs predicted and true, which is how every link is judged: precision, recall, and whether a level is reached."""

from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa


class NoTruthError(RuntimeError):
    """The lake holds no truth of a simulation."""


@dataclass(frozen=True)
class Level:
    """One thing that must be reached, and whether it was."""

    name: str
    required: str
    measured: str
    is_met: bool


@dataclass(frozen=True)
class Pairs:
    """Predicted and true pairs. Precision and recall are None where there is nothing to divide by."""

    predicted: int
    true: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of the predicted pairs that are true."""
        return self.right / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """Share of the true pairs that were predicted."""
        return self.right / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both."""
        return 2 * self.right / (self.predicted + self.true) if self.predicted + self.true else None

    def to_dict(self) -> dict[str, Any]:
        """Counts and rates, rounded to four digits."""
        rates = {name: getattr(self, name) for name in ("precision", "recall", "f1")}
        return asdict(self) | {name: None if rate is None else round(rate, 4) for name, rate in rates.items()}


def at_least(name: str, measured: float | None, required: float, digits: int = 3) -> Level:
    """The level that a rate must reach; a rate that cannot be measured does not reach it."""
    shown = "none" if measured is None else f"{measured:.{digits}f}"
    return Level(name, f"at least {required:g}", shown, measured is not None and measured >= required)


def count_by_link_status(links: pa.Table) -> dict[str, int]:
    """How many pairs of a table of links stand how, by the name of the link_status."""
    counted = links["link_status"].value_counts().to_pylist()
    return {row["values"]: row["counts"] for row in sorted(counted, key=lambda row: str(row["values"]))}
