"""The clustered world: built from its laws, and recorded by the clerks of its agencies.

Ground, residents, suspects, children and the caseloads of justice are those of the first world; what happens to them
and how people are written down follows the laws of this package. The streams have names of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from vrp_pipeline.synthetic.agencies import (
    admissions,
    ambulance,
    interventions,
    police,
    probation,
    recorders,
    youth_justice,
)
from vrp_pipeline.synthetic.clustered import (
    attendances,
    calls,
    clerks,
    crimes,
    harms,
    households,
    night_life,
    schools,
    stays,
    streets,
)
from vrp_pipeline.synthetic.clustered import police as force
from vrp_pipeline.synthetic.clustered.difficulty import Difficulty
from vrp_pipeline.synthetic.clustered.ground import Ground
from vrp_pipeline.synthetic.clustered.harms import ClusteredHarms
from vrp_pipeline.synthetic.clustered.scenes import together
from vrp_pipeline.synthetic.clustered.slips import Slips
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world import children, geography, names, people, places, streams
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.world import FIRST_SUSPECT, FIRST_VICTIM, World

LAWS = {
    "night life": night_life.build,
    "households": households.build,
    "schools": schools.build,
    "streets": streets.build,
}


@dataclass(frozen=True)
class Clustered(World):
    """A world with the ground that its laws rest on."""

    ground: Ground


def build(scale: float, seed: int, difficulty: Difficulty, slips: Slips) -> Clustered:
    """Build the clustered world. Raises ValueError above the scale that people.build allows."""

    def stream(name: str) -> np.random.Generator:
        return streams.stream(seed, f"clustered {name}")

    areas = geography.build(scale, stream("geography"))
    where = places.build(areas, stream("places"))
    residents, suspects = (
        people.build(areas, scale, stream(name), ages=ages, women=women, first_reference=first)
        for name, ages, women, first in (
            ("residents", people.VICTIM_AGES, people.FEMALE_VICTIMS, FIRST_VICTIM),
            ("suspects", people.SUSPECT_AGES, people.FEMALE_SUSPECTS, FIRST_SUSPECT),
        )
    )
    ground = Ground(areas, where, residents, scale, difficulty, slips)
    told = together([part for name, law in LAWS.items() for part in law(ground, stream(name))])
    harmed = harms.build(ground, told, stream("harms"))
    pupils = children.build(areas, suspects, residents, scale, stream("children"))
    heard = youth_justice.build(areas, suspects, scale, stream("youth justice"), pupils=pupils.suspect)
    return Clustered(
        scale=scale,
        seed=seed,
        areas=areas,
        where=where,
        victims=residents,
        suspects=suspects,
        harms=harmed,
        crime=crimes.build(harmed, stream("crimes")),
        attended=attendances.build(ground, harmed, stream("attendances")),
        pupils=_at_school(pupils, difficulty, stream("pupils")),
        heard=replace(heard, columns=_written(
            heard.columns, suspects, heard.child, clerks.YOUTH_JUSTICE, difficulty, stream("youth justice clerks"),
            born="child",
        )),
        ground=ground,
    )  # fmt: skip


def _at_school(pupils: children.Children, difficulty: Difficulty, rng: np.random.Generator) -> children.Children:
    """Return the children as schools write them."""
    everyone = np.arange(len(pupils))
    told = clerks.identity(pupils.people, everyone, clerks.SCHOOLS, difficulty, rng)
    born = clerks.birthdays(pupils.people.born, clerks.SCHOOLS, difficulty, rng)
    return replace(
        pupils, name=names.whole(told["forename"], told["surname"]), people=replace(pupils.people, born=born)
    )


def _written(
    columns: Mapping[str, pa.Array], group: People, person: np.ndarray, clerk: clerks.Clerk, difficulty: Difficulty,
    rng: np.random.Generator, *, born: str,
) -> dict[str, pa.Array]:  # fmt: skip
    """Return the columns with the identity of each person as a clerk writes it; `born` names the date of birth."""
    told = clerks.identity(group, person, clerk, difficulty, rng)
    return {
        **columns,
        "forename": told["forename"],
        "surname": told["surname"],
        born: told["born"],
        "home_postcode": told["postcode"],
    }


def _ours(world: World) -> tuple[Clustered, ClusteredHarms]:
    assert isinstance(world, Clustered)
    assert isinstance(world.harms, ClusteredHarms)
    return world, world.harms


def _offences(world: World) -> police.Records:
    ours, harmed = _ours(world)
    return force.records(ours.ground, harmed, ours.crime, ours.suspects, world.stream("clustered police records"))


def _calls(world: World) -> ambulance.Calls:
    ours, harmed = _ours(world)
    return calls.build(ours.ground, harmed, world.stream("clustered calls"))


def _stays(world: World) -> admissions.Episodes:
    ours, harmed = _ours(world)
    return stays.build(ours.ground, harmed, world.stream("clustered stays"))


def _caseload(world: World, grown_up: tuple[np.ndarray, np.ndarray]) -> probation.Caseload:
    ours, _ = _ours(world)
    found = recorders.caseload(world, grown_up)
    told = _written(
        found.people, world.suspects, found.person, clerks.PROBATION, ours.ground.difficulty,
        world.stream("clustered probation clerks"), born="person",
    )  # fmt: skip
    return replace(found, people=told)


def _sessions(world: World) -> interventions.Sessions:
    ours, _ = _ours(world)
    found = interventions.build(world)
    told = clerks.identity(
        interventions.of_both(world), found.person, clerks.PROGRAMMES, ours.ground.difficulty,
        world.stream("clustered programme clerks"),
    )  # fmt: skip
    name = names.whole(told["forename"], told["surname"])
    words = texts.constant("talked about school and an older brother", len(name))
    return replace(
        found,
        columns=found.columns
        | {
            "participant_name": name,
            "participant": told["born"],
            "home_postcode": told["postcode"],
            "worker_notes": texts.joined(name, words, by=" "),
        },
    )


RECORDERS = recorders.Recorders(_offences, _calls, _stays, _caseload, _sessions)
