"""Zip archives of CSV files, one member per month. The publisher's members of other forces or kinds are left alone."""

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import ZippedCsv
from vrp_pipeline.landing.archive import Member, members, one_each
from vrp_pipeline.landing.readers import text
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.refusal import RefusedError


def has_members(feed: Feed, archive: zipfile.ZipFile) -> bool:
    """Return whether any member belongs to the feed."""
    return any(_month_of(feed, member) for member in members(archive))


def strangers(feeds: Collection[Feed], archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the members that are neither of one of the feeds nor what their publisher puts beside."""
    formats = [feed.format for feed in feeds if isinstance(feed.format, ZippedCsv)]
    known = [re.compile(pattern) for each in formats for pattern in (each.member, each.beside)]
    return [member.name for member in members(archive) if not any(pattern.search(member.name) for pattern in known)]


def members_of(feed: Feed, path: Path, archive: zipfile.ZipFile) -> dict[str, Member]:
    """Return the members that belong to the feed by month, in order of month.

    Raises RefusedError if two different members are of one month, or one of them is damaged.
    """
    found = [member for member in members(archive) if _month_of(feed, member)]
    with _undamaged(path, "of one month"):
        return dict(one_each(path, archive, found, lambda member: _month_of(feed, member) or ""))


def read(
    feed: Feed, path: Path, *, columns: Collection[str] | None = None, partitions: Collection[str] | None = None
) -> Iterator[DeliveredTable]:
    """Yield the table of each of the feed's members; each is decompressed once and verified by its checksum.

    Raises RefusedError if a member is damaged, empty or does not match the contract.
    """
    with zipfile.ZipFile(path) as archive:
        for month, member in members_of(feed, path, archive).items():
            if partitions is None or month in partitions:
                with _undamaged(path, f"'{member.name}'"):
                    content = archive.read(member.info)
                if not content:
                    raise RefusedError(path, f"member '{member.name}' is empty.", "Ask the agency to send it again.")
                yield text.read_buffer(feed, path, content, columns=columns, partition=month, member=member.name)


@contextmanager
def _undamaged(path: Path, which: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise RefusedError(
            path, f"member {which} is damaged: its checksum does not match.", "Copy or download the archive again."
        ) from error


def _month_of(feed: Feed, member: Member) -> str | None:
    assert isinstance(feed.format, ZippedCsv)
    match = re.search(feed.format.member, member.name)
    return match.group("month") if match else None
