"""A sender that stops is missing, not zero: its month is not received until it delivers, is nil, or is said to end."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.hospitals import ATTENDANCES, deliver, extract
from vrp_pipeline.calendar.feed_calendar import calendar, today
from vrp_pipeline.calendar.states import state_of
from vrp_pipeline.ingest.acceptance import NothingHeldError, UnfoundedDecisionError, accept
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.nil_returns import receive_nil

MONTHS = {"2023-04": "2023-05-20", "2023-05": "2023-06-20", "2023-06": "2023-07-20", "2023-07": "2023-08-20"}


def months_of(lake: Lake) -> dict[str, dict[str, Any]]:
    return {row["month"]: row for row in calendar(lake, [ATTENDANCES]).to_pylist()}


def told(lake: Lake) -> dict[str, tuple[str, str | None]]:
    rows = months_of(lake)
    return {month: (rows[month]["status"], rows[month]["missing_senders"]) for month in MONTHS if month in rows}


@pytest.fixture
def stopped(lake: Lake, tmp_path: Path) -> Lake:
    """RHU delivers April to July; RHM and R1F deliver April, and RHM stops then. All are ingested on 1 September."""
    for month, day in MONTHS.items():
        for site in ("RHM01", "RHU03", "R1F01"):
            if site == "RHU03" or month == "2023-04" or (site == "R1F01" and month == "2023-05"):
                deliver(lake, extract(tmp_path / f"{site}-{month}.csv", month, {site: 4}), day)
    deliver(lake, extract(tmp_path / "last.csv", "2023-08", {"R1F01": 4}), "2023-09-05")
    ingest(lake, ATTENDANCES)
    return lake


def test_a_month_without_a_sender_of_the_months_before_is_not_received_and_names_it(stopped: Lake) -> None:
    # By hand: July is due on 31 August; the newest delivery came on 5 September.
    assert told(stopped) == {
        "2023-04": ("received", None),
        "2023-05": ("not received", "2 of 3 senders; RHM01 not received"),
        "2023-06": ("not received", "1 of 3 senders; R1F01, RHM01 not received"),
        "2023-07": ("not received", "1 of 3 senders; R1F01, RHM01 not received"),
    }


def test_a_sender_stays_missing_however_long_ago_it_stopped(stopped: Lake, tmp_path: Path) -> None:
    for number in range(9, 13):
        month = f"2023-{number:02d}"
        deliver(stopped, extract(tmp_path / f"{month}.csv", month, {"RHU03": 4, "R1F01": 4}), "2024-02-20")
    ingest(stopped, ATTENDANCES)
    december = months_of(stopped)["2023-12"]
    assert december["missing_senders"] == "2 of 3 senders; RHM01 not received"
    assert december["status"] == "not received"


def test_what_came_of_the_others_stands_and_is_not_shown_as_waiting(stopped: Lake) -> None:
    may = months_of(stopped)["2023-05"]
    assert (may["rows_delivered"], may["rows_published"], may["restatements"]) == (8, 8, 0)
    assert state_of(may) == "partial"
    # By hand: May is due on 1 July, 66 days before 5 September, and has not come whole.
    assert (may["is_late"], may["days_late"]) == (False, 66)


def test_a_month_is_as_late_as_the_last_of_its_senders(stopped: Lake, tmp_path: Path) -> None:
    deliver(stopped, extract(tmp_path / "late.csv", "2023-05", {"RHM01": 4}), "2023-09-09")
    ingest(stopped, ATTENDANCES)
    may = months_of(stopped)["2023-05"]
    # By hand: from 1 July to 9 September are 70 days.
    assert (may["status"], may["is_late"], may["days_late"]) == ("received", True, 70)
    assert may["first_received_at"] == datetime(2023, 6, 20, 10)
    assert may["rows_published"] == 12


def test_a_nil_return_of_the_missing_sender_completes_the_month(stopped: Lake) -> None:
    receive_nil(stopped, ATTENDANCES, "2023-05", declared_by="A Nurse", reason="closed for repairs", senders=["rhm01 "])
    ingest(stopped, ATTENDANCES)
    assert told(stopped)["2023-05"] == ("received", None)
    assert months_of(stopped)["2023-05"]["rows_published"] == 8
    assert told(stopped)["2023-06"][1] == "1 of 3 senders; R1F01, RHM01 not received"


def accepted(lake: Lake, month: str, **more: Any) -> None:
    accept(lake, ATTENDANCES, month, accepted_by="A Statistician", reason="the department closed", **more)
    ingest(lake, ATTENDANCES)


def test_accepting_a_month_without_a_sender_holds_for_that_month_alone(stopped: Lake, tmp_path: Path) -> None:
    accepted(stopped, "2023-05")
    assert told(stopped)["2023-05"] == ("received", None)
    assert told(stopped)["2023-06"][1] == "1 of 3 senders; R1F01, RHM01 not received"
    # However long ago it was: in August neither of the three months before has a row of RHM01.
    accepted(stopped, "2023-06")
    accepted(stopped, "2023-07")
    assert {told(stopped)[month][0] for month in MONTHS} == {"received"}
    assert months_of(stopped)["2023-08"]["missing_senders"] == "1 of 3 senders; RHM01, RHU03 not received"


def test_an_acceptance_for_another_reason_ends_no_sender(stopped: Lake, tmp_path: Path) -> None:
    for month in ("2023-09", "2023-10"):
        deliver(stopped, extract(tmp_path / f"{month}.csv", month, {"RHU03": 4, "R1F01": 4}), "2023-11-20")
    path = extract(tmp_path / "november.csv", "2023-11", {"RHU03": 400, "R1F01": 4})
    deliver(stopped, path, "2023-12-20")
    ingest(stopped, ATTENDANCES)
    assert months_of(stopped)["2023-11"]["status"] == "held"
    accepted(stopped, "2023-11")
    assert months_of(stopped)["2023-11"]["status"] == "received"
    deliver(stopped, extract(tmp_path / "december.csv", "2023-12", {"RHU03": 4, "R1F01": 4}), "2024-01-20")
    ingest(stopped, ATTENDANCES)
    assert months_of(stopped)["2023-12"]["missing_senders"] == "2 of 3 senders; RHM01 not received"


def test_a_month_accepted_without_a_sender_needs_a_new_decision_once_more_of_it_came(
    stopped: Lake, tmp_path: Path
) -> None:
    accepted(stopped, "2023-05")
    deliver(stopped, extract(tmp_path / "more.csv", "2023-05", {"RHU03": 5}), "2023-09-20")
    ingest(stopped, ATTENDANCES)
    assert told(stopped)["2023-05"] == ("not received", "2 of 3 senders; RHM01 not received")


def test_a_sender_that_is_said_to_have_ended_is_expected_no_more_until_it_delivers_again(
    stopped: Lake, tmp_path: Path
) -> None:
    accepted(stopped, "2023-05", ended=["rhm01 "])
    assert told(stopped)["2023-05"] == ("received", None)
    assert told(stopped)["2023-06"][1] == "1 of 2 senders; R1F01 not received"
    deliver(stopped, extract(tmp_path / "more.csv", "2023-05", {"RHU03": 5}), "2023-09-19")
    ingest(stopped, ATTENDANCES)
    assert told(stopped)["2023-05"] == ("received", None)
    deliver(stopped, extract(tmp_path / "back.csv", "2023-06", {"RHM01": 4}), "2023-09-20")
    ingest(stopped, ATTENDANCES)
    assert told(stopped)["2023-07"][1] == "1 of 3 senders; R1F01, RHM01 not received"


def test_a_sender_without_which_a_month_was_accepted_may_be_said_to_have_ended_later(stopped: Lake) -> None:
    accepted(stopped, "2023-05")
    accepted(stopped, "2023-05", ended=["RHM01"])
    assert told(stopped)["2023-06"][1] == "1 of 2 senders; R1F01 not received"


@pytest.mark.parametrize("sender", ["RHU03", "R1F01", "XYZ99"])
def test_a_sender_that_delivered_the_month_or_was_never_expected_cannot_have_ended(stopped: Lake, sender: str) -> None:
    with pytest.raises(UnfoundedDecisionError, match=f"{sender} is not missing"):
        accepted(stopped, "2023-05", ended=[sender])
    assert told(stopped)["2023-05"][0] == "not received"


def test_a_month_that_is_whole_cannot_be_accepted(stopped: Lake) -> None:
    with pytest.raises(NothingHeldError, match="is published"):
        accept(stopped, ATTENDANCES, "2023-04", accepted_by="A Statistician", reason="why")


def test_in_a_joint_file_chance_may_leave_a_small_sender_without_rows_but_not_a_large_one(
    lake: Lake, tmp_path: Path
) -> None:
    # Of a thousand months of senders, five rows are none by chance in seven (e^-5); twelve hardly ever are (e^-12).
    for month, day in list(MONTHS.items())[:3]:
        deliver(lake, extract(tmp_path / f"{month}.csv", month, {"RHM01": 40, "RHU03": 5, "R1F01": 12}), day)
    deliver(lake, extract(tmp_path / "july.csv", "2023-07", {"RHM01": 40}), "2023-09-02")
    ingest(lake, ATTENDANCES)
    assert told(lake)["2023-07"] == ("not received", "1 of 2 senders; R1F01 not received")


def test_before_its_due_date_a_month_waits_for_its_senders(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, extract(tmp_path / "april.csv", "2023-04", {"RHM01": 9, "RHU03": 12}), "2023-05-20")
    deliver(lake, extract(tmp_path / "may.csv", "2023-05", {"RHM01": 9}), "2023-06-20")
    ingest(lake, ATTENDANCES)
    assert told(lake)["2023-05"] == ("not due", "1 of 2 senders; RHU03 not received")


def test_by_the_clock_everything_is_overdue_if_everybody_stops(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, extract(tmp_path / "april.csv", "2023-04", {"RHM01": 9}), "2023-05-20")
    ingest(lake, ATTENDANCES)
    day = today(lake, datetime(2023, 9, 1, 12, tzinfo=UTC))
    rows = {row["month"]: row for row in calendar(lake, until=day).to_pylist() if row["feed"] == ATTENDANCES.name}
    # By hand: June is due on 31 July and July on 31 August; 1 September is 32 days and one day later.
    assert {month: (state_of(row), row["days_late"]) for month, row in rows.items() if month > "2023-05"} == {
        "2023-06": ("overdue", 32),
        "2023-07": ("overdue", 1),
        "2023-08": ("not due", 0),
        "2023-09": ("not due", 0),
    }
    assert max(months_of(lake)) == "2023-05", "what is released rests on the deliveries alone"


def test_the_clock_of_a_past_lake_is_its_day_and_that_of_simulated_deliveries_their_newest(
    lake: Lake, tmp_path: Path
) -> None:
    delivery = deliver(lake, extract(tmp_path / "april.csv", "2023-04", {"RHM01": 9}), "2023-05-20")
    assert today(lake.as_of("2023-06-01")) == datetime(2023, 6, 1, tzinfo=UTC).date()
    record = delivery.path(lake).with_name("delivery.json")
    record.write_text(record.read_text("utf-8").replace('"is_simulated": false', '"is_simulated": true'), "utf-8")
    assert today(lake) == datetime(2023, 5, 20, tzinfo=UTC).date()
