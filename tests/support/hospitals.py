"""Extracts of attendances as several hospitals send them, each for itself or several in one file."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tests.support.deliveries import Row, rows_of, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.receipt import receive

ATTENDANCES = FEEDS["health__emergency_attendances"]


@cache
def _any_attendance() -> Row:
    return rows_of(ATTENDANCES.name)[0]


def attendance(month: str, site: str, day: int, number: str) -> Row:
    """An attendance at a site on a day of a month; a site of no name leaves its cells blank."""
    return {
        **_any_attendance(),
        "EC_Ident": f"{month}/{site}/{number}",
        "Der_Provider_Code": site[:3],
        "Site_Code_of_Treatment": site,
        "Arrival_Date": f"{month}-{day:02d}",
        "EC_Injury_Date": f"{month}-{day:02d}",
    }


def extract(path: Path, month: str, rows_of_site: dict[str, int], first: int = 0, day: int = 10) -> Path:
    """A month's attendances at each site, numbered from `first`, all of one day."""
    made = [
        attendance(month, site, day, str(number))
        for site, rows in rows_of_site.items()
        for number in range(first, first + rows)
    ]
    return write_rows(path, made)


def deliver(lake: Lake, path: Path, day: str) -> Delivery:
    """Receive a file at nine in the morning of a day; it must be new."""
    (receipt,) = receive(lake, [path], datetime.fromisoformat(f"{day} 09:00").replace(tzinfo=UTC))
    assert receipt.refusal is None, receipt.refusal
    assert receipt.delivery is not None
    assert receipt.is_new
    return receipt.delivery
