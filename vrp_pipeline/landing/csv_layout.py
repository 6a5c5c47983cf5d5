"""The layout of a CSV file: its delimiter, its headings and where they begin, as its first bytes show.

Excel writes semicolons where the comma separates decimals, and accepts a line `sep=;` above the headings; both are the
same table. Whether the headings are those of a contract is decided in `landing.headings`.
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from vrp_pipeline.landing.refusal import RefusedError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
GZIP_MAGIC = b"\x1f\x8b"
# The first is chosen if two are equally frequent in the headings.
DELIMITERS = (",", ";", "\t", "|")
SEPARATOR_LINE = re.compile(rb'\A"?sep=(.)"?[ ,;\t|]*(?:\r\n|\r|\n)', re.IGNORECASE)
LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True)
class Layout:
    """Delimiter and headings of a CSV file; the heading line begins at byte `start` and ends before byte `end`."""

    delimiter: str
    headings: tuple[str, ...]
    start: int
    end: int


def first_line(beginning: bytes) -> bytes:
    """Return the first line of a file without its end and without a byte order mark."""
    return LINE_END.split(beginning.removeprefix(BYTE_ORDER_MARK), maxsplit=1)[0]


def layout_of(path: Path, beginning: bytes) -> Layout:
    """Return the layout of a CSV file in UTF-8 from its first bytes.

    Raises RefusedError if it is compressed, is UTF-16, or has no headings.
    """
    if beginning.startswith(GZIP_MAGIC):
        raise RefusedError(path, "the file is compressed with gzip.", "Unpack it, or send it as a zip.")
    if beginning.startswith(UTF16_MARKS) or b"\x00" in beginning[:1024]:
        raise RefusedError(
            path,
            "the file is UTF-16, not UTF-8 (line 1).",
            "Save it as 'CSV UTF-8 (comma delimited)' and send it again.",
        )
    start = len(BYTE_ORDER_MARK) if beginning.startswith(BYTE_ORDER_MARK) else 0
    declared = SEPARATOR_LINE.match(beginning[start:])
    if declared:
        start += declared.end()
    line = first_line(beginning[start:])
    text = line.decode("utf-8", errors="replace")
    delimiter = declared.group(1).decode("ascii", errors="replace") if declared else _most_frequent(text)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise RefusedError(path, "line 1 holds no headings.", "Ask the agency to send the file with its heading line.")
    return Layout(delimiter, tuple(rows[0]), start, start + len(line))


def with_every_heading(layout: Layout, content: bytes) -> tuple[bytes, list[str]]:
    """Return the content with a name in place of every blank heading, and those names in order."""
    names, made = [], []
    for number, heading in enumerate(layout.headings, start=1):
        if heading.strip():
            names.append(heading)
        else:
            made.append(f"(column {number})")
            names.append(made[-1])
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=layout.delimiter, lineterminator="").writerow(names)
    return line.getvalue().encode() + content[layout.end :], made


def _most_frequent(line: str) -> str:
    outside = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=outside.count)
