"""The deliveries of each agency, one function per agency: its files, and the truth that belongs to them.

How a feed is recorded and written to a file is in the feed's own module.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.synthetic.agencies import (
    admissions,
    ambulance,
    anonymous_reports,
    antisocial_behaviour,
    archives,
    children_in_need,
    communities,
    comparators,
    fire,
    health,
    interventions,
    police,
    probation,
    reference,
    stop_and_searches,
    street,
    suspensions,
    youth_justice,
)
from vrp_pipeline.synthetic.agencies.recorders import Recorders
from vrp_pipeline.synthetic.truth import known_people as known
from vrp_pipeline.synthetic.truth import tables as truth
from vrp_pipeline.synthetic.truth.canaries import Canaries, of_every_feed
from vrp_pipeline.synthetic.truth.planted import PlantedFault
from vrp_pipeline.synthetic.world.world import World


@dataclass(frozen=True)
class Sent:
    """Everything delivered so far, in order of arrival, and the truth about it.

    `recorders` are those of the world; `records` link rows to incidents, `people` link agencies' numbers to persons,
    `counts` hold the figures to be published, `tables` further tables of the truth.
    """

    inbox: Path
    recorders: Recorders
    paths: list[Path] = field(default_factory=list)
    faults: list[PlantedFault] = field(default_factory=list)
    canaries: Canaries = field(default_factory=of_every_feed)
    records: list[pa.Table] = field(default_factory=list)
    people: list[pa.Table] = field(default_factory=list)
    counts: list[dict[str, object]] = field(default_factory=list)
    tables: dict[str, pa.Table] = field(default_factory=dict)


def reference_data(world: World, sent: Sent) -> None:
    """Add small areas, population and deprivation in the layouts of their publishers."""
    sent.paths.extend(reference.write(sent.inbox, world.areas, world.stream("reference")))
    sent.paths.extend(comparators.write(sent.inbox, world.stream("comparators")))


def force(world: World, sent: Sent) -> None:
    """Add the police force: its record extracts and its part of the public archive."""
    kept = sent.recorders.offences(world)
    sent.paths.extend(police.deliver(sent.inbox, kept, world.crime, sent.faults))
    rows = street.build(world.harms, world.crime, world.where, world.scale, world.stream("street crimes"))
    searches = stop_and_searches.build(world.where, world.scale, world.stream("stop and searches"))
    sent.paths.extend(archives.deliver(sent.inbox, world, rows, searches, sent.faults))
    sent.people.append(known.by_police(world.victims, world.suspects))
    sent.canaries.update(police.canaries(kept, world.crime))
    sent.records.append(truth.police_records(world.harms, world.crime, kept, world.victims))
    sent.counts.extend(truth.offence_counts(world.harms, world.crime, kept, world.areas, world.where))


def departments(world: World, sent: Sent) -> None:
    """Add the emergency departments: everyone who attended injured."""
    attended = world.attended
    sent.paths.extend(health.deliver(sent.inbox, attended, sent.faults))
    sent.people.append(known.by_health(world.victims))
    sent.canaries.update(health.canaries(attended))
    _report(
        world,
        sent,
        "health__emergency_attendances",
        attended.identifier,
        attended.harm,
        attended.person,
        attended.is_duplicate,
    )


def ambulances(world: World, sent: Sent) -> None:
    """Add the ambulance services: all their calls."""
    calls = sent.recorders.calls(world)
    sent.paths.extend(ambulance.deliver(sent.inbox, calls, sent.faults))
    sent.canaries.update(ambulance.canaries(calls))
    _report(world, sent, "health__ambulance_incidents", calls.key, calls.harm, calls.person, calls.is_further_call)


def hospitals(world: World, sent: Sent) -> None:
    """Add the hospitals: everyone admitted after an assault."""
    stays = sent.recorders.stays(world)
    sent.paths.extend(admissions.deliver(sent.inbox, stays, sent.faults))
    sent.canaries.update(admissions.canaries(stays))
    identifier = stays.columns["episode_id"]
    _report(world, sent, "health__admissions", identifier, stays.harm, stays.person, stays.is_second)


def fire_and_rescue(world: World, sent: Sent) -> None:
    """Add the fire and rescue service."""
    fires = fire.build(world.harms, world.areas, world.where, world.scale, world.stream("fire incidents"))
    sent.paths.extend(fire.deliver(sent.inbox, fires, sent.faults))
    sent.canaries.update(fire.canaries(fires))
    nobody, none_twice = np.full(len(fires.harm), -1), np.zeros(len(fires.harm), bool)
    _report(world, sent, "fire__incidents", fires.columns["incident_number"], fires.harm, nobody, none_twice)


def justice(world: World, sent: Sent) -> None:
    """Add the youth justice services, and probation, which supervises some of the same people as adults."""
    returned = world.heard
    sent.paths.extend(youth_justice.deliver(sent.inbox, returned, sent.faults))
    grown_up = youth_justice.grown_up(returned, world.suspects)
    caseload = sent.recorders.caseload(world, grown_up)
    sent.paths.extend(probation.deliver(sent.inbox, caseload, sent.faults))
    sent.canaries.update(youth_justice.canaries(returned))
    sent.canaries.update(probation.canaries(caseload))
    sent.people.append(known.by_youth_justice(world))
    sent.people.append(known.by_probation(caseload))
    sent.tables["children_on_probation"] = probation.same_people(caseload, grown_up[0], world.suspects)


def unit(world: World, sent: Sent) -> None:
    """Add the Violence Reduction Unit: its event log."""
    log = communities.build(world.areas, world.scale, world.stream("events"))
    for year, entries in log.items():
        sent.paths.append(communities.write(sent.inbox / f"vru_event_log_{year}.xlsx", year, entries, world.areas))
    sent.canaries.update(communities.canaries(log))
    sent.counts.extend(truth.event_counts(log))


def authorities(world: World, sent: Sent) -> None:
    """Add the four local authorities: schools, children's services and districts."""
    pupils = world.pupils
    suspended = suspensions.build(pupils, world.scale, world.stream("suspensions"))
    referred = children_in_need.build(pupils, world.scale, world.stream("children in need"))
    complaints = antisocial_behaviour.build(
        world.areas, world.where, world.scale, world.stream("anti-social behaviour")
    )
    sent.paths.extend(suspensions.deliver(sent.inbox, suspended, sent.faults))
    sent.paths.extend(children_in_need.deliver(sent.inbox, pupils, referred, sent.faults))
    sent.paths.extend(antisocial_behaviour.deliver(sent.inbox, complaints, sent.faults))
    sent.people.append(known.by_authorities(pupils))
    sent.canaries.update(suspensions.canaries(suspended))
    sent.canaries.update(children_in_need.canaries(pupils, referred))
    sent.canaries.update(antisocial_behaviour.canaries(complaints))


