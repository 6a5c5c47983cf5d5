"""Channels: where messages go, and the settings that name them.

The setting VRP_ALERTS names a TOML file. Secrets stand in files of their own that it names, so that neither the
environment nor the file of settings holds one.
"""

import hashlib
import hmac
import json
import os
import smtplib
import ssl
import tomllib
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

from vrp_pipeline.alerts.condition import Limits
from vrp_pipeline.alerts.messages import Message

SETTING = "VRP_ALERTS"
TIMEOUT = 10
SIGNATURE = "X-Vrp-Signature"
DOCS = "See docs/operations.md#alerts."


class AlertSettingsError(ValueError):
    """Raised if the file of settings cannot be read or lacks something. The message says what and where."""


class NotSentError(RuntimeError):
    """Raised if a channel did not take a message. It is sent again by the next check."""


class Channel(Protocol):
    """Something that takes messages."""

    @property
    def name(self) -> str:
        """What the lake remembers under which messages the channel took."""

    def send(self, message: Message) -> None:
        """Send a message. Raises NotSentError."""


@dataclass(frozen=True)
class Mail:
    """Mail by SMTP, encrypted by STARTTLS or TLS unless `security` is `none`."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    security: str = "starttls"
    user: str = ""
    password_file: Path | None = None
    name: str = "mail"

    def send(self, message: Message) -> None:
        """Send a message to all recipients. Raises NotSentError."""
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = message.subject, self.sender, ", ".join(self.recipients)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        try:
            with self._connection() as server:
                if self.password_file:
                    server.login(self.user, secret(self.password_file))
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise NotSentError(f"mail to {self.host}:{self.port} failed: {type(error).__name__}") from error

    def _connection(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context())
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        if self.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server


@dataclass(frozen=True)
class Webhook:
    """JSON posted to an address: `text` as chat services read it, `subject`, `key` and `event` for programs.

    With a key the body is signed: `X-Vrp-Signature: sha256=<HMAC-SHA-256 of the body in hexadecimal>`.
    """

    url: str
    key_file: Path | None = None
    name: str = "webhook"

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
        if self.key_file:
            headers[SIGNATURE] = "sha256=" + hmac.new(secret(self.key_file).encode(), body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(self.url, body, headers)  # noqa: S310 - the settings allow http and https
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310
                return
        except OSError as error:  # the address may hold a secret and is not repeated
            raise NotSentError(f"the webhook failed: {type(error).__name__}") from error


@dataclass(frozen=True)
class Settings:
    """Where messages go, and from when on something needs a person."""

    channels: tuple[Channel, ...] = ()
    limits: Limits = field(default_factory=Limits)


def settings() -> Settings:
    """Return the settings of the file that VRP_ALERTS names; without it no channel. Raises AlertSettingsError."""
    named = os.environ.get(SETTING)
    if not named:
        return Settings()
    path = Path(named)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        channels: list[Channel] = []
        if mail := content.get("smtp"):
            channels.append(_mail(mail))
        if webhook := content.get("webhook"):
            channels.append(_webhook(webhook))
        return Settings(tuple(channels), Limits(**content.get("limits", {})))
    except OSError as error:
        raise AlertSettingsError(f"{SETTING} names {path}: {error.strerror}. {DOCS}") from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise AlertSettingsError(f"{path}: {type(error).__name__} {error}. {DOCS}") from error


def secret(path: Path) -> str:
    """Return the content of a secret's file without the final newline."""
    return path.read_text(encoding="utf-8").strip()


def _mail(table: dict[str, Any]) -> Mail:
    security = table.get("security", "starttls")
    if security not in ("starttls", "tls", "none"):
        raise ValueError("smtp.security is starttls, tls or none")
    if table.get("user") and "password_file" not in table:
        raise ValueError("smtp.user needs smtp.password_file")
    return Mail(
        table["host"],
        int(table.get("port", 465 if security == "tls" else 587)),
        table["from"],
        tuple(table["to"]),
        security,
        table.get("user", ""),
        Path(table["password_file"]) if "password_file" in table else None,
    )


def _webhook(table: dict[str, Any]) -> Webhook:
    url = secret(Path(table["url_file"])) if "url_file" in table else table["url"]
    if not url.startswith(("https://", "http://")):
        raise ValueError("webhook.url begins with https:// or http://")
    return Webhook(url, Path(table["key_file"]) if "key_file" in table else None)
