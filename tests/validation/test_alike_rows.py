"""Rows that come twice under two keys, or again a month later, hold the month; rows that are alike by nature do not."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.support.deliveries import Row, write_rows
from tests.support.hospitals import ATTENDANCES, attendance, deliver
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.bronze_schema import bronze_schema
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.validation.alike_rows import ALIKE, ROWS, Contents, alike_metrics, contents_of

AMBULANCE = FEEDS["health__ambulance_incidents"]
SECRET = b"a key of this test"


def calls(*rows: dict[str, object]) -> Contents:
    """What rows of the ambulance service hold; columns that are not named are blank."""
    return contents_of(AMBULANCE, pa.Table.from_pylist(list(rows), schema=bronze_schema(AMBULANCE)), SECRET)


def call(number: str, at: str = "2024-03-04T21:07", age: int = 23, **others: object) -> dict[str, object]:
    return {
        "record_id": number,
        "incident_number": number,
        "patient_number": "1",
        "call_connected_at": np.datetime64(at).item(),
        "patient_age": age,
        **others,
    }


def test_rows_are_alike_if_they_differ_in_their_keys_alone() -> None:
    found = calls(call("1"), call("2"), call("3"), call("4", age=24), call("5", at="2024-03-05T21:07"))
    assert found.counts == {ROWS: 5, ALIKE: 3}


def test_copies_under_one_key_are_one_row() -> None:
    assert calls(call("1"), call("1"), call("1"), call("2", age=24)).counts == {ROWS: 2, ALIKE: 0}


def test_a_blank_is_a_value_of_its_own() -> None:
    # The same values in other columns, and blanks beside values, are no copies.
    rows = call("1", easting=441250, northing=None), call("2", easting=None, northing=441250), call("3")
    assert calls(*rows).counts[ALIKE] == 0


def test_the_same_time_on_another_day_is_known_again_without_dates() -> None:
    march = calls(*(call(str(minute), f"2024-03-04T21:{minute:02d}") for minute in range(40)))
    april = calls(*(call(f"n{minute}", f"2024-04-09T21:{minute:02d}") for minute in range(40)))
    later = calls(*(call(str(minute), f"2024-03-04T22:{minute:02d}") for minute in range(40)))
    assert march.undated == april.undated
    assert not set(march.undated) & set(later.undated)


def test_a_further_number_of_a_record_is_no_content() -> None:
    offences = FEEDS["police__offences"]
    assert offences.references == ("occurrence_reference",)
    rows = [
        {"record_id": n, "crime_reference": n, "occurrence_reference": f"o{n}", "offence_code": "00801"}
        for n in ("1", "2")
    ]
    table = pa.Table.from_pylist(rows, schema=bronze_schema(offences))
    assert contents_of(offences, table, SECRET).counts == {ROWS: 2, ALIKE: 2}


def test_the_share_alike_is_told_beyond_what_is_usual_and_chance() -> None:
    # 100 of 1,000 are usual; 400 of 1,000 are 0.3 more, less 3·√(p(1 − p)/1000) with p = (100 + 1)/1002: 0.028561.
    usual = Contents({ROWS: 1000, ALIKE: 100})
    found = alike_metrics(
        Contents({ROWS: 1000, ALIKE: 400}), {f"2024-0{n}": usual for n in range(1, 4)} | {"2023-12": Contents()}
    )
    assert found["share_alike"] == pytest.approx(0.3 - 0.028561, abs=1e-6)
    assert (found["rows_alike"], found["rows_alike_usual"]) == (400, 100)


@pytest.mark.parametrize("months", [0, 2])
def test_nothing_is_said_before_three_months_are_known(months: int) -> None:
    before = {f"2024-0{n}": Contents({ROWS: 9, ALIKE: 0}) for n in range(1, 1 + months)}
    share = alike_metrics(Contents({ROWS: 9, ALIKE: 9}), before)["share_alike"]
    assert isinstance(share, float)
    assert np.isnan(share)


def visit(month: str, number: int, of_month: int) -> Row:
    """An attendance whose content follows from a number and the number of a month."""
    return attendance(month, "RHM01", 1 + number % 28, str(number)) | {
        "Arrival_Time": f"{(number * 7 + of_month) % 24:02d}:{(number * 11 + of_month * 17) % 60:02d}",
        "Age_At_Arrival": str(18 + (number * 7 + of_month * 13) % 60),
        "EC_Injury_Time": "",
        "EC_Injury_Date": "",
    }


MONTHS = ("2023-11", "2023-12", "2024-01", "2024-02")


def deliver_months(lake: Lake, tmp_path: Path) -> None:
    for place, month in enumerate(MONTHS):
        path = write_rows(tmp_path / f"{month}.csv", [visit(month, n, place) for n in range(100)])
        deliver(lake, path, f"2024-04-0{1 + place}")


def test_a_month_with_half_of_its_rows_under_second_keys_is_held(lake: Lake, tmp_path: Path) -> None:
    deliver_months(lake, tmp_path)
    rows = [visit("2024-03", n, 4) for n in range(100)]
    again = [row | {"EC_Ident": row["EC_Ident"] + "/B"} for row in rows[:50]]
    deliver(lake, write_rows(tmp_path / "march.csv", [*rows, *again]), "2024-04-20")
    verdicts = {verdict.partition: verdict for verdict in ingest(lake, ATTENDANCES)}
    assert {month for month, verdict in verdicts.items() if verdict.status is Status.HELD} == {"2024-03"}
    assert "100 rows are like another of the month in all but their keys, where 0 are usual" in (
        verdicts["2024-03"].sentence
    )


def test_a_month_sent_again_under_other_keys_and_dates_is_held_and_the_month_named(lake: Lake, tmp_path: Path) -> None:
    deliver_months(lake, tmp_path)
    again = [
        visit("2024-01", n, 2) | {"Arrival_Date": f"2024-03-{1 + (n + 3) % 28:02d}", "EC_Ident": f"2024-03/RHM01/N{n}"}
        for n in range(100)
    ]
    deliver(lake, write_rows(tmp_path / "march.csv", again), "2024-04-20")
    verdicts = {verdict.partition: verdict for verdict in ingest(lake, ATTENDANCES)}
    assert {month for month, verdict in verdicts.items() if verdict.status is Status.HELD} == {"2024-03"}
    assert "about 100 rows are like those of 2024-01 in all but their keys and dates" in verdicts["2024-03"].sentence


def test_rows_that_are_alike_every_month_are_passed(lake: Lake, tmp_path: Path) -> None:
    for place, month in enumerate((*MONTHS, "2024-03")):
        rows = [visit(month, n % 50, place) | {"EC_Ident": f"{month}/{n}"} for n in range(100)]
        deliver(lake, write_rows(tmp_path / f"{month}.csv", rows), f"2024-04-0{1 + place}")
    assert {verdict.status for verdict in ingest(lake, ATTENDANCES)} == {Status.PUBLISHED}
