"""Drafts and versions of a publication: unchanged content keeps the version, other content becomes a draft of the next.

Only folders, files and fingerprints: the content of the files comes from `page`, `metrics_files`, `version_changes` and
`provenance_file`, and `gate` decides when a draft becomes a version.
"""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vrp_pipeline.disclosure import Tables
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.atomic import creating_directory, holding_zone, remove_directory, sweep, to_json
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.report.approval import drafts, gate
from vrp_pipeline.report.approval.programme import Programme, ProgrammeError, programme_file, read_programme
from vrp_pipeline.report.approval.version_changes import version_changes
from vrp_pipeline.report.approval.versions import (
    PROVENANCE,
    content_behind,
    names_beside,
    release_behind,
    version_folder,
    versions,
    versions_beside,
)
from vrp_pipeline.report.commentary.screening import refuse_personal
from vrp_pipeline.report.commentary.texts import check_commentary, check_correction, read_commentary
from vrp_pipeline.report.content.protected import ProtectedReading
from vrp_pipeline.report.counts.reading import newest_complete_year, read_release
from vrp_pipeline.report.counts.revisions import Step, revisions
from vrp_pipeline.report.page.front_matter import FrontMatter
from vrp_pipeline.report.page.maps import geojson
from vrp_pipeline.report.page.page import Page
from vrp_pipeline.report.protection.described import tables_of
from vrp_pipeline.report.protection.protecting import protected_reading
from vrp_pipeline.report.tables.description_files import About, description_files
from vrp_pipeline.report.tables.metrics_files import metrics_parquet, revisions_csv, table_csv
from vrp_pipeline.report.tables.provenance_file import provenance
from vrp_pipeline.report.tables.published_tables import published_tables
from vrp_pipeline.report.tables.workbook_files import ods, xlsx
from vrp_pipeline.report.tables.workbook_sheets import sheets

PAGE, CSV, PARQUET = "annual_report.html", "metrics.csv", "metrics.parquet"
REVISIONS, CHANGES, GEOJSON = "revisions.csv", "changes.json", "hotspots.geojson"
XLSX, ODS, ANNEX = "tables.xlsx", "tables.ods", "annex.html"


@dataclass(frozen=True)
class Publication:
    """A version and its main sentence. With `draft` it waits for approval; `is_new` says whether this call made it."""

    financial_year: str
    version: int
    path: Path
    is_new: bool
    headline: str
    draft: drafts.Draft | None = None


