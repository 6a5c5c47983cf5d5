"""One event under several keys counts several times: an entry of two agencies, or a row for each reason."""

import math
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from tests.support.deliveries import Row, rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.agreement import OneRow
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.validation.same_events import JUDGED, SHARED, same_event_metrics, same_events_of

EVENT = OneRow(("kind", "district"), day_of="starts_at")


def entries(*told: tuple[str, str | None, str | None, str]) -> dict[str, int]:
    """Entries as key, kind, district and start."""
    keys, kinds, districts, starts = zip(*told, strict=True)
    return same_events_of(
        EVENT,
        pa.table(
            {
                "record_id": pa.array(keys),
                "kind": pa.array(kinds, pa.string()),
                "district": pa.array(districts, pa.string()),
                "starts_at": pa.array([datetime.fromisoformat(start) for start in starts], pa.timestamp("us")),
            }
        ),
    )


def test_two_entries_of_one_kind_place_and_day_are_one_event_whatever_their_hours_say() -> None:
    found = entries(
        ("1", "workshop", "Gosport", "2024-03-04T10:00"),
        ("2", "workshop", "Gosport", "2024-03-04T11:30"),
        ("3", "workshop", "Gosport", "2024-03-05T10:00"),
        ("4", "workshop", "Fareham", "2024-03-04T10:00"),
    )
    assert found == {JUDGED: 4, SHARED: 2}


def test_copies_under_one_key_are_one_row_and_a_blank_tells_nothing() -> None:
    one = ("1", "workshop", "Gosport", "2024-03-04T10:00")
    assert entries(one, one, ("2", "workshop", None, one[3]), ("3", "workshop", None, one[3])) == {JUDGED: 1, SHARED: 0}


def test_the_share_is_told_beyond_what_is_usual_and_chance() -> None:
    # 100 of 1,000 are usual. 400 are 0.3 more, less 3·√2·√(p(1 − p)/1000) with p = (100 + 1)/1002, for rows of one
    # event come in twos: 0.3 − √2 × 0.028561.
    found = same_event_metrics({JUDGED: 1000, SHARED: 400}, [{JUDGED: 1000, SHARED: 100}] * 3)
    assert found["share_of_one_event"] == pytest.approx(0.3 - math.sqrt(2) * 0.028561, abs=1e-5)
    assert (found["rows_of_one_event"], found["rows_of_one_event_usual"]) == (400, 100)


@pytest.mark.parametrize("before", [[], [{}], [{JUDGED: 0, SHARED: 0}]])
def test_nothing_is_said_without_history(before: list[dict[str, int]]) -> None:
    assert math.isnan(same_event_metrics({JUDGED: 9, SHARED: 9}, before)["share_of_one_event"])


SUSPENSIONS = "local_authorities__suspensions"


def term(months: tuple[str, ...], *, reasons: int) -> list[Row]:
    """Thirty suspensions a month, each of a pupil of its own, with a row for each of their reasons."""
    pattern = rows_of(SUSPENSIONS)[0]
    return [
        pattern
        | {
            "row_reference": f"850-{month}-{number}-{reason}",
            "UPN": upn(f"850{month[2:4]}{month[5:]}{number:05d}"),
            "start_date": f"{month}-{1 + number % 28:02d}",
            "exclusion_reasons": ("PP", "PA")[reason],
        }
        for month in months
        for number in range(30)
        for reason in range(reasons)
    ]


def upn(digits: str) -> str:
    """A UPN of twelve digits with its check letter: the digits times 2 to 13, summed, over 23."""
    return "ABCDEFGHJKLMNPQRTUVWXYZ"[sum(int(digit) * weight for weight, digit in enumerate(digits, 2)) % 23] + digits


def test_a_term_with_a_row_for_each_reason_is_held_and_one_with_a_row_for_each_suspension_is_not(
    lake: Lake, tmp_path: Path
) -> None:
    autumn = ("2023-09", "2023-10", "2023-11", "2023-12")
    before = ("2022-09", "2022-10", "2022-11", "2022-12"), ("2023-01", "2023-02", "2023-03")
    for months, reasons in ((before[0], 1), (before[1], 1), (autumn, 2)):
        take(lake, write_rows(tmp_path / f"{months[0]}.csv", term(months, reasons=reasons)))
    verdicts = {verdict.partition: verdict for verdict in ingest(lake, FEEDS[SUSPENSIONS])}
    told = "60 rows have 'UPN' and 'start_date' of another row under another key, where 0 are usual"
    assert all(told in verdicts[month].sentence for month in autumn)
    assert {month for month, verdict in verdicts.items() if verdict.status is Status.HELD} == set(autumn)
