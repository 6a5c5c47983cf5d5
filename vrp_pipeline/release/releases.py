"""Releases: immutable, versioned copies of the tested marts, and the pointer to the current one.

A release is made from the warehouse after dbt's tests have passed and is named after its content: the same marts give
the same release. Readers resolve the pointer once and then read files that never change, even while the next run
writes to the warehouse.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from vrp_pipeline.lake.atomic import creating_directory, holding_zone, replacing, sweep, to_json, write_json
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.erasures import newest_erasure
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.database import literal, write_databases
from vrp_pipeline.release.incident_changes import RECORDS, note_changes
from vrp_pipeline.release.integrity import MANIFEST, digest_of, misfits, seal
from vrp_pipeline.release.tiers import DATABASES, FULL, PARTNER, partner_columns
from vrp_pipeline.release.warehouse import descriptions

POINTER = "current.json"
# The path that BI tools open: for each access tier a symbolic link to its database of the current release.
DATABASE_LINKS: Mapping[str, str] = {FULL: "current.duckdb", PARTNER: "current_partner.duckdb"}
DATABASE_LINK = DATABASE_LINKS[FULL]
# The records and events that bronze rows end up in, by the table that counts them.
REACHED = {
    "event_records": "bridge_incident_records",
    "incidents": "fct_serious_violence_incidents",
    "community_events": "fct_events",
}
RELEASED_PREFIXES = ("fct_", "dim_", "bridge_", "rpt_")


class NoReleaseError(RuntimeError):
    """Raised if there is no release to read, or no mart to release."""


class DamagedReleaseError(NoReleaseError):
    """Raised if the current release or the pointer to it is unreadable or was changed."""


@dataclass(frozen=True)
class Release:
    """An immutable folder with one Parquet file per mart and a manifest."""

    path: Path

    @property
    def release_id(self) -> str:
        """Name of the release: the as-of date and a digest of its content."""
        return self.path.name

    @property
    def lake(self) -> Lake:
        """The lake that the release belongs to."""
        return Lake(self.path.parent.parent)

    @property
    def made_at(self) -> datetime:
        """When the folder was written, in UTC."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)

    @property
    def manifest(self) -> dict[str, Any]:
        """The tables of the release and its provenance. Raises DamagedReleaseError."""
        try:
            content: dict[str, Any] = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            raise damaged(self, MANIFEST) from None
        return content

    @property
    def tables(self) -> dict[str, Path]:
        """The Parquet file of each mart."""
        return {path.stem: path for path in sorted(self.path.glob("*.parquet"))}


def make_release(lake: Lake, provenance: Mapping[str, Any]) -> Release:
    """Copy the marts of the warehouse to a new release, make it current and return it.

    `provenance` is added to the manifest: as_of, deliveries, row accounts, code version. If the same release exists
    already and is whole, it only becomes current. Raises NoReleaseError if dbt has built no mart.
    """
    with holding_zone(lake.root, "releases"):
        sweep(lake.releases)
        with TemporaryDirectory(prefix=".", suffix=".partial", dir=_made(lake.releases)) as scratch:
            tables = _export(lake, Path(scratch))
            manifest = {**provenance, "reached": _reached(tables), "tables": tables, "tiers": _tiers(tables)}
            release = Release(lake.releases / f"{provenance['as_of']}-{digest_of(manifest)}")
            if release.path.exists() and misfits(release.path):
                release.path.rename(Path(scratch) / "damaged")
            if not release.path.exists():
                with creating_directory(release.path) as folder:
                    for name in tables:
                        (Path(scratch) / f"{name}.parquet").rename(folder / f"{name}.parquet")
                    text = to_json({**manifest, "release": release.release_id})
                    (folder / MANIFEST).write_text(text, encoding="utf-8")
                    write_databases(folder, release.release_id, manifest)
                    seal(folder)
        _note_changes(lake, release)
        for tier, link in DATABASE_LINKS.items():
            with replacing(lake.releases / link) as partial:
                partial.symlink_to(Path(release.release_id) / DATABASES[tier])
        write_json(lake.releases / POINTER, {"release": release.release_id})
        return release


