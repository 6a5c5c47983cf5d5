"""The XML of a sheet in memory a piece at a time, and the columns that its letters name."""

import re
from collections.abc import Iterator
from typing import IO

# A year of crimes by partnership and offence unpacks to 85 MB; so much of it is held at a time.
PIECE_BYTES = 4 * 2**20
# Where the beginning of a piece's last row is sought first: a row is seldom longer.
LAST_ROW_BYTES = 2**16

ROW = re.compile(rb"<(?:\w+:)?row(?=[\s>])([^>]*)>")


def whole_tags(file: IO[bytes]) -> Iterator[bytes]:
    """Yield an XML document in pieces that split no tag."""
    parts: list[bytes] = []
    while more := file.read(PIECE_BYTES):
        end = more.rfind(b"<")
        if end < 0:
            parts.append(more)
            continue
        yield b"".join([*parts, more[:end]])
        parts = [more[end:]]
    yield b"".join(parts)


def whole_rows(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the XML of a sheet in pieces that split no row."""
    parts: list[bytes] = []
    for piece in whole_tags(file):
        last = _last_row(piece, len(piece) - LAST_ROW_BYTES) or _last_row(piece, 0)
        if last:
            yield b"".join([*parts, piece[:last]])
            parts = []
        parts.append(piece[last:])
    yield b"".join(parts)


def column_number(letters: bytes) -> int:
    """Return the number of a column from 1: 28 of AB, 0 of no letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _last_row(content: bytes, start: int) -> int:
    """Return where the last row at or after `start` begins; 0 if none does."""
    return max((tag.start() for tag in ROW.finditer(content, max(0, start))), default=0)
