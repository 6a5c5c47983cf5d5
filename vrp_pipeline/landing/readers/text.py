"""Comma-separated text: UTF-8 with or without a byte order mark, RFC 4180 quoting, LF or CRLF."""

import csv
import io
from collections.abc import Collection, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.landing.headings import HeadingMatch, compare
from vrp_pipeline.landing.readers.table import DeliveredTable, numbered
from vrp_pipeline.landing.refusal import RefusedError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
GZIP_MAGIC = b"\x1f\x8b"
HEADER_BYTES = 2**16


def headings_of(path: Path, beginning: bytes) -> list[str]:
    """The headings of a CSV file from its first bytes. Raises RefusedError if they cannot be text."""
    if beginning.startswith(GZIP_MAGIC):
        raise RefusedError(path, "the file is compressed with gzip.", "Unpack it, or send it as a zip.")
    if beginning.startswith(UTF16_MARKS) or b"\x00" in beginning[:1024]:
        raise RefusedError(
            path,
            "the file is UTF-16, not UTF-8 (line 1).",
            "Save it as 'CSV UTF-8 (comma delimited)' and send it again.",
        )
    first_line = beginning.removeprefix(BYTE_ORDER_MARK).split(b"\n", 1)[0]
    try:
        line = first_line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, 1, error.start + 1) from error
    rows = list(csv.reader(io.StringIO(line.rstrip("\r"))))
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise RefusedError(path, "line 1 holds no headings.", "Ask the agency to send the file with its heading line.")
    return rows[0]


def read(feed: Feed, path: Path, *, columns: Collection[str] | None = None) -> DeliveredTable:
    """Read a CSV file. Raises RefusedError if its headings or encoding are not as agreed."""
    with pa.memory_map(str(path)) as source:
        return read_buffer(feed, path, source.read_buffer(), columns=columns)


def read_buffer(
    feed: Feed,
    path: Path,
    content: pa.Buffer | bytes,
    *,
    columns: Collection[str] | None = None,
    part: str | None = None,
    member: str | None = None,
) -> DeliveredTable:
    """Read CSV content that stood in `path` (as `member` of it, if given)."""
    headings = headings_of(path, memoryview(content)[:HEADER_BYTES].tobytes())
    match = require_match(feed, path, headings, member)
    wanted = {heading: name for heading, name in match.column_of.items() if columns is None or name in columns}
    malformed: list[tuple[int, int]] = []

    def note(row: pa_csv.InvalidRow) -> str:
        malformed.append((int(row.number) - 1, int(row.actual_columns)))
        return "skip"

    try:
        table = pa_csv.read_csv(
            pa.BufferReader(content),
            # One thread: only then does Arrow know the numbers of malformed rows. 24 months of street crime
            # (324,000 rows) take 0.5 s this way and 0.3 s with two threads.
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=16 * 2**20),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=pa_csv.ConvertOptions(
                include_columns=list(wanted),
                column_types={heading: pa.string() for heading in wanted},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        # Arrow's message quotes the offending text, which may be personal data: it is never passed on.
        require_utf8(path, memoryview(content).tobytes(), member)
        where = f" of {member}" if member else ""
        raise RefusedError(
            path,
            f"the text{where} cannot be split into rows and columns.",
            "A quotation mark is probably not closed, or the file was cut short: ask for it again.",
        ) from error
    return numbered(table.rename_columns(list(wanted.values())), malformed, part=part, member=member)


def require_utf8(path: Path, content: bytes, member: str | None = None) -> None:
    """Raise RefusedError with the line unless all of the content is UTF-8: Arrow checks only the columns it reads."""
    try:
        str(memoryview(content), "utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = error.start - content.rfind(b"\n", 0, error.start)
        raise _not_utf8(path, line, byte, member) from error


def require_match(feed: Feed, path: Path, headings: Sequence[str], member: str | None = None) -> HeadingMatch:
    """The match of exactly the promised headings. Raises RefusedError that names the difference."""
    match = compare(feed, headings)
    if not match.is_exact:
        where = f" in {member}" if member else ""
        raise RefusedError(
            path,
            f"line 1{where} is not the heading line of {feed.name}: {match.difference}.",
            f"Ask the agency for the agreed columns, or change the contract in vrp_pipeline/feeds/{feed.agency}.py.",
        )
    return match


def _not_utf8(path: Path, line: int, byte: int, member: str | None = None) -> RefusedError:
    where = f" of {member}" if member else ""
    return RefusedError(
        path,
        f"line {line}{where} is not UTF-8 text (byte {byte} of the line).",
        "It may be Windows-1252: save it as 'CSV UTF-8 (comma delimited)' and send it again.",
    )