def current_release(lake: Lake) -> Release:
    """Return the release that the pointer names. Raises NoReleaseError if there is none yet, DamagedReleaseError."""
    pointer = lake.releases / POINTER
    if not pointer.exists():
        raise NoReleaseError(f"there is no release in {lake.releases} yet. Run: {what_to_run(lake)}")
    try:
        found = Release(lake.releases / json.loads(pointer.read_text(encoding="utf-8"))["release"])
    except (ValueError, KeyError, TypeError):
        raise DamagedReleaseError(f"{pointer} does not name the current release. Run: {what_to_run(lake)}") from None
    if not found.path.is_dir():
        raise DamagedReleaseError(f"release {found.release_id} is gone from {lake.releases}. Run: {what_to_run(lake)}")
    return found


def must_be_whole(release: Release) -> None:
    """Raise DamagedReleaseError if a file of the release was changed."""
    if wrong := misfits(release.path):
        raise damaged(release, *wrong)


def damaged(release: Release, *wrong: str) -> DamagedReleaseError:
    """Return the error that files of a release were changed, with the command to run."""
    return DamagedReleaseError(
        f"release {release.release_id} is damaged: {', '.join(wrong)}. Run: {what_to_run(release.lake)}"
    )


def what_to_run(lake: Lake) -> str:
    """Return the command that makes a new release of a lake."""
    return f"vrp run --as-of {lake.day}" if lake.day else "vrp run"


def may_hold_erased(release: Release, erased: datetime) -> bool:
    """Whether a release was made before the newest erasure, or at an unknown time because the clock was ahead."""
    return not erased <= release.made_at <= datetime.now(UTC)


def _note_changes(lake: Lake, release: Release) -> None:
    """Add to the log the incident ids that a release changes, if it is not the current one already."""
    try:
        before = current_release(lake)
    except NoReleaseError:
        return
    if not {MANIFEST, f"{RECORDS}.parquet"} & set(misfits(before.path)):  # what became of damaged ids cannot be known
        erased = newest_erasure(lake)
        note_changes(
            lake, before.path, release.path, erased_between=erased is not None and may_hold_erased(before, erased)
        )


def _export(lake: Lake, folder: Path) -> dict[str, dict[str, Any]]:
    """Write each mart as Parquet in a fixed order of rows; return the rows and the SHA-256 of each."""
    if not lake.warehouse.exists():
        raise NoReleaseError(f"{lake.warehouse} does not exist: dbt has built nothing to release.")
    tables: dict[str, dict[str, Any]] = {}
    with duckdb.connect(str(lake.warehouse), read_only=True) as warehouse:
        # With one thread, the order of rows and so the bytes of the file are reproducible.
        warehouse.execute("set threads = 1")
        names = [
            row[0]
            for row in warehouse.execute("select table_name from information_schema.tables order by 1").fetchall()
        ]
        told = descriptions(warehouse)
        for name in (name for name in names if name.startswith(RELEASED_PREFIXES)):
            path = folder / f"{name}.parquet"
            warehouse.execute(
                f'copy (select * from "{name}" order by all) to {literal(path)} (format parquet, compression zstd)'  # noqa: S608
            )
            count = warehouse.execute(f'select count(*) from "{name}"').fetchone()  # noqa: S608
            tables[name] = {
                "rows": count[0] if count else 0,
                "sha256": hash_of(path),
                **told[name],
            }
    if not tables:
        raise NoReleaseError(f"{lake.warehouse} holds no mart: dbt has built nothing to release.")
    return tables


def _reached(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return how many records and events the fact tables hold: the last step of the row counts."""
    return {what: tables[table]["rows"] for what, table in REACHED.items() if table in tables}


def _tiers(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """Return the tables and columns of each access tier but the full one."""
    found = {name: partner_columns(name, table["columns"]) for name, table in tables.items()}
    return {PARTNER: {name: columns for name, columns in found.items() if columns}}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
