"""Dagster's services as a deployment starts them: code server, daemon and webserver, each a process of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from tests.support.receivers import free_port
from vrp_pipeline.lake.paths import PROJECT

T = TypeVar("T")
# Long enough for two busy cores; whoever waits goes on as soon as it holds.
PATIENCE = 240


def wait_for(condition: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Return the first true answer; fails if there is none within the patience of a test."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.5)
    raise AssertionError(f"waited {patience} s for {what}")


class Services:
    """The three services of an instance. Each is stopped, killed and started again by its name."""

    def __init__(self, home: Path, code: Path, environment: Mapping[str, str]) -> None:
        self.home, self.port, self._code_port = home, free_port(), free_port()
        # Without the settings of an outer Dagster process that may run this test.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DAGSTER_")}
        self.environment = {**inherited, **environment, "DAGSTER_HOME": str(home)}
        workspace = home / "workspace.yaml"
        workspace.write_text(
            f"load_from:\n  - grpc_server: {{host: 127.0.0.1, port: {self._code_port}, location_name: vrp}}\n",
            encoding="utf-8",
        )
        self._commands = {
            "code": [
                *("dagster", "api", "grpc", "--python-file", str(code), "--host", "127.0.0.1"),
                *("--port", str(self._code_port), "--location-name", "vrp"),
            ],
            "daemon": ["dagster._daemon", "run", "-w", str(workspace)],
            "webserver": ["dagster_webserver", "-h", "127.0.0.1", "-p", str(self.port), "-w", str(workspace)],
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *names: str) -> None:
        """Start services, by default all, and return when they answer."""
        for name in names or self._commands:
            with (self.home / f"{name}.log").open("ab") as log:
                self._processes[name] = subprocess.Popen(
                    [sys.executable, "-m", *self._commands[name]],
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            if name == "code":
                wait_for(lambda: self._listens(self._code_port), "the code server")
            elif name == "webserver":
                wait_for(self._knows_the_code, "the webserver")

    def kill(self, name: str) -> None:
        """`kill -9` of one service alone."""
        process = self._processes.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End all services with what they started."""
        for process in self._processes.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()
        self._processes.clear()

    def ask(self, query: str, **variables: Any) -> Any:
        """The answer to a query, asked as the web interface asks."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/graphql", body, headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            answer = json.load(response)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def runs(self) -> list[dict[str, Any]]:
        """The newest runs, the newest first."""
        query = """{ runsOrError(limit: 50) { ... on Runs { results {
            runId jobName status assetSelection { path } tags { key value } } } } }"""
        found: list[dict[str, Any]] = self.ask(query)["runsOrError"]["results"]
        return found

    def status_of(self, run_id: str) -> str:
        return str(next(run["status"] for run in self.runs() if run["runId"] == run_id))

    def ended(self, run_id: str) -> str:
        """The status of a run as soon as it has ended. A page that fails while the database restarts is asked again."""

        def status() -> str | None:
            try:
                found = self.status_of(run_id)
            except urllib.error.HTTPError:
                return None
            return found if found in ("SUCCESS", "FAILURE", "CANCELED") else None

        return wait_for(status, f"the end of run {run_id}")

    def launch(self, job: str) -> str:
        """Launch a job as the button of the web interface does; return the id of the run."""
        mutation = """mutation ($job: String!) { launchRun(executionParams: { mode: "default", runConfigData: {},
            selector: { repositoryLocationName: "vrp", repositoryName: "__repository__", jobName: $job } })
            { ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
        found: str = self.ask(mutation, job=job)["launchRun"]["run"]["runId"]
        return found

    def _knows_the_code(self) -> bool:
        if not self._listens(self.port):
            return False
        query = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }"
        return bool(self.ask(query)["repositoriesOrError"].get("nodes"))

    def _listens(self, port: int) -> bool:
        for name, process in self._processes.items():
            log = (self.home / f"{name}.log").read_text(encoding="utf-8")
            assert process.poll() is None, f"{name} ended with {process.returncode}: {log[-2000:]}"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(
    home: Path, code: Path, environment: Mapping[str, str], settings: Path = PROJECT / ".dagster" / "dagster.yaml"
) -> Iterator[Services]:
    """The services of an instance made in `home`, which must not exist, from its settings; stopped in the end."""
    home.mkdir()
    shutil.copyfile(settings, home / "dagster.yaml")
    found = Services(
        home, code, {**environment, "PYTHONPATH": os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])}
    )
    try:
        found.start()
        yield found
    finally:
        found.stop()
