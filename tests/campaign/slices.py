"""Months whose total is as usual and one slice of which is not: recoded, vanished, blank, or under a new code.

A delivery by itself is in order then; only beside the months before it does a careful person see that it is not.
Every slice has so many rows in each of five months before that chance cannot have taken it away.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.campaign.deliveries import Delivery, base
from tests.campaign.layouts import LAYOUTS
from tests.campaign.pipeline import End, call, earlier_months

HISTORY = ("2023-10", "2023-11", "2023-12", "2024-01", "2024-02")
NEWEST = "2024-03"
ROWS = 280
# Fewer rows in a slice than this might be missing by chance.
FEWEST = 15
KINDS = ("recoded", "vanished", "blank", "new code")
FEEDS_WITH_SLICES = (
    "police__offences",
    "police__street_crimes",
    "health__emergency_attendances",
    "health__ambulance_incidents",
    "health__admissions",
    "fire__incidents",
    "probation__sentenced_offences",
    "local_authorities__antisocial_behaviour",
    "communities__anonymous_reports",
)


@dataclass(frozen=True)
class SliceChange:
    """A slice of a feed, the kind of what happens to it, and the seed that chooses the value."""

    feed: str
    heading: str
    kind: str
    seed: int


def slice_changes(feed: str, seeds: int) -> Iterator[SliceChange]:
    """All kinds of change of all slices of a feed."""
    for heading in LAYOUTS[feed].slices:
        for kind in KINDS if heading != "(sheet)" else ("vanished",):
            for seed in range(seeds):
                yield SliceChange(feed, heading, kind, seed)


def month_of(feed: str, month: str) -> Delivery:
    """The sound delivery of a month."""
    layout = LAYOUTS[feed]
    delivery = base(layout, ROWS)
    if layout.form == "zip":
        rows = [row for rows in delivery.parts.values() for row in rows]
        delivery.parts = {f"{month}/{month}-{layout.record}.csv": rows}
    # A document that names its month covers that month alone.
    delivery.writing.content = [lambda content: content.replace(b'"month": "2024-03"', f'"month": "{month}"'.encode())]
    shift = (HISTORY.index(month) if month in HISTORY else 9) * 1000
    key = delivery.column(layout.key or "")
    for number, row in enumerate(delivery.rows(), start=1):
        for place, cell in enumerate(row):
            row[place] = _in_month(cell, month) if delivery.headings[place] not in layout.canaries else cell
        row[key] = layout.varied[layout.key or ""](shift + number)
    return delivery


def changed(change: SliceChange) -> Delivery:
    """The newest month with its slice changed; only a slice that vanished takes its rows with it."""
    delivery, chance = month_of(change.feed, NEWEST), Random(f"{change}")
    if change.heading == "(sheet)":
        del delivery.parts[chance.choice(list(delivery.parts))]
        return delivery
    place = delivery.column(change.heading)
    counts: dict[Any, int] = {}
    for row in delivery.rows():
        counts[row[place]] = counts.get(row[place], 0) + 1
    large = sorted(value for value, rows in counts.items() if rows >= FEWEST and value)
    chosen = chance.choice(large)
    other = chance.choice([value for value in large if value != chosen])
    for name, rows in delivery.parts.items():
        if change.kind == "vanished":
            delivery.parts[name] = [row for row in rows if row[place] != chosen]
            continue
        for row in rows:
            if row[place] == chosen:
                row[place] = {"recoded": other, "blank": "", "new code": "ZZ9"}[change.kind]
    return delivery


def history(feed: str, folder: Path) -> Path:
    """A lake with the months before."""
    files = []
    folder.mkdir(parents=True, exist_ok=True)
    for month in HISTORY:
        file = folder / f"{month}-{LAYOUTS[feed].file}"
        file.write_bytes(month_of(feed, month).to_bytes())
        files.append(file)
    earlier_months(folder / "lake", feed, files)
    return folder / "lake"


def tried_after(lake: Path, folder: Path, delivery: Delivery) -> End:
    """Send a delivery of the newest month to a copy of a lake."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(lake, folder / "lake")
    file = folder / delivery.layout.file
    file.write_bytes(delivery.to_bytes())
    return call(folder / "lake", delivery.layout.feed, file, None, is_whole=True, only=NEWEST)


def is_published_in_silence(end: End) -> bool:
    """Whether rows of the newest month are published, and nothing is refused, held or put aside."""
    is_told = end.refusals or NEWEST in end.held or any(row["(part)"] == NEWEST for row in end.aside)
    return any(row["(part)"] == NEWEST for row in end.published) and not is_told


def _in_month(cell: Any, month: str) -> Any:
    year, number = map(int, month.split("-"))
    if isinstance(cell, datetime):
        return cell.replace(year=year, month=number, day=min(cell.day, 28))
    if not isinstance(cell, str):
        return cell
    iso = re.match(r"(2024)-(0[1-3])(-\d\d)?(.*)$", cell)
    if iso:
        day = f"-{min(int(iso[3][1:]), 28):02d}" if iso[3] else ""
        return f"{month}{day}{iso[4]}"
    british = re.match(r"(\d\d)/03/2024$", cell)
    return f"{british[1]}/{number:02d}/{year}" if british else cell
