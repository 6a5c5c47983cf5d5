"""Settings of alerts: the TOML file that the setting VRP_ALERTS names, with the channels and the limits.

What is misspelt, missing or of another type is an error that names the key: a channel that is set up wrongly would tell
nobody, and nobody would know.
"""

import math
import os
import tomllib
from dataclasses import dataclass, field
from email.errors import InvalidHeaderDefect
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from vrp_pipeline.alerts.channels import NO_ADDRESS, Channel, Mail, Webhook, is_address
from vrp_pipeline.alerts.condition import Limits

SETTING = "VRP_ALERTS"
DOCS = "See docs/operations.md#alerts."
SECURITY = ("starttls", "tls", "none")
# The keys of each section with the types of their values.
KEYS: dict[str, dict[str, type]] = {
    "smtp": {
        "host": str,
        "port": int,
        "security": str,
        "user": str,
        "password_file": str,
        "from": str,
        "to": list,
    },
    "webhook": {"url": str, "url_file": str, "key_file": str},
    "limits": {"release_hours": float, "disk_free_share": float, "draft_days": float},
}
WORDS = {str: "a text in quotes", int: "a whole number", float: "a number", list: "a list of texts"}


class AlertSettingsError(ValueError):
    """Raised if the file of settings cannot be read or lacks something. The message says what and where."""


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
        _must_be_known(content)
        channels: list[Channel] = []
        if "smtp" in content:
            channels += _mails(content["smtp"])
        if "webhook" in content:
            channels.append(_webhook(content["webhook"]))
        return Settings(tuple(channels), _limits(content.get("limits", {})))
    except OSError as error:
        raise AlertSettingsError(f"{SETTING} names {path}: {error.strerror}. {DOCS}") from error
    except ValueError as error:
        raise AlertSettingsError(f"{path}: {error}. {DOCS}") from error


def _must_be_known(content: dict[str, Any]) -> None:
    """Raise ValueError if a section or key is none of KEYS, or a value is of another type or empty."""
    for section, table in content.items():
        if section not in KEYS:
            raise ValueError(f"[{section}] is none of {', '.join(f'[{each}]' for each in KEYS)}")
        if not isinstance(table, dict):
            raise ValueError(f"{section} is a section, as [{section}], and there is one of it")
        for key, value in table.items():
            if key not in KEYS[section]:
                raise ValueError(f"{section}.{key} is none of {', '.join(KEYS[section])}")
            wanted = KEYS[section][key]
            # A truth value is a whole number to Python.
            is_fit = isinstance(value, (int, float) if wanted is float else wanted) and not isinstance(value, bool)
            if not is_fit or value in ("", []):
                raise ValueError(f"{section}.{key} is {WORDS[wanted]} and not empty")


def _needed(section: str, table: dict[str, Any], key: str) -> Any:
    if key not in table:
        raise ValueError(f"{section}.{key} is missing")
    return table[key]


def _mails(table: dict[str, Any]) -> list[Mail]:
    """Return a channel for each recipient."""
    security = table.get("security", "starttls")
    if security not in SECURITY:
        raise ValueError("smtp.security is starttls, tls or none")
    if "user" in table and "password_file" not in table:
        raise ValueError("smtp.user needs smtp.password_file")
    if security == "none" and "password_file" in table:
        raise ValueError("smtp.password_file needs smtp.security starttls or tls: a password never goes unencrypted")
    port = table.get("port", 465 if security == "tls" else 587)
    if not 0 < port < 2**16:
        raise ValueError("smtp.port is the number of a port")
    recipients = _needed("smtp", table, "to")
    if not all(_is_mailbox(each) for each in recipients):
        raise ValueError('smtp.to is a list of addresses, as ["data-team@example.org"]')
    sender = _needed("smtp", table, "from")
    if not _is_mailbox(sender):
        raise ValueError('smtp.from is an address, as "vrp@example.org"')
    host = _needed("smtp", table, "host")
    password_file = Path(table["password_file"]) if "password_file" in table else None
    return [
        Mail(host, port, sender, recipient, security, table.get("user", ""), password_file)
        for recipient in dict.fromkeys(recipients)
    ]


def _is_mailbox(text: object) -> bool:
    """Whether a text is one address of a mailbox, with or without a name before it, as mails are written."""
    if not isinstance(text, str):
        return False
    mail = EmailMessage()
    try:
        mail["To"] = text
        found = mail["To"]
        (address,) = found.addresses
        is_sound = not any(isinstance(defect, InvalidHeaderDefect) for defect in found.defects)
    except (ValueError, IndexError, AttributeError):  # the last two on `x@` and `x@[`
        return False
    return bool(is_sound and address.username and address.domain)


def _webhook(table: dict[str, Any]) -> Webhook:
    if ("url" in table) == ("url_file" in table):
        raise ValueError("[webhook] has webhook.url or webhook.url_file, and one of them alone")
    if "url" in table and not is_address(table["url"]):
        raise ValueError(f"webhook.url is {NO_ADDRESS}")
    return Webhook(
        table.get("url", ""),
        Path(table["key_file"]) if "key_file" in table else None,
        url_file=Path(table["url_file"]) if "url_file" in table else None,
    )


def _limits(table: dict[str, Any]) -> Limits:
    for key, value in table.items():
        if not math.isfinite(value) or value < 0:
            raise ValueError(f"limits.{key} is a number from 0 on")
    return Limits(**table)
