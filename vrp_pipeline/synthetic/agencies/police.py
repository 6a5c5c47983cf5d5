"""The force's record extracts: CSV, one row per crime per victim.

Two extracts cover all months, those between them only the newest: a real extract restates 24 months each time, which
would make every simulation several times as large. Until the second full extract a month keeps its first version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.police import offences as feed
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.truth import planted
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.world import patterns, people, places, pnc
from vrp_pipeline.synthetic.world.crimes import OUTCOMES, STATUSES, Crimes
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.incidents import Harms
from vrp_pipeline.synthetic.world.offences import INJURIES, NUMBER, OFFENCES, WEAPONS
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.places import Places
from vrp_pipeline.synthetic.world.postcodes import INWARD

# Extract days: each a few days after the newest month it covers, so that every month in it is complete.
EXTRACTS = (np.datetime64("2023-04-05"), np.datetime64("2024-04-03"))
MONTHLY = tuple(month.astype("datetime64[D]") + 3 for month in np.arange("2023-05", "2024-04", dtype="datetime64[M]"))
# Records with missing values. Unlocated: 1.9 % of street crimes ([Southern crime 2026]); the rest assumptions.
UNLOCATED = 0.019
BORN_UNKNOWN = 0.08
SEX_UNKNOWN = 0.02
INJURY_UNKNOWN = 0.05
SUSPECT_KNOWN = 0.55
EVER_ARRESTED = 7  # of ten suspects, and so with a Police National Computer number; assumption of shape
TIME_IS_RANGE = 0.2
CODE_STYLES = ((0.70, "{0}/{1}"), (0.25, "{0}{1}"), (0.05, "{2}/{3}"))  # 008/06, 00806 and 8/6 occur together
SEXES = ("M", "F")
# Columns that identify people.
IDENTIFYING = (
    "location_postcode", "victim_pseudonym", "victim", "suspect_pseudonym", "suspect_pnc_pseudonym",
    "suspect", "modus_operandi",
)  # fmt: skip
RELATIONSHIPS = ("stranger", "acquaintance", "family member", "ex-partner", "partner", "not known")


@dataclass(frozen=True)
class Records:
    """All rows the force will ever extract: `columns` by contract name, except those that change with time.

    `crime` is the crime (index) of each row; `victim` the person (index), or -1.
    """

    crime: np.ndarray
    victim: np.ndarray
    columns: Mapping[str, pa.Array]
    located: np.ndarray
    code_style: np.ndarray


def records(
    harms: Harms, crimes: Crimes, geography: Geography, where: Places, victims: People, suspects: People,
    rng: np.random.Generator,
) -> Records:  # fmt: skip
    """Record every crime once per victim, in order of crime reference."""
    shared = np.flatnonzero(crimes.further_victim >= 0)
    crime = np.concatenate([np.arange(len(crimes)), shared])
    person = np.concatenate([harms.victim[crimes.harm], crimes.further_victim[shared]])
    order = np.argsort(crime, kind="stable")
    crime, person = crime[order], person[order]
    harm, count, total = crimes.harm[crime], len(crime), len(crimes)
    located = rng.random(total) >= UNLOCATED
    columns = {
        "crime_reference": texts.whole(crimes.reference[crime]),
        "occurrence_reference": texts.at(occurrences(harms.incident[crimes.harm]), crime),
        "date_reported": texts.dates(
            np.maximum(harms.day[harm], crimes.recorded[crime] - rng.integers(0, 2, total)[crime])
        ),
        "date_recorded": texts.dates(crimes.recorded[crime]),
        **_place(harms, crimes, geography, where, crime, located, rng),
        **_times(harms.minute[crimes.harm], crimes.recorded, crime, rng),
        **_victim(victims, person, np.array([OFFENCES[n].victim for n in harms.offence[harm]]), rng),
        **suspect(suspects, geography, where.area[harms.place[crimes.harm]], crime, rng),
        "injury_level": texts.either(
            rng.random(total)[crime] < INJURY_UNKNOWN,
            texts.constant("unknown", count),
            texts.chosen(INJURIES, harms.injury[harm]),
        ),
        "weapon_type": texts.chosen(WEAPONS, harms.weapon[harm]),
        "crime_flags": flags(harms.is_domestic[harm], (rng.random(total) < 0.2)[crime]),
        "modus_operandi": texts.at(free_text(rng, total), crime),
    }
    return Records(crime, person, columns, located, rng.random(total))


def extract(kept: Records, crimes: Crimes, day: int, *, newest_only: bool = False) -> tuple[pa.Table, np.ndarray]:
    """Return the extract of a day (since patterns.EPOCH), and its rows as indices into `kept`.

    It holds the whole months before the month of extraction, or only the newest of them, as known on that day.
    """
    rows = _rows(kept, crimes, day, newest_only=newest_only)
    crime = kept.crime[rows]
    offence, status = crimes.offence_on(day)[crime], crimes.status_on(day)[crime]
    has_outcome = crimes.outcome_day[crime] <= day
    unchanging = pa.table(dict(kept.columns))
    if len(rows) < len(kept.crime):
        unchanging = unchanging.take(pa.array(rows))
    columns: dict[str, pa.Array] = {name: _whole(unchanging[name]) for name in unchanging.column_names}
    columns |= {
        "offence_code": _code_texts().take(pa.array(offence * len(CODE_STYLES) + _style(kept.code_style[crime]))),
        "offence_description": texts.chosen([item.title for item in OFFENCES], offence),
        "crime_status": texts.chosen(STATUSES, status),
        "cancelled_date": texts.where(status > 0, texts.dates(np.where(status > 0, crimes.inactive_day[crime], 0))),
        "outcome_code": texts.where(has_outcome, texts.chosen([code for code, _ in OUTCOMES], crimes.outcome[crime])),
        "outcome_date": texts.where(has_outcome, texts.dates(crimes.outcome_day[crime])),
    }
    return deliveries.table(feed, columns), rows


def deliver(inbox: Path, kept: Records, crimes: Crimes, faults: list[planted.PlantedFault]) -> list[Path]:
    """Write all extracts in order of day and record their planted faults in `faults`."""
    return [_write(inbox, kept, crimes, day, faults) for day in sorted({*EXTRACTS, *MONTHLY})]


def canaries(kept: Records, crimes: Crimes) -> Canaries:
    """Return identifiers of the newest extract that must occur in no output of the pipeline."""
    day = int((EXTRACTS[-1] - patterns.EPOCH).astype(int))
    return {feed.name: spread(kept.columns, IDENTIFYING, _rows(kept, crimes, day))}


def _write(inbox: Path, kept: Records, crimes: Crimes, date: np.datetime64, faults: list[planted.PlantedFault]) -> Path:
    path, day = inbox / f"hiow_recorded_crime_{date}.csv", int((date - patterns.EPOCH).astype(int))
    table, rows = extract(kept, crimes, day, newest_only=date in MONTHLY)
    held = kept.crime[rows]
    # Faults are planted in active, located assaults with injury of a known victim: rows that count.
    sound = (crimes.offence_on(day)[held] == NUMBER["00806"]) & (crimes.status_on(day)[held] == 0) & kept.located[held]
    once = np.bincount(held, minlength=len(crimes))[held] == 1
    months = patterns.month_index(crimes.recorded[held])
    table, planted_here = planted.plant(planted.OFFENCES, table, months, sound & once, path.name)
    faults += planted_here
    return deliveries.write_csv(path, table)


def _rows(kept: Records, crimes: Crimes, day: int, *, newest_only: bool = False) -> np.ndarray:
    """Return the rows of the extract of a day."""
    end = patterns.month_start(day)
    held = (crimes.recorded < end) & (crimes.keyed <= day)
    if newest_only:
        held &= crimes.recorded >= patterns.month_start(end - 1)
    return np.flatnonzero(held[kept.crime])


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()


def occurrences(incident: np.ndarray) -> pa.Array:
    """Return the force's reference of each incident."""
    _, number = np.unique(incident, return_inverse=True)
    return texts.joined(texts.constant("OCC", len(number)), texts.whole(number + 100_000, 8))


