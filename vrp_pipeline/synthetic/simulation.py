"""The order of a simulation: the world, then each agency's deliveries, then the truth.

Only the order of the steps; each step is in `world`, `agencies` or `truth`.
"""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from vrp_pipeline.synthetic.agencies.deliveries_of_agencies import AGENCIES, Sent
from vrp_pipeline.synthetic.truth import tables as truth
from vrp_pipeline.synthetic.world import patterns, world

Progress = Callable[[str, float], None]
HIGHEST_SCALE = 3.0
SHARE_OF_WORLD = 0.07


def run(inbox: Path, truth_folder: Path, *, scale: float, seed: int, progress: Progress | None) -> list[Path]:
    """Run a simulation; see `vrp_pipeline.synthetic.simulate`."""
    if not 0 < scale <= HIGHEST_SCALE:
        raise ValueError(f"scale is {scale}; it must be above 0 and at most {HIGHEST_SCALE:g}")
    tell = progress or _tell_nobody
    inbox.mkdir(parents=True, exist_ok=True)

    tell("areas, people and incidents", 0.0)
    simulated = world.build(scale, seed)
    sent, done = Sent(inbox), SHARE_OF_WORLD
    for stage, share, deliver in AGENCIES:
        tell(stage, done)
        deliver(simulated, sent)
        done += share

    tell("truth", done)
    _write_truth(truth_folder, simulated, sent)
    tell("done", 1.0)
    return sent.paths


def _write_truth(folder: Path, simulated: world.World, sent: Sent) -> None:
    months = [str(month) for month in patterns.MONTHS]
    truth.write(
        folder,
        {
            "incidents": truth.incidents(simulated.harms, simulated.areas, simulated.where),
            "event_records": pa.concat_tables(sent.records),
            "people": pa.concat_tables(sent.people),
            **sent.tables,
        },
        sent.counts,
        sent.faults,
        {
            "canaries": sent.canaries,
            "simulation": {"scale": simulated.scale, "seed": simulated.seed, "months": months},
        },
    )


def _tell_nobody(_stage: str, _share: float) -> None:
    """Ignore progress if no callback was given."""
