"""JSON files: one document, or one object per line. Numbers keep every digit, as the text that was written."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from vrp_pipeline.landing.refusal import RefusedError

# In memory a document takes about ten times its size; a year of anonymous reports has 1 MB.
MAX_DOCUMENT_BYTES = 256 * 2**20
# A line is one person with all their events: a few kB.
MAX_LINE_BYTES = 16 * 2**20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
Record = dict[str, Any]
# Yielded in place of a line that was not asked for.
PASSED_OVER = object()


class NotJsonError(ValueError):
    """Raised for bytes that are not one complete JSON value. The message gives a position or a reason, no content."""


def parse(content: bytes) -> Any:
    """Return a JSON value whose numbers are texts as written. Raises NotJsonError if it is invalid."""
    try:
        return _DECODER.decode(content.removeprefix(BYTE_ORDER_MARK).decode("utf-8"))
    except json.JSONDecodeError as error:
        raise NotJsonError(f"{error.msg}, line {error.lineno} character {error.colno}") from None
    except UnicodeDecodeError as error:
        raise NotJsonError(f"not UTF-8 text at byte {error.start + 1}") from None
    except RecursionError:
        raise NotJsonError("it is nested too deeply") from None


def document_of(path: Path) -> Record:
    """Return the object in a JSON file. Raises RefusedError if it is not one object or exceeds MAX_DOCUMENT_BYTES."""
    if path.stat().st_size > MAX_DOCUMENT_BYTES:
        raise RefusedError(
            path,
            f"the JSON document is larger than {MAX_DOCUMENT_BYTES // 2**20} MiB.",
            "Ask the agency to send fewer months at a time, or one object a line.",
        )
    try:
        document = parse(path.read_bytes())
    except NotJsonError as error:
        raise RefusedError(path, f"the file is not whole JSON text: {error}.", "Ask for the file again.") from None
    if not isinstance(document, dict):
        raise RefusedError(path, "the JSON text is not one object.", "Ask the agency for the agreed form.")
    return document


def lines_of(path: Path, wanted: Collection[int] | None = None) -> Iterator[Any]:
    """Yield the value of each line (LF, CRLF or CR) that is not blank, None if it is not a complete JSON value.

    With `wanted`, only these of the lines that are not blank, counted from 1, are parsed; the others give PASSED_OVER.
    Raises RefusedError if a line is longer than MAX_LINE_BYTES, or a byte of it is nought.
    """
    with path.open("rb") as file:
        number = filled = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise RefusedError(
                    path,
                    f"line {number} is longer than {MAX_LINE_BYTES // 2**20} MiB.",
                    "Ask the agency for one object a line.",
                )
            if b"\x00" in line:
                raise RefusedError(
                    path,
                    f"line {number} holds a byte of value 0, which stands in no text: a part of the file was probably "
                    "lost when it was copied.",
                    "Ask for it again.",
                )
            # A JSON text holds no bare carriage return, so each ends a line as a line feed does.
            for text in filter(bytes.strip, line.split(b"\r")):
                filled += 1
                if wanted is not None and filled not in wanted:
                    yield PASSED_OVER
                    continue
                try:
                    yield parse(text)
                except NotJsonError:
                    yield None


def _object(pairs: list[tuple[str, Any]]) -> Record:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJsonError("an object has the same key twice")
    return found


def _constant(name: str) -> None:
    """Return null for NaN: programs that write no valid JSON write a missing number so."""
    if name != "NaN":
        raise NotJsonError("Infinity is no JSON number")


# Created once: with these arguments `json.loads` would create a decoder for every line.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_constant, object_pairs_hook=_object)