def _times(
    minute: np.ndarray, recorded: np.ndarray, crime: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    """Return times rounded to five minutes; one in five is a span of hours that contains the true time."""
    near = minute // 5 * 5
    spans = rng.random(len(minute)) < TIME_IS_RANGE
    start = np.where(spans, near - rng.integers(1, 60, len(minute)) * 5, near)
    end = np.where(spans, near + rng.integers(1, 60, len(minute)) * 5, near)
    end = np.minimum(end, (recorded + 1) * patterns.DAY_MINUTES - 5)
    return {"committed_from": texts.times(start[crime]), "committed_to": texts.times(np.maximum(start, end)[crime])}


def _place(
    harms: Harms, crimes: Crimes, geography: Geography, where: Places, crime: np.ndarray, located: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, pa.Array]:  # fmt: skip
    place, harm = harms.place[crimes.harm], crimes.harm[crime]
    area = where.area[place]
    postcode = scene_postcodes(geography.district[area], place, rng)
    return {
        "easting": texts.where(located[crime], texts.whole(harms.easting[harm])),
        "northing": texts.where(located[crime], texts.whole(harms.northing[harm])),
        "location_postcode": texts.where(located[crime], texts.at(postcode, crime)),
        "location_type": texts.chosen(places.KINDS, where.kind[place[crime]]),
        "beat_code": texts.joined(texts.constant("B", len(crime)), texts.whole(geography.ward[area[crime]] + 1, 3)),
    }


def scene_postcodes(district: np.ndarray, place: np.ndarray, rng: np.random.Generator) -> pa.Array:
    """Return a postcode in the district of each place (index)."""
    outward = [f"{DISTRICTS[d].postcode_area}{n}" for d in range(len(DISTRICTS)) for n in range(1, 10)]
    return texts.joined(
        texts.chosen(outward, district * 9 + place % 9),
        texts.chosen(INWARD, rng.integers(0, len(INWARD), len(place))),
        by=" ",
    )


def _victim(victims: People, person: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    count = len(person)
    is_person = person >= 0
    someone = np.where(is_person, person, 0)
    sex = texts.chosen((*SEXES, "U"), np.where(rng.random(count) < SEX_UNKNOWN, 2, victims.is_female[someone]))
    born = (victims.born[someone] - patterns.EPOCH).astype(np.int64)
    return {
        "victim_pseudonym": texts.where(is_person, references(victims, someone)),
        "victim_type": pa.array(kind, pa.string()),
        "victim_sex": texts.where(is_person, sex),
        "victim": texts.where(is_person & (rng.random(count) >= BORN_UNKNOWN), texts.dates(born)),
        "victim_ethnicity": texts.where(is_person, texts.chosen(people.POLICE_ETHNICITIES, victims.ethnicity[someone])),
    }


def suspect(
    suspects: People, geography: Geography, areas: np.ndarray, crime: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    """Return one suspect for a little more than half of all crimes."""
    count = len(areas)
    known = (rng.random(count) < SUSPECT_KNOWN)[crime]
    person = suspects.draw(rng, people.homes_near(rng, geography, areas))[crime]
    born = (suspects.born[person] - patterns.EPOCH).astype(np.int64)
    relationship = texts.chosen(RELATIONSHIPS, rng.integers(0, len(RELATIONSHIPS), count)[crime])
    return {
        "suspect_pseudonym": texts.where(known, references(suspects, person)),
        "suspect_pnc_pseudonym": texts.where(
            known & (suspects.reference[person] % 10 < EVER_ARRESTED),
            pnc.numbers(suspects, person, short=crime % 2 == 0),
        ),
        "suspect_sex": texts.where(known, texts.chosen(SEXES, suspects.is_female[person].astype(int))),
        "suspect": texts.where(known, texts.dates(born)),
        "suspect_ethnicity": texts.where(known, texts.chosen(people.POLICE_ETHNICITIES, suspects.ethnicity[person])),
        "victim_suspect_relationship": texts.where(known, relationship),
    }


def references(group: People, person: np.ndarray) -> pa.Array:
    """Return the force's own references of people (indices)."""
    return texts.joined(texts.constant("N", len(person)), texts.whole(group.reference[person], 8))


def flags(domestic: np.ndarray, alcohol: np.ndarray) -> pa.Array:
    """Return the Home Office flags of crimes."""
    number = domestic.astype(int) + 2 * alcohol.astype(int)
    return texts.where(number > 0, texts.chosen(("", "DA", "AL", "DA;AL"), number))


def free_text(rng: np.random.Generator, count: int) -> pa.Array:
    """Return notes full of made-up names, with commas, quotation marks and line breaks as officers type them."""
    names = people.full_names(rng, 4_000)
    shapes = (
        "Suspect known to {0} approached and struck the victim, then made off on foot",
        'Victim {0} states the suspect said "I know where you live" before leaving',
        "Taken from outside the premises; {0}, a neighbour, saw a male in dark clothing",
        "Call from {0}\nunits attended, area searched, no trace",
    )
    notes = [shapes[number % len(shapes)].format(name) for number, name in enumerate(names)]
    return texts.chosen(notes, rng.integers(0, len(notes), count))


def _style(drawn: np.ndarray) -> np.ndarray:
    return np.searchsorted(np.cumsum([share for share, _ in CODE_STYLES])[:-1], drawn, side="right")


@lru_cache(maxsize=1)
def _code_texts() -> pa.Array:
    """Return every offence code in every style, in the order offence × style."""
    return pa.array(
        [
            style.format(item.code[:3], item.code[3:], int(item.code[:3]), int(item.code[3:]))
            for item in OFFENCES
            for _, style in CODE_STYLES
        ],
        pa.string(),
    )
