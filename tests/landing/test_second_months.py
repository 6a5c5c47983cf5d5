"""A delivery of one month covers another too only if it holds that month, from senders who had not sent it."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.field_cases import deliveries as make
from tests.support.deliveries import rows_of, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.landing.coverage import coverage
from vrp_pipeline.landing.covered_months import covered_months
from vrp_pipeline.landing.receipt import receive
from vrp_pipeline.release.row_accounts import account

ATTENDANCES, ADMISSIONS, REPORTS = (FEEDS[name] for name in (make.ATTENDANCES, make.ADMISSIONS, make.REPORTS))
IN_JUNE = date(2024, 6, 12)
APRIL, MAY = "2024-04", "2024-05"


def attendances(path: Path, days: Mapping[str, Sequence[str]]) -> Path:
    """The rows of each site, one on each of its days."""
    (row, *_) = rows_of(ATTENDANCES.name)
    return write_rows(
        path,
        [
            {
                **row,
                "EC_Ident": f"{path.stem}/{site}/{number}",
                "Site_Code_of_Treatment": site,
                "Arrival_Date": day,
                "EC_Injury_Date": "",
            }
            for site, of_site in days.items()
            for number, day in enumerate(of_site)
        ],
    )


def month(of: str, rows: int) -> list[str]:
    return [f"{of}-{1 + number % 28:02d}" for number in range(rows)]


@pytest.mark.parametrize(
    ("april", "early", "is_covered"),
    [
        (60, 30, True),
        (8, 4, True),
        (8, 2, True),
        # A fifth of eight rows are two: fewer in either half are a remainder of a month.
        (8, 1, False),
        (8, 7, False),
        (60, 0, False),
        (7, 3, False),
        (1, 0, False),
    ],
)
def test_a_second_month_has_eight_rows_and_some_in_both_halves(april: int, early: int, is_covered: bool) -> None:
    rows = {APRIL: april, MAY: 2 * april}
    covered = covered_months(MonthOf("arrival_date"), rows, IN_JUNE, [], {APRIL: early, MAY: april})
    assert covered == ([APRIL, MAY] if is_covered else [MAY])


def test_one_admission_of_the_month_before_is_not_its_month(tmp_path: Path) -> None:
    days = ["2024-05-03", "2024-05-09", "2024-05-20", "2024-04-29"]
    rows = make.rows_of(ADMISSIONS.name, 4, ADMIDATE=lambda row: days[row - 1], EPISTART=lambda row: days[row - 1])
    found = coverage(ADMISSIONS, make.csv_file(tmp_path / "may.csv", rows), IN_JUNE)
    assert (found.partitions, found.without_partition) == ({MAY: 3}, {"other month": 1})


def test_patients_who_were_admitted_in_the_last_days_of_april_are_not_april(tmp_path: Path) -> None:
    days = [*month(MAY, 60), *[f"2024-04-{24 + number % 7}" for number in range(30)]]
    rows = make.rows_of(ADMISSIONS.name, 90, ADMIDATE=lambda row: days[row - 1], EPISTART=lambda row: days[row - 1])
    found = coverage(ADMISSIONS, make.csv_file(tmp_path / "may.csv", rows), IN_JUNE)
    assert (found.partitions, found.without_partition) == ({MAY: 60}, {"other month": 30})


def test_a_document_covers_the_month_that_it_names_and_no_other(tmp_path: Path) -> None:
    times = [f"{of}-{day:02d}T10:00:00" for of, days in ((MAY, 28), (APRIL, 20)) for day in range(1, days + 1)]
    found = coverage(REPORTS, make.reports_file(tmp_path / "may.json", MAY, times), IN_JUNE)
    assert (found.partitions, found.without_partition) == ({MAY: 28}, {"other month": 20})


def test_two_months_of_a_hospital_in_one_file_are_both_received(lake: Lake, tmp_path: Path) -> None:
    days = [*month(APRIL, 40), *month(MAY, 50)]
    (receipt,) = receive(lake, [attendances(tmp_path / "both.csv", {"RHM01": days})])
    assert receipt.delivery is not None
    assert receipt.delivery.senders == {APRIL: {"RHM01": 40}, MAY: {"RHM01": 50}}


def test_what_one_hospital_sent_before_is_not_replaced_because_another_sends_two_months(
    lake: Lake, tmp_path: Path
) -> None:
    list(receive(lake, [attendances(tmp_path / "april.csv", {"RHM01": month(APRIL, 90)})]))
    joint = {"RHM01": [*month(MAY, 90), "2024-04-03", "2024-04-27"], "RHU03": [*month(APRIL, 60), *month(MAY, 60)]}
    (receipt,) = receive(lake, [attendances(tmp_path / "joint.csv", joint)])
    assert receipt.delivery is not None
    assert receipt.delivery.without_partition == {"other month": 62}
    assert newest_per_partition(lake, ATTENDANCES)[APRIL].rows == 90
    april, may = ingest(lake, ATTENDANCES)
    assert (april.status, may.status) == (Status.PUBLISHED, Status.HELD)
    assert "for the other months whole" in may.sentence
    assert account(lake, ATTENDANCES).balances


def test_of_two_months_in_one_file_a_hospital_with_rows_in_one_proves_no_zero_in_the_other(
    lake: Lake, tmp_path: Path
) -> None:
    joint = {"RHM01": month(MAY, 60), "RHU03": [*month(APRIL, 60), *month(MAY, 60)], "R1F01": ["2024-05-04"]}
    list(receive(lake, [attendances(tmp_path / "joint.csv", joint)]))
    (delivery,) = deliveries(lake, ATTENDANCES)
    assert delivery.senders == {APRIL: {"RHU03": 60}, MAY: {"R1F01": 1, "RHM01": 60, "RHU03": 60}}
    assert newest_per_partition(lake, ATTENDANCES)[APRIL].senders == {"RHU03"}
    assert [verdict.rows_read for verdict in ingest(lake, ATTENDANCES)] == [60, 121]
    assert account(lake, ATTENDANCES).balances
