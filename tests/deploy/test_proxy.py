"""The proxy of deploy/Caddyfile: nothing reaches Dagster's web interface before sign-on."""

import http.client
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.support.dagster_services import wait_for
from tests.support.receivers import free_port
from vrp_pipeline.lake.paths import PROJECT

COOKIE = "session=signed-on"


class SignOn(BaseHTTPRequestHandler):
    """Answers as oauth2-proxy does: 202 to whom it knows by the cookie, else 401; every other page is its own."""

    def do_GET(self) -> None:
        is_known = self.headers.get("Cookie") == COOKIE
        code = (202 if is_known else 401) if self.path == "/oauth2/auth" else 200
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Web(BaseHTTPRequestHandler):
    """Stands where Dagster's web interface does, and remembers what reached it."""

    reached: list[str]

    def do_GET(self) -> None:
        self.reached.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815 - http.server calls it by this name

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """A server on loopback; yields its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def reached() -> list[str]:
    return []


@pytest.fixture
def port(tmp_path: Path, reached: list[str]) -> Iterator[int]:
    """The port of Caddy with our file, in which only addresses, names of hosts and the folder of the log differ."""
    if shutil.which("caddy") is None:
        pytest.skip("caddy is not installed")
    with serving(SignOn) as sign_on, serving(type("Dagster", (Web,), {"reached": reached})) as web:
        port = free_port()
        text = (PROJECT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
        for before, now in (
            ("vrp.example.org {", f"http://127.0.0.1:{port} {{"),
            ("127.0.0.1:4180", f"127.0.0.1:{sign_on}"),
            ("127.0.0.1:3000", f"127.0.0.1:{web}"),
            ("/var/log/caddy", str(tmp_path)),
        ):
            assert before in text
            text = text.replace(before, now)
        (tmp_path / "Caddyfile").write_text(f"{{\n\tadmin off\n}}\n{text}", encoding="utf-8")
        caddy = subprocess.Popen(
            ["caddy", "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")],
            env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(lambda: answers(port), "Caddy")
            yield port
        finally:
            caddy.terminate()
            caddy.wait()


def answers(port: int) -> bool:
    try:
        return bool(ask(port, "/oauth2/sign_in").status)
    except ConnectionError:
        return False


def ask(port: int, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers)
    return connection.getresponse()


def test_who_is_not_signed_on_is_sent_to_sign_on_and_nothing_reaches_dagster(port: int, reached: list[str]) -> None:
    for method, path, headers in (
        ("GET", "/runs", {}),
        ("POST", "/graphql", {}),
        ("GET", "/runs", {"X-Forwarded-Host": "evil.example", "X-Forwarded-Uri": "/oauth2/"}),
        ("GET", "/runs", {"Cookie": "session=forged", "X-Auth-Request-Email": "a@example.org"}),
        ("GET", "/oauth2/../graphql", {}),
        ("GET", "//oauth2/auth/../../graphql", {}),
    ):
        found = ask(port, path, method, **headers)
        assert reached == [], path
        if "/oauth2/" not in path:
            assert (found.status, found.headers["Location"]) == (302, f"/oauth2/start?rd={path}"), path


def test_who_is_signed_on_reaches_dagster_and_no_page_can_frame_it(port: int, reached: list[str]) -> None:
    found = ask(port, "/graphql", "POST", Cookie=COOKIE)
    assert (found.status, reached) == (200, ["/graphql"])
    assert found.headers["X-Frame-Options"] == "DENY"
