"""The force's records in the clustered world: ranges over nights and weekends, default hours, stations as places.

The form of the extract is the agency's (`agencies.police`); the laws are here. Shares are by difficulty.
"""

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.police import offences as feed
from vrp_pipeline.synthetic.agencies import police
from vrp_pipeline.synthetic.clustered import clerks
from vrp_pipeline.synthetic.clustered import ground as grounds
from vrp_pipeline.synthetic.clustered.ground import Ground
from vrp_pipeline.synthetic.clustered.harms import ClusteredHarms
from vrp_pipeline.synthetic.clustered.scenes import BRAWL, HOME, NIGHT, SCHOOL
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world import patterns, people, places
from vrp_pipeline.synthetic.world.crimes import Crimes
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.offences import INJURIES, OFFENCES, WEAPONS
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.streams import pick_by

# How the time is told, beside exactly (to five minutes), and the share of each by kind of scene. Assumptions [P].
HOURS, NIGHT_LONG, DAYS_LONG, MIDNIGHT, NOON = range(1, 6)
TIMES = {
    NIGHT: (0.20, 0.16, 0.03, 0.05, 0.01),
    BRAWL: (0.18, 0.08, 0.01, 0.04, 0.01),
    HOME: (0.20, 0.12, 0.12, 0.08, 0.05),
    SCHOOL: (0.25, 0.02, 0.05, 0.06, 0.08),
}
TIMES_ELSE = (0.20, 0.08, 0.06, 0.05, 0.03)
HOURS_AROUND = (5, 150)  # minutes before and after
# Where it is said to be, beside at the scene: nowhere, the station that took the report, the centre of the small area,
# or a street nearby.
BLANK, STATION, CENTROID, NEARBY = 0.08, 0.05, 0.06, 0.12
NEARBY_METRES, SCENE_METRES = (60, 350), 25.0
BORN_BLANK, SEX_BLANK, INJURY_UNKNOWN = 0.10, 0.03, 0.08
ALCOHOL = {NIGHT: 0.7, BRAWL: 0.7, HOME: 0.3}


def records(
    ground: Ground, harms: ClusteredHarms, crimes: Crimes, suspects: People, rng: np.random.Generator
) -> police.Records:
    """Record every crime once per victim, in order of crime reference."""
    shared = np.flatnonzero(crimes.further_victim >= 0)
    crime = np.concatenate([np.arange(len(crimes)), shared])
    person = np.concatenate([harms.victim[crimes.harm], crimes.further_victim[shared]])
    order = np.argsort(crime, kind="stable")
    crime, person = crime[order], person[order]
    harm, total, count = crimes.harm[crime], len(crimes), len(crime)
    place_columns, located = _place(ground, harms, crimes, crime, rng)
    drinks = np.array([ALCOHOL.get(kind, 0.1) for kind in range(harms.kind.max() + 1)])[harms.kind[crimes.harm]]
    columns = {
        "crime_reference": texts.whole(crimes.reference[crime]),
        "occurrence_reference": texts.at(police.occurrences(harms.incident[crimes.harm]), crime),
        "date_reported": texts.dates(
            np.maximum(harms.day[harm], crimes.recorded[crime] - rng.integers(0, 2, total)[crime])
        ),
        "date_recorded": texts.dates(crimes.recorded[crime]),
        **place_columns,
        **_times(ground, harms, crimes, crime, rng),
        **_victim(ground, person, np.array([OFFENCES[n].victim for n in harms.offence[harm]]), rng),
        **police.suspect(suspects, ground.areas, ground.where.area[harms.place[crimes.harm]], crime, rng),
        "injury_level": texts.either(
            rng.random(total)[crime] < ground.difficulty.share(INJURY_UNKNOWN),
            texts.constant("unknown", count),
            texts.chosen(INJURIES, harms.injury[harm]),
        ),
        "weapon_type": texts.chosen(WEAPONS, harms.weapon[harm]),
        "crime_flags": police.flags(harms.is_domestic[harm], (rng.random(total) < drinks)[crime]),
        "modus_operandi": texts.at(police.free_text(rng, total), crime),
    }
    return police.Records(crime, person, columns, located, rng.random(total))


