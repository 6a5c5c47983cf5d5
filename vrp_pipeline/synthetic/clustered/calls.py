"""Ambulance calls of the clustered world: several calls to one scene, callers down the road, ages guessed.

The form of the delivery is the agency's (`agencies.ambulance`); the laws are here. Shares are by difficulty.
"""

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.health import ambulance_incidents as feed
from vrp_pipeline.synthetic.agencies import ambulance, health
from vrp_pipeline.synthetic.clustered import ground as grounds
from vrp_pipeline.synthetic.clustered.ground import Ground
from vrp_pipeline.synthetic.clustered.harms import ClusteredHarms
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.offences import INJURIES
from vrp_pipeline.synthetic.world.postcodes import INWARD
from vrp_pipeline.synthetic.world.streams import pick

# Of the patients of a department, those who came by ambulance, by injury; of the victims known to police alone and
# injured, those for whom one was called. 5,000 calls a year in all (docs/methods.md#levels).
CALLED_TO_PATIENTS = {"none": 0.0, "minor": 0.39, "serious": 0.74, "fatal": 0.95}
CALLED_TO_OTHERS_HURT = 0.03
NO_HARM = 500  # a year
CALL_MEDIAN_MINUTES, CALL_SPREAD = 7.0, 0.8
LATE_CALL, LATE_MINUTES = 0.08, (60, 720)  # from home afterwards
# A second call about a patient: stood down, or attended by a second crew whose record stands beside the first.
CALLED_AGAIN, STOOD_DOWN, AGAIN_MINUTES = 0.09, 0.55, (1, 25)
OWN_CALL = 0.25  # of further patients of a scene, those with a call of their own instead of a number in the first
DEFAULT_MIDNIGHT, DEFAULT_NOON = 0.008, 0.004  # paper records keyed in afterwards
SCENE_BLANK, AT_CALLER, AT_CENTROID, AT_HOSPITAL = 0.12, 0.16, 0.06, 0.02
CALLER_METRES, SCENE_METRES = (120, 900), 35.0
AGE_ZERO, AGE_BLANK, AGE_GUESSED, SEX_UNKNOWN = 0.05, 0.09, 0.22, 0.04
GUESS_YEARS = 5
NUMBER_TRACED = 0.45
COMPLAINT_VAGUE = 0.22
BEYOND_THE_BORDER = "RA201"  # a hospital outside the area [K]


