"""CSV files: UTF-8 with or without a byte order mark, or Windows-1252; RFC 4180 quoting, LF or CRLF."""

import csv
import io
import re
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
# A non-ASCII character in UTF-8: this sequence of bytes is very unlikely in Windows-1252.
UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def headings_of(path: Path, beginning: bytes) -> list[str]:
    """Return the headings of a CSV file from its first bytes. Raises RefusedError if they cannot be decoded."""
    if beginning.startswith(GZIP_MAGIC):
        raise RefusedError(path, "the file is compressed with gzip.", "Unpack it, or send it as a zip.")
    if beginning.startswith(UTF16_MARKS) or b"\x00" in beginning[:1024]:
        raise RefusedError(
            path,
            "the file is UTF-16, not UTF-8 (line 1).",
            "Save it as 'CSV UTF-8 (comma delimited)' and send it again.",
        )
    first_line = beginning.removeprefix(BYTE_ORDER_MARK).split(b"\n", 1)[0]
    line = to_utf8(path, first_line).decode("utf-8")
    rows = list(csv.reader(io.StringIO(line.rstrip("\r"))))
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise RefusedError(path, "line 1 holds no headings.", "Ask the agency to send the file with its heading line.")
    return rows[0]


def read(feed: Feed, path: Path, *, columns: Collection[str] | None = None) -> DeliveredTable:
    """Return the table of a CSV file. Raises RefusedError if its headings or encoding do not match the contract."""
    with pa.memory_map(str(path)) as source:
        return read_buffer(feed, path, source.read_buffer(), columns=columns)


def read_buffer(
    feed: Feed,
    path: Path,
    content: pa.Buffer | bytes,
    *,
    columns: Collection[str] | None = None,
    partition: str | None = None,
    member: str | None = None,
) -> DeliveredTable:
    """Return the table of CSV content from `path` (or from `member` of it).

    Raises RefusedError if its headings or encoding do not match the contract, or if it cannot be split into rows.
    """
    beginning = memoryview(content)[:HEADER_BYTES].tobytes()
    headings = headings_of(path, beginning)
    match = require_match(feed, path, headings, member)
    if not _is_utf8(beginning.split(b"\n", 1)[0]):
        content = to_utf8(path, memoryview(content).tobytes(), member)
    wanted = {heading: name for heading, name in match.column_of.items() if columns is None or name in columns}
    malformed: list[tuple[int, int]] = []

    def note(row: pa_csv.InvalidRow) -> str:
        malformed.append((int(row.number) - 1, int(row.actual_columns)))
        return "skip"

    try:
        table = pa_csv.read_csv(
            pa.BufferReader(content),
            # Arrow gives the numbers of malformed rows only with one thread. 24 months of street crime
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
        whole = memoryview(content).tobytes()
        if not _is_utf8(whole):
            # Checked only on failure: checking every file would take as long as reading it.
            return read_buffer(
                feed, path, to_utf8(path, whole, member), columns=columns, partition=partition, member=member
            )
        where = f" of {member}" if member else ""
        raise RefusedError(
            path,
            f"the text{where} cannot be split into rows and columns.",
            "A quotation mark is probably not closed, or the file was cut short: ask for it again.",
        ) from error
    return numbered(table.rename_columns(list(wanted.values())), malformed, partition=partition, member=member)


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


def _is_utf8(content: bytes) -> bool:
    try:
        str(memoryview(content), "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def require_match(feed: Feed, path: Path, headings: Sequence[str], member: str | None = None) -> HeadingMatch:
    """Return the match of headings with the contract. Raises RefusedError with the difference unless it is exact."""
    match = compare(feed, headings)
    if not match.is_exact:
        where = f" in {member}" if member else ""
        raise RefusedError(
            path,
            f"line 1{where} is not the heading line of {feed.name}: {match.difference}.",
            f"Ask the agency for the agreed columns, or change the contract in vrp_pipeline/feeds/{feed.agency}.py.",
        )
    return match


def _no_encoding(path: Path, content: bytes, place: int, member: str | None) -> RefusedError:
    where = f" of {member}" if member else ""
    line = content.count(b"\n", 0, place) + 1
    byte = place - content.rfind(b"\n", 0, place)
    return RefusedError(
        path,
        f"line {line}{where} is neither UTF-8 nor Windows-1252 text throughout (byte {byte} of the line).",
        "Save it as 'CSV UTF-8 (comma delimited)' and send it again.",
    )
