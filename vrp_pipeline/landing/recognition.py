"""Which feed a file is, told by what stands in it; a file's name decides nothing but an edition's year."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import Csv, Edition, Feed, GeoJson, Xlsx, ZippedCsv
from vrp_pipeline.landing.guard import guard, is_zip
from vrp_pipeline.landing.headings import compare
from vrp_pipeline.landing.readers import geojson, text, workbook, zipped
from vrp_pipeline.landing.refusal import RefusedError

# Below this share of columns in common, a file is not a faulty delivery of a feed but something else.
LIKE_A_FEED = 0.5


def recognise(path: Path) -> Feed:
    """The feed that `path` delivers. Raises RefusedError with the nearest feed's difference, or the list of feeds."""
    guard(path)
    if is_zip(path):
        return _recognise_archive(path)
    if _is_json(path):
        return _nearest(path, _feeds_in(GeoJson), _headings(path))
    feed = _nearest(path, _feeds_in(Csv), _headings(path))
    text.require_utf8(path, path.read_bytes())
    return feed


def edition_of(feed: Feed, path: Path) -> str:
    """The year of a reference file's edition, from its headings or its name. Raises RefusedError if neither tells."""
    assert isinstance(feed.period, Edition)
    if feed.period.heading:
        pattern = re.compile(feed.period.heading)
        found = next((match for match in map(pattern.match, _headings(path)) if match), None)
    else:
        found = re.search(feed.period.file_name or "", path.name)
    if found is None:
        raise RefusedError(
            path,
            f"nothing tells which year's edition of {feed.name} this is.",
            f"Give it the publisher's own file name, which holds '{feed.period.file_name}'.",
        )
    year = found.group(1)
    return year if len(year) == 4 else f"20{year}"


def _headings(path: Path) -> list[str]:
    if _is_json(path):
        return geojson.headings_of(geojson.features_of(path))
    return text.headings_of(path, _beginning(path))


def _is_json(path: Path) -> bool:
    return _beginning(path).removeprefix(text.BYTE_ORDER_MARK).lstrip()[:1] == b"{"


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(text.HEADER_BYTES)


def _recognise_archive(path: Path) -> Feed:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" in names:
            return _recognise_workbook(path)
        for feed in _feeds_in(ZippedCsv):
            if zipped.members_of(feed, archive):
                return feed
    wanted = " or ".join(f"{feed.name} ({feed.format.member})" for feed in _feeds_in(ZippedCsv))  # type: ignore[union-attr]
    shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    raise RefusedError(
        path, f"no member of the archive is of a known feed; it holds {shown}.", f"Members are known by name: {wanted}."
    )


def _recognise_workbook(path: Path) -> Feed:
    sheets = workbook.sheets_of(path)
    for feed in _feeds_in(Xlsx):
        assert isinstance(feed.format, Xlsx)
        rows = sheets.get(feed.format.sheet)
        if rows is not None and workbook.find_headings(feed, rows) is not None:
            return feed
    raise RefusedError(
        path,
        f"no sheet is of a known feed; the workbook holds {', '.join(repr(name) for name in sheets)}.",
        "Ask the agency for the agreed template.",
    )


def _nearest(path: Path, feeds: Sequence[Feed], headings: Sequence[str]) -> Feed:
    best = max((compare(feed, headings) for feed in feeds), key=lambda match: match.likeness)
    if best.is_exact:
        return best.feed
    if best.likeness >= LIKE_A_FEED:
        text.require_match(best.feed, path, headings)
    raise RefusedError(
        path,
        f"the file is of no known feed; its first column is '{headings[0][:40]}'.",
        f"Known feeds: {', '.join(FEEDS)}. Declare a new one in vrp_pipeline/feeds/.",
    )


def _feeds_in(kind: type) -> list[Feed]:
    return [feed for feed in FEEDS.values() if isinstance(feed.format, kind)]
