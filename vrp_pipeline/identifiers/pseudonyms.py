"""Keyed pseudonyms of identifiers, and the storage of their key.

HMAC-SHA-256 with a 256-bit key outside the lake. An unkeyed hash gives no protection: one core hashes all NHS numbers
in about nine minutes (docs/privacy.md#keyed-hashes).
"""

import hmac
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.lake.paths import PROJECT

KEY_BYTES = 32
# Half of the digest, 128 bits: the probability that any two of ten million people share one is below 1e-24.
PSEUDONYM_HEX_DIGITS = 32


# The year of a Police National Computer number with or without its century, and its serial number with or without
# leading zeros ([Delius API 2026]); without a slash the length shows whether the century is included.
PNC_NUMBER = re.compile(r"(?:\d{2})?(\d{2})/(\d{1,7})([A-Z])|(?:\d{2})?(\d{2})(\d{7})([A-Z])")


class KeyExposedError(RuntimeError):
    """Raised if the key file is accessible to other users or is not a valid key."""


def key_path() -> Path:
    """Return the key file named by VRP_KEY_FILE, by default `.keys/pseudonym.key` beside the package."""
    return Path(os.environ.get("VRP_KEY_FILE") or PROJECT / ".keys" / "pseudonym.key")


def load_key(path: Path | None = None) -> bytes:
    """Return the 32-byte key; create it at random with mode 0600 if it does not exist.

    Raises KeyExposedError if anyone but its owner has access to the file, or if its length is wrong.
    """
    path = path or key_path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return load_key(path)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    if path.stat().st_mode & 0o077:
        raise KeyExposedError(f"{path}: other users can read the pseudonym key. Run: chmod 600 {path}")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyExposedError(
            f"{path}: the pseudonym key has {len(key)} bytes, not {KEY_BYTES}. Restore it from its safe copy: "
            "with a new key the same person would get a new pseudonym."
        )
    return key


def pseudonyms(identifiers: pa.Array, kind: str, key: bytes) -> pa.Array:
    """Return the pseudonym of each identifier (32 hexadecimal digits); null stays null.

    Equal identifiers of one kind have equal pseudonyms. Spaces and case carry no meaning (`943 476 5919`) and are
    normalised first; identifiers with several spellings are brought to one (`SPELLINGS`). Whether a text is a number of
    its kind at all is decided in `identifiers.person_numbers`.
    """
    spelling = SPELLINGS.get(kind)
    encoded = pc.dictionary_encode(identifiers)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    normalised = pc.utf8_upper(pc.replace_substring_regex(encoded.dictionary, pattern=r"\s", replacement=""))
    # Copying a keyed hash takes two thirds of the time of keying one for each identifier.
    of_kind = hmac.new(key, f"vrp|v1|{kind}|".encode(), "sha256")
    digests = []
    for value in normalised.to_pylist():
        whole = of_kind.copy()
        whole.update((spelling(value) if spelling else value).encode())
        digests.append(whole.hexdigest()[:PSEUDONYM_HEX_DIGITS])
    return pa.array(digests, pa.string()).take(encoded.indices)


def pnc_spelling(text: str) -> str:
    """Return the one spelling of a Police National Computer number: `04/0712343H` for `2004/0712343H`, `04/712343H`.

    The year keeps two digits: the computer began in 1974, so no two possible years share them before 2074. Any other
    text is returned unchanged.
    """
    match = PNC_NUMBER.fullmatch(text)
    if match is None:
        return text
    year, serial, check = (part for part in match.groups() if part is not None)
    return f"{year}/{serial:0>7}{check}"


SPELLINGS: dict[str, Callable[[str], str]] = {"pnc_number": pnc_spelling}
