"""A month whose keys are those of an earlier month is held: it was sent again under other dates, and counts once."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.support.deliveries import write_rows
from tests.support.hospitals import ATTENDANCES, attendance, deliver
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.validation.keys import key_metrics, keys_of
from vrp_pipeline.validation.sketches import SKETCH, Sketch

SECRET = b"a key of this test"


def sketch(numbers: range | list[int], secret: bytes = SECRET) -> Sketch:
    return keys_of(pa.table({"record_id": [f"A{number:09d}" for number in numbers]}), secret)


@pytest.mark.parametrize(
    ("month", "before", "share"),
    [
        (range(100), range(100), 1.0),
        (range(100), range(90, 190), 0.1),  # exact: neither sketch is cut
        (range(100), range(100, 200), 0.0),
        (range(5), range(200), 1.0),
        (range(4), range(200), 0.0),  # re-dated in between, as single rows are
    ],
)
def test_the_share_of_keys_in_common_is_exact_in_small_months(month: range, before: range, share: float) -> None:
    found = key_metrics(sketch(month), len(month), {"2024-02": sketch(before)})
    assert found == {
        "share_of_keys_before": share,
        "rows_of_keys_before": round(share * len(month)),
        "keys_before_month": "2024-02",
    }


@pytest.mark.parametrize("common", [0, 1_000, 5_000, 10_000])
@pytest.mark.parametrize("others", [0, 40_000])
def test_the_share_of_keys_in_common_is_estimated_in_large_months(common: int, others: int) -> None:
    month, before = range(10_000), range(10_000 - common, 20_000 + others)
    true = len(set(month) & set(before)) / len(month)
    found = key_metrics(sketch(month), 10_000, {"2024-02": sketch(before)})["share_of_keys_before"]
    # Four standard errors of a share among the hashes of the month below the reach of both sketches.
    judged = SKETCH * min(1.0, len(month) / len(before))
    assert found == pytest.approx(true, abs=max(1e-9, 4 * np.sqrt(true * (1 - true) / judged)))


def test_of_few_hashes_below_the_reach_of_a_large_month_no_share_is_told() -> None:
    month, before = range(400), [*range(8), *range(1_000, 21_000)]
    assert key_metrics(sketch(month), 400, {"2024-02": sketch(before)})["share_of_keys_before"] == 0.0


def test_the_month_with_most_of_the_keys_is_named() -> None:
    found = key_metrics(sketch(range(100)), 100, {"2023-03": sketch(range(20, 120)), "2024-02": sketch(range(90, 190))})
    assert (found["keys_before_month"], found["share_of_keys_before"]) == ("2023-03", 0.8)


def test_without_keys_or_earlier_months_nothing_is_said() -> None:
    for keys, before in ((sketch(range(3)), {}), (sketch([]), {"2024-02": sketch(range(3))})):
        share = key_metrics(keys, 3, before)["share_of_keys_before"]
        assert isinstance(share, float)
        assert np.isnan(share)


def test_a_sketch_tells_no_key_to_somebody_without_the_secret() -> None:
    assert not set(sketch(range(100))) & set(sketch(range(100), b"another key"))
    assert len(sketch(range(1_000))) == SKETCH


def extract(path: Path, month: str, numbers_of: str) -> Path:
    """Attendances of a month under the numbers of another."""
    return write_rows(
        path, [attendance(month, "RHM01", 1 + row % 28, "") | {"EC_Ident": f"{numbers_of}/{row}"} for row in range(60)]
    )


def test_a_month_sent_again_under_other_dates_is_held_and_the_month_of_its_keys_named(
    lake: Lake, tmp_path: Path
) -> None:
    for number, month in enumerate(("2023-03", "2024-01", "2024-02"), start=1):
        deliver(lake, extract(tmp_path / f"{month}.csv", month, month), f"2024-04-0{number}")
    deliver(lake, extract(tmp_path / "again.csv", "2024-03", "2023-03"), "2024-04-20")
    verdicts = {verdict.partition: verdict for verdict in ingest(lake, ATTENDANCES)}
    assert {month for month, verdict in verdicts.items() if verdict.status is Status.HELD} == {"2024-03"}
    assert "about 100.0% of the keys are those of rows of 2023-03" in verdicts["2024-03"].sentence
    assert stale_partitions(lake, ATTENDANCES) == []
    # The right file of the month needs nobody's decision.
    deliver(lake, extract(tmp_path / "right.csv", "2024-03", "2024-03"), "2024-04-22")
    assert {verdict.status for verdict in ingest(lake, ATTENDANCES)} == {Status.PUBLISHED}


def test_feeds_in_which_the_same_people_or_places_come_each_month_compare_no_keys() -> None:
    compared = {name for name, feed in FEEDS.items() if feed.tolerances.keys_of_months_before is not None}
    assert compared.isdisjoint({"probation__supervised_people", "probation__sentenced_offences"})
    assert {"health__emergency_attendances", "fire__incidents"} <= compared
