"""The month of each row, and why a row has none: receipt, ingest and erasure must say the same of every row."""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.deliveries import rows_of, write_rows
from vrp_pipeline.erasure.redaction import redact
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.ledger import WithoutMonth, deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.receipt import receive
from vrp_pipeline.landing.row_months import cause_without, months_of_dates


@given(st.lists(st.none() | st.datetimes()))
def test_the_month_of_a_moment_is_its_year_and_month_as_written(moments: list[datetime | None]) -> None:
    months = [moment and f"{moment.year:04}-{moment.month:02}" for moment in moments]
    assert months_of_dates(pa.array(moments, pa.timestamp("us"))).texts().to_pylist() == months
    days = [moment and moment.date() for moment in moments]
    assert months_of_dates(pa.array(days, pa.date32())).texts().to_pylist() == months


def test_rows_are_counted_by_month_and_those_without_a_date_apart() -> None:
    days = [date(2024, 5, 31), None, date(2024, 6, 1), date(2024, 5, 1)]
    months = months_of_dates(pa.array(days, pa.date32()))
    assert (months.counts(), months.undated) == ({"2024-05": 2, "2024-06": 1}, 1)
    assert months.counts(np.array([False, True, False, True])) == {"2024-05": 1, "2024-06": 0}
    assert months.among(["2024-05"]).tolist() == [True, False, False, True]
    assert months.among([]).tolist() == [False] * 4


@pytest.mark.parametrize(
    ("month", "cause"),
    [
        ("2024-05", None),
        ("2024-04", WithoutMonth.OTHER_MONTH),
        ("2024-06", WithoutMonth.OTHER_MONTH),
        ("2024-07", WithoutMonth.AHEAD),
        (None, WithoutMonth.UNDATED),
    ],
)
def test_a_row_has_no_month_if_its_month_is_not_covered_and_lies_ahead_from_the_month_after_receipt(
    month: str | None, cause: WithoutMonth | None
) -> None:
    assert cause_without(month, {"2024-05": 3}, date(2024, 6, 3)) is cause


def test_receipt_ingest_and_erasure_agree_on_the_rows_that_have_no_month(lake: Lake, tmp_path: Path) -> None:
    feed = FEEDS["health__emergency_attendances"]
    (row, *_) = rows_of(feed.name)
    # One of March, one undated, and one after the day it came, 3 May 2023.
    days = [*["2023-04-10"] * 97, "2023-03-30", "", "2023-06-01"]
    made = [{**row, "EC_Ident": f"{n}", "Arrival_Date": day, "EC_Injury_Date": ""} for n, day in enumerate(days)]
    (receipt,) = receive(lake, [write_rows(tmp_path / "april.csv", made)], received_on=date(2023, 5, 3))
    delivery = receipt.delivery
    assert delivery is not None, receipt.refusal
    without = {"undated": 1, "other month": 1, "ahead": 1}
    assert (delivery.partitions, delivery.without_partition) == ({"2023-04": 97}, without)
    ingest(lake, feed)
    aside = pq.read_table(lake.quarantine_without_month(feed, delivery.delivery_id))["reasons"].to_pylist()
    assert sorted(aside) == [
        "'Arrival_Date' is blank",
        "'Arrival_Date' lies after the day the file came",
        "'Arrival_Date' lies in 2023-03, a month that the delivery does not cover",
    ]
    assert redact(lake, feed, delivery, lambda texts: np.ones(texts.num_rows, dtype=bool)) == 100
    (left,) = deliveries(lake, feed)
    assert (left.partitions, left.rows_without_partition, left.without_partition) == ({"2023-04": 0}, 0, {})
