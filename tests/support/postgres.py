"""PostgreSQL for a test: Debian's own, on a free port of loopback, in a folder of its own, as an ordinary user."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.receivers import free_port

USER, PASSWORD, DATABASE = "vrp", "a database secret", "vrp_dagster"
OLDEST = 15


def programs() -> Path:
    """The folder of PostgreSQL's programs, version 15 or later; skips where there is none."""
    installed = {int(path.name): path / "bin" for path in Path("/usr/lib/postgresql").glob("[0-9]*")}
    usable = [version for version in installed if version >= OLDEST]
    if not usable:
        pytest.skip("PostgreSQL 15 or later is not installed (apt-get install postgresql)")
    return installed[max(usable)]


@dataclass(frozen=True)
class Server:
    """A database server that can be stopped and started again."""

    folder: Path
    port: int
    user: str | None

    def run(self, *words: str | Path) -> None:
        command = [str(programs() / str(words[0])), *map(str, words[1:])]
        found = subprocess.run(command, user=self.user, cwd=self.folder, capture_output=True, text=True, check=False)
        assert found.returncode == 0, f"{words[0]}: {found.stdout} {found.stderr}"

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        # The log keeps the server from holding the pipe of whoever waits for `pg_ctl`.
        self.run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-m", "fast", "stop")

    @property
    def environment(self) -> dict[str, str]:
        """The settings of deploy/dagster.yaml."""
        return {
            "VRP_DB_HOST": "127.0.0.1",
            "VRP_DB_PORT": str(self.port),
            "VRP_DB_NAME": DATABASE,
            "VRP_DB_USER": USER,
            "VRP_DB_PASSWORD": PASSWORD,
        }


@contextmanager
def database() -> Iterator[Server]:
    """A server with an empty database for Dagster. PostgreSQL refuses to run as root: then another user runs it."""
    programs()
    user = None
    if os.geteuid() == 0:
        known = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in known else "nobody"
    folder = Path(tempfile.mkdtemp(prefix="vrp-postgres-"))
    try:
        password = folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        if user:
            for path in (folder, password):
                shutil.chown(path, user)
        server = Server(folder, free_port(), user)
        server.run(
            "initdb", "-D", folder / "data", "-U", USER, "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8"
        )
        server.start()
        try:
            environment = {**os.environ, "PGPASSWORD": PASSWORD}
            command = [str(programs() / "createdb"), "-h", "127.0.0.1", "-p", str(server.port), "-U", USER, DATABASE]
            subprocess.run(command, env=environment, check=True, capture_output=True)
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
