"""Fire and rescue incidents: monthly CSV with the headings of London's published extract.

Includes the deliberate fires among the simulated arsons, so that they can be linked; all other incidents are drawn
independently. One month is saved in Windows-1252 with a dash in a category, one with a byte order mark. Level: 18,000
incidents a year (docs/methods.md#levels); shares without a source are assumptions of shape.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.fire import INCIDENT_GROUPS, SPECIAL_SERVICES
from vrp_pipeline.feeds.fire import incidents as feed
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.truth.planted import PlantedFault, Planting, RowFault, plant
from vrp_pipeline.synthetic.world import patterns, people
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import FIRST_WARD, Geography, area_codes
from vrp_pipeline.synthetic.world.incidents import Harms
from vrp_pipeline.synthetic.world.offences import NUMBER, RHYTHMS
from vrp_pipeline.synthetic.world.places import KINDS, Places
from vrp_pipeline.synthetic.world.postcodes import INWARD
from vrp_pipeline.synthetic.world.streams import pick

YEARLY = 18_000
ARSON = ("05601", "05602")
ARSON_ATTENDED = 0.85
FIRE, SPECIAL, FALSE_ALARM = range(len(INCIDENT_GROUPS))
# Fires that are recorded crimes of arson come on top of the first number: some 490 a year.
GROUP_SHARES = (0.24, 0.29, 0.47)
# (stop code, share within its group)
STOPS = (
    (("Primary Fire", 0.42), ("Secondary Fire", 0.55), ("Chimney Fire", 0.03)),
    (("Special Service", 1.0),),
    (("AFA", 0.62), ("False alarm - Good intent", 0.34), ("False alarm - Malicious", 0.04)),
)
# Shares of SPECIAL_SERVICES, in order.
SPECIAL_SHARES = (0.03, 0.05, 0.10, 0.17, 0.005, 0.07, 0.02, 0.05, 0.05, 0.08, 0.03, 0.04, 0.01, 0.04, 0.01, 0.16,
                  0.01, 0.02, 0.04, 0.015)  # fmt: skip
DELIBERATE, UNKNOWN_CAUSE = 0.33, 0.06  # of fires that are not a recorded arson
ATTACKS = 0.004
UNLOCATED = 0.01
# Category and type of property by kind of place; the dash is that of the service's own list.
PROPERTIES = {
    "dwelling": ("Dwelling", "Purpose Built Flats/Maisonettes \N{EN DASH} 4 to 9 storeys"),
    "street": ("Road Vehicle", "Car"),
    "licensed premises": ("Non Residential", "Pub/wine bar/bar"),
    "shop": ("Non Residential", "Single shop"),
    "education": ("Non Residential", "Secondary school"),
    "health": ("Non Residential", "Hospital"),
    "park": ("Outdoor", "Park"),
    "transport": ("Non Residential", "Railway building"),
    "other": ("Outdoor Structure", "Refuse/rubbish tip"),
}
SERVICE = "Hampshire and Isle of Wight"
PUMP_MEDIAN_SECONDS, PUMP_SPREAD = 430.0, 0.35
ROUNDED_TO = 100  # metres; the centre of the grid square is delivered
CP1252_MONTH, MARKED_MONTH = "2022-11", "2023-08"

PLANTING = Planting(
    feed=feed.name,
    keys=("incident_number",),
    prefix="99",
    copies_in=6,
    faults=(
        RowFault(2, "the date does not exist", {"date_of_call": "31/06/2022"}),
        RowFault(4, "the group is none", {"incident_group": "Rescue"}),
        RowFault(
            9, "0,0 stands for unknown, where a blank is agreed", {"easting_rounded": "0", "northing_rounded": "0"}
        ),
        RowFault(12, "easting and northing are swapped", {"easting_rounded": "112050", "northing_rounded": "442050"}),
        RowFault(14, "the cause is a word of false alarms", {"accidental_or_deliberate": "Malicious"}),
        RowFault(17, "the pump arrived before it was sent", {"first_pump_arriving_attendance_time": "-120"}),
        RowFault(20, "the headings stand among the rows", {column.header: column.header for column in feed.columns}),
        RowFault(22, "a spreadsheet rounded the number", {"incident_number": "1.23456E+13"}),
    ),
)


@dataclass(frozen=True)
class Attended:
    """All incidents in order of call: `columns` by contract name, `harm` as an index into the harms (arson) or -1."""

    harm: np.ndarray
    month: np.ndarray
    located: np.ndarray
    columns: dict[str, pa.Array]


def build(harms: Harms, geography: Geography, where: Places, scale: float, rng: np.random.Generator) -> Attended:
    """Return the service's records of every incident in the simulated years."""
    arson = np.flatnonzero(
        np.isin(harms.offence, [NUMBER[code] for code in ARSON]) & (rng.random(len(harms)) < ARSON_ATTENDED)
    )
    round_the_clock = RHYTHMS.index("round")
    yearly = YEARLY * scale - len(arson) / patterns.YEARS
    days = patterns.draw_days(rng, patterns.day_weights(rng)[round_the_clock], yearly)
    minute = patterns.draw_minutes(rng, days, np.full(len(days), round_the_clock))
    place = np.concatenate([harms.place[arson], where.draw(rng, "violence", len(days))])
    call = np.concatenate([harms.minute[arson] + rng.integers(2, 25, len(arson)), minute])
    harm = np.concatenate([arson, np.full(len(days), -1)])
    group = np.where(harm >= 0, FIRE, pick(rng, np.array(GROUP_SHARES), len(harm)))
    month = patterns.month_index(call // patterns.DAY_MINUTES)
    kept = np.flatnonzero((month >= 0) & (month < len(patterns.MONTHS)))
    kept = kept[np.lexsort((kept, call[kept]))]
    harm, place, call, group = harm[kept], place[kept], call[kept], group[kept]
    located = rng.random(len(kept)) >= UNLOCATED
    columns = {
        **_call(call),
        **_kind(group, harm >= 0, rng),
        **_place(harms, geography, where, harm, place, located, rng),
        **_response(geography, where, place, group, rng),
        "stop_message": _messages(rng, len(kept)),
    }
    return Attended(harm, month[kept], located, columns)


def month_table(attended: Attended, number: int) -> tuple[pa.Table, np.ndarray]:
    """Return the delivery of one month (index into patterns.MONTHS), and its rows as indices into `attended`."""
    rows = np.flatnonzero(attended.month == number)
    columns = {name: values.take(pa.array(rows)) for name, values in attended.columns.items()}
    return deliveries.table(feed, columns), rows


def write(path: Path, month: str, delivery: pa.Table) -> Path:
    """Write one month in the encoding the service used for it."""
    content = deliveries.csv_bytes(delivery)
    if month == CP1252_MONTH:
        content = content.decode("utf-8").encode("cp1252")
    if month == MARKED_MONTH:
        content = b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")
    path.write_bytes(content)
    return path


def deliver(inbox: Path, attended: Attended, faults: list[PlantedFault]) -> list[Path]:
    """Write one file per month, with planted faults."""
    paths = []
    for number, month in enumerate(patterns.MONTHS):
        path = inbox / f"fire_incidents_{month}.csv"
        table, rows = month_table(attended, number)
        is_fire = np.asarray(table["accidental_or_deliberate"].is_valid())
        table, planted_here = plant(PLANTING, table, attended.month[rows], is_fire & attended.located[rows], path.name)
        faults += planted_here
        paths.append(write(path, str(month), table))
    return paths


def canaries(attended: Attended) -> Canaries:
    """Return identifiers that must occur in no output of the pipeline."""
    return {feed.name: spread(attended.columns, ("postcode", "stop_message"))}


def _call(call: np.ndarray) -> dict[str, pa.Array]:
    days = (texts.UNIX_DAYS + call // patterns.DAY_MINUTES).astype("datetime64[D]").astype(str)
    day, month, year = (np.array([date[part] for date in days]) for part in (slice(8, 10), slice(5, 7), slice(0, 4)))
    stamps = np.char.add(np.char.add(day, month), year)
    british = np.char.add(np.char.add(np.char.add(day, "/"), np.char.add(month, "/")), year)
    return {
        "incident_number": texts.joined(
            texts.whole(np.arange(len(call)) + 1, 6), pa.array(stamps, pa.string()), by="-"
        ),
        "call_date": pa.array(british, pa.string()),
        "cal_year": pa.array(year, pa.string()),
        "call_time": texts.clocks(call),
        "hour_of_call": texts.whole(call // 60 % 24),
        "called_at": texts.times(call),
    }


def _kind(group: np.ndarray, is_arson: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    count = len(group)
    stops = [name for row in STOPS for name, _ in row]
    shares = np.zeros((len(STOPS), len(stops)))
    for number, row in enumerate(STOPS):
        shares[number, [stops.index(name) for name, _ in row]] = [share for _, share in row]
    stop = np.array([pick(rng, row, count) for row in shares])[group, np.arange(count)]
    draw = rng.random(count)
    deliberate = is_arson | (draw < DELIBERATE)
    cause = np.where(deliberate, 1, np.where(draw > 1 - UNKNOWN_CAUSE, 2, 0))
    service = texts.chosen(list(SPECIAL_SERVICES), pick(rng, np.array(SPECIAL_SHARES), count))
    attacked = (rng.random(count) < ATTACKS).astype(int)
    return {
        "incident_group": texts.chosen(list(INCIDENT_GROUPS), group),
        "stop_code_description": texts.chosen(stops, stop),
        "special_service_type": texts.where(group == SPECIAL, service),
        "accidental_or_deliberate": texts.where(
            group == FIRE, texts.chosen(("Accidental", "Deliberate", "Not known"), cause)
        ),
        "is_attack_on_firefighters": texts.chosen(("No", "Yes"), attacked),
    }


def _place(
    harms: Harms, geography: Geography, where: Places, harm: np.ndarray, place: np.ndarray, located: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, pa.Array]:  # fmt: skip
    count = len(place)
    kind, area = where.kind[place], where.area[place]
    exact = located & (kind != KINDS.index("dwelling"))
    metres = {
        "easting": np.where(harm >= 0, harms.easting[harm], where.easting[place]),
        "northing": np.where(harm >= 0, harms.northing[harm], where.northing[place]),
    }
    columns = {name: texts.where(exact, texts.whole(values)) for name, values in metres.items()}
    columns |= {
        f"{name}_rounded": texts.where(located, texts.whole(values // ROUNDED_TO * ROUNDED_TO + ROUNDED_TO // 2))
        for name, values in metres.items()
    }
    district = geography.district[area]
    names = [facts.name for facts in DISTRICTS]
    wards = area_codes(FIRST_WARD, int(geography.ward.max()) + 1)
    ward_names = [f"Ward {number + 1}" for number in range(len(wards))]
    outward = [f"{facts.postcode_area}9" for facts in DISTRICTS]
    inward = texts.chosen(INWARD, rng.integers(0, len(INWARD), count))
    category, property_type = ([PROPERTIES[name][n] for name in KINDS] for n in (0, 1))
    return columns | {
        "property_category": texts.chosen(category, kind),
        "property_type": texts.chosen(property_type, kind),
        "address_qualifier": texts.chosen(("In street close to gazetteer location", "Correct incident location"),
                                          exact.astype(int)),
        "postcode": texts.where(exact, texts.joined(texts.chosen(outward, district), inward, by=" ")),
        "postcode_district": texts.chosen(outward, district),
        "borough_code": texts.chosen([facts.code for facts in DISTRICTS], district),
        "borough_name": texts.chosen([name.upper() for name in names], district),
        "proper_case": texts.chosen(names, district),
        "ward_code": texts.chosen(wards, geography.ward[area]),
        "ward_name": texts.chosen([name.upper() for name in ward_names], geography.ward[area]),
        "ward_name_new": texts.chosen(ward_names, geography.ward[area]),
    }  # fmt: skip


def _response(
    geography: Geography, where: Places, place: np.ndarray, group: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    count = len(place)
    district = geography.district[where.area[place]]
    stations = [f"{facts.name} fire station" for facts in DISTRICTS]
    first = rng.lognormal(np.log(PUMP_MEDIAN_SECONDS), PUMP_SPREAD, count).astype(np.int64)
    pumps = 1 + rng.binomial(2, np.where(group == FIRE, 0.35, 0.15))
    second = np.where(pumps > 1, first + rng.integers(20, 400, count), 0)
    ground = texts.chosen(stations, district)
    return {
        "frs": texts.constant(SERVICE, count),
        "incident_station_ground": ground,
        "first_pump_seconds": texts.whole(first),
        "first_pump_arriving_deployed_from_station": ground,
        "second_pump_seconds": texts.where(pumps > 1, texts.whole(second)),
        "second_pump_arriving_deployed_from_station": texts.where(pumps > 1, ground),
        "num_stations_with_pumps_attending": texts.constant("1", count),
        "num_pumps_attending": texts.whole(pumps),
    }


def _messages(rng: np.random.Generator, count: int) -> pa.Array:
    names = people.full_names(rng, 1_000)
    shapes = (
        "Occupier {0} informed, property left secure",
        "rubbish alight, extinguished by hose reel; {0} states youths ran off",
        "Entry effected for police, {0} conveyed by ambulance",
    )
    notes = [shapes[number % len(shapes)].format(name) for number, name in enumerate(names)]
    return texts.chosen(notes, rng.integers(0, len(notes), count))
