"""Street crimes of the monthly public archive (data.police.uk): snapped points, no day and no offence code.

Holds the published crimes of the record extract, and anti-social behaviour without Crime ID, so that identical rows are
separate events. Each archive includes a neighbouring force's file. Zip files are written in `archives`.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.partnership import FORCE_SLUG
from vrp_pipeline.feeds.police import CRIME_TYPES
from vrp_pipeline.feeds.police import street_crimes as feed
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.crimes import OUTCOMES, Crimes
from vrp_pipeline.synthetic.world.geography import FIRST_CODE, Geography, area_codes
from vrp_pipeline.synthetic.world.incidents import Harms
from vrp_pipeline.synthetic.world.offences import OFFENCES
from vrp_pipeline.synthetic.world.places import Places
from vrp_pipeline.synthetic.world.projection import to_lonlat
from vrp_pipeline.synthetic.world.streams import pick, stream

FORCE = "Hampshire Constabulary"  # unchanged in the archive to December 2025 ([Southern crime 2026])
NEIGHBOUR_SLUG, NEIGHBOUR = "dorset", "Dorset Police"
# First and newest month of each archive: two cover all months, the others only the newest.
_FIRST, _HANDED_OVER, _NEWEST = (np.datetime64(month) for month in ("2022-04", "2023-03", "2024-03"))
ARCHIVES = (
    (_FIRST, _HANDED_OVER), *((month, month) for month in np.arange(_HANDED_OVER + 1, _NEWEST)), (_FIRST, _NEWEST),
)  # fmt: skip
# 160,000 rows a year, of which 12 % are anti-social behaviour; the rest is 88 % of the recorded crimes.
PUBLISHED_SHARE = 0.88
ASB_YEARLY = 19_200.0
ASB = "Anti-social behaviour"
UNLOCATED = 0.019  # [Southern crime 2026]; the small area is blank too, the place is 'No Location'
OUTSIDE = 1 / 1600  # share of rows outside the 14 districts in the Hampshire files
OUTSIDE_AREAS = 20
BEYOND_WEST, BEYOND_NORTH = -1.6, 51.45  # degrees: a line in Berkshire, north of every district
NEIGHBOUR_ROWS = 1_000  # a month at full size; a real neighbour has 4,000
# Names of outcomes in the archive, by Home Office outcome code.
OUTCOME_NAMES = {
    "18": "Investigation complete; no suspect identified",
    "16": "Unable to prosecute suspect",
    "15": "Unable to prosecute suspect",
    "14": "Action to be taken by another organisation",
    "1": "Awaiting court outcome",
    "8": "Local resolution",
    "3": "Offender given a caution",
}
UNDER_INVESTIGATION = "Under investigation"


@dataclass(frozen=True)
class StreetCrimes:
    """Arrays over rows of the archive: `crime` is the crime (index) or -1 for anti-social behaviour.

    `area` is the small area (index), from OUTSIDE upwards beyond the districts; `place` is the place of its point.
    """

    crime: np.ndarray
    crime_id: pa.Array
    month: np.ndarray
    place: np.ndarray
    located: np.ndarray
    outside: np.ndarray
    street_type: np.ndarray

    def __len__(self) -> int:
        return len(self.crime)


def build(harms: Harms, crimes: Crimes, where: Places, scale: float, rng: np.random.Generator) -> StreetCrimes:
    """Return all rows that the archive holds in any edition."""
    published = np.flatnonzero(rng.random(len(crimes)) < PUBLISHED_SHARE)
    weights = patterns.day_weights(rng)[0] * patterns.year_factor(False)
    weights[: int((patterns.FIRST_DAY - patterns.EPOCH).astype(int))] = 0
    asb_day = patterns.draw_days(rng, weights, ASB_YEARLY * scale)
    names = list(CRIME_TYPES)
    type_of = np.array([names.index(item.street_type) for item in OFFENCES])
    count = len(published) + len(asb_day)
    day = np.concatenate([crimes.recorded[published], asb_day])
    return StreetCrimes(
        crime=np.concatenate([published, np.full(len(asb_day), -1)]),
        crime_id=texts.hexadecimal(rng, count),
        month=patterns.month_index(day),
        place=np.concatenate([harms.place[crimes.harm[published]], where.draw(rng, "street", len(asb_day))]),
        located=rng.random(count) >= UNLOCATED,
        outside=np.where(rng.random(count) < OUTSIDE, pick(rng, np.ones(OUTSIDE_AREAS), count), -1),
        street_type=np.concatenate([type_of[crimes.offence[published]], np.full(len(asb_day), names.index(ASB))]),
    )


def members(
    rows: StreetCrimes,
    crimes: Crimes,
    geography: Geography,
    where: Places,
    archive: tuple[np.datetime64, np.datetime64],
    scale: float,
    seed: int,
) -> tuple[list[tuple[str, pa.Table]], list[np.ndarray]]:
    """Return the members of one archive, oldest month first, and the rows (indices) in each member of the force.

    A month's rows are sorted by name of small area and crime type, as published; cancelled crimes are removed.
    """
    first, newest = archive
    extracted = int((newest + 1).astype("datetime64[D]").astype(int) - patterns.EPOCH.astype(int)) + 4
    active = np.append(crimes.status_on(extracted) == 0, True)
    keyed = np.append(crimes.keyed <= extracted, True)
    shown = active[rows.crime] & keyed[rows.crime]
    points = _points(where)
    files, index = [], []
    for month in np.arange(first, newest + 1):
        mine = np.flatnonzero(shown & (rows.month == int((month - patterns.MONTHS[0]).astype(int))))
        area = where.area[rows.place[mine]]
        mine = mine[np.lexsort((mine, rows.street_type[mine], area, rows.outside[mine], ~rows.located[mine]))]
        table = _table(rows, mine, crimes, geography, where, points, str(month), extracted)
        files += [
            (f"{month}/{month}-{FORCE_SLUG}-street.csv", table),
            (
                f"{month}/{month}-{NEIGHBOUR_SLUG}-street.csv",
                _neighbour(str(month), scale, stream(seed, f"dorset {month}")),
            ),
        ]
        index.append(mine)
    return files, index


def _table(
    rows: StreetCrimes, mine: np.ndarray, crimes: Crimes, geography: Geography, where: Places,
    points: tuple[pa.Array, pa.Array], month: str, extracted: int,
) -> pa.Table:  # fmt: skip
    crime, place, located, outside = rows.crime[mine], rows.place[mine], rows.located[mine], rows.outside[mine]
    is_crime, inside = crime >= 0, outside < 0
    area = np.where(inside, where.area[place], len(geography) + outside)
    beyond = area_codes(FIRST_CODE + 90_000, OUTSIDE_AREAS)
    codes = np.concatenate([geography.codes, beyond])
    names = np.concatenate([geography.names, [f"Beyond the boundary S{n + 1:03d}A" for n in range(OUTSIDE_AREAS)]])
    point = np.where(inside, place, len(where.area) + outside)
    outcome_names = [*(OUTCOME_NAMES[code] for code, _ in OUTCOMES), UNDER_INVESTIGATION]
    has_outcome = np.append(crimes.outcome_day, 0)[crime] <= extracted
    outcome = np.where(has_outcome, np.append(crimes.outcome, 0)[crime], len(OUTCOMES))
    columns = {
        "crime_id": texts.where(is_crime, rows.crime_id.take(pa.array(mine))),
        "crime_month": texts.constant(month, len(mine)),
        "reported_by": texts.constant(FORCE, len(mine)),
        "falls_within": texts.constant(FORCE, len(mine)),
        "longitude": texts.where(located, texts.at(points[0], point)),
        "latitude": texts.where(located, texts.at(points[1], point)),
        "location": texts.either(located, texts.chosen(where.name, place), texts.constant("No Location", len(mine))),
        "lsoa_code": texts.where(located, texts.chosen(codes, area)),
        "lsoa_name": texts.where(located, texts.chosen(names, area)),
        "crime_type": texts.chosen(list(CRIME_TYPES), rows.street_type[mine]),
        "last_outcome_category": texts.where(is_crime, texts.chosen(outcome_names, outcome)),
        "context": texts.blank(len(mine)),
    }
    return deliveries.table(feed, columns)


def _points(where: Places) -> tuple[pa.Array, pa.Array]:
    """Return longitude and latitude, as texts, of every place followed by the points beyond the boundary."""
    longitude, latitude = to_lonlat(where.easting, where.northing)
    longitude = np.append(longitude, BEYOND_WEST + 0.02 * np.arange(OUTSIDE_AREAS))
    latitude = np.append(latitude, np.full(OUTSIDE_AREAS, BEYOND_NORTH))
    return texts.decimals(longitude, 6), texts.decimals(latitude, 6)


def _neighbour(month: str, scale: float, rng: np.random.Generator) -> pa.Table:
    """Return a neighbouring force's month, which is no part of the feed and must be ignored."""
    count = max(5, round(NEIGHBOUR_ROWS * scale))
    codes = area_codes(FIRST_CODE + 80_000, 40)
    area = rng.integers(0, len(codes), count)
    types = [name for name in CRIME_TYPES if name != ASB]
    columns = {
        "crime_id": texts.hexadecimal(rng, count),
        "crime_month": texts.constant(month, count),
        "reported_by": texts.constant(NEIGHBOUR, count),
        "falls_within": texts.constant(NEIGHBOUR, count),
        "longitude": texts.decimals(rng.uniform(-2.6, -1.9, count), 6),
        "latitude": texts.decimals(rng.uniform(50.65, 50.95, count), 6),
        "location": texts.constant("On or near Chalk Lane", count),
        "lsoa_code": texts.chosen(codes, area),
        "lsoa_name": texts.chosen([f"Dorset S{n + 1:03d}A" for n in range(len(codes))], area),
        "crime_type": texts.chosen(types, rng.integers(0, len(types), count)),
        "last_outcome_category": texts.constant(UNDER_INVESTIGATION, count),
        "context": texts.blank(count),
    }
    return deliveries.table(feed, columns)
