"""The order of a simulation: the world, then each agency's deliveries, then the truth.

Only the order of the steps; each step is in `world`, `agencies` or `truth`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from vrp_pipeline.synthetic import WORLDS
from vrp_pipeline.synthetic.agencies.deliveries_of_agencies import AGENCIES, Sent
from vrp_pipeline.synthetic.agencies.recorders import INDEPENDENT
from vrp_pipeline.synthetic.clustered import slips
from vrp_pipeline.synthetic.clustered import world as clustered
from vrp_pipeline.synthetic.clustered.difficulty import LEVELS
from vrp_pipeline.synthetic.truth import tables as truth
from vrp_pipeline.synthetic.world import patterns, world

_, CLUSTERED = WORLDS
Progress = Callable[[str, float], None]
HIGHEST_SCALE = 3.0
SHARE_OF_WORLD = 0.07


class Laws(NamedTuple):
    """Which laws a simulation follows: the world, how carelessly it records, and what is spoilt throughout."""

    world: str
    difficulty: str
    faults: tuple[str, ...]


def run(
    inbox: Path, truth_folder: Path, *, scale: float, seed: int, laws: Laws, progress: Progress | None
) -> list[Path]:
    """Run a simulation; see `vrp_pipeline.synthetic.simulate`."""
    if not 0 < scale <= HIGHEST_SCALE:
        raise ValueError(f"scale is {scale}; it must be above 0 and at most {HIGHEST_SCALE:g}")
    _must_be_known(laws)
    faults = slips.read(laws.faults)
    tell = progress or _tell_nobody
    inbox.mkdir(parents=True, exist_ok=True)

    tell("areas, people and incidents", 0.0)
    if laws.world == CLUSTERED:
        simulated: world.World = clustered.build(scale, seed, LEVELS[laws.difficulty], faults)
        sent = Sent(inbox, clustered.RECORDERS)
    else:
        simulated, sent = world.build(scale, seed), Sent(inbox, INDEPENDENT)
    done = SHARE_OF_WORLD
    for stage, share, deliver in AGENCIES:
        tell(stage, done)
        deliver(simulated, sent)
        done += share

    tell("truth", done)
    _write_truth(truth_folder, simulated, sent, laws)
    tell("done", 1.0)
    return sent.paths


def _must_be_known(laws: Laws) -> None:
    if laws.world not in WORLDS:
        raise ValueError(f"'{laws.world}' is no world; they are {', '.join(WORLDS)}")
    if laws.difficulty not in LEVELS:
        raise ValueError(f"'{laws.difficulty}' is no difficulty; they are {', '.join(LEVELS)}")
    if laws.world != CLUSTERED and (laws.difficulty != "base" or laws.faults):
        raise ValueError(f"difficulty and faults belong to the {CLUSTERED} world; the {laws.world} one has neither")


def _write_truth(folder: Path, simulated: world.World, sent: Sent, laws: Laws) -> None:
    months = [str(month) for month in patterns.MONTHS]
    # The first world's document says no more than before there were two.
    named = laws._asdict() if laws.world == CLUSTERED else {}
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
            "simulation": {"scale": simulated.scale, "seed": simulated.seed, "months": months, **named},
        },
    )


def _tell_nobody(_stage: str, _share: float) -> None:
    """Ignore progress if no callback was given."""
