"""Planted rows are where the truth says, and each broken copy has exactly its one fault."""

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests.synthetic.conftest import Simulated
from vrp_pipeline.synthetic.formats.broken_files import FAULTS, simulate_fault

EXTRACT = "hiow_recorded_crime_2024-04-03.csv"


def test_planted_rows_stand_in_the_file_and_line_that_the_truth_names(small: Simulated) -> None:
    faults = small.table("planted_faults")
    mine = faults[(faults.file == EXTRACT) & (faults.action == "quarantine")]
    rows = small.extract("2024-04-03")
    assert rows.crime_reference.iloc[mine.row.astype(int) - 1].tolist() == mine.key.tolist()
    told = dict(zip(mine.reason, mine.row.astype(int) - 1, strict=True))
    assert rows.crime_status[told["the status is not agreed"]] == "undetected"
    assert rows.location_easting[told["0,0 stands for unknown, where a blank is agreed"]] == "0"
    assert rows.date_recorded[told["the date does not exist"]] == "2022-02-31"


def test_one_offence_row_stands_thirteen_times_and_nothing_else_twice(small: Simulated) -> None:
    rows = small.extract("2024-04-03")
    copies = rows[rows.duplicated(keep=False)]
    assert len(copies) == 13
    assert copies.crime_reference.nunique() == 1
    others = rows.drop(index=copies.index)
    assert not others.duplicated(["crime_reference", "victim_ref"]).any()


def test_faults_are_well_below_a_hundredth_of_every_month_apart_from_the_copies(small: Simulated) -> None:
    faults = small.table("planted_faults")
    once = faults[(faults.file == EXTRACT) & (faults.reason != "a copy of another row of the same key")]
    rows = small.extract("2024-04-03")
    months = rows.date_recorded.str[:7]
    share = months.iloc[once.row.astype(int) - 1].value_counts() / months.value_counts()
    assert (
        share.dropna()[lambda found: found.index.str.match(r"\d{4}-\d{2}$") & (found.index >= "2022-04")].max() < 0.01
    )


def test_every_planted_reason_says_what_should_become_of_the_row(small: Simulated) -> None:
    faults = small.table("planted_faults")
    assert set(faults.action) == {"quarantine", "exclude"}
    assert faults.reason.str.len().gt(10).all()
    assert set(faults.feed) >= {"police__offences", "police__street_crimes", "health__emergency_attendances"}


@pytest.fixture(scope="module")
def sources(small: Simulated) -> dict[str, Path]:
    return {"csv": small.inbox / "ecds_injuries_2022-12.csv", "zip": small.inbox / "2023-03.zip"}


def rows_of(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str)


def newest_of(path: Path) -> pd.DataFrame:
    with zipfile.ZipFile(path) as archive:
        return pd.read_csv(archive.open("2023-03/2023-03-hampshire-street.csv"), dtype=str)


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_changes_the_file_and_leaves_the_source_alone(
    kind: str, sources: dict[str, Path], tmp_path: Path
) -> None:
    before = sources["csv"].read_bytes()
    broken = simulate_fault(kind, sources["csv"], tmp_path / "broken" / sources["csv"].name)
    assert broken.read_bytes() != before
    assert sources["csv"].read_bytes() == before


def test_an_unknown_fault_names_the_known_ones(sources: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="half month"):
        simulate_fault("burnt", sources["csv"], tmp_path / "x.csv")


def test_faults_of_columns_change_the_headings_and_no_row(sources: dict[str, Path], tmp_path: Path) -> None:
    sound = rows_of(sources["csv"])
    missing = rows_of(simulate_fault("missing column", sources["csv"], tmp_path / "missing.csv"))
    assert list(missing.columns) == list(sound.columns)[:-1]
    extra = rows_of(simulate_fault("extra column", sources["csv"], tmp_path / "extra.csv"))
    assert list(extra.columns) == [*sound.columns, "officer_comment"]
    renamed = rows_of(simulate_fault("renamed column", sources["csv"], tmp_path / "renamed.csv"))
    assert [a for a, b in zip(renamed.columns, sound.columns, strict=True) if a != b] == [f"{sound.columns[1]}_v2"]
    assert len(missing) == len(extra) == len(renamed) == len(sound)


def test_swapped_coordinates_are_the_same_numbers_the_wrong_way_round(sources: dict[str, Path], tmp_path: Path) -> None:
    swapped = newest_of(simulate_fault("swapped coordinates", sources["zip"], tmp_path / "swapped.zip"))
    sound = newest_of(sources["zip"])
    assert swapped["Longitude"].equals(sound["Latitude"].rename("Longitude"))
    assert swapped["Latitude"].equals(sound["Longitude"].rename("Latitude"))


def test_encodings_can_no_longer_be_read_as_utf8(sources: dict[str, Path], tmp_path: Path) -> None:
    for kind, encoding in (("utf-16", "utf-16"), ("cp1252", "cp1252")):
        broken = simulate_fault(kind, sources["csv"], tmp_path / f"{kind}.csv").read_bytes()
        with pytest.raises(UnicodeDecodeError):
            broken.decode("utf-8")
        assert broken.decode(encoding).startswith("EC_Ident,")


def test_a_truncated_archive_is_no_archive(sources: dict[str, Path], tmp_path: Path) -> None:
    assert not zipfile.is_zipfile(simulate_fault("truncated", sources["zip"], tmp_path / "cut.zip"))


def test_half_a_month_is_gone_and_the_months_before_it_are_whole(small: Simulated, tmp_path: Path) -> None:
    def months(path: Path) -> "pd.Series[int]":
        return rows_of(path).date_recorded.str[:7].value_counts()

    sound = months(small.inbox / EXTRACT)
    halved = months(simulate_fault("half month", small.inbox / EXTRACT, tmp_path / EXTRACT))
    assert halved["2024-03"] == pytest.approx(sound["2024-03"] / 2, abs=1)
    assert halved.drop("2024-03").equals(sound.drop("2024-03").reindex(halved.drop("2024-03").index))


def test_a_copied_row_stands_thirteen_times(sources: dict[str, Path], tmp_path: Path) -> None:
    copied = newest_of(simulate_fault("copied row", sources["zip"], tmp_path / "copied.zip"))
    assert copied["Crime ID"].value_counts().iloc[0] == 13
    assert len(copied) == len(newest_of(sources["zip"])) + 12


def test_row_faults_refuse_a_workbook(small: Simulated, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="workbook"):
        simulate_fault("extra column", small.inbox / "vru_event_log_2022-23.xlsx", tmp_path / "log.xlsx")
