"""The deployment of deploy/: its instance on PostgreSQL survives what may happen, and its files are sound."""

import gzip
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
import yaml

from tests.support.dagster_services import Services, running, wait_for
from tests.support.postgres import Server, database
from vrp_pipeline.lake.paths import PROJECT

DEPLOY = PROJECT / "deploy"
LOCATION = Path(__file__).with_name("production_location.py")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    pytest.importorskip("dagster_postgres", reason="the extra `postgres` is not installed")
    with database() as found:
        yield found


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "lake"
    folder.mkdir()
    return folder


@pytest.fixture
def services(server: Server, tmp_path: Path, lake: Path) -> Iterator[Services]:
    environment = {
        **server.environment,
        "VRP_DATA_LAKE": str(lake),
        "VRP_COMPUTE_LOGS": str(tmp_path / "compute_logs"),
    }
    with running(tmp_path / "home", LOCATION, environment, settings=DEPLOY / "dagster.yaml") as found:
        yield found


def at_work(lake: Path, run_id: str) -> int:
    """The process of a run, as soon as it is at work."""

    def process() -> int | None:
        told = lake / f"at_work_{run_id}"
        return int(told.read_text()) if told.exists() and told.read_text() else None

    return wait_for(process, f"run {run_id} at work")


def let_go(lake: Path) -> None:
    (lake / "go_on").touch()


@pytest.mark.nightly
@pytest.mark.xdist_group("services")
def test_who_comes_second_waits_in_the_queue_and_a_killed_run_and_a_killed_code_server_hold_nobody_up(
    services: Services, lake: Path
) -> None:
    first, second = services.launch("night"), services.launch("night")
    process = at_work(lake, first)
    assert services.status_of(second) == "QUEUED", "two people launched at once"

    # The code server goes with the run it watched: nobody is left who could tell.
    services.kill("code")
    os.kill(process, signal.SIGKILL)
    assert services.status_of(first) == "STARTED"
    services.start("code")
    assert services.ended(first) == "FAILURE"
    let_go(lake)
    assert services.ended(second) == "SUCCESS"


@pytest.mark.nightly
@pytest.mark.xdist_group("services")
def test_after_a_restart_of_the_database_in_the_middle_of_a_run_the_next_night_completes(
    services: Services, server: Server, lake: Path
) -> None:
    run = services.launch("night")
    at_work(lake, run)
    server.stop()
    server.start()
    let_go(lake)
    assert services.ended(run) in ("SUCCESS", "FAILURE"), "it is told how it ended"

    def launched() -> str | None:
        try:
            return services.launch("night")
        except HTTPError:  # each connection that was open before fails once
            return None

    assert services.ended(wait_for(launched, "the launch of the next night")) == "SUCCESS"


@pytest.mark.nightly
@pytest.mark.xdist_group("services")
def test_a_killed_daemon_and_a_killed_webserver_leave_a_run_at_work_alone(services: Services, lake: Path) -> None:
    run = services.launch("night")
    at_work(lake, run)
    services.kill("daemon")
    services.kill("webserver")
    let_go(lake)
    services.start("daemon", "webserver")
    assert services.ended(run) == "SUCCESS"
    assert services.ended(services.launch("night")) == "SUCCESS"


@pytest.mark.nightly
@pytest.mark.xdist_group("services")
def test_a_run_that_is_cancelled_frees_the_queue(services: Services, lake: Path) -> None:
    first, second = services.launch("night"), services.launch("night")
    at_work(lake, first)
    mutation = """mutation ($run: String!) { terminateRun(runId: $run) { __typename } }"""
    assert services.ask(mutation, run=first)["terminateRun"]["__typename"] == "TerminateRunSuccess"
    assert services.ended(first) == "CANCELED"
    let_go(lake)
    assert services.ended(second) == "SUCCESS"


def test_the_instance_of_a_deployment_differs_from_that_of_a_checkout_in_its_storage_alone() -> None:
    ours = yaml.safe_load((PROJECT / ".dagster" / "dagster.yaml").read_text(encoding="utf-8"))
    deployed = yaml.safe_load((DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))
    for name in ("telemetry", "concurrency", "run_retries", "freshness", "retention"):
        assert deployed[name] == ours[name], name
    assert "postgres" in deployed["storage"]


