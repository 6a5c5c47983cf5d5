"""Digests of files: their SHA-256, and checksum files beside them in the format of `sha256sum -c`."""

import hashlib
from pathlib import Path


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sum_file_of(path: Path) -> Path:
    """Return the path of the checksum file beside a file."""
    return path.with_name(f"{path.name}.sha256")


def note_sum(path: Path) -> None:
    """Write the SHA-256 of a file beside it."""
    sum_file_of(path).write_text(f"{hash_of(path)}  {path.name}\n", encoding="ascii")


def noted_sum(path: Path) -> str:
    """Return the SHA-256 in the checksum file beside a file; "" if it cannot be read."""
    try:
        return sum_file_of(path).read_text(encoding="ascii").split()[0]
    except (OSError, ValueError, IndexError):
        return ""


def fits(path: Path, sha256: str) -> bool:
    """Return whether a file exists and has this SHA-256."""
    try:
        return hash_of(path) == sha256
    except OSError:
        return False
