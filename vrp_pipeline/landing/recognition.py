"""Recognition: the feeds that a file delivers, determined from its content.

A file's name decides nothing but the year of an edition. Reading the rows belongs to `readers`.
"""

import re
import zipfile
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import (
    Csv,
    GeoJson,
    Json,
    JsonLines,
    Xlsx,
    XlsxPeriods,
    XlsxSheets,
    Xml,
    ZippedCsv,
    ZippedXml,
)
from vrp_pipeline.feeds.contract.periods import Edition
from vrp_pipeline.landing.archive import members
from vrp_pipeline.landing.csv_layout import BYTE_ORDER_MARK, UTF16_MARKS
from vrp_pipeline.landing.guard import guard, is_zip
from vrp_pipeline.landing.headings import compare
from vrp_pipeline.landing.nil_documents import is_nil_document
from vrp_pipeline.landing.readers import (
    documents,
    geojson,
    json_files,
    record_columns,
    text,
    text_encoding,
    workbook,
    xml_returns,
    zipped,
)
from vrp_pipeline.landing.refusal import RefusedError, refusing_as
from vrp_pipeline.landing.second_count.json_records import is_balanced
from vrp_pipeline.landing.workbook_guard import is_workbook

# Below this share of common columns, a file is treated as unknown and not as a faulty delivery of a feed.
LIKE_A_FEED = 0.5
# Enough records for every key or element of the contract to occur once, without reading a whole census return.
LINES_LOOKED_AT = 200
ELEMENTS_LOOKED_AT = 50_000


def recognise(path: Path) -> tuple[Feed, ...]:
    """Return the feeds that `path` delivers: one, or for an archive each feed that has members in it.

    Raises RefusedError with the difference from the most similar feed, or with the list of feeds.
    """
    guard(path)
    if is_zip(path):
        return _in_archive(path)
    match _first_letter(path):
        case b"{":
            return (_in_json(path),)
        case b"<":
            return (_in_xml(path, Xml),)
        case b"[":
            raise _unknown(path, "it begins with a JSON list, which no feed is")
    feed = _nearest(path, _csv_feeds(), _headings(path))
    text_encoding.to_utf8(path, path.read_bytes())
    return (feed,)


def edition_of(feed: Feed, path: Path) -> str:
    """Return the year of an edition from a heading, an element or the file name.

    Raises RefusedError if none of them gives the year.
    """
    period = feed.period
    assert isinstance(period, Edition)
    if period.heading:
        pattern = re.compile(period.heading, re.IGNORECASE)
        found = next((match for heading in _headings(path) if (match := pattern.match(heading.strip()))), None)
    elif period.element:
        found = re.fullmatch(r"(\d{4}|\d{2})", _value_at(path, period.element) or "")
    else:
        found = re.search(period.file_name or "", path.name)
    if found is None:
        raise RefusedError(path, f"nothing tells which year's edition of {feed.name} this is.", _where_year(period))
    year = found.group(1)
    return year if len(year) == 4 else f"20{year}"


def _where_year(period: Edition) -> str:
    if period.element:
        return f"Ask the agency for a return whose element '{period.element}' holds the year."
    if period.heading:
        return f"Ask for the headings as published, one of which is like '{period.heading}'."
    return f"Give it the publisher's own file name, which holds '{period.file_name}'."


def _value_at(path: Path, place: str) -> str | None:
    if is_zip(path) or _first_letter(path) == b"<":
        return xml_returns.value_at(path, place)
    return record_columns.value_at(json_files.document_of(path), place)


def _headings(path: Path) -> list[str]:
    if _first_letter(path) == b"{":
        return geojson.headings_of(geojson.features_of(path))
    return text.headings_of(path, _beginning(path))


def _first_letter(path: Path) -> bytes:
    """Return the first byte that is not a space; the byte order mark of UTF-16, which XML may have, is skipped."""
    beginning = _beginning(path)[:64].removeprefix(BYTE_ORDER_MARK)
    for mark in UTF16_MARKS:
        if beginning.startswith(mark) and b"<" in beginning[2:4]:
            return b"<"
    return beginning.lstrip()[:1]


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(text_encoding.HEADER_BYTES)


def _in_json(path: Path) -> Feed:
    """Recognise JSON Lines if the first line is one object that holds no list of records, else a document.

    A first line that is damaged tells nothing; then the file is JSON Lines if it is no document and most lines parse.
    """
    with path.open("rb") as file:
        line = file.readline(json_files.MAX_LINE_BYTES)
    reason = ""
    try:
        first = json_files.parse(line)
    except json_files.NotJsonError as error:
        first, reason = None, str(error)
    if isinstance(first, dict):
        is_lines = not any(isinstance(first.get(name), list) for name in _names_of_records())
    else:
        is_lines = is_balanced(line) or _is_damaged_lines(path)
    if is_lines:
        lines = list(islice(json_files.lines_of(path), LINES_LOOKED_AT))
        if not any(isinstance(line, dict) for line in lines):
            raise RefusedError(
                path,
                f"none of the first {len(lines)} lines is whole JSON ({reason}).",
                "Ask the agency for valid JSON, one object a line.",
            )
        return _most_like(path, _feeds_in(JsonLines), lambda feed: documents.share_found(feed, lines))
    document = json_files.document_of(path)
    if "features" in document:
        return _nearest(path, _feeds_in(GeoJson), _headings(path))

    def likeness(feed: Feed) -> float:
        assert isinstance(feed.format, Json)
        records = document.get(feed.format.records)
        if is_nil_document(feed, document):
            return 1.0
        return documents.share_found(feed, records[:LINES_LOOKED_AT]) if isinstance(records, list) else 0.0

    return _most_like(path, _feeds_in(Json), likeness)


