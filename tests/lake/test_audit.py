"""The audit log: whatever is changed in it is found, and writers that come together make one chain."""

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import fixture_of
from tests.support.marts import PROVENANCE, build
from vrp_pipeline.cli.main import main
from vrp_pipeline.lake.audit import NO_LOGIN, BrokenChainError, entries, record, verify
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.release.releases import make_release


def vrp(lake: Lake, *words: str, exit_code: int = 0) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VRP_WHO", "")
        patch.setenv("VRP_PURPOSE", "")
        result = CliRunner().invoke(main, ["--lake", str(lake.root), *words])
    assert result.exit_code == exit_code, result.output
    return result


@pytest.fixture
def log(lake: Lake) -> list[bytes]:
    """The lines of a log of five entries."""
    for number in range(5):
        record(lake, "receive", feed="police__offences", rows=number)
    return lake.audit_log.read_bytes().splitlines(keepends=True)


def test_every_entry_says_who_did_what_when_and_for_which_purpose(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vrp_pipeline.lake.audit._acting", {})
    monkeypatch.setenv("VRP_WHO", "A. Person")
    monkeypatch.setenv("VRP_PURPOSE", "analysis")
    entry = record(lake, "query", tables=["fct_events"])
    assert (entry.number, entry.who, entry.action, entry.purpose) == (1, "A. Person", "query", "analysis")
    assert entry.details == {"tables": ["fct_events"]}
    assert entry.login
    assert entry.at.endswith("+00:00")
    assert list(entries(lake)) == [entry]


def test_what_one_command_says_of_itself_is_no_setting_of_the_next(lake: Lake) -> None:
    vrp(lake, "--who", "A. Person", "--purpose", "rights", "query", "select 1", exit_code=1)
    vrp(lake, "receive", str(fixture_of("communities__events")))
    (entry,) = entries(lake)
    assert (entry.who, entry.purpose) == (entry.login, "operation")


def test_an_unbroken_log_is_verified_and_so_is_an_empty_one(lake: Lake) -> None:
    lake.root.mkdir()
    assert vrp(lake, "audit", "verify").output == "The audit log is empty.\n"
    for number in range(3):
        newest = record(lake, "receive", rows=number)
    assert vrp(lake, "audit", "verify").output == f"3 entries, unbroken. Newest: {newest.sha256}\n"


@pytest.mark.parametrize(
    ("change", "number"),
    [
        (lambda lines: [lines[0], lines[1].replace(b'"rows":1', b'"rows":7'), *lines[2:]], 2),
        (lambda lines: [lines[0], lines[1].replace(b"police", b"health"), *lines[2:]], 2),
        (lambda lines: lines[1:], 1),
        (lambda lines: lines[:2] + lines[3:], 3),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], 4),
        (lambda lines: [*lines[:3], b"{}\n", *lines[3:]], 4),
        (lambda lines: [*lines[:3], b"\xff\n", *lines[3:]], 4),
        (lambda lines: [*lines[:4], lines[4][:40]], 5),
        (lambda lines: [*lines[:4], lines[4].replace(b",", b", ", 1)], 5),
    ],
)
def test_a_changed_log_ends_with_one_and_names_the_entry(
    change: "object", number: int, lake: Lake, log: list[bytes]
) -> None:
    lake.audit_log.write_bytes(b"".join(change(log)))  # type: ignore[operator]
    result = vrp(lake, "audit", "verify", exit_code=1)
    assert f"the chain breaks at entry {number}" in result.output


def test_an_entry_that_is_changed_with_its_own_digest_breaks_the_next(lake: Lake, log: list[bytes]) -> None:
    from vrp_pipeline.lake.audit import Entry

    forged = Entry(**{**json.loads(log[1]), "who": "somebody else"})
    forged = Entry(**{**vars(forged), "sha256": forged.digest})
    lake.audit_log.write_bytes(b"".join([log[0], forged.line.encode(), *log[2:]]))
    with pytest.raises(BrokenChainError, match="entry 3"):
        verify(lake)


def test_a_cut_off_end_is_found_by_a_digest_kept_elsewhere(lake: Lake, log: list[bytes]) -> None:
    newest = json.loads(log[-1])["sha256"]
    vrp(lake, "audit", "verify", "--holds", newest)
    lake.audit_log.write_bytes(b"".join(log[:-1]))
    vrp(lake, "audit", "verify")
    assert "cut off" in vrp(lake, "audit", "verify", "--holds", newest, exit_code=1).output


