"""An alert is over as soon as the command that its message names was typed: nobody waits for the next run to say so."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import fixture_of
from tests.support.deliveries import rows_of, take, write_rows
from tests.support.extracts import NOW, OFFENCES, by_agency, extract
from tests.support.receivers import Posted, webhook
from vrp_pipeline.alerts.channels import Webhook
from vrp_pipeline.alerts.condition import OF_THE_LAKE, Condition
from vrp_pipeline.alerts.feed_conditions import held, refused
from vrp_pipeline.alerts.reporting import report
from vrp_pipeline.cli.main import main
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake

ATTENDANCES = "health__emergency_attendances"


def vrp(lake: Lake, *words: str | Path) -> str:
    """Type a command; return what it printed."""
    done = CliRunner().invoke(main, ["--lake", str(lake.root), *map(str, words)])
    assert done.exit_code in (0, 3), done.output
    return done.output


def open_refusals(lake: Lake) -> list[Condition]:
    return list(refused(lake, datetime.now(UTC)))


class Told:
    """What a webhook is told of a lake, look by look."""

    def __init__(self, lake: Lake, url: str, posted: Posted) -> None:
        self._lake, self._url, self._posted = lake, url, posted

    def __call__(self, conditions: list[Condition]) -> list[str]:
        before = len(self._posted.bodies)
        report(self._lake, conditions, OF_THE_LAKE, [Webhook(self._url)])
        return [f"{body['event']} {body['key']}" for body in self._posted.bodies[before:]]


def test_a_held_month_is_over_once_when_it_is_accepted_and_before_any_run(held_lake: Lake) -> None:
    with webhook() as (url, posted):
        told = Told(held_lake, url, posted)
        assert told(list(held(held_lake))) == ["new held:police__offences"]
        vrp(held_lake, "accept", OFFENCES.name, "2024-03", "--reason", "football final", "--by", "A Statistician")
        assert told(list(held(held_lake))) == ["over held:police__offences"]
        assert told(list(held(held_lake))) == []
        ingest(held_lake, OFFENCES)
        assert told(list(held(held_lake))) == [], "the run published it"


def test_a_held_month_is_over_when_a_corrected_file_is_received_and_back_if_that_is_held_too(
    held_lake: Lake, tmp_path: Path
) -> None:
    assert list(held(held_lake))
    vrp(held_lake, "receive", extract(tmp_path / "more", 6, "corrected.csv"))
    assert list(held(held_lake)) == []
    ingest(held_lake, OFFENCES)
    (again,) = held(held_lake)
    assert "2024-03" in again.what


def test_a_decision_on_the_delivery_before_does_not_end_the_alert_of_the_one_that_followed(
    held_lake: Lake, tmp_path: Path
) -> None:
    vrp(held_lake, "accept", OFFENCES.name, "2024-03", "--reason", "football final", "--by", "A Statistician")
    vrp(held_lake, "receive", extract(tmp_path / "more", 6, "later.csv"))
    ingest(held_lake, OFFENCES)
    assert [each.key for each in held(held_lake)] == ["held:police__offences"]


def test_a_late_month_is_over_when_its_file_or_a_nil_return_is_received_and_before_any_run(lake: Lake) -> None:
    """By hand: the fire service owes every month, and its fixture is of March 2024."""

    def late() -> set[str]:
        (owed,) = (each for each in by_agency(lake, NOW) if each.key == "late:fire__incidents")
        return {month.rstrip("/") for month in owed.state.split()}

    take(lake, fixture_of(OFFENCES.name))
    assert {"2023-12", "2024-01", "2024-03"} <= late()
    vrp(lake, "receive", "--nil", "fire__incidents", "2023-12", "--reason", "confirmed by the service")
    assert late() & {"2023-12", "2024-01", "2024-03"} == {"2024-01", "2024-03"}
    vrp(lake, "receive", fixture_of("fire__incidents"))
    assert late() & {"2023-12", "2024-01", "2024-03"} == {"2024-01"}


def test_a_refused_file_is_over_when_one_of_its_name_is_received_and_not_when_another_is(
    lake: Lake, tmp_path: Path
) -> None:
    sent = tmp_path / "offences.csv"
    rows = rows_of(OFFENCES.name)
    write_rows(sent, [{name: text for name, text in row.items() if name != "crime_status"} for row in rows])
    vrp(lake, "receive", sent)
    (told,) = open_refusals(lake)
    assert told.key == "refused:files"
    take(lake, fixture_of(ATTENDANCES))
    assert open_refusals(lake)
    write_rows(sent, rows)
    vrp(lake, "receive", sent)
    assert open_refusals(lake) == []


def test_of_two_files_that_were_refused_together_each_is_over_when_it_is_received_by_itself(
    lake: Lake, tmp_path: Path
) -> None:
    rows = rows_of(OFFENCES.name)
    final = write_rows(tmp_path / "final.csv", rows)
    provisional = write_rows(tmp_path / "provisional.csv", rows[:-1])
    vrp(lake, "receive", final, provisional)
    (both,) = open_refusals(lake)
    assert both.what.startswith("2 files refused within a week")
    vrp(lake, "receive", provisional)
    (one,) = open_refusals(lake)
    assert one.what.startswith(f"A file of {OFFENCES.name} refused")
    vrp(lake, "receive", final)
    assert open_refusals(lake) == []


@pytest.mark.parametrize("name", ["Smith_John.csv", "Smith John's crimes.csv"])
def test_a_refusal_is_told_with_what_is_wrong_its_feed_what_it_touches_and_what_to_type_and_without_its_name(
    lake: Lake, tmp_path: Path, name: str
) -> None:
    rows = rows_of(OFFENCES.name)
    vrp(lake, "receive", write_rows(tmp_path / name, [{**row, "crime_status": row.pop("crime_status")} | {"colour": ""}
                                                      for row in rows]))  # fmt: skip
    (told,) = open_refusals(lake)
    assert told.what.startswith(f"A file of {OFFENCES.name} refused: ")
    assert "unexpected column 'colour'" in told.what
    assert "Serious violence" in told.touches
    typed = "\n".join(told.remedy)
    assert "vrp receive CORRECTED_FILE && vrp run" in typed
    assert "Ask the agency" in typed
    assert "Smith" not in f"{told.what} {told.touches} {typed}"


def test_the_name_of_the_other_file_in_a_refusal_is_told_to_nobody(lake: Lake, tmp_path: Path) -> None:
    rows = rows_of(OFFENCES.name)
    files = [write_rows(tmp_path / "Smith_John.csv", rows), write_rows(tmp_path / "Doe_Jane.csv", rows[:-1])]
    vrp(lake, "receive", *files)
    (told,) = open_refusals(lake)
    assert "was given with it and holds" in told.what
    assert "Smith" not in told.what
    assert "Doe" not in told.what
