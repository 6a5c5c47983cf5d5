"""The feed calendar: which month was due when, when it was received, how often, and how its volume compares."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import rows_of, write_rows
from vrp_pipeline.calendar.due_dates import due_date
from vrp_pipeline.calendar.feed_calendar import as_of, calendar
from vrp_pipeline.calendar.months import financial_year
from vrp_pipeline.calendar.partitions import day_after, last_month, months_in, partition_of
from vrp_pipeline.calendar.states import state_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.periods import Edition, MonthOf
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.landing.receipt import receive

ATTENDANCES = FEEDS["health__emergency_attendances"]  # due 31 days after the month's end
OFFENCES = FEEDS["police__offences"]  # due 14 days after it; each extract restates 24 months
NEED = FEEDS["local_authorities__children_in_need"]

QUARTERLY = replace(ATTENDANCES, period=MonthOf("arrival_date", span_ends=(3, 6, 9, 12)), due_days=45)
TERMLY = replace(ATTENDANCES, period=MonthOf("arrival_date", span_ends=(12, 3, 8)), due_days=62)
YEARLY = replace(NEED, period=Edition(element="Year", covers_financial_year=True), due_days=122)


def test_a_held_month_names_the_delivery_whose_rows_stand_too(lake: Lake, tmp_path: Path) -> None:
    months = [f"2023-{month:02d}" for month in range(4, 13)]
    good = [attendances(tmp_path, month, 40) for month in months]
    assert all(receipt.refusal is None for receipt in receive(lake, good))
    ingest(lake, ATTENDANCES)
    (bad,) = receive(lake, [attendances(tmp_path, "2023-12", 800, "twenty times")])
    ingest(lake, ATTENDANCES)
    (row,) = [row for row in calendar(lake, [ATTENDANCES]).to_pylist() if row["month"] == "2023-12"]
    assert bad.delivery is not None
    assert (row["status"], row["delivery_id"]) == ("held", bad.delivery.delivery_id)
    named = [each.partition("@")[0] for each in row["deliveries"].split()]
    (stands,) = set(pq.read_table(lake.bronze_partition(ATTENDANCES, "2023-12"))["delivery_id"].to_pylist())
    assert named == [stands, bad.delivery.delivery_id]


def attendances(tmp_path: Path, month: str, rows: int, name: str = "first") -> Path:
    """A month's extract of `rows` attendances."""
    (row, *_) = rows_of(ATTENDANCES.name)
    made = [
        {**row, "EC_Ident": f"{month}/{n}", "Arrival_Date": f"{month}-10", "EC_Injury_Date": f"{month}-10"}
        for n in range(rows)
    ]
    return write_rows(tmp_path / f"{month}-{name}.csv", made)


def deliver(lake: Lake, path: Path, moment: str) -> None:
    for receipt in receive(lake, [path], datetime.fromisoformat(moment).replace(tzinfo=UTC)):
        assert receipt.refusal is None, receipt.refusal


def rows_by_month(lake: Lake, feed: Any = ATTENDANCES) -> dict[str, dict[str, Any]]:
    return {row["month"]: row for row in calendar(lake, [feed]).to_pylist()}


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """April in time, May ten days late and sent again, June never, July in time; the last came on 25 August."""
    folder = tmp_path_factory.mktemp("spring")
    lake = Lake(folder / "lake")
    for month, moment, name in [
        ("2023-04", "2023-05-20 09:00", "first"),
        ("2023-05", "2023-07-11 09:00", "first"),
        ("2023-07", "2023-08-20 09:00", "first"),
        ("2023-05", "2023-08-25 09:00", "second"),
    ]:
        deliver(lake, attendances(folder, month, 4 if name == "first" else 5, name), moment)
    ingest(lake, ATTENDANCES)
    return rows_by_month(lake)


