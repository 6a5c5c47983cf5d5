"""Rows that two districts have alike: a sheet that was copied for another district and not filled in."""

import math

import pandas as pd
import pyarrow as pa
import pytest

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.validation.sender_copies import sender_copy_metrics

ASB = FEEDS["local_authorities__antisocial_behaviour"]


def found(**references: list[str]) -> dict[str, float | str | None]:
    """The metrics of districts that log reports under these references, all of one category."""
    rows = [(district, each) for district, logged in references.items() for each in logged]
    table = pa.table(
        {
            "district_name": [district for district, _ in rows],
            "asb_reference": [each for _, each in rows],
            "nsir_category": ["nuisance"] * len(rows),
            "record_id": [f"{number}" for number in range(len(rows))],
        }
    )
    return sender_copy_metrics(ASB, table, pd.Categorical([district for district, _ in rows]))


def numbered(number: int, first: int = 0) -> list[str]:
    return [f"24-{each:05d}" for each in range(first, first + number)]


@pytest.mark.parametrize(
    ("other", "share", "shared"),
    [
        (numbered(40), 1.0, 40),
        (numbered(20), 1.0, 20),  # the copy was begun and not finished, or rows were deleted from it
        (numbered(30) + numbered(10, first=900), 0.75, 30),
        (numbered(40, first=20), 0.5, 20),
        (numbered(3, first=900), 0.0, 0),
        (numbered(40) * 2, 1.0, 40),  # different rows count, and each once
    ],
    ids=["whole", "half", "with others below", "half of them", "others", "twice"],
)
def test_the_share_is_that_of_the_district_with_fewer_rows(other: list[str], share: float, shared: int) -> None:
    assert found(Southampton=numbered(40), Portsmouth=other) == {
        "share_of_two_senders": share,
        "rows_of_two_senders": shared,
        "two_senders": "Portsmouth and Southampton",
    }


@pytest.mark.parametrize("other", [[], numbered(2)], ids=["no row", "two rows"])
def test_of_fewer_than_three_rows_nothing_is_said(other: list[str]) -> None:
    metrics = found(Southampton=numbered(40), Portsmouth=other)
    assert math.isnan(float(metrics["share_of_two_senders"] or 0))


def test_of_several_pairs_the_most_alike_is_told() -> None:
    metrics = found(Gosport=numbered(9), Fareham=numbered(9, first=3), Havant=numbered(9, first=1))
    assert (metrics["two_senders"], metrics["rows_of_two_senders"]) == ("Gosport and Havant", 8)
