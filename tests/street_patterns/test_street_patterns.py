"""The pattern of street crimes: counts by hand from an archive made by hand, and what is written of them."""

import csv
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from vrp_pipeline.cli.main import main
from vrp_pipeline.feeds.police import street_crimes
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.street_patterns.archives import NO_PLACE, count_street_crimes
from vrp_pipeline.street_patterns.charts import xmr_chart
from vrp_pipeline.street_patterns.files import patterns_of, write_patterns

HEADINGS = ",".join(column.header for column in street_crimes.columns)
Rows = list[tuple[str, str]]


def archive(path: Path, months: dict[str, Rows], force: str = "avon-and-somerset") -> Path:
    """Write an archive with rows of (name of the small area, type of crime) by month."""
    with zipfile.ZipFile(path, "w") as file:
        for month, rows in months.items():
            lines = [f",{month},Force,Force,-2.5,51.4,On or near A Street,,{area},{kind},," for area, kind in rows]
            text = "\n".join([HEADINGS, *lines]) + "\n"
            file.writestr(f"{month}/{month}-{force}-street.csv", text)
            file.writestr(f"{month}/{month}-{force}-outcomes.csv", "Crime ID\n")
    return path


BRISTOL, BATH = "Bristol 014A", "Bath and North East Somerset 001C"


def test_crimes_are_counted_by_month_district_and_type(tmp_path: Path) -> None:
    # Identical rows without a number are separate events; a row without a small area has no place.
    months: dict[str, Rows] = {
        "2024-01": [(BRISTOL, "Robbery")] * 2 + [(BATH, "Drugs"), ("", "Robbery")],
        "2024-03": [(BRISTOL, "Drugs")],
    }
    counts = count_street_crimes([archive(tmp_path / "a.zip", months)], "avon-and-somerset")
    assert counts.crimes == Counter(
        {
            ("2024-01", "Bristol", "Robbery"): 2,
            ("2024-01", "Bath and North East Somerset", "Drugs"): 1,
            ("2024-01", NO_PLACE, "Robbery"): 1,
            ("2024-03", "Bristol", "Drugs"): 1,
        }
    )
    assert counts.calendar == ["2024-01", "2024-02", "2024-03"]
    # February is in no archive: not known, and no nought. In March robbery is named nowhere, as if it had a new name.
    assert counts.series(None, "Robbery") == {"2024-01": 3, "2024-02": None, "2024-03": None}
    assert counts.series("Bristol", "Drugs") == {"2024-01": 0, "2024-02": None, "2024-03": 1}
    assert counts.districts == ["Bristol", "Bath and North East Somerset", NO_PLACE]


def test_simulated_crimes_are_called_so_and_lie_in_their_districts(tmp_path: Path) -> None:
    for area, is_simulated in (("Portsmouth S004C", True), ("Portsmouth 004C", False)):
        made = archive(tmp_path / f"{is_simulated}.zip", {"2024-01": [(area, "Robbery")]}, "city-of-london")
        counts = count_street_crimes([made], "city-of-london")
        assert counts.districts == ["Portsmouth"]
        page, _ = write_patterns(counts, tmp_path / f"{is_simulated}")
        text = page.read_text(encoding="utf-8")
        assert ("Simulated data." in text) == is_simulated
        assert "City of London" in text


def test_a_merged_district_and_a_renamed_type_are_not_known_after_their_last_month_and_named(tmp_path: Path) -> None:
    # By hand: two crimes a month; Mendip is part of Somerset from July, violence is named otherwise from September.
    months: dict[str, Rows] = {
        f"2024-{n:02d}": [
            ("Mendip 001A" if n < 7 else "Somerset 001A", "Violent crime" if n < 9 else "Violence and sexual offences"),
            (BRISTOL, "Drugs"),
        ]
        for n in range(1, 13)
    }
    counts = count_street_crimes([archive(tmp_path / "a.zip", months)], "avon-and-somerset")
    assert list(counts.series("Mendip", None).values()) == [1] * 6 + [None] * 6
    assert list(counts.series("Somerset", None).values()) == [None] * 6 + [1] * 6
    assert list(counts.series(None, "Violent crime").values()) == [1] * 8 + [None] * 4
    # Somerset has violence of the old name from July to August; Bristol's is nought while either name is in use.
    assert list(counts.series("Somerset", "Violent crime").values()) == [None] * 6 + [1] * 2 + [None] * 4
    assert list(counts.series("Bristol", "Violent crime").values()) == [0] * 8 + [None] * 4
    whole = {(pattern.district, pattern.kind): pattern.last_year for pattern in patterns_of(counts)}
    assert (whole["all", "all"], whole["Mendip", "all"], whole["Somerset", "all"]) == (24, None, None)
    page = write_patterns(counts, tmp_path / "out")[0].read_text("utf-8")
    for named in ("Mendip (2024-01 to 2024-06)", "Somerset (2024-07 to 2024-12)", "Violent crime (2024-01 to 2024-08)"):
        assert named in page
    assert "Bristol (" not in page