def told_times(
    ground: Ground, kind: np.ndarray, minute: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the earliest and the latest minute told of each event; equal where it is said to be a time."""
    shares = np.array([TIMES.get(number, TIMES_ELSE) for number in range(int(kind.max()) + 1)])
    shares = shares * ground.difficulty.errors
    form = pick_by(rng, np.column_stack([np.maximum(1 - shares.sum(axis=1), 0.02), shares]), kind)
    exact = minute // 5 * 5
    day, hour = minute // patterns.DAY_MINUTES, minute // 60 % 24
    evening = (day - (hour < 8)) * patterns.DAY_MINUTES + 18 * 60
    # A night runs from 18:00 to 8:00, a day from 8:00 to 20:00, whichever contains the event.
    is_night = (hour >= 18) | (hour < 8)
    night = np.where(is_night, evening, day * patterns.DAY_MINUTES + 8 * 60)
    night_end = night + np.where(is_night, 14 * 60, 12 * 60)
    # A weekend runs from Friday 17:00 to Monday 8:00; outside it three days stand for "some time this week".
    since_friday = (patterns.weekdays(day) - 4) % 7 * patterns.DAY_MINUTES + minute % patterns.DAY_MINUTES - 17 * 60
    is_weekend = (since_friday >= 0) & (since_friday <= (2 * 24 + 15) * 60)
    days_from = np.where(is_weekend, minute - since_friday, (day - 1) * patterns.DAY_MINUTES + 9 * 60)
    days_to = days_from + np.where(is_weekend, (2 * 24 + 15) * 60, (2 * 24 + 8) * 60)
    midnight, noon = day * patterns.DAY_MINUTES, day * patterns.DAY_MINUTES + 12 * 60
    before, after = (rng.integers(*HOURS_AROUND, len(minute)) // 5 * 5 for _ in range(2))
    start = np.choose(form, [exact, exact - before, night, days_from, midnight, noon])
    end = np.choose(form, [exact, exact + after, night_end, days_to, midnight, noon])
    return start, end


def _times(
    ground: Ground, harms: ClusteredHarms, crimes: Crimes, crime: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    start, end = told_times(ground, harms.kind[crimes.harm], harms.minute[crimes.harm], rng)
    # Nothing is said to happen after it was recorded.
    end = np.minimum(end, (crimes.recorded + 1) * patterns.DAY_MINUTES - 5)
    slow = ground.slip(feed.name).minutes
    return {
        "committed_from": texts.times(start[crime] + slow),
        "committed_to": texts.times(np.maximum(start, end)[crime] + slow),
    }


def _place(
    ground: Ground, harms: ClusteredHarms, crimes: Crimes, crime: np.ndarray, rng: np.random.Generator
) -> tuple[dict[str, pa.Array], np.ndarray]:
    """Return the place columns of each row, and whether each crime has a place."""
    total, areas, where, difficulty = len(crimes), ground.areas, ground.where, ground.difficulty
    harm, place = crimes.harm, harms.place[crimes.harm]
    area = where.area[place]
    station = np.array([district.town for district in DISTRICTS])[areas.district[area]]
    centre = grounds.centroids(areas)
    nearby = grounds.near(rng, ground, place, np.full(total, NEARBY_METRES[1]) * difficulty.spread)
    scene = (harms.easting[harm], harms.northing[harm])
    shares = [difficulty.share(share) for share in (STATION, CENTROID, NEARBY)]
    draw = rng.random(total)
    forms = [draw < shares[0], draw < sum(shares[:2]), draw < sum(shares)]
    located = rng.random(total) >= difficulty.share(BLANK)
    easting, northing = (
        np.select(forms, [station[:, axis], centre[axis][area], nearby[axis]], scene[axis]) for axis in (0, 1)
    )
    easting = easting + ground.slip(feed.name).metres
    postcode = police.scene_postcodes(areas.district[area], place, rng)
    columns = {
        "easting": texts.where(located[crime], texts.whole(easting[crime])),
        "northing": texts.where(located[crime], texts.whole(northing[crime])),
        "location_postcode": texts.where(located[crime], texts.at(postcode, crime)),
        "location_type": texts.chosen(places.KINDS, where.kind[place[crime]]),
        "beat_code": texts.joined(texts.constant("B", len(crime)), texts.whole(areas.ward[area[crime]] + 1, 3)),
    }
    return columns, located


def _victim(ground: Ground, person: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    count, residents, slip = len(person), ground.residents, ground.slip(feed.name)
    is_person = person >= 0
    someone = np.where(is_person, person, 0)
    born = clerks.birthdays(residents.born[someone], clerks.POLICE, ground.difficulty, rng)
    # Three years older: born three years before.
    born = (born.astype("datetime64[M]") - 12 * slip.years).astype("datetime64[D]") + (
        born - born.astype("datetime64[M]").astype("datetime64[D]")
    )
    has_born = is_person & (rng.random(count) >= ground.difficulty.share(BORN_BLANK)) & (not slip.blank_ages)
    has_sex = is_person & (rng.random(count) >= ground.difficulty.share(SEX_BLANK))
    return {
        "victim_pseudonym": texts.where(is_person, police.references(residents, someone)),
        "victim_type": pa.array(kind, pa.string()),
        "victim_sex": texts.where(has_sex, texts.chosen(police.SEXES, residents.is_female[someone].astype(int))),
        "victim": texts.where(has_born, texts.dates((born - patterns.EPOCH).astype(np.int64))),
        "victim_ethnicity": texts.where(
            is_person, texts.chosen(people.POLICE_ETHNICITIES, residents.ethnicity[someone])
        ),
    }
