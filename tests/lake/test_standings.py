"""Which deliveries stand for a month: the newest, or in a feed with several senders the newest of each."""

from datetime import UTC, datetime

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.standings import Standing, standings

SUSPENSIONS = FEEDS["local_authorities__suspensions"]
OFFENCES = FEEDS["police__offences"]
MAY = "2024-05"


def delivery(number: int, senders: dict[str, int] | None, rows: int = 0) -> Delivery:
    """The delivery of day `number` of one month."""
    return Delivery(
        delivery_id=f"id{number}",
        feed=SUSPENSIONS.name,
        file_name=f"{number}.csv",
        sha256=f"hash{number}",
        bytes=1,
        received_at=datetime(2024, 6, number, tzinfo=UTC),
        partitions={MAY: sum(senders.values()) if senders else rows},
        rows_without_partition=0,
        is_simulated=False,
        senders={MAY: senders} if senders is not None else {},
    )


def of_may(*came: Delivery) -> Standing:
    return standings(SUSPENSIONS, came)[MAY]


def stands(standing: Standing) -> dict[str, tuple[list[str], int]]:
    return {share.delivery.delivery_id: (sorted(share.senders or ()), share.rows) for share in standing.shares}


def test_the_newest_delivery_of_each_sender_stands() -> None:
    found = of_may(delivery(1, {"850": 5, "851": 3}), delivery(2, {"852": 4}), delivery(3, {"850": 6}))
    assert stands(found) == {"id1": (["851"], 3), "id2": (["852"], 4), "id3": (["850"], 6)}
    assert found.rows == 13
    assert found.senders == {"850", "851", "852"}
    assert found.file_name == "1.csv, 2.csv, 3.csv"


def test_a_sender_that_delivers_no_rows_replaces_its_rows_of_before() -> None:
    found = of_may(delivery(1, {"850": 5, "851": 3}), delivery(2, {"850": 0}))
    assert stands(found) == {"id1": (["851"], 3), "id2": (["850"], 0)}


def test_rows_of_nobody_stand_as_long_as_a_sender_of_their_delivery_does() -> None:
    both = delivery(1, {"": 2, "850": 5, "851": 3})
    assert stands(of_may(both, delivery(2, {"850": 6}))) == {"id1": (["", "851"], 5), "id2": (["850"], 6)}
    assert stands(of_may(both, delivery(2, {"850": 6, "851": 3}))) == {"id2": (["850", "851"], 9)}


def test_a_delivery_recorded_before_senders_were_has_all_rows_or_none() -> None:
    old = delivery(1, None, rows=9)
    assert of_may(old).rows == 9
    assert stands(of_may(delivery(1, {"850": 5}), delivery(2, None, rows=9))) == {"id2": ([], 9)}
    assert stands(of_may(old, delivery(2, {"850": 5}))) == {"id2": (["850"], 5)}


def test_the_id_of_a_month_changes_with_any_of_its_deliveries() -> None:
    one, two = delivery(1, {"850": 5}), delivery(2, {"851": 3})
    assert of_may(one).delivery_id == "id1"
    ids = {of_may(one, two).delivery_id, of_may(delivery(3, {"850": 5}), two).delivery_id, of_may(two).delivery_id}
    assert len(ids) == 3
    assert all(each.startswith(("id2", "id3")) for each in ids)


def test_in_a_feed_of_one_sender_the_newest_delivery_replaces_the_month_whole() -> None:
    found = standings(OFFENCES, [delivery(1, None, rows=9), delivery(2, None, rows=4)])[MAY]
    assert [(share.delivery.delivery_id, share.rows) for share in found.shares] == [("id2", 4)]
    assert found.senders == frozenset()
