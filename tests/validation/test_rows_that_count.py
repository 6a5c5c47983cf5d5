"""A month of usual volume whose rows would not count is held: what decides that, a status or a flag, has changed."""

from pathlib import Path

import pyarrow as pa
import pytest

from tests.support.deliveries import rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.validation.slices import slices_of

MONTHS = [f"2023-{month:02d}" for month in range(6, 12)]
# Feed, headings of key and date, heading that decides, value that counts, and what an export writes in its place.
CHANGES = [
    ("police__offences", "crime_reference", "date_recorded", "crime_status", "active", "cancelled"),
    ("police__offences", "crime_reference", "date_recorded", "hoc_flags", "AL;DA", ""),
    ("police__offences", "crime_reference", "date_recorded", "hoc_flags", "DA", "DOM"),
    ("health__emergency_attendances", "EC_Ident", "Arrival_Date", "Der_Dupe_Flag", "0", "1"),
    ("health__emergency_attendances", "EC_Ident", "Arrival_Date", "Der_Dupe_Flag", "0", ""),
    ("health__admissions", "EPIKEY", "ADMIDATE", "EPIORDER", "1", "2"),
    ("health__admissions", "EPIKEY", "ADMIDATE", "EPISTAT", "3", "1"),
    ("health__admissions", "EPIKEY", "ADMIDATE", "ADMIMETH", "21", ""),
]


@pytest.mark.parametrize(("feed", "key", "date", "heading", "counts", "counts_not"), CHANGES)
def test_a_month_whose_rows_would_not_count_is_held_and_the_value_they_lack_is_named(
    lake: Lake, tmp_path: Path, feed: str, key: str, date: str, heading: str, counts: str, counts_not: str
) -> None:
    one = rows_of(feed)[0]
    dates = {"EC_Injury_Date": "", "EPISTART": ""}
    dates = {name: text for name, text in dates.items() if name in one}
    for place, month in enumerate(MONTHS):
        rows = [
            {
                **one,
                **dates,
                key: f"44{place:02d}{row:07d}",
                date: f"{month}-{1 + row % 28:02d}",
                heading: counts_not if month == "2023-11" and row % 4 else counts,
            }
            for row in range(300)
        ]
        take(lake, write_rows(tmp_path / f"{month}.csv", rows))
    verdicts = {verdict.partition: verdict for verdict in ingest(lake, FEEDS[feed])}
    held = {month for month, verdict in verdicts.items() if verdict.status is Status.HELD}
    assert held == {"2023-11"}
    name = counts.rsplit(";", maxsplit=1)[-1] if heading != "ADMIMETH" else "2"  # all emergencies, whatever their kind
    assert f"'{name}', where 300 are usual" in verdicts["2023-11"].sentence


def test_a_slice_of_rows_that_have_a_value_is_no_slice_of_those_that_have_not() -> None:
    feed = FEEDS["police__offences"]
    texts = ("offence_code", "weapon_type", "victim_sex", "location_type", "injury_level", "victim_type")
    flags = ["DA", "AL; DA", "DAX", "AL;XDA", "", None, "DA;AL"]
    rows = pa.table(
        {
            **{name: pa.nulls(7, pa.string()) for name in texts},
            "easting": pa.nulls(7, pa.int32()),
            "northing": pa.nulls(7, pa.int32()),
            "crime_status": ["active", "cancelled", "active", "inactive", None, "transferred", "active"],
            "crime_flags": flags,
        }
    )
    found = slices_of(feed, rows, None, b"key")
    assert (found["status"], found["flag"]) == ({"active": 3}, {"DA": 3})
