"""Removal of releases that are no longer needed, or that hold rows of people who have been erased since.

Kept are the newest releases, the current one, those that a publication was made from (`vrp revisions` compares two
releases crime by crime), and those that a session has open. After an erasure every release made before it is removed
regardless, except the current one, which the next run replaces.
"""

import fcntl
import json
import os
import shutil
import struct
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from vrp_pipeline.lake.atomic import holding_zone, remove_directory
from vrp_pipeline.lake.erasures import newest_erasure
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.integrity import MANIFEST
from vrp_pipeline.release.releases import DamagedReleaseError, NoReleaseError, Release, current_release, may_hold_erased
from vrp_pipeline.release.tiers import DATABASES

# Two weeks of nights.
KEPT = 14
KEPT_SETTING = "VRP_RELEASES_KEPT"


class NoNumberOfReleasesError(ValueError):
    """Raised if the number of releases to keep is not a whole number of at least 1."""


def releases_kept() -> int:
    """Return how many of the newest releases are kept. Raises NoNumberOfReleasesError."""
    text = os.environ.get(KEPT_SETTING) or str(KEPT)
    if not text.isdecimal() or int(text) < 1:
        raise NoNumberOfReleasesError(f"{KEPT_SETTING} is '{text}'. Give how many releases to keep, 1 or more.")
    return int(text)


def all_releases(lake: Lake) -> list[Release]:
    """Return the releases of a lake, the newest first."""
    folders = [path.parent for path in lake.releases.glob(f"[!.]*/{MANIFEST}")]
    return [Release(path) for path in sorted(folders, key=lambda path: path.stat().st_mtime_ns, reverse=True)]


def remove_unused(lake: Lake, kept: int) -> list[str]:
    """Remove the releases that are no longer needed; return their names. The newest `kept` are not removed."""
    with holding_zone(lake.root, "releases"):
        current = _current(lake)
        needed = {*_of_publications(lake), current}
        unused = [release for release in all_releases(lake)[kept:] if release.release_id not in needed]
        removed = [release for release in unused if not is_open(release)]
        erased = newest_erasure(lake)
        holding = [
            release
            for release in all_releases(lake)
            if erased and may_hold_erased(release, erased) and release.release_id != current
        ]
        for release in holding:  # a page may have been drawn from it after the erasure, while it was current
            shutil.rmtree(lake.hot_spots / release.release_id, ignore_errors=True)
        removed += [release for release in holding if release not in removed]
        for release in removed:
            remove_directory(release.path)
    return [release.release_id for release in removed]


def is_open(release: Release) -> bool:
    """Return whether another process on this machine has the database of a release open.

    DuckDB locks the files it reads, and Linux reports such locks. On other systems the answer is False; a file that is
    removed while it is open stays readable there too.
    """
    if not sys.platform.startswith("linux"):
        return False
    return any(_is_open(path) for name in DATABASES.values() if (path := release.path / name).exists())


def _is_open(database: Path) -> bool:
    # `struct flock` of Linux: type, whence, start, length, process.
    layout = "hhqqi"
    with database.open("rb") as file:
        wanted = struct.pack(layout, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        found = struct.unpack(layout, fcntl.fcntl(file, fcntl.F_GETLK, wanted))
    return bool(found[0] != fcntl.F_UNLCK)


def _current(lake: Lake) -> str | None:
    """Return the name of the current release, None if there is none yet.

    Raises DamagedReleaseError if it cannot be determined, because then none may be removed.
    """
    try:
        return current_release(lake).release_id
    except DamagedReleaseError:
        raise
    except NoReleaseError:
        return None


def _of_publications(lake: Lake) -> Iterator[str]:
    """Return the releases that publications were made from, drafts and withdrawn versions included."""
    zones = (lake.published, lake.drafts, lake.withdrawn)
    for path in chain.from_iterable(zone.glob("*/v*/provenance.json") for zone in zones):
        yield str(json.loads(path.read_text(encoding="utf-8")).get("release"))
