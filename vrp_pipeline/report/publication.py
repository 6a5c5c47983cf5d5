"""Versions of a publication: equal content keeps the current version, other content becomes the next one.

Only folders, files and fingerprints; the content of the files comes from `page`, `metrics_files` and `provenance_file`.
"""

import dataclasses
import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vrp_pipeline.disclosure import Tables
from vrp_pipeline.lake.atomic import creating_directory, holding_zone, sweep, to_json
from vrp_pipeline.report.described import tables_of
from vrp_pipeline.report.metrics_files import metrics_csv, metrics_parquet, revisions_csv
from vrp_pipeline.report.page import Page
from vrp_pipeline.report.protected import ProtectedReading
from vrp_pipeline.report.protecting import protected_reading
from vrp_pipeline.report.provenance_file import provenance
from vrp_pipeline.report.reading import newest_complete_year, read_release
from vrp_pipeline.report.revisions import Step, revisions

PAGE, CSV, PARQUET, PROVENANCE = "annual_report.html", "metrics.csv", "metrics.parquet", "provenance.json"
REVISIONS = "revisions.csv"


@dataclass(frozen=True)
class Publication:
    """One published version: its folder, its main sentence, and whether this call created it."""

    financial_year: str
    version: int
    path: Path
    is_new: bool
    headline: str


def publish(
    release: Path, published: Path, financial_year: str, *, progress: Callable[[str], None] | None = None
) -> Publication:
    """Publish one financial year; see `vrp_pipeline.report.publish`."""
    say = progress or _say_nothing
    say(f"reading release {release.name}")
    reading = read_release(release, financial_year)
    say("protecting and attacking every count")
    # Content is compared as it is by itself: what the version before adds to the attack changes with every version.
    alone = protected_reading(reading)
    say("drawing the charts")
    page = Page(alone)
    content = _fingerprint(alone, page)
    year_folder = published / financial_year
    with holding_zone(published.parent, published.name):
        sweep(year_folder)
        newest = max(versions(year_folder), default=0)
        before = year_folder / f"v{newest}"
        if newest and _content_of(before) == content:
            say(f"version {newest} already says this")
            return Publication(financial_year, newest, before, False, page.headline)
        version = newest + 1
        path = year_folder / f"v{version}"
        protected = alone
        if newest:
            say(f"attacking together with version {newest}")
            protected = protected_reading(reading, revisions_since(release, year_folder), before)
            if dataclasses.replace(protected, steps=(), disclosure=alone.disclosure) != alone:
                page = Page(protected)
        say(f"writing version {version}")
        with creating_directory(path) as partial:
            for name, written in _files(protected, page, content, version).items():
                (partial / name).write_bytes(written)
    return Publication(financial_year, version, path, True, page.headline)


def description(release: Path, published: Path, financial_year: str | None = None) -> tuple[str, Tables]:
    """Return a financial year and the description of all counts its publication would print; by default the newest.

    The newest is the last year whose first metric is complete. The newest published version is part of it.
    """
    reading = read_release(release, financial_year or newest_complete_year(release))
    year_folder = published / reading.financial_year
    newest = max(versions(year_folder), default=0)
    if not newest:
        return reading.financial_year, tables_of(reading)
    return reading.financial_year, tables_of(reading, revisions_since(release, year_folder), year_folder / f"v{newest}")


def versions(year_folder: Path) -> list[int]:
    """Return the version numbers in the folder of a financial year."""
    names = (path.name for path in year_folder.glob("v*") if path.is_dir())
    return sorted(int(name[1:]) for name in names if re.fullmatch(r"v[1-9]\d*", name))


def revisions_since(release: Path, year_folder: Path) -> list[Step]:
    """Return why figures of `release` differ from the newest published version; empty if there is none.

    Also empty if the release behind that version no longer exists, because steps are counted crime by crime.
    """
    newest = max(versions(year_folder), default=0)
    before = _provenance_of(year_folder / f"v{newest}").get("release") if newest else None
    return revisions(release.parent / str(before), release, year_folder.name) if before else []


def _files(reading: ProtectedReading, page: Page, content: str, version: int) -> dict[str, bytes]:
    written = {
        PAGE: page.html(version=version, is_revised=bool(reading.steps)).encode("utf-8"),
        CSV: metrics_csv(reading.figures),
        PARQUET: metrics_parquet(reading.figures),
    }
    if reading.steps:
        written[REVISIONS] = revisions_csv(reading.steps)
    hashes = {name: hashlib.sha256(held).hexdigest() for name, held in written.items()}
    return {**written, PROVENANCE: to_json(provenance(reading, hashes, content)).encode("utf-8")}


def _fingerprint(reading: ProtectedReading, page: Page) -> str:
    """Digest the content of the publication without its as-of date and release id.

    A later as-of date or another release with equal figures, deliveries and gaps is no new version; otherwise a nightly
    run would publish one every night.
    """
    never = dt.date.min
    figures = [dataclasses.replace(figure, as_of=never) for figure in reading.figures]
    timeless = page.html(version=0, release_id="", as_of=never)
    return hashlib.sha256(timeless.encode("utf-8") + metrics_csv(figures)).hexdigest()


def _content_of(version: Path) -> str | None:
    return _provenance_of(version).get("content_sha256")


def _provenance_of(version: Path) -> dict[str, Any]:
    """Read the provenance of a version; empty if it cannot be read."""
    try:
        held: dict[str, Any] = json.loads((version / PROVENANCE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held


def _say_nothing(_: str) -> None:
    """Ignore progress if no callback was given."""
