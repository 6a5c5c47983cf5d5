"""The encoding of text files: UTF-8 with or without a byte order mark, or Windows-1252; and their line ends."""

import re
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.landing.refusal import RefusedError

# The beginning of a file that shows its headings and line ends.
HEADER_BYTES = 2**16
LINE_FEED = "\n"
# A non-ASCII character in UTF-8: this sequence of bytes is very unlikely in Windows-1252.
UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def in_utf8_lines(path: Path, content: pa.Buffer | bytes, member: str | None) -> pa.Buffer | bytes:
    """Return the content in UTF-8 and in lines that end in a line feed. Raises RefusedError as `to_utf8` does.

    The whole content is checked: Arrow decodes a malformed row before it calls the handler of such rows, and passes
    over the error of one that is not UTF-8, so that the row would be lost without a trace.
    """
    beginning = memoryview(content)[:HEADER_BYTES].tobytes()
    if not _is_utf8_throughout(content):
        content = to_utf8(path, memoryview(content).tobytes(), member)
    if b"\n" not in beginning and b"\r" in beginning:
        content = memoryview(content).tobytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return content


def require_no_nul(path: Path, content: pa.Buffer | bytes, member: str | None) -> None:
    """Raise RefusedError if a byte is nought: blocks of them stand where a copy lost a part of a file.

    How many rows stood there nobody can tell, and they would be one malformed row, or none where the cell is not read.
    """
    octets = np.frombuffer(content, np.uint8)
    if octets.size and not octets.min():
        place = int(octets.argmin())
        where = f" of {member}" if member else ""
        raise RefusedError(
            path,
            f"line {np.count_nonzero(octets[:place] == ord(LINE_FEED)) + 1:,}{where} holds a byte of value 0, which "
            "stands in no text: a part of the file was probably lost when it was copied.",
            "Ask for it again, or for an export without such characters.",
        )


def to_utf8(path: Path, content: bytes, member: str | None = None) -> bytes:
    """Return the content unchanged if it is UTF-8, else converted from Windows-1252 to UTF-8.

    Raises RefusedError with the line if it is neither, or a mixture of both, which would garble some letters.
    """
    try:
        str(memoryview(content), "utf-8")
        return content
    except UnicodeDecodeError as error:
        place = error.start
    if UTF8_LETTER.search(content) is None:
        try:
            return content.decode("cp1252").encode("utf-8")
        except UnicodeDecodeError as error:
            place = error.start
    raise _no_encoding(path, content, place, member)


def is_utf8(content: bytes) -> bool:
    """Return whether bytes decode as UTF-8."""
    try:
        str(memoryview(content), "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8_throughout(content: pa.Buffer | bytes) -> bool:
    """Whether content of any size is UTF-8, checked by Arrow in place."""
    buffer = content if isinstance(content, pa.Buffer) else pa.py_buffer(content)
    offsets = pa.array([0, buffer.size], pa.int64()).buffers()[1]
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, buffer]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _no_encoding(path: Path, content: bytes, place: int, member: str | None) -> RefusedError:
    where = f" of {member}" if member else ""
    line = content.count(b"\n", 0, place) + 1
    byte = place - content.rfind(b"\n", 0, place)
    return RefusedError(
        path,
        f"line {line}{where} is neither UTF-8 nor Windows-1252 text throughout (byte {byte} of the line).",
        "Save it as 'CSV UTF-8 (comma delimited)' and send it again.",
    )
