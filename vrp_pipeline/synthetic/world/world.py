"""The simulated world before any agency records it: areas, people, harms, crimes, and hospital attendances.

Each part is drawn from a stream of its own, so that none depends on what is drawn or written before it.
"""

from dataclasses import dataclass

import numpy as np

from vrp_pipeline.synthetic.agencies import health, youth_justice
from vrp_pipeline.synthetic.world import children, crimes, geography, incidents, people, places, streams

FIRST_VICTIM, FIRST_SUSPECT = 1_000_000, 5_000_000  # ranges of the force's person references


@dataclass(frozen=True)
class World:
    """One simulated partnership.

    `attended`, `pupils` and `heard` are here because several agencies know the same young people: programmes meet them
    in departments, and youth justice services supervise those suspended from school.
    """

    scale: float
    seed: int
    areas: geography.Geography
    where: places.Places
    victims: people.People
    suspects: people.People
    harms: incidents.Harms
    crime: crimes.Crimes
    attended: health.Attendances
    pupils: children.Children
    heard: youth_justice.Outcomes

    def stream(self, name: str) -> np.random.Generator:
        """Return the random generator of this simulation for the named purpose."""
        return streams.stream(self.seed, name)


def build(scale: float, seed: int) -> World:
    """Build the simulated world. Raises ValueError above the scale that people.build allows."""

    def stream(name: str) -> np.random.Generator:
        return streams.stream(seed, name)

    areas = geography.build(scale, stream("geography"))
    where = places.build(areas, stream("places"))
    victims = people.build(
        areas, scale, stream("victims"), ages=people.VICTIM_AGES, women=people.FEMALE_VICTIMS,
        first_reference=FIRST_VICTIM,
    )  # fmt: skip
    suspects = people.build(
        areas, scale, stream("suspects"), ages=people.SUSPECT_AGES, women=people.FEMALE_SUSPECTS,
        first_reference=FIRST_SUSPECT,
    )  # fmt: skip
    pupils = children.build(areas, suspects, victims, scale, stream("children"))
    harms = incidents.build(areas, where, victims, scale, stream("incidents"))
    return World(
        scale=scale,
        seed=seed,
        areas=areas,
        where=where,
        victims=victims,
        suspects=suspects,
        harms=harms,
        crime=crimes.build(harms, victims, stream("police crimes")),
        attended=health.build(harms, areas, where, victims, scale, stream("emergency attendances")),
        pupils=pupils,
        heard=youth_justice.build(areas, suspects, scale, stream("youth justice"), pupils=pupils.suspect),
    )
