"""Zip archives of CSV files, one member per month. Members of other forces or kinds are ignored."""

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

from vrp_pipeline.feeds.contract import Feed, ZippedCsv
from vrp_pipeline.landing.readers import text
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.refusal import RefusedError


def members_of(feed: Feed, archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the members that belong to the feed by month, in order of month."""
    assert isinstance(feed.format, ZippedCsv)
    found = ((re.search(feed.format.member, name), name) for name in archive.namelist())
    return dict(sorted((match.group("month"), name) for match, name in found if match))


def read(
    feed: Feed, path: Path, *, columns: Collection[str] | None = None, partitions: Collection[str] | None = None
) -> Iterator[DeliveredTable]:
    """Yield the table of each of the feed's members; each is decompressed once and verified by its checksum.

    Raises RefusedError if a member is damaged, empty or does not match the contract.
    """
    with zipfile.ZipFile(path) as archive:
        for month, name in members_of(feed, archive).items():
            if partitions is None or month in partitions:
                try:
                    content = archive.read(name)
                except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
                    raise RefusedError(
                        path,
                        f"member '{name}' is damaged: its checksum does not match.",
                        "Copy or download the archive again.",
                    ) from error
                if not content:
                    raise RefusedError(path, f"member '{name}' is empty.", "Ask the agency to send it again.")
                content = text.to_utf8(path, content, name)
                yield text.read_buffer(feed, path, content, columns=columns, partition=month, member=name)
