"""The order of the simulation: areas, people, incidents, then each agency's deliveries, then the truth."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.sample import (
    admissions,
    ambulance,
    anonymous_reports,
    antisocial_behaviour,
    children,
    children_in_need,
    communities,
    crimes,
    deliveries,
    fire,
    geography,
    health,
    incidents,
    interventions,
    patterns,
    people,
    places,
    planted,
    police,
    probation,
    reference,
    stop_and_searches,
    street,
    suspensions,
    truth,
    youth_justice,
)
from vrp_pipeline.sample.offences import NUMBER
from vrp_pipeline.sample.streams import stream

Progress = Callable[[str, float], None]
HIGHEST_SCALE = 3.0
FIRST_VICTIM, FIRST_SUSPECT = 1_000_000, 5_000_000  # ranges of the force's person references


def run(inbox: Path, truth_folder: Path, *, scale: float, seed: int, progress: Progress | None) -> list[Path]:
    """See `vrp_pipeline.sample.simulate`."""
    if not 0 < scale <= HIGHEST_SCALE:
        raise ValueError(f"scale is {scale}; it must be above 0 and at most {HIGHEST_SCALE:g}")
    tell = progress or _tell_nobody
    inbox.mkdir(parents=True, exist_ok=True)

    tell("areas and people", 0.0)
    areas = geography.build(scale, stream(seed, "geography"))
    where = places.build(areas, stream(seed, "places"))
    victims = people.build(
        areas, scale, stream(seed, "victims"), ages=people.VICTIM_AGES, women=people.FEMALE_VICTIMS,
        first_reference=FIRST_VICTIM,
    )  # fmt: skip
    suspects = people.build(
        areas, scale, stream(seed, "suspects"), ages=people.SUSPECT_AGES, women=people.FEMALE_SUSPECTS,
        first_reference=FIRST_SUSPECT,
    )  # fmt: skip
    tell("incidents", 0.05)
    harms = incidents.build(areas, where, victims, scale, stream(seed, "incidents"))
    crime = crimes.build(harms, victims, stream(seed, "police crimes"))

    tell("reference data", 0.10)
    paths = reference.write(inbox, areas, stream(seed, "reference"))
    faults: list[planted.PlantedFault] = []

    tell("police record extracts", 0.15)
    kept = police.records(harms, crime, areas, where, victims, suspects, stream(seed, "police records"))
    extract_days = [int((day - patterns.EPOCH).astype(int)) for day in police.EXTRACTS]
    for number, day in enumerate(extract_days):
        tell("police record extracts", 0.2 + 0.2 * number)
        paths.append(_write_extract(inbox, kept, crime, day, faults))

    tell("street crime archives", 0.55)
    rows = street.build(harms, crime, where, scale, stream(seed, "street crimes"))
    searches = stop_and_searches.build(where, scale, stream(seed, "stop and searches"))
    for number, archive in enumerate(street.ARCHIVES):
        paths.append(_write_archive(inbox, rows, searches, crime, areas, where, archive, scale, seed, faults))
        tell("street crime archives", 0.65 + 0.15 * number)

    tell("emergency departments", 0.82)
    attended = health.build(harms, areas, where, victims, scale, stream(seed, "emergency attendances"))
    for number, month in enumerate(patterns.MONTHS):
        paths.append(_write_attendances(inbox, attended, number, str(month), faults))

    tell("ambulance incidents", 0.84)
    calls = ambulance.build(harms, areas, where, victims, scale, stream(seed, "ambulance incidents"))
    paths += ambulance.deliver(inbox, calls, faults)

    tell("hospital admissions", 0.85)
    episodes = admissions.build(harms, areas, where, victims, stream(seed, "admissions"))
    paths += admissions.deliver(inbox, episodes, faults)

    tell("fire and rescue incidents", 0.86)
    fires = fire.build(harms, areas, where, scale, stream(seed, "fire incidents"))
    paths += fire.deliver(inbox, fires, faults)

    tell("youth justice and probation", 0.87)
    returned = youth_justice.build(areas, suspects, scale, stream(seed, "youth justice"))
    paths += youth_justice.deliver(inbox, returned, faults)
    grown_up = youth_justice.grown_up(returned, suspects)
    caseload = probation.build(areas, suspects, grown_up, scale, stream(seed, "probation"))
    paths += probation.deliver(inbox, caseload, faults)

    tell("event logs", 0.88)
    log = communities.build(areas, scale, stream(seed, "events"))
    paths += [
        communities.write(inbox / f"vru_event_log_{year}.xlsx", year, entries, areas) for year, entries in log.items()
    ]

    tell("local authorities and programmes", 0.90)
    local_paths, local_canaries = _write_local(inbox, areas, where, victims, attended, scale, seed, faults)
    paths += local_paths

    tell("truth", 0.92)
    truth.write(
        truth_folder,
        {
            "incidents": truth.incidents(harms, areas, where),
            "children_on_probation": probation.same_people(caseload, grown_up[0], suspects),
            "reports": pa.concat_tables(
                [
                    truth.reports(harms, crime, kept, attended, victims),
                    truth.reports_of(
                        "health__ambulance_incidents",
                        calls.key,
                        calls.harm,
                        calls.person,
                        calls.is_further_call,
                        harms,
                        victims,
                    ),
                    truth.reports_of(
                        "health__admissions",
                        episodes.columns["episode_id"],
                        episodes.harm,
                        episodes.person,
                        episodes.is_second,
                        harms,
                        victims,
                    ),
                    truth.reports_of(
                        "fire__incidents",
                        fires.columns["incident_number"],
                        fires.harm,
                        np.full(len(fires.harm), -1),
                        np.zeros(len(fires.harm), bool),
                        harms,
                        victims,
                    ),
                ]
            ),
        },
        truth.offence_counts(harms, crime, kept, areas, where, extract_days) + truth.event_counts(log),
        faults,
        {
            "canaries": truth.canaries(kept, attended, people.SURNAMES, police.INWARD)
            | probation.canaries(caseload)
            | youth_justice.canaries(returned)
            | ambulance.canaries(calls, truth.CANARIES)
            | admissions.canaries(episodes, truth.CANARIES)
            | fire.canaries(fires, truth.CANARIES)
            | local_canaries,
            "simulation": {"scale": scale, "seed": seed, "months": [str(month) for month in patterns.MONTHS]},
        },
    )
    tell("done", 1.0)
    return paths


def _write_local(
    inbox: Path, areas: geography.Geography, where: places.Places, victims: people.People,
    attended: health.Attendances, scale: float, seed: int, faults: list[planted.PlantedFault],
) -> tuple[list[Path], dict[str, list[str]]]:  # fmt: skip
    """The deliveries of local authorities and programmes, and their canaries."""
    known = children.build(areas, scale, stream(seed, "children"))
    suspended = suspensions.build(known, scale, stream(seed, "suspensions"))
    referred = children_in_need.build(known, scale, stream(seed, "children in need"))
    sessions = interventions.build(areas, victims, attended, scale, stream(seed, "interventions"))
    paths = [
        *suspensions.deliver(inbox, suspended, faults),
        *children_in_need.deliver(inbox, known, referred, faults),
        *antisocial_behaviour.write(inbox, areas, where, scale, stream(seed, "anti-social behaviour"), faults),
        *interventions.deliver(inbox, sessions, faults),
        *anonymous_reports.write(inbox, areas, where, scale, stream(seed, "anonymous reports"), faults),
    ]
    return paths, {
        **suspensions.canaries(suspended, truth.CANARIES),
        **children_in_need.canaries(known, referred, truth.CANARIES),
        **interventions.canaries(sessions, truth.CANARIES),
        **anonymous_reports.canaries(),
    }


def _tell_nobody(_stage: str, _share: float) -> None:
    """For those who do not ask."""


def _write_extract(
    inbox: Path, kept: police.Records, crime: crimes.Crimes, day: int, faults: list[planted.PlantedFault]
) -> Path:
    path = inbox / f"hiow_recorded_crime_{patterns.EPOCH + day}.csv"
    table, rows = police.extract(kept, crime, day)
    held = kept.crime[rows]
    # What is made faulty is an active, located assault with injury of a known victim: a row that counts.
    sound = (crime.offence_on(day)[held] == NUMBER["00806"]) & (crime.status_on(day)[held] == 0) & kept.located[held]
    once = np.bincount(held, minlength=len(crime))[held] == 1
    months = patterns.month_index(crime.recorded[held])
    table, planted_here = planted.plant(planted.OFFENCES, table, months, sound & once, path.name)
    faults += planted_here
    return deliveries.write_csv(path, table)


def _write_archive(
    inbox: Path, rows: street.StreetCrimes, searches: stop_and_searches.Searches, crime: crimes.Crimes,
    areas: geography.Geography, where: places.Places, archive: np.datetime64, scale: float, seed: int,
    faults: list[planted.PlantedFault],
) -> Path:  # fmt: skip
    path = inbox / f"{archive}.zip"
    members, index = street.members(rows, crime, areas, where, archive, scale, seed)
    force = iter(index)
    written = []
    for name, table in members:
        if street.NEIGHBOUR_SLUG in name:
            reason = "the file of a neighbouring force"
            faults.append(
                planted.PlantedFault("police__street_crimes", path.name, name, None, None, reason, planted.EXCLUDE)
            )
            written.append((name, deliveries.csv_bytes(table)))
            continue
        mine = next(force)
        sound = (rows.crime[mine] >= 0) & rows.located[mine]
        faulty, here = planted.plant(planted.STREET_CRIMES, table, rows.month[mine], sound, path.name, name)
        faults += here
        written.append((name, deliveries.csv_bytes(faulty)))
    for name, table, mine in stop_and_searches.members(searches, archive):
        faulty, here = planted.plant(
            stop_and_searches.PLANTING, table, searches.month[mine], searches.located[mine], path.name, name
        )
        faults += here
        written.append((name, deliveries.csv_bytes(faulty)))
    return deliveries.write_zip(path, written)


def _write_attendances(
    inbox: Path, attended: health.Attendances, number: int, month: str, faults: list[planted.PlantedFault]
) -> Path:
    path = inbox / f"ecds_injuries_{month}.csv"
    table, rows = health.month_table(attended, number)
    faults += [
        planted.PlantedFault(
            "health__emergency_attendances", path.name, None, int(row) + 1, attended.identifier[int(rows[row])].as_py(),
            "SUS flags the record as a duplicate", planted.EXCLUDE,
        )
        for row in np.flatnonzero(attended.is_duplicate[rows])
    ]  # fmt: skip
    sound = (attended.harm[rows] >= 0) & ~attended.is_duplicate[rows]
    table, planted_here = planted.plant(planted.ATTENDANCES, table, attended.month[rows], sound, path.name)
    faults += planted_here
    return deliveries.write_csv(path, table)
