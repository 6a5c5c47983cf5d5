"""Tables and counts of the simulated truth: read only by evaluation and tests.

Everything is counted from the simulation's own arrays with numpy, never by the pipeline's code, so that the truth is
independent of the published figures it is compared with.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.synthetic.agencies.communities import COUNTED_TYPES, Entry
from vrp_pipeline.synthetic.agencies.police import EXTRACTS, Records
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.truth.planted import PlantedFault
from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.crimes import Crimes
from vrp_pipeline.synthetic.world.districts import DISTRICTS, FORCE_CODE
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.incidents import Harms
from vrp_pipeline.synthetic.world.offences import (
    INJURIES,
    IS_POSSESSION,
    IS_SERIOUS,
    OFFENCES,
    TIERS,
    WEAPONS,
)
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.places import KINDS, Places

UNLOCATED = "unlocated"
YEARS = ("2022-23", "2023-24")
_COUNT_SCHEMA = pa.schema(
    [
        ("metric_id", pa.string()),
        ("as_of", pa.date32()),
        ("financial_year", pa.string()),
        ("area_code", pa.string()),
        ("breakdown", pa.string()),
        ("category", pa.string()),
        ("value", pa.int64()),
    ]
)
_FAULT_SCHEMA = pa.schema(
    [(name, pa.int32() if name == "row" else pa.string()) for name in PlantedFault.__dataclass_fields__]
)


def incidents(harms: Harms, geography: Geography, where: Places) -> pa.Table:
    """Return one row per incident: its first harm, the number of harms, and the agencies that know of it."""
    _, first, number = np.unique(harms.incident, return_index=True, return_inverse=True)
    count = len(first)
    area = where.area[harms.place[first]]
    # An incident beyond the border happened in no small area of the partnership.
    is_here = geography.area_at(harms.easting[first], harms.northing[first]) >= 0
    known, attends = (
        np.bincount(number, weights=seen, minlength=count) > 0 for seen in (harms.known_to_police, harms.attends)
    )
    return pa.table(
        {
            "incident_id": _incident_ids(harms.incident[first]),
            "occurred_at": pa.array((harms.minute[first] + texts.UNIX_DAYS * 1440) * 60_000_000).cast(
                pa.timestamp("us")
            ),
            "easting": pa.array(harms.easting[first].astype(np.int32)),
            "northing": pa.array(harms.northing[first].astype(np.int32)),
            "lsoa_code": texts.where(is_here, texts.chosen(geography.codes, area)),
            "district_code": texts.where(is_here, texts.chosen([d.code for d in DISTRICTS], geography.district[area])),
            "place_kind": texts.chosen(KINDS, where.kind[harms.place[first]]),
            "offence_code": texts.chosen([item.code for item in OFFENCES], harms.offence[first]),
            "is_serious_violence": pa.array(IS_SERIOUS[harms.offence[first]]),
            "weapon": texts.chosen(WEAPONS, harms.weapon[first]),
            "injury": texts.chosen(INJURIES, harms.injury[first]),
            "is_domestic": pa.array(harms.is_domestic[first]),
            "harms": pa.array(np.bincount(number, minlength=count).astype(np.int32)),
            "known_to_police": pa.array(known),
            "seen_by_health": pa.array(attends),
        }
    )


def police_records(harms: Harms, crimes: Crimes, records: Records, victims: People) -> pa.Table:
    """Return `records_of` the rows of the newest record extract, with the force's own references of victims."""
    last = int((patterns.END - patterns.EPOCH).astype(int)) + 2
    rows = np.flatnonzero(crimes.keyed[records.crime] <= last)
    crime = records.crime[rows]
    found = records_of(
        "police__offences", texts.whole(crimes.reference[crime]), crimes.harm[crime], records.victim[rows],
        np.zeros(len(rows), bool), harms, victims,
    )  # fmt: skip
    references = texts.at(records.columns["victim_pseudonym"], rows)
    return found.set_column(found.column_names.index("victim_ref"), "victim_ref", references)


def records_of(
    feed: str, keys: pa.Array, harm: np.ndarray, person: np.ndarray, is_duplicate: np.ndarray, harms: Harms,
    victims: People,
) -> pa.Table:  # fmt: skip
    """Return one row per agency record of an incident: feed, natural key, incident, person harmed and attributes.

    `person_id` is the same in every feed. Records without an incident (harm -1: accidents) are omitted; `is_duplicate`
    marks a second record of the same event.
    """
    mine = np.flatnonzero(harm >= 0)
    harm, person = harm[mine], person[mine]
    someone = np.where(person >= 0, person, 0)
    return pa.table(
        {
            "feed": texts.constant(feed, len(mine)),
            "key": texts.at(keys, mine),
            "victim_ref": texts.blank(len(mine)),
            "incident_id": _incident_ids(harms.incident[harm]),
            "harm_id": pa.array(harm.astype(np.int32)),
            "person_id": texts.where(
                person >= 0, texts.joined(texts.constant("P", len(mine)), texts.whole(someone, 7))
            ),
            "age": pa.array(victims.ages(someone, patterns.EPOCH + harms.day[harm]).astype(np.int32), mask=person < 0),
            "is_female": pa.array(victims.is_female[someone], mask=person < 0),
            "is_duplicate": pa.array(is_duplicate[mine]),
        }
    )


