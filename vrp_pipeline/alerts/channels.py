"""Channels: what takes messages. Which there are is read in `settings`.

Secrets stand in files of their own, so that neither the environment nor the file of settings holds one.
"""

import hmac
import json
import smtplib
import ssl
import urllib.request
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.error import URLError
from urllib.parse import quote

from vrp_pipeline.alerts.messages import Message

TIMEOUT = 10
SIGNATURE = "X-Vrp-Signature"
NO_ADDRESS = "no address that begins with https:// or http://"


class NotSentError(RuntimeError):
    """Raised if a channel did not take a message. It is sent again by the next check."""


class Channel(Protocol):
    """Something that takes messages."""

    @property
    def name(self) -> str:
        """What the lake remembers under which messages the channel took: a file's name, another for each channel."""

    def send(self, message: Message) -> None:
        """Send a message. Raises NotSentError, whatever was wrong: no channel holds up the others."""


@dataclass(frozen=True)
class Mail:
    """Mail by SMTP to one recipient, encrypted by STARTTLS or TLS unless `security` is `none`.

    Each recipient is a channel: a server may refuse one and take the mail for the others, which are not told again.
    """

    host: str
    port: int
    sender: str
    recipient: str
    security: str = "starttls"
    user: str = ""
    password_file: Path | None = None

    @property
    def name(self) -> str:
        """`mail_` and the recipient, as a file may be named."""
        return f"mail_{quote(self.recipient, safe='@+')}"

    def send(self, message: Message) -> None:
        """Send a message. Raises NotSentError."""
        try:
            mail = self._mail(message)
            with closing(self._connection()) as server:
                if self.password_file:
                    server.login(self.user, secret(self.password_file))
                server.send_message(mail)
                # The server has the mail: what it answers to the farewell changes nothing.
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
        # The parser of addresses raises the last two on some that are none, such as `x@` and `x@[`.
        except (OSError, smtplib.SMTPException, ValueError, IndexError, AttributeError) as error:
            place = f"{self.host}:{self.port}"
            raise NotSentError(f"mail to {self.recipient} by {place} failed: {_kind(error)}") from error

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = message.subject, self.sender, self.recipient
        mail["Date"] = datetime.now(UTC)
        mail["Message-ID"] = make_msgid(domain=parseaddr(self.sender)[1].rpartition("@")[2] or self.host)
        mail["Auto-Submitted"] = "auto-generated"
        # Seven bits pass every relay; remedies hold characters that are not ASCII.
        mail.set_content(message.text, cte="quoted-printable")
        return mail

    def _connection(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context())
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        if self.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an error: urllib would follow it by GET and leave out the message."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


@dataclass(frozen=True)
class Webhook:
    """JSON posted to an address: `text` as chat services read it, `subject`, `key` and `event` for programs.

    The address is `url`, or what `url_file` holds: it is read for each message, so that a file that is missing keeps
    nothing from other channels.

    With a key the body is signed: `X-Vrp-Signature: sha256=<HMAC-SHA-256 of the body in hexadecimal>`.
    """

    url: str = ""
    key_file: Path | None = None
    name: str = "webhook"
    url_file: Path | None = None

    def send(self, message: Message) -> None:
        """Post a message. Raises NotSentError."""
        content = {
            "text": f"{message.subject}\n{message.text}",
            "subject": message.subject,
            "key": message.key,
            "event": message.event,
        }
        body = json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        try:
            if self.key_file:
                headers[SIGNATURE] = "sha256=" + hmac.digest(secret(self.key_file).encode(), body, "sha256").hex()
            url = secret(self.url_file) if self.url_file else self.url
            if not is_address(url):
                raise NotSentError(f"the webhook failed: {self.url_file or 'webhook.url'} holds {NO_ADDRESS}")
            request = urllib.request.Request(url, body, headers)  # noqa: S310 - checked above
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT):
                return
        except (OSError, HTTPException, ValueError) as error:  # the address may hold a secret and is not repeated
            raise NotSentError(f"the webhook failed: {_kind(error)}") from error


def secret(path: Path) -> str:
    """Return the content of a secret's file without the final newline."""
    return path.read_text(encoding="utf-8").strip()


def is_address(url: str) -> bool:
    """Whether a webhook may be posted to it: urllib opens files too."""
    return url.startswith(("https://", "http://"))


def _kind(error: Exception) -> str:
    """Return the kind of an error and the code of the server or the file: its text may quote what was sent."""
    # An HTTPError gives the address as the name of a file.
    if isinstance(error, OSError) and not isinstance(error, URLError) and error.filename:
        return f"{type(error).__name__} {error.filename}"
    code = getattr(error, "smtp_code", None) or getattr(error, "code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((refused[0] for refused in error.recipients.values()), None)
    return f"{type(error).__name__}{f' {code}' if code else ''}"
