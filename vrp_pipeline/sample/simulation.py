"""The order of the simulation: areas, people, incidents, then each agency's deliveries, then the truth."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from vrp_pipeline.sample import (
    communities,
    crimes,
    deliveries,
    geography,
    health,
    incidents,
    patterns,
    people,
    places,
    planted,
    police,
    reference,
    street,
    truth,
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
    for number, archive in enumerate(street.ARCHIVES):
        paths.append(_write_archive(inbox, rows, crime, areas, where, archive, scale, seed, faults))
        tell("street crime archives", 0.65 + 0.15 * number)

    tell("emergency departments", 0.82)
    attended = health.build(harms, areas, where, victims, scale, stream(seed, "emergency attendances"))
    for number, month in enumerate(patterns.MONTHS):
        paths.append(_write_attendances(inbox, attended, number, str(month), faults))

    tell("event logs", 0.88)
    log = communities.build(areas, scale, stream(seed, "events"))
    paths += [
        communities.write(inbox / f"vru_event_log_{year}.xlsx", year, entries, areas) for year, entries in log.items()
    ]

    tell("truth", 0.92)
    truth.write(
        truth_folder,
        {
            "incidents": truth.incidents(harms, areas, where),
            "reports": truth.reports(harms, crime, kept, attended, victims),
        },
        truth.offence_counts(harms, crime, kept, areas, where, extract_days) + truth.event_counts(log),
        faults,
        {
            "canaries": truth.canaries(kept, attended, people.SURNAMES, police.INWARD),
            "simulation": {"scale": scale, "seed": seed, "months": [str(month) for month in patterns.MONTHS]},
        },
    )
    tell("done", 1.0)
    return paths


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
    inbox: Path, rows: street.StreetCrimes, crime: crimes.Crimes, areas: geography.Geography, where: places.Places,
    archive: np.datetime64, scale: float, seed: int, faults: list[planted.PlantedFault],
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
