"""The extract of police offences as tests of alerts deliver it, whole or with a March that is held; what is absent."""

from datetime import UTC, datetime
from pathlib import Path

from tests.support.deliveries import rows_of, write_rows
from vrp_pipeline.alerts.absences import absent_by_agency, overdue_months
from vrp_pipeline.alerts.condition import Condition
from vrp_pipeline.calendar.calendar_for_people import calendar_for_people
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.receipt import receive

OFFENCES = FEEDS["police__offences"]
# The day after the fixture's deliveries, on which April is not due yet.
NOW = datetime(2024, 4, 4, 6, tzinfo=UTC)


def extract(folder: Path, march: int, name: str = "offences.csv") -> Path:
    """Write the extract of all months to March 2024, which has `march` times its rows."""
    rows = rows_of(OFFENCES.name)
    last = [row for row in rows if row["date_recorded"] >= "2024-03"]
    kept = [row for row in rows if row["date_recorded"] < "2024-03"]
    made = [
        {**row, "crime_reference": f"4424{copy}{number:06d}"}
        for copy in range(march)
        for number, row in enumerate(last)
    ]
    folder.mkdir(exist_ok=True)
    return write_rows(folder / name, kept + made)


def deliver(lake: Lake, folder: Path, march: int, name: str = "offences.csv") -> None:
    """Receive and ingest that extract."""
    for receipt in receive(lake, [extract(folder, march, name)], datetime(2024, 4, 3, 9, tzinfo=UTC)):
        assert receipt.refusal is None
    ingest(lake, OFFENCES)


def by_agency(lake: Lake, now: datetime) -> list[Condition]:
    """What is overdue, told by feed and agency although most agencies deliver nothing in these lakes."""
    return list(absent_by_agency(overdue_months(calendar_for_people(lake, now=now))))
