"""`vrp status`: a symbol for each month that shows at a glance what a person must do."""

import io
import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from tests.calendar.test_feed_calendar import ATTENDANCES, attendances, deliver
from tests.support.deliveries import rows_of, take, write_rows
from vrp_pipeline.calendar.calendar_for_people import calendar_for_people
from vrp_pipeline.calendar.due_dates import due_date
from vrp_pipeline.calendar.months import months_between
from vrp_pipeline.calendar.states import STATES, mark_of, state_of
from vrp_pipeline.cli import main
from vrp_pipeline.cli.options import NEEDS_A_PERSON
from vrp_pipeline.cli.status_tables import overdue_sentences, print_status
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake

CAME = datetime(2024, 4, 3, tzinfo=UTC)


def month(**values: Any) -> dict[str, Any]:
    return {
        "agency": "police",
        "table_name": "offences",
        "month": "2023-04",
        "financial_year": "2023-24",
        "status": "received",
        "is_late": False,
        "restatements": 0,
        "first_received_at": CAME,
        "rows_delivered": 100,
        "usual_rows": 100.0,
        "rows_of_usual": 1.0,
        "rows_published": 10,
        "rows_quarantined": 1,
        "as_of": "2024-04-03",
    } | values


def year(table: str, start: int, **values: Any) -> list[dict[str, Any]]:
    months = [f"{start + (n > 8)}-{(n + 3) % 12 + 1:02d}" for n in range(12)]
    name = f"{start}-{start % 100 + 1}"
    return [month(table_name=table, month=each, financial_year=name, **values) for each in months]


def page(rows: list[dict[str, Any]], width: int) -> str:
    text = io.StringIO()
    print_status(rows, Console(file=text, width=width, color_system=None))
    return text.getvalue()


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "received"),
        ({"restatements": 2}, "restated"),
        ({"restatements": 2, "is_late": True}, "late"),
        ({"status": "held", "is_late": True}, "held"),
        ({"status": "not received", "first_received_at": None}, "overdue"),
        ({"status": "not received"}, "waiting"),
        ({"status": "not due"}, "waiting"),
        ({"status": "not due", "first_received_at": None}, "not due"),
    ],
)
def test_a_month_is_shown_in_the_state_that_most_needs_a_person(values: dict[str, Any], state: str) -> None:
    assert state_of(month(**values)) == state


def test_every_state_has_a_sign_of_its_own() -> None:
    assert len({sign for sign, _, _ in STATES.values()}) == len(STATES)


@pytest.mark.parametrize(
    ("rows", "usual", "mark"),
    [
        (59, 100, "↓"),
        (60, 100, " "),
        (160, 100, " "),
        (161, 100, "↑"),
        (0, 100, "↓"),
        # Counts around 16 have a standard deviation of 4: 4 is three of those below, 3 is more.
        (4, 16, " "),
        (3, 16, "↓"),
    ],
)
def test_a_volume_far_from_the_usual_and_beyond_chance_is_marked(rows: int, usual: float, mark: str) -> None:
    assert mark_of(month(rows_delivered=rows, usual_rows=usual, rows_of_usual=rows / usual)) == mark


def test_where_nothing_is_usual_yet_nothing_is_marked() -> None:
    assert mark_of(month(usual_rows=None, rows_of_usual=None)) == " "


def test_a_line_holds_the_signs_of_a_year_from_april_and_its_sums() -> None:
    rows = year("offences", 2023)
    rows[1] |= {"status": "held"}
    rows[2] |= {"rows_delivered": 40, "rows_of_usual": 0.4}
    rows[11] |= {"status": "not due", "first_received_at": None, "rows_published": None}
    (line,) = [line for line in page(rows, 100).splitlines() if "offences" in line]
    assert "● H ●↓● ● ● ● ● ● ● ● ·" in line
    assert line.split()[-2:] == ["110", "12"]


