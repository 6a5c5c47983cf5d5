"""Limits that a file must satisfy before its content is read.

Holds limits on size and, for archives (including workbooks), on members, paths and compression. Recognising the
content belongs to `recognition`.
"""

import re
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
# Methods that are read, and the names of others that programs use (APPNOTE.TXT §4.4.5).
METHODS_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
# Beginnings of files that are no deliveries, and what they are. An Office file with a password is an OLE container.
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
KINDS = {
    b"%PDF": ("a PDF document", "Ask for the table itself, not for a picture of it."),
    b"{\\rtf": ("a document of a word processor", "Ask for the table itself."),
    b"7z\xbc\xaf\x27\x1c": ("a 7z archive", "Ask for a zip."),
    b"Rar!": ("a RAR archive", "Ask for a zip."),
    b"\x89PNG": ("a picture", "Ask for the table itself."),
    b"\xff\xd8\xff": ("a picture", "Ask for the table itself."),
}
WEB_PAGE = re.compile(
    rb"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table)\b", re.I | re.S
)
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
    else:
        _guard_kind(path)


def _guard_kind(path: Path) -> None:
    """Raise RefusedError if the file is of a kind that is no delivery, whatever its name says."""
    with path.open("rb") as file:
        beginning = file.read(4096)
    if beginning.startswith(OLE):
        # The directory of an OLE container may stand anywhere in it.
        if ENCRYPTED in path.read_bytes():
            raise RefusedError(
                path,
                "the file is encrypted: it is a workbook with a password.",
                "Ask for it without a password, through the secure route.",
            )
        raise RefusedError(
            path,
            "the file is an Office document of the format before 2007 (.xls, .doc or .msg).",
            "Open it in a spreadsheet program, save it as .xlsx and send it again.",
        )
    if WEB_PAGE.match(beginning.removeprefix(b"\xef\xbb\xbf")):
        raise RefusedError(
            path,
            "the file is a web page (HTML), whatever its name says.",
            "Open it in a spreadsheet program, save it as .xlsx and send it again.",
        )
    for magic, (kind, remedy) in KINDS.items():
        if beginning.startswith(magic):
            raise RefusedError(path, f"the file is {kind}.", remedy)


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
        if member.compress_type not in METHODS_READ:
            method = METHODS.get(member.compress_type, f"method {member.compress_type}")
            raise RefusedError(
                path,
                f"member '{name}' is compressed by {method}, which is not read.",
                "Ask for a zip made in the usual way (Deflate).",
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