@pytest.mark.parametrize(
    ("feed", "month", "last", "due"),
    [
        # By hand: April ends on the 30th, and 31 days later is 31 May; December is due in the next year.
        (ATTENDANCES, "2023-04", "2023-04", date(2023, 5, 31)),
        (ATTENDANCES, "2023-12", "2023-12", date(2024, 1, 31)),
        # The quarter to June is due 45 days after 30 June, whichever of its months is asked for.
        (QUARTERLY, "2023-04", "2023-06", date(2023, 8, 14)),
        (QUARTERLY, "2023-06", "2023-06", date(2023, 8, 14)),
        (QUARTERLY, "2023-12", "2023-12", date(2024, 2, 14)),
        # The autumn term ends with December: 62 days later is 2 March of a leap year. Summer runs into August.
        (TERMLY, "2023-09", "2023-12", date(2024, 3, 2)),
        (TERMLY, "2024-02", "2024-03", date(2024, 6, 1)),
        (TERMLY, "2024-04", "2024-08", date(2024, 11, 1)),
        # The return of the year to March 2024 is due 122 days after 31 March.
        (YEARLY, "2023-04", "2024-03", date(2024, 7, 31)),
        (YEARLY, "2024-03", "2024-03", date(2024, 7, 31)),
    ],
)
def test_a_month_is_due_so_many_days_after_the_end_of_its_span(feed: Any, month: str, last: str, due: date) -> None:
    assert last_month(feed, partition_of(feed, month)) == last
    assert due_date(feed, month) == due


def test_a_yearly_return_tells_of_the_months_to_its_march() -> None:
    assert [partition_of(YEARLY, month) for month in ("2023-03", "2023-04", "2024-03")] == ["2023", "2024", "2024"]
    assert partition_of(ATTENDANCES, "2023-04") == "2023-04"
    assert financial_year("2024-03") == "2023-24"
    assert months_in(YEARLY, "2024") == [f"2023-{n:02}" for n in range(4, 13)] + ["2024-01", "2024-02", "2024-03"]
    assert day_after(YEARLY, "2024") == date(2024, 4, 1)


def test_an_edition_of_reference_data_ends_with_its_year_and_a_month_of_a_term_with_the_term() -> None:
    population = next(feed for feed in FEEDS.values() if not feed.is_in_calendar)
    assert months_in(population, "2023") == [f"2023-{n:02}" for n in range(1, 13)]
    assert day_after(population, "2023") == date(2024, 1, 1)
    assert (months_in(TERMLY, "2023-09"), day_after(TERMLY, "2023-09")) == (["2023-09"], date(2024, 1, 1))


def test_reference_data_stands_in_no_calendar() -> None:
    assert {feed.agency for feed in FEEDS.values() if not feed.is_in_calendar} == {"reference"}


def test_what_came_by_its_due_date_is_in_time_and_what_came_after_it_late(spring: dict[str, dict[str, Any]]) -> None:
    april, may = spring["2023-04"], spring["2023-05"]
    assert (april["status"], april["is_late"], april["days_late"]) == ("received", False, 0)
    # By hand: 31 days after 31 May is 1 July; the 11th is ten days later.
    assert (may["due_date"], may["is_late"], may["days_late"]) == (date(2023, 7, 1), True, 10)
    assert may["status"] == "received"


def test_a_month_sent_again_is_restated_and_stays_as_late_as_it_first_came(spring: dict[str, dict[str, Any]]) -> None:
    may = spring["2023-05"]
    assert may["restatements"] == 1
    assert may["first_received_at"] == datetime(2023, 7, 11, 10)  # summer time
    assert may["received_at"] == datetime(2023, 8, 25, 10)
    assert (may["rows_delivered"], may["rows_published"]) == (5, 5)
    assert spring["2023-04"]["restatements"] == 0


def test_a_month_that_never_came_is_overdue_by_the_days_since_and_one_still_to_come_is_not(
    spring: dict[str, dict[str, Any]],
) -> None:
    june, august = spring["2023-06"], spring["2023-08"]
    # By hand: due 31 July, the newest delivery of the lake came on 25 August.
    assert (june["status"], june["is_late"], june["days_late"]) == ("not received", False, 25)
    assert (june["first_received_at"], june["rows_delivered"], june["restatements"]) == (None, None, 0)
    assert (august["status"], august["days_late"]) == ("not due", 0)
    assert max(spring) == "2023-08"


def test_the_day_of_receipt_is_that_of_london(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, attendances(tmp_path, "2023-04", 4), "2023-05-20 09:00")
    deliver(lake, attendances(tmp_path, "2023-05", 4), "2023-07-01 23:30")  # half past midnight on the 2nd
    assert rows_by_month(lake)["2023-05"]["days_late"] == 1
    assert as_of(lake) == date(2023, 7, 2)


def test_on_its_due_date_a_month_is_not_overdue_yet(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, attendances(tmp_path, "2023-04", 4), "2023-07-01 09:00")
    assert rows_by_month(lake)["2023-05"]["status"] == "not due"
    deliver(lake, attendances(tmp_path, "2023-06", 4), "2023-07-02 09:00")
    assert rows_by_month(lake)["2023-05"]["status"] == "not received"


