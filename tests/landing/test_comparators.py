"""Tables of other areas in editions as publishers change them: read right, or refused and the column named."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.conftest import fixture_of
from tests.fixtures.make_comparators import KNIVES, TITLE, crimes_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.recognition import edition_of, recognise
from vrp_pipeline.landing.reference_lists import check_reference
from vrp_pipeline.landing.refusal import RefusedError

CRIMES = FEEDS["reference__partnership_crimes"]
KNIFE_CRIMES = FEEDS["reference__force_knife_crimes"]
HEADINGS = [column.header for column in CRIMES.columns[1:]]
Rows = Sequence[Sequence[Any]]


def edition(path: Path, change: Callable[[Rows], Rows] = lambda rows: rows, merge: bool = False) -> Path:
    """Write one year of the table as an edition of December 2024, its rows with the headings changed."""
    book = xlsxwriter.Workbook(path / "prc-csp-mar16-dec24-tables-240425.xlsx", {"strings_to_formulas": False})
    sheet = book.add_worksheet("2023_24")
    for number, row in enumerate(change([HEADINGS, *crimes_of("2023/24")])):
        sheet.write_row(number, 0, row)
    if merge:
        sheet.merge_range(0, 4, 0, 6, "Offence")
    book.close()
    return Path(book.filename)


def columns(order: Sequence[int]) -> Callable[[Rows], Rows]:
    return lambda rows: [[row[number] for number in order] for row in rows]


def renamed(old: str, new: str) -> Callable[[Rows], Rows]:
    return lambda rows: [[new if cell == old else cell for cell in rows[0]], *rows[1:]]


def counted(path: Path) -> dict[tuple[str | None, str | None], int]:
    """Crimes by force and code."""
    (table,) = read(CRIMES, path)
    found: dict[tuple[str | None, str | None], int] = {}
    for row in table.texts.to_pylist():
        key = row["force_name"], row["offence_code"]
        found[key] = found.get(key, 0) + int(row["offences"])
    return found


def test_an_edition_with_its_columns_in_another_order_and_further_ones_is_read_alike(tmp_path: Path) -> None:
    plain, moved = tmp_path / "plain", tmp_path / "moved"
    plain.mkdir()
    moved.mkdir()
    other = edition(moved, lambda rows: [[*row, "note" if not number else ""] for number, row in enumerate(
        columns([3, 8, 0, 2, 1, 7, 6, 5, 4])(rows))])  # fmt: skip
    assert recognise(other) == (CRIMES,)
    assert edition_of(CRIMES, other) == "2024"
    assert counted(other) == counted(edition(plain))
    # By hand: ten assaults in each of four quarters; one homicide under the code of four; two cancelled more.
    assert counted(other)["Hampshire", "8N"] == 40
    assert counted(other)["Hampshire", "1/4.1/4.10/4.2"] == 1
    assert counted(other)["Hampshire", "8S"] == -2


@pytest.mark.parametrize(
    ("change", "merge", "said"),
    [
        (
            lambda rows: [[*HEADINGS[:4], "Offence", "", "", *HEADINGS[7:]], *rows[1:]],
            True,
            "missing columns 'Offence Description', 'Offence Group', 'Offence Subgroup'",
        ),
        (renamed("Offence Count", "Number of Offences"), False, "'Offence Count' is missing and 'Number of Offences'"),
        (columns([0, 1, 2, 4, 5, 6, 7, 8]), False, "missing column 'CSP Name'"),
        (lambda rows: [[*row, row[8]] for row in rows], False, "column 'Offence Count' twice"),
    ],
    ids=["merged headings", "an older edition", "without partnerships", "a count twice"],
)
def test_merged_or_renamed_headings_are_refused_by_name(
    tmp_path: Path, change: Callable[[Rows], Rows], merge: bool, said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        list(read(CRIMES, edition(tmp_path, change, merge)))


@pytest.mark.parametrize(
    ("feed", "heading", "new"),
    [
        ("reference__area_populations", "OBS_VALUE", "OBS VALUE (persons)"),
        ("reference__admission_rates", "Lower CI 95.0 limit", "Lower CI limit"),
    ],
)
def test_a_renamed_heading_of_a_published_csv_is_refused_by_name(
    tmp_path: Path, feed: str, heading: str, new: str
) -> None:
    path = tmp_path / fixture_of(feed).name
    path.write_text(fixture_of(feed).read_text("utf-8").replace(heading, new), "utf-8")
    with pytest.raises(RefusedError, match=f"'{heading}'"):
        recognise(path)


@pytest.mark.parametrize("feed", ["reference__area_populations", "reference__admission_rates"])
def test_a_table_of_other_areas_alone_is_refused(tmp_path: Path, feed: str) -> None:
    path = tmp_path / fixture_of(feed).name
    check_reference(FEEDS[feed], fixture_of(feed))
    path.write_text(re.sub("E0700008.", "E07000001", fixture_of(feed).read_text("utf-8")), "utf-8")
    with pytest.raises(RefusedError, match="no code of the list is a district of the partnership"):
        check_reference(FEEDS[feed], path)


SHARE = "% of offences"
PERIODS = ["Area Code", "Area Name", "Apr 2022 to Mar 2023", SHARE, "Apr 2023 to Mar 2024", SHARE]
SERIES = [[code, name, before, "7", newest, "8"] for code, (name, before, newest) in KNIVES.items()]


def series(
    folder: Path, headings: Sequence[Any] = PERIODS, rows: Rows = SERIES, above: Rows = ([TITLE], []), merge: str = ""
) -> Path:  # fmt: skip
    """Write Table P6 as an edition of June 2025: lines above, headings, rows, and a range of cells to merge."""
    book = xlsxwriter.Workbook(folder / "policeforceareatablesyejune25final.xlsx", {"strings_to_formulas": False})
    sheet = book.add_worksheet("Table P6 ")
    for number, row in enumerate([*above, headings, *rows]):
        sheet.write_row(number, 0, row)
    if merge:
        sheet.merge_range(merge, "Number of offences")
    book.close()
    return Path(book.filename)


def by_period(path: Path) -> dict[tuple[str | None, str | None], str | None]:
    (table,) = read(KNIFE_CRIMES, path)
    rows = table.texts.to_pylist()
    assert table.rows_read == len(rows)
    return {(row["force_code"], row["period"]): row["offences"] for row in rows}


def test_a_column_a_period_is_read_as_rows_and_percentages_are_left_alone() -> None:
    path = fixture_of(KNIFE_CRIMES.name)
    assert recognise(path) == (KNIFE_CRIMES,)
    assert edition_of(KNIFE_CRIMES, path) == "2024"
    check_reference(KNIFE_CRIMES, path)
    read_back = by_period(path)
    assert len(read_back) == 5 * 2
    assert read_back["E23000030", "Apr 2022 to Mar 2023"] == "60"
    assert read_back["E23000030", "Apr 2023 to Mar 2024"] == "54"
    assert read_back["E23000035", "Apr 2022 to Mar 2023"] == "[x]"


def test_a_new_edition_with_further_periods_in_another_order_is_read_alike(tmp_path: Path) -> None:
    headings = ["Area Name", "Oct 2024 to Sep 2025", "Apr 2023 to\n Mar 2024 [notes 2, 3]", "Area Codes", "Rate"]
    rows = [[name, 999, newest, code, 0.5] for code, (name, _, newest) in KNIVES.items()]
    path = series(tmp_path, headings, rows)
    assert edition_of(KNIFE_CRIMES, path) == "2025"
    read_back = by_period(path)
    assert read_back["E23000030", "Apr 2023 to Mar 2024"] == "54"
    assert read_back["E23000030", "Oct 2024 to Sep 2025"] == "999"
    assert len(read_back) == 10


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"above": (["Table P6: Firearm offences"], [])}, "tells of 'knife or sharp instrument'"),
        ({"headings": ["Area", *PERIODS[1:]]}, "missing column 'Area Code'"),
        ({"headings": [*PERIODS[:4], PERIODS[2], SHARE]}, "two columns headed 'Apr 2022 to Mar 2023'"),
        ({"headings": [*PERIODS[:2], "2022/23", SHARE, "2023/24", SHARE]}, "hold no heading line"),
        ({"headings": ["Area Code", "Area Name", "", "", "", ""], "merge": "C3:F3"}, "hold no heading line"),
        ({"merge": "A4:A6"}, "merged over 3 rows"),
        ({"rows": [[*SERIES[0], "note"], *SERIES[1:]]}, "column 7 of sheet 'Table P6 ' has no heading"),
    ],
    ids=["another table", "renamed", "a period twice", "no periods", "merged headings", "merged rows", "notes beside"],
)
def test_a_series_that_cannot_be_told_is_refused_and_the_reason_named(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    path = series(tmp_path, **changed)
    assert recognise(path) == (KNIFE_CRIMES,)
    with pytest.raises(RefusedError, match=re.escape(said)):
        list(read(KNIFE_CRIMES, path))


def test_a_series_without_the_own_force_is_refused(tmp_path: Path) -> None:
    path = series(tmp_path, rows=[row for row in SERIES if row[0] != "E23000030"])
    with pytest.raises(RefusedError, match="no code of the list is the partnership's police force area"):
        check_reference(KNIFE_CRIMES, path)
