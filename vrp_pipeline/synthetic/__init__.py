"""A simulated partnership: every agency's deliveries in their real formats, with a known truth.

What belongs here: drawing incidents, what each agency sees of them, and the files the agencies would send; the
truth about them, kept apart; faults to plant in files. What does not: reading deliveries or judging them. Nothing
here reads the dbt seeds or the ingest code, so that the truth is an independent check of both.

Heavy imports wait until something is simulated: `vrp --help` must answer in under a second.
"""

from collections.abc import Callable
from pathlib import Path

DEFAULT_SEED = 20230401

__all__ = ["DEFAULT_SEED", "simulate"]


def simulate(
    inbox: Path,
    truth: Path,
    *,
    scale: float = 1.0,
    seed: int = DEFAULT_SEED,
    progress: Callable[[str, float], None] | None = None,
) -> list[Path]:
    """Write two financial years of deliveries into `inbox` and the truth about them into `truth`.

    `scale` multiplies the volumes (1.0 is Hampshire and the Isle of Wight, 160,000 crimes a year); the same `seed`
    and `scale` give the same bytes in every file. `progress` is called with the stage and the share done (0 to 1).
    Returns the paths of the deliveries in the order in which they would arrive. Raises ValueError if `scale` is
    not positive or above 3, where there would be more people than test NHS numbers.
    """
    from vrp_pipeline.synthetic.simulation import run

    return run(inbox, truth, scale=scale, seed=seed, progress=progress)
