"""Limits that a file must satisfy before its content is read.

Holds limits on size and, for archives (including workbooks), on members, paths and compression. Recognising the
content belongs to `recognition`.
"""

import zipfile
from pathlib import Path

from vrp_pipeline.landing.refusal import RefusedError

# The full archive of data.police.uk is 1.7 GB ([data.police.uk 2026]), the largest delivery any agency sends.
MAX_FILE_BYTES = 4 * 2**30
MAX_UNPACKED_BYTES = 32 * 2**30
MAX_MEMBERS = 20_000
# Deflated crime CSV shrinks 4 to 8 times, deflated zeros 1,028 times (docs/privacy.md#files-that-attack).
MAX_RATIO = 100
# Below this size a high ratio is harmless: an empty sheet also compresses well.
RATIO_FREE_BYTES = 2**20

ZIP_MAGIC = b"PK"
ARCHIVE_SUFFIXES = (".zip", ".gz", ".7z", ".rar", ".tar", ".xz", ".bz2")


def guard(path: Path) -> None:
    """Raise RefusedError unless the file may be opened."""
    size = path.stat().st_size
    if size == 0:
        raise RefusedError(path, "the file is empty (0 bytes).", "Ask the agency to send it again.")
    if size > MAX_FILE_BYTES:
        raise RefusedError(
            path,
            f"the file has {size / 2**30:.1f} GiB; at most {MAX_FILE_BYTES / 2**30:.0f} GiB are received.",
            "Ask the agency to send fewer months at a time.",
        )
    if is_zip(path):
        guard_archive(path)


def is_zip(path: Path) -> bool:
    """Return whether the file begins with the signature of a zip archive, even if it is truncated."""
    with path.open("rb") as file:
        return file.read(2) == ZIP_MAGIC


def guard_archive(path: Path) -> None:
    """Raise RefusedError unless the archive is complete and its members are safe to unpack in memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise RefusedError(
            path,
            f"the archive is truncated or damaged ({error}).",
            "Copy or download it again; the upload may have stopped.",
        ) from error
    if len(members) > MAX_MEMBERS:
        raise RefusedError(
            path,
            f"the archive has {len(members):,} members, more than {MAX_MEMBERS:,}.",
            "Ask what it is before opening it.",
        )
    unpacked = 0
    for member in members:
        name = member.filename
        unpacked += member.file_size
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
            raise RefusedError(path, f"member '{name}' has an unsafe path.", "Ask the agency how the archive was made.")
        if member.flag_bits & 0x1:
            raise RefusedError(
                path, f"member '{name}' is encrypted.", "Ask for it without a password, through the secure route."
            )
        if name.lower().endswith(ARCHIVE_SUFFIXES):
            raise RefusedError(
                path, f"member '{name}' is itself an archive.", "Unpack the outer archive and send the inner one."
            )
        if member.file_size > RATIO_FREE_BYTES and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise RefusedError(
                path,
                f"member '{name}' unpacks to {member.file_size / max(member.compress_size, 1):,.0f} times its size.",
                f"At most {MAX_RATIO} times are opened: ask what the file is.",
            )
    if unpacked > MAX_UNPACKED_BYTES:
        raise RefusedError(
            path,
            f"the archive unpacks to {unpacked / 2**30:.0f} GiB.",
            "Ask the agency to send fewer months at a time.",
        )