def test_received_and_not_ingested_is_not_counted_and_says_when_it_came(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, attendances(tmp_path, "2023-04", 4), "2023-06-10 09:00")
    april = rows_by_month(lake)["2023-04"]
    assert (april["status"], april["first_received_at"]) == ("not received", datetime(2023, 6, 10, 10))
    assert (april["rows_delivered"], april["rows_published"]) == (4, None)


def test_history_that_comes_on_the_day_a_feed_begins_is_not_late_but_its_newest_month_can_be(lake: Lake) -> None:
    # The extract covers April 2022 to March 2024; March was due on 14 April and came on the 17th.
    deliver(lake, fixture_of(OFFENCES.name), "2024-04-17 09:00")
    rows = rows_by_month(lake, OFFENCES)
    assert [month for month, row in rows.items() if row["is_late"]] == ["2024-03"]
    assert rows["2024-03"]["days_late"] == 3
    assert rows["2022-04"]["days_late"] == 0


def test_a_month_is_measured_against_the_median_of_those_before(lake: Lake, tmp_path: Path) -> None:
    for month, rows in (("2023-04", 4), ("2023-05", 10), ("2023-06", 6), ("2023-07", 3)):
        deliver(lake, attendances(tmp_path, month, rows), f"2023-09-{rows:02d} 09:00")
    found = rows_by_month(lake)
    # Two earlier months are too few for a usual volume; the median of 4, 10 and 6 is 6, and 3 is half of it.
    assert (found["2023-06"]["usual_rows"], found["2023-06"]["rows_of_usual"]) == (None, None)
    assert (found["2023-07"]["usual_rows"], found["2023-07"]["rows_of_usual"]) == (6, 0.5)


def test_a_yearly_return_stands_in_each_month_of_its_year_and_its_rows_once(lake: Lake) -> None:
    deliver(lake, fixture_of(NEED.name), "2024-07-01 09:00")
    (verdict,) = ingest(lake, NEED)
    rows = rows_by_month(lake, NEED)
    year = [row for month, row in rows.items() if partition_of(NEED, month) == verdict.partition]
    assert len(year) == 12
    assert {row["status"] for row in year} == {"held" if verdict.status is Status.HELD else "received"}
    assert [row["rows_delivered"] for row in year] == [None] * 11 + [verdict.rows_read]
    assert {row["first_received_at"] for row in year} == {datetime(2024, 7, 1, 10)}


def test_a_part_of_a_month_that_came_before_its_end_is_not_the_month(lake: Lake, tmp_path: Path) -> None:
    """An extract of the weekly kind, of which the whole month comes later."""
    deliver(lake, attendances(tmp_path, "2023-04", 40), "2023-04-21 09:00")
    ingest(lake, ATTENDANCES)
    (april,) = [row for row in calendar(lake, [ATTENDANCES], date(2023, 5, 3)).to_pylist() if row["month"] == "2023-04"]
    assert (april["status"], state_of(april)) == ("not due", "not due")
    (june,) = [row for row in calendar(lake, [ATTENDANCES], date(2023, 6, 3)).to_pylist() if row["month"] == "2023-04"]
    assert (june["status"], state_of(june)) == ("not received", "overdue")
    deliver(lake, attendances(tmp_path, "2023-04", 60, "whole"), "2023-05-01 00:30")  # half past one in London
    ingest(lake, ATTENDANCES)
    assert rows_by_month(lake)["2023-04"]["status"] == "received"


def test_an_empty_lake_has_no_calendar(lake: Lake) -> None:
    assert calendar(lake).num_rows == 0
    assert as_of(lake) is None


def test_every_feed_that_tells_of_months_has_every_month_once(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, attendances(tmp_path, "2023-04", 4), "2023-05-20 09:00")
    pairs: Iterable[tuple[str, str]] = [(row["feed"], row["month"]) for row in calendar(lake).to_pylist()]
    assert len(list(pairs)) == len(set(pairs)) == 14 * sum(feed.is_in_calendar for feed in FEEDS.values())


def test_an_agency_that_joins_later_owes_nothing_before_its_first_month(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, attendances(tmp_path, "2023-07", 3), "2023-08-20 09:00")
    joined = rows_by_month(lake, replace(ATTENDANCES, first_month="2023-06"))
    assert list(joined) == ["2023-06", "2023-07", "2023-08"]
    assert joined["2023-06"]["status"] == "not received"
