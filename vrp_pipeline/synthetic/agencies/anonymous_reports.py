"""Anonymous reports: one JSON document a month from a charity's hotline, with free text full of names.

Level: docs/methods.md#levels, 1,000 a year; shares are assumptions of shape [P].
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.communities import anonymous_reports as feed
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import nested, texts
from vrp_pipeline.synthetic.truth import planted
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.truth.planted import PlantedFault, Planting, RowFault
from vrp_pipeline.synthetic.world import patterns, people
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.places import Places
from vrp_pipeline.synthetic.world.streams import pick

YEARLY = 1_000
LEAST_A_MONTH = 3  # so that a small simulation covers every month
CHANNELS = (("phone", 0.35), ("web form", 0.40), ("youth site", 0.25))
TOPICS = (("knife carrying", 0.27), ("firearm", 0.05), ("violence", 0.22), ("gang activity", 0.16),
          ("exploitation", 0.14), ("robbery", 0.06), ("domestic abuse", 0.10))  # fmt: skip
AGE_BANDS = (("under 18", 0.30), ("18 to 24", 0.25), ("25 and over", 0.20), ("unknown", 0.25))
WEAPONS = (
    ("knife", 0.34),
    ("firearm", 0.05),
    ("knife;firearm", 0.03),
    ("corrosive", 0.01),
    ("other", 0.05),
    (None, 0.52),
)
GRADES = (("A", 0.05), ("B", 0.05), ("C", 0.30), ("D", 0.57), ("E", 0.03))
HANDLING = (("P", 0.86), ("C", 0.14))
GRADED, DISTRICT_MISSING, AREA_MISSING = 0.93, 0.12, 0.45
SAID = ("keeps one under the mattress", "carries it to the bus stop every day")
PLACES = ("behind the bins at", "in the garage next to")
NUMBERS = {"grading.is_graded"}
PLANTING = Planting(
    feed=feed.name,
    keys=("report_id",),
    prefix="AR99",
    rows_per_fault=60,  # of which 29 name a small area: one faulty code stays below the 5 % the suite tolerates
    faults=(
        RowFault(2, "the time is a word", {"received_datetime": "yesterday evening"}),
        RowFault(6, "the topic is not agreed", {"topic": "county lines"}),
        RowFault(11, "the reporter's own words stand for a weapon", {"mentions.weapons": "a big machete"}),
        RowFault(15, "the small area is a street", {"place.lsoa_code": "Alder Road"}),
        RowFault(20, "the handling code is of an older scheme", {"grading.handling": "5"}),
    ),
)


@dataclass(frozen=True)
class Reports:
    """All reports in order of receipt: `columns` by contract name, `month` as an index into patterns.MONTHS."""

    columns: dict[str, pa.Array]
    month: np.ndarray


def build(geography: Geography, where: Places, scale: float, rng: np.random.Generator) -> Reports:
    """Return the reports received in the simulated years."""
    return Reports(*_columns(geography, where, scale, rng))


def deliver(inbox: Path, reports: Reports, faults: list[PlantedFault]) -> list[Path]:
    """Write one document a month and record its planted faults in `faults`."""
    columns, month = reports.columns, reports.month
    paths = []
    for number, name in enumerate(patterns.MONTHS):
        rows = np.flatnonzero(month == number)
        table = deliveries.table(feed, {key: values.take(pa.array(rows)) for key, values in columns.items()})
        path = inbox / f"anonymous_reports_{name}.json"
        table, here = planted.plant(PLANTING, table, month[rows], np.ones(len(rows), dtype=bool), path.name)
        faults += here
        records = nested.json_lines(table, plain=NUMBERS, lists={"mentions.weapons"}).decode().splitlines()
        head = json.dumps({"charity": "simulated data", "month": str(name)})
        path.write_text(f'{head[:-1]}, "reports": [\n' + ",\n".join(records) + "\n]}\n", encoding="utf-8")
        paths.append(path)
    return paths


def canaries(reports: Reports) -> Canaries:
    """Return reporters' words and phrases that must occur in no output of the pipeline."""
    return {feed.name: {**spread(reports.columns, ("location_text", "report_text")), "phrase": [*SAID, *PLACES]}}


def _columns(
    geography: Geography, where: Places, scale: float, rng: np.random.Generator
) -> tuple[dict[str, pa.Array], np.ndarray]:
    """Return columns by contract name in order of receipt, and the month of each row."""

    def drawn(shares: tuple[tuple[str | None, float], ...]) -> pa.Array:
        index = pick(rng, np.array([share for _, share in shares]), count)
        return pa.array([name for name, _ in shares], pa.string()).take(pa.array(index))

    weights = patterns.day_weights(rng)[3]
    days = np.concatenate([_days_of(rng, weights, number, scale) for number in range(len(patterns.MONTHS))])
    minute = np.sort(patterns.draw_minutes(rng, days, np.full(len(days), 3)))
    count = len(minute)
    area = where.area[where.draw(rng, "street", count)]
    has_district = rng.random(count) >= DISTRICT_MISSING
    has_area = has_district & (rng.random(count) >= AREA_MISSING)
    is_graded = rng.random(count) < GRADED
    names = people.full_names(rng, count)
    said = pa.array([f"{name} {SAID[number % 2]}" for number, name in enumerate(names)], pa.string())
    place = pa.array([f"{PLACES[number % 2]} {name}'s" for number, name in enumerate(names)], pa.string())
    return {
        "report_id": texts.joined(texts.constant("AR", count), texts.whole(np.arange(count) + 1, 8)),
        "received_at": texts.times(minute),
        "channel": drawn(CHANNELS),
        "topic": drawn(TOPICS),
        "location_text": place,
        "lsoa_code": texts.where(has_area, texts.chosen(geography.codes, area)),
        "district_code": texts.where(
            has_district, texts.chosen([item.code for item in DISTRICTS], geography.district[area])
        ),
        "age_band_mentioned": drawn(AGE_BANDS),
        "weapons_mentioned": drawn(WEAPONS),
        "is_graded": texts.chosen(("false", "true"), is_graded.astype(int)),
        "source_grade": texts.where(is_graded, texts.chosen(("2", "1"), (rng.random(count) < 0.02).astype(int))),
        "intelligence_grade": texts.where(is_graded, drawn(GRADES)),
        "handling_code": texts.where(is_graded, drawn(HANDLING)),
        "report_text": said,
    }, patterns.month_index(minute // patterns.DAY_MINUTES)  # fmt: skip


def _days_of(rng: np.random.Generator, weights: np.ndarray, number: int, scale: float) -> np.ndarray:
    """Return the days (since patterns.EPOCH) of one month's reports."""
    mine = patterns.month_index(np.arange(patterns.DAYS)) == number
    count = max(LEAST_A_MONTH, int(rng.poisson(YEARLY * scale / 365.25 * weights[mine].sum())))
    return pick(rng, np.where(mine, weights, 0.0), count)
