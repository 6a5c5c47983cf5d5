"""The files of a release: its manifest, and its tables, refused where they are not those that the manifest names."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.report.counts.figures import ReleaseContentError


def manifest_of(release: Path) -> dict[str, Any]:
    """Return the manifest of a release. Raises ReleaseContentError if it has none, or none with an as-of date."""
    path = release / "manifest.json"
    if not path.is_file():
        raise ReleaseContentError(f"{release.name} is not a release: it has no manifest.json.")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if not manifest.get("as_of"):
        raise ReleaseContentError(f"The manifest of release {release.name} has no as-of date.")
    return manifest


def rows_of(release: Path, name: str, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a table; none of a table that a release is too old to have."""
    if not (release / f"{name}.parquet").is_file():
        return []
    rows: list[dict[str, Any]] = table_of(release, name, manifest).to_pylist()
    return rows


def table_of(release: Path, name: str, manifest: Mapping[str, Any]) -> pa.Table:
    """Return a table of a release. Raises ReleaseContentError if it is missing or not what the manifest names."""
    path = release / f"{name}.parquet"
    if not path.is_file():
        raise ReleaseContentError(f"Release {release.name} lacks {path.name}. Build the release again.")
    content = path.read_bytes()
    promised = manifest.get("tables", {}).get(name, {}).get("sha256")
    if promised and hashlib.sha256(content).hexdigest() != promised:
        raise ReleaseContentError(
            f"{path.name} in release {release.name} is not the file its manifest names: it was changed afterwards."
        )
    return pq.read_table(pa.BufferReader(content))
