"""The versions of publications in a lake: their numbers, folders and provenance, and which of them overlap in years."""

import json
import re
from pathlib import Path
from typing import Any

from vrp_pipeline.calendar.months import year_after, year_before
from vrp_pipeline.lake.paths import Lake

# The file of a version that says what each of its figures is derived from.
PROVENANCE = "provenance.json"


def versions(lake: Lake, financial_year: str) -> list[int]:
    """Return the numbers of the versions of a financial year that were published, withdrawn ones included."""
    folders = (lake.published / financial_year, lake.withdrawn / financial_year)
    names = {path.name for folder in folders for path in folder.glob("v*") if path.is_dir()}
    return sorted(int(name[1:]) for name in names if re.fullmatch(r"v[1-9]\d*", name))


def version_folder(lake: Lake, financial_year: str, version: int) -> Path:
    """Return the folder with the files of a version, also of a withdrawn one: they were public."""
    withdrawn = lake.withdrawn / financial_year / f"v{version}"
    return withdrawn if withdrawn.exists() else lake.published / financial_year / f"v{version}"


def versions_beside(lake: Lake, financial_year: str) -> list[Path]:
    """Return all versions, except the newest of this year, that print a year which the report of this year prints.

    First the older versions of this year, then those of the years before and after, oldest first. Readers may have kept
    an old version and compare it with the next.
    """
    own = versions(lake, financial_year)[:-1]
    others = [(year, held) for year in (year_before(financial_year), year_after(financial_year))
              for held in versions(lake, year)]  # fmt: skip
    return [version_folder(lake, year, number) for year, number in (*((financial_year, each) for each in own), *others)]


def names_beside(lake: Lake, financial_year: str) -> tuple[str, ...]:
    """Return the names of `versions_beside`, such as 2022-23/v1."""
    return tuple(f"{path.parent.name}/{path.name}" for path in versions_beside(lake, financial_year))


def release_behind(version: Path) -> str | None:
    """Return the id of the release that a version was made from; None if its provenance cannot be read."""
    return _provenance_of(version).get("release")


def content_behind(version: Path) -> str | None:
    """Return the fingerprint of the content of a version; None if its provenance cannot be read."""
    return _provenance_of(version).get("content_sha256")


def _provenance_of(version: Path) -> dict[str, Any]:
    """Read the provenance of a version; empty if it cannot be read."""
    try:
        held: dict[str, Any] = json.loads((version / PROVENANCE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held
