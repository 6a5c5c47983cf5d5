"""A month without rows is held where rows are usual: none is no proof that nothing happened."""

from datetime import date
from pathlib import Path

import xlsxwriter

from tests.support.deliveries import Row, rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict
from vrp_pipeline.landing.receipt import receive

SUSPENSIONS, EVENTS = FEEDS["local_authorities__suspensions"], FEEDS["communities__events"]
ROWS = 30


def term(folder: Path, *months: str) -> Path:
    """A term's export with thirty suspensions in each of the months, whose first days run through the month."""
    one = rows_of(SUSPENSIONS.name)[0]
    rows: list[Row] = [
        {**one, "row_reference": f"850-{month}-{number:03d}", "start_date": f"{month}-{1 + number % 28:02d}"}
        for month in months
        for number in range(ROWS)
    ]
    return write_rows(folder / f"term_{months[0]}.csv", rows)


def held(verdicts: list[Verdict]) -> dict[str, list[str]]:
    return {
        verdict.partition: [unmet.expectation for unmet in verdict.unmet_expectations if unmet.holds]
        for verdict in verdicts
        if verdict.status is Status.HELD
    }


def test_a_month_of_a_term_without_a_suspension_is_held_and_august_is_not(lake: Lake, tmp_path: Path) -> None:
    take(lake, term(tmp_path, "2022-09", "2022-10", "2022-11", "2022-12"))
    take(lake, term(tmp_path, "2023-01", "2023-03"))
    take(lake, term(tmp_path, "2023-04", "2023-05", "2023-06", "2023-07"))
    assert held(ingest(lake, SUSPENSIONS)) == {"2023-02": ["volume is not too small"]}


def log(path: Path, months: dict[str, tuple[int, str]], cost: float = 200.0) -> Path:
    """A log of events with as many entries in each month, all of one status."""
    headings = [column.header for column in EVENTS.columns]
    common = {"event_type": "workshop", "vru_staff_present": 2, "cost_gbp": cost, "programme_code": "NAV"}
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Events")
        sheet.write_row(0, 0, headings)
        row = 1
        for month, (entries, status) in months.items():
            for number in range(entries):
                cells = {
                    **common,
                    "event_id": f"{month}/{number}",
                    "status": status,
                    "start_datetime": f"{month}-{1 + number % 28:02d} 10:00",
                    "venue_name": f"Hall {number}",
                }
                sheet.write_row(row, 0, [cells.get(heading, "") for heading in headings])
                row += 1
    return path


YEAR_BEFORE = {f"2022-{month:02d}": (ROWS, "held") for month in range(4, 13)}


def judged(lake: Lake, tmp_path: Path, year: Path, day: date) -> dict[str, list[str]]:
    """The held months of a log received after that of the year before."""
    for path, came in ((log(tmp_path / "before.xlsx", YEAR_BEFORE), date(2023, 1, 20)), (year, day)):
        for receipt in receive(lake, [path], received_on=came):
            assert receipt.refusal is None, receipt.refusal
    return held(ingest(lake, EVENTS))


def test_months_in_which_nobody_kept_the_log_are_held(lake: Lake, tmp_path: Path) -> None:
    year = log(tmp_path / "year.xlsx", {"2023-04": (ROWS, "held"), "2023-07": (ROWS, "held")})
    assert judged(lake, tmp_path, year, date(2023, 9, 1)) == {
        "2023-05": ["volume is not too small"],
        "2023-06": ["volume is not too small"],
    }


def test_a_month_whose_events_were_never_marked_as_held_is_held_once_it_is_over(lake: Lake, tmp_path: Path) -> None:
    year = log(tmp_path / "year.xlsx", {"2023-04": (ROWS, "planned"), "2023-05": (5, "planned")})
    # May was not over when the log came: that all of its events are planned says nothing.
    assert judged(lake, tmp_path, year, date(2023, 5, 3)) == {"2023-04": ["no slice is too small"]}


def test_a_log_that_tells_costs_in_pence_is_held(lake: Lake, tmp_path: Path) -> None:
    year = log(tmp_path / "year.xlsx", {"2023-04": (ROWS, "held")}, cost=20_000.0)
    assert "cost_gbp has its usual size" in judged(lake, tmp_path, year, date(2023, 5, 3))["2023-04"]
