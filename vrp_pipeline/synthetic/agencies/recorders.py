"""What a world decides about records: how police, ambulance services and hospitals record it, and who writes people.

The agencies' formats and the order of deliveries are the same in every world; a world brings its own recorders.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vrp_pipeline.synthetic.agencies import admissions, ambulance, interventions, police, probation
from vrp_pipeline.synthetic.world.world import World


@dataclass(frozen=True)
class Recorders:
    """Functions that return what each agency records of a world; `caseload` also gets the grown-up children."""

    offences: Callable[[World], police.Records]
    calls: Callable[[World], ambulance.Calls]
    stays: Callable[[World], admissions.Episodes]
    caseload: Callable[[World, tuple[np.ndarray, np.ndarray]], probation.Caseload]
    sessions: Callable[[World], interventions.Sessions]


def _offences(world: World) -> police.Records:
    return police.records(
        world.harms, world.crime, world.areas, world.where, world.victims, world.suspects,
        world.stream("police records"),
    )  # fmt: skip


def _calls(world: World) -> ambulance.Calls:
    return ambulance.build(
        world.harms, world.areas, world.where, world.victims, world.scale, world.stream("ambulance incidents")
    )


def _stays(world: World) -> admissions.Episodes:
    return admissions.build(world.harms, world.areas, world.where, world.victims, world.stream("admissions"))


def caseload(world: World, grown_up: tuple[np.ndarray, np.ndarray]) -> probation.Caseload:
    """Return the caseload of probation."""
    return probation.build(world.areas, world.suspects, grown_up, world.scale, world.stream("probation"))


INDEPENDENT = Recorders(_offences, _calls, _stays, caseload, interventions.build)