def build(ground: Ground, harms: ClusteredHarms, rng: np.random.Generator) -> ambulance.Calls:
    """Return the services' records of every call in the simulated years."""
    harm, call_of, minute, place, person = _needed(ground, harms, rng)
    _, of_call = np.unique(call_of, return_inverse=True)
    calls = int(of_call.max()) + 1
    delay = rng.lognormal(np.log(CALL_MEDIAN_MINUTES * ground.difficulty.spread), CALL_SPREAD, calls)
    delay = np.where(rng.random(calls) < LATE_CALL, rng.integers(*LATE_MINUTES, calls), delay)
    call = minute + 1 + delay[of_call].astype(np.int64)
    again = np.flatnonzero(rng.random(len(harm)) < CALLED_AGAIN)
    index = np.concatenate([np.arange(len(harm)), again])
    is_again = np.arange(len(index)) >= len(harm)
    is_further = is_again & (rng.random(len(index)) < STOOD_DOWN)
    call = np.concatenate([call, call[again] + rng.integers(*AGAIN_MINUTES, len(again))])
    of_call = np.concatenate([of_call, calls + np.arange(len(again))])
    call = _defaulted(ground, call, of_call, rng) + ground.slip(feed.name).minutes
    month = patterns.month_index(call // patterns.DAY_MINUTES)
    inside = np.flatnonzero((month >= 0) & (month < len(patterns.MONTHS)))
    kept = inside[np.lexsort((inside, of_call[inside], call[inside]))]
    index, call, of_call, is_further = index[kept], call[kept], of_call[kept], is_further[kept]
    number, sequence = ambulance.numbers(of_call, call)
    harm, place, person = harm[index], place[index], person[index]
    columns = {
        "incident_number": number,
        "patient_number": sequence,
        "call_connected_at": texts.times(call),
        **ambulance.triage(harms, ground.areas, ground.where, harm, place, rng,
                           degraded_share=ground.difficulty.share(COMPLAINT_VAGUE)),
        **_scene(ground, harms, harm, place, rng),
        **_patient(ground, person, call, rng),
        **_care(ground, harms, harm, place, is_further, rng),
        "call_notes": ambulance.notes(rng, len(index)),
    }  # fmt: skip
    blank = texts.constant("", len(index))
    key = texts.joined(number, texts.either(np.asarray(sequence.is_valid()), sequence, blank), by="|")
    return ambulance.Calls(harm, person, is_further, month[kept], key, columns)


def _needed(ground: Ground, harms: ClusteredHarms, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return harm (or -1), call, minute, place and person of everyone an ambulance is called for."""
    share = np.array([CALLED_TO_PATIENTS[injury] for injury in INJURIES])[harms.injury]
    is_patient = harms.attends | harms.is_treated_elsewhere
    chance = np.where(is_patient, share, np.where(harms.injury > 0, CALLED_TO_OTHERS_HURT, 0.0))
    # The services of this area are not called beyond the border.
    is_here = ground.areas.area_at(harms.easting, harms.northing) >= 0
    is_called = harms.is_helped | (rng.random(len(harms)) < chance)
    called = np.flatnonzero(is_called & is_here & (harms.victim >= 0))
    incident = harms.incident[called]
    is_further = np.diff(incident, prepend=-1) == 0
    is_own = is_further & (rng.random(len(called)) < OWN_CALL)
    call_of = np.where(is_own, incident.max() + 1 + np.arange(len(called)), incident)
    day = grounds.days(rng, NO_HARM * ground.scale, (0.9, 0.9, 0.9, 0.9, 1.2, 1.3, 0.9), 1.0)
    minute = day * patterns.DAY_MINUTES + rng.integers(0, patterns.DAY_MINUTES, len(day))
    place = pick(rng, ground.where.weight, len(day))
    person = grounds.persons(rng, ground, ground.where.area[place], minute, (14, 80))
    return (
        np.concatenate([called, np.full(len(day), -1)]),
        np.concatenate([call_of, call_of.max() + 1 + np.arange(len(day))]),
        np.concatenate([harms.minute[called], minute]),
        np.concatenate([harms.place[called], place]),
        np.concatenate([harms.victim[called], person]),
    )


def _defaulted(ground: Ground, call: np.ndarray, of_call: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the call times with some of them midnight or noon of their day; a call has one time for all patients."""
    draw = rng.random(int(of_call.max()) + 1)[of_call]
    midnight, noon = ground.difficulty.share(DEFAULT_MIDNIGHT), ground.difficulty.share(DEFAULT_NOON)
    day = call // patterns.DAY_MINUTES * patterns.DAY_MINUTES
    return np.select([draw < midnight, draw < midnight + noon], [day, day + 720], call)


def _scene(
    ground: Ground, harms: ClusteredHarms, harm: np.ndarray, place: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    count, areas, where, difficulty = len(harm), ground.areas, ground.where, ground.difficulty
    bearing, away = rng.uniform(0, 2 * np.pi, count), np.abs(rng.normal(0, SCENE_METRES, count))
    shares = np.cumsum([difficulty.share(share) for share in (AT_CALLER, AT_CENTROID, AT_HOSPITAL)])
    draw = rng.random(count)
    away = np.where(draw < shares[0], rng.uniform(*CALLER_METRES, count), away) * difficulty.spread
    site = health.hospitals()[areas.district[where.area[place]]]
    centre = grounds.centroids(areas)
    forms = [(draw >= shares[0]) & (draw < shares[1]), (draw >= shares[1]) & (draw < shares[2])]
    points = []
    for axis, turn, mine, theirs in (
        (0, np.sin, harms.easting, where.easting), (1, np.cos, harms.northing, where.northing),
    ):  # fmt: skip
        scene = np.where(harm >= 0, mine[harm], theirs[place]) + away * turn(bearing)
        points.append(np.round(np.select(forms, [centre[axis][where.area[place]], site[:, axis]], scene)))
    easting, northing = (axis.astype(np.int64) for axis in points)
    easting = easting + ground.slip(feed.name).metres
    known = rng.random(count) >= difficulty.share(SCENE_BLANK)
    area = areas.area_at(easting, northing)
    postcodes = [f"{d.postcode_area}9 {inward}" for d in DISTRICTS for inward in INWARD]
    street = texts.chosen(
        postcodes, areas.district[where.area[place]] * len(INWARD) + rng.integers(0, len(INWARD), count)
    )
    house = texts.whole(rng.integers(1, 200, count))
    return {
        "easting": texts.where(known, texts.whole(easting)),
        "northing": texts.where(known, texts.whole(northing)),
        "lsoa_code": texts.where(known & (area >= 0), texts.chosen(areas.codes, np.maximum(area, 0))),
        "scene_address": texts.joined(house, texts.constant("Example Road,", count), street, by=" "),
    }


def _patient(ground: Ground, person: np.ndarray, call: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    count, residents, difficulty, slip = len(person), ground.residents, ground.difficulty, ground.slip(feed.name)
    age = residents.ages(person, patterns.EPOCH + call // patterns.DAY_MINUTES)
    guess = rng.integers(-GUESS_YEARS, GUESS_YEARS + 1, count)
    guess = np.where(rng.random(count) < difficulty.share(AGE_GUESSED), guess, 0)
    draw, zero = rng.random(count), difficulty.share(AGE_ZERO)
    is_blank = (draw >= zero) & (draw < zero + difficulty.share(AGE_BLANK)) | slip.blank_ages
    told = np.where(draw < zero, 0, np.maximum(age + guess + slip.years, 0))
    sex = np.where(rng.random(count) < difficulty.share(SEX_UNKNOWN), 2, residents.is_female[person].astype(int))
    return {
        "patient_pseudonym": texts.where(
            rng.random(count) >= difficulty.share(1 - NUMBER_TRACED), texts.whole(residents.nhs_number[person], 10)
        ),
        "patient_age": texts.where(~is_blank, texts.whole(told)),
        "patient_sex": texts.chosen(("M", "F", "U"), sex),
    }


def _care(
    ground: Ground, harms: ClusteredHarms, harm: np.ndarray, place: np.ndarray, is_further: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, pa.Array]:  # fmt: skip
    """Return the outcome columns: patients of a department were conveyed there or beyond the border."""
    is_beyond = (harm >= 0) & harms.is_treated_elsewhere[harm]
    conveyed = (harm >= 0) & (harms.attends[harm] | is_beyond) & ~is_further
    stood_down = is_further | ((harm < 0) & (rng.random(len(harm)) < 0.25))
    site = texts.chosen([district.site for district in DISTRICTS], ground.areas.district[ground.where.area[place]])
    site = texts.either(is_beyond, texts.constant(BEYOND_THE_BORDER, len(harm)), site)
    answers = ("N", "Y")
    return {
        "is_conveyed": texts.chosen(answers, conveyed.astype(int)),
        "receiving_site_code": texts.where(conveyed, site),
        "is_stood_down": texts.chosen(answers, stood_down.astype(int)),
    }
