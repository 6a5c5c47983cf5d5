"""What the reasons of quarantine say of dates in UTC, of a few American dates and of words typed for blanks."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.support.months import ingested, month
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.column_values import column_values
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.landing.values import rows_with_exchanged_days
from vrp_pipeline.validation.reasons import Reasons

OFFENCES = FEEDS["police__offences"]
RECORDED = OFFENCES.by_name["date_recorded"]


def reasons_of(texts: Sequence[str | None]) -> list[str | None]:
    faults = Reasons(len(texts))
    column_values(OFFENCES, RECORDED, pa.array(texts, pa.string()), bytes(32), None, faults)
    reasons: list[str | None] = faults.to_array().to_pylist()
    return reasons


def test_a_midnight_in_utc_is_put_aside_with_its_cause_and_the_remedy() -> None:
    winter, summer, other = reasons_of(["2022-01-10T00:00:00", "2022-06-09T23:00:00", "soon"])
    assert winter is None
    assert summer is not None
    assert "midnight in UTC" in summer
    assert "YYYY-MM-DD" in summer
    assert other == "'date_recorded' is not a readable date"


def test_a_few_american_dates_condemn_no_iso_date() -> None:
    """03/14 is American alone, 03/02 may be either: only these two are doubted."""
    found = reasons_of(["2022-04-16"] * 98 + ["03/14/2022", "03/02/2022"])
    assert found[:98] == [None] * 98
    assert found[98:] == ["'date_recorded' is not a readable date", "'date_recorded' has day and month exchanged"]


@pytest.mark.parametrize(
    ("iso", "slashed", "doubted"),
    [
        # An American wrote the 4th to the 6th of March, a British Excel took them for the 3rd of April to June.
        ([f"2024-{day:02d}-03" for day in (4, 5, 6)], ["03/14/2024"] * 6, True),
        # The 25th cannot be a month.
        (["2024-04-03", "2024-05-25"], ["03/14/2024"] * 6, False),
    ],
)
def test_dates_of_a_workbook_are_doubted_only_if_an_excel_may_have_exchanged_them(
    iso: list[str], slashed: list[str], *, doubted: bool
) -> None:
    found = rows_with_exchanged_days(pa.array(iso + slashed), np.zeros(len(iso + slashed)), excel_dates=True)
    assert found.to_pylist() == [doubted] * len(iso) + [True] * len(slashed)


@pytest.mark.parametrize(
    ("text", "word"), [("NULL", "NULL"), ("null", "NULL"), ("n/a", "N/A"), ("#N/A", "#N/A"), ("NaN", "nan")]
)
def test_a_word_for_a_blank_is_quoted(text: str, word: str) -> None:
    assert reasons_of([text, "2022-04-16"]) == [
        f"'date_recorded' holds the word {word} in place of a date or a blank",
        None,
    ]


def test_no_other_word_is_quoted() -> None:
    assert reasons_of(["Smith"]) == ["'date_recorded' is not a readable date"]


def test_a_month_held_for_words_and_one_held_for_midnights_say_so(lake: Lake, tmp_path: Path) -> None:
    for name, text, said in (("a", "NULL", "the word NULL"), ("b", "2022-05-09T23:00:00", "midnight in UTC")):
        # The first of the rows has another date unreadable; that is the rarer fault.
        changes = {5: {"cancelled_date": "soon"}} | {row: {"outcome_date": text} for row in range(6, 31)}
        found = ingested(lake, OFFENCES.name, month(tmp_path / f"{name}.csv", OFFENCES.name, 100, changes))
        verdict = found.verdicts["2022-04"]
        assert verdict.status is Status.HELD
        assert "first in row 5, most often: 'outcome_date' h" in verdict.sentence
        assert said in verdict.sentence


def test_months_of_an_export_in_utc_are_held_and_no_row_counts_a_day_early(lake: Lake, tmp_path: Path) -> None:
    """Summer time began on 31 March 2024, so midnight of 1 April is 23:00 of 31 March in UTC: 40 rows of 100."""
    feed = "local_authorities__suspensions"
    days = {row: "2024-03-20T00:00:00" if row <= 60 else "2024-03-31T23:00:00" for row in range(1, 101)}
    changes = {row: {"start_date": day} for row, day in days.items()}
    found = ingested(lake, feed, month(tmp_path / "spring.csv", feed, 100, changes))
    assert {verdict.status for verdict in found.verdicts.values()} == {Status.HELD}
    assert "40 of the delivery's rows (40.0% of all) have no readable date" in found.verdicts["2024-03"].sentence
    assert found.bronze == {}
