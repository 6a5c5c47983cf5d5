"""Erasure: a person's rows leave every delivery, others stay as they were, and nothing sent again brings them back."""

import json
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import take
from vrp_pipeline.erasure.people import NoSuchSubjectError, apply_erasures, kinds, remove, rows_of, subject
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.columns import Pseudonymise
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.ingest import pipeline
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.ingest.store import NotErasedError
from vrp_pipeline.lake.audit import entries
from vrp_pipeline.lake.backup import damaged_deliveries
from vrp_pipeline.lake.bronze import published_partitions
from vrp_pipeline.lake.erasures import APPLIED, Erasure, record
from vrp_pipeline.lake.ledger import REDACTED, deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.readers import read
from vrp_pipeline.release.row_accounts import account


def ingest(lake: Lake, feed: Feed, partitions: Collection[str] | None = None) -> None:
    """What a run does with a feed."""
    apply_erasures(lake, feed)
    pipeline.ingest(lake, feed, partitions)


def numbers_of(feed: Feed) -> Iterator[tuple[str, str, str | None]]:
    """The columns with a number, their kinds, and the column with the service whose own number it is."""
    service = {person.key[-1]: person.key[0] for person in feed.people if len(person.key) > 1}
    for column in feed.columns:
        if isinstance(column.treatment, Pseudonymise):
            kind = column.treatment.kind
            if kinds()[kind] and column.name not in service:
                continue
            yield column.name, kind, service.get(column.name)


CASES = [(feed.name, *case) for feed in FEEDS.values() for case in numbers_of(feed)]


def somebody(feed: Feed, column: str, service: str | None) -> tuple[str, str]:
    """A number that a fixture has in a column, and the service it belongs to."""
    for table in read(feed, fixture_of(feed.name)):
        for row in table.texts.to_pylist():
            if row[column] and any(character.isdigit() for character in row[column]):
                try:
                    subject(_kind(feed, column), row[column], row[service] if service else "")
                except NoSuchSubjectError:
                    continue
                return row[column], row[service] if service else ""
    pytest.skip("nobody has such a number in the fixture")


def _kind(feed: Feed, column: str) -> str:
    treatment = feed.by_name[column].treatment
    assert isinstance(treatment, Pseudonymise)
    return treatment.kind


def bronze(lake: Lake, feed: Feed) -> list[dict[str, object]]:
    return [row for path in published_partitions(lake, feed).values() for row in pq.read_table(path).to_pylist()]


def of_person(rows: list[dict[str, object]], person: Erasure, service: str | None) -> list[dict[str, object]]:
    """The rows with a person's pseudonym; another service's child may have the same number and stays."""
    return [row for row in rows if person.pseudonym in row.values() and (not service or row[service] == person.within)]


def erase(lake: Lake, person: Erasure) -> None:
    record(lake, person)
    remove(lake)
    for feed in FEEDS.values():
        if stale := stale_partitions(lake, feed):
            ingest(lake, feed, stale)


@pytest.mark.parametrize(("name", "column", "kind", "service"), CASES)
def test_a_persons_rows_go_and_all_others_stay_as_they_were(
    name: str, column: str, kind: str, service: str | None, lake: Lake
) -> None:
    feed = FEEDS[name]
    number, within = somebody(feed, column, service)
    take(lake, fixture_of(name))
    ingest(lake, feed)
    before = bronze(lake, feed)
    person = subject(kind, number, within)
    found = rows_of(lake, person)[name]
    assert found

    erase(lake, person)
    after = bronze(lake, feed)
    theirs = [row for row in before if row not in after]
    assert [row for row in before if row in after] == after, "what is left is what was there, to the row number"
    assert all(person.pseudonym in row.values() or None in row.values() for row in theirs)
    assert not of_person(after, person, service)
    assert account(lake, feed).balances

    # No file of landing holds the number any more, whatever the format was.
    (delivery,) = deliveries(lake, feed)
    assert {path.name for path in delivery.path(lake).parent.iterdir()} == {
        "delivery.json",
        REDACTED,
        APPLIED,
    }
    left = [row for table in read(feed, delivery.path(lake)) for row in table.texts.to_pylist()]
    assert not [row for row in left if row[column] == number and (not service or row[service] == within)]
    assert rows_of(lake, person) == {}


