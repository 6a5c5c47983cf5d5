"""Ingest of searches, ambulance incidents, admissions and fires, from correct and from faulty deliveries."""

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import Row, rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict

MONTHS = [f"2023-{month:02d}" for month in range(7, 13)]
DATES = {
    "health__ambulance_incidents": ("call_connect_datetime", "{month}-{day:02d} 22:15:00", "incident_number"),
    "health__admissions": ("ADMIDATE", "{month}-{day:02d}", "EPIKEY"),
    "fire__incidents": ("date_of_call", "{month}-{day:02d}", "incident_number"),
}
# What would lie months before or after that date.
OTHER_DATES = {"health__admissions": ("EPISTART",), "fire__incidents": ("timestamp_of_call",)}
Change = Callable[[int, Row], Row]


def months(lake: Lake, folder: Path, feed: str, newest: Change, rows: int = 240) -> dict[str, Verdict]:
    """Six months of the fixture's rows over and over, the newest changed, as they were judged."""
    date, form, key = DATES[feed]
    sample = rows_of(feed)
    for month in MONTHS:
        made = [
            {
                **sample[n % len(sample)],
                **dict.fromkeys(OTHER_DATES.get(feed, ()), ""),
                date: form.format(month=month, day=n % 28 + 1),
                key: f"{month[2:4]}{month[5:]}{n:08d}",
            }
            for n in range(rows)
        ]
        if month == MONTHS[-1]:
            made = [newest(n, row) for n, row in enumerate(made)]
        take(lake, write_rows(folder / f"{feed}_{month}.csv", made))
    return {verdict.partition: verdict for verdict in ingest(lake, FEEDS[feed])}


def every(**changes: str) -> Change:
    return lambda _n, row: {**row, **changes}


def only(which: Callable[[Row], bool], **changes: str) -> Change:
    return lambda _n, row: {**row, **changes} if which(row) else row


def test_searches_alike_in_every_field_are_separate_searches(lake: Lake) -> None:
    take(lake, fixture_of("police__stop_and_searches"))
    verdicts = ingest(lake, FEEDS["police__stop_and_searches"])
    assert [verdict.status for verdict in verdicts] == [Status.PUBLISHED] * 2
    rows = pq.read_table(lake.bronze_partition(FEEDS["police__stop_and_searches"], "2024-03")).to_pylist()
    assert len(rows) == len({row["record_id"] for row in rows}) == 5
    assert rows[0]["searched_at"] == datetime(2024, 3, 10, 21, 15)


def test_an_archive_with_latitude_and_longitude_swapped_is_held(lake: Lake, tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(fixture_of("police__stop_and_searches")) as sound,
        zipfile.ZipFile(tmp_path / "swapped.zip", "w") as swapped,
    ):
        for name in sound.namelist():
            content = sound.read(name).decode().replace("50.906000,-1.402000", "-1.402000,50.906000")
            swapped.writestr(name, content)
    take(lake, tmp_path / "swapped.zip")
    verdicts = ingest(lake, FEEDS["police__stop_and_searches"])
    assert {verdict.status for verdict in verdicts} == {Status.HELD}
    assert "latitude is plausible" in [unmet.expectation for unmet in verdicts[0].unmet_expectations]


@pytest.mark.parametrize("feed", DATES)
def test_ordinary_months_pass_without_a_remark(lake: Lake, tmp_path: Path, feed: str) -> None:
    verdicts = months(lake, tmp_path, feed, every())
    assert {verdict.status for verdict in verdicts.values()} == {Status.PUBLISHED}
    assert [unmet.reason for verdict in verdicts.values() for unmet in verdict.unmet_expectations] == []


@pytest.mark.parametrize(
    ("feed", "newest", "rule"),
    [
        ("health__ambulance_incidents", every(triage_code="SG1999"), "triage_code is spread as usual"),
        ("health__ambulance_incidents", every(scene_easting="", scene_northing=""), "easting is filled as usual"),
        ("health__ambulance_incidents", every(patient_sex="1"), "patient_sex is a known code"),
        ("health__ambulance_incidents", every(scene_easting="0", scene_northing="0"), "easting is plausible"),
        ("health__admissions", every(CAUSE_3="Y04"), "external_cause is spread as usual"),
        ("health__admissions", every(CAUSE_3=""), "external_cause is filled as usual"),
        ("health__admissions", every(STARTAGE="*"), "age_at_start has its form"),
        ("health__admissions", every(EPIKEY="5.00001E+11"), "episode_id has its form"),
        ("fire__incidents", every(incident_group="Fire"), "incident_group is spread as usual"),
        (
            "fire__incidents",
            only(lambda row: row["accidental_or_deliberate"] != "", accidental_or_deliberate="Not known"),
            "accidental_or_deliberate is spread as usual",
        ),
        ("fire__incidents", every(easting_rounded="", northing_rounded=""), "easting_rounded is filled as usual"),
        ("fire__incidents", every(accidental_or_deliberate="Malicious"), "accidental_or_deliberate is a known code"),
    ],
)
def test_a_month_that_came_wrong_is_held_for_what_is_wrong_with_it(
    lake: Lake, tmp_path: Path, feed: str, newest: Change, rule: str
) -> None:
    verdicts = months(lake, tmp_path, feed, newest)
    assert verdicts[MONTHS[-1]].status is Status.HELD
    assert rule in [unmet.expectation for unmet in verdicts[MONTHS[-1]].unmet_expectations if unmet.holds]
    assert {verdicts[month].status for month in MONTHS[:-1]} == {Status.PUBLISHED}


@pytest.mark.parametrize("feed", DATES)
def test_headings_that_stand_among_the_rows_are_put_aside_and_hold_nothing(
    lake: Lake, tmp_path: Path, feed: str
) -> None:
    verdicts = months(lake, tmp_path, feed, lambda n, row: dict(zip(row, row, strict=True)) if n == 100 else row)
    assert verdicts[MONTHS[-1]].status is Status.PUBLISHED
    month = pq.read_table(lake.bronze_partition(FEEDS[feed], MONTHS[-1]))
    assert month.num_rows == 239


def test_a_scene_is_kept_as_the_middle_of_its_square_and_no_nearer(lake: Lake, tmp_path: Path) -> None:
    months(lake, tmp_path, "health__ambulance_incidents", every(scene_easting="442099", scene_northing="112001"))
    rows = pq.read_table(lake.bronze_partition(FEEDS["health__ambulance_incidents"], MONTHS[-1]))
    assert set(rows["easting"].to_pylist()) == {442_050}
    assert set(rows["northing"].to_pylist()) == {112_050}


def test_a_final_file_replaces_the_provisional_one(lake: Lake, tmp_path: Path) -> None:
    rows = rows_of("health__admissions")
    take(lake, write_rows(tmp_path / "flex.csv", [{**row, "DATA_STATUS": "P"} for row in rows[:4]]))
    ingest(lake, FEEDS["health__admissions"])
    take(lake, write_rows(tmp_path / "freeze.csv", rows))
    ingest(lake, FEEDS["health__admissions"])
    month = pq.read_table(lake.bronze_partition(FEEDS["health__admissions"], "2024-03"))
    assert set(month["submission"].to_pylist()) == {"F"}
    assert month.num_rows == 6
