"""A held month is counted only after a named person accepted it, for this delivery and these expectations."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.deliveries import rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.acceptance import NothingHeldError, accept
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.bronze import rows_in
from vrp_pipeline.lake.decisions import Acceptance, acceptances_of, newest_acceptances
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, read_verdict

OFFENCES = FEEDS["police__offences"]
WHY = "football final, confirmed by the force"


@pytest.fixture
def held(lake: Lake, tmp_path: Path) -> Lake:
    """A lake in which March 2024 came with twice its rows: volume is the rule that holds it."""
    rows = rows_of("police__offences")
    march = [row for row in rows if row["date_recorded"].startswith("2024-03")]
    again = [{**row, "crime_reference": f"4424039{number:04d}"} for number, row in enumerate(march * 4)]
    take(lake, write_rows(tmp_path / "doubled.csv", rows + again))
    ingest(lake, OFFENCES)
    return lake


def accepted(lake: Lake, **changes: object) -> None:
    accept(lake, OFFENCES, "2024-03", accepted_by="A Statistician", reason=WHY, **changes)  # type: ignore[arg-type]


def test_an_accepted_month_is_published_with_the_decision_beside_it(held: Lake) -> None:
    assert read_verdict(held, OFFENCES, "2024-03").status is Status.HELD  # type: ignore[union-attr]
    accepted(held)
    assert stale_partitions(held, OFFENCES) == ["2024-03"]
    [verdict] = ingest(held, OFFENCES, ["2024-03"])
    assert verdict.status is Status.PUBLISHED
    assert verdict.acceptance is not None
    assert verdict.acceptance["accepted_by"] == "A Statistician"
    assert verdict.acceptance["reason"] == WHY
    assert "volume is not too large" in verdict.acceptance["expectations"]
    assert rows_in(held.bronze_partition(OFFENCES, "2024-03")) == verdict.rows_published
    assert stale_partitions(held, OFFENCES) == []


def test_a_newer_delivery_needs_a_decision_of_its_own(held: Lake, tmp_path: Path) -> None:
    accepted(held)
    rows = rows_of("police__offences")
    march = [row for row in rows if row["date_recorded"].startswith("2024-03")]
    again = [{**row, "crime_reference": f"4424038{number:04d}"} for number, row in enumerate(march * 5)]
    take(held, write_rows(tmp_path / "worse.csv", rows + again))
    [verdict] = ingest(held, OFFENCES, ["2024-03"])
    assert verdict.status is Status.HELD
    assert verdict.acceptance is None


def test_a_decision_covers_only_the_rules_that_were_broken_when_it_was_made(held: Lake) -> None:
    accepted(held)
    for path in held.decisions.rglob("*.json"):
        path.write_text(path.read_text("utf-8").replace("volume is not too large", "another rule"), "utf-8")
    [verdict] = ingest(held, OFFENCES, ["2024-03"])
    assert verdict.status is Status.HELD


def test_a_month_that_is_not_held_cannot_be_accepted(held: Lake) -> None:
    with pytest.raises(NothingHeldError, match="is published"):
        accept(held, OFFENCES, "2024-02", accepted_by="A Statistician", reason=WHY)
    with pytest.raises(NothingHeldError, match="was never judged"):
        accept(held, OFFENCES, "2030-01", accepted_by="A Statistician", reason=WHY)


@pytest.mark.parametrize(("by", "why"), [("", WHY), ("A Statistician", "  ")])
def test_a_decision_names_a_person_and_a_reason(held: Lake, by: str, why: str) -> None:
    with pytest.raises(ValueError, match="name of a person and a reason"):
        accept(held, OFFENCES, "2024-03", accepted_by=by, reason=why)


def test_a_lake_as_of_a_day_before_the_decision_does_not_know_it(held: Lake) -> None:
    moment = datetime(2024, 5, 3, 12, tzinfo=UTC)
    accepted(held, now=moment)
    assert acceptances_of(held.as_of("2024-05-02"), OFFENCES) == []
    assert [decision.partition for decision in acceptances_of(held.as_of("2024-05-03"), OFFENCES)] == ["2024-03"]


def test_of_several_decisions_on_one_month_of_one_delivery_the_newest_holds_and_a_file_that_came_twice_has_none() -> (
    None
):
    def decision(partition: str, delivery: str, moment: str, reason: str) -> Acceptance:
        when = datetime.fromisoformat(f"{moment}T12:00:00+00:00")
        return Acceptance(OFFENCES.name, partition, delivery, ("volume",), "A. Person", when, reason)

    found = newest_acceptances(
        [
            decision("2024-03", "abc", "2024-05-04", "the second"),
            decision("2024-03", "abc", "2024-05-03", "the first"),
            decision("2024-02", "abc", "2024-05-05", "of another month"),
        ]
    )
    assert {key: each.reason for key, each in found.items()} == {
        ("2024-03", "abc"): "the second",
        ("2024-02", "abc"): "of another month",
    }
    assert ("2024-03", "abc-2") not in found, "the id of the same file, sent again"
