"""Retention: months older than their period leave every zone and read as not received; all others stay as they were."""

import os
import zipfile
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import rows_of, take, write_rows
from vrp_pipeline.calendar.feed_calendar import calendar
from vrp_pipeline.calendar.retention_periods import Period, RetentionPeriodsError, periods
from vrp_pipeline.erasure.retention import expired, expired_refusals, left_by_killed_calls, retain
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.audit import entries
from vrp_pipeline.lake.bronze import published_partitions
from vrp_pipeline.lake.erasures import newest_erasure
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.nil_returns import receive_nil
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.receipt import receive
from vrp_pipeline.release.row_accounts import account

MONTHS = ["2024-02", "2024-03"]
PERIODS = """
[default]
months = 12
reason = "by hand"
[feeds.communities__events]
months = 0
reason = "for ever"
[refused]
months = 3
reason = "by hand"
"""


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "retention.toml"
    path.write_text(PERIODS, encoding="utf-8")
    monkeypatch.setenv("VRP_RETENTION_FILE", str(path))
    return path


@pytest.mark.parametrize(
    ("month", "is_over"), [("2023-02", True), ("2023-03", False), ("2023-04", False), ("2024-03", False)]
)
def test_a_month_is_kept_for_whole_months_after_its_own(month: str, is_over: bool) -> None:
    # On 3 March 2024 the twelve months after March 2023 are not over: they end with March 2024.
    assert Period(12, "by hand").is_over(month, date(2024, 3, 3)) is is_over
    assert not Period(0, "for ever").is_over(month, date(2034, 3, 3))


