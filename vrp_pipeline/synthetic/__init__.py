"""Synthetic data: a simulated partnership with every agency's deliveries in their real formats and a known truth.

Belongs here: simulating incidents, what each agency records of them, the files the agencies deliver, the truth (kept
apart), and faults planted in files. Does not: reading or validating deliveries. Nothing here reads the dbt seeds or the
ingest code, so that the truth is an independent check of both.

Heavy imports are deferred until something is simulated, because `vrp --help` must answer in under a second.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

DEFAULT_SEED = 20230401
WORLDS = ("independent", "clustered")
DIFFICULTIES = ("easy", "base", "hard")

__all__ = ["DEFAULT_SEED", "DIFFICULTIES", "WORLDS", "simulate"]


def simulate(
    inbox: Path,
    truth: Path,
    *,
    scale: float = 1.0,
    seed: int = DEFAULT_SEED,
    world: str = WORLDS[0],
    difficulty: str = "base",
    faults: Sequence[str] = (),
    progress: Callable[[str, float], None] | None = None,
) -> list[Path]:
    """Write two financial years of deliveries into `inbox` and the truth about them into `truth`.

    `scale` multiplies the volumes (1.0 is Hampshire and the Isle of Wight, 160,000 crimes a year); equal `seed` and
    `scale` give equal bytes in every file. `world` chooses the laws (docs/synthetic.md); `difficulty` and `faults`
    (such as `clock12h:health__ambulance_incidents`) are those of the clustered world. `progress` is called with the
    stage and the completed share (0 to 1). Returns the paths of the deliveries in order of arrival. Raises ValueError
    if `scale` is not positive or above 3, where there would be more people than test NHS numbers, and for an unknown
    world, difficulty or fault.
    """
    from vrp_pipeline.synthetic.simulation import Laws, run

    laws = Laws(world, difficulty, tuple(faults))
    return run(inbox, truth, scale=scale, seed=seed, laws=laws, progress=progress)
