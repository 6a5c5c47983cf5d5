"""Ambulance incidents: monthly CSV of information given by callers, derived from the harms with an ambulance call.

Crews treat some patients who never attend a department, and many attend without an ambulance. Quirks of
docs/feeds.md#health: duplicate calls for one incident, complaint codes based on the call, a call address that is not
the scene, age 0 for unknown, two triage systems, a determinant without its leading zero. Shares without a source are
assumptions of shape.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.health import RESPONSE_CATEGORIES
from vrp_pipeline.feeds.health import ambulance_incidents as feed
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.truth.planted import EXCLUDE, PlantedFault, Planting, RowFault, plant
from vrp_pipeline.synthetic.world import patterns, people
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.incidents import Harms
from vrp_pipeline.synthetic.world.offences import INJURIES, WEAPONS
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.places import Places
from vrp_pipeline.synthetic.world.postcodes import INWARD
from vrp_pipeline.synthetic.world.streams import pick

# 5,000 a year (docs/methods.md#levels): half of the slightly injured who attend a department, most of the seriously
# injured, some who are treated at the scene only, and calls about violence in which nobody was injured.
CALLED_TO_PATIENTS = {"none": 0.0, "minor": 0.40, "serious": 0.75, "fatal": 0.95}
CALLED_TO_OTHERS_HURT = 0.03
NO_HARM = 600  # a year
CALLED_AGAIN = 0.06
CALL_MEDIAN_MINUTES, CALL_SPREAD = 9.0, 0.9
SCENE_MISSING, SCENE_IS_CALLER = 0.06, 0.15
CALLER_OFF_METRES, SCENE_OFF_METRES = (150, 800), 30.0
AGE_ZERO, AGE_BLANK, AGE_GUESSED = 0.06, 0.05, 0.15
SEX_UNKNOWN = 0.03
NUMBER_TRACED = 0.6
KIND_DEGRADED = 0.2
ZERO_DROPPED = 0.3
RESPONSE_SHARES = (0.06, 0.38, 0.46, 0.07, 0.03)
ISLAND = [district.name for district in DISTRICTS].index("Isle of Wight")  # has a service of its own [K]
# Complaint, AMPDS protocol and Pathways symptom group; the symptom group numbers are invented.
COMPLAINTS = (
    ("Assault", "04", "SG9910"),
    ("Stab, gunshot or penetrating trauma", "27", "SG9911"),
    ("Traumatic injuries", "30", "SG9912"),
    ("Haemorrhage or laceration", "21", "SG9913"),
)
DETERMINANTS = ("A01", "B01", "B04", "D01", "D02S")
DISPOSITIONS = ("DX010", "DX011", "DX012", "DX016", "DX02")

PLANTING = Planting(
    feed=feed.name,
    keys=("incident_number",),
    prefix="99",
    copies_in=13,
    faults=(
        RowFault(1, "the date does not exist", {"call_connect_datetime": "2022-05-32 23:10:00"}),
        RowFault(4, "the age is impossible", {"patient_age": "240"}),
        RowFault(6, "0,0 stands for unknown, where a blank is agreed", {"scene_easting": "0", "scene_northing": "0"}),
        RowFault(8, "easting and northing are swapped", {"scene_easting": "112050", "scene_northing": "442050"}),
        RowFault(11, "the triage code is words", {"triage_code": "assault / stabbing"}),
        RowFault(16, "a spreadsheet rounded the number", {"incident_number": "2.30715E+11"}),
        RowFault(18, "the sex is of another scheme", {"patient_sex": "1"}),
        RowFault(21, "the answer is neither yes nor no", {"conveyed_flag": "later"}),
    ),
)


@dataclass(frozen=True)
class Calls:
    """All rows in order of call: `columns` by contract name.

    `harm` is an index into the harms, or -1 where nobody was harmed; `is_further_call` marks rows stood down because
    the incident was already attended; `key` is the natural key as joined in bronze.
    """

    harm: np.ndarray
    person: np.ndarray
    is_further_call: np.ndarray
    month: np.ndarray
    key: pa.Array
    columns: dict[str, pa.Array]


def build(
    harms: Harms, geography: Geography, where: Places, patients: People, scale: float, rng: np.random.Generator
) -> Calls:
    """Return the services' records of every call in the simulated years."""
    harm, incident, minute, place, person = _needed(harms, geography, where, patients, scale, rng)
    # All patients of an incident belong to one call; a further call about it gets an incident number of its own.
    _, of_incident = np.unique(incident, return_inverse=True)
    delay = rng.lognormal(np.log(CALL_MEDIAN_MINUTES), CALL_SPREAD, int(of_incident.max()) + 1)
    call = minute + 1 + delay[of_incident].astype(np.int64)
    again = np.flatnonzero(rng.random(len(harm)) < CALLED_AGAIN)
    index = np.concatenate([np.arange(len(harm)), again])
    is_further = np.arange(len(index)) >= len(harm)
    call = np.concatenate([call, call[again] + rng.integers(1, 15, len(again))])
    incident = np.concatenate([incident, incident.max() + 1 + np.arange(len(again))])
    month = patterns.month_index(call // patterns.DAY_MINUTES)
    inside = np.flatnonzero((month >= 0) & (month < len(patterns.MONTHS)))
    kept = inside[np.lexsort((inside, incident[inside], call[inside]))]
    index, call, incident, is_further = index[kept], call[kept], incident[kept], is_further[kept]
    number, sequence = numbers(incident, call)
    columns = {
        "incident_number": number,
        "patient_number": sequence,
        "call_connected_at": texts.times(call),
        **triage(harms, geography, where, harm[index], place[index], rng),
        **_scene(harms, geography, where, harm[index], place[index], rng),
        **_patient(patients, person[index], call, rng),
        **_care(harms, geography, where, harm[index], place[index], is_further, rng),
        "call_notes": notes(rng, len(index)),
    }
    blank = texts.constant("", len(index))
    key = texts.joined(number, texts.either(np.asarray(sequence.is_valid()), sequence, blank), by="|")
    return Calls(harm[index], person[index], is_further, month[kept], key, columns)


def month_table(calls: Calls, number: int) -> tuple[pa.Table, np.ndarray]:
    """Return the delivery of one month (index into patterns.MONTHS), and its rows as indices into `calls`."""
    rows = np.flatnonzero(calls.month == number)
    return deliveries.table(feed, {name: values.take(pa.array(rows)) for name, values in calls.columns.items()}), rows


def deliver(inbox: Path, calls: Calls, faults: list[PlantedFault]) -> list[Path]:
    """Write one file per month; planted faults and further calls are added to `faults`."""
    paths = []
    for number, month in enumerate(patterns.MONTHS):
        path = inbox / f"ambulance_violence_{month}.csv"
        table, rows = month_table(calls, number)
        faults += [
            PlantedFault(
                feed.name, path.name, None, int(row) + 1, calls.key[int(rows[row])].as_py(),
                "a further call about an incident already attended", EXCLUDE,
            )
            for row in np.flatnonzero(calls.is_further_call[rows])
        ]  # fmt: skip
        sound = (calls.harm[rows] >= 0) & ~calls.is_further_call[rows] & np.asarray(table["scene_lsoa"].is_valid())
        table, planted_here = plant(PLANTING, table, calls.month[rows], sound, path.name)
        faults += planted_here
        paths.append(deliveries.write_csv(path, table))
    return paths


def canaries(calls: Calls) -> Canaries:
    """Return identifiers that must occur in no output of the pipeline."""
    return {feed.name: spread(calls.columns, ("scene_address", "patient_pseudonym", "call_notes"))}


def _needed(
    harms: Harms, geography: Geography, where: Places, patients: People, scale: float, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Return harm (or -1), incident, minute, place and person of everyone an ambulance is called for."""
    called = np.flatnonzero(_called(harms, rng))
    days = patterns.draw_days(rng, patterns.day_weights(rng)[0], NO_HARM * scale)
    minute = patterns.draw_minutes(rng, days, np.zeros(len(days), int))
    place = where.draw(rng, "violence", len(days))
    person = patients.draw(rng, people.homes_near(rng, geography, where.area[place]))
    return (
        np.concatenate([called, np.full(len(days), -1)]),
        np.concatenate([harms.incident[called], harms.incident.max() + 1 + np.arange(len(days))]),
        np.concatenate([harms.minute[called], minute]),
        np.concatenate([harms.place[called], place]),
        np.concatenate([harms.victim[called], person]),
    )


def _called(harms: Harms, rng: np.random.Generator) -> np.ndarray:
    called = np.array([CALLED_TO_PATIENTS[injury] for injury in INJURIES])[harms.injury]
    chance = np.where(harms.attends, called, np.where(harms.injury > 0, CALLED_TO_OTHERS_HURT, 0.0))
    return np.asarray((rng.random(len(harms)) < chance) & (harms.victim >= 0))


def numbers(incident: np.ndarray, call: np.ndarray) -> tuple[pa.Array, pa.Array]:
    """Return the incident number (yymmdd and a serial number) and the patient's number where there are several."""
    _, first, of, size = np.unique(incident, return_index=True, return_inverse=True, return_counts=True)
    running = np.empty(len(first), np.int64)
    running[np.argsort(first, kind="stable")] = np.arange(1, len(first) + 1)
    day = texts.UNIX_DAYS + call[first] // patterns.DAY_MINUTES
    dates = day.astype("datetime64[D]").astype(str)
    stamps = np.array([date[2:4] + date[5:7] + date[8:10] for date in dates])
    told = texts.joined(pa.array(stamps, pa.string()), texts.whole(running, 6))
    order = np.argsort(of, kind="stable")
    sequence = np.empty(len(of), np.int64)
    sequence[order] = np.arange(len(of)) - np.repeat(np.cumsum(size) - size, size) + 1
    return texts.at(told, of), texts.where(size[of] > 1, texts.whole(sequence))


def triage(
    harms: Harms, geography: Geography, where: Places, harm: np.ndarray, place: np.ndarray, rng: np.random.Generator,
    *, degraded_share: float = KIND_DEGRADED,
) -> dict[str, pa.Array]:  # fmt: skip
    """Return the triage columns of each call; of the `degraded_share`, the complaint is less specific."""
    count = len(harm)
    pierced = np.isin(harms.weapon[harm], [WEAPONS.index("blade"), WEAPONS.index("firearm")])
    hurt = (harm >= 0) & (harms.injury[harm] > 0)
    complaint = np.where(pierced & hurt, 1, 0)
    degraded = rng.random(count) < degraded_share
    complaint = np.where(degraded, 2 + (pierced & hurt), complaint)
    determinant = rng.integers(0, len(DETERMINANTS), count)
    is_ampds = geography.district[where.area[place]] == ISLAND
    protocols = [protocol + determinant for _, protocol, _ in COMPLAINTS for determinant in DETERMINANTS]
    dropped = [code.lstrip("0") for code in protocols]
    ampds = texts.either(
        rng.random(count) < ZERO_DROPPED,
        texts.chosen(dropped, complaint * len(DETERMINANTS) + determinant),
        texts.chosen(protocols, complaint * len(DETERMINANTS) + determinant),
    )
    groups = texts.chosen([group for _, _, group in COMPLAINTS], complaint)
    response = pick(rng, np.array(RESPONSE_SHARES), count)
    return {
        "triage_system": texts.chosen(("NHS Pathways", "AMPDS"), is_ampds.astype(int)),
        "triage_code": texts.either(is_ampds, ampds, groups),
        "disposition_code": texts.where(~is_ampds, texts.chosen(DISPOSITIONS, response)),
        "triage_description": texts.chosen([words for words, _, _ in COMPLAINTS], complaint),
        "response_category": texts.chosen(list(RESPONSE_CATEGORIES), response),
    }


def _scene(
    harms: Harms, geography: Geography, where: Places, harm: np.ndarray, place: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    count = len(harm)
    bearing = rng.uniform(0, 2 * np.pi, count)
    off = np.abs(rng.normal(0, SCENE_OFF_METRES, count))
    off = np.where(rng.random(count) < SCENE_IS_CALLER, rng.uniform(*CALLER_OFF_METRES, count), off)
    easting = np.where(harm >= 0, harms.easting[harm], where.easting[place])
    northing = np.where(harm >= 0, harms.northing[harm], where.northing[place])
    easting = np.round(easting + off * np.sin(bearing)).astype(np.int64)
    northing = np.round(northing + off * np.cos(bearing)).astype(np.int64)
    known = rng.random(count) >= SCENE_MISSING
    area = geography.area_at(easting, northing)
    postcodes = [f"{d.postcode_area}9 {inward}" for d in DISTRICTS for inward in INWARD]
    house = texts.whole(rng.integers(1, 200, count))
    street = texts.chosen(postcodes, geography.district[where.area[place]] * len(INWARD) + rng.integers(0, 6, count))
    return {
        "easting": texts.where(known, texts.whole(easting)),
        "northing": texts.where(known, texts.whole(northing)),
        "lsoa_code": texts.where(known & (area >= 0), texts.chosen(geography.codes, np.maximum(area, 0))),
        "scene_address": texts.joined(house, texts.constant("Example Road,", count), street, by=" "),
    }


def _patient(patients: People, person: np.ndarray, call: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    count = len(person)
    age = patients.ages(person, patterns.EPOCH + call // patterns.DAY_MINUTES)
    guess = np.where(rng.random(count) < AGE_GUESSED, rng.integers(-3, 4, count), 0)
    draw = rng.random(count)
    age = np.where(draw < AGE_ZERO, 0, np.maximum(age + guess, 0))
    sex = np.where(rng.random(count) < SEX_UNKNOWN, 2, patients.is_female[person].astype(int))
    return {
        "patient_pseudonym": texts.where(
            rng.random(count) < NUMBER_TRACED, texts.whole(patients.nhs_number[person], 10)
        ),
        "patient_age": texts.where((draw < AGE_ZERO) | (draw >= AGE_ZERO + AGE_BLANK), texts.whole(age)),
        "patient_sex": texts.chosen(("M", "F", "U"), sex),
    }


def _care(
    harms: Harms, geography: Geography, where: Places, harm: np.ndarray, place: np.ndarray, is_further: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, pa.Array]:  # fmt: skip
    """Return the outcome columns: attenders of a department were conveyed there; a further call is stood down."""
    conveyed = (harm >= 0) & harms.attends[harm] & ~is_further
    stood_down = is_further | ((harm < 0) & (rng.random(len(harm)) < 0.2))
    site = texts.chosen([district.site for district in DISTRICTS], geography.district[where.area[place]])
    answers = ("N", "Y")
    return {
        "is_conveyed": texts.chosen(answers, conveyed.astype(int)),
        "receiving_site_code": texts.where(conveyed, site),
        "is_stood_down": texts.chosen(answers, stood_down.astype(int)),
    }


def notes(rng: np.random.Generator, count: int) -> pa.Array:
    """Return notes of call takers, with made-up names."""
    names = people.full_names(rng, 1_000)
    shapes = (
        "caller {0} on scene, pt bleeding from the head",
        "PT IS {0}, ASSAILANT LEFT",
        "police with {0}, wait at RVP",
        'caller states "he has a knife", {0} unhurt',
    )
    made_up = [shapes[number % len(shapes)].format(name) for number, name in enumerate(names)]
    return texts.chosen(made_up, rng.integers(0, len(made_up), count))
