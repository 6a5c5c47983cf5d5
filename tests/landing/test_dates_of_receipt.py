"""The date of receipt: now, the day given, or the day on which the simulated agency sent the file."""

import json
import os
import shutil
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import Delivery, all_deliveries, deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.landing.receipt import FutureReceiptError, receive

OFFENCES, STREET, STOPS = (
    FEEDS[name] for name in ("police__offences", "police__street_crimes", "police__stop_and_searches")
)
NOW = datetime(2025, 1, 10, 9, tzinfo=UTC)


def one(lake: Lake, path: Path, *, received_on: date | None = None) -> Delivery:
    (receipt,) = receive(lake, [path], NOW, received_on=received_on)
    assert receipt.delivery is not None, receipt.refusal
    return receipt.delivery


def cut(tmp_path: Path, before: str) -> Path:
    """The fixture of the offences as an earlier extract: only what was recorded before that day."""
    head, *rows = fixture_of("police__offences").read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / f"before {before}.csv"
    path.write_text("".join([head, *(row for row in rows if row.split(",")[3] < before)]), encoding="utf-8")
    return path


def archive_of_both(tmp_path: Path) -> Path:
    path = tmp_path / "2024-03.zip"
    with zipfile.ZipFile(path, "w") as both:
        for feed in (STREET, STOPS):
            with zipfile.ZipFile(fixture_of(feed.name)) as source:
                for name in source.namelist():
                    if name not in both.namelist():
                        both.writestr(name, source.read(name))
    return path


def test_a_file_comes_now_unless_something_else_is_said(lake: Lake) -> None:
    assert one(lake, fixture_of("police__offences")).received_at == NOW


def test_a_delivery_of_the_past_enters_the_ledger_on_its_day_and_wins_nothing_from_later_ones(
    lake: Lake, tmp_path: Path
) -> None:
    new = one(lake, fixture_of("police__offences"), received_on=date(2024, 4, 3))
    old = one(lake, cut(tmp_path, "2024-01-01"), received_on=date(2024, 1, 3))
    assert old.received_at.date() == date(2024, 1, 3)
    assert [delivery.delivery_id for delivery in deliveries(lake, OFFENCES)] == [old.delivery_id, new.delivery_id]
    assert {winner.delivery_id for winner in newest_per_partition(lake, OFFENCES).values()} == {new.delivery_id}


def test_two_deliveries_of_one_day_have_moments_of_their_own(lake: Lake, tmp_path: Path) -> None:
    day = date(2024, 6, 30)
    older, newer = (
        one(lake, cut(tmp_path, "2024-01-01"), received_on=day),
        one(lake, fixture_of("police__offences"), received_on=day),
    )
    assert older.received_at < newer.received_at
    # Noon of a summer day in London.
    assert older.received_at == datetime(2024, 6, 30, 11, tzinfo=UTC)


def test_a_day_that_has_not_come_is_refused(lake: Lake) -> None:
    with pytest.raises(FutureReceiptError, match="2025-01-11 has not come yet"):
        list(receive(lake, [fixture_of("police__offences")], NOW, received_on=date(2025, 1, 11)))


def test_a_delivery_covers_no_month_after_the_day_it_is_said_to_have_come(lake: Lake) -> None:
    assert max(one(lake, fixture_of("police__offences"), received_on=date(2023, 12, 5)).partitions) == "2023-12"


def test_a_simulated_file_comes_when_the_simulated_agency_sent_it(lake: Lake, tmp_path: Path) -> None:
    path = Path(shutil.copy(fixture_of("police__offences"), tmp_path))
    sha256, sent = hash_of(path), datetime(2024, 4, 4, 6, 30, tzinfo=UTC)
    listing = {"sha256": [sha256], "delivered": {sha256: sent.isoformat()}}
    (tmp_path / "simulated.json").write_text(json.dumps(listing))
    delivery = one(lake, path)
    assert (delivery.received_at, delivery.is_simulated) == (sent, True)


def test_a_real_file_beside_the_simulators_list_comes_now(lake: Lake, tmp_path: Path) -> None:
    path = Path(shutil.copy(fixture_of("police__offences"), tmp_path))
    (tmp_path / "simulated.json").write_text(json.dumps({"sha256": [], "delivered": {hash_of(path): "2024-04-04"}}))
    delivery = one(lake, path)
    assert (delivery.received_at, delivery.is_simulated) == (NOW, False)


def test_an_archive_with_members_of_two_feeds_is_a_delivery_of_each_and_stored_once(lake: Lake, tmp_path: Path) -> None:
    path = archive_of_both(tmp_path)
    receipts = list(receive(lake, [path], NOW))
    assert [receipt.is_new for receipt in receipts] == [True, True]
    street, stops = deliveries(lake, STREET) + deliveries(lake, STOPS)
    assert street.delivery_id == stops.delivery_id
    assert street.received_at != stops.received_at
    assert street.path(lake).samefile(stops.path(lake))
    assert (street.rows, stops.rows) == (10, 10), "five rows in each of two months of each"
    again = list(receive(lake, [path], NOW))
    assert [receipt.is_new for receipt in again] == [False, False]
    assert len(all_deliveries(lake)) == 2


def test_where_files_cannot_have_two_names_the_second_is_a_copy(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_second_name(*_: object) -> None:
        raise OSError("not on this file system")

    monkeypatch.setattr(os, "link", no_second_name)
    list(receive(lake, [archive_of_both(tmp_path)], NOW))
    (street,), (stops,) = deliveries(lake, STREET), deliveries(lake, STOPS)
    assert not street.path(lake).samefile(stops.path(lake))
    assert street.path(lake).read_bytes() == stops.path(lake).read_bytes()


def test_a_feed_declared_after_an_archive_came_is_received_from_it_when_it_is_given_again(
    lake: Lake, tmp_path: Path
) -> None:
    path = archive_of_both(tmp_path)
    list(receive(lake, [path], NOW))
    (stops,) = deliveries(lake, STOPS)
    shutil.rmtree(stops.path(lake).parent)
    receipts = {receipt.delivery.feed: receipt.is_new for receipt in receive(lake, [path], NOW) if receipt.delivery}
    assert receipts == {STREET.name: False, STOPS.name: True}


def test_one_faulty_member_keeps_the_other_feed_of_an_archive_from_nothing(lake: Lake, tmp_path: Path) -> None:
    source = archive_of_both(tmp_path)
    path = tmp_path / "faulty.zip"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"Legislation", b"Law", 1) if "stop-and-search" in name else content)
    received, refused = sorted(receive(lake, [path], NOW), key=lambda receipt: receipt.refusal is not None)
    assert received.delivery is not None
    assert received.delivery.feed == STREET.name
    assert refused.refusal is not None
    assert "'Legislation' is missing and 'Law' is not expected" in str(refused.refusal)