def draft(
    lake: Lake,
    release: Path,
    financial_year: str,
    author: drafts.Person,
    *,
    on: dt.date | None = None,
    correction: str | None = None,
    progress: Callable[[str], None] | None = None,
    now: dt.datetime | None = None,
) -> Publication:
    """Draft one financial year; see `vrp_pipeline.report.draft`."""
    say = progress or _say_nothing
    say(f"reading release {release.name}")
    reading = read_release(release, financial_year)
    refuse_personal(correction or "", "the correction", reading.public_names)
    programme = read_programme()
    now = now or dt.datetime.now(TIME_ZONE)
    publish_at = _publish_at(programme, on, max(reading.as_of, now.date()), now, is_simulated=reading.is_simulated)
    front = FrontMatter(programme, publish_at, correction, read_commentary(lake.commentary / financial_year))
    say("protecting and attacking every count")
    # Content is compared on its own: what the previous version adds to the attack changes with every version.
    alone = protected_reading(reading)
    _check_words(front, alone)
    say("drawing the charts")
    page = Page(alone, front)
    content = _fingerprint(alone, page)
    with holding_zone(lake.root, lake.drafts.name):
        sweep(lake.drafts / financial_year)
        gate.complete_publication(lake, financial_year, now)
        newest = max(versions(lake, financial_year), default=0)
        if correction is not None and not newest:
            raise gate.GateError(f"Nothing of {financial_year} was published yet, so there is nothing to correct.")
        before = version_folder(lake, financial_year, newest) if newest else None
        waiting = drafts.read_draft(lake, financial_year)
        asked = front if on is not None else dataclasses.replace(front, publish_at=None)
        if waiting is not None and _still_stands(lake, waiting, newest + 1, content, asked, now):
            say(f"the draft of version {waiting.version} already says this")
            folder = drafts.draft_folder(lake, waiting)
            return Publication(financial_year, waiting.version, folder, False, page.headline, waiting)
        is_public = before is not None and content_behind(before) == content
        if waiting is not None and (waiting.content == content or not is_public):
            front = page.front = _taken_over(front, waiting, newest + 1, now, is_day_given=on is not None)
        if before is not None and is_public and front.correction is None:
            drafts.discard_draft(lake, financial_year)
            say(f"version {newest} already says this")
            return Publication(financial_year, newest, before, False, page.headline)
        protected = alone
        beside = versions_beside(lake, financial_year)
        if before is not None or beside:
            say(f"attacking together with {', '.join(_named(each) for each in (before, *beside) if each)}")
            steps = revisions_since(lake, release, financial_year)
            protected = protected_reading(reading, steps, before, beside)
            # Public versions may require more hidden counts, which passages and notices must not print either.
            _check_words(front, protected)
            if dataclasses.replace(protected, steps=(), disclosure=alone.disclosure) != alone:
                page = Page(protected, front)
        drafts.discard_draft(lake, financial_year)
        version = newest + 1
        path = lake.drafts / financial_year / f"v{version}"
        say(f"writing the draft of version {version}")
        _write(path, _files(protected, page, content, version, before))
        made = drafts.Draft(
            financial_year,
            version,
            author,
            drafts.digest_of(path),
            content,
            front.publish_at.isoformat() if front.publish_at else None,
            reading.is_simulated,
            page.headline,
            front.correction,
            names_beside(lake, financial_year),
        )
        drafts.keep_draft(lake, made)
    return Publication(financial_year, version, path, True, page.headline, made)


def _check_words(front: FrontMatter, reading: ProtectedReading) -> None:
    """Raise CommentaryError or PersonalTextError if text by people may not be published with the figures."""
    check_commentary(front.commentary, reading)
    check_correction(front.correction or "", reading)


def _publish_at(
    programme: Programme, on: dt.date | None, after: dt.date, now: dt.datetime, *, is_simulated: bool
) -> dt.datetime | None:
    """Return the time of publication on the given day, else on the first planned public day after `after`.

    Simulated data are published as soon as they are approved, unless a day is given. Raises ProgrammeError if no day is
    planned, or if the time on the given day has passed.
    """
    if on is None and is_simulated:
        return None
    planned = [day for day, _ in programme.next_twelve_months(after, is_public=True)] if on is None else [on]
    if not planned:
        raise ProgrammeError(f"{programme_file()} plans no publication: give a day (--on).")
    found = programme.publish_at(planned[0])
    if found < now:
        raise ProgrammeError(f"{found:%H:%M on %-d %B %Y} has passed: give a later day (--on).")
    return found


def _still_stands(
    lake: Lake, waiting: drafts.Draft, version: int, content: str, asked: FrontMatter, now: dt.datetime
) -> bool:
    """Return whether a draft is still valid: same content, unchanged files, and the requested time and correction.

    A draft whose day has passed, or whose attack does not know all related public versions, has to be made again.
    """
    folder = drafts.draft_folder(lake, waiting)
    return (
        (waiting.version, waiting.content) == (version, content)
        and asked.correction in (None, waiting.correction)
        and (asked.publish_at is None or asked.publish_at.isoformat() == waiting.publish_at)
        and not waiting.has_missed_its_day(now)
        and waiting.attacked_with == names_beside(lake, waiting.financial_year)
        and folder.exists()
        and drafts.digest_of(folder) == waiting.digest
    )


