"""Channels: one that is refused, unreachable or set up wrongly silences no other, and none is told twice."""

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.receivers import mail_server, webhook
from vrp_pipeline.alerts.channels import Channel, Mail, Webhook
from vrp_pipeline.alerts.condition import OF_THE_LAKE, Condition, Limits
from vrp_pipeline.alerts.messages import BEGUN, message
from vrp_pipeline.alerts.reporting import digest_of, report, send_digest
from vrp_pipeline.alerts.settings import AlertSettingsError, settings
from vrp_pipeline.cli import main
from vrp_pipeline.lake.paths import PROJECT, Lake

ONE = Condition("held", "police__offences", "2024-03/a", "1 month held: 2024-03.", "…", ('vrp accept --reason "…"',))
TWO = Condition("held", "fire__incidents", "2024-03/b", "1 month held: 2024-03.", "Figures.", ("vrp status",))


def mail_to(port: int, recipient: str) -> Mail:
    return Mail("127.0.0.1", port, "vrp@example.org", recipient, "none")


def test_a_recipient_whom_the_server_refuses_is_told_of_as_a_failure_and_the_others_are_told_once(lake: Lake) -> None:
    with mail_server() as (port, caught):
        channels = [mail_to(port, "gone@example.org"), mail_to(port, "a@example.org"), mail_to(port, "b@example.org")]
        caught.refused = {"gone@example.org"}
        for _ in range(2):
            assert report(lake, [ONE], OF_THE_LAKE, channels).failures == (
                f"mail to gone@example.org by 127.0.0.1:{port} failed: SMTPRecipientsRefused 550",
            )
        assert [mail["To"] for mail in caught.mails] == ["a@example.org", "b@example.org"]
        caught.refused = set()
        assert report(lake, [ONE], OF_THE_LAKE, channels).failures == ()
        assert [mail["To"] for mail in caught.mails[2:]] == ["gone@example.org"]
        caught.refused = {"gone@example.org"}
        caught.mails.clear()
        assert len(send_digest(lake, [ONE], datetime.now(UTC), channels).failures) == 1
        assert [mail["To"] for mail in caught.mails] == ["a@example.org", "b@example.org"]


def test_a_mail_that_the_server_took_is_sent_once_whatever_it_answers_to_the_farewell(lake: Lake) -> None:
    with mail_server() as (port, caught):
        caught.farewell = "421 too many connections"
        for _ in range(2):
            assert report(lake, [ONE], OF_THE_LAKE, [mail_to(port, "a@example.org")]).failures == ()
        assert len(caught.mails) == 1