def test_a_file_with_headings_alone_holds_no_month_and_the_page_says_so(tmp_path: Path) -> None:
    months: dict[str, Rows] = {f"2024-{n:02d}": [(BRISTOL, "Drugs")] * (0 if n in (5, 12) else 9) for n in range(1, 13)}
    counts = count_street_crimes([archive(tmp_path / "a.zip", months)], "avon-and-somerset")
    assert list(counts.series(None, None).values()) == [9] * 4 + [None] + [9] * 6
    assert counts.empty == ("2024-05", "2024-12")
    page = write_patterns(counts, tmp_path / "out")[0].read_text("utf-8")
    assert "The files of 2024-05, 2024-12 have headings and no crime" in page
    assert "No archive holds" not in page
    # An older archive that has the month is believed before a newer one that has its headings.
    older = archive(tmp_path / "b.zip", {"2024-05": [(BRISTOL, "Drugs")] * 7})
    counts = count_street_crimes([older, tmp_path / "a.zip"], "avon-and-somerset")
    assert (counts.series(None, None)["2024-05"], counts.empty) == (7, ("2024-12",))
    with pytest.raises(RefusedError, match="no street crimes of the force"):
        count_street_crimes([archive(tmp_path / "c.zip", {"2024-01": []})], "avon-and-somerset")


def test_a_month_of_two_archives_is_taken_from_the_last(tmp_path: Path) -> None:
    first = archive(tmp_path / "1.zip", {"2024-01": [(BRISTOL, "Drugs")], "2024-02": [(BRISTOL, "Drugs")]})
    second = archive(tmp_path / "2.zip", {"2024-02": [(BRISTOL, "Robbery")] * 3})
    read: list[tuple[str, str]] = []
    counts = count_street_crimes(
        [first, second], "avon-and-somerset", lambda path, month: read.append((path.name, month))
    )
    assert counts.series(None, None) == {"2024-01": 1, "2024-02": 3}
    assert counts.sources == {"2024-01": "1.zip", "2024-02": "2.zip"}
    assert sorted(read) == [("1.zip", "2024-01"), ("1.zip", "2024-02"), ("2.zip", "2024-02")], "what is shown meanwhile"


def test_an_archive_without_the_force_is_refused_with_those_it_has(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"2024-01": [(BRISTOL, "Drugs")]})
    with pytest.raises(RefusedError, match=r"no street crimes of the force 'avon'\. It has: avon-and-somerset\."):
        count_street_crimes([path], "avon")
    table = tmp_path / "street.csv"
    table.write_text(HEADINGS + "\n")
    with pytest.raises(RefusedError, match="no archive"):
        count_street_crimes([table], "avon-and-somerset")


def test_few_months_and_few_crimes_have_no_limits() -> None:
    assert {month.signal for month in xmr_chart({f"2024-{n:02d}": 50 for n in range(1, 12)})} == {"too few months"}
    assert {month.signal for month in xmr_chart({f"2024-{n:02d}": 4 for n in range(1, 13)})} == {"too few events"}


def test_the_command_writes_a_page_that_says_it_is_not_serious_violence_and_a_table(tmp_path: Path) -> None:
    months: dict[str, Rows] = {
        f"2024-{n:02d}": [(BRISTOL, "Robbery")] * (40 if n == 12 else 9 + n % 2) for n in range(1, 13)
    }
    path = archive(tmp_path / "2024-12.zip", months)
    called = ["--lake", str(tmp_path / "lake"), "pattern", str(path), "--force", "avon-and-somerset"]
    result = CliRunner().invoke(main, [*called, "--to", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "This is not serious violence" in page
    assert "Avon and Somerset" in page
    # By hand: a year of 9 or 10 a month and one of 40; the last alone is beyond its limit.
    assert "2024-12 (40, above the limits)</li>" in page
    assert "src=" not in page
    assert "<script" not in page
    with (tmp_path / "out" / "patterns.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (row["district"], row["crime_type"]) == ("Bristol", "Robbery")]
    assert [int(row["crimes"]) for row in rows] == [9 + n % 2 for n in range(1, 12)] + [40]
    refused = CliRunner().invoke(main, [*called[:-1], "kent", "--to", str(tmp_path / "out")])
    assert refused.exit_code == 1
    assert "It has: avon-and-somerset." in refused.output


@pytest.mark.nightly
def test_the_pattern_of_real_archives_has_every_row_of_the_force(real_data: Path, tmp_path: Path) -> None:
    archives = sorted((real_data / "police").glob("*.zip"))
    counts = count_street_crimes(archives, "wiltshire")
    rows = 0
    for path in archives:
        with zipfile.ZipFile(path) as file:
            rows += sum(
                file.read(name).count(b"\n") - 1 for name in file.namelist() if name.endswith("-wiltshire-street.csv")
            )
    assert sum(counts.crimes.values()) == rows > 0
    assert {"2024-01", "2025-03"} <= set(counts.months)
    assert "Swindon" in counts.districts
    page, _ = write_patterns(counts, tmp_path)
    assert "No archive holds 2024-04" in page.read_text("utf-8")
