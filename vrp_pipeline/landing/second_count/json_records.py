"""The records of JSON counted by brackets and lines, against those that the parser gave."""

import re
from pathlib import Path

from vrp_pipeline.landing.refusal import RefusedError

STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
NO_BRACKET = re.compile(rb"[^\[\]{}]+")
OPENING = frozenset(b"[{")


def objects_in_list(content: bytes, name: str) -> int:
    """Return the number of objects directly in the list under the key `name` of the outermost object."""
    place = re.search(rb'"' + re.escape(name.encode()) + rb'"\s*:\s*\[', content)
    if place is None:
        return 0
    brackets = NO_BRACKET.sub(b"", STRING.sub(b"", content[place.end() :]))
    depth = objects = 0
    for bracket in brackets:
        if bracket in OPENING:
            objects += depth == 0 and bracket == ord("{")
            depth += 1
        else:
            depth -= 1
            if depth < 0:
                break
    return objects


def is_balanced(line: bytes) -> bool:
    """Return whether every bracket that opens in a line closes in it: an object a line, and not part of a document."""
    brackets = NO_BRACKET.sub(b"", STRING.sub(b"", line))
    return bool(brackets) and sum(1 if bracket in OPENING else -1 for bracket in brackets) == 0


def filled_lines(path: Path) -> int:
    """Return the number of lines (LF, CRLF or CR) that are not blank."""
    with path.open("rb") as file:
        return sum(1 for line in file for text in line.split(b"\r") if text.strip())


def require_all(path: Path, counted: int, records: int, what: str) -> None:
    """Raise RefusedError unless as many records were read as were counted."""
    if counted != records:
        raise RefusedError(
            path,
            f"the file holds {counted:,} {what}, but {records:,} were read.",
            "Ask the agency for the agreed form.",
        )