def test_what_a_killed_writer_left_is_no_entry_and_the_chain_goes_on(lake: Lake, log: list[bytes]) -> None:
    with lake.audit_log.open("ab") as file:
        file.write(b'{"action":"rec')
    record(lake, "accept")
    assert [entry.action for entry in entries(lake)] == ["receive"] * 5 + ["accept"]


def test_a_damaged_newest_entry_is_never_built_upon(lake: Lake, log: list[bytes]) -> None:
    lake.audit_log.write_bytes(b"".join([*log[:4], b"{}\n"]))
    with pytest.raises(BrokenChainError, match="backup"):
        record(lake, "accept")


def test_writers_that_come_together_make_one_chain(lake: Lake) -> None:
    script = (
        "import sys; from pathlib import Path; from vrp_pipeline.lake.audit import record; "
        "from vrp_pipeline.lake.paths import Lake\n"
        "for number in range(25): record(Lake(Path(sys.argv[1])), 'query', number=number)"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(lake.root)], cwd=PROJECT) for _ in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    newest = verify(lake)
    assert newest is not None
    assert newest.number == 100


def test_receipt_and_questions_stand_in_the_log_and_what_was_asked_does_not(lake: Lake) -> None:
    vrp(lake, "receive", str(fixture_of("communities__events")))
    build(lake, 1)
    make_release(lake, PROVENANCE)
    number = "943 476 5919"
    vrp(lake, "--purpose", "analysis", "query", f"select '{number}', 9434765919 from fct_events -- {number}")
    vrp(lake, "query", "select 'another', 1 from fct_events")
    vrp(lake, "query", "select number from fct_events")
    received, first, second, third = entries(lake)
    assert (received.action, received.purpose) == ("receive", "operation")
    assert received.details["feed"] == "communities__events"
    assert (first.action, first.purpose, first.details["tables"]) == ("query", "analysis", ["fct_events"])
    assert first.details["release"].startswith("2024-04-03-")
    # The same form with other values, and the comment beside it.
    assert second.details["form"] != third.details["form"]
    log = lake.audit_log.read_text(encoding="utf-8")
    assert "9434765919" not in log.replace(" ", "")


def test_the_form_of_a_question_is_the_same_whatever_values_and_comments_it_holds(lake: Lake) -> None:
    build(lake, 1)
    make_release(lake, PROVENANCE)
    for question in (
        "select number from fct_events where number = 1",
        "select number from fct_events where number = 943476",
        "SELECT  number FROM fct_events WHERE number = 5",
    ):
        vrp(lake, "query", question)
    assert len({entry.details["form"] for entry in entries(lake)}) == 1


def test_a_question_that_cannot_be_logged_is_not_answered(lake: Lake) -> None:
    build(lake, 1)
    make_release(lake, PROVENANCE)
    lake.audit_log.parent.mkdir()
    lake.audit_log.write_bytes(b"{}\n")
    result = vrp(lake, "query", "select 'ans' || 'wered' as answer", exit_code=1)
    assert "answered" not in result.output
    assert "backup" in result.output


def test_the_log_is_shown_by_action_and_number(lake: Lake) -> None:
    for action in ("receive", "query", "query", "accept"):
        record(lake, action)
    assert len(vrp(lake, "audit", "show").output.splitlines()) == 4
    (line,) = vrp(lake, "audit", "show", "--action", "query", "--last", "1").output.splitlines()
    assert line.split()[0] == "3"
    shown = vrp(lake, "audit", "show", "--json").output.encode()
    assert shown == lake.audit_log.read_bytes()
    assert os.linesep.encode() in shown


def login_of(account: int | None = None, **environment: str) -> str:
    """Whom a process names that was started under an account, as pam_loginuid(8) starts a login, or outside any."""

    def log_in() -> None:
        Path("/proc/self/loginuid").write_text(str(NO_LOGIN if account is None else account), encoding="ascii")

    command = [sys.executable, "-c", "from vrp_pipeline.lake.audit import login; print(login())"]
    try:
        return subprocess.run(
            command,
            cwd=PROJECT,
            env={**os.environ, **environment},
            preexec_fn=log_in,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except subprocess.SubprocessError:
        pytest.skip("only root may say who logged in, and only where the kernel keeps it")


def test_who_acts_is_the_account_that_logged_in_whatever_it_runs_as_and_its_environment_says() -> None:
    daemon = pwd.getpwnam("daemon").pw_uid
    assert daemon != os.getuid()
    assert login_of(daemon, LOGNAME="somebody", USER="else", SUDO_USER="root") == "daemon"


def test_without_a_login_as_in_a_service_it_is_the_account_of_the_process() -> None:
    assert login_of(None, LOGNAME="somebody", SUDO_USER="daemon") == pwd.getpwuid(os.getuid()).pw_name
