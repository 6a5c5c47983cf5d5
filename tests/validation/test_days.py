"""A month whose rows end days before it does is held, however many rows it has."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from tests.support.deliveries import write_rows
from tests.support.hospitals import ATTENDANCES, attendance, deliver
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.acceptance import accept
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict
from vrp_pipeline.validation.days import days_of, empty_days

LATER = date(2030, 1, 1)
# Five rows on each of the thirty days of June.
EVEN = {"": {f"{day:02d}": 5 for day in range(1, 31)}}


def until(last: int, each: int = 5) -> dict[str, dict[str, int]]:
    return {"": {f"{day:02d}": each for day in range(1, last + 1)}}


def test_rows_are_counted_by_day_for_all_and_for_each_sender() -> None:
    rows = pa.table(
        {
            "arrival_date": pa.array([date(2024, 4, 1), date(2024, 4, 1), date(2024, 4, 30), None], pa.date32()),
            "site_code": ["RHM01", "RHU03", "RHM01", "RHM01"],
        }
    )
    senders = pd.Categorical.from_codes([1, 2, 1, 1], pd.Index(["", "RHM01", "RHU03"], dtype=object))
    assert days_of(ATTENDANCES, rows, senders) == {
        "": {"01": 2, "30": 1},
        "RHM01": {"01": 1, "30": 1},
        "RHU03": {"01": 1},
    }
    assert days_of(ATTENDANCES, rows) == {"": {"01": 2, "30": 1}}


@pytest.mark.parametrize("feed", ["police__street_crimes", "local_authorities__children_in_need"])
def test_rows_that_tell_no_day_have_none(feed: str) -> None:
    assert days_of(FEEDS[feed], pa.table({"crime_month": ["2024-04"]})) == {}


@pytest.mark.parametrize(
    ("days", "length", "first"),
    [
        (until(16), 14, "2024-06-17"),
        ({"": {f"{day:02d}": 5 for day in range(12, 31)}}, 11, "2024-06-01"),
        ({"": {f"{day:02d}": 5 for day in range(1, 31) if not 10 <= day <= 15}}, 6, "2024-06-10"),
    ],
)
def test_days_without_rows_are_found_at_either_end_and_in_the_middle(
    days: dict[str, dict[str, int]], length: int, first: str
) -> None:
    found = empty_days("2024-06", days, [EVEN] * 6, LATER, {})
    assert found is not None
    assert (found.length, found.first.isoformat()) == (length, first)
    assert found.usual == pytest.approx(5 * length)


def test_chance_leaves_a_few_days_of_a_small_sender_without_rows_and_not_half_a_month() -> None:
    # A row a day, six months of history, one series of 31 days: (6/7)^(6 μ) < 1/12,400 asks for more than 10.2 rows.
    before = [until(30, 1)] * 6
    assert empty_days("2024-06", until(20, 1), before, LATER, {}) is None
    found = empty_days("2024-06", until(19, 1), before, LATER, {})
    assert found is not None
    assert found.length == 11


def test_a_quiet_month_is_judged_by_its_own_level() -> None:
    # A fifth of the usual rows: 14 days would have 14 rows and not 70. With a twentieth they have 3.5.
    few = {"": {f"{day:02d}": 1 for day in range(1, 17)}}
    assert empty_days("2024-06", few, [EVEN] * 6, LATER, {}) is not None
    assert empty_days("2024-06", {"": {"02": 1, "08": 2, "15": 1}}, [EVEN] * 6, LATER, {}) is None


def test_who_registers_once_a_week_misses_no_days() -> None:
    weekly = {"": {"03": 30, "10": 30, "17": 30, "24": 30}}
    moved = {"": {"05": 30, "12": 30, "19": 30, "26": 30}}
    assert empty_days("2024-06", moved, [weekly] * 6, LATER, {}) is None
    found = empty_days("2024-06", {"": {"05": 30, "12": 30}}, [weekly] * 6, LATER, {})
    assert found is not None
    assert found.first == date(2024, 6, 13)


def test_a_holiday_that_came_in_no_earlier_month_is_found_and_without_history_nothing_is() -> None:
    assert empty_days("2024-06", until(16), [EVEN] * 2, LATER, {}) is None
    assert empty_days("2024-06", {"": {}}, [EVEN] * 6, LATER, {}) is None
    assert empty_days("2024-06", EVEN, [EVEN] * 6, LATER, {}) is None


def test_days_that_had_not_come_when_the_file_was_received_are_not_judged() -> None:
    assert empty_days("2024-06", until(16), [EVEN] * 6, date(2024, 6, 17), {}) is None
    assert empty_days("2024-06", until(16), [EVEN] * 6, date(2024, 6, 23), {}) is not None


def month(path: Path, of: str, sites: dict[str, tuple[int, range]]) -> Path:
    """A month in which each site has a number of rows on each of some days."""
    made = [
        attendance(of, site, day, f"{day}/{number}")
        for site, (each, days) in sites.items()
        for day in days
        for number in range(each)
    ]
    return write_rows(path, made)


WHOLE, HALF = range(1, 29), range(1, 18)


@pytest.fixture
def july(lake: Lake, tmp_path: Path) -> Callable[[dict[str, tuple[int, range]]], Verdict]:
    """Receive and ingest July 2023 after three months of two hospitals; return the verdict on July."""

    def made(sites: dict[str, tuple[int, range]]) -> Verdict:
        for number in (4, 5, 6):
            path = month(tmp_path / f"{number}.csv", f"2023-{number:02d}", {"RHM01": (4, WHOLE), "RHU03": (3, WHOLE)})
            deliver(lake, path, f"2023-{number + 1:02d}-10")
        deliver(lake, month(tmp_path / "july.csv", "2023-07", sites), "2023-08-10")
        return ingest(lake, ATTENDANCES)[-1]

    return made


def test_half_a_month_with_three_fifths_of_the_usual_rows_is_held_with_its_last_day(
    lake: Lake, july: Callable[[dict[str, tuple[int, range]]], Verdict]
) -> None:
    verdict = july({"RHM01": (4, HALF), "RHU03": (3, HALF)})
    # By hand: 17 of the 28 days with rows are 61% of the usual rows, and the suite asks for 55%.
    assert [unmet.expectation for unmet in verdict.unmet_expectations if unmet.holds] == ["no days are missing"]
    assert "no row on 14 days, 2023-07-18 to 2023-07-31, where 77 are usual" in verdict.sentence
    assert "a part of the month" in verdict.sentence
    accept(lake, ATTENDANCES, "2023-07", accepted_by="A Statistician", reason="the department closed on the 17th")
    assert ingest(lake, ATTENDANCES, ["2023-07"])[0].status is Status.PUBLISHED


def test_half_a_month_of_one_hospital_of_two_is_held_and_named(
    july: Callable[[dict[str, tuple[int, range]]], Verdict],
) -> None:
    verdict = july({"RHM01": (4, WHOLE), "RHU03": (3, HALF)})
    assert [unmet.expectation for unmet in verdict.unmet_expectations if unmet.holds] == ["no days are missing"]
    assert "no row of RHU03 on 14 days" in verdict.sentence


def test_a_whole_month_is_published_as_before(july: Callable[[dict[str, tuple[int, range]]], Verdict]) -> None:
    verdict = july({"RHM01": (3, WHOLE), "RHU03": (3, WHOLE)})
    assert (verdict.status, verdict.unmet_expectations) == (Status.PUBLISHED, ())