def test_a_mail_has_a_date_and_an_identifier_and_passes_a_relay_of_seven_bits() -> None:
    with mail_server() as (port, caught):
        for _ in range(2):
            mail_to(port, "a@example.org").send(message(ONE, BEGUN))
    first, second = caught.mails
    assert abs(parsedate_to_datetime(first["Date"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert first["Message-ID"].endswith("@example.org>")
    assert first["Message-ID"] != second["Message-ID"]
    assert caught.raw[0].isascii()
    assert '--reason "…"' in first.get_content()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_webhook_that_sends_on_to_another_page_did_not_take_the_message(lake: Lake, status: int) -> None:
    with webhook() as (url, posted):
        posted.status = status
        assert report(lake, [ONE], OF_THE_LAKE, [Webhook(url)]).failures == (f"the webhook failed: HTTPError {status}",)
        posted.status = 200
        report(lake, [ONE], OF_THE_LAKE, [Webhook(url)])
        assert [body["event"] for body in posted.bodies] == ["new"]


@contextmanager
def speaking_something_else() -> Iterator[int]:
    """A server on loopback that answers everybody with what is neither HTTP nor SMTP; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"what do you want\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        yield int(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)


def test_whatever_is_wrong_with_a_channel_the_others_are_told(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "latin1").write_bytes(b"caf\xe9\n")
    with webhook() as (url, posted), mail_server() as (port, _), speaking_something_else() as other:
        broken: list[Channel] = [
            Webhook(f"http://127.0.0.1:{other}/hook"),
            Webhook(url, tmp_path / "nothing"),
            Webhook(url, tmp_path / "latin1"),
            Webhook("http://127.0.0.1:port/hook"),
            mail_to(other, "a@example.org"),
            Mail("127.0.0.1", port, "vrp@example.org", "a@example.org", "none", "vrp", tmp_path / "nothing"),
            Mail("127.0.0.1", port, "vrp@example.org", "a@example.org", "none", "vrp", tmp_path / "latin1"),
            mail_to(port, "a@example.org\nBcc: b@example.org"),
            mail_to(port, "x@"),
            mail_to(port, "x@["),
        ]
        for channel in broken:
            assert report(lake, [ONE], OF_THE_LAKE, [channel]).failures, channel
        lines = Condition("failed", "rebuild", "run", "The rebuild failed\nin two lines", "Figures.", ("vrp run",))
        assert report(lake, [lines], {"failed"}, [*broken[:1], Webhook(url, name="working")]).sent
    assert [body["subject"] for body in posted.bodies] == ["[vrp] The rebuild failed in two lines"]


def test_an_address_in_a_file_is_read_for_each_message_and_one_that_is_missing_or_none_is_named_and_silences_no_mail(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = tmp_path / "webhook_url"
    with webhook() as (url, posted), mail_server() as (port, caught):
        (tmp_path / "alerts.toml").write_text(
            f'[webhook]\nurl_file = "{address}"\n[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
            'from = "vrp@example.org"\nto = ["a@example.org"]\n',
            encoding="utf-8",
        )
        monkeypatch.setenv("VRP_ALERTS", str(tmp_path / "alerts.toml"))
        (failure,) = report(lake, [ONE], OF_THE_LAKE, settings().channels).failures
        assert failure == f"the webhook failed: FileNotFoundError {address}"
        assert len(caught.mails) == 1
        for wrong in ("", "file:///etc/passwd\n"):
            address.write_text(wrong, encoding="utf-8")
            (failure,) = report(lake, [ONE], OF_THE_LAKE, settings().channels).failures
            assert f"{address} holds no address" in failure
        address.write_text(f"{url}\n", encoding="utf-8")
        posted.status = 404
        (failure,) = report(lake, [ONE], OF_THE_LAKE, settings().channels).failures
        assert failure == "the webhook failed: HTTPError 404", "and not the address, which may hold a secret"
        posted.status = 200
        assert report(lake, [ONE], OF_THE_LAKE, settings().channels).failures == ()
    assert (len(posted.bodies), len(caught.mails)) == (1, 1)


def test_what_was_told_while_the_disk_was_full_is_not_told_again_and_is_written_once_there_is_room(lake: Lake) -> None:
    with webhook() as (url, posted):

        def tell(conditions: list[Condition]) -> tuple[str, ...]:
            return report(lake, conditions, OF_THE_LAKE, [Webhook(url)]).failures

        assert tell([TWO]) == ()
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))  # room for the lock and for no state
        try:
            (failure,) = tell([TWO, ONE])
            again = tell([TWO, ONE])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert "cannot be written" in failure
        assert again == ()
        state = lake.state / "alerts" / "webhook.json"
        assert ONE.key not in state.read_text(encoding="utf-8")
        tell([TWO, ONE])
        assert ONE.key in state.read_text(encoding="utf-8")
        assert len(posted.bodies) == 2


def test_a_digest_says_that_nothing_was_received(lake: Lake) -> None:
    assert "Nothing was received since yesterday." in digest_of(lake, [], datetime.now(UTC)).text


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('[smtp]\nhost = "h"\nfrom = "a@example.org"\nto = "team@example.org"', "smtp.to"),
        ('[smtp]\nhost = "h"\nfrom = "a@example.org"\nto = []', "smtp.to"),
        ('[smtp]\nhost = "h"\nfrom = "a@b"\nto = ["a@b"]\nsecurity = "none"\npassword_file = "/p"', "unencrypted"),
        ('[stmp]\nhost = "h"', "stmp"),
        ('[smtp]\nhost = "h"\nfrom = "a@example.org"\nto = ["x@"]', "smtp.to"),
        ('[smtp]\nhost = "h"\nfrom = "a@example.org"\nto = ["x@["]', "smtp.to"),
        ('[smtp]\nhost = "h"\nfrom = "a@example.org"\nto = ["a@b.org, c@d.org"]', "smtp.to"),
        ('[smtp]\nhost = "h"\nfrom = "a@example.org"\nto = ["a b@example.org"]', "smtp.to"),
        ('[smtp]\nhost = "h"\nfrom = "a@example.org"\nto = [3]', "smtp.to"),
        ('[smtp]\nhost = "h"\nfrom = "a@"\nto = ["a@example.org"]', "smtp.from"),
        ('[smtp]\nhost = "h"\nto = ["a@example.org"]', "smtp.from is missing"),
        ('[smtp]\nfrom = "a@example.org"\nto = ["a@example.org"]', "smtp.host is missing"),
        ('[smtp]\nhost = 3\nfrom = "a@example.org"\nto = ["a@example.org"]', "smtp.host"),
        ('[smtp]\nhost = "h"\nport = "x"\nfrom = "a@example.org"\nto = ["a@example.org"]', "smtp.port"),
        ('[smtp]\nhost = "h"\nport = 65536\nfrom = "a@example.org"\nto = ["a@example.org"]', "smtp.port"),
        ('[smtp]\nhost = "h"\npasword_file = "/p"\nfrom = "a@example.org"\nto = ["a@example.org"]', "pasword_file"),
        ("[smtp]", "smtp.to is missing"),
        ('smtp = "x"', "smtp is a section"),
        ('[[smtp]]\nhost = "h"', "smtp is a section"),
        ("[webhook]", "webhook.url or webhook.url_file"),
        ("[webhook]\nurl = 3", "webhook.url is"),
        ('[webhook]\nurl = "file:///etc/passwd"', "webhook.url is"),
        ('[webhook]\nurl = "https://example.org"\nkeyfile = "/p"', "webhook.keyfile"),
        ('[limits]\nrelease_hours = "24"', "limits.release_hours"),
        ("[limits]\nrelease_hours = true", "limits.release_hours"),
        ("[limits]\ndraft_days = nan", "limits.draft_days"),
        ("[limits]\ndisk_free_share = -0.1", "limits.disk_free_share"),
        ("[limits]\ndraft_day = 3", "limits.draft_day"),
    ],
)
def test_settings_under_which_nobody_would_be_told_or_a_password_be_read_by_others_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, named: str
) -> None:
    (tmp_path / "alerts.toml").write_text(wrong, encoding="utf-8")
    monkeypatch.setenv("VRP_ALERTS", str(tmp_path / "alerts.toml"))
    with pytest.raises(AlertSettingsError, match=named):
        settings()


def test_the_settings_of_the_deployment_and_of_the_documentation_are_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    (tmp_path / "shown.toml").write_text(shown, encoding="utf-8")
    for path, channels in ((PROJECT / "deploy" / "alerts.toml", 1), (tmp_path / "shown.toml", 2)):
        monkeypatch.setenv("VRP_ALERTS", str(path))
        assert len(settings().channels) == channels
        assert settings().limits == Limits()


def test_the_test_message_goes_to_every_channel_and_names_those_that_failed(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vrp(*words: str) -> tuple[int, str]:
        found = CliRunner().invoke(main, ["--lake", str(lake.root), "alerts", *words])
        return found.exit_code, found.output

    lake.root.mkdir()
    monkeypatch.delenv("VRP_ALERTS", raising=False)
    for option in ("--test", "--send"):
        code, output = vrp(option)
        assert (code, "no message is sent" in output) == (1, True), option
    with mail_server() as (port, caught), webhook() as (url, posted):
        caught.refused = {"gone@example.org"}
        (tmp_path / "alerts.toml").write_text(
            f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nfrom = "vrp@example.org"\n'
            f'to = ["gone@example.org", "a@example.org"]\n[webhook]\nurl = "{url}"\n',
            encoding="utf-8",
        )
        monkeypatch.setenv("VRP_ALERTS", str(tmp_path / "alerts.toml"))
        code, output = vrp("--test")
    assert code == 1
    assert "Sent by 2 of 3 channels." in output
    assert "mail to gone@example.org" in output
    assert (len(caught.mails), len(posted.bodies)) == (1, 1)
