"""Rows with more cells than the heading: blank ones at the end of every row hold nothing, and others are told."""

from datetime import date
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.landing.coverage import coverage
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.refusal import RefusedError

FEED = FEEDS["health__emergency_attendances"]


def with_ends(path: Path, *ends: str) -> Path:
    """The fixture with one of `ends` in turn after each row, and its heading as it is."""
    heading, *rows = fixture_of(FEED.name).read_text(encoding="utf-8").splitlines()
    made = [row + ends[number % len(ends)] for number, row in enumerate(rows)]
    path.write_text("\n".join([heading, *made, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize("end", [",", ",,,", ", "])
def test_blank_cells_at_the_end_of_every_row_are_passed_over(tmp_path: Path, end: str) -> None:
    (made,), (plain,) = read(FEED, with_ends(tmp_path / "made.csv", end)), read(FEED, fixture_of(FEED.name))
    assert made.texts.equals(plain.texts)
    assert (made.malformed, made.source_rows.tolist()) == ((), plain.source_rows.tolist())


@pytest.mark.parametrize("ends", [(",x",), (",", ",,"), (",", ",x")])
def test_other_cells_are_refused_with_both_numbers_the_row_and_the_usual_cause(
    tmp_path: Path, ends: tuple[str, ...]
) -> None:
    width = len(fixture_of(FEED.name).read_text(encoding="utf-8").split("\n")[0].split(","))
    said = rf"the heading has {width} cells and row 1 has {width + 1}\..*comma"
    with pytest.raises(RefusedError, match=said):
        coverage(FEED, with_ends(tmp_path / "made.csv", *ends), date(2026, 7, 10))