@pytest.mark.parametrize(("width", "beside"), [(80, 1), (120, 2), (160, 4)])
def test_years_stand_side_by_side_as_far_as_the_page_is_wide(width: int, beside: int) -> None:
    tables = ["a" * 22, "events", "offences", "stops"]
    rows = [row for table in tables for start in (2020, 2021, 2022, 2023) for row in year(table, start)]
    text = page(rows, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text, "nothing is cut"
    headings = [line for line in text.splitlines() if "2020-21" in line]
    assert len(headings) == 1
    assert sum(f"{start}-{start % 100 + 1}" in headings[0] for start in (2020, 2021, 2022, 2023)) == beside
    assert all(text.count(f"{start}-{start % 100 + 1}") == 1 for start in (2020, 2021, 2022, 2023))


def test_rows_of_no_month_delivered_are_one_line_over_all_feeds_which_no_narrow_terminal_breaks() -> None:
    rows = [*year("offences", 2022, rows_without_month=2, feed="police__offences"), month(feed="police__street_crimes")]
    shown = [line for line in page(rows, 80).splitlines() if "belong to no month" in line]
    assert shown == ["of the rows aside these belong to no month delivered: police__offences 24"]
    assert not [line for line in page([month()], 80).splitlines() if "belong to no month" in line]


def test_one_feed_is_shown_month_by_month_and_as_rows_for_programs(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, attendances(tmp_path, "2023-04", 4), "2023-05-20 09:00")
    deliver(lake, attendances(tmp_path, "2023-05", 4), "2023-07-11 09:00")
    ingest(lake, ATTENDANCES)
    words = ["--lake", str(lake.root), "status", "--feed", ATTENDANCES.name]
    text = CliRunner().invoke(main, words).output
    (may,) = [line for line in text.splitlines() if line.startswith("2023-05")]
    # Late, due, first received, ten days late; four rows, no usual volume yet, all kept.
    assert may.split() == ["2023-05", "◐", "2023-07-01", "2023-07-11", "10", "4", "4", "0"]
    assert "…" not in text, "nothing is cut"
    rows = json.loads(CliRunner().invoke(main, [*words, "--json"]).stdout)
    assert {row["feed"] for row in rows} == {ATTENDANCES.name}
    assert [row["days_late"] for row in rows if row["is_late"]] == [10]


def test_a_feed_that_is_not_in_the_calendar_is_named_wrongly(lake: Lake) -> None:
    for feed in ("police__nothing", "reference__districts"):
        result = CliRunner().invoke(main, ["--lake", str(lake.root), "status", "--feed", feed])
        assert result.exit_code == 2
        assert "police__offences" in result.output


def test_the_status_of_one_feed_asks_for_nobody_on_account_of_another(lake: Lake, tmp_path: Path) -> None:
    crimes = rows_of("police__offences")
    march = [row for row in crimes if row["date_recorded"].startswith("2024-03")]
    again = [{**row, "crime_reference": f"4424039{number:04d}"} for number, row in enumerate(march * 4)]
    take(lake, write_rows(tmp_path / "doubled.csv", crimes + again))
    deliver(lake, attendances(tmp_path, "2023-04", 4), "2023-05-20 09:00")
    for feed in ("police__offences", ATTENDANCES.name):
        ingest(lake, FEEDS[feed])
    said = {
        words: CliRunner().invoke(main, ["--lake", str(lake.root), "status", *words]).stderr
        for words in ((), ("--feed", "police__offences"), ("--feed", ATTENDANCES.name))
    }
    assert ["doubled.csv is held" in each for each in said.values()] == [True, True, False]


def test_a_month_that_was_accepted_waits_for_a_run_and_for_nobody(lake: Lake, tmp_path: Path) -> None:
    crimes = rows_of("police__offences")
    march = [row for row in crimes if row["date_recorded"].startswith("2024-03")]
    again = [{**row, "crime_reference": f"4424039{number:04d}"} for number, row in enumerate(march * 4)]
    take(lake, write_rows(tmp_path / "doubled.csv", crimes + again))
    ingest(lake, FEEDS["police__offences"])

    def said(*words: str) -> Result:
        return CliRunner().invoke(main, ["--lake", str(lake.root), *words])

    accepts = ("accept", "police__offences", "2024-03", "--reason", "a festival", "--by", "A Statistician")
    assert said(*accepts).exit_code == 0
    told = said("status", "--feed", "police__offences")
    assert "police__offences 2024-03 is accepted and counts after the next run. Next: vrp run" in told.stdout
    assert "is held" not in told.stderr
    ingest(lake, FEEDS["police__offences"])
    assert "is accepted" not in said("status", "--feed", "police__offences").stdout


def test_a_scheduler_sees_that_months_are_overdue_and_of_which_feed(lake: Lake, tmp_path: Path) -> None:
    """All months up to April came; May is due on 1 July 2023, June on 31 July."""
    for number in range(13):
        month = f"{2022 + (number + 3) // 12}-{(number + 3) % 12 + 1:02d}"
        deliver(lake, attendances(tmp_path, month, 4), "2023-05-20 09:00")

    def status(day: str) -> tuple[int, str]:
        words = ["--lake", str(lake.root), "status", "--feed", ATTENDANCES.name, "--as-of", day]
        finished = CliRunner().invoke(main, words)
        return finished.exit_code, finished.stderr

    assert status("2023-07-01") == (0, "")
    assert status("2023-07-02") == (NEEDS_A_PERSON, f"{ATTENDANCES.name}: 1 month overdue, 2023-05.\n")
    said = f"{ATTENDANCES.name}: 2 months overdue, 2023-05 to 2023-06.\n"
    assert status("2023-08-01") == (NEEDS_A_PERSON, said)


def test_a_month_of_which_one_hospital_is_prompt_asks_for_nobody_before_it_is_due(lake: Lake, tmp_path: Path) -> None:
    """Two hospitals deliver 14 months; June of 2023, due on 31 July, came from one of them on 10 July."""
    admissions, one = FEEDS["health__admissions"], rows_of("health__admissions")[0]

    def come(month: str, hospital: str, when: str) -> None:
        rows = [
            {
                **one,
                "ADMIDATE": f"{month}-{day:02d}",
                "EPISTART": "",
                "PROCODET": hospital,
                "EPIKEY": f"{month[2:4]}{month[5:]}{ord(hospital[-1])}{day:05d}",
            }
            for day in range(1, 28)
        ]
        deliver(lake, write_rows(tmp_path / f"{month}{hospital}.csv", rows), when)

    for month in months_between("2022-04", "2023-05"):
        for hospital in ("RHM", "RHU"):
            come(month, hospital, "2023-06-20 09:00")
    come("2023-06", "RHM", "2023-07-10 09:00")
    ingest(lake, admissions)
    due = datetime.combine(due_date(admissions, "2023-06"), time(12), UTC)
    before, after = (
        overdue_sentences(calendar_for_people(lake, [admissions], now=due + timedelta(days=days))) for days in (0, 1)
    )
    assert before == []
    assert after == ["health__admissions: 1 month overdue, 2023-06. 2023-06: 1 of 2 senders; RHU not received."]


def test_feeds_that_never_came_are_one_line_and_months_in_a_row_one_span(lake: Lake, tmp_path: Path) -> None:
    """April to June and August of 2022 came; July is missing, and September on."""
    for month in ("2022-04", "2022-05", "2022-06", "2022-08"):
        deliver(lake, attendances(tmp_path, month, 4), "2022-10-20 09:00")
    said = CliRunner().invoke(main, ["--lake", str(lake.root), "status", "--as-of", "2022-12-20"]).stderr.splitlines()
    assert f"{ATTENDANCES.name}: 3 months overdue, 2022-07, 2022-09 to 2022-10." in said
    (never,) = [line for line in said if line.startswith("Nothing was ever received of ")]
    assert "police__offences" in never
    assert len(said) == 2
