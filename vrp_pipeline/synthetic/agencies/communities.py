"""The event log of the Violence Reduction Unit: one workbook a year, kept by hand, with the usual irregularities.

Title lines above the headings; dates as British text, ISO text and spreadsheet dates; attendance as 'approx 30'; a
second sheet of notes; events entered by several agencies (docs/feeds.md#communities).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from vrp_pipeline.feeds.communities import events as feed
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.truth.canaries import MOST, Canaries
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.people import full_names
from vrp_pipeline.synthetic.world.streams import pick

# Distinct events logged a year at full size. "Over 300" community events and workshops attended are published for
# 2023-24 ([PCC 2024]); some 85 % of the logged events count as such by the rule of M9, about 315. The year
# before had a larger grant but no published number: 330 is an assumption.
LOGGED = {"2022-23": 330, "2023-24": 370}
LEAST_LOGGED = 12
TYPES = (
    ("community event", 0.42),
    ("workshop", 0.25),
    ("school session", 0.27),
    ("planning meeting", 0.04),
    ("training", 0.02),
)
STATUSES = (("held", 0.93), ("cancelled", 0.05), ("planned", 0.02))
COUNTED_TYPES = ("community event", "workshop", "school session")
WITHOUT_STAFF = 0.03
ONLINE = 0.08
ENTERED_TWICE = 0.05
HOSTS = ("Solent Youth Trust", "Harbour Community Boxing", "Wessex Mentors", "Downland Schools Partnership",
         "Creekside Youth Club", "Forest Families", "Southern Street Pastors", "Island Young Voices")  # fmt: skip
AGENCIES = ("Violence Reduction Unit", "Police", "Fire and Rescue", "Youth Justice", "Public Health")
VENUES = ("Community Centre", "Library", "Academy", "Leisure Centre", "Youth Hub", "Church Hall", "College")
PROGRAMMES = ("SCHOOLS", "NAVIGATE", "SAFEPLACES", "CHOICES")
APPROACHES = (
    "mentoring",
    "sports programmes",
    "social skills training",
    "knife crime education",
    "trauma-informed training",
)
TITLE = "Violence Reduction Unit: log of events and workshops {year} (simulated data)"
DATE_STYLES = ("british", "iso", "spreadsheet")
CURRENCY = 2


@dataclass(frozen=True)
class Entry:
    """One line of the log. `true_event` numbers the event; two entries may describe the same one."""

    true_event: int
    event_id: str
    agency: str
    programme: str
    host: str
    event_type: str
    status: str
    starts: datetime
    hours: int
    venue: str | None
    district: int | None
    area: int | None
    planned: int
    attendance: str | int | None
    method: str
    staff: int | None
    approach: str
    cost: float
    contact: str

    @property
    def counts(self) -> bool:
        """Return whether the rule of M9 counts the entry: held, of a public kind, attended by the unit's staff."""
        return self.status == "held" and self.event_type in COUNTED_TYPES and (self.staff or 0) >= 1


def build(geography: Geography, scale: float, rng: np.random.Generator) -> dict[str, list[Entry]]:
    """Return the entries of each financial year in order of start."""
    log = {}
    for year, logged in LOGGED.items():
        count = max(LEAST_LOGGED, round(logged * scale))
        entries = _distinct([_entry(number, year, geography, rng) for number in range(count)])
        entries += [_again(entry, rng) for entry in entries if entry.venue and rng.random() < ENTERED_TWICE]
        entries.sort(key=lambda entry: (entry.starts, entry.true_event, entry.agency))
        log[year] = [
            replace(entry, event_id=f"EV{year[2:4]}{year[5:]}-{number:04d}")
            for number, entry in enumerate(entries, start=1)
        ]
    return log


def write(path: Path, year: str, entries: list[Entry], geography: Geography) -> Path:
    """Write the workbook of one year."""
    headings = deliveries.headings(feed)
    with deliveries.workbook(path) as book:
        bold = book.add_format({"bold": True})
        date_format = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet = book.add_worksheet("Events")
        sheet.merge_range(0, 0, 0, len(headings) - 1, TITLE.format(year=year), bold)
        sheet.write_string(1, 0, "Please add one line per event; approximate numbers are fine")
        sheet.write_row(2, 0, headings, bold)
        for row, entry in enumerate(entries, start=3):
            for column, cell in enumerate(_cells(entry, row, geography)):
                if isinstance(cell, datetime):
                    sheet.write_datetime(row, column, cell, date_format)
                elif isinstance(cell, (int, float)):
                    sheet.write_number(row, column, cell)
                elif cell is not None:
                    sheet.write_string(row, column, cell)
        notes = book.add_worksheet("Notes")
        notes.write_string(0, 0, "Venues are entered as the host names them. Ask the unit before changing a heading.")
    return path


def canaries(log: dict[str, list[Entry]]) -> Canaries:
    """Return remarks that must occur in no output of the pipeline."""
    return {feed.name: {"notes": sorted({_note(entry) for entries in log.values() for entry in entries})[:MOST]}}