def _is_damaged_lines(path: Path) -> bool:
    try:
        json_files.document_of(path)
    except RefusedError:
        lines = list(islice(json_files.lines_of(path), LINES_LOOKED_AT))
        return 2 * sum(isinstance(line, dict) for line in lines) > len(lines)
    return False


def _names_of_records() -> set[str]:
    return {"features", *(feed.format.records for feed in FEEDS.values() if isinstance(feed.format, Json))}


def _in_xml(path: Path, kind: type) -> Feed:
    outline = xml_returns.outline_of(path, ELEMENTS_LOOKED_AT)
    return _most_like(path, _feeds_in(kind), lambda feed: xml_returns.share_found(feed, outline))


def _in_archive(path: Path) -> tuple[Feed, ...]:
    with zipfile.ZipFile(path) as archive:
        if is_workbook(archive):
            return (_in_workbook(path),)
        names = [member.name for member in members(archive)]
        found = tuple(feed for feed in _feeds_in(ZippedCsv) if zipped.has_members(feed, archive))
        strange = zipped.strangers(found, archive)
    if not found and any(name.lower().endswith(".xml") for name in names):
        found = (_in_xml(path, ZippedXml),)
        strange = [name for name in names if not name.lower().endswith(".xml")]
    if found and strange:
        raise RefusedError(
            path,
            f"the archive holds {_shown(strange)} beside the members of {found[0].name}: nobody can tell whether "
            "their rows count.",
            "Ask for the archive as published, or take those members out if they do not count.",
        )
    if found:
        return found
    wanted = " or ".join(
        f"{feed.name} ({feed.format.member})" for feed in FEEDS.values() if isinstance(feed.format, ZippedCsv)
    )
    raise RefusedError(
        path,
        f"no member of the archive is of a known feed; it holds {_shown(names)}.",
        f"Members are known by name: {wanted}.",
    )


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def _in_workbook(path: Path) -> Feed:
    sheets = workbook.sheets_of(path)
    for feed in _feeds_in(Xlsx):
        assert isinstance(feed.format, Xlsx)
        name = workbook.sheet_named(path, feed.format.sheet, sheets)
        if name is not None and workbook.find_headings(feed, sheets[name]) is not None:
            return feed
    for feed in _feeds_in(XlsxPeriods):
        assert isinstance(feed.format, XlsxPeriods)
        # The reader says what is missing of the table: its title, or the headings of periods.
        if workbook.sheet_named(path, feed.format.sheet, sheets) is not None:
            return feed
    for feed in _feeds_in(XlsxSheets):
        if any(workbook.find_headings(feed, sheet) is not None for sheet in sheets.values()):
            return feed
    raise RefusedError(
        path,
        f"no sheet is of a known feed; the workbook holds {', '.join(repr(name) for name in sheets)}.",
        "Ask the agency for the agreed template.",
    )


def _nearest(path: Path, feeds: Sequence[Feed], headings: Sequence[str]) -> Feed:
    best = max((compare(feed, headings) for feed in feeds), key=lambda match: match.likeness)
    if best.is_sound:
        return best.feed
    if best.likeness >= LIKE_A_FEED:
        with refusing_as(best.feed.name):
            text.require_match(best.feed, path, headings)
    # A first line without headings may hold personal data, so its columns are counted and not quoted.
    missing = ", ".join(f"'{name}'" for name in best.missing[:6])
    raise _unknown(
        path,
        f"its first line has {len(headings)} columns, of which {best.feed.name}, the most similar feed, promises "
        f"{len(best.column_of)}; it lacks {missing}{' and more' if len(best.missing) > 6 else ''}",
    )


def _most_like(path: Path, feeds: Sequence[Feed], likeness: Callable[[Feed], float]) -> Feed:
    """Return the feed with most of its keys or elements in the file; its reader reports those that are missing."""
    shares = {feed.name: likeness(feed) for feed in feeds}
    best = max(shares, key=lambda name: shares[name], default="")
    if best and shares[best] >= LIKE_A_FEED:
        return FEEDS[best]
    raise _unknown(path, f"it holds {shares.get(best, 0):.0%} of what {best or 'none'} promises")


def _unknown(path: Path, hint: str) -> RefusedError:
    return RefusedError(
        path,
        f"the file is of no known feed; {hint}.",
        f"Known feeds: {', '.join(FEEDS)}. Declare a new one in vrp_pipeline/feeds/.",
    )


def _csv_feeds() -> list[Feed]:
    return [feed for feed in FEEDS.values() if isinstance(feed.format, Csv) or _may_be_csv(feed)]


def _may_be_csv(feed: Feed) -> bool:
    return isinstance(feed.format, Xlsx) and feed.format.or_csv


def _feeds_in(kind: type) -> list[Feed]:
    return [feed for feed in FEEDS.values() if isinstance(feed.format, kind)]
