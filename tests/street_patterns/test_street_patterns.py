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
from vrp_pipeline.street_patterns.files import write_patterns

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
    # February is in no archive: not known, and no nought. In March nothing was recorded of robbery: nought.
    assert counts.series(None, "Robbery") == {"2024-01": 3, "2024-02": None, "2024-03": 0}
    assert counts.districts == ["Bristol", "Bath and North East Somerset", NO_PLACE]


def test_a_month_of_two_archives_is_taken_from_the_last(tmp_path: Path) -> None:
    first = archive(tmp_path / "1.zip", {"2024-01": [(BRISTOL, "Drugs")], "2024-02": [(BRISTOL, "Drugs")]})
    second = archive(tmp_path / "2.zip", {"2024-02": [(BRISTOL, "Robbery")] * 3})
    counts = count_street_crimes([first, second], "avon-and-somerset")
    assert counts.series(None, None) == {"2024-01": 1, "2024-02": 3}
    assert counts.sources == {"2024-01": "1.zip", "2024-02": "2.zip"}


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