@pytest.mark.parametrize(
    "name",
    ["police__offences", "youth_justice__offences", "local_authorities__suspensions"],
)
def test_expired_months_go_from_landing_and_bronze_and_the_others_stay_as_they_were(name: str, lake: Lake) -> None:
    feed = FEEDS[name]
    take(lake, fixture_of(name))
    ingest(lake, feed)
    before = {month: pq.read_table(path).to_pylist() for month, path in published_partitions(lake, feed).items()}
    months = sorted({month for delivery in deliveries(lake, feed) for month in delivery.partitions})
    middle = months[len(months) // 2]
    year, number = int(middle[:4]) + 1, int(middle[5:])
    today = date(year, number, 3)
    gone = [month for month in months if month < middle]
    assert gone
    assert expired(lake, today) == {name: gone}

    assert retain(lake, today) == {name: gone}
    (delivery,) = deliveries(lake, feed)
    assert sorted(delivery.partitions) == [month for month in months if month >= middle]
    assert not (delivery.path(lake).parent / delivery.file_name).exists()
    ingest(lake, feed, stale_partitions(lake, feed))
    after = {month: pq.read_table(path).to_pylist() for month, path in published_partitions(lake, feed).items()}
    assert after == {month: rows for month, rows in before.items() if month not in gone}
    assert account(lake, feed).balances
    states = {row["month"]: row["status"] for row in calendar(lake, [feed], today).to_pylist()}
    assert {states[month] for month in gone if month in states} <= {"not received"}, "never a month without rows"
    assert expired(lake, today) == {}


def test_a_delivery_of_expired_months_alone_goes_whole_and_a_nil_return_loses_its_month(lake: Lake) -> None:
    feed = FEEDS["communities__anonymous_reports"]
    receive_nil(lake, feed, "2023-05", declared_by="A. Person", reason="confirmed")
    receive_nil(lake, feed, "2023-06", declared_by="A. Person", reason="confirmed")
    retain(lake, date(2024, 6, 3))
    assert [list(delivery.partitions) for delivery in deliveries(lake, feed)] == [["2023-06"]]
    assert len(list(lake.deliveries_of(feed).iterdir())) == 1


def test_rows_without_a_month_go_with_the_delivery_that_brought_them(lake: Lake, tmp_path: Path) -> None:
    feed = FEEDS["health__emergency_attendances"]
    (row, *_) = rows_of(feed.name)
    made = [{**row, "EC_Ident": f"{n}", "Arrival_Date": "2022-04-10" if n else "2022-03-30"} for n in range(40)]
    take(lake, write_rows(tmp_path / "april.csv", [{**each, "EC_Injury_Date": ""} for each in made]))
    ingest(lake, feed)
    (aside,) = lake.quarantine_without_month(feed, "any").parent.glob("*.parquet")
    assert pq.read_table(aside).num_rows == 1
    retain(lake, date(2030, 6, 1))
    assert deliveries(lake, feed) == []
    assert not aside.exists()


def test_what_a_killed_call_left_beside_a_delivery_is_removed_by_the_next(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = FEEDS["police__offences"]
    take(lake, fixture_of(feed.name))
    months = sorted(deliveries(lake, feed)[0].partitions)
    year, number = int(months[1][:4]) + 1, int(months[1][5:])
    unlink = Path.unlink

    def kill(self: Path, missing_ok: bool = False) -> None:
        if self.name == fixture_of(feed.name).name:
            raise KeyboardInterrupt
        unlink(self, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", kill)
        with pytest.raises(KeyboardInterrupt):
            retain(lake, date(year, number, 3))
    (delivery,) = deliveries(lake, feed)
    assert expired(lake, date(year, number, 3)) == {}, "the ledger knows the month no more"
    (left,) = left_by_killed_calls(lake)
    assert left == delivery.path(lake).with_name(delivery.file_name)
    retain(lake, date(year, number, 3))
    assert left_by_killed_calls(lake) == []
    assert not left.exists()
    assert list(read(feed, delivery.path(lake)))


def test_rows_dated_before_the_period_go_although_their_delivery_stays(lake: Lake, tmp_path: Path) -> None:
    feed = FEEDS["health__emergency_attendances"]
    (row, *_) = rows_of(feed.name)
    days = ["2023-03-30", "2022-12-30", *["2023-04-10"] * 97, ""]
    made = [{**row, "EC_Ident": f"{n}", "Arrival_Date": day, "EC_Injury_Date": ""} for n, day in enumerate(days)]
    take(lake, write_rows(tmp_path / "april.csv", made))
    ingest(lake, feed)

    def dates(path: Path) -> list[str]:
        return sorted(str(each) for each in pq.read_table(path)["arrival_date"].to_pylist())

    (aside,) = lake.quarantine_without_month(feed, "any").parent.glob("*.parquet")
    assert dates(aside) == ["2022-12-30", "2023-03-30", "None"]
    # On 3 December 2023 the twelve months after December 2022 are not over; on 3 January 2024 they are.
    assert retain(lake, date(2023, 12, 3)) == {}
    assert retain(lake, date(2024, 1, 3)) == {feed.name: ["2022-12"]}
    (delivery,) = deliveries(lake, feed)
    assert (delivery.partitions, delivery.rows_without_partition) == ({"2023-04": 97}, 2)
    assert delivery.without_partition == {"undated": 1, "other month": 1}
    assert not (delivery.path(lake).parent / delivery.file_name).exists()
    landed = [text for table in read(feed, delivery.path(lake)) for text in table.texts["arrival_date"].to_pylist()]
    assert "2022-12-30" not in landed
    assert len(landed) == 99
    assert not aside.exists()
    ingest(lake, feed, stale_partitions(lake, feed))
    assert dates(aside) == ["2023-03-30", "None"]
    assert account(lake, feed).balances
    assert retain(lake, date(2024, 1, 3)) == {}


@pytest.mark.parametrize("month", ["2024-02", "2024-03"])
def test_an_expired_month_stays_in_no_file_that_is_stored_for_another_feed_too(
    month: str, lake: Lake, tmp_path: Path, settings: Path
) -> None:
    settings.write_text(PERIODS + '[feeds.police__stop_and_searches]\nmonths = 0\nreason = "for ever"\n', "utf-8")
    both = tmp_path / "2024-03.zip"
    with zipfile.ZipFile(both, "w") as archive:
        for name in ("police__street_crimes", "police__stop_and_searches"):
            with zipfile.ZipFile(fixture_of(name)) as own:
                for member in own.namelist():
                    archive.writestr(member, own.read(member))
    take(lake, both)
    street, stops = FEEDS["police__street_crimes"], FEEDS["police__stop_and_searches"]
    for feed in (street, stops):
        ingest(lake, feed)
    searches = account(lake, stops).received
    (delivery,) = deliveries(lake, stops)
    assert f"{month}/{month}-hampshire-street.csv" in zipfile.ZipFile(delivery.path(lake)).namelist()
    # The twelve months after this one end a year later; the day after, the month is over.
    year, number = (int(part) for part in month.split("-"))
    assert retain(lake, date(year + 1, number + 1, 3)) == {street.name: [m for m in MONTHS if m <= month]}
    (delivery,) = deliveries(lake, stops)
    left = [path for path in delivery.path(lake).parent.iterdir() if zipfile.is_zipfile(path)]
    assert left == [], "no archive holds the month any more"
    assert delivery.partitions.keys() == set(MONTHS)
    assert account(lake, stops).received == searches
    assert sum(table.texts.num_rows for table in read(stops, delivery.path(lake))) == searches
    assert account(lake, stops).balances


def test_a_feed_without_end_keeps_everything(lake: Lake) -> None:
    take(lake, fixture_of("communities__events"))
    assert expired(lake, date(2060, 1, 1)) == {}
    (delivery,) = deliveries(lake, FEEDS["communities__events"])
    assert delivery.path(lake).name == delivery.file_name
    assert list(read(FEEDS["communities__events"], delivery.path(lake)))


def test_refused_files_go_after_their_period(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "unknown.csv").write_text("a,b\n1,2\n")
    (receipt,) = receive(lake, [tmp_path / "unknown.csv"])
    assert receipt.refusal is not None
    (folder,) = lake.refused.iterdir()
    os.utime(folder, (1706745600, 1706745600))  # 1 February 2024
    assert expired_refusals(lake, date(2024, 5, 31)) == []
    retain(lake, date(2024, 6, 1))
    assert not list(lake.refused.iterdir())
    assert [entry.details for entry in entries(lake)] == [{"refused": 1}]


def test_what_went_is_logged_and_releases_made_before_are_to_go(lake: Lake) -> None:
    take(lake, fixture_of("police__offences"))
    assert newest_erasure(lake) is None
    found = retain(lake, date(2060, 1, 1))
    logged = [entry for entry in entries(lake) if entry.action == "retain"]
    assert [entry.details for entry in logged] == [{"feed": "police__offences", "months": found["police__offences"]}]
    assert newest_erasure(lake) is not None
    assert retain(lake, date(2060, 1, 1)) == {}
    assert len([entry for entry in entries(lake) if entry.action == "retain"]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml",
        PERIODS.replace("months = 12", "months = -1"),
        PERIODS.replace("months = 12", "months = true"),
        PERIODS.replace('reason = "by hand"', 'reason = " "'),
        PERIODS.replace("communities__events", "communities__nothing"),
        PERIODS.partition("[refused]")[0],
    ],
)
def test_periods_that_cannot_be_read_remove_nothing(text: str, settings: Path, lake: Lake) -> None:
    take(lake, fixture_of("police__offences"))
    settings.write_text(text, encoding="utf-8")
    with pytest.raises(RetentionPeriodsError, match=r"retention\.toml"):
        retain(lake, date(2060, 1, 1))
    (delivery,) = deliveries(lake, FEEDS["police__offences"])
    assert delivery.erased is None


def test_the_file_that_is_shipped_gives_every_feed_a_period_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VRP_RETENTION_FILE")
    found = periods()
    assert set(found) == {*FEEDS, "refused"}
    assert all(period.reason for period in found.values())
    assert {FEEDS[name].agency for name, period in found.items() if not period.months} == {"reference"}
    # The report compares a financial year with the one before: a shorter period would leave it without its base.
    assert min(period.months for name, period in found.items() if period.months and name != "refused") >= 36
