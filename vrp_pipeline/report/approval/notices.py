"""The index of the versions of a financial year, with every notice: `index.json` and `index.html`.

The address of the index is permanent. Versions are frozen; only a withdrawal replaces one, by a notice.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from vrp_pipeline.feeds import partnership
from vrp_pipeline.lake.atomic import creating_directory, holding_zone, replacing, write_json
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.ward_names import ward_names
from vrp_pipeline.report.approval.drafts import Draft
from vrp_pipeline.report.approval.versions import release_behind, version_folder
from vrp_pipeline.report.commentary.texts import check_withdrawal
from vrp_pipeline.report.rendering import environment

LIST, INDEX, PAGE = "index.json", "index.html", "annual_report.html"


class NoReasonError(ValueError):
    """A withdrawal was asked for without a reason."""


class NoSuchVersionError(ValueError):
    """The version is not published, or was withdrawn before."""


def list_version(lake: Lake, draft: Draft, on: dt.date) -> None:
    """List a draft that was published on a day, with its correction notice. Call it holding the zone."""
    folder = lake.published / draft.financial_year
    changes = json.loads((folder / f"v{draft.version}" / "changes.json").read_text(encoding="utf-8"))
    entry = {
        "version": draft.version,
        "published_on": on.isoformat(),
        "headline": draft.headline,
        "is_simulated": draft.is_simulated,
        "changes": changes["kind"] if changes["since"] else None,
        "correction": draft.correction,
        "withdrawal": None,
    }
    others = [each for each in listed(lake, draft.financial_year) if each["version"] != draft.version]
    _write(folder, sorted([*others, entry], key=lambda each: -each["version"]))


def withdraw(lake: Lake, financial_year: str, version: int, reason: str, on: dt.date) -> Path:
    """Take a version out of `published/` into `withdrawn/` and put a notice in its place; return the notice.

    Raises NoSuchVersionError, NoReasonError for a blank reason, PersonalTextError for one that seems to name somebody
    and CommentaryError for one that gives a number.
    """
    release = release_behind(version_folder(lake, financial_year, version))
    check_withdrawal(reason, ward_names(lake.releases / release) if release else ())
    if not reason.strip():
        raise NoReasonError("A withdrawal needs a reason, which is printed in the notice. Give it with --reason.")
    with holding_zone(lake.root, lake.published.name):
        folder = lake.published / financial_year
        entries = listed(lake, financial_year)
        entry = next((each for each in entries if each["version"] == version and not each["withdrawal"]), None)
        path, kept = folder / f"v{version}", lake.withdrawn / financial_year / f"v{version}"
        if entry is None:
            raise NoSuchVersionError(
                f"Version {version} of {financial_year} is not published, or is withdrawn already."
            )
        notice = {"on": on.isoformat(), "reason": reason}
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            path.rename(kept)
        if not path.exists():
            with creating_directory(path) as partial:
                page = _page("withdrawal.html.j2", financial_year, version=version, notice=notice)
                (partial / PAGE).write_text(page, encoding="utf-8")
        entry["withdrawal"] = notice
        _write(folder, entries)
    return path / PAGE


def listed(lake: Lake, financial_year: str) -> list[dict[str, Any]]:
    """Return the published versions of a financial year, newest first."""
    path = lake.published / financial_year / LIST
    if not path.is_file():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["versions"]
    return found


def _write(folder: Path, entries: list[dict[str, Any]]) -> None:
    write_json(folder / LIST, {"financial_year": folder.name, "versions": entries})
    current = next((each for each in entries if not each["withdrawal"]), None)
    with replacing(folder / INDEX) as partial:
        partial.write_text(_page("versions.html.j2", folder.name, versions=entries, current=current), encoding="utf-8")


def _page(template: str, financial_year: str, **content: Any) -> str:
    found = environment().get_template(template)
    return found.render(financial_year=financial_year, partnership=partnership.NAME, **content)
