"""Simulated files arrive in order, on working days, after the period they cover, and a few of them late."""

from datetime import date, datetime, timedelta

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.synthetic.agencies.receipt_dates import Sent, arrivals

ATTENDANCES, YOUTH, CENSUS = (
    FEEDS[name]
    for name in ("health__emergency_attendances", "youth_justice__offences", "local_authorities__children_in_need")
)
MONTHS = [f"{year}-{month:02d}" for year in range(2014, 2024) for month in range(1, 13)]


def sent(feed: str, newest: str, name: str = "") -> Sent:
    return Sent(f"{feed} {newest} {name}", name or f"{newest}.csv", FEEDS[feed], newest)


def end_of(month: str) -> date:
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def arrived(*files: Sent, seed: int = 1) -> list[datetime]:
    moments = arrivals(files, seed)
    return [moments[file.sha256] for file in files]


def test_each_months_file_comes_after_the_month_on_a_working_day_and_in_order() -> None:
    moments = arrived(*(sent(ATTENDANCES.name, month) for month in MONTHS))
    assert moments == sorted(moments)
    assert all(moment.date() > end_of(month) for month, moment in zip(MONTHS, moments, strict=True))
    assert all(moment.weekday() < 5 for moment in moments)


def test_most_files_are_on_time_and_a_few_are_late() -> None:
    moments = arrived(*(sent(ATTENDANCES.name, month) for month in MONTHS))
    days = [(moment.date() - end_of(month)).days for month, moment in zip(MONTHS, moments, strict=True)]
    late = sum(day > ATTENDANCES.due_days for day in days)
    # 120 files of which 6 % are late: 7 expected, and fewer than 1 or more than 18 once in a thousand draws.
    assert 1 <= late <= 18


def test_the_same_seed_gives_the_same_moments_and_another_seed_others() -> None:
    files = [sent(ATTENDANCES.name, month) for month in MONTHS]
    assert arrived(*files) == arrived(*files)
    assert arrived(*files) != arrived(*files, seed=2)


def test_a_quarter_is_sent_after_its_end_and_a_census_after_its_march() -> None:
    quarter, census = arrived(sent(YOUTH.name, "2023-11"), sent(CENSUS.name, "2023"))
    assert date(2024, 1, 1) <= quarter.date() <= date(2023, 12, 31) + timedelta(days=YOUTH.due_days + 27)
    assert date(2023, 4, 1) <= census.date() <= date(2023, 3, 31) + timedelta(days=CENSUS.due_days + 27)


def test_an_extract_named_by_its_day_comes_on_the_next_working_day() -> None:
    # 2023-04-05 was a Wednesday, 2023-04-07 a Friday.
    wednesday, friday = arrived(
        sent("police__offences", "2023-04", "extract_2023-04-05.csv"),
        sent("police__offences", "2023-04", "extract_2023-04-07.csv"),
    )
    assert wednesday.date() == date(2023, 4, 6)
    assert friday.date() >= date(2023, 4, 10)


def test_of_two_issues_of_a_month_the_second_comes_a_month_later() -> None:
    provisional, final = arrived(
        sent("health__admissions", "2023-05", "provisional"), sent("health__admissions", "2023-05", "final")
    )
    assert final - provisional >= timedelta(days=30)


def test_reference_data_stand_ready_before_the_first_delivery_whatever_their_edition() -> None:
    deprivation, first = arrived(sent("reference__deprivation", "2025"), sent(ATTENDANCES.name, "2022-04"))
    assert deprivation == first - timedelta(days=1)
