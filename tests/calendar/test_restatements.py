"""A month that is delivered again and lost rows is told by what was delivered before, and by nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.deliveries import rows_of, take, write_rows
from tests.support.hospitals import ATTENDANCES, deliver, extract
from vrp_pipeline.calendar.restatements import restatements
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.generated.month_expectations import KEEPS_ITS_ROWS
from vrp_pipeline.ingest.acceptance import accept
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.bronze import rows_in
from vrp_pipeline.lake.decisions import Acceptance
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import standings
from vrp_pipeline.lake.verdicts import Status

OFFENCES = FEEDS["police__offences"]
MONTH = "2024-03"


def came(number: int, rows: int, day: str = "", **of_sender: int) -> Delivery:
    """The delivery of a number, on that day of May 2024 by default."""
    return Delivery(
        delivery_id=f"d{number}",
        feed="",
        file_name=f"{number}.csv",
        sha256=str(number),
        bytes=1,
        received_at=datetime.fromisoformat(day or f"2024-05-{number:02d}").replace(tzinfo=UTC),
        partitions={MONTH: rows},
        rows_without_partition=0,
        is_simulated=False,
        senders={MONTH: of_sender} if of_sender else {},
    )


def kept(*deliveries: Delivery, accepted: tuple[str, ...] = (), feed: str = "police__offences") -> float | None:
    decisions = [
        Acceptance(feed, MONTH, delivery, (KEEPS_ITS_ROWS,), "A. Person", datetime(2024, 6, 1, tzinfo=UTC), "so it is")
        for delivery in accepted
    ]
    found = restatements(FEEDS[feed], deliveries, standings(FEEDS[feed], deliveries), decisions).get(MONTH)
    return found.kept if found else None


def numbered(*rows: int) -> list[Delivery]:
    return [came(number, count) for number, count in enumerate(rows, start=1)]


def test_a_month_that_came_once_lost_nothing() -> None:
    assert kept(*numbered(100)) is None


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        ((100, 60), 0.70),  # (60 + 10) / 100
        ((100, 90), 1.00),
        ((4, 0), 0.5),
        ((1, 0), 1.0),
        ((0, 0), None),  # nothing was there to be lost
        ((100, 60, 60), 0.70),  # the second was lost too: what it lost is asked for again
        ((100, 99, 60), (60 + 99**0.5) / 99),
        ((60, 100, 60), 1.1),  # takes back what the second added: nothing is lost
        ((60, 100, 70), 0.8),
        ((120, 60), 1 + 120**-0.5),  # came twice before, and once now
        ((120, 59), (59 + 120**0.5) / 120),
    ],
)
def test_what_a_month_kept_is_a_share_of_what_stood_before(rows: tuple[int, ...], share: float | None) -> None:
    assert kept(*numbered(*rows)) == (None if share is None else pytest.approx(share))


def test_a_month_that_was_not_over_may_not_fall_back_to_what_it_had_then() -> None:
    weeks = [came(1, 60, "2024-03-18"), came(2, 100, "2024-04-02"), came(3, 60, "2024-04-09")]
    assert kept(*weeks) == pytest.approx(0.70)


def test_a_wrong_file_is_taken_back_before_the_month_is_over_too() -> None:
    days = [came(1, 60, "2024-03-18"), came(2, 300, "2024-03-20"), came(3, 61, "2024-03-25")]
    assert kept(*days) == pytest.approx(1 + 300**-0.5)


def test_plans_that_were_given_up_are_no_loss_of_the_month_they_were_made_for() -> None:
    plans, log, shorter = came(1, 40, "2024-03-04"), came(2, 30, "2024-04-04"), came(3, 20, "2024-04-20")
    assert kept(plans, log, feed="communities__events") is None
    assert kept(plans, log, shorter, feed="communities__events") == pytest.approx((20 + 30**0.5) / 30)


def over_two_months(number: int, february: int, march: int) -> Delivery:
    return replace(came(number, march), partitions={"2024-02": february, MONTH: march})


def test_rows_are_counted_over_all_months_of_both_deliveries() -> None:
    # 12 copies of a row stood in March: of 172 rows 160 are left, and 13 are room.
    assert kept(over_two_months(1, 140, 32), over_two_months(2, 140, 20)) == pytest.approx((160 + 172**0.5) / 172)
    # What another month gained makes up for nothing: 100 + 10 of 200 and 14.
    assert kept(over_two_months(1, 100, 100), over_two_months(2, 300, 10)) == pytest.approx((110 + 200**0.5) / 200)


def test_a_month_that_held_far_more_rows_than_are_usual_is_nothing_to_compare_its_correction_with() -> None:
    usual = {f"2023-{month:02d}": 100 for month in range(9, 13)}
    first, corrected = (
        replace(came(number, 0), partitions={**usual, MONTH: rows}) for number, rows in ((1, 500), (2, 100))
    )
    found = restatements(OFFENCES, [first, corrected], standings(OFFENCES, [first, corrected]), [])
    assert MONTH not in found
    less = replace(came(3, 0), partitions={**usual, MONTH: 40})
    deliveries = [first, corrected, less]
    found = restatements(OFFENCES, deliveries, standings(OFFENCES, deliveries), [])
    assert (found[MONTH].rows, found[MONTH].rows_before) == (40, 100)


def test_a_month_that_lost_nothing_is_not_asked_for_beside_one_that_did() -> None:
    deliveries = [over_two_months(1, 100, 100), over_two_months(2, 100, 10)]
    found = restatements(OFFENCES, deliveries, standings(OFFENCES, deliveries), [])
    assert {month: restated.kept < 0.95 for month, restated in found.items()} == {"2024-02": False, MONTH: True}


def test_who_accepted_what_a_hospital_lost_is_not_asked_again_when_another_delivers() -> None:
    whole, less, other = came(1, 60, RHM01=60), came(2, 20, RHM01=20), came(3, 61, RHU03=61)
    assert kept(whole, less, feed=ATTENDANCES.name) == pytest.approx((20 + 60**0.5) / 60)
    assert kept(whole, less, other, accepted=("d2",), feed=ATTENDANCES.name) is None
    # The other came before the decision, which is then on what stands of both.
    assert kept(whole, less, other, came(4, 20, RHM01=20), accepted=("d3",), feed=ATTENDANCES.name) == pytest.approx(
        1 + 20**-0.5
    )


def test_a_nil_return_that_somebody_declared_has_lost_nothing() -> None:
    nil = replace(came(2, 0), nil={"by": "A. Person", "reason": "confirmed"})
    assert kept(came(1, 40), nil) is None
    assert kept(came(1, 40), nil, came(3, 3)) is None


def test_an_accepted_loss_is_what_later_deliveries_are_compared_with() -> None:
    assert kept(*numbered(100, 60, 60), accepted=("d2",)) == pytest.approx((60 + 60**0.5) / 60)


def test_a_sender_that_lost_its_rows_is_told_apart_from_the_others() -> None:
    first, second = came(1, 160, RHM01=100, RHU03=60), came(2, 200, RHM01=30, RHU03=170)
    found = restatements(ATTENDANCES, [first, second], standings(ATTENDANCES, [first, second]), [])[MONTH]
    assert (found.sender, found.rows, found.rows_before) == ("RHM01", 30, 100)
    # The month of another sender alone takes nothing from anybody.
    assert kept(first, came(2, 60, RHU03=60), feed=ATTENDANCES.name) == pytest.approx((60 + 60**0.5) / 60)


def months(keep: int) -> list[dict[str, str]]:
    """Crimes of 2023, sixty a month, without all but the first `keep` of each month."""
    one = rows_of("police__offences")[0]
    return [
        {**one, "crime_reference": f"44{month:02d}{row:07d}", "date_recorded": f"2023-{month:02d}-{1 + row % 28:02d}"}
        for month in range(1, 13)
        for row in range(keep)
    ]


def test_an_extract_all_months_of_which_are_filtered_alike_replaces_none_until_it_is_accepted(
    lake: Lake, tmp_path: Path
) -> None:
    take(lake, write_rows(tmp_path / "whole.csv", months(60)))
    assert {verdict.status for verdict in ingest(lake, OFFENCES)} == {Status.PUBLISHED}
    for name, keep in (("filtered", 40), ("filtered again", 41)):
        take(lake, write_rows(tmp_path / f"{name}.csv", months(keep)))
        verdicts = ingest(lake, OFFENCES)
        assert {verdict.status for verdict in verdicts} == {Status.HELD}
        assert f"only {keep} rows, where the delivery of " in verdicts[0].sentence
        assert "held 60 of the same time" in verdicts[0].sentence
    accept(lake, OFFENCES, "2023-05", accepted_by="A. Person", reason="a team moved to another force")
    assert stale_partitions(lake, OFFENCES) == ["2023-05", *(f"2023-{month:02d}" for month in range(6, 13))]
    published = {verdict.partition for verdict in ingest(lake, OFFENCES) if verdict.status is Status.PUBLISHED}
    assert published == {"2023-05"}
    assert rows_in(lake.bronze_partition(OFFENCES, "2023-04")) == 60


def test_the_rows_that_a_hospital_lost_are_asked_for_by_its_name(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, extract(tmp_path / "both.csv", MONTH, {"RHM01": 60, "RHU03": 60}), "2024-04-20")
    deliver(lake, extract(tmp_path / "one.csv", MONTH, {"RHM01": 20}), "2024-04-22")
    [verdict] = ingest(lake, ATTENDANCES)
    assert "only 20 rows of RHM01, where the delivery of 2024-04-20 held 60 of the same time" in verdict.sentence