def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    units = [unit for kind in ("service", "timer") for unit in sorted((DEPLOY / "systemd").glob(f"*.{kind}"))]
    for unit in units:
        # Programs that are not installed here are none of the unit's faults.
        text = re.sub(r"^(Exec\w+=)\S+", rf"\1{shutil.which('true')}", unit.read_text("utf-8"), flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    for copy in (tmp_path / unit.name for unit in units):
        found = subprocess.run(
            ["systemd-analyze", "verify", "--recursive-errors=no", str(copy)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (found.returncode, found.stderr) == (0, ""), copy.name
        comes_back = copy.suffix == ".timer" or (tmp_path / f"{copy.stem}.timer").exists()
        # Rules that were loaded have no process that could die.
        stays = ("Restart=always", "RemainAfterExit=yes")
        assert comes_back or any(line in copy.read_text(encoding="utf-8") for line in stays), copy.name


def test_no_service_that_the_firewall_protects_is_started_without_it() -> None:
    def of(unit: str, name: str) -> set[str]:
        text = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8")
        return {word for line in re.findall(rf"^{name}=(.*)$", text, re.MULTILINE) for word in line.split()}

    rules = (DEPLOY / "nftables.conf").read_text(encoding="utf-8")
    ports = set(re.findall(r"\b\d{4,5}\b", " ".join(re.findall(r"dport (\{.*?\}|\d+)", rules))))
    protected = of("vrp-firewall.service", "Before")
    assert len(protected) == len(ports) == 3
    for unit in protected:
        assert "vrp-firewall.service" in of(unit, "Requires") & of(unit, "After"), unit


@pytest.mark.parametrize(
    ("program", "option", "file"), [("visudo", "-cf", "sudoers"), ("logrotate", "--debug", "logrotate.conf")]
)
def test_the_settings_of_the_system_have_no_fault(tmp_path: Path, program: str, option: str, file: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    # The account of the deployment does not exist here.
    text = (DEPLOY / file).read_text("utf-8").replace("su vrp vrp", f"su {pwd.getpwuid(os.getuid()).pw_name} root")
    (tmp_path / file).write_text(text, encoding="utf-8")
    (tmp_path / file).chmod(0o440)
    found = subprocess.run([program, option, str(tmp_path / file)], capture_output=True, text=True, check=False)
    assert (found.returncode, "error" in found.stderr) == (0, False), found.stderr


def test_a_log_is_rotated_and_its_writer_goes_on(tmp_path: Path) -> None:
    if shutil.which("logrotate") is None:
        pytest.skip("logrotate is not installed")
    text = (DEPLOY / "logrotate.conf").read_text("utf-8").replace("/var/lib/vrp", str(tmp_path))
    (tmp_path / "logrotate.conf").write_text(text.replace("    su vrp vrp\n", ""), encoding="utf-8")
    (tmp_path / "logrotate.conf").chmod(0o644)
    log = tmp_path / "dagster" / "run.log"
    log.parent.mkdir()
    with log.open("a", encoding="utf-8") as writer:
        writer.write("before\n")
        writer.flush()
        subprocess.run(
            ["logrotate", "--force", "--state", str(tmp_path / "state"), str(tmp_path / "logrotate.conf")], check=True
        )
        writer.write("after\n")
    assert log.read_text(encoding="utf-8") == "after\n"
    (rotated,) = log.parent.glob("run.log.1*")
    assert gzip.decompress(rotated.read_bytes()) == b"before\n"


def test_sign_on_can_read_its_own_secrets_and_not_the_key_of_the_pseudonyms() -> None:
    unit = (DEPLOY / "systemd" / "vrp-sign-on.service").read_text(encoding="utf-8")
    assert "DynamicUser=yes" in unit
    handed = re.findall(r"^LoadCredential=(\w+):/etc/vrp/secrets/\1$", unit, re.MULTILINE)
    assert sorted(handed) == ["cookie_secret", "oidc_client_secret"]
    assert "/etc/vrp/secrets" not in (DEPLOY / "oauth2-proxy.cfg").read_text(encoding="utf-8")
    for name in handed:
        assert f"-secret-file=${{CREDENTIALS_DIRECTORY}}/{name}" in unit


def test_containers_are_given_no_setting_that_names_a_folder_of_a_server() -> None:
    def settings(text: str) -> dict[str, str]:
        return dict(re.findall(r"\b([A-Z][A-Z_]+)=([^\s\\]+)", text))

    image = settings((DEPLOY / "Containerfile").read_text(encoding="utf-8"))
    given = settings((DEPLOY / "container.env").read_text(encoding="utf-8"))
    assert not image.keys() & given.keys(), "what the image says of its folders stands"
    needed = settings((DEPLOY / "systemd" / "vrp.env").read_text(encoding="utf-8")).keys()
    assert needed <= image.keys() | given.keys()


def test_no_secret_stands_in_a_file_of_the_deployment() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                name, _, value = line.partition("=")
                secret = any(word in name.lower() for word in ("password", "secret", "token"))
                is_path = value.strip().strip('"').startswith(("/", "$", "$(cat"))
                assert not secret or not value or is_path or line.lstrip().startswith("#"), f"{path.name}: {line}"


def test_a_command_gets_its_secrets_from_files_and_does_not_start_without_them(tmp_path: Path) -> None:
    command = [str(DEPLOY / "with_secrets.sh"), "sh", "-c", 'printf %s "$VRP_DB_PASSWORD"']
    environment = {"PATH": os.environ["PATH"], "CREDENTIALS_DIRECTORY": str(tmp_path)}
    without = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert without.returncode != 0
    (tmp_path / "db_password").write_text("a b'c\n", encoding="utf-8")
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "a b'c")
