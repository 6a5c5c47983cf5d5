"""Deliveries have their real formats, with exactly the contract's headings."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.synthetic.conftest import Simulated
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.landing.recognition import recognise
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts

CSV_FEEDS = {
    "hiow_recorded_crime_2023-04-05.csv": ("police__offences", ""),
    "hiow_recorded_crime_2024-04-03.csv": ("police__offences", ""),
    "ecds_injuries_2022-04.csv": ("health__emergency_attendances", ""),
    "ecds_injuries_2024-03.csv": ("health__emergency_attendances", ""),
    "LAD24_CSP24_PFA24_EW_LU.csv": ("reference__districts", "24"),
    "LSOA21_WD24_LAD24_EW_LU.csv": ("reference__small_areas", "24"),
    "LSOA11_LSOA21_LAD22_EW_LU.csv": ("reference__small_area_changes", ""),
    "SAPE_mid2020_LSOA11_single_year_HIOW.csv": ("reference__population", ""),
    "Census2021_LSOA21_HIOW.csv": ("reference__census_population", ""),
    "Census2021_LAD21_age_sex_HIOW.csv": ("reference__census_age_sex", "21"),
    "IoD2025_HIOW_LSOA21.csv": ("reference__deprivation", ""),
}
EVENT_LOGS = ("vru_event_log_2022-23.xlsx", "vru_event_log_2023-24.xlsx")


def promised(feed: str, vintage: str) -> list[str]:
    headings = [column.header.replace("{yy}", vintage) for column in FEEDS[feed].columns]
    return [heading.replace("LSOA24", "LSOA21") for heading in headings]  # the file mixes vintages


@pytest.mark.parametrize("name", CSV_FEEDS)
def test_csv_headings_are_those_of_the_contract(small: Simulated, name: str) -> None:
    with (small.inbox / name).open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == promised(*CSV_FEEDS[name])


def test_every_file_is_of_a_declared_feed_and_every_feed_has_a_file(small: Simulated) -> None:
    delivered = {path.name: recognise(path) for path in small.paths}
    assert all(delivered.values())
    assert {feed.name for feeds in delivered.values() for feed in feeds} == set(FEEDS)
    assert {path.name for path in small.inbox.iterdir()} == set(delivered)


def test_the_archive_holds_a_file_of_the_force_and_of_a_neighbour_for_each_month(small: Simulated) -> None:
    pattern = re.compile(FEEDS["police__street_crimes"].format.member)  # type: ignore[union-attr]
    with zipfile.ZipFile(small.inbox / "2024-03.zip") as archive:
        mine = [name for name in archive.namelist() if pattern.search(name)]
        assert len(mine) == 24
        others = {f"{month}/{month}-{rest}.csv" for month in (name[:7] for name in mine)
                  for rest in ("dorset-street", "hampshire-stop-and-search")}  # fmt: skip
        assert others == set(archive.namelist()) - set(mine)
        for name in mine[:1] + mine[-1:]:
            rows = pd.read_csv(archive.open(name), dtype=str)
            assert list(rows.columns) == promised("police__street_crimes", "")
            assert set(rows["Month"]) == {name[:7]}
            is_asb = rows["Crime type"] == "Anti-social behaviour"
            assert (rows["Crime ID"].isna() == is_asb).all()
            assert rows["Context"].isna().all()


def test_wholly_identical_antisocial_behaviour_rows_occur(small: Simulated) -> None:
    with zipfile.ZipFile(small.inbox / "2024-03.zip") as archive:
        names = [name for name in archive.namelist() if "hampshire-street" in name]
        rows = pd.concat(pd.read_csv(archive.open(name), dtype=str) for name in names)
    asb = rows[rows["Crime ID"].isna()]
    assert asb.duplicated().any()
    assert 0.09 < len(asb) / len(rows) < 0.15  # about 12 %


@pytest.mark.parametrize("name", EVENT_LOGS)
def test_the_event_log_has_titles_above_its_headings_and_mixes_its_dates(small: Simulated, name: str) -> None:
    workbook = CalamineWorkbook.from_path(str(small.inbox / name))
    assert workbook.sheet_names == ["Events", "Notes"]
    rows = workbook.get_sheet_by_name("Events").to_python()
    assert "simulated" in str(rows[0][0])
    assert rows[2] == promised("communities__events", "")
    starts = [row[rows[2].index("start_datetime")] for row in rows[3:]]
    texts_of = [start for start in starts if isinstance(start, str)]
    assert any("/" in text for text in texts_of)
    assert any(re.match(r"\d{4}-", text) for text in texts_of)
    assert len(texts_of) < len(starts)


@pytest.mark.parametrize("year", ["2022-23", "2023-24"])
def test_the_event_log_covers_its_financial_year_to_march(small: Simulated, year: str) -> None:
    starts = small.event_log(year).start_datetime
    assert starts.min() >= pd.Timestamp(int(year[:4]), 4, 1)
    assert f"{starts.max():%Y-%m}" == f"20{year[5:]}-03"


def test_no_text_begins_like_a_formula(small: Simulated) -> None:
    for path in small.inbox.glob("*.csv"):
        encoding = "cp1252" if path.name == "fire_incidents_2022-11.csv" else "utf-8-sig"
        for heading, column in pd.read_csv(path, dtype=str, encoding=encoding).items():
            assert not column.dropna().str.match(r"[=+@]|-(?!\d)").any(), f"{path.name}: {heading}"


def test_the_boundaries_are_a_feature_collection_with_one_feature_per_area(small: Simulated) -> None:
    boundaries = json.loads((small.inbox / "LSOA_2021_boundaries_HIOW.geojson").read_text(encoding="utf-8"))
    codes = pd.read_csv(small.inbox / "Census2021_LSOA21_HIOW.csv")["LSOA21CD"]
    assert [feature["properties"]["LSOA21CD"] for feature in boundaries["features"]] == list(codes)
    assert {feature["geometry"]["type"] for feature in boundaries["features"]} == {"Polygon", "MultiPolygon"}


CELLS = st.one_of(
    st.none(), st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from(',"\n\r'), min_size=1)
)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=20))
@example([(None, "\u2028")])
def test_what_is_written_as_csv_is_read_back_cell_by_cell(rows: list[tuple[str | None, str | None]]) -> None:
    table = pa.table(
        {
            "one": pa.array([r[0] for r in rows], pa.string()),
            "two, or more": pa.array([r[1] for r in rows], pa.string()),
        }
    )
    written = deliveries.csv_bytes(table).decode("utf-8")
    # Not by str.splitlines, to which other characters than the line feed end a line.
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert read[0] == ["one", "two, or more"]
    assert read[1:] == [[cell or "" for cell in row] for row in rows]


def test_a_table_that_breaks_its_contract_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="usual_residents"):
        deliveries.table(FEEDS["reference__census_population"], {"lsoa_code": texts.constant("E01900001", 1)})


def test_numbers_and_dates_are_written_as_agencies_write_them() -> None:
    import numpy as np

    assert texts.decimals(np.array([-1.5, 0.000001, -0.0000001, 51.35]), 6).to_pylist() == [
        "-1.500000", "0.000001", "0.000000", "51.350000",
    ]  # fmt: skip
    assert texts.dates(np.array([0, -1, 90])).to_pylist() == ["2022-01-01", "2021-12-31", "2022-04-01"]
    assert texts.times(np.array([0, 1441])).to_pylist() == ["2022-01-01 00:00:00", "2022-01-02 00:01:00"]
    assert texts.clocks(np.array([125])).to_pylist() == ["02:05:00"]
    assert texts.whole(np.array([7]), 3).to_pylist() == ["007"]
