"""A file with exactly as many rows as programs export at most is held until somebody says that it has no more."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.deliveries import rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import standings
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.validation.month_metrics import LIMITS, month_metrics
from vrp_pipeline.validation.profiles import Profile

AMBULANCE = "health__ambulance_incidents"


def at_limit(feed: str, month: str, partitions: dict[str, int], **changes: object) -> float:
    """The limit that a delivery of these rows is at."""
    delivery = Delivery(
        **{
            "delivery_id": "d",
            "feed": feed,
            "file_name": "d.csv",
            "sha256": "d",
            "bytes": 1,
            "received_at": datetime(2024, 6, 1, tzinfo=UTC),
            "partitions": partitions,
            "rows_without_partition": 0,
            "is_simulated": False,
            **changes,
        }  # type: ignore[arg-type]
    )
    stands = standings(FEEDS[feed], [delivery])
    profiles = {each: Profile() for each in stands}
    return float(month_metrics(FEEDS[feed], stands, profiles, [month], {})["rows_at_limit"][month])


@pytest.mark.parametrize("limit", sorted(LIMITS))
def test_one_row_more_or_less_is_at_no_limit(limit: int) -> None:
    found = [at_limit(AMBULANCE, "2024-03", {"2024-03": rows}) for rows in (limit - 1, limit, limit + 1)]
    assert found[1] == limit
    assert {found[0], found[2]} <= {0.0, *map(float, LIMITS - {limit})}


def test_rows_of_all_months_and_of_none_are_those_of_one_file() -> None:
    months = {"2024-02": 29_000, "2024-03": 36_000}
    assert at_limit("police__offences", "2024-03", months, rows_without_partition=535) == 65_535


def test_each_member_of_an_archive_is_a_file_of_its_own() -> None:
    months = {"2024-02": 4_000, "2024-03": 6_000, "2024-04": 5_000}
    assert [at_limit("police__street_crimes", month, months) for month in months] == [0, 0, 5_000]


def test_each_sheet_of_a_workbook_is_a_table_of_its_own() -> None:
    senders = {"2024-03": {"SOUTHAMPTON": 1_000, "PORTSMOUTH": 700}}
    assert at_limit("local_authorities__antisocial_behaviour", "2024-03", {"2024-03": 1_700}, senders=senders) == 1_000


@pytest.mark.parametrize(("rows", "status"), [(999, Status.PUBLISHED), (1_000, Status.HELD)])
def test_a_month_cut_at_a_limit_is_held_with_the_limit(lake: Lake, tmp_path: Path, rows: int, status: Status) -> None:
    one = rows_of(AMBULANCE)[0]
    made = [
        {**one, "incident_number": f"24{row:010d}", "call_connect_datetime": f"2024-03-{1 + row % 28:02d} 23:00:00"}
        for row in range(rows)
    ]
    take(lake, write_rows(tmp_path / "calls.csv", made))
    [verdict] = ingest(lake, FEEDS[AMBULANCE])
    assert verdict.status is status
    assert ("exactly 1,000 rows" in verdict.sentence) == (status is Status.HELD)
