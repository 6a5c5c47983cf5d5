"""CSV files: RFC 4180 quoting; LF, CRLF or CR. Encodings are in `text_encoding`."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.landing.csv_layout import GZIP_MAGIC, UTF16_MARKS, Layout, first_line, layout_of, with_every_heading
from vrp_pipeline.landing.headings import HeadingMatch, are_in_another_order, compare, spellings
from vrp_pipeline.landing.readers.table import DeliveredTable, blank_rows, numbered
from vrp_pipeline.landing.readers.text_encoding import HEADER_BYTES, in_utf8_lines, is_utf8, require_no_nul, to_utf8
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.second_count.csv_lines import require_every_line


def headings_of(path: Path, beginning: bytes) -> list[str]:
    """Return the headings of a CSV file from its first bytes. Raises RefusedError if they cannot be decoded."""
    if not beginning.startswith((GZIP_MAGIC, *UTF16_MARKS)) and not is_utf8(line := first_line(beginning)):
        beginning = to_utf8(path, line)
    return list(layout_of(path, beginning).headings)


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
    """Return the table of CSV content from `path` (or from `member` of it) without blank rows.

    Raises RefusedError if its headings or encoding do not match the contract, if it cannot be split into rows, or if
    its lines are not the rows that were read.
    """
    content = in_utf8_lines(path, content, member)
    layout = layout_of(path, memoryview(content)[:HEADER_BYTES].tobytes())
    require_no_nul(path, content, member)
    match = require_match(feed, path, layout.headings, member)
    unnamed: list[str] = []
    whole = content
    if not all(heading.strip() for heading in layout.headings):
        content, unnamed = with_every_heading(layout, memoryview(content).tobytes())
    elif layout.start:
        content = pa.py_buffer(content).slice(layout.start)
    wanted = {heading: name for heading, name in match.column_of.items() if columns is None or name in columns}
    malformed: list[tuple[int, int]] = []
    blank: list[int] = []
    long: list[int] = []

    def note(row: pa_csv.InvalidRow) -> str:
        number = int(row.number) - 1
        if "\n" in row.text.rstrip():
            long.append(number)
        if row.text.strip(f'{layout.delimiter}" \t\r\n\N{NO-BREAK SPACE}'):
            malformed.append((number, int(row.actual_columns)))
        else:
            blank.append(number)
        return "skip"

    try:
        table = _split(content, layout, [*wanted, *unnamed], note)
        if not table.num_rows and (wider := _with_blank_ends(whole, layout, malformed)):
            layout, content, unnamed = wider
            malformed, blank, long = [], [], []
            table = _split(content, layout, [*wanted, *unnamed], note)
        records = table.num_rows + len(malformed) + len(blank)
        is_blank = blank_rows(table)
        if is_blank.any() and len(wanted) < len(match.column_of):
            is_blank = blank_rows(_split(content, layout, [*match.column_of], lambda _: "skip"))
    except pa.ArrowInvalid as error:
        # Arrow's message quotes the offending text, which may be personal data: it is never passed on.
        where = f" of {member}" if member else ""
        raise RefusedError(
            path,
            f"the text{where} cannot be split into rows and columns.",
            "A quotation mark is probably not closed, or the file was cut short: ask for it again.",
        ) from error
    require_every_line(path, content, layout, records, member=member, has_long_malformed=bool(long))
    _require_one_order(path, content, layout, [*match.column_of], table, member)
    for name in unnamed:
        _require_blank(path, table[name], name, member)
    table = table.drop_columns(unnamed).rename_columns(list(wanted.values()))
    origin = {"partition": partition, "member": member}
    return numbered(table, malformed, blank=blank, is_blank=is_blank, headings=len(layout.headings), **origin)


def _with_blank_ends(
    content: pa.Buffer | bytes, layout: Layout, malformed: Sequence[tuple[int, int]]
) -> tuple[Layout, bytes, list[str]] | None:
    """Return layout, content and the made names of blank headings with a heading for each extra cell of the rows.

    None unless every row has the same number of cells more than there are headings and all those at its end are blank:
    such cells hold nothing.
    """
    cells = {count for _, count in malformed}
    extra = cells.pop() - len(layout.headings) if len(cells) == 1 else 0
    if extra <= 0:
        return None
    wider = replace(layout, headings=(*layout.headings, *[""] * extra))
    named, names = with_every_heading(wider, memoryview(content).tobytes())
    ends = _split(named, wider, names[-extra:], lambda _: "skip")
    return (wider, named, names) if blank_rows(ends).all() else None


def _split(
    content: pa.Buffer | bytes, layout: Layout, headings: list[str], note: Callable[[pa_csv.InvalidRow], str]
) -> pa.Table:
    """Return the columns under `headings`; `note` is called with each malformed row and returns "skip".

    Arrow gives the numbers of malformed rows only with one thread, and two take little more than half of the time: so a
    file is split a second time if it has any.
    """
    has_malformed = False

    def found(_row: pa_csv.InvalidRow) -> str:
        nonlocal has_malformed
        has_malformed = True
        return "skip"

    table = _split_by(content, layout, headings, found, use_threads=True)
    return _split_by(content, layout, headings, note, use_threads=False) if has_malformed else table


def _split_by(
    content: pa.Buffer | bytes,
    layout: Layout,
    headings: list[str],
    handler: Callable[[pa_csv.InvalidRow], str],
    *,
    use_threads: bool,
) -> pa.Table:
    return pa_csv.read_csv(
        pa.BufferReader(content),
        read_options=pa_csv.ReadOptions(use_threads=use_threads, block_size=16 * 2**20),
        parse_options=pa_csv.ParseOptions(
            delimiter=layout.delimiter, newlines_in_values=True, invalid_row_handler=handler
        ),
        convert_options=pa_csv.ConvertOptions(
            include_columns=headings,
            column_types={heading: pa.string() for heading in headings},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _require_one_order(
    path: Path, content: pa.Buffer | bytes, layout: Layout, headings: list[str], table: pa.Table, member: str | None
) -> None:
    """Raise RefusedError if the headings come again among the rows with the columns in another order."""
    known = pa.array(spellings(headings))
    first = pc.is_in(table.column(0), value_set=known).combine_chunks()
    if not first.true_count:
        return
    rows = np.flatnonzero(first.to_numpy(zero_copy_only=False))
    again = _split(content, layout, headings, lambda _: "skip").take(pa.array(rows)).to_pylist()
    for cells in again:
        if are_in_another_order(headings, [cells[heading] for heading in headings]):
            where = f" of {member}" if member else ""
            raise RefusedError(
                path,
                f"the headings stand again among the rows{where}, and there the columns are in another order.",
                "Two files were joined: ask for each by itself.",
            )


def _require_blank(path: Path, cells: pa.ChunkedArray, name: str, member: str | None) -> None:
    filled = int(pc.sum(pc.invert(pc.fill_null(pc.utf8_is_space(cells), True))).as_py() or 0)
    if filled:
        where = f" of {member}" if member else ""
        raise RefusedError(
            path,
            f"a column without a heading {name}{where} holds a value in {filled:,} rows.",
            "Rows may have moved sideways: ask the agency for a heading for every column, or for one comma less.",
        )


def require_match(feed: Feed, path: Path, headings: Sequence[str], member: str | None = None) -> HeadingMatch:
    """Return the match of headings with the contract. Raises RefusedError with the difference unless it is exact."""
    match = compare(feed, headings)
    if not match.is_sound:
        where = f" in {member}" if member else ""
        raise RefusedError(
            path,
            f"line 1{where} is not the heading line of {feed.name}: {match.difference}.",
            f"Ask the agency for the agreed columns, or change the contract in vrp_pipeline/feeds/{feed.agency}.py.",
        )
    return match
