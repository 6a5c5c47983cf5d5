"""`vrp` as the people of a deployment type it: it acts for them in one lake and lends them no right of its account."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import PROJECT, Lake

DEPLOY = PROJECT / "deploy"


class Server:
    """The command of deploy/vrp; only the paths and the account of a real server are replaced by those of the test."""

    def __init__(self, root: Path) -> None:
        self.lake, self.inbox, self.secrets = Lake(root / "lake"), root / "inbox", root / "secrets"
        self.inbox.mkdir()
        self.secrets.mkdir(mode=0o700)
        (self.secrets / "db_password").write_text("secret\n", encoding="utf-8")
        settings = root / "vrp.env"
        settings.write_text(
            f"VRP_DATA_LAKE={self.lake.root}\nVRP_INBOX={self.inbox}\n"
            f"VRP_KEY_FILE={self.secrets / 'pseudonym.key'}\nDAGSTER_HOME={root}\n",
            encoding="utf-8",
        )
        text = (DEPLOY / "vrp").read_text(encoding="utf-8")
        for before, now in (
            ("= vrp ]", f"= {pwd.getpwuid(os.getuid()).pw_name} ]"),
            ("/etc/vrp/vrp.env", str(settings)),
            ("/etc/vrp/secrets", str(self.secrets)),
            ("/opt/vrp/deploy", str(DEPLOY)),
            ("/opt/vrp/.venv/bin/vrp", str(Path(sys.executable).parent / "vrp")),
        ):
            assert before in text
            text = text.replace(before, now)
        self.command = root / "vrp"
        self.command.write_text(text, encoding="utf-8")
        self.command.chmod(0o755)

    def vrp(self, *words: str | Path, exit_code: int = 0) -> str:
        """What a command printed; it runs with the environment that sudo leaves."""
        found = subprocess.run(
            [self.command, *words],
            env={"PATH": "/nowhere", "PYTHONPATH": str(PROJECT)},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == exit_code, found.stdout + found.stderr
        return found.stdout + found.stderr


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def test_a_file_of_the_inbox_is_received_and_no_other_account_can_read_what_is_kept(server: Server) -> None:
    offences = server.inbox / "offences.csv"
    offences.write_bytes(fixture_of("police__offences").read_bytes())
    server.vrp("receive", offences)
    (delivery,) = all_deliveries(server.lake)
    assert delivery.path(server.lake).stat().st_mode & 0o007 == 0


def test_nobody_names_a_lake_or_a_file_that_is_not_in_the_inbox(server: Server, tmp_path: Path) -> None:
    key, loot = server.secrets / "pseudonym.key", tmp_path / "loot"
    key.write_bytes(b"k" * 32)
    loot.mkdir()
    (server.inbox / "link.csv").symlink_to(key)
    for words in (
        ("--lake", loot, "receive", key),
        (f"--lake={loot}", "status"),
        ("receive", key),
        ("receive", server.inbox / ".." / "secrets" / "pseudonym.key"),
        ("receive", server.inbox / "link.csv"),
        ("backup", key),
        ("backup", loot / "lake.tar"),
        ("restore", key),
        ("sample", "--to", loot),
        ("hotspots", "--to", loot),
        ("pattern", key, "--force", "x", "--to", loot),
        ("linkage", "review", "read", key, "--by", "x"),
    ):
        assert "on this server" in server.vrp(*words, exit_code=2), words
    assert key.read_bytes() == b"k" * 32
    assert not list(loot.iterdir())
    assert not server.lake.root.exists() or not all_deliveries(server.lake)