def _note(entry: Entry) -> str:
    return f"Booked with {entry.contact}"


def _entry(number: int, year: str, geography: Geography, rng: np.random.Generator) -> Entry:
    def one_of(choices: tuple[str, ...]) -> str:
        return choices[int(rng.integers(0, len(choices)))]

    def weighted(choices: tuple[tuple[str, float], ...]) -> str:
        return choices[int(pick(rng, np.array([share for _, share in choices]), 1)[0])][0]

    first, end = datetime(int(year[:4]), 4, 1), datetime(int(year[:4]) + 1, 4, 1)
    if number == 0:  # one event in March, so that even a short log covers the whole year
        first = datetime(end.year, 3, 1)
    starts = first + timedelta(days=int(rng.integers(0, (end - first).days)))
    starts += timedelta(hours=int(rng.integers(9, 19)), minutes=int(rng.choice([0, 15, 30])))
    area = int(pick(rng, geography.residents, 1)[0])
    is_online = rng.random() < ONLINE
    attendance = int(rng.lognormal(3.3, 0.6)) + 3
    status = weighted(STATUSES)
    return Entry(
        true_event=number,
        event_id="",
        agency=AGENCIES[0],
        programme=one_of(PROGRAMMES),
        host=one_of(HOSTS),
        event_type=weighted(TYPES),
        status=status,
        starts=starts,
        hours=int(rng.integers(1, 4)),
        venue=None if is_online else f"{geography.names[area]} {one_of(VENUES)}",
        district=None if is_online else int(geography.district[area]),
        area=None if is_online else area,
        planned=round(attendance * 1.2),
        attendance=_as_typed(attendance, rng) if status == "held" else None,
        method=one_of(("register", "headcount", "estimate")),
        staff=0 if rng.random() < WITHOUT_STAFF else int(rng.integers(1, 4)),
        approach=one_of(APPROACHES),
        cost=round(float(rng.gamma(2, 180)), CURRENCY),
        contact=str(full_names(rng, 1)[0]),
    )


def _as_typed(attendance: int, rng: np.random.Generator) -> str | int:
    match int(rng.integers(0, 5)):
        case 0:
            return f"approx {attendance // 5 * 5}"
        case 1:
            return f"{attendance // 10 * 10}+" if attendance >= 10 else attendance
        case _:
            return attendance


def _distinct(entries: list[Entry]) -> list[Entry]:
    """Drop entries of distinct events that share date, venue and host, which look like duplicates."""
    kept: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        kept.setdefault((entry.starts.date(), entry.venue, entry.host), entry)
    return list(kept.values())


def _again(entry: Entry, rng: np.random.Generator) -> Entry:
    """Return the event as entered by a partner agency: same date, venue and host, other time and numbers."""
    return replace(
        entry,
        agency=AGENCIES[int(rng.integers(1, len(AGENCIES)))],
        starts=entry.starts + timedelta(minutes=int(rng.choice([0, 15, 30]))),
        attendance=_as_typed(entry.planned, rng) if entry.status == "held" else None,
        cost=0.0,
    )


def _cells(entry: Entry, row: int, geography: Geography) -> list[str | int | float | datetime | None]:
    style = DATE_STYLES[row % len(DATE_STYLES)]
    district = None if entry.district is None else DISTRICTS[entry.district]
    by_name: dict[str, str | int | float | datetime | None] = {
        "event_id": entry.event_id,
        "recorded_by_agency": entry.agency,
        "programme_code": entry.programme,
        "provider_name": entry.host,
        "event_type": entry.event_type,
        "status": entry.status,
        "starts_at": _date_cell(entry.starts, style),
        "ends_at": _date_cell(entry.starts + timedelta(hours=entry.hours), style),
        "venue_name": entry.venue,
        "venue_postcode": f"{district.postcode_area}9 7MC" if district else None,
        "lsoa_code": None if entry.area is None else str(geography.codes[entry.area]),
        "district_code": district.code if district else None,
        "target_age_min": 10,
        "target_age_max": 24,
        "planned_attendance": entry.planned,
        "actual_attendance": entry.attendance,
        "attendance_method": entry.method,
        "vru_staff_present": entry.staff,
        "partner_agencies": "Police;Youth Justice",
        "intervention_tier": "universal" if entry.event_type == "community event" else "targeted",
        "yef_approach": entry.approach,
        "cost_gbp": entry.cost,
        "funder_grant_id": "360G-simulated-0001",
        "notes": _note(entry),
    }
    if set(by_name) != set(feed.by_name):
        raise ValueError(f"{feed.name}: cells differ from the contract: {sorted(set(by_name) ^ set(feed.by_name))}")
    return [by_name[column.name] for column in feed.columns]


def _date_cell(moment: datetime, style: str) -> str | datetime:
    match style:
        case "british":
            return moment.strftime("%d/%m/%Y %H:%M")
        case "iso":
            return moment.strftime("%Y-%m-%d %H:%M:%S")
        case _:
            return moment
