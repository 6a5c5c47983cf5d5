"""`vrp`: errors end in one sentence with the remedy, and exit codes tell a scheduler the outcome."""

from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.conftest import fixture_of
from tests.support.hospitals import ATTENDANCES, deliver, extract
from tests.support.releases import rows_of_2023_24, write_release
from vrp_pipeline.cli import main
from vrp_pipeline.cli.months import next_step
from vrp_pipeline.cli.runs import RunFailedError, range_of
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.atomic import holding_zone, write_json
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake


def vrp(lake: Lake, *words: str | Path) -> Result:
    return CliRunner().invoke(main, ["--lake", str(lake.root), *map(str, words)])


def test_received_files_end_with_0_and_refused_ones_with_3(lake: Lake, tmp_path: Path) -> None:
    assert vrp(lake, "receive", fixture_of("communities__events")).exit_code == 0
    bad = tmp_path / "bad.csv"
    bad.touch()
    result = vrp(lake, "receive", fixture_of("police__offences"), bad)
    assert result.exit_code == 3
    assert "1 received, 0 known already, 1 refused." in result.output
    assert "refused" in result.output


def test_a_command_that_is_called_wrongly_ends_with_2(lake: Lake) -> None:
    assert vrp(lake, "receive").exit_code == 2
    assert vrp(lake, "receive", "there-is-no-such-file.csv").exit_code == 2
    assert vrp(lake, "sample", "--scale", "0").exit_code == 2
    assert vrp(lake, "sample", "--scale", "5").exit_code == 2, "there are test NHS numbers for three force areas"


def test_the_help_shows_the_usual_way_a_line_a_command(lake: Lake) -> None:
    lines = [line.strip() for line in vrp(lake, "--help").output.splitlines()]
    assert "vrp run                ingest what is new, rebuild, test and release" in lines
    for command in ([], ["accept"], ["query"]):
        assert "\\b" not in vrp(lake, *command, "--help").output


def test_no_line_about_a_command_is_cut_off_in_a_terminal_of_80_columns() -> None:
    groups: list[click.Group] = [main]
    cut: list[str] = []
    for group in groups:
        groups += [each for each in group.commands.values() if isinstance(each, click.Group)]
        said = group.get_help(click.Context(group, info_name=group.name, terminal_width=80))
        about = said.split("\nCommands:\n")[1].splitlines()
        assert len(about) == len(group.commands), "a line a command"
        cut += [line for line in about if "..." in line]
    assert len(groups) == 6
    assert cut == []


def test_the_next_step_after_a_run_is_to_publish_the_newest_year_of_the_release(lake: Lake) -> None:
    for release, rows, year in (("a", rows_of_2023_24(), "2023-24"), ("b", None, "2024-25")):
        write_release(lake.releases / release, rows)
        write_json(lake.releases / "current.json", {"release": release})
        assert next_step(lake) == f"Next: vrp publish {year}, or vrp query --tables"


def test_a_decision_without_a_reason_ends_with_1_and_one_sentence(lake: Lake) -> None:
    result = vrp(lake, "accept", "police__offences", "2024-03", "--by", "A Statistician", "--reason", " ")
    assert result.exit_code == 1
    assert "needs the name of a person and a reason" in result.output


def test_a_sender_is_said_to_have_ended_on_the_command_line(lake: Lake, tmp_path: Path) -> None:
    deliver(lake, extract(tmp_path / "april.csv", "2023-04", {"RHM01": 9, "RHU03": 12}), "2023-05-20")
    deliver(lake, extract(tmp_path / "may.csv", "2023-05", {"RHM01": 9}), "2023-06-20")
    ingest(lake, ATTENDANCES)
    words = ("accept", ATTENDANCES.name, "2023-05", "--reason", "closed on 1 May", "--by", "A Statistician")
    wrong = vrp(lake, *words, "--ended", "RHM01")
    assert (wrong.exit_code, "RHM01 is not missing" in wrong.output) == (1, True)
    said = vrp(lake, *words, "--ended", "rhu03")
    assert said.exit_code == 0
    assert "unmet: sender RHU03 still delivers. Reason: closed on 1 May" in said.output


def test_a_delivery_of_the_past_is_received_on_the_day_it_came(lake: Lake) -> None:
    assert vrp(lake, "receive", "--received-on", "2024-04-03", fixture_of("police__offences")).exit_code == 0
    assert [delivery.received_at.date() for delivery in all_deliveries(lake)] == [date(2024, 4, 3)]
    result = vrp(lake, "receive", "--received-on", "2999-01-01", fixture_of("communities__events"))
    assert result.exit_code == 1
    assert "has not come yet" in result.output
    assert len(all_deliveries(lake)) == 1


def test_a_busy_zone_ends_with_1_and_one_sentence(lake: Lake) -> None:
    with holding_zone(lake.root, "landing"):
        result = vrp(lake, "receive", fixture_of("police__offences"))
    assert result.exit_code == 1
    assert "is being written by process" in result.output
    assert "run this again" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("words", [("query", "select 1"), ("publish", "2023-24")])
def test_without_a_release_the_next_step_is_named(lake: Lake, words: tuple[str, ...]) -> None:
    result = vrp(lake, *words)
    assert result.exit_code == 1
    assert "vrp run" in result.output


def test_the_status_of_an_empty_lake_says_how_to_begin(lake: Lake) -> None:
    result = vrp(lake, "status")
    assert result.exit_code == 0
    assert "vrp receive" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "2024-13"], "'2024-13' is no month"),
        (["--to", "abc"], "'abc' is no month"),
        (["--from", "2024-1"], "'2024-1' is no month"),
        (["--from", "2024-05", "--to", "2024-01"], "--to 2024-01 lies before --from 2024-05"),
    ],
)
def test_months_that_are_none_are_wrong_usage(lake: Lake, words: list[str], said: str) -> None:
    result = vrp(lake, "run", *words)
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize(
    "words",
    [("alerts",), ("alerts", "--send"), ("backup", "b.tar"), ("erase", "--subject", "nhs_number"), ("retain",)],
)
def test_a_lake_that_is_not_there_is_not_made_by_a_command_that_seems_to_have_done_its_work(
    lake: Lake, tmp_path: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = vrp(lake, *words)
    assert result.exit_code == 1
    assert f"there is no folder {lake.root}" in result.output
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_the_help_promises_no_reason_in_print(lake: Lake) -> None:
    for command in ("accept", "receive"):
        said = " ".join(vrp(lake, command, "--help").output.split())
        assert "printed in the report" not in said
        assert "never printed" in said


@pytest.mark.parametrize(
    ("months", "run"),
    [
        (("2024-02", None), ("2024-02", "2024-04")),
        ((None, "2024-02"), ("2024-01", "2024-02")),
        (("2024-02", "2024-03"), ("2024-02", "2024-03")),
    ],
)
def test_a_run_from_a_month_goes_on_to_the_last_and_one_to_a_month_begins_with_the_first(
    months: tuple[str | None, str | None], run: tuple[str, str]
) -> None:
    assert range_of(months, ["2024-01", "2024-02", "2024-03", "2024-04"]) == run


@pytest.mark.parametrize("months", [("2021-01", "2024-01"), ("2024-01", "2024-05"), (None, "2024-05")])
def test_a_month_that_no_run_would_take_is_told_and_none_is_run(months: tuple[str | None, str | None]) -> None:
    with pytest.raises(RunFailedError, match="from 2024-01 to 2024-02"):
        range_of(months, ["2024-01", "2024-02"])