def _taken_over(
    front: FrontMatter, waiting: drafts.Draft, version: int, now: dt.datetime, *, is_day_given: bool
) -> FrontMatter:
    """Return the front matter of a draft with the correction and the coming day of the draft it replaces.

    A correction and an announced day apply to every draft of the next version unless others are given: when the gate
    asks for a new draft, only the figures need to be made again.
    """
    if waiting.version != version:
        return front
    is_first = version == 1  # which corrects nothing
    correction = waiting.correction if front.correction is None and not is_first else front.correction
    day = dt.datetime.fromisoformat(waiting.publish_at) if waiting.publish_at else None
    publish_at = day if day is not None and day > now and not is_day_given else front.publish_at
    return dataclasses.replace(front, correction=correction, publish_at=publish_at)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    if folder.exists():  # a writer was killed before it recorded this draft
        remove_directory(folder)
    with creating_directory(folder) as partial:
        for name, content in files.items():
            (partial / name).parent.mkdir(exist_ok=True)
            (partial / name).write_bytes(content)


def description(lake: Lake, release: Path, financial_year: str | None = None) -> tuple[str, Tables]:
    """Return a financial year and the description of all counts its publication would print; by default the newest.

    The newest is the last year with a complete count. The description includes the newest published version, and
    versions of other years that print one of its years.
    """
    reading = read_release(release, financial_year or newest_complete_year(release))
    year = reading.financial_year
    newest = max(versions(lake, year), default=0)
    before = version_folder(lake, year, newest) if newest else None
    steps = revisions_since(lake, release, year)
    return year, tables_of(reading, steps, before, versions_beside(lake, year))


def _named(version: Path) -> str:
    return f"version {version.name[1:]} of {version.parent.name}"


def revisions_since(lake: Lake, release: Path, financial_year: str) -> list[Step]:
    """Return why figures of `release` differ from the newest published version; empty if there is none.

    Also empty if the release of that version no longer exists, because steps are counted crime by crime.
    """
    newest = max(versions(lake, financial_year), default=0)
    before = release_behind(version_folder(lake, financial_year, newest)) if newest else None
    return revisions(release.parent / before, release, financial_year) if before else []


def _files(reading: ProtectedReading, page: Page, content: str, version: int, before: Path | None) -> dict[str, bytes]:
    programme = page.front.programme
    about = About(reading.financial_year, version, reading.as_of.isoformat(), reading.is_simulated, programme)
    tables, sheets_of = published_tables(reading), sheets(reading, about)
    written = {f"{table.name}.csv": table_csv(table) for table in tables}
    written |= {
        PARQUET: metrics_parquet(reading.figures),
        XLSX: xlsx(sheets_of, reading.as_of),
        ODS: ods(sheets_of),
    }
    if (places := geojson(reading)) is not None:
        written[GEOJSON] = places
    if reading.steps:
        written[REVISIONS] = revisions_csv(reading.steps)
    written |= description_files(about, tables, written)
    compared = {table.name: (table.key, written[f"{table.name}.csv"]) for table in tables}
    changes = version_changes(compared, before, page.front.correction)
    written[CHANGES] = to_json(changes).encode("utf-8")
    shown = changes if before is not None else None
    written[PAGE] = page.html(version=version, is_revised=bool(reading.steps), changes=shown).encode("utf-8")
    written |= {f"{passage.name}.md": passage.text.encode("utf-8") for passage in page.front.commentary}
    written |= page.packs(about)
    written[ANNEX] = page.annex(version=version).encode("utf-8")
    hashes = {name: hashlib.sha256(held).hexdigest() for name, held in written.items()}
    return {**written, PROVENANCE: to_json(provenance(reading, hashes, content)).encode("utf-8")}


def _fingerprint(reading: ProtectedReading, page: Page) -> str:
    """Return the digest of the content of the publication without as-of date, release id, day and correction.

    A later as-of date or another release with equal figures, deliveries and gaps makes no new version; otherwise every
    nightly run would publish one. The day and the correction are not part of the content.
    """
    never = dt.date.min
    figures = tuple(dataclasses.replace(figure, as_of=never) for figure in reading.figures)
    tables = map(table_csv, published_tables(dataclasses.replace(reading, figures=figures, as_of=never)))
    front = dataclasses.replace(page.front, publish_at=None, correction=None)
    timeless = page.html(version=0, release_id="", as_of=never, front=front)
    content = (timeless.encode("utf-8"), page.annex(version=0).encode("utf-8"), *tables)
    return hashlib.sha256(b"".join(content)).hexdigest()


def _say_nothing(_: str) -> None:
    """Ignore progress, if no callback is given."""
