"""Deliveries of most agencies that do not come are one event, told as one message that says since when and which."""

from datetime import UTC, datetime
from pathlib import Path

from tests.conftest import FIXTURES
from tests.support.extracts import deliver
from tests.support.receivers import webhook
from vrp_pipeline.alerts.absences import absent, stopped_agencies
from vrp_pipeline.alerts.channels import Webhook
from vrp_pipeline.alerts.condition import OF_THE_LAKE, RUNBOOK
from vrp_pipeline.alerts.reporting import report
from vrp_pipeline.calendar.feed_calendar import NOT_RECEIVED
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.landing.receipt import receive


def calendar_feeds() -> list[Feed]:
    return [feed for feed in FEEDS.values() if feed.is_in_calendar]


def test_everything_that_stopped_is_told_in_one_message_with_each_feed_and_the_newest_delivery(
    lake: Lake, tmp_path: Path
) -> None:
    """By hand: all fixtures end with March 2024 and come on 3 April; a year later every feed owes something."""
    files = sorted(path for path in FIXTURES.iterdir() if path.name.startswith(tuple(FEEDS)))
    for receipt in receive(lake, files, datetime(2024, 4, 3, 9, tzinfo=UTC)):
        assert receipt.refusal is None
    (told,) = absent(lake, datetime(2025, 6, 1, tzinfo=UTC))
    assert told.key == "stopped:deliveries"
    assert told.what.startswith(
        f"{len(calendar_feeds())} feeds of 7 agencies are overdue, the newest of their deliveries came on 3 April 2024:"
    )
    for feed in calendar_feeds():
        assert feed.name in told.what
    assert "from 2024-04 " in told.what
    assert (PROJECT / RUNBOOK).read_text(encoding="utf-8").count("{ #stopped }") == 1


def test_a_month_more_of_what_has_stopped_is_no_news_and_another_feed_that_stops_is(lake: Lake, tmp_path: Path) -> None:
    """By hand: with the crimes alone, searches and street crimes are late and six agencies silent."""
    deliver(lake, tmp_path / "sent", 1)
    april, june = (datetime(2024, month, 4, 6, tzinfo=UTC) for month in (4, 6))
    with webhook() as (url, posted):

        def tell(now: datetime, *, widely: bool = True) -> list[str]:
            before = len(posted.bodies)
            found = [each for each in absent(lake, now) if widely]
            report(lake, found, OF_THE_LAKE, [Webhook(url)])
            return [f"{body['event']} {body['key']}" for body in posted.bodies[before:]]

        assert tell(april) == ["new stopped:deliveries"]
        assert tell(april.replace(day=5)) == []
        assert tell(june) == ["changed stopped:deliveries"], "the crimes of April are overdue: another feed"
        assert tell(june.replace(month=7)) == []
        assert tell(june, widely=False) == ["over stopped:deliveries"]


def test_an_agency_has_stopped_if_its_newest_due_month_did_not_come_and_not_for_a_gap_of_the_past() -> None:
    def row(month: str, came: datetime | None) -> dict[str, object]:
        status, delivery = ("received", "d") if came else (NOT_RECEIVED, None)
        return {"feed": "fire__incidents", "month": month, "status": status, "first_received_at": came,
                "delivery_id": delivery, "missing_senders": None}  # fmt: skip

    april = datetime(2024, 4, 3)
    assert stopped_agencies([row("2024-02", april), row("2024-03", None)]) == {"fire"}
    assert stopped_agencies([row("2024-02", None), row("2024-03", april)]) == set()
    assert stopped_agencies([row("2024-02", None), row("2024-03", None)]) == {"fire"}, "nothing ever came"
