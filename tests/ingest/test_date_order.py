"""Dates of a row that contradict each other: put aside with both headings, unless clocks or midnight explain them."""

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from tests.conftest import fixture_of
from tests.support.months import ingested, month
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.agreement import InOrder, SameClock, SameDay
from vrp_pipeline.ingest.date_order import contradictory_dates
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.release.row_accounts import account

OFFENCES = "police__offences"

# Feed, what comes first, what cannot lie before it.
PAIRS = [
    (OFFENCES, "date_reported", "date_recorded"),
    (OFFENCES, "committed_from", "committed_to"),
    (OFFENCES, "committed_from", "date_reported"),
    (OFFENCES, "committed_from", "date_recorded"),
    (OFFENCES, "committed_from", "outcome_date"),
    (OFFENCES, "date_recorded", "cancelled_date"),
    ("health__admissions", "admission_date", "episode_start_date"),
    ("communities__events", "starts_at", "ends_at"),
    ("communities__interventions", "started_on", "ended_on"),
    ("local_authorities__children_in_need", "referred_on", "closed_on"),
    ("local_authorities__antisocial_behaviour", "occurred_at", "reported_at"),
    ("local_authorities__antisocial_behaviour", "reported_at", "closed_on"),
    ("probation__sentenced_offences", "offence_date", "conviction_date"),
    ("probation__sentenced_offences", "offence_date", "sentence_start_date"),
    ("probation__sentenced_offences", "sentence_start_date", "termination_date"),
    ("youth_justice__offences", "offence_date", "outcome_date"),
    ("youth_justice__offences", "order_start_date", "order_end_date"),
]


def test_these_are_the_pairs_of_the_contracts() -> None:
    declared = {(name, pair) for name, feed in FEEDS.items() for pair in feed.in_order}
    assert declared == {(feed, InOrder(earlier, later)) for feed, earlier, later in PAIRS}
    same = {(name, pair) for name, feed in FEEDS.items() for pair in feed.same_day}
    assert same == {("fire__incidents", SameDay("call_date", "called_at"))}
    clocks = {(name, pair) for name, feed in FEEDS.items() for pair in feed.same_clock}
    assert clocks == {("fire__incidents", SameClock("call_time", "called_at"))}


@pytest.mark.parametrize(
    ("clock", "moment", "differs"),
    [
        ("14:00:00", datetime(2024, 6, 9, 13, 0), True),  # UTC in summer
        ("14:00:00", datetime(2024, 6, 9, 14, 30), False),
        ("14:00:00", datetime(2024, 6, 9, 14, 31), True),
        ("00:10:00", datetime(2024, 6, 8, 23, 50), False),  # across midnight
        ("00:10:00", datetime(2024, 6, 8, 23, 10), True),
        (None, datetime(2024, 6, 9, 13, 0), False),
        ("14:00:00", None, False),
    ],
)
def test_a_clock_and_a_moment_of_one_call_differ_by_half_an_hour_at_most(
    clock: str | None, moment: datetime | None, *, differs: bool
) -> None:
    fire = FEEDS["fire__incidents"]
    day = pa.array([None], pa.date32())
    values = {
        "call_date": day,
        "call_time": pa.array([clock], pa.string()),
        "called_at": pa.array([moment], pa.timestamp("us")),
    }
    told = "'time_of_call' and 'timestamp_of_call' differ by more than half an hour: one may be in UTC"
    assert contradictory_dates(fire, values).to_pylist() == [told if differs else None]


def test_two_dates_of_one_day_contradict_each_other_two_days_apart_whichever_comes_first() -> None:
    """By hand: 28 February 2024 is two days before 1 March, for the year is a leap year."""
    feed = FEEDS["fire__incidents"]
    days = ["2024-03-01", "2024-02-28", "2024-03-01", "2024-02-29", "2024-03-01", None]
    calls = ["2024-02-28 23:59", "2024-03-01 00:01", "2024-02-29 00:01", "2024-03-01 23:59", None, "2024-03-01 00:00"]
    values: dict[str, pa.Array] = {
        "call_date": pa.array([day and date.fromisoformat(day) for day in days], pa.date32()),
        "called_at": pa.array([call and datetime.fromisoformat(call) for call in calls], pa.timestamp("us")),
        "call_time": pa.nulls(len(days), pa.string()),
    }
    headings = [feed.by_name[name].header for name in ("call_date", "called_at")]
    reason = "'{}' and '{}' differ by more than a day".format(*headings)
    assert contradictory_dates(feed, values).to_pylist() == [reason, reason, None, None, None, None]


