"""Tables of other areas in editions as publishers change them: read right, or refused and the column named."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.conftest import fixture_of
from tests.fixtures.make_comparators import crimes_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.recognition import edition_of, recognise
from vrp_pipeline.landing.reference_lists import check_reference
from vrp_pipeline.landing.refusal import RefusedError

CRIMES = FEEDS["reference__partnership_crimes"]
HEADINGS = [column.header for column in CRIMES.columns[1:]]
Rows = list[Sequence[Any]]


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