def programmes(world: World, sent: Sent) -> None:
    """Add the programmes for young people, and the charity that takes anonymous reports."""
    sessions = sent.recorders.sessions(world)
    told = anonymous_reports.build(world.areas, world.where, world.scale, world.stream("anonymous reports"))
    sent.people.append(known.by_programmes(sessions, len(world.victims)))
    sent.paths.extend(interventions.deliver(sent.inbox, sessions, sent.faults))
    sent.paths.extend(anonymous_reports.deliver(sent.inbox, told, sent.faults))
    sent.canaries.update(interventions.canaries(sessions))
    sent.canaries.update(anonymous_reports.canaries(told))


# Progress text of each agency, and its share of the total time.
AGENCIES: tuple[tuple[str, float, Callable[[World, Sent], None]], ...] = (
    ("reference data", 0.04, reference_data),
    ("police records and archives", 0.56, force),
    ("emergency departments", 0.03, departments),
    ("ambulance incidents", 0.02, ambulances),
    ("hospital admissions", 0.01, hospitals),
    ("fire and rescue incidents", 0.03, fire_and_rescue),
    ("youth justice and probation", 0.08, justice),
    ("event logs", 0.01, unit),
    ("local authorities", 0.10, authorities),
    ("programmes", 0.03, programmes),
)


def _report(
    world: World, sent: Sent, feed: str, keys: pa.Array, harm: np.ndarray, person: np.ndarray, is_repeat: np.ndarray
) -> None:
    sent.records.append(truth.records_of(feed, keys, harm, person, is_repeat, world.harms, world.victims))