@pytest.mark.parametrize(("name", "column", "kind", "service"), CASES)
def test_the_same_delivery_sent_again_does_not_bring_them_back(
    name: str, column: str, kind: str, service: str | None, lake: Lake, tmp_path: Path
) -> None:
    feed = FEEDS[name]
    number, within = somebody(feed, column, service)
    person = subject(kind, number, within)
    record(lake, person)
    take(lake, fixture_of(name))
    ingest(lake, feed)
    assert not of_person(bronze(lake, feed), person, service)
    assert rows_of(lake, person) == {}
    assert account(lake, feed).balances
    once = bronze(lake, feed)
    take(lake, fixture_of(name))
    ingest(lake, feed)
    assert bronze(lake, feed) == once


OFFENCES, EVENTS = FEEDS["police__offences"], FEEDS["communities__events"]


@pytest.fixture
def person() -> Erasure:
    return subject("police_person", somebody(OFFENCES, "victim_pseudonym", None)[0])


def test_no_delivery_is_ingested_that_was_not_searched_for_erased_people(lake: Lake, person: Erasure) -> None:
    record(lake, person)
    take(lake, fixture_of(OFFENCES.name))
    assert stale_partitions(lake, OFFENCES), "what is to be ingested can be told before"
    with pytest.raises(NotErasedError, match=r"police__offences: the delivery .* came after people were erased"):
        pipeline.ingest(lake, OFFENCES)
    assert bronze(lake, OFFENCES) == []
    ingest(lake, OFFENCES)
    assert bronze(lake, OFFENCES)
    assert not of_person(bronze(lake, OFFENCES), person, None)
    take(lake, fixture_of(EVENTS.name))
    pipeline.ingest(lake, EVENTS)
    assert bronze(lake, EVENTS), "a feed without numbers of their kind holds no rows about them"


def test_a_second_call_changes_nothing(lake: Lake, person: Erasure) -> None:
    take(lake, fixture_of(OFFENCES.name))
    ingest(lake, OFFENCES)
    erase(lake, person)
    files = {path: path.read_bytes() for path in lake.landing.rglob("*") if path.is_file()}
    record(lake, person)
    assert (remove(lake).deliveries, remove(lake).bronze) == (0, 0)
    assert {path: path.read_bytes() for path in lake.landing.rglob("*") if path.is_file()} == files
    assert not stale_partitions(lake, OFFENCES)


def test_an_erasure_is_logged_without_the_person(lake: Lake, person: Erasure) -> None:
    take(lake, fixture_of(OFFENCES.name))
    erase(lake, person)
    logged = [entry for entry in entries(lake) if entry.action == "erase"]
    assert logged
    assert all(entry.details["rows"] for entry in logged)
    text = lake.audit_log.read_text(encoding="utf-8")
    number = somebody(OFFENCES, "victim_pseudonym", None)[0]
    assert person.pseudonym not in text
    assert number not in text
    (stored,) = lake.erasures.glob("*.json")
    assert number not in stored.read_text(encoding="utf-8")
    assert json.loads(stored.read_text(encoding="utf-8"))["pseudonym"] == person.pseudonym


@pytest.mark.parametrize(
    ("kind", "number", "within", "said"),
    [
        ("passport", "123456789", "", "no kind of number"),
        ("nhs_number", "943 476 5918", "", "check digit"),
        ("nhs_number", "9999999999", "", "nobody's"),
        ("nhs_number", "", "", "nobody's"),
        ("yjs_child", "1234", "", "--within"),
        ("nhs_number", "943 476 5919", "E10000014", "leave out"),
    ],
)
def test_a_number_that_is_nobodys_is_refused_without_being_quoted(
    kind: str, number: str, within: str, said: str
) -> None:
    with pytest.raises(NoSuchSubjectError, match=said) as refused:
        subject(kind, number, within)
    assert not number or number not in str(refused.value)


class Killed(BaseException):
    """The process ends: nothing that catches errors catches this."""


