"""Anti-social behaviour as logged by the districts: one workbook a month with a sheet for each district.

Complaints are made hours or days after the event, many without a time or place, and some are forwarded by police, who
count them too. Level: docs/methods.md#levels, 20,000 a year; the thirteen headings are those of the national code list
[S], their shares and all delays assumptions of shape [P].
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.local_authorities import antisocial_behaviour as feed
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts, workbooks
from vrp_pipeline.synthetic.truth import planted
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.truth.planted import PlantedFault, Planting, RowFault
from vrp_pipeline.synthetic.world import patterns, people, postcodes
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.places import Places, scatter
from vrp_pipeline.synthetic.world.streams import pick

YEARLY = 20_000
SHEET = "(sheet)"
# Local heading, national category, share.
CATEGORIES = (
    ("Rowdy or inconsiderate behaviour", "Nuisance", 0.38), ("Rowdy or nuisance neighbours", "Personal", 0.14),
    ("Vehicle nuisance", "Nuisance", 0.10), ("Noise", "Nuisance", 0.09), ("Street drinking", "Nuisance", 0.05),
    ("Malicious or nuisance communications", "Personal", 0.05),
    ("Littering or drug paraphernalia", "Environmental", 0.06), ("Vehicle abandoned", "Environmental", 0.05),
    ("Begging or vagrancy", "Nuisance", 0.03),
    ("Animal problems", "Nuisance", 0.02), ("Trespass", "Nuisance", 0.02), ("Fireworks", "Nuisance", 0.005),
    ("Prostitution-related", "Nuisance", 0.005),
)  # fmt: skip
SOURCES = (("council", 0.70), ("police", 0.12), ("housing", 0.18))
PREFIXES = ("POR", "SOT", "IOW", "BAS", "EHA", "EAS", "FAR", "GOS", "HAR", "HAV", "NFO", "RUS", "TES", "WIN")
DELAY_MEDIAN_MINUTES, DELAY_SPREAD = 600.0, 1.3
TIME_MISSING, PLACE_MISSING, AREA_MISSING, REPEAT = 0.30, 0.15, 0.12, 0.22
STATUSES = (("open", 0.25), ("closed", 0.65), ("referred", 0.10))
ACTIONS = ("warning letter", "advice given", "acceptable behaviour contract", "joint visit", "no further action")
CLOSED_AFTER_DAYS = 20
TITLES = ("Reports of anti-social behaviour (simulated data)",)
NOTE = "One sheet for each district. Please use the agreed headings; leave blank what is not known."
PLANTING = Planting(
    feed=feed.name,
    keys=("asb_ref",),
    prefix="ZZZ99-",
    rows_per_fault=60,
    copies_in=11,
    faults=(
        RowFault(1, "the time is a remark", {"reported_datetime": "not known"}),
        RowFault(3, "0,0 stands for unknown, where a blank is agreed", {"easting": "0", "northing": "0"}),
        RowFault(5, "easting and northing are swapped", {"easting": "113600", "northing": "442300"}),
        RowFault(7, "the category has a local word added", {"nsir_category": "Nuisance – street drinking"}),
        RowFault(9, "a spreadsheet rounded the reference", {"asb_ref": "2.2E+10"}),
        RowFault(13, "the status is not agreed", {"case_status": "on hold"}),
        RowFault(15, "the day of closing is a word", {"closed_date": "ongoing"}),
        RowFault(18, "the small area is a name", {"lsoa_code": "Southampton 001A"}),
    ),
)


@dataclass(frozen=True)
class Complaints:
    """All complaints in order: `columns` by contract name, `month` (index into patterns.MONTHS), and complete rows."""

    columns: dict[str, pa.Array]
    month: np.ndarray
    is_sound: np.ndarray


def build(geography: Geography, where: Places, scale: float, rng: np.random.Generator) -> Complaints:
    """Return the complaints logged by the districts in the simulated years."""
    return Complaints(*_columns(geography, where, scale, rng))


def deliver(inbox: Path, complaints: Complaints, faults: list[PlantedFault]) -> list[Path]:
    """Write one workbook a month and record its planted faults in `faults`."""
    columns, month, is_sound = complaints.columns, complaints.month, complaints.is_sound
    paths = []
    for number, name in enumerate(patterns.MONTHS):
        rows = np.flatnonzero(month == number)
        table = deliveries.table(feed, {key: values.take(pa.array(rows)) for key, values in columns.items()})
        path = inbox / f"asb_districts_{name}.xlsx"
        table, here = planted.plant(PLANTING, table, month[rows], is_sound[rows], path.name)
        sheets, here = _by_sheet(table, here)
        faults += here
        paths.append(
            workbooks.write(
                path, sheets, titles=TITLES, numbers=("easting", "northing"),
                dates=("reported_datetime", "occurred_datetime", "closed_date"), notes={"Cover": NOTE},
            )
        )  # fmt: skip
    return paths


def canaries(complaints: Complaints) -> Canaries:
    """Return identifiers that must occur in no output of the pipeline."""
    return {feed.name: spread(complaints.columns, ("postcode", "complainant_name", "notes"))}


def _by_sheet(table: pa.Table, faults: list[PlantedFault]) -> tuple[dict[str, pa.Table], list[PlantedFault]]:
    """Return one table per district, and the faults with row numbers that continue from sheet to sheet."""
    names = np.array(table[SHEET].to_pylist())
    place = {district.name: number for number, district in enumerate(DISTRICTS)}
    order = np.argsort([place[name] for name in names], kind="stable")
    row_of = np.argsort(order)
    sorted_table = table.take(pa.array(order)).drop_columns([SHEET])
    first = np.searchsorted([place[name] for name in names[order]], np.arange(len(DISTRICTS) + 1))
    sheets = {
        district.name: sorted_table.slice(int(first[number]), int(first[number + 1] - first[number]))
        for number, district in enumerate(DISTRICTS)
    }
    return sheets, [replace(fault, row=int(row_of[(fault.row or 1) - 1]) + 1) for fault in faults]


def _columns(
    geography: Geography, where: Places, scale: float, rng: np.random.Generator
) -> tuple[dict[str, pa.Array], np.ndarray, np.ndarray]:
    """Return columns by contract name in order of complaint, the month of each row, and which rows are complete."""
    weights = patterns.day_weights(rng)[0]
    days = patterns.draw_days(rng, weights, YEARLY * scale)
    occurred = patterns.draw_minutes(rng, days, np.zeros(len(days), dtype=int))
    delay = rng.lognormal(np.log(DELAY_MEDIAN_MINUTES), DELAY_SPREAD, len(days)).astype(np.int64)
    reported = occurred + 5 + delay
    month = patterns.month_index(reported // patterns.DAY_MINUTES)
    kept = np.flatnonzero((month >= 0) & (month < len(patterns.MONTHS)))
    kept = kept[np.argsort(reported[kept], kind="stable")]
    occurred, reported, month = occurred[kept], reported[kept], month[kept]
    count = len(kept)
    place = where.draw(rng, "street", count)
    easting, northing = scatter(rng, where, geography, place)
    district = geography.district[where.area[place]]
    category = pick(rng, np.array([share for *_, share in CATEGORIES]), count)
    status = pick(rng, np.array([share for _, share in STATUSES]), count)
    is_located, has_area = rng.random(count) >= PLACE_MISSING, rng.random(count) >= AREA_MISSING
    names = pa.array(people.full_names(rng, 1_000).tolist(), pa.string())
    name = texts.at(names, rng.integers(0, len(names), count))
    year = texts.whole((patterns.EPOCH + reported // patterns.DAY_MINUTES).astype("datetime64[Y]").astype(int) - 30, 2)
    closed = reported // patterns.DAY_MINUTES + rng.integers(0, CLOSED_AFTER_DAYS, count)
    # A month's workbook is saved at the end of the month: cases closed later are still open in it.
    is_open = patterns.month_index(closed) > month
    status = np.where((status == 1) & is_open, 0, status)
    columns = {
        "district_name": texts.chosen([item.name for item in DISTRICTS], district),
        "asb_reference": texts.joined(
            texts.joined(texts.chosen(PREFIXES, district), year), texts.whole(np.arange(count) + 1, 6), by="-"
        ),
        "source_system": texts.chosen(
            [name for name, _ in SOURCES], pick(rng, np.array([share for _, share in SOURCES]), count)
        ),
        "reported_at": texts.times(reported),
        "occurred_at": texts.where(rng.random(count) >= TIME_MISSING, texts.times(occurred // 15 * 15)),
        "nsir_category": texts.chosen([item[1] for item in CATEGORIES], category),
        "local_category": texts.chosen([item[0] for item in CATEGORIES], category),
        "easting": texts.where(is_located, texts.whole(easting)),
        "northing": texts.where(is_located, texts.whole(northing)),
        "postcode": texts.where(is_located, postcodes.near(rng, district)),
        "lsoa_code": texts.where(has_area, texts.chosen(geography.codes, where.area[place])),
        "ward_code": texts.where(
            has_area,
            texts.joined(texts.constant("E05", count), texts.whole(geography.ward[where.area[place]] + 900_001, 6)),
        ),
        "complainant_name": name,
        "is_repeat_complainant": texts.chosen(("N", "Y"), (rng.random(count) < REPEAT).astype(int)),
        "case_status": texts.chosen([name for name, _ in STATUSES], status),
        "closed_on": texts.where(status == 1, texts.dates(closed)),
        "action_taken": texts.where(status > 0, texts.chosen(ACTIONS, rng.integers(0, len(ACTIONS), count))),
        "notes": texts.joined(name, texts.constant("rang again about the same corner", count), by=" "),
    }
    return columns, month, is_located & has_area & (status == 1)
