"""The rules of deploy/nftables.conf: on loopback only root and the services reach what asks nobody who they are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vrp_pipeline.lake.paths import PROJECT

# In a network of its own: listens on the three ports, loads the rules and prints which account reaches which port.
PROBE = """
import fcntl, os, socket, struct, subprocess, sys
with socket.socket() as up:
    fcntl.ioctl(up, 0x8914, struct.pack("16sh14x", b"lo", 0x41))  # SIOCSIFFLAGS: IFF_UP and IFF_RUNNING
servers = [socket.create_server(("127.0.0.1", port)) for port in (3000, 4000, 4180, 5432)]
for _ in range(2):  # they may be loaded again
    subprocess.run([sys.argv[1], "-f", sys.argv[2]], check=True)
for account in map(int, sys.argv[3:]):
    for port in (3000, 4000, 4180, 5432):
        if os.fork() == 0:
            try:
                os.setuid(account)  # before: a socket is of whoever made it
                client = socket.socket()
                client.settimeout(5)
                client.connect(("127.0.0.1", port))
                print(account, port, flush=True)
            finally:
                os._exit(0)
        os.wait()
"""


def test_only_root_and_the_services_reach_the_ports_that_ask_nobody_who_they_are(tmp_path: Path) -> None:
    nft, unshare = shutil.which("nft", path=os.environ["PATH"] + ":/usr/sbin"), shutil.which("unshare")
    if nft is None or unshare is None or os.geteuid() != 0:
        pytest.skip("nft, unshare and root are needed")
    if subprocess.run([unshare, "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network of its own can be made here")
    # The accounts of the deployment do not exist here: numbers stand for them.
    text = (PROJECT / "deploy" / "nftables.conf").read_text(encoding="utf-8")
    rules = tmp_path / "nftables.conf"
    rules.write_text(text.replace("root, vrp, caddy", "0, 3001, 3002").replace("root, caddy", "0, 3002"), "utf-8")
    found = subprocess.run(
        [unshare, "--net", sys.executable, "-c", PROBE, nft, str(rules), "0", "3001", "3002", "3003"],
        capture_output=True,
        text=True,
        check=True,
    )
    reached: dict[int, list[int]] = {}
    for line in found.stdout.splitlines():
        account, port = map(int, line.split())
        reached.setdefault(account, []).append(port)
    assert reached == {
        0: [3000, 4000, 4180, 5432],
        3001: [3000, 4000, 5432],
        3002: [3000, 4000, 4180, 5432],
        3003: [5432],
    }