def shorter(feed: Feed, path: Path) -> Path:
    """Write the first lines of a fixture alone, for a later delivery of the same months."""
    lines = fixture_of(feed.name).read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[: len(lines) // 2 + 1]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "column"),
    [("health__emergency_attendances", "patient_pseudonym"), ("probation__supervised_people", "person_pseudonym")],
)
@pytest.mark.parametrize("ingested_between", [True, False])
def test_a_file_that_counts_again_after_a_person_left_it_comes_without_them(
    name: str, column: str, lake: Lake, tmp_path: Path, *, ingested_between: bool
) -> None:
    feed = FEEDS[name]
    person = subject(_kind(feed, column), somebody(feed, column, None)[0])
    take(lake, fixture_of(name))
    ingest(lake, feed)
    rows = len(bronze(lake, feed))
    theirs = rows_of(lake, person)[name]
    assert theirs
    erase(lake, person)
    once = bronze(lake, feed)
    take(lake, shorter(feed, tmp_path / f"shorter{fixture_of(name).suffix}"))
    take(lake, fixture_of(name))
    (again,) = [delivery for delivery in deliveries(lake, feed) if delivery.delivery_id.endswith("-2")]
    assert again.rows == deliveries(lake, feed)[0].rows + theirs, "the file holds them again until it is ingested"
    if ingested_between:
        ingest(lake, feed)
    # And again, of two deliveries of one file, one redacted before and one not.
    erase(lake, person)
    ingest(lake, feed)
    assert not of_person(bronze(lake, feed), person, None)
    assert len(bronze(lake, feed)) == len(once) <= rows
    assert rows_of(lake, person) == {}
    assert account(lake, feed).balances
    assert not list(damaged_deliveries(lake, deliveries(lake, feed)))


def test_of_one_file_that_came_twice_a_person_leaves_both(lake: Lake, tmp_path: Path) -> None:
    feed = FEEDS["health__emergency_attendances"]
    person = subject("nhs_number", somebody(feed, "patient_pseudonym", None)[0])
    take(lake, fixture_of(feed.name))
    take(lake, shorter(feed, tmp_path / "shorter.csv"))
    take(lake, fixture_of(feed.name))
    erase(lake, person)
    ingest(lake, feed)
    assert not of_person(bronze(lake, feed), person, None)
    assert rows_of(lake, person) == {}
    assert account(lake, feed).balances


@pytest.mark.parametrize("done", [0, 1, 2, 3])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_an_erasure_killed_at_any_write_is_finished_by_the_next_however_often_others_were_erased_before(
    done: int, times: int, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = FEEDS["health__emergency_attendances"]
    table = next(iter(read(feed, fixture_of(feed.name), columns=["patient_pseudonym"])))
    numbers = [number for number in table.texts["patient_pseudonym"].to_pylist() if number]
    people = [subject("nhs_number", number) for number in dict.fromkeys(numbers)][:times]
    assert len(people) == times
    take(lake, fixture_of(feed.name))
    for person in people[:-1]:
        record(lake, person)
        remove(lake)
    record(lake, people[-1])
    count, put_in_place, unlink = 0, Path.replace, Path.unlink

    def counted() -> None:
        nonlocal count
        count += 1
        if count > done:
            raise Killed

    def replace(self: Path, target: Path) -> Path:
        counted()
        return put_in_place(self, target)

    def remove_file(self: Path, missing_ok: bool = False) -> None:
        if not self.name.endswith(".partial"):
            counted()
        unlink(self, missing_ok)

    with monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(Path, "replace", replace)
        patch.setattr(Path, "unlink", remove_file)
        remove(lake)
    assert count > done, "it was killed"
    assert not list(damaged_deliveries(lake, deliveries(lake, feed))), "a back-up can be made"
    remove(lake)
    (delivery,) = deliveries(lake, feed)
    assert {path.name for path in delivery.path(lake).parent.iterdir()} == {
        "delivery.json",
        delivery.stored_name,
        APPLIED,
    }
    assert [rows_of(lake, person) for person in people] == [{}] * times
    assert sum(table.texts.num_rows for table in read(feed, delivery.path(lake))) == delivery.rows
    assert not list(damaged_deliveries(lake, [delivery]))
