"""Search for a number in files as delivered: refused files, which no reader has read, and files still in the inbox.

Read are text in UTF-8, UTF-16 and any encoding that has ASCII for digits, and that text in zip, gzip, bzip2 and xz. Of
whatever else nobody here can say that it does not hold the number: pictures of tables, Office documents of before 2007,
workbooks whose cells are numbers or pieces of text, files with a password.
"""

import bz2
import gzip
import lzma
import re
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import REFUSAL, Lake
from vrp_pipeline.landing.guard import KINDS, MAX_RATIO, OLE, RATIO_FREE_BYTES, ZIP_MAGIC
from vrp_pipeline.landing.inbox import inbox_of

CHUNK_BYTES = 2**20
# What people write between the digits of a number; of a web page also as an entity.
SEPARATORS = (" ", "-", "/", ".", "\u00a0", "\u202f", "&nbsp;", "&#160;")
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
UNPACKERS: dict[bytes, Callable[[IO[bytes]], IO[bytes]]] = {
    b"\x1f\x8b": lambda packed: cast("IO[bytes]", gzip.GzipFile(fileobj=packed)),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
# A zip with one of these is a workbook or another document of an office program.
OFFICE = frozenset({"[Content_Types].xml", "mimetype"})
UNREADABLE = (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, lzma.LZMAError, zlib.error)
# A packed file in a packed file in a packed file is looked into no further.
DEEPEST = 3
_CONTROLS = bytes(set(range(32)) - {*b"\0\t\n\r\f\x1a"})
_NO_CONTROLS = bytes(set(range(256)) - {*_CONTROLS})


@dataclass(frozen=True)
class FilesWithNumber:
    """Folders of refused files that hold the number, files of the inbox that do, and files that cannot be searched.

    `copies` are the files of the inbox that hold it and were received: landing has the same content, or what an erasure
    left of it. `inbox` are the others.
    """

    refused: tuple[Path, ...]
    copies: tuple[Path, ...]
    inbox: tuple[Path, ...]
    not_searched: tuple[Path, ...]


def files_with(lake: Lake, number: str) -> FilesWithNumber:
    """Return the files that hold a number, however it is spaced, in their content or name; and those not searched."""
    refused = {path: holds(path, number) for path in _files(lake.refused.glob("*/*")) if path.name != REFUSAL}
    delivered = {path: holds(path, number) for path in _files(inbox_of(lake).rglob("*"))}
    holding = [path for path, found in delivered.items() if found]
    received = {delivery.sha256 for delivery in all_deliveries(lake)} if holding else set()
    copies = tuple(path for path in holding if path.exists() and hash_of(path) in received)
    return FilesWithNumber(
        tuple(path.parent for path, found in refused.items() if found),
        copies,
        tuple(path for path in holding if path not in copies),
        tuple(path for path, found in {**refused, **delivered}.items() if found is None),
    )


def holds(path: Path, number: str) -> bool | None:
    """Return whether a file holds a number, in its content or its name; None if that cannot be told."""
    wanted = _Wanted(number)
    if wanted.pattern.search(path.name.encode()):
        return True
    try:
        with path.open("rb") as file:
            return wanted.is_in(file, _Budget(max(RATIO_FREE_BYTES, MAX_RATIO * path.stat().st_size)))
    except FileNotFoundError:  # moved away since it was listed
        return False
    except UNREADABLE:
        return None


def _files(paths: Iterable[Path]) -> list[Path]:
    return sorted(path for path in paths if path.is_file())


@dataclass
class _Budget:
    """How many bytes of a file may still be unpacked; a file that unpacks to more may be a decompression bomb."""

    left: int


class _Wanted:
    """A number to look for, in each encoding."""

    def __init__(self, number: str) -> None:
        characters = [character for character in number if character.isalnum()]
        self.pattern = re.compile(b"|".join(_pattern(characters, each) for each in ENCODINGS), re.IGNORECASE)
        # No shorter than the number with the longest separators, in the widest encoding.
        self.longest = 2 * len(characters) * (1 + max(map(len, SEPARATORS)))

    def is_in(self, stream: IO[bytes], budget: _Budget, depth: int = 0) -> bool | None:
        """Return whether the stream holds the number; None if that cannot be told."""
        beginning = stream.read(8)
        stream.seek(0)
        unpack = next((unpack for magic, unpack in UNPACKERS.items() if beginning.startswith(magic)), None)
        if depth < DEEPEST and unpack is not None:
            try:
                return self.is_in(unpack(stream), budget, depth + 1)
            except UNREADABLE:
                return None
        if depth < DEEPEST and beginning.startswith(ZIP_MAGIC):
            found = self._is_in_members(stream, budget, depth)
            if found is not None:
                return found
            stream.seek(0)  # of a damaged archive what was stored as it is can be read
        is_text = unpack is None and not beginning.startswith((ZIP_MAGIC, OLE, *KINDS, BOM_UTF32_LE, BOM_UTF32_BE))
        return self._is_in_text(stream, budget, is_text=is_text)

    def _is_in_members(self, stream: IO[bytes], budget: _Budget, depth: int) -> bool | None:
        results: list[bool | None] = []
        try:
            with zipfile.ZipFile(stream) as archive:
                names = archive.namelist()
                for member in archive.infolist():
                    if member.is_dir():
                        continue
                    try:
                        with archive.open(member) as content:
                            results.append(self.is_in(content, budget, depth + 1))
                    except (*UNREADABLE, NotImplementedError):
                        results.append(None)
                    if results[-1]:
                        return True
        except UNREADABLE:
            return None
        # The text of a cell may stand in pieces, and a number as one in another notation.
        return None if None in results or not OFFICE.isdisjoint(names) else False

    def _is_in_text(self, stream: IO[bytes], budget: _Budget, *, is_text: bool) -> bool | None:
        """Return whether the number stands in a stream as text; None if it does not and some of it is no text."""
        zeros = [0, 0]
        before, position, has_mark = b"", 0, False
        while chunk := stream.read(CHUNK_BYTES):
            budget.left -= len(chunk)
            if self.pattern.search(before + chunk):
                return True
            if budget.left < 0:
                return None
            has_mark = has_mark or (position == 0 and chunk.startswith((BOM_UTF16_LE, BOM_UTF16_BE)))
            is_text = is_text and (has_mark or not chunk.translate(None, _NO_CONTROLS))
            for side in (0, 1):
                zeros[(position + side) % 2] += chunk[side::2].count(0)
            before, position = (before + chunk)[-self.longest :], position + len(chunk)
        # Of digits and Latin letters in UTF-16 every other byte is zero; in no other text any is.
        return False if is_text and (has_mark or 0 in zeros) else None


def _pattern(characters: list[str], encoding: str) -> bytes:
    between = [each.encode(encoding) for each in SEPARATORS]
    if encoding == "utf-8":
        between.append("\u00a0".encode("latin-1"))
    separator = b"(?:" + b"|".join(map(re.escape, between)) + b")?"
    return separator.join(re.escape(character.encode(encoding)) for character in characters)