@pytest.mark.parametrize(("feed", "earlier", "later"), PAIRS)
def test_a_date_two_days_before_what_came_first_contradicts_it_and_a_day_does_not(
    feed: str, earlier: str, later: str
) -> None:
    """28 February 2024 is two days before 1 March, for the year is a leap year; 23:59 and 00:01 are a day apart."""
    dates = {
        earlier: ["2024-03-01 00:01", "2024-03-01 23:59", "2024-03-01 00:01", "2024-03-01 00:01", None],
        later: ["2024-02-28 23:59", "2024-02-29 00:01", "2024-03-02 00:00", None, "2024-02-01 00:00"],
    }
    columns = FEEDS[feed].by_name
    values: dict[str, pa.Array] = {name: pa.nulls(5, pa.date32()) for name in columns}
    for name, texts in dates.items():
        moments = [text and datetime.fromisoformat(text) for text in texts]
        is_day = columns[name].type == "date"
        values[name] = pa.array(moments, pa.timestamp("us")).cast(
            pa.date32() if is_day else pa.timestamp("us"), safe=False
        )
    reason = f"'{columns[later].header}' lies before '{columns[earlier].header}'"
    assert contradictory_dates(FEEDS[feed], values).to_pylist() == [reason, None, None, None, None]


def test_a_contradictory_crime_is_put_aside_with_the_reason_and_the_month_counts_the_others(
    lake: Lake, tmp_path: Path
) -> None:
    """Row 7 was recorded on 15 April and committed in May; row 8 began after midnight and bears the date before it."""
    changes = {
        7: {"date_recorded": "2022-04-15", "date_reported": "", "committed_from_datetime": "2022-05-02T21:00"},
        8: {"date_recorded": "2022-04-15", "date_reported": "", "committed_from_datetime": "2022-04-16T00:05"},
    }
    for row in changes.values():
        row["committed_to_datetime"] = ""
    found = ingested(lake, OFFENCES, month(tmp_path / "month.csv", OFFENCES, 200, changes))
    assert found.reasons == {7: "'date_recorded' lies before 'committed_from_datetime'"}
    assert found.verdicts["2022-04"].rows_published == 199
    assert account(lake, FEEDS[OFFENCES]).balances


def test_a_sentence_that_time_on_remand_had_served_before_it_began_counts(lake: Lake, tmp_path: Path) -> None:
    feed = "probation__sentenced_offences"
    written = fixture_of(feed).read_text(encoding="utf-8")
    # 60 days before the sentence of 11 March 2024.
    served = written.replace('"expectedSentenceEndDate": "2025-03-10"', '"expectedSentenceEndDate": "2024-01-11"')
    assert served != written
    path = tmp_path / "sentences.jsonl"
    path.write_text(served, encoding="utf-8")
    found = ingested(lake, feed, path)
    assert found.reasons == {}
    assert {verdict.status for verdict in found.verdicts.values()} == {Status.PUBLISHED}


def test_a_month_with_many_contradictory_crimes_is_held_for_that_reason(lake: Lake, tmp_path: Path) -> None:
    """Three of a hundred, where one is tolerated."""
    later = {"committed_from_datetime": "2022-05-02T21:00", "committed_to_datetime": ""}
    found = ingested(lake, OFFENCES, month(tmp_path / "month.csv", OFFENCES, 100, dict.fromkeys((5, 50, 95), later)))
    verdict = found.verdicts["2022-04"]
    assert verdict.status is Status.HELD
    assert [each.expectation for each in verdict.unmet_expectations if each.holds] == ["dates are in order"]
    assert "two dates of a row contradict each other in 3 rows (3.0%), first in row 5" in verdict.sentence


@pytest.mark.parametrize("blank", ["1900-01-01", "1800-01-01", "9999-12-31"])
def test_a_date_that_means_blank_contradicts_nothing_and_cancels_no_crime(
    lake: Lake, tmp_path: Path, blank: str
) -> None:
    """Nine of a hundred crimes, open and not cancelled, in the export of a database that has no blank dates."""
    changes = {
        row: {"cancelled_date": blank, "outcome_date": blank, "committed_to_datetime": f"{blank}T00:00"}
        for row in range(5, 14)
    }
    found = ingested(lake, OFFENCES, month(tmp_path / "month.csv", OFFENCES, 100, changes))
    assert found.reasons == {}
    verdict = found.verdicts["2022-04"]
    assert (verdict.status, verdict.rows_published) == (Status.PUBLISHED, 100)


def test_an_episode_whose_start_hes_could_not_read_counts(lake: Lake, tmp_path: Path) -> None:
    changes = {row: {"EPISTART": "1801-01-01"} for row in range(5, 11)}
    found = ingested(lake, "health__admissions", month(tmp_path / "month.csv", "health__admissions", 100, changes))
    assert found.reasons == {}
    assert [verdict.rows_published for verdict in found.verdicts.values()] == [100]


def test_a_row_whose_month_is_told_by_a_date_that_means_blank_has_no_month(lake: Lake, tmp_path: Path) -> None:
    changes = {5: {"ADMIDATE": "1800-01-01"}}
    found = ingested(lake, "health__admissions", month(tmp_path / "month.csv", "health__admissions", 100, changes))
    assert found.reasons == {5: "'ADMIDATE' is blank"}