def offence_counts(
    harms: Harms, crimes: Crimes, records: Records, geography: Geography, where: Places
) -> list[dict[str, object]]:
    """Return M1 and M1b as of each extract: active crimes of serious violence by recorded date.

    By force, by district (or unlocated) and, for the force, by month and tier.
    """
    area = np.where(records.located, geography.district[where.area[harms.place[crimes.harm]]], len(DISTRICTS))
    month = patterns.month_index(crimes.recorded)
    tier_of = np.array([TIERS.index(item.tier) if item.tier else -1 for item in OFFENCES])
    rows: list[dict[str, object]] = []
    for as_of in EXTRACTS:
        day = int((as_of - patterns.EPOCH).astype(int))
        offence = crimes.offence_on(day)
        held = (crimes.keyed <= day) & (crimes.recorded < patterns.month_start(day)) & (crimes.status_on(day) == 0)
        for metric, counted in (("M1", IS_SERIOUS), ("M1b", IS_SERIOUS & ~IS_POSSESSION)):
            mine = np.flatnonzero(held & counted[offence])
            rows += _count(metric, as_of, month[mine], area[mine], tier_of[offence[mine]], "tier", TIERS)
    return rows


def event_counts(log: dict[str, list[Entry]]) -> list[dict[str, object]]:
    """Return M9: events that count, each once however many agencies entered it, by force, district, month and type."""
    rows: list[dict[str, object]] = []
    for year, entries in log.items():
        counted: dict[int, Entry] = {}
        for entry in entries:  # in order of start: the first entry of an event determines its month
            if entry.counts:
                counted.setdefault(entry.true_event, entry)
        area = np.array([len(DISTRICTS) if entry.district is None else entry.district for entry in counted.values()])
        days = np.array([entry.starts for entry in counted.values()], "datetime64[D]") - patterns.EPOCH
        kind = np.array([COUNTED_TYPES.index(entry.event_type) for entry in counted.values()])
        as_of = patterns.END - 1 if year == YEARS[-1] else patterns.SECOND_YEAR - 1
        rows += _count("M9", as_of, patterns.month_index(days.astype(int)), area, kind, "event_type", COUNTED_TYPES)
    return rows


def _count(
    metric: str, as_of: np.datetime64, month: np.ndarray, area: np.ndarray, kind: np.ndarray, kind_name: str,
    kinds: Sequence[str],
) -> list[dict[str, object]]:  # fmt: skip
    """Return counts by month (index into patterns.MONTHS), area (the last: unlocated) and kind."""
    rows: list[dict[str, object]] = []
    for number, year in enumerate(YEARS):
        mine = month // 12 == number
        if not mine.any():
            continue
        months = [str(month) for month in patterns.MONTHS[12 * number : 12 * number + 12]]
        areas = [*(district.code for district in DISTRICTS), UNLOCATED]
        lines: list[tuple[str, str, str, int]] = [(FORCE_CODE, "all", "all", int(np.count_nonzero(mine)))]
        lines += [(code, "all", "all", n) for code, n in zip(areas, _tally(area[mine], len(areas)), strict=True)]
        lines += [(FORCE_CODE, "month", m, n) for m, n in zip(months, _tally(month[mine] % 12, 12), strict=True)]
        lines += [(FORCE_CODE, kind_name, k, n) for k, n in zip(kinds, _tally(kind[mine], len(kinds)), strict=True)]
        rows += [
            {"metric_id": metric, "as_of": as_of.astype(object), "financial_year": year, "area_code": area_code,
             "breakdown": breakdown, "category": category, "value": value}
            for area_code, breakdown, category, value in lines
        ]  # fmt: skip
    return rows


def _tally(numbers: np.ndarray, length: int) -> list[int]:
    return [int(count) for count in np.bincount(numbers, minlength=length)]


def write(
    folder: Path,
    tables: dict[str, pa.Table],
    counts: list[dict[str, object]],
    faults: list[PlantedFault],
    documents: dict[str, object],
) -> None:
    """Write the truth as Parquet tables and JSON documents."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = tables | {
        "expected_counts": pa.Table.from_pylist(counts, schema=_COUNT_SCHEMA),
        "planted_faults": pa.Table.from_pylist([asdict(fault) for fault in faults], schema=_FAULT_SCHEMA),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _incident_ids(incident: np.ndarray) -> pa.Array:
    return texts.joined(texts.constant("I", len(incident)), texts.whole(incident, 7))
